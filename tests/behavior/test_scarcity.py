"""Short stories of who gets what is scarce: whom a rule leaves waiting, what hours do, what is noticed, who tires."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from behavior.small_runs import OPEN, PER_WORKER, STRONG, TOTAL, cohort, model_of, over_replicates, small
from reentrysim.agents.mentors import recruit
from reentrysim.model import ReentryModel
from reentrysim.policies import caseload
from reentrysim.scenario import Scenario
from reentrysim.vocabulary import MINUTES_PER_HOUR, NEVER, InputError, Risk

MATCHING = "policies.matching.mentoring"
HOURS = "policies.caseload.mentoring.hours_per_month"
CASES, JOBS = "case_management", "transitional_jobs"
EVERYBODY = {"programs.mentoring.eligible.risk": ["low", "medium", "high"]}
SAME_HOURS = {"estimates.mentors.lived_experience_hours_per_month": 7.5}
"""As many as volunteers have."""


def beside(program: str, changes: Mapping[str, Any] | None = None, settings: Any = None) -> Scenario:
    """Half of the money for another program."""
    shares = {"funding.shares": {"mentoring": 0.5, program: 0.5}, f"programs.{program}": settings or {}}
    return small({**shares, TOTAL: 1_500_000.0, **(changes or {})})


def mean_fit(models: list[ReentryModel]) -> float:
    """Of everybody who was ever matched, by what really makes a match fit."""
    tables = [model.world.mentees for model in models]
    return float(np.mean(np.concatenate([table.fit[table.matches > 0] for table in tables])))


def by_rule(rule: str, changes: Mapping[str, Any] | None = None) -> list[ReentryModel]:
    return over_replicates(small({f"{MATCHING}.rule": rule, **(changes or {})}, size=600))


def test_who_fits_is_found_by_the_rules_that_look_for_it() -> None:
    random, come, turn, best = (
        mean_fit(by_rule(rule)) for rule in ("random", "first_come", "compatibility", "optimal")
    )
    assert turn > random + 0.05
    assert best > random + 0.05
    assert come == pytest.approx(random, abs=0.03)
    picky = by_rule("threshold", {f"{MATCHING}.least_fit_share": 0.6})
    assert min(model.world.mentees.fit[model.world.mentees.matches > 0].min() for model in picky) >= 0.6 - 1e-9
    served = [sum(int((m.world.mentees.matches > 0).sum()) for m in models) for models in (by_rule("random"), picky)]
    assert served[1] < served[0]  # some wait for a mentor who fits, in vain


@pytest.mark.parametrize(("rule", "first"), [("risk_high_first", Risk.HIGH), ("risk_low_first", Risk.LOW)])
def test_mentors_go_to_whom_the_rule_puts_first(rule: str, first: Risk) -> None:
    def share(models: list[ReentryModel]) -> float:
        served = [model.world.risk[model.world.mentees.matches > 0] == first for model in models]
        return float(np.mean(np.concatenate(served)))

    assert share(by_rule(rule, EVERYBODY)) > share(by_rule("random", EVERYBODY)) + 0.2


def test_a_line_leaves_those_below_a_threshold_waiting() -> None:
    line = {f"policies.matching.{CASES}": {"rule": "threshold", "only_risk": ["high"]}}
    model = model_of(beside(CASES, line)).run()
    enrolled, risk = model.world.enrolled[CASES], model.world.risk
    assert (risk[enrolled.start_step != NEVER] == Risk.HIGH).all()
    assert (enrolled.start_step != NEVER).sum() > 20
    medium = (risk == Risk.MEDIUM) & (enrolled.first_waiting != NEVER)
    assert medium.sum() > 20  # in line, and never asked
    assert (enrolled.offered_step[medium] == NEVER).all()


def test_luck_settles_ties_in_a_line_by_risk() -> None:
    """People of a band who came later go before others of it where luck says so, and never where the wait counts."""

    def overtakes(ties: str) -> int:
        line = {"policies.matching.jobs": {"rule": "risk_high_first", "ties": ties}}
        model, found = model_of(beside(JOBS, line)), 0
        while model.running:
            since = model.world.enrolled[JOBS].waiting_since.copy()
            model.step()
            table = model.world.enrolled[JOBS]
            for band in Risk:
                of_band = (model.world.risk == band) & (since != NEVER)
                took = of_band & (table.start_step == model.steps)
                left = of_band & (table.waiting_since != NEVER) & table.willing
                found += int(took.any() and left.any() and since[took].max() > since[left].min())
        return found

    assert overtakes("longest_wait") == 0
    assert overtakes("luck") > 0


def test_one_more_mentor_changes_only_whom_the_chain_of_mentors_reaches() -> None:
    scenario = small({**OPEN, f"{MATCHING}.rule": "compatibility", PER_WORKER: 1})
    usual, other = model_of(scenario, STRONG), model_of(scenario, STRONG)
    extra = _one_more_mentor(other)
    links = {model: _links(model) for model in (usual, other)}
    while usual.running:
        usual.step()
        other.step()
    changed = _lives_that_differ(usual, other)
    people, mentors = set[int](), {extra}
    both = links[usual] | links[other]
    while True:  # from the mentor to the people, to the mentors whom these leave to others
        reached = {person for person, mentor in both if mentor in mentors} & _matched_otherwise(usual, other, links)
        if reached <= people:
            break
        people |= reached
        mentors |= {mentor for person, mentor in both if person in people}
    assert len(changed) > 5
    assert changed <= people
    everybody = {person for person, _ in both}
    assert len(people) < len(everybody)  # the chain ends before it has reached everybody


def _links(model: ReentryModel) -> set[tuple[int, int]]:
    """Who ever has which mentor, filled in as months go by: matches that end in their first month too."""
    links, offer = set[tuple[int, int]](), model.matching_makes_offers

    def offer_and_note() -> None:
        offer()
        mentor = model.world.mentees.mentor
        links.update((int(person), int(mentor[person])) for person in np.flatnonzero(mentor != NEVER))

    setattr(model, "matching_makes_offers", offer_and_note)  # noqa: B010
    return links


def _matched_otherwise(
    usual: ReentryModel, other: ReentryModel, links: Mapping[ReentryModel, set[tuple[int, int]]]
) -> set[int]:
    """People whom the one mentor more gave another mentor, or other months with the same."""
    columns = ("match_step", "current_step", "matches", "mentor", "contacts", "trust", "fit", "waiting_since")
    found = {person for person, _ in links[usual] ^ links[other]}
    for name in columns:
        mine, theirs = (getattr(model.world.mentees, name) for model in (usual, other))
        found |= set(np.flatnonzero(mine != theirs).tolist())
    return found


def _lives_that_differ(usual: ReentryModel, other: ReentryModel) -> set[int]:
    """People to whom anything else happened: events, custody, work, homes, use."""
    found = set[int]()
    for table in ("people", "lives"):
        mine, theirs = (vars(getattr(model.world, table)) for model in (usual, other))
        for name in mine:
            found |= set(np.flatnonzero(mine[name] != theirs[name]).tolist())
    return found


def _one_more_mentor(model: ReentryModel) -> int:
    """The last post of all holds a mentor whom nobody pays, from the first month on; its row."""
    mentors, post = model.world.mentors, len(model.world.mentors.tenure) - 1
    mentors.tenure[post] = 0
    recruit(mentors, np.array([post]), 1, model.values, model.luck)

    def unseen_by(stage: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            mentors.ready_step[post] = NEVER
            stage()
            mentors.ready_step[post] = 1

        return run

    for name in ("staff_vacancies_rooms_and_beds_change", "matches_and_staff_end"):
        setattr(model, name, unseen_by(getattr(model, name)))
    return post


def hours_kept(model: ReentryModel) -> np.ndarray[Any, Any]:
    """Minutes that each active mentor keeps for people, in units of those that the mentor has."""
    team = model.world.teams["mentoring"]
    assert team.time is not None
    kept = caseload.minutes_kept(model.world.mentees.mentor, model.world.risk, team.time.needs, len(team.payroll))
    return kept / team.time.minutes


def test_hours_and_not_heads_fill_a_mentor() -> None:
    changes = {**EVERYBODY, PER_WORKER: 20, HOURS: {"low": 1.0, "medium": 2.5, "high": 3.75}, **SAME_HOURS}
    model, fullest, heads = model_of(small(changes)), 0.0, set[int]()
    while model.running:
        model.step()
        fullest = max(fullest, hours_kept(model).max())
        mentor, risk = model.world.mentees.mentor, model.world.risk
        for post in np.unique(mentor[mentor != NEVER]):
            heads.add(int((mentor == post).sum()))
            assert (risk[mentor == post] == Risk.HIGH).sum() <= 2
    assert fullest == 1.0
    assert max(heads) > 3  # of those who need less, more


def test_contacts_are_all_the_hours_there_are_where_mentors_are_full() -> None:
    """With three people at two and a half hours each of seven and a half, a mentor's hours are all used."""
    sure = {"mentoring.kept_share": 1.0, "mentoring.match_end_monthly_risk": 0.0}
    changes = {PER_WORKER: 9, HOURS: dict.fromkeys(("low", "medium", "high"), 2.5), **SAME_HOURS}
    model, seen = model_of(small(changes), sure), 0
    each = model.values["mentoring.hours_per_contact"]
    while model.running:
        contacts = model.world.mentees.contacts.copy()
        model.step()
        mentees, mentors = model.world.mentees, model.world.mentors
        given = np.bincount(
            mentees.mentor[mentees.mentor != NEVER],
            weights=(mentees.contacts - contacts)[mentees.mentor != NEVER] * each,
            minlength=len(mentors.tenure),
        )
        assert (given <= mentors.hours_per_month + 1e-9).all()
        inside = model.world.people.status <= 1  # who awaits release is always there to be visited
        full = np.flatnonzero(hours_kept(model) == 1.0)
        for post in full:
            mine = mentees.mentor == post
            if (mine & inside).sum() == mine.sum() and (mentees.current_step[mine] < model.steps).all():
                seen += 1
                assert given[post] == pytest.approx(mentors.hours_per_month[post])
    assert seen > 10


