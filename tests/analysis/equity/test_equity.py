"""Access, gains and gaps of small comparisons, and what other names of groups do to them: nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

import reentrysim
from behavior.small_runs import OPEN, TOTAL, small
from reentrysim.access import HOW
from reentrysim.analysis.compare import Comparison, compare, run
from reentrysim.analysis.equity.equity import COLUMNS, OUTCOMES
from reentrysim.experiments.run import Job
from reentrysim.model import ReentryModel
from reentrysim.outcomes import tabulate
from reentrysim.randomness import Luck
from reentrysim.report.equity import lines, summary
from reentrysim.scenario.values import values_for
from reentrysim.vocabulary import Race

if TYPE_CHECKING:
    from reentrysim.outcomes import RunResult

SMALL: dict[str, Any] = {"replicates": 20, "jobs": 1, "participants": 200, "months": 12}
SIZE = 2000
RICH = {TOTAL: 10 * 343.0 * SIZE / 6 * 38, "programs.mentoring.eligible.risk": ["low", "medium", "high"]}
BLACK = {"circumstances.arrest_intensity.black": 2.0}
BLIND = {**OPEN, "circumstances.discrimination": False, TOTAL: 0.0}


def one_later(job: Job) -> RunResult:
    """The same people, each called by the race after their own."""
    model = ReentryModel(job.scenario, values_for(job.scenario, job.draw), Luck(job.seed, job.replicate), 200)
    model.world.traits.race[:] = (model.world.traits.race + 1) % len(Race)
    return tabulate(model.run(), job.programs, job.tool)


@pytest.fixture(scope="module")
def result() -> Comparison:
    base = small(RICH, size=SIZE)
    women = base.vary({"programs.mentoring.eligible.sex": ["female"]}, name="women-only")
    return compare([women, base.vary(BLACK, name="policed")], baseline=base.vary({}, name="usual"), **SMALL)


@pytest.fixture(scope="module")
def table(result: Comparison) -> pd.DataFrame:
    return result.equity()


def row(table: pd.DataFrame, scenario: str, measure: str, subgroup: str, program: str = "") -> Any:
    asked = {"scenario": scenario, "measure": measure, "subgroup": subgroup, "program": program}
    (found,) = table[np.logical_and.reduce([table[key] == value for key, value in asked.items()])].to_dict("records")
    return found


def test_every_dimension_and_measure_is_told_of_every_scenario(table: pd.DataFrame) -> None:
    assert table.columns.tolist() == COLUMNS
    assert set(table["dimension"]) == {"all", "sex", "age", "race", "risk", "need"}
    assert set(table["measure"]) == {*HOW, *OUTCOMES}
    assert not table.duplicated(["scenario", "measure", "program", "subgroup"]).any()
    assert table.groupby(["scenario", "measure", "program"]).size().nunique() == 1
    assert (table.loc[table["subgroup"] == table["reference"], "gap"] == 0).all()


def test_who_is_left_out_by_the_rules_is_eligible_before_and_not_after(table: pd.DataFrame) -> None:
    men, women = (row(table, "women-only", "eligible", f"sex={sex}", "mentoring") for sex in ("male", "female"))
    assert men["value"] == 0.0
    assert men["before"] > 0.9
    assert women["value"] == pytest.approx(women["before"])
    assert women["gap"] == pytest.approx(women["value"])
    assert abs(women["gap_before"]) < 0.05
    assert women["gap_change_low"] > 0.8
    assert row(table, "women-only", "served", "sex=male")["value"] == 0.0


def test_values_are_those_of_the_comparison(result: Comparison, table: pd.DataFrame) -> None:
    for subgroup in ("sex=female", "need=mental_illness", "risk=low"):
        mine, theirs = row(table, "policed", "rearrest", subgroup), result.difference("rearrest", 12, subgroup)
        for own, column in (("value", "value"), ("change", "difference"), ("change_mcse", "difference_mcse")):
            assert mine[own] == pytest.approx(theirs.loc["policed", column]), (subgroup, own)
        assert mine["change_per_1000"] == pytest.approx(1000 * mine["change"])
    told = row(table, "policed", "rearrest", "race=black")
    assert told["gap_change"] == pytest.approx(told["gap"] - told["gap_before"])


def test_doubled_arrests_of_a_group_show_as_its_measured_recidivism_and_the_output_says_so(
    result: Comparison, table: pd.DataFrame
) -> None:
    black, hispanic = (row(table, "policed", "rearrest", f"race={race}") for race in ("black", "hispanic"))
    assert black["gap_change_low"] > 0.1
    assert black["gap_change"] == pytest.approx(
        black["change"] - row(table, "policed", "rearrest", "race=white")["change"]
    )
    assert abs(hispanic["gap_change"]) < 0.05
    (said,) = [one for one in result.warnings if "other enforcement than usual" in one]
    assert said.startswith("Measured recidivism under policed includes")
    assert "leads to arrest 2 times as often among Black participants" in said
    ending = "policed: measured under other enforcement than usual, which is no change of offending."
    assert result.sentence().endswith(ending)


def test_words_are_of_what_is_clear_alone(result: Comparison, table: pd.DataFrame) -> None:
    places, where = lines(result)  # so few returns within a year that no gap in them changes clearly
    assert places.startswith("Places under women-only, of 1,000 in each group: about ")
    assert " and 0 men (" in places and "; the gap grows by about " in places
    assert "equity.csv" in where
    assert places in summary(result)
    assert not row(table, "policed", "return_to_prison", "race=black")["gap_change_low"] > 0.05


def test_a_single_scenario_has_no_words(result: Comparison) -> None:
    alone = run(small({}, size=SIZE), **{**SMALL, "replicates": 2})
    assert lines(alone) == []
    assert (alone.equity()["gap_change"].dropna() == 0).all()


def test_a_folder_gives_the_table_again(result: Comparison, table: pd.DataFrame, tmp_path: Path) -> None:
    again = reentrysim.load(result.save(tmp_path / "here")).equity()
    pd.testing.assert_frame_equal(again, table, check_dtype=False, rtol=1e-8, atol=1e-12)


def test_another_reference_turns_the_gap(result: Comparison, table: pd.DataFrame) -> None:
    turned = result.equity({"sex": "female"})
    mine, theirs = row(turned, "policed", "employed", "sex=male"), row(table, "policed", "employed", "sex=female")
    assert mine["gap"] == pytest.approx(-theirs["gap"])


@pytest.fixture(scope="module")
def named() -> tuple[Comparison, Comparison]:
    """Equal enforcement, equal people: as they are called, and as they are not."""
    question = small(BLIND, size=SIZE)
    return run(question, **SMALL), run(question, **SMALL, simulate=one_later)


def test_other_names_of_groups_take_every_number_with_them(named: tuple[Comparison, Comparison]) -> None:
    ours, theirs = (one.equity().set_index(["subgroup", "program", "measure"]).sort_index() for one in named)
    words = [race.name.lower() for race in Race]
    for word, later in zip(words, words[1:] + words[:1], strict=True):
        mine, same = ours.loc[f"race={word}"], theirs.loc[f"race={later}"]
        for column in ("people", "value", "value_low", "value_high"):
            assert np.array_equal(mine[column], same[column], equal_nan=True), (word, column)
    assert ours.loc["race=black", "value"].ne(theirs.loc["race=black", "value"]).any()  # or the test shows nothing
    for group in ("all", "sex=female", "need=none", "risk=high"):
        assert np.array_equal(ours.loc[group, "value"], theirs.loc[group, "value"])


def test_equal_people_under_equal_enforcement_have_no_gap_beyond_luck(named: tuple[Comparison, Comparison]) -> None:
    table = named[0].equity()
    race = table[(table["dimension"] == "race") & (table["subgroup"] != "race=white") & (table["gap_mcse"] > 0)]
    standing = race["gap"].abs() / race["gap_mcse"]
    assert len(standing) > 10
    assert (standing < 4.0).all()
