"""Economics on the terminal: who gains and loses how much, and what a return averted costs."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from reentrysim.analysis.answer import Counts, two_digits
from reentrysim.analysis.economics.accounts import LINES
from reentrysim.analysis.economics.books import PAYERS
from reentrysim.analysis.economics.economics import ALL, SOCIETY, Economics
from reentrysim.analysis.intervals import Cell
from reentrysim.report.words import NOTHING, difference, probability, unit_of, whole_dollars, wrapped

_NAME = 20
_BOTH = ("society", "government")
_NARROW = ("For", "Cost", "Benefit", "Spent")
"""Columns that are never broken; an interval is, between its words, where the terminal is narrow."""


def show_economics(found: Economics, console: Console, warnings: Iterable[str] = ()) -> None:
    """Print the tables of economics, what they are, and what the comparison warned of."""
    for table in (balance_table(found), averted_table(found), lines_table(found)):
        console.print(table)
        console.print()
    for line in economics_key(found):
        console.print(Text(line), soft_wrap=not console.is_terminal)
    for warning in warnings:
        console.print(Text(f"warning: {warning}", style="yellow"), soft_wrap=not console.is_terminal)


def balance_table(found: Economics) -> Table:
    """Cost, benefit and what is left, for society and for the government; ratios where there are any."""
    rows = [row for row in found.balance.to_dict("records") if row["perspective"] in _BOTH]
    ratios = [ratio_span(row, "ratio") for row in rows]
    last = () if set(ratios) <= {NOTHING} else ("Ratio (95%)",)
    result = _table("Scenario", "For", "Cost", "Benefit", "Net (95%)", "P(net\n>0)", *last)
    for row, ratio in zip(rows, ratios, strict=True):
        parts = (whole_dollars(row[name], unit_of(row[f"{name}_mcse"])) for name in ("cost", "benefit"))
        chance = NOTHING if math.isnan(row["net_low"]) else probability(row["chance_net_positive"])
        told = (wrapped(row["scenario"], _NAME), row["perspective"], *parts, net_span(row), chance)
        result.add_row(*map(Text, (*told, *([ratio] if last else []))))
    return result


def averted_table(found: Economics) -> Table:
    """Dollars spent, returns averted, and the price of one."""
    result = _table(
        "Scenario",
        "Spent",
        f"Averted of 1,000\nby month {found.terms.months}",
        "Rank\n(P of 1st)",
        "$ per return\naverted",
    )
    for row in found.averted.to_dict("records"):
        changed = difference(averted_counts(row))
        told = (
            wrapped(row["scenario"], _NAME),
            whole_dollars(row["spent"], unit_of(row["spent_mcse"])),
            changed,
            placed(row),
        )
        result.add_row(*map(Text, (*told, ratio_span(row, "dollars_per_averted"))))
    return result


def lines_table(found: Economics) -> Table:
    """Every line for everybody together, and what each payer has of all, a column a scenario."""
    rows = {(row["line"], row["payer"], row["scenario"]): row for row in found.lines.to_dict("records")}
    result = _table("Gained (+) or lost", *(wrapped(name, _NAME) for name in found.others))
    asked = [(line.replace("_", " "), line, SOCIETY) for line in LINES]
    asked += [(f"in all, {payer}", ALL, payer) for payer in (*PAYERS, SOCIETY)]
    for words, line, payer in asked:
        cells = [rows.get((line, payer, name)) for name in found.others]
        if any(one and (one["change"] or one["change_mcse"]) for one in cells):
            told = (whole_dollars(one["change"], unit_of(one["change_mcse"])) if one else "-" for one in cells)
            result.add_row(Text(words), *map(Text, told))
    return result


def averted_counts(row: Mapping[Hashable, Any]) -> Counts:
    """Returns averted of a row of `averted`, as counts."""
    mean, low, high, mcse = (float(row[f"averted{end}"]) for end in ("", "_low", "_high", "_mcse"))
    return Counts(Cell(mean, low, high, mcse, math.nan, 0))


def placed(row: Mapping[Hashable, Any]) -> str:
    """Place among scenarios of the same money, with the chance of the first: "2 (0.30)"."""
    rank, chance = row["rank"], row["chance_averts_most"]
    return "-" if math.isnan(rank) or math.isnan(chance) else f"{rank:.0f} ({probability(chance)})"


def economics_key(found: Economics, spent: bool = True) -> list[str]:
    """What the numbers are, dollars `spent` with them, and why prices are missing."""
    reasons: dict[str, list[str]] = {}
    for row in found.averted.to_dict("records"):
        reasons.setdefault(row["no_price_because"], []).append(row["scenario"])
    why = [f"{', '.join(names)}: {reason}" for reason, names in reasons.items() if reason]
    missing = f" No price of a return averted is told ({'; '.join(why)})." if why else ""
    elsewhere = ", ".join(sorted(found.books.elsewhere))
    left_out = f" Left out, because their months are other months of life: {elsewhere}." if elsewhere else ""
    ranked = (
        "rank among scenarios with as much money as the baseline, and the baseline, with the chance of averting most"
    )
    ranked = f"Spent: dollars of programs; {ranked}" if spent else ranked.capitalize()
    return [
        f"Changes against {found.books.baseline}, in {found.terms.words()}. {ranked}.{missing}{left_out}",
        "Victims' costs are the largest line and the least known: look at the government's balance too.",
    ]


def _table(first: str, *others: str) -> Table:
    result = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    result.add_column(first, overflow="fold", min_width=_NAME if first == "Scenario" else 0)
    for heading in others:
        side: JustifyMethod = "left" if heading == "For" else "right"
        result.add_column(heading, justify=side, no_wrap=heading in _NARROW, overflow="fold")
    return result


def net_span(row: Mapping[Hashable, Any]) -> str:
    """What is left, with its interval, no finer than its Monte Carlo error: "-$500 (-$1,600 to $600)"."""
    unit, low = unit_of(row["net_mcse"]), row["net_low"]
    ends = "" if math.isnan(low) else f" ({whole_dollars(low, unit)} to {whole_dollars(row['net_high'], unit)})"
    return f"{whole_dollars(row['net'], unit)}{ends}"


def net_public_cost(row: Mapping[Hashable, Any]) -> str:
    """What the government pays more, its savings taken off: its net benefit with the other sign."""
    ends = {"net": -row["net"], "net_low": -row["net_high"], "net_high": -row["net_low"]}
    return net_span(dict(row) | ends)


def ratio_span(row: Mapping[Hashable, Any], what: str, sign: str = "") -> str:
    """A ratio with its set, to the digits that it supports: "1.2 (0.8 to 2.1)"; `sign` stands before each: "$"."""
    mean, low, high = (float(row[f"{what}{end}"]) for end in ("", "_low", "_high"))
    if math.isnan(mean):
        return NOTHING
    told = [f"{'-' if one < 0 else ''}{sign}{two_digits(abs(one))}" for one in (mean, low, high)]
    return f"{told[0]} ({told[1]} to {told[2]})"
