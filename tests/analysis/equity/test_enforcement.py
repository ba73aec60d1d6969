"""What enforcement alone does: a scenario against itself with the usual one, same people and luck."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from behavior.small_runs import OPEN, TOTAL, small
from reentrysim.analysis.equity.enforcement import (
    COLUMNS,
    PER_MONTH,
    PER_PERSON,
    Enforcement,
    Watched,
    enforcement,
    in_percent,
    plan_enforcement,
)
from reentrysim.experiments.run import Job
from reentrysim.scenario import Scenario
from reentrysim.vocabulary import InputError, Race

SMALL: dict[str, Any] = {"replicates": 20, "jobs": 1, "participants": 200, "months": 12}


def policed(**intensity: float) -> Scenario:
    """Nobody takes a job or a room from anybody, so that nobody feels what happens to others."""
    named = {f"circumstances.arrest_intensity.{group}": times for group, times in intensity.items()}
    return small({**OPEN, TOTAL: 0.0, **named}, size=2000).vary({}, name="policed")


@pytest.fixture(scope="module")
def result() -> Enforcement:
    return enforcement(policed(black=2.0), **SMALL)


def line(result: Enforcement, measure: str, group: str) -> pd.Series:
    table = result.table
    return table[(table["measure"] == measure) & (table["subgroup"] == group)].iloc[0]


def test_it_is_the_same_scenario_with_the_usual_enforcement() -> None:
    plan = plan_enforcement(policed(black=2.0, white=0.5), **SMALL)
    usual, own = plan.scenarios
    assert (usual.name, own.name) == ("policed-usual-enforcement", "policed") and plan.baseline == usual.name
    assert not usual.circumstances.arrest_intensity.unusual
    mine, theirs = own.resolved(), usual.resolved()
    mine["circumstances"].pop("arrest_intensity"), theirs["circumstances"].pop("arrest_intensity")
    assert {**mine, "name": ""} == {**theirs, "name": ""}


def test_where_enforcement_is_usual_there_is_nothing_to_ask() -> None:
    with pytest.raises(InputError, match=r"every circumstances\.arrest_intensity is 1\. Set one, such as"):
        enforcement(policed())


def test_only_those_whose_arrests_are_more_are_measured_otherwise(result: Enforcement) -> None:
    assert result.table.columns.tolist() == COLUMNS
    black = line(result, "rearrest", "race=black")
    assert black["intensity"] == 2.0
    assert black["change_low"] > 0.1
    assert black["gap_change"] == pytest.approx(black["change"])
    for race in ("white", "hispanic", "other"):
        for measure in ("rearrest", "return_to_prison", PER_MONTH, PER_PERSON):
            assert line(result, measure, f"race={race}")["change"] == 0.0


def test_offending_is_added_up_person_by_person() -> None:
    """With the months of a person from the calendar, and the time at liberty from the record of the days inside."""
    question = policed(black=2.0).vary({"time.follow_up_months": 12})
    model = Watched(Job(question, None, 1, 0, 60))
    cohort, release = model.world.calendar.cohort, model.world.traits.release_step
    offending, free = np.zeros(60), np.zeros(60)
    while model.running:
        model.step()
        for member, person in enumerate(range(cohort.start, cohort.stop)):
            row = person - model.now.window.start
            month = model.steps - release[person] + 1
            if 1 <= month <= 12:
                offending[member] += model.now.events.offending[row]
                gone = 1 <= model.world.people.death[person] < month
                inside = model.world.record.custody_days[month - 1, member]
                free[member] += 0.0 if gone else 1.0 - inside / (365.25 / 12)
    assert model.offending == pytest.approx(offending)
    assert model.months_free == pytest.approx(free)
    assert offending.sum() > 10


def test_offending_per_month_and_person_are_those_sums(result: Enforcement) -> None:
    runs = result.runs
    model = Watched(Job(result.scenario, runs.plan.draw_of(3), runs.plan.seed, 3, 200))
    model.run()
    black = model.world.traits.race[model.world.calendar.cohort] == Race.BLACK
    per_month = model.offending[black].sum() / model.months_free[black].sum()
    assert runs.notes["policed"][f"{PER_MONTH}.race=black"][3] == pytest.approx(per_month)
    assert runs.notes["policed"][f"{PER_PERSON}.race=black"][3] == pytest.approx(model.offending[black].mean())


def test_a_sentence_says_how_much_of_the_gap_is_enforcement(result: Enforcement) -> None:
    told, black = result.sentence(), line(result, "rearrest", "race=black")
    start = "Of the gap in measured rearrest within 1 year between Black participants and White participants, about "
    assert told.startswith(start)
    assert "are enforcement alone: with the usual enforcement for all the gap is " in told
    made = int(told.partition(" under policed, about ")[2].partition(" (95%")[0])
    assert made == pytest.approx(1000 * black["gap_change"], abs=25)
    assert "Offending per month at liberty " in told


def test_the_same_intensity_for_all_makes_no_gap_and_is_told_of_all() -> None:
    equal = enforcement(policed(white=1.5, black=1.5, hispanic=1.5, other=1.5), **{**SMALL, "participants": 100})
    told, everybody = equal.sentence(), line(equal, "rearrest", "all")
    assert told.startswith("Of 1,000 participants about ")
    assert "with the usual enforcement: about " in told
    assert everybody["change_low"] > 0.0


@pytest.mark.parametrize(
    ("change", "low", "high", "words"),
    [
        (0.0, 0.0, 0.0, "Offending per month at liberty is the same."),
        (0.0002, -0.0003, 0.0004, "Offending per month at liberty is the same."),
        (0.002, -0.001, 0.005, "Offending per month at liberty does not change clearly: by +4% (95%: -2% to +10%)."),
        (0.003, 0.001, 0.005, "changes by +6% (95%: +2% to +10%), through what arrests lead to alone."),
        (-0.003, -0.005, -0.001, "changes by -6% (95%: -10% to -2%), through who is in custody alone."),
        (0.003, np.nan, np.nan, "differs by +6%, from too few runs for an interval."),
    ],
)
def test_offending_is_called_the_same_only_where_it_is(change: float, low: float, high: float, words: str) -> None:
    assert in_percent({"before": 0.05, "change": change, "change_low": low, "change_high": high}).endswith(words)
