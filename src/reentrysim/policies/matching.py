"""Who gets whom: a queue, a score for every pair, and a greedy assignment down the queue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reentrysim.agents.columns import Flags, Floats, Ints, Small, rows_where
from reentrysim.agents.mentors import Mentors
from reentrysim.agents.participants import Traits
from reentrysim.policies.assignment import Likeness
from reentrysim.vocabulary import NEVER, Origin

FIT_TRAITS = ("sex", "lived_experience", "culture", "interests", "style", "age", "place")
"""What a match can be good in, in the order in which scores are added up."""


def order_of(rule: str, ties: str) -> str:
    """Who goes first for a mentor: what the rule says of that, or else `ties`."""
    return rule if rule in ("first_come", "risk_high_first", "risk_low_first") else ties


def line(who: Ints, since: Ints, lottery: Floats, risk: Small, rule: str, ties: str = "longest_wait") -> Ints:
    """People `who` (rows) who wait, first in line first: by a rule of `policies.matching`, or by its `ties`.

    `since`, `lottery` and `risk` (the assessed band) have shape (people,). Equals to the last have their standing
    lottery, so where there are fewer seats than equals the same ones go first every month.
    """
    if rule in ("random", "luck"):
        return who[np.argsort(lottery[who], kind="stable")]
    by_wait = (lottery[who], since[who])
    if rule in ("first_come", "longest_wait"):
        return who[np.lexsort(by_wait)]
    first = risk[who] if rule == "risk_low_first" else -risk[who]
    return who[np.lexsort((*by_wait[: 1 if ties == "luck" else 2], first))]


def front(
    who: Ints,
    since: Ints,
    lottery: Floats,
    risk: Small,
    rule: str,
    willing: Flags,
    seats: int,
    ties: str = "longest_wait",
) -> Ints:
    """The beginning of that line with as many willing people as there are seats: all that offers can reach."""
    if not seats:
        return who[:0]
    keys = {"first_come": since, "longest_wait": since, "random": lottery, "luck": lottery}
    if rule in keys:
        key, takes = keys[rule][who], willing[who]
        if np.count_nonzero(takes) > seats:  # nobody behind the last of them can be reached
            who = who[key <= np.partition(key[takes], seats - 1)[seats - 1]]
    return line(who, since, lottery, risk, rule, ties)


def offers(line: Ints, willing: Flags, seats: int) -> Ints:
    """Offers go down the line until every seat is taken by somebody willing; shape (people offered,)."""
    taken = np.cumsum(willing[line])
    return line[: int(np.searchsorted(taken, seats)) + 1] if seats else line[:0]


@dataclass(frozen=True)
class Pairs:
    """Traits of people and mentors, ready to broadcast against each other."""

    traits: Mapping[str, tuple[NDArray[np.generic], NDArray[np.generic]]]
    lived_experience: Flags
    age_gap: Floats


def pairs(traits: Traits, people: Ints, mentors: Mentors, posts: Ints, *, crossed: bool) -> Pairs:
    """Every person against every post (crossed, shape (people, posts)), or each against its own (shape (people,))."""
    person = (slice(None), None) if crossed else slice(None)
    both = {
        "sex": (traits.female[people][person], mentors.female[posts]),
        "culture": (traits.culture[people][person], mentors.culture[posts]),
        "interests": (traits.interest[people][person], mentors.interest[posts]),
        "style": (traits.style[people][person], mentors.style[posts]),
        "place": (traits.place[people][person], mentors.place[posts]),
    }
    gap = np.abs(traits.age[people][person] - mentors.age[posts])
    return Pairs(both, mentors.origin[posts] == Origin.LIVED_EXPERIENCE, gap)


def fit(couple: Pairs, weights: Mapping[str, float], widest_age_gap: float) -> Floats:
    """How well people and mentors fit, 0 to 1: the weighted share of traits in which they do."""
    total, score = 0.0, np.zeros(couple.age_gap.shape)
    for trait in FIT_TRAITS:
        total += weights[trait]
        score = score + weights[trait] * _agreement(couple, trait, widest_age_gap)
    return score / total if total > 0.0 else score


def _agreement(couple: Pairs, trait: str, widest_age_gap: float) -> Floats:
    if trait == "age":
        return np.maximum(1.0 - couple.age_gap / widest_age_gap, 0.0)
    if trait == "lived_experience":
        return couple.lived_experience.astype(np.float64)
    person, mentor = couple.traits[trait]
    return np.asarray(person == mentor, dtype=np.float64)


def assign(score: Floats, luck: Floats, seats: Ints) -> Ints:
    """Each person in turn takes the free post with the best score, luck deciding between equals.

    Args:
        score, luck: shape (people, posts).
        seats: free seats of each post, shape (posts,).

    Returns:
        The index of each person's post, NEVER where no seat is left; shape (people,).
    """
    left, wish = seats.copy(), np.where(seats > 0, score, -np.inf)
    chosen = np.full(len(score), NEVER, dtype=np.int64)
    for person, wishes in enumerate(wish):
        post = wishes.argmax() if wishes.size else NEVER
        if post == NEVER or wishes[post] == -np.inf:
            break
        if score is not luck:
            equals = rows_where(wishes == wishes[post])
            post = equals[luck[person, equals].argmax()]
        chosen[person] = post
        left[post] -= 1
        if left[post] == 0:
            wish[:, post] = -np.inf
    return chosen


def likenesses(
    traits: Traits, people: Ints, mentors: Mentors, posts: Ints, weights: Mapping[str, float], widest_age_gap: float
) -> list[Likeness]:
    """In what people and posts can be alike, for pools too large to compare everybody with everybody.

    Ages are alike in two grains, a twelfth of the widest gap and half of it.
    """
    total = sum(weights.values())
    kinds = {
        "sex": (traits.female, mentors.female),
        "culture": (traits.culture, mentors.culture),
        "interests": (traits.interest, mentors.interest),
        "style": (traits.style, mentors.style),
        "place": (traits.place, mentors.place),
    }
    found = [
        Likeness([weights[name] / total], [mine[people].astype(np.int64)], [theirs[posts].astype(np.int64)])
        for name, (mine, theirs) in kinds.items()
        if weights[name] > 0.0
    ]
    if weights["lived_experience"] > 0.0:  # which is good for everybody
        lived = (mentors.origin[posts] == Origin.LIVED_EXPERIENCE).astype(np.int64)
        found.append(Likeness([weights["lived_experience"] / total], [np.ones(len(people), dtype=np.int64)], [lived]))
    if weights["age"] > 0.0:
        ages = [widest_age_gap / 12, widest_age_gap / 2]
        worth = [weights["age"] / total * (1.0 - width / (2.0 * widest_age_gap)) for width in ages]
        mine, theirs = traits.age[people], mentors.age[posts]
        found.append(Likeness(worth, *([(age // width).astype(np.int64) for width in ages] for age in (mine, theirs))))
    return found