def test_hours_by_risk_give_a_caseworkers_time_to_those_who_need_it() -> None:
    hours = {
        f"policies.caseload.{CASES}": {"per_worker": 200, "hours_per_month": {"low": 1.0, "medium": 1.5, "high": 4.0}}
    }
    model = model_of(beside(CASES, hours))
    needs = np.rint(np.array([1.0, 1.5, 4.0]) * MINUTES_PER_HOUR).astype(np.int64)
    doses: dict[Risk, list[float]] = {band: [] for band in Risk}
    while model.running:
        model.step()
        enrolled, risk, team = model.world.enrolled[CASES], model.world.risk, model.world.teams[CASES]
        kept = caseload.minutes_kept(enrolled.place, risk, needs, len(team.payroll))
        assert (kept <= 120 * MINUTES_PER_HOUR).all()
        if model.steps > 24:
            for band in (Risk.MEDIUM, Risk.HIGH):
                doses[band] += enrolled.dose[(enrolled.place != NEVER) & (risk == band)].tolist()
    assert np.mean(doses[Risk.HIGH]) > 1.8 * np.mean(doses[Risk.MEDIUM])


@pytest.mark.parametrize("when_full", ["wait", "thin_out", "refer_on"])
def test_what_happens_when_the_hours_are_full(when_full: str) -> None:
    hours = dict.fromkeys(("low", "medium", "high"), 40.0)
    table = {"per_worker": 200, "hours_per_month": hours, "when_full": when_full}
    model, most, referred, waited = model_of(beside(CASES, {f"policies.caseload.{CASES}": table})), 0, 0, 0
    while model.running:
        model.step()
        place = model.world.enrolled[CASES].place
        most = max(most, int(caseload.load(place, len(model.world.teams[CASES].payroll)).max()))
        referred += model.world.teams[CASES].referred
        waited += int((model.world.enrolled[CASES].waiting_since != NEVER).sum())
    assert most == (6 if when_full == "thin_out" else 3)  # of 120 hours, and twice as many
    assert (referred > 0) == (when_full == "refer_on")
    assert (waited > 0) == (when_full != "refer_on")


