"""What programs change per person released, offered and served, and what a naive contrast would say."""

from __future__ import annotations

import numpy as np
import pytest

from behavior.small_runs import TOTAL, small
from reentrysim.analysis.compare import Comparison, compare
from reentrysim.vocabulary import InputError

SMALL = {"replicates": 20, "jobs": 1, "participants": 300}


@pytest.fixture(scope="module")
def result() -> Comparison:
    without, rich = small({TOTAL: 0.0}, size=300), small({TOTAL: 10 * 343.0 * 300 / 6 * 38}, size=300)
    return compare([rich.vary({}, name="rich")], baseline=without.vary({}, name="without"), **SMALL)


def test_the_effect_on_all_is_the_effect_on_those_it_reached(result: Comparison) -> None:
    """Others gain or lose through jobs and homes alone, which is little: effects are in proportion to people."""
    frame = result.reach("rich", "rearrest", 24).set_index("whom")
    assert frame.index.tolist() == ["released", "offered", "served", "completed"]
    assert frame.loc["released", "per_1000"] == 1000
    assert frame.loc["completed", "per_1000"] < frame.loc["served", "per_1000"] < frame.loc["offered", "per_1000"] < 400
    whole = frame.loc["released", "difference"]
    through = frame.loc["served", "difference"] * frame.loc["served", "per_1000"] / 1000
    assert through == pytest.approx(whole, abs=0.008)
    for _, line in frame.iterrows():
        assert line["value"] - line["in_baseline"] == pytest.approx(line["difference"], abs=1e-6)


def test_the_naive_contrast_is_that_of_members_and_others(result: Comparison) -> None:
    line = result.reach("rich", "rearrest", 24).set_index("whom").loc["served"]
    runs, group = result.runs, result.runs.subgroups.index("served=mentoring")
    values, people = runs.series["rich"]["rearrest"][:, :, 23], runs.people["rich"]
    rest = (values[:, 0] * people[:, 0] - values[:, group] * people[:, group]) / (people[:, 0] - people[:, group])
    assert line["naive"] == pytest.approx(np.mean(values[:, group] - rest), abs=1e-6)
    assert line["naive"] > 0.0  # programs serve people at high risk: participants look worse than everybody else
    assert line["difference"] < 0.02


def test_the_baseline_has_no_effect_on_itself(result: Comparison) -> None:
    frame = result.reach("without", "rearrest", 24)
    assert (frame["difference"].dropna() == 0).all()
    assert frame.loc[frame["whom"] == "served", "value"].isna().all()


def test_months_in_the_community_are_a_restricted_mean_with_repeat_stays(result: Comparison) -> None:
    """Alive and free: what deaths and all days in custody leave of the months, but for the days before a death."""
    frame, runs = result.difference("months_in_community", 24), result.runs
    dead, days = (runs.series["rich"][name][:, 0, :24].astype(float) for name in ("deaths", "days_in_custody"))
    left = np.mean((1 - dead).sum(axis=1) - days[:, -1] / (365.25 / 12))
    assert frame.loc["rich", "value"] == pytest.approx(left, abs=0.01)
    assert 12 < left < 24
    assert frame.loc["without", "difference"] == 0
    better = result.difference("return_to_prison", 24).loc["rich", "probability_better"] > 0.5
    assert (frame.loc["rich", "difference"] > 0) == better


def test_nobody_reached_by_a_program_that_nobody_has_is_in_the_tables(result: Comparison) -> None:
    groups = set(result.comparison["subgroup"])
    assert {"served=mentoring", "offered=mentoring", "offense=drug", "release=conditional"} <= groups
    assert not any("transitional" in group or "case_management" in group for group in groups)
    assert groups == set(result.outcomes["subgroup"]) == set(result.curves["subgroup"])
    rows = result.comparison.query("scenario == 'rich' and subgroup == 'served=mentoring' and outcome == 'rearrest'")
    line = result.reach("rich", "rearrest", 24).set_index("whom").loc["served"]
    assert rows.query("month == 24")["difference"].item() == pytest.approx(line["difference"])


def test_differences_and_summary_are_indexed_by_scenario(result: Comparison) -> None:
    frame = result.difference("rearrest", 24)
    assert frame.index.tolist() == ["without", "rich"]
    assert frame.loc["rich", "difference"] == result.paired("rich", "rearrest", 24).mean
    assert frame.loc["rich", "people"] == 300
    told = result.summary()
    assert told.loc[("rich", "return_to_prison"), "difference"] == result.difference().loc["rich", "difference"]
    assert ("rich", "months_in_community") in told.index
    order = result.ranking("rearrest", 24)
    assert set(order["scenario"]) == {"without", "rich"}


def test_a_small_group_is_never_precise(result: Comparison) -> None:
    few = result.difference("rearrest", 24, "race=other").loc["rich"]
    assert few["people"] < 50
    assert np.isnan([few["value_low"], few["difference_low"], few["difference_high"]]).all()
    assert np.isfinite(few["difference"])


def test_the_same_people_are_counted_in_months_that_are_reported(result: Comparison) -> None:
    with pytest.raises(InputError, match=r"not counted at month 23\. It is at months 12, 24"):
        result.difference("rearrest", 23, "served=mentoring")
    with pytest.raises(InputError, match="not counted at month 23"):
        result.reach("rich", "rearrest", 23)
    assert result.value("rich", "rearrest", 23, "served=mentoring").mean > 0
    assert result.difference("rearrest", 23, "sex=male").loc["rich", "value"] > 0


def test_completers_look_better_than_they_are_made(result: Comparison) -> None:
    """Who goes back to prison cannot complete: a contrast of completers with others takes that for an effect."""
    frame = result.reach("rich", "return_to_prison", 24).set_index("whom")
    assert frame.loc["completed", "naive"] < frame.loc["served", "naive"]
    assert frame.loc["completed", "naive"] < frame.loc["completed", "difference"] - 0.05
