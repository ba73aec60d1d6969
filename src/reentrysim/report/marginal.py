"""The next dollar on the terminal: what it changes in each program, what a return averted costs, and what bound it."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from reentrysim.analysis.answer import PEOPLE, Counts, period, program_words, two_digits
from reentrysim.analysis.compare import Comparison
from reentrysim.analysis.intervals import Cell
from reentrysim.report.words import difference, wrapped
from reentrysim.vocabulary import PER_CENT

_NAMES = {"Scenario": 18, "Program": 16}
_NUMBERS = ("Spent\n(%)", "Back in\nprison", "Re-\narrested", "$ per return\naverted")


def marginal_table(comparison: Comparison) -> Table:
    """One row a scenario and program."""
    result = Table(box=SIMPLE_HEAD, padding=0, show_edge=False)
    for heading, width in _NAMES.items():
        result.add_column(heading, max_width=width, overflow="fold")
    for heading in _NUMBERS:
        result.add_column(heading, justify="right", no_wrap=True)
    for line in comparison.marginal().to_dict("records"):
        names = (str(line["scenario"]), program_words(str(line["program"])))
        told = map(wrapped, names, _NAMES.values())
        spent = f"{PER_CENT * line['spent'] / line['dollars']:.0f}"
        changes = (difference(_counts(line, f"{word}_difference")) for word in ("return", "rearrest"))
        result.add_row(*map(Text, (*told, spent, *changes, _cost(line))))
    return result


def marginal_key(comparison: Comparison) -> str:
    """What the table's numbers are, why a cost is missing, and what limited programs that could not spend the sum."""
    lines = comparison.marginal().to_dict("records")
    asked = comparison.plan.next_dollar
    dollars = f"${asked.dollars:,.0f}" if asked else ""
    missing = [f"{_of(line)}: {line['why_no_cost']}" for line in lines if line["why_no_cost"]]
    bound = [f"{_of(line)}: {line['limited_by']}" for line in lines if line["limited_by"]]
    why = f" No cost where nothing can be said: {'; '.join(missing)}." if missing else ""
    more = any(line["spent"] > line["dollars"] for line in lines)
    above = " Above 100%, other money came or was spent with it." if more else ""
    left = f" What limited programs that could not spend it: {'; '.join(bound)}." if bound else ""
    return (
        f"The next dollar: {dollars} more for each program alone, against the same scenario without it. Spent: % of "
        f"the sum, in the whole run.{above} Differences (95%) per {PEOPLE:,} released, within "
        f"{period(comparison.headline_month)} of those analyzed. Cost: dollars spent more per person released in the "
        "whole run, for each return averted per person analyzed (95%, Fieller); told where the sum comes evenly over "
        "all releases."
        f"{why}{left}"
    )


def _of(line: Mapping[Hashable, Any]) -> str:
    return f"{str(line['program']).replace('_', ' ')} under {line['scenario']}"


def _cost(line: Mapping[Hashable, Any]) -> str:
    cost, low, high = (float(line[f"cost_per_return_averted{end}"]) for end in ("", "_low", "_high"))
    return "-" if math.isnan(cost) else f"{two_digits(cost)} ({two_digits(low)} to {two_digits(high)})"


def _counts(line: Mapping[Hashable, Any], what: str) -> Counts:
    mean, low, high, mcse = (float(line[f"{what}{end}"]) for end in ("", "_low", "_high", "_mcse"))
    return Counts(Cell(mean, low, high, mcse, math.nan, 0))
