"""Economics on the terminal: who gains and loses how much, and what a return averted costs."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from reentrysim.analysis.answer import Counts, two_digits
from reentrysim.analysis.economics.accounts import LINES
from reentrysim.analysis.economics.books import PAYERS
from reentrysim.analysis.economics.economics import SOCIETY, Economics
from reentrysim.analysis.intervals import Cell
from reentrysim.report.words import difference, unit_of, whole_dollars, wrapped

_NAME = 20
_BOTH = ("society", "government")


def show_economics(found: Economics, console: Console) -> None:
    """Print the tables of economics and what they are."""
    for table in (balance_table(found), averted_table(found), lines_table(found)):
        console.print(table)
        console.print()
    for line in economics_key(found):
        console.print(Text(line), soft_wrap=not console.is_terminal)


def balance_table(found: Economics) -> Table:
    """Cost, benefit and what is left, for society and for the government."""
    result = _table("Scenario", "For", "Cost", "Benefit", "Net (95%)", "P(net\n>0)", "Ratio (95%)")
    for row in found.balance.to_dict("records"):
        if row["perspective"] in _BOTH:
            cost, benefit = whole_dollars(row["cost"], 1), whole_dollars(row["benefit"], unit_of(row["net_mcse"]))
            chance = "-" if math.isnan(row["net_low"]) else f"{row['chance_net_positive']:.2f}"
            told = (wrapped(row["scenario"], _NAME), row["perspective"], cost, benefit, net_span(row), chance)
            result.add_row(*map(Text, (*told, ratio_span(row, "ratio"))))
    return result


def averted_table(found: Economics) -> Table:
    """Dollars spent, returns averted, and the price of one."""
    result = _table("Scenario", "Spent", "Returns averted\nof 1,000", "Rank", "$ per return averted")
    for row in found.averted.to_dict("records"):
        cell = Cell(row["averted"], row["averted_low"], row["averted_high"], 0.0, math.nan, 0)
        rank = "-" if math.isnan(row["rank"]) else f"{row['rank']:.0f}"
        told = (wrapped(row["scenario"], _NAME), f"${row['spent']:,.0f}", difference(Counts(cell)), rank)
        result.add_row(*map(Text, (*told, ratio_span(row, "dollars_per_averted"))))
    return result


def lines_table(found: Economics) -> Table:
    """Every line for everybody together, a column a scenario."""
    frame = found.lines
    society = {(row["line"], row["scenario"]): row for row in frame[frame["payer"] == SOCIETY].to_dict("records")}
    result = _table("Gained (+) or lost", *(wrapped(name, _NAME) for name in found.others))
    for line in LINES:
        cells = [society[line, name] for name in found.others if (line, name) in society]
        if any(one["change"] or one["change_mcse"] for one in cells):
            told = (whole_dollars(one["change"], unit_of(one["change_mcse"])) for one in cells)
            result.add_row(Text(line.replace("_", " ")), *map(Text, told))
    for payer in PAYERS:
        changes = [_of_payer(frame, name, payer) for name in found.others]
        if any(changes):
            result.add_row(Text(f"in all, {payer}"), *(Text(whole_dollars(one, 1)) for one in changes))
    return result


def economics_key(found: Economics) -> list[str]:
    """What the numbers are, and why ratios and prices are missing."""
    why = [
        f"{row['scenario']}: {row['no_price_because']}"
        for row in found.averted.to_dict("records")
        if row["no_price_because"]
    ]
    missing = f" No price of a return averted: {'; '.join(why)}." if why else ""
    return [
        f"Changes against {found.books.baseline}, in {found.terms.words()}. Spent: dollars of programs; rank among "
        f"scenarios with as much money as the baseline, and the baseline.{missing}",
        "Victims' costs are the largest line and the least known: look at the government's balance too.",
    ]


def _of_payer(frame: pd.DataFrame, scenario: str, payer: str) -> float:
    return float(frame.loc[(frame["scenario"] == scenario) & (frame["payer"] == payer), "change"].sum())


def _table(first: str, *others: str) -> Table:
    result = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    result.add_column(first, overflow="fold")
    for heading in others:
        result.add_column(heading, justify="left" if heading == "For" else "right", no_wrap=True)
    return result


def net_span(row: Mapping[Hashable, Any]) -> str:
    """What is left, with its interval, no finer than its Monte Carlo error: "-$500 (-$1,600 to $600)"."""
    unit, low = unit_of(row["net_mcse"]), row["net_low"]
    ends = "" if math.isnan(low) else f" ({whole_dollars(low, unit)} to {whole_dollars(row['net_high'], unit)})"
    return f"{whole_dollars(row['net'], unit)}{ends}"


def ratio_span(row: Mapping[Hashable, Any], what: str) -> str:
    """A ratio with its set, to the digits that it supports: "1.2 (0.8 to 2.1)"."""
    mean, low, high = (float(row[f"{what}{end}"]) for end in ("", "_low", "_high"))
    return "-" if math.isnan(mean) else f"{two_digits(mean)} ({two_digits(low)} to {two_digits(high)})"
