"""Two scenarios of one replicate part through money, then staff, then something scarce."""

from __future__ import annotations

from dataclasses import replace

import pytest

from behavior.small_runs import TOTAL, small
from reentrysim.analysis.parting import (
    ANSWER,
    COMPETING,
    COMPETITION,
    EARLY_END,
    EVENT,
    EXPOSURE,
    HOME,
    JOB,
    LIFE,
    LOCK_IN,
    MENTOR,
    TURN,
    Parting,
    in_words,
    part,
)
from reentrysim.experiments.plan import plan_runs
from reentrysim.scenario import Scenario
from reentrysim.vocabulary import NEVER, InputError


def parting(changes: dict[str, object], base: dict[str, object] | None = None, replicate: int = 0) -> Parting:
    first = small(base, size=200)
    return part(plan_runs([first.vary(changes, name="other")], baseline=first.vary({}, name="first")), replicate)


def test_more_money_parts_money_before_staff_before_people() -> None:
    found = parting({TOTAL: 3.0 * 343.0 * 200 / 6 * 38})
    assert found.money_step is not None
    assert found.staff_step is not None
    first = found.people.iloc[0]
    assert found.money_step <= found.staff_step <= first["step"]
    assert first["through"] == MENTOR
    assert set(found.through.index) <= {MENTOR, JOB, HOME}
    assert found.people["person"].is_unique
    assert found.people["step"].is_monotonic_increasing
    assert 0 < found.returns[0] <= found.returns[1] == 200


def test_a_program_that_one_of_them_has_is_what_people_part_through() -> None:
    money = {"funding.shares": {"mentoring": 0.5, "transitional_jobs": 0.5}, "programs.transitional_jobs": {}}
    found = parting(money)
    assert "a place in transitional_jobs" in set(found.through.index)
    assert not {EVENT, LIFE} & set(found.through.index)
    told = found.people[found.people["through"] == "a place in transitional_jobs"]
    assert (told["month"] >= 1).all()


def test_a_number_that_differs_is_no_scarce_thing() -> None:
    found = parting({"circumstances.violation_response": 3.0}, {TOTAL: 0.0})
    assert found.money_step is None
    assert found.staff_step is None
    assert found.people.iloc[0]["through"] == EVENT
    assert found.people.iloc[0]["column"].startswith("people.")


def test_another_uptake_is_another_standing_answer_before_the_first_step() -> None:
    found = parting({"programs.mentoring.uptake_share": 0.95})
    first = found.people.iloc[0]
    assert (first["step"], first["through"], first["column"]) == (0, ANSWER, "mentees.willing")
    assert (first["first"], first["other"]) == (False, True)


def test_the_same_question_under_another_name_never_parts() -> None:
    found = parting({})
    assert found.people.empty
    assert (found.money_step, found.staff_step, found.returns[0]) == (None, None, 0)
    (money, staff, nobody) = in_words(found)
    assert money.startswith("The same money")
    assert staff.startswith("Both have as many staff")
    assert nobody.startswith("Nobody differs between first and other")


def test_the_words_tell_the_first_person() -> None:
    found = parting({TOTAL: 3.0 * 343.0 * 200 / 6 * 38})
    first = found.people.iloc[0]
    told = list(in_words(found))
    assert told[0] == f"Money moves otherwise from step {found.money_step} on."
    assert f"is {first['person']} (" in told[2]
    assert f"in step {first['step']}, month {first['month']} since release, through a mentor" in told[2]
    assert f"In the end {len(found.people):,} of {found.simulated:,} people differ" in told[3]


def test_what_cannot_be_looked_into_is_refused() -> None:
    one = small(size=60)
    alone: Scenario = one.vary({}, name="alone")
    plan = plan_runs([alone], baseline=alone, replicates=2)
    with pytest.raises(InputError, match="Name two scenarios"):
        part(plan)
    two = replace(plan, scenarios=(one, alone))
    with pytest.raises(InputError, match="there is no replicate 2"):
        part(two, 2)
    with pytest.raises(InputError, match=r"there is no replicate -1\. They begin at 0"):
        part(two, -1)


def test_whoever_is_brought_back_is_listed_with_the_month_where_paths_part_and_why() -> None:
    """A second program beside mentors that leaves them less money: some are better off without it, and are told."""
    money = {"funding.shares": {"mentoring": 0.4, "transitional_jobs": 0.6}, "programs.transitional_jobs": {}}
    found = parting(money, {TOTAL: 2.0 * 343.0 * 200 / 6 * 38})
    back = found.brought_back
    assert len(back) > 0
    assert ((back["back"] == NEVER) | (back["back_other"] < back["back"])).all()
    assert (back["month"] <= back["back_other"]).all()
    assert set(back["why"]) <= {COMPETING, EXPOSURE, EARLY_END, LOCK_IN, COMPETITION, TURN}
    lines = found.people.set_index("person").loc[back["person"]]
    assert lines["month"].tolist() == back["month"].tolist()
    told = list(in_words(found))
    later = found.returns[0] - len(back)
    assert any(line.startswith(f"Under other {len(back)} come back earlier") for line in told)
    assert (f"Under other {later} of them come back later, or not at all." in told) == (later > 0)
    assert not any("_" in line for line in told)


def test_one_person_has_and_comes() -> None:
    money = {"funding.shares": {"mentoring": 0.4, "transitional_jobs": 0.6}, "programs.transitional_jobs": {}}
    found = parting(money, {TOTAL: 2.0 * 343.0 * 200 / 6 * 38})
    assert "1 comes back earlier" in " ".join(in_words(replace(found, brought_back=found.brought_back.head(1))))
    alone = " ".join(in_words(replace(found, returns=(2, 200), brought_back=found.brought_back.head(1))))
    assert "2 have another first return" in alone
    assert "Under other 1 of them comes back later, or not at all." in alone
    assert "1 has another first return" in " ".join(in_words(replace(found, returns=(1, 200))))


def test_supervision_that_finds_more_is_no_turn_of_luck_alone() -> None:
    found = parting({"circumstances.violation_response": 3.0}, {TOTAL: 0.0})
    assert TURN in set(found.brought_back["why"])
    assert "other rules or circumstances" in TURN


def test_without_anything_scarce_a_protected_person_comes_back_earlier_only_by_living_longer_outside() -> None:
    free = {"circumstances.vacancies": "free", "circumstances.rooms": "free", "circumstances.learning": False}
    money = {"funding.shares": {"mentoring": 0.0, "cognitive_behavioral_groups": 1.0}, TOTAL: 2e7}
    found = parting(money | {"programs.cognitive_behavioral_groups": {}}, {**free, TOTAL: 0.0})
    assert found.returns[0] > 0
    assert set(found.brought_back["why"]) <= {COMPETING, EXPOSURE, EARLY_END}
