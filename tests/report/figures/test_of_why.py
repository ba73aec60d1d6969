"""The waterfall adds up to the total, the tornado has both ends; both from tables written down here."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from fakes import use_fake_inputs
from reentrysim.analysis.why.mediators import TOTAL
from reentrysim.analysis.why.why import Question, Why
from reentrysim.experiments.plan import plan_runs
from reentrysim.report.figures import OF_WHY, tornado, waterfall
from reentrysim.vocabulary import InputError

PARTS = {"work": -3.0, "housing": 1.25, "deaths": 0.0, "direct path": -4.0, TOTAL: -5.75}
NOTHING = pd.DataFrame()


def _mediators() -> pd.DataFrame:
    rows = [
        {"mediator": name, "acts": size != 0, "per_1000": size, "per_1000_low": size - 2, "per_1000_high": size + 2,
         "per_1000_mcse": 0.4}
        for name, size in PARTS.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _ends() -> pd.DataFrame:
    first = ["mentoring.effect", "B", 0.5, 1.5, -2.0, -9.0, -7.0, -9.0, -5.0, True, "put in place"]
    second = ["work.effect", "A", 0.1, 0.2, -6.0, -5.0, 1.0, -1.0, 3.0, False, "put in place"]
    columns = ["estimate", "grade", "low", "high", "at_low_per_1000", "at_high_per_1000"]
    columns += ["per_1000", "per_1000_low", "per_1000_high", "clear", "how"]
    return pd.DataFrame([first, second], columns=columns)


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Why:
    use_fake_inputs(monkeypatch)
    plan = plan_runs(["more-mentors"], replicates=24, participants=100)
    return Why(Question(plan), _mediators(), NOTHING, NOTHING, _ends(), NOTHING, NOTHING, NOTHING, ())


def _bars(panel: Axes) -> list[tuple[float, float]]:
    """Start and size of each bar."""
    return [(patch.get_x(), patch.get_width()) for patch in panel.patches]  # type: ignore[attr-defined]


def test_each_bar_begins_where_the_one_before_ended_and_the_total_at_nothing(found: Why) -> None:
    one = waterfall(found)
    (panel,) = one.figure.axes
    assert _bars(panel) == [(0.0, -3.0), (-3.0, 1.25), (-1.75, -4.0), (0.0, -5.75)]
    names = [label.get_text() for label in panel.get_yticklabels()]
    assert names == ["work", "housing", "direct path", "total"]  # nobody acts on deaths
    assert panel.get_xlim()[0] < -7.75 < 0 < panel.get_xlim()[1]
    hatched = [bool(patch.get_hatch()) for patch in panel.patches]
    assert hatched == [False, True, False, False]  # told apart without color


def test_the_waterfall_says_its_parts_in_words(found: Why) -> None:
    one = waterfall(found)
    assert "work -3 (-5 to -1), housing +1 (-1 to +3), direct path -4 (-6 to -2), total -6 (-8 to -4)" in one.alt
    assert "24 runs of 100 people per scenario and case" in one.caption
    assert "95% interval" in one.caption
    assert one.table["per_1000"].tolist() == [-3.0, 1.25, -4.0, -5.75]


def test_no_interval_is_claimed_where_there_is_none(found: Why) -> None:
    bare = found.mediators.assign(per_1000_low=np.nan, per_1000_high=np.nan)
    one = waterfall(Why(found.question, bare, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, ()))
    assert "95%" not in one.caption
    assert "work -3, housing +1" in one.alt


def test_the_tornado_has_both_ends_and_hollow_ones_where_luck_explains_them(found: Why) -> None:
    one = tornado(found)
    (panel,) = one.figure.axes
    marks = [line for line in panel.get_lines() if line.get_marker() in ("s", "o")]
    assert [float(np.asarray(line.get_xdata())[0]) for line in marks] == [-2.0, -9.0, -6.0, -5.0]
    assert [line.get_markerfacecolor() == "white" for line in marks] == [False, False, True, True]
    whisker = next(line for line in panel.get_lines() if line.get_marker() == "|")
    assert np.asarray(whisker.get_xdata()).tolist() == [-2.0 - 9.0, -2.0 - 5.0]
    assert panel.get_xlim()[1] > 0
    assert (
        "mentoring.effect -2 at 0.5 and -9 at 1.5; work.effect -6 at 0.1 and -5 at 0.2, not told from luck" in one.alt
    )
    assert "12 runs of 100 people" in one.caption  # the tornado makes no more


def test_without_bars_there_is_no_tornado(found: Why) -> None:
    with pytest.raises(InputError, match="no estimate was moved"):
        tornado(Why(found.question, _mediators(), NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, ()))
    assert list(OF_WHY) == ["waterfall", "tornado"]
