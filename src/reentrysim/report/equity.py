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
from reentrysim.analysis.intervals import UPPER, Cell

MEASURES = {"served": "Places", "return_to_prison": "Back in prison"}
"""What is told in words, and what a line about it begins with."""
WHO = ("sex", "age", "race")
"""Dimensions of who somebody is. By risk and need programs choose on purpose."""
WHERE = "By sex, age, race, risk and need, with every gap: equity.csv; errors of the risk tool: assessment.csv."
Line = Mapping[Hashable, Any]


def lines(comparison: Comparison) -> list[str]:
    """The widest clear change of a gap in each measure, and where the rest is; nothing without a second scenario."""
    if len(comparison.plan.names) < 2:
        return []
    clear = clear_of_who(comparison.equity())
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


def in_a_sentence(line: Line, baseline: str) -> str:
    """What a row says: both groups, and the gap between them before and after."""
    change = _counts(line, "gap_change")
    value, unit = float(line["value"]), supported_unit(float(line["value_mcse"]) * PEOPLE)
    mine, others = (rounded(PEOPLE * share, unit) for share in (value, value - float(line["gap"])))
    about = "about " if unit > 1 else ""
    head = MEASURES[str(line["measure"])]
    within = "" if line["measure"] == "served" else f" within {period(int(line['month']))}"
    return (
        f"{head}{within} under {line['scenario']}: {about}{mine:,} of {PEOPLE:,} {in_words(line['subgroup'])}, "
        f"{others:,} of {PEOPLE:,} {in_words(line['reference'])}; the gap {_course(line)} "
        f"(change from {baseline}, 95%: {change.low:+,} to {change.high:+,})."
    )


def _course(line: Line) -> str:
    """What becomes of the gap; by the numbers themselves, and not as they are rounded."""
    before, after = _counts(line, "gap_before"), _counts(line, "gap")
    first, last = float(line["gap_before"]), float(line["gap"])
    word = "turns" if first * last < 0 else "grows" if abs(last) > abs(first) else "shrinks"
    if before.mean == after.mean:
        change = _counts(line, "gap_change")
        return f"{word} by {change.about}{abs(change.mean):,}" if word != "turns" else "turns round"
    return f"{word} from {before.about}{before.mean:,} to {after.about}{after.mean:,}"


def _counts(line: Line, name: str) -> Counts:
    mean, low, high, mcse = (float(line[f"{name}{end}"]) for end in ("", "_low", "_high", "_mcse"))
    return Counts(Cell(mean, low, high, mcse, np.nan, 0))
