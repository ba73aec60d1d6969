"""Who gets a place and who gains, in words: which gaps between groups a scenario clearly makes wider or narrower."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from reentrysim.access import ANY
from reentrysim.analysis.answer import PEOPLE, Counts, period, rounded, supported_unit
from reentrysim.analysis.compare import Comparison
from reentrysim.analysis.equity.groups import in_words
from reentrysim.analysis.estimates import Estimates
from reentrysim.analysis.intervals import UPPER, Cell

MEASURES = {"served": "Places", "return_to_prison": "Back in prison"}
"""What is told in words, and what a line about it begins with."""
WHO = ("sex", "age", "race")
"""Dimensions of who somebody is. By risk and need programs choose on purpose."""
WHERE = "By sex, age, race, risk and need, with every gap: equity.csv; errors of the risk tool: assessment.csv."
Line = Mapping[Hashable, Any]


def lines(comparison: Comparison) -> list[str]:
    """A clear change of a gap in each measure, and where the rest is; nothing without a second scenario."""
    if len(comparison.plan.names) < 2:
        return []
    clear = told_of(comparison)
    told = [found.iloc[0].to_dict() for measure in MEASURES if len(found := clear[clear["measure"] == measure])]
    return [*(in_a_sentence(line, comparison.plan.baseline) for line in told), WHERE]


def summary(comparison: Comparison) -> list[str]:
    """Every clear change of a gap in MEASURES, the widest first; empty where nothing is clear."""
    found = clear_changes(comparison.equity())
    return [in_a_sentence(line, comparison.plan.baseline) for line in found.to_dict("records")]


def clear_changes(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of `equity` in which the change of a gap is clear, the widest first.

    Many are looked at, so each needs an interval that excludes no change when it is widened for their number
    (Bonferroni, by normal quantiles): anything is printed wrongly in about one of twenty comparisons at most.
    """
    rows = table[table["measure"].isin(MEASURES) & (table["program"] == ANY)]
    rows = rows[rows["gap_change_low"].notna() & (rows["subgroup"] != rows["reference"]) & (rows["gap_change"] != 0)]
    if rows.empty:
        return rows
    wider = ndtri(1.0 - (1.0 - UPPER) / len(rows)) / ndtri(UPPER)
    near = np.where(rows["gap_change"] > 0, rows["gap_change_low"], rows["gap_change_high"])
    apart = rows["gap_change"] + (near - rows["gap_change"]) * wider
    rows = rows[np.sign(apart) == np.sign(rows["gap_change"])]
    widest_first: pd.DataFrame = rows.iloc[np.argsort(-rows["gap_change"].abs().to_numpy(), kind="stable")]
    return widest_first


def clear_of_who(table: pd.DataFrame) -> pd.DataFrame:
    """Of `clear_changes`, those by who somebody is."""
    clear = clear_changes(table)
    return clear[clear["dimension"].isin(WHO)]


def told_of(results: Estimates) -> pd.DataFrame:
    """Clear changes by who somebody is, of scenarios with the baseline's clock, those that the answer names first."""
    clear = clear_of_who(results.equity())
    clear = clear[~clear["scenario"].isin(results.facts.elsewhere)]
    own = clear["scenario"] == results.featured
    return pd.concat([clear[own], clear[~own]])


def in_a_sentence(line: Line, baseline: str) -> str:
    """What a row says: both groups under both scenarios, and their gap; rounded alike, so that they add up."""
    change, unit = _counts(line, "gap_change"), _unit(line)
    after = _both(line, "value", "gap", unit)
    before = _both(line, "before", "gap_before", unit)
    about = "about " if unit > 1 else ""
    head = MEASURES[str(line["measure"])]
    within = "" if line["measure"] == "served" else f" within {period(int(line['month']))}"
    mine, others = (in_words(line[who]) for who in ("subgroup", "reference"))
    return (
        f"{head}{within} under {line['scenario']}, of {PEOPLE:,} in each group: {about}{after[0]:,} {mine} "
        f"({before[0]:,} under {baseline}) and {after[1]:,} {others} ({before[1]:,}){_for_both(before, after)}; "
        f"the gap {_course(line)} (change, 95%: {change.low:+,} to {change.high:+,})."
    )


def _unit(line: Line) -> int:
    """What the less known of the groups supports, which is the gap less the other."""
    return max(supported_unit(float(line[f"{name}_mcse"]) * PEOPLE) for name in ("value", "gap"))


def _both(line: Line, share: str, gap: str, unit: int) -> tuple[int, int]:
    """A group and its reference group, of PEOPLE."""
    mine = float(line[share])
    return rounded(PEOPLE * mine, unit), rounded(PEOPLE * (mine - float(line[gap])), unit)


def _for_both(before: tuple[int, int], after: tuple[int, int]) -> str:
    """Whether a gap changes although, or because, both groups have less or more."""
    changes = [now - then for now, then in zip(after, before, strict=True)]
    if all(change < 0 for change in changes):
        return ", fewer in both"
    return ", more in both" if all(change > 0 for change in changes) else ""


def _course(line: Line) -> str:
    """What becomes of the gap, by the numbers themselves and not as they are rounded."""
    first, last, change = float(line["gap_before"]), float(line["gap"]), _counts(line, "gap_change")
    if first * last < 0:
        return "turns round"
    return f"{'grows' if abs(last) > abs(first) else 'shrinks'} by {change.about}{abs(change.mean):,}"


def _counts(line: Line, name: str) -> Counts:
    mean, low, high, mcse = (float(line[f"{name}{end}"]) for end in ("", "_low", "_high", "_mcse"))
    return Counts(Cell(mean, low, high, mcse, np.nan, 0))