def monitored(after_months: int, shares: Mapping[str, float]) -> list[ReentryModel]:
    return by_rule("random", {f"{MATCHING}.monitoring": {"after_months": after_months, **shares}})


def test_a_match_that_fails_is_noticed_early_or_late_and_another_may_follow() -> None:
    fails = {"least_fit_share": 0.5}
    never, early, late = by_rule("random"), monitored(3, fails), monitored(9, fails)
    noticed = [sum(model.world.record.noticed.sum() for model in models) for models in (never, early, late)]
    assert noticed[0] == 0
    assert noticed[1] > noticed[2] > 10  # by the ninth month many have ended anyway
    again = [sum(int((m.world.mentees.matches > 1).sum()) for m in models) for models in (never, early, late)]
    assert again[1] > again[2] > again[0]
    fits = [np.concatenate([m.world.mentees.fit[m.world.mentees.mentor != NEVER] for m in x]) for x in (never, early)]
    assert mean_fit(early) > mean_fit(never) + 0.02, fits


def test_missed_months_are_noticed_at_the_month_of_the_look() -> None:
    (model,) = over_replicates(small({f"{MATCHING}.monitoring": {"after_months": 2, "least_kept_share": 1.0}}), count=1)
    table = model.world.mentees
    still = (table.mentor != NEVER) & (model.steps - table.current_step >= 2)
    assert model.world.record.noticed.sum() > 10
    assert (table.kept_months[still] >= 2).all()
    assert cohort(model, table.matches).max() > 1


