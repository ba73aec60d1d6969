"""Laws of the whole model (design, section 7): what must not matter does not matter, bit for bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

import numpy as np
import pytest

from behavior.small_runs import (
    DIRECT,
    EVERY_PROGRAM,
    OPEN,
    PER_WORKER,
    STRONG,
    TOTAL,
    cohort,
    model_of,
    shared_run,
    small,
)
from reentrysim.dynamics.reoffending import liability
from reentrysim.model import ReentryModel
from reentrysim.scenario import load_scenario, shipped_scenarios
from reentrysim.vocabulary import NEVER, Race

TABLES = ("traits", "people", "lives", "mentees")
NO_SCARCITY = {TOTAL: 3_000_000.0, PER_WORKER: 1000, **OPEN}
NO_TIME = {"mentoring.hours_per_contact": 1e-9}


def differing(one: ReentryModel, other: ReentryModel, but: tuple[int, ...] = ()) -> list[str]:
    """Columns in which anybody but the rows `but` differs."""
    found = []
    for table in TABLES:
        first, second = getattr(one.world, table), getattr(other.world, table)
        for field in fields(first):
            a, b = (np.delete(getattr(each, field.name), but) for each in (first, second))
            if not np.array_equal(a, b):
                found.append(f"{table}.{field.name}")
    return found + differing_programs(one, other, but)


def differing_programs(one: ReentryModel, other: ReentryModel, but: tuple[int, ...]) -> list[str]:
    """The same of the programs that both have."""
    found = []
    for program in one.world.enrolled.keys() & other.world.enrolled.keys():
        first, second = one.world.enrolled[program], other.world.enrolled[program]
        for field in fields(first):
            a, b = (np.delete(getattr(each, field.name), but) for each in (first, second))
            if not np.array_equal(a, b):
                found.append(f"{program}.{field.name}")
    return found


@pytest.mark.parametrize("name", sorted(shipped_scenarios()))
def test_a_scenario_under_another_name_changes_nobody(name: str) -> None:
    by_contract = any(source.pays_if for source in load_scenario(name).funding.sources.values())
    scenario = load_scenario(name).vary({"time.follow_up_months": 30 if by_contract else 12})  # else never judged
    other = "else-oracle" if scenario.policies.assessment.tool == "oracle" else "else"  # which has to be in the name
    renamed = scenario.vary({"title": "Something else", "question": "What else?"}, name=other)
    assert renamed.digest == scenario.digest
    assert not differing(model_of(scenario, participants=150).run(), model_of(renamed, participants=150).run())


def test_two_scenarios_that_differ_do_differ() -> None:
    assert "mentees.matches" in differing(model_of(small()).run(), model_of(small({PER_WORKER: 1})).run())


# People at the middle of the calendar, at its ends, and inside and outside the cohort.
@pytest.mark.parametrize("missing", [0, 1, 449, 450, 451, 500, 675, 749, 899])
def test_with_places_for_all_one_person_missing_changes_nobody_else(missing: int) -> None:
    scenario = small(NO_SCARCITY)
    everybody = shared_run(scenario, {**STRONG, **NO_TIME})
    assert len(everybody.world.traits.age) == 900
    others = model_of(scenario, {**STRONG, **NO_TIME}, without=[missing]).run()
    assert differing(everybody, others, but=(missing,)) == []


def test_the_missing_person_never_enters() -> None:
    model = model_of(small(NO_SCARCITY), without=[500]).run()
    assert model.world.people.status[500] == 0
    assert model.world.mentees.matches[500] == 0
    assert model.world.people.first_arrest[500] == NEVER
    assert model.world.calendar.release_steps[500] == np.sort(model.world.calendar.release_steps)[500]


def test_with_few_places_somebody_takes_the_place_of_the_missing_person() -> None:
    scenario = small(size=240)
    everybody = model_of(scenario, STRONG).run()
    served = np.flatnonzero(everybody.world.mentees.matches > 0)
    missing = int(served[0])
    changed = differing(everybody, model_of(scenario, STRONG, without=[missing]).run(), but=(missing,))
    assert "mentees.mentor" in changed or "mentees.offered_step" in changed
    assert not any(name.startswith("traits.") for name in changed)


RESOURCES = (
    *("mentees.waiting_since", "mentees.offered_step", "mentees.mentor", "mentees.contacts"),
    "mentees.fit",  # another mentor at the same post
    *("lives.employer", "lives.job_step", "lives.provider", "lives.home", "lives.home_step", "lives.moves"),
)


def test_whoever_differs_without_others_differs_first_in_something_scarce() -> None:
    missing = [50, 150, 250, 350]
    scenario = small(size=200)
    everybody = model_of(scenario, STRONG)
    others = model_of(scenario, STRONG, without=missing)
    first: dict[int, set[str]] = {}
    while everybody.running:
        everybody.step()
        others.step()
        for table in TABLES:
            for field in fields(getattr(everybody.world, table)):
                one, other = (getattr(getattr(model.world, table), field.name) for model in (everybody, others))
                for person in np.flatnonzero(one != other).tolist():
                    parted = first.setdefault(person, {f"step {everybody.steps}"})
                    if f"step {everybody.steps}" in parted:
                        parted.add(f"{table}.{field.name}")
    for person in missing:
        del first[person]
    assert len(first) > 10
    assert not {person: parted for person, parted in first.items() if not parted.intersection(RESOURCES)}


@pytest.mark.parametrize("missing", [0, 299, 450, 600])
def test_an_exogenous_market_is_as_large_whoever_is_simulated(missing: int) -> None:
    everybody, others = model_of(small(OPEN)), model_of(small(OPEN), without=[missing])
    for model in (everybody, others):
        model.run()
        assert model.now.unseen(scarce=False) == model.world.released_people
    assert np.array_equal(everybody.world.employers.openings, others.world.employers.openings)


def test_an_unused_program_changes_nobody() -> None:
    nobody = {"programs.mentoring.uptake_share": 1e-12}
    without_money = model_of(small({**nobody, TOTAL: 0.0})).run()
    with_money = model_of(small(nobody)).run()
    other_weights = model_of(small({**nobody, "policies.matching.mentoring.rule": "compatibility"})).run()
    assert not with_money.world.mentees.matches.any()
    assert [name for name in differing(without_money, with_money) if not name.startswith("mentees.")] == []
    assert differing(with_money, other_weights) == []


def test_a_program_without_effect_changes_no_event() -> None:
    without = {"mentoring.log_hazard_at_full_trust": 0.0, "mentoring.early_end_hazard_ratio": 1.0, **DIRECT}
    none, much = (model_of(small({TOTAL: money}), without) for money in (0.0, 2e6))
    changed = differing(none.run(), much.run())
    assert "mentees.trust" in changed
    assert all(name.startswith("mentees.") for name in changed)


@pytest.mark.parametrize("programs", [{}, {**EVERY_PROGRAM, TOTAL: 8e6}], ids=["mentoring", "every program"])
def test_without_discrimination_race_enters_nothing(programs: Mapping[str, object]) -> None:
    scenario = small({"circumstances.discrimination": False, **programs}, size=400)
    plain, permuted = model_of(scenario, STRONG), model_of(scenario, STRONG)
    race = permuted.world.traits.race
    race[:] = np.roll(race, 7)
    changed = differing(plain.run(), permuted.run())
    assert changed == ["traits.race"]
    assert np.array_equal(plain.world.record.arrests, permuted.world.record.arrests)


def test_with_discrimination_race_enters_work_and_homes_and_nothing_before_them() -> None:
    blind = {"work.hazard_ratio": 1.0, "housing.hazard_ratio_homeless": 1.0, "health.work_gain": 0.0}
    scenario = small({TOTAL: 0.0}, size=400)
    plain, permuted = (model_of(scenario, blind | {"health.home_gain": 0.0}) for _ in range(2))
    race = permuted.world.traits.race
    race[:] = np.roll(race, 7)
    changed = set(differing(plain.run(), permuted.run())) - {"traits.race"}
    assert changed == {f"lives.{name}" for name in ("employer", "job_step", "good_job", *HOME)}


HOME = ("home", "home_step", "provider", "moves")


@pytest.mark.parametrize("race", list(Race))
def test_risk_and_score_are_the_same_whatever_the_race(race: Race) -> None:
    plain, alike = model_of(small()), model_of(small())
    alike.world.traits.race[:] = race
    again = liability(alike.world.traits, alike.values)
    for field in fields(again):
        assert np.array_equal(getattr(again, field.name), getattr(plain.world.liable, field.name))


def test_a_longer_follow_up_changes_nothing_before() -> None:
    short, long = model_of(small()).run(), model_of(small({"time.follow_up_months": 36})).run()
    for name in ("arrests", "custody_days", "in_custody"):
        assert np.array_equal(getattr(short.world.record, name), getattr(long.world.record, name)[:24])


def test_a_longer_tail_changes_nothing_before_it_competes() -> None:
    short, long = model_of(small()), model_of(small({"time.tail_months": 12}))
    for _ in range(9 + 6 + 3 - 6):  # until the first additional person comes within the lead time
        short.step()
        long.step()
    alike = slice(0, len(short.world.traits.age))
    assert np.array_equal(short.world.mentees.mentor, long.world.mentees.mentor[alike])
    assert np.array_equal(short.world.people.status, long.world.people.status[alike])


def pooled(scenario_size: int, participants: int, values: Mapping[str, float] | None = None) -> dict[str, float]:
    """Mean rearrest, share served and simulated mentors over eight replicates, and one ledger."""
    models = [model_of(small(size=scenario_size), values, rep, participants).run() for rep in range(8)]
    return {
        "rearrest": float(np.mean([np.mean(cohort(m, m.world.people.first_arrest) != NEVER) for m in models])),
        "served": float(np.mean([np.mean(cohort(m, m.world.mentees.matches) > 0) for m in models])),
        "mentors": float(np.mean([m.world.record.active_mentors[8:30].mean() for m in models])),
        "arrived": float(models[0].world.ledger.arrived.sum()),
        "spent": float(np.mean([m.world.ledger.spent.sum() for m in models])),
    }


def test_half_the_participants_are_the_same_system_seen_less_precisely() -> None:
    whole, half = pooled(800, 800), pooled(800, 400)
    noise = np.sqrt(0.25 / (8 * 400) + 0.25 / (8 * 800))
    assert half["rearrest"] == pytest.approx(whole["rearrest"], abs=4 * noise)
    assert half["served"] == pytest.approx(whole["served"], abs=4 * noise)
    assert half["mentors"] == pytest.approx(whole["mentors"] / 2, rel=0.06)
    assert half["arrived"] == whole["arrived"] == round(343 * 800 / 6 * 38 * 100)  # real dollars
    assert half["spent"] == pytest.approx(whole["spent"], rel=0.03)


@pytest.mark.parametrize("when_full", ["wait", "thin_out"])
def test_no_mentor_gives_more_hours_than_there_are(when_full: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model = model_of(small({PER_WORKER: 6, "policies.caseload.mentoring.when_full": when_full}))
    mentees, hours = model.world.mentees, model.world.mentors.hours_per_month
    fullest = []

    def meet_and_count() -> None:
        before, mentor = mentees.contacts.copy(), mentees.mentor.copy()
        ReentryModel.people_meet_and_build_trust(model)
        kept = (mentees.contacts - before) * model.values["mentoring.hours_per_contact"]
        assert not kept[mentor == NEVER].any()
        fullest.append((np.bincount(mentor[mentor != NEVER], kept[mentor != NEVER], len(hours)) / hours).max())

    monkeypatch.setattr(model, "people_meet_and_build_trust", meet_and_count)
    model.run()
    assert 0.9 < max(fullest) <= 1.0 + 1e-12


def test_the_market_is_that_of_a_year_s_releases_however_long_the_window() -> None:
    half, whole = model_of(small(size=300)), model_of(small({"time.window_months": 12}, size=600))
    assert half.world.released_people == whole.world.released_people == 36 * 50
    for table, column in (("employers", "seats"), ("providers", "places")):
        one, other = (getattr(getattr(model.world, table), column) for model in (half, whole))
        assert np.array_equal(one, other)
