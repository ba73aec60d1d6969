"""Who gets which mentor: offers go down the line, and whoever accepts is matched by the rule."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from reentrysim.agents.columns import Floats, Ints, rows_where
from reentrysim.dynamics import engagement
from reentrysim.policies import caseload, matching
from reentrysim.policies.assignment import WHOLE, Pool, assign_together
from reentrysim.programs import mentoring
from reentrysim.scenario.own_rules import is_own
from reentrysim.setup.money import MENTORING
from reentrysim.stages import own_rules, turns
from reentrysim.stages.now import Now
from reentrysim.vocabulary import NEVER


def make_offers(now: Now) -> None:
    """Offers go down the queue while seats are free; who is willing gets a mentor by the matching rule."""
    team = now.world.teams[MENTORING]
    team.refer(np.zeros(0, dtype=np.int8))
    if not len(now.waiting):
        return
    if now.scenario.policies.matching.mentoring.rule == "threshold" or team.time is not None:
        _offer_in_turn(now)
    else:
        _offer_seats(now)
    now.served[MENTORING] = mentoring.served(now.mentees)
    if now.scenario.policies.caseload.mentoring.when_full == "refer_on":
        left = now.waiting[now.mentees.waiting_since[now.waiting] != NEVER]
        engagement.refer_on(now.mentees, left)
        team.refer(now.risk[left])


def _offer_seats(now: Now) -> None:
    """As many as there are seats get one; then it is settled who gets whom, usual caseloads before thinner ones."""
    mentees = now.mentees
    limits = _caseload_limits(now)
    free = int(_free_seats(now, limits[-1]).sum())
    who = _hear(now, matching.offers(_front(now, free), mentees.willing, free))
    for limit in limits:
        seats = _free_seats(now, limit)
        seated = int(min(seats.sum(), len(who)))
        if seated:
            _begin(now, who[:seated], _mentors_of(now, who[:seated], seats, limit))
        who = who[seated:]


def _front(now: Now, seats: int) -> Ints:
    """As much of the line as offers can reach."""
    mentees, policy = now.mentees, now.scenario.policies.matching.mentoring
    if is_own(policy.rule):
        return _line(now) if seats else now.waiting[:0]
    waiting = (now.waiting, mentees.waiting_since, mentees.lottery, now.risk)
    order = matching.order_of(policy.rule, policy.ties)
    return matching.front(*waiting, order, mentees.willing, seats, policy.ties)


def _line(now: Now) -> Ints:
    """Everybody who waits, first in line first."""
    mentees, policy = now.mentees, now.scenario.policies.matching.mentoring
    if is_own(policy.rule):
        return own_rules.line(now, policy.rule, now.waiting, mentees.waiting_since, mentees.lottery)
    order = matching.order_of(policy.rule, policy.ties)
    return matching.line(now.waiting, mentees.waiting_since, mentees.lottery, now.risk, order, policy.ties)


def _by_lot(rule: str) -> bool:
    """Whether luck alone says who gets whom; a rule of one's own says only who is asked first."""
    return rule == "random" or is_own(rule)


def _hear(now: Now, asked: Ints) -> Ints:
    """People `asked` hear of an offer; those of them who accept."""
    mentees = now.mentees
    now.world.record.offers[now.step] += np.count_nonzero(mentees.offered_step[asked] == NEVER)
    engagement.hear_offers(mentees, asked, now.step)
    return asked[mentees.willing[asked]]


def _caseload_limits(now: Now) -> list[int]:
    """The usual caseload, and the thinner one that it may grow to once every mentor has the usual one."""
    policy, multiple = now.scenario.policies.caseload.mentoring, now.values["mentoring.thin_out_multiple"]
    return caseload.limits(policy.per_worker, policy.when_full, multiple)


def _free_seats(now: Now, most: int) -> Ints:
    """Free seats of each post at a caseload of `most`."""
    mentors = now.world.mentors
    load = caseload.load(now.mentees.mentor, len(mentors.tenure))
    return np.asarray(np.where(mentors.active(now.step), np.maximum(most - load, 0), 0), dtype=np.int64)


