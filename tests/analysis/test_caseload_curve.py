"""The caseload curve: what it says of a table made by hand, and that it runs and can be drawn."""

from __future__ import annotations

import pandas as pd
import pytest

from reentrysim.analysis.caseload_curve import COLUMNS, caseload_curve, verdict
from reentrysim.report.caseload_curve import picture


def curve(differences: list[float], lows: list[float]) -> pd.DataFrame:
    best = min(differences)
    counts = (1, 8, 60)
    lines = [
        ["case_management", count, 36, 0.2, here, here - 1, here + 1, here - best, low]
        for count, here, low in zip(counts, differences, lows, strict=True)
    ]
    return pd.DataFrame(lines, columns=COLUMNS)


@pytest.mark.parametrize(
    ("differences", "lows", "told"),
    [
        ([-1.0, -5.0, -2.0], [1.0, 0.0, 0.5], "8 people a worker do most, within the curve; both ends do less beyond"),
        ([-1.0, -5.0, -2.0], [1.0, 0.0, -0.5], "8 people a worker do most, within the curve; the intervals don't tell"),
        ([-9.0, -5.0, -2.0], [0.0, 1.0, 1.0], "no best caseload within the curve: the smallest, 1, does most"),
        ([-1.0, -5.0, -7.0], [1.0, 1.0, 0.0], "no best caseload within the curve: the largest, 60, does most"),
    ],
)
def test_a_verdict_says_where_the_best_is_and_how_sure(differences: list[float], lows: list[float], told: str) -> None:
    assert told in verdict(curve(differences, lows))
    assert verdict(curve(differences, lows)).startswith("case management: ")


def test_a_curve_of_nobody_says_so() -> None:
    assert "nobody was served" in verdict(curve([0.0, 0.0, 0.0], [0.0, 0.0, 0.0]).assign(served_share=0.0))


def test_a_small_curve_runs_and_is_drawn() -> None:
    found = caseload_curve("mentoring", (1, 4), replicates=2, participants=60, months=12, jobs=1)
    assert found["per_worker"].tolist() == [1, 4]
    assert found["from_best"].min() == 0.0
    assert (found["from_best"] == found["difference"] - found["difference"].min()).all()
    assert found["served_share"].iloc[1] > found["served_share"].iloc[0]  # more people for each mentor paid
    drawn = picture(found)
    assert [panel.get_xlabel() for panel in drawn.axes] == ["People a worker (log scale)"]
    assert len(drawn.axes[0].lines[0].get_xdata()) == 2