STRAINED = {f"policies.caseload.{CASES}": {"per_worker": 120, "overload": "strains"}}


def test_too_many_people_wear_caseworkers_out_and_usual_caseloads_do_not() -> None:
    def left_and_dose(policy: Mapping[str, Any], loss: float) -> tuple[int, float, float]:
        values = {"caseworkers.strain_quality_loss_share": loss, "mentors.strain_leave_multiple": 4.0}
        settings = {"eligible": {"risk": ["low", "medium", "high"], "to_month": 12}, "length_months": 24}
        models = over_replicates(beside(CASES, {TOTAL: 1_200_000.0, **policy}, settings), values)
        tenures = sum(int((model.world.caseworkers.tenure + 1).sum()) for model in models)
        dose = np.concatenate([m.world.enrolled[CASES].dose[m.world.enrolled[CASES].dose > 0] for m in models])
        return tenures, float(dose.mean()), max(float(m.world.caseworkers.strain.max()) for m in models)

    heavy = {f"policies.caseload.{CASES}": {"per_worker": 120}}
    calm, calm_dose, none = left_and_dose(heavy, 0.5)
    worn, worn_dose, strain = left_and_dose(STRAINED, 0.5)
    assert none == 0.0
    assert strain > 0.2
    assert worn > calm
    assert worn_dose < calm_dose
    with pytest.raises(InputError, match="nobody has more people than usual, which is 60"):
        beside(CASES, {f"policies.caseload.{CASES}": {"per_worker": 60, "overload": "strains"}})


def test_the_waiting_list_is_arrivals_times_the_mean_wait() -> None:
    """Little's law, spell by spell: what a person waits is reckoned apart from the length of the line."""
    steady = {"time.warmup_months": 36, "time.window_months": 120, "time.tail_months": 12, "time.follow_up_months": 24}
    money = {TOTAL: 343.0 * 50 * 168, "funding.sources.state_grant.last_step": 168}
    model = model_of(small({**steady, **money, "population.size": 6000}, size=6000))
    since, spells = np.full(len(model.world.risk), NEVER), list[tuple[int, int]]()
    while model.running:
        model.step()
        now = model.world.mentees.waiting_since
        ended = np.flatnonzero((since != NEVER) & (now != since) & (since <= model.steps))
        spells += [(int(since[who]), model.steps - int(since[who])) for who in ended]
        since = now.copy()
    first, last = 37, 156
    waits = [months for began, months in spells if first <= began <= last]
    arrivals = len(waits) / (last - first + 1)
    # who is matched in the month of joining is in no line at the end of a month and was seen in no step: no wait
    length = model.world.record.waiting[first : last + 1].mean()
    assert length > 20
    assert length == pytest.approx(arrivals * float(np.mean(waits)), rel=0.02)
