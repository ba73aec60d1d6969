"""One call gives every table a design allows, names what it rests on, and refuses names that are not there."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

from known_sweeps import BASELINE, OTHER, design, linear, listed, normal, nothing, sweep, uniform
from reentrysim.analysis.sensitivity.asked import sample_of
from reentrysim.analysis.sensitivity.sensitivity import sensitivity
from reentrysim.vocabulary import InputError

THREE = [normal("estimates.a", "D"), normal("estimates.b", "B"), normal("estimates.c", "D")]
BOTH = {BASELINE: nothing, OTHER: linear([0.03, 0.02, 0.0])}
TABLES = ("sobol", "pairs", "morris", "ranks", "tornado", "grades", "information", "tree")


@pytest.mark.parametrize(
    ("kind", "points", "there"),
    [
        ("sobol", 32, {"sobol", "ranks", "tornado", "grades", "information", "tree"}),
        ("random", 300, {"ranks", "tornado", "grades", "information", "tree"}),
        ("morris", 12, {"morris"}),
    ],
)
def test_a_design_gives_what_it_can_and_says_why_the_rest_is_missing(kind: str, points: int, there: set[str]) -> None:
    found = sensitivity(sweep(design(kind, THREE, points), BOTH, noise=0.005, replicates=4))
    assert {name for name in TABLES if getattr(found, name) is not None} == there
    words = ("Sobol'", "Elementary", "Rank correlations", "Ends of ranges", "Grades", "Value of", "Regions")
    tables = ("sobol", "morris", "ranks", "tornado", "grades", "information", "tree")
    for word, table in zip(words, tables, strict=True):
        assert any(note.startswith(word) for note in found.notes) == (table not in there)


def test_a_grid_of_levers_has_its_ends_alone() -> None:
    grid = listed("grid", [uniform("policies.a"), uniform("policies.b")], [(a, b) for a in range(3) for b in range(2)])
    found = sensitivity(sweep(grid, {BASELINE: nothing, OTHER: linear([1.0, 2.0])}))
    assert [name for name in TABLES if getattr(found, name) is not None] == ["tornado"]
    assert found.mean == 2.0
    assert found.points == found.asked == 6


def test_two_calls_say_the_same() -> None:
    results = sweep(design("sobol", THREE, 32), BOTH, noise=0.01)
    one, other = sensitivity(results), sensitivity(results)
    for field in fields(one):
        first, second = getattr(one, field.name), getattr(other, field.name)
        if isinstance(first, pd.DataFrame):
            pd.testing.assert_frame_equal(first, second)
    pd.testing.assert_frame_equal(one.tree, other.tree) if one.tree is not None else None


def test_without_names_it_is_the_difference_of_the_first_other_scenario_in_the_last_month() -> None:
    results = sweep(design("random", THREE, 40), {**BOTH, "third": nothing})
    early = results.runs.assign(month=12, return_to_prison=0.5)
    results = replace(results, runs=pd.concat([results.runs.assign(rearrest=1.0), early.assign(rearrest=1.0)]))
    asked = sensitivity(results).question
    assert (asked.outcome, asked.month, asked.scenario, asked.baseline) == ("return_to_prison", 36, OTHER, BASELINE)
    assert sensitivity(results, month=12).spread == 0
    alone = sensitivity(results, difference=False).question
    assert (alone.scenario, alone.baseline) == (BASELINE, "")
    assert sensitivity(results, scenario=OTHER, difference=False).question.baseline == ""


def test_a_difference_is_paired_with_the_baselines_own_run() -> None:
    made = design("random", THREE, 40)
    luck = np.random.default_rng(5).normal(size=80)
    results = sweep(made, BOTH)
    shaken = results.runs.assign(return_to_prison=results.runs["return_to_prison"] + np.tile(luck, 2))
    found = sensitivity(replace(results, runs=shaken))
    assert found.noise.share == pytest.approx(0, abs=1e-12)
    assert sensitivity(replace(results, runs=shaken), difference=False).noise.share > 0.5


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"outcome": "return_to_prisn"}, "no outcome 'return_to_prisn'. Did you mean 'return_to_prison'"),
        ({"month": 37}, "no month 37"),
        ({"subgroup": "sex=female"}, "no subgroup 'sex=female'"),
        ({"scenario": "more-mentor"}, "Did you mean 'more-mentors'"),
        ({"scenario": BASELINE}, "is the baseline and has no difference from itself"),
    ],
)
def test_what_is_not_there_is_refused(asked: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words.replace("?", r"\?")):
        sensitivity(sweep(design("random", THREE, 30), BOTH), **asked)  # type: ignore[arg-type]


def test_an_outcome_is_asked_for_where_it_has_a_value() -> None:
    results = sweep(design("random", THREE, 30), BOTH)
    early = results.runs.assign(month=12)
    late = results.runs.assign(month=60, return_to_prison=np.nan)
    some = replace(results, runs=pd.concat([early, results.runs, late]))
    assert sensitivity(some).question.month == 36
    with pytest.raises(InputError, match=r"no month 60. Known: 12, 36"):
        sensitivity(some, month=60)
    with pytest.raises(InputError, match="return_to_prison has no value at any point"):
        sensitivity(replace(results, runs=late))


def test_values_that_are_lists_are_words() -> None:
    rows = [(shares, supply) for shares in ([0.5, 0.5], [1.0, 0.0]) for supply in (1.0, 2.0)]
    grid = listed("grid", [uniform("funding.shares"), uniform("supply")], rows)
    found = sensitivity(sweep(grid, {BASELINE: lambda x: np.array([row[0][0] for row in x])}))
    assert found.tornado is not None
    told = found.tornado.set_index("factor").loc["funding.shares"]
    assert told[["low", "high", "difference"]].tolist() == ["[0.5, 0.5]", "[1.0, 0.0]", pytest.approx(0.5)]


def test_points_that_failed_or_have_not_run_are_counted() -> None:
    results = sweep(design("random", THREE, 100), BOTH)
    runs = results.runs
    partly = replace(results, runs=runs[(runs["point"] < 90) & ~((runs["point"] == 3) & (runs["scenario"] == OTHER))])
    found = sensitivity(partly)
    assert (found.points, found.asked) == (89, 100)
    assert "11 of 100 points have not run, or failed" in found.notes[0]
    with pytest.raises(InputError, match="2 points of the sweep have a value in every replicate"):
        sensitivity(replace(results, runs=runs[runs["point"] < 2]))


def test_two_replicates_of_a_draw_are_one_column() -> None:
    made = design("random", THREE, 30)
    for fixed, replicates, columns in ((False, 6, 3), (True, 6, 6), (False, 2, 2)):
        sample = sample_of(sweep(made, BOTH, replicates=replicates, fixed=fixed, noise=0.01))
        assert sample.draws == columns
        assert sample.values == pytest.approx(sample.runs.mean(axis=1))
    results = sweep(made, BOTH, replicates=4, fixed=False, noise=0.01)
    runs = results.runs[(results.runs["point"] == 7) & (results.runs["scenario"] == BASELINE)]
    first = runs.loc[runs["replicate"] < 2, "return_to_prison"].mean()
    assert sample_of(results, difference=False).runs[7, 0] == pytest.approx(first)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"replicates": 1}, "One replicate a point"),
        ({"replicates": 2, "noise": 1.0}, "Noise may be all that the points differ by"),
        ({"replicates": 4}, "luck of the same 4 replicates"),
        ({"replicates": 8, "fixed": False}, "luck of the same 4 draws"),
        ({"replicates": 2, "fixed": False}, "Estimates that the sweep leaves alone have one draw"),
    ],
)
def test_it_says_what_it_rests_on(options: dict[str, object], words: str) -> None:
    noisy = "noise" in options
    results = sweep(design("random", THREE, 50), {BASELINE: nothing} if noisy else BOTH, **options)  # type: ignore[arg-type]
    assert any(words in note for note in sensitivity(results).notes)


@pytest.mark.parametrize(
    ("replicates", "told"),
    [
        (2, "From 2 replicates it can hardly be told which of 3"),
        (40, "if what it does is 2.6 times its standard error over these 20 draws, or more"),
    ],
)
def test_however_many_draws_there_are_it_says_what_they_share(replicates: int, told: str) -> None:
    """One in 40 divided by three of a t distribution lies beyond 2.6 with 19 degrees of freedom (any table of it)."""
    notes = sensitivity(sweep(design("random", THREE, 50), BOTH, replicates=replicates, fixed=False)).notes
    assert any("luck of the same" in note for note in notes)
    assert any(told in note for note in notes)
    assert any("have one draw" in note for note in notes) == (replicates == 2)