def _mentors_of(now: Now, who: Ints, seats: Ints, limit: int) -> Ints:
    """The post of each of the people `who`, first in line first, of whom there are no more than seats."""
    rule = now.scenario.policies.matching.mentoring.rule
    if rule == "first_come":
        load = caseload.load(now.mentees.mentor, len(seats))
        return caseload.seats_in_turn(load, limit, now.world.mentors.active(now.step))[: len(who)]
    posts = rows_where(seats > 0)
    if rule == "optimal":
        return posts[assign_together(_pool(now, who, posts), len(who), seats[posts])]
    luck = _luck(now, who, posts)
    return posts[matching.assign(luck if _by_lot(rule) else _score(now, who, posts), luck, seats[posts])]


def _luck(now: Now, who: Ints, posts: Ints) -> Floats:
    """Luck of people (rows) with posts, shape (people, posts)."""
    return now.luck.pair("matching.mentoring", who + now.window.start, now.world.mentors.identity[posts])


def _score(now: Now, who: Ints, posts: Ints) -> Floats:
    """How well people (rows) and posts fit by the agency's weights, shape (people, posts)."""
    couples = matching.pairs(now.traits, who, now.world.mentors, posts, crossed=True)
    return matching.fit(couples, _weights(now), now.values["matching.age_gap_years"])


def _weights(now: Now) -> Mapping[str, float]:
    weights: Mapping[str, float] = now.scenario.policies.matching.mentoring.weights.model_dump()
    return weights


def _pool(now: Now, who: Ints, posts: Ints) -> Pool:
    """The people and posts, and in what they can be alike."""
    gap = now.values["matching.age_gap_years"]
    alike = matching.likenesses(now.traits, who, now.world.mentors, posts, _weights(now), gap)
    return Pool(
        score=lambda people, some: _score(now, who[people], posts[some]),
        luck=lambda people, some: _luck(now, who[people], posts[some]),
        likenesses=alike if len(who) > WHOLE else (),
    )


def _begin(now: Now, who: Ints, mentor: Ints) -> None:
    """Match people `who` with mentors; what really fits may be something else than the agency's weights say."""
    couples = matching.pairs(now.traits, who, now.world.mentors, mentor, crossed=False)
    fit = matching.fit(couples, now.world.true_fit_weights, now.values["matching.age_gap_years"])
    engagement.begin_matches(now.mentees, who, mentor, fit, now.step)


def _offer_in_turn(now: Now) -> None:
    """Each in line in turn, because whether there is room for somebody is a question of who it is."""
    mentees, team = now.mentees, now.world.teams[MENTORING]
    line, when_full = _line(now), now.scenario.policies.caseload.mentoring.when_full
    for multiple in caseload.multiples(when_full, now.values["mentoring.thin_out_multiple"]):
        room = turns.room(team, mentees.mentor, now.risk, multiple, now.step)
        posts = rows_where(room.seats > 0)
        room = caseload.Room(room.seats[posts], room.minutes[posts])
        for part in np.array_split(line, max(-(-len(line) // WHOLE), 1)):
            if room.seats.any() and not room.over:
                _offer_part(now, part, posts, room)
        line = line[mentees.waiting_since[line] != NEVER]


def _offer_part(now: Now, part: Ints, posts: Ints, room: caseload.Room) -> None:
    """Offers to people of a part of the line; `room` of the `posts` is used up."""
    wish, luck = _wishes(now, part, posts)
    needs = turns.needs(now.world.teams[MENTORING], now.risk[part])
    asked, mentor = caseload.in_turn(room, wish, luck, now.mentees.willing[part], needs)
    _begin(now, _hear(now, part[asked]), posts[mentor[mentor != NEVER]])


def _wishes(now: Now, who: Ints, posts: Ints) -> tuple[Floats, Floats | None]:
    """What is best for people among posts by the rule (-inf for none of that), and what settles equals."""
    policy = now.scenario.policies.matching.mentoring
    if policy.rule == "first_come":
        return np.broadcast_to(0.0, (len(who), len(posts))), None
    luck = _luck(now, who, posts)
    if _by_lot(policy.rule):
        return luck, luck
    score = _score(now, who, posts)
    return np.where(score >= (policy.least_fit_share or 0.0), score, -np.inf), luck
