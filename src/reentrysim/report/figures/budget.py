"""Where the money went: what arrived, what each program spent, and what was left, by scenario."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from reentrysim.analysis.answer import program_words, rounded
from reentrysim.analysis.estimates import Estimates
from reentrysim.analysis.intervals import summarize
from reentrysim.report import words
from reentrysim.report.figures.style import (
    WIDTH,
    Drawn,
    Style,
    caption,
    folded,
    footer,
    heading,
    look,
    styles_of,
)
from reentrysim.vocabulary import CENTS_PER_DOLLAR, InputError

ARRIVED, SPENT = "arrived", "spent"
LEFT = ("lapsed", "unspent", "unpaid")
_MILLION = 1_000_000
_ACROSS = 5
_IN_WORDS = {
    ARRIVED: "due from all sources",
    "lapsed": "lapsed at year's end",
    "unspent": "left at the end of the run",
    "unpaid": "promised, not paid",
    "overhead": "overhead",
}


def budget(results: Estimates) -> Drawn:
    """Millions of dollars over the whole run: due, spent by program, lapsed, unspent, unpaid; a row a scenario.

    Raises:
        InputError: where no money moved.
    """
    table = budget_table(results)
    if table.empty:
        raise InputError("no money moved in these results", hint="Give a source of funding money")
    told = "; ".join(f"{name}: {_told(rows, most(results))}" for name, rows in table.groupby("scenario", sort=False))
    alt = f"Where the money went in the whole run, in millions of dollars, means over runs. {told}."
    return Drawn("budget", "Where the money went", _figure(results, table), alt, _caption(results), table)


def budget_table(results: Estimates) -> pd.DataFrame:
    """One row a scenario and use: dollars of the whole run, mean over replicates and its Monte Carlo error.

    No interval goes below nothing or above what is due. `use` is `arrived`, `spent: PROGRAM`, or one of LEFT; all but
    the first sum to it.
    """
    ledger, facts = results.ledger, results.facts
    ledger = ledger[ledger["scenario"].isin(facts.names)]
    spent = ledger.assign(use="spent: " + ledger["program"].astype(str)).groupby(["scenario", "replicate", "use"])
    frames = [spent[SPENT].sum().unstack("use")]
    frames += [ledger.groupby(["scenario", "replicate"])[[ARRIVED, *LEFT]].sum()]
    wide = pd.concat(frames, axis=1).fillna(0.0) / CENTS_PER_DOLLAR
    programs = list(dict.fromkeys(f"spent: {name}" for name in ledger["program"]))
    rows = []
    for name in facts.names:
        runs = pd.MultiIndex.from_product([[name], range(facts.replicates)])  # one in which nothing moved has no rows
        mine = wide.reindex(runs).fillna(0.0)
        for use in (ARRIVED, *programs, *LEFT):
            told = summarize(mine[use].to_numpy(dtype="float64")[:, None], facts.draws).at(0)
            due = float(mine[ARRIVED].mean())
            rows.append((name, use, told.mean, max(told.low, 0.0), min(told.high, due), told.mcse))
    columns = ["scenario", "use", "dollars", "dollars_low", "dollars_high", "dollars_mcse"]
    table = pd.DataFrame(rows, columns=columns)
    moved = table.groupby("use")["dollars"].transform("max") > 0
    return table[moved].reset_index(drop=True)


def most(results: Estimates) -> float:
    """Dollars that are due in the whole run of the scenario that has most, mean over runs."""
    ledger = results.ledger[results.ledger["scenario"].isin(results.facts.names)]
    due = ledger.groupby("scenario")[ARRIVED].sum().max()
    return float(due) / CENTS_PER_DOLLAR / results.facts.replicates


def millions(row: Mapping[Hashable, Any], most: float) -> str:
    """Millions of dollars, to the unit that `words.budget_unit` gives where scenarios have `most` dollars."""
    dollars = float(row["dollars"])
    if dollars == 0.0:
        return "0"
    unit = words.budget_unit(most)
    places = max(0, len(str(_MILLION)) - len(str(unit)))
    return f"{rounded(dollars, unit) / _MILLION:,.{places}f}"


def in_words(use: str) -> str:
    """A use of money: "spent: case_management" -> "case management"."""
    kind, _, program = use.partition(": ")
    if not program:
        return _IN_WORDS[kind]
    return _IN_WORDS.get(program) or program_words(program)


def _told(rows: pd.DataFrame, most: float) -> str:
    moved = (row for row in rows.to_dict("records") if row["dollars"])
    return ", ".join(f"{in_words(row['use'])} {millions(row, most)}" for row in moved)


def _caption(results: Estimates) -> str:
    what = "Means over runs, millions of dollars of the real system in the whole run, warm-up and follow-up included"
    return caption(results, f"{what}. What is due = spent by programs and on overhead + lapsed + left + not paid")


def _figure(results: Estimates, table: pd.DataFrame) -> Figure:
    styles, largest = styles_of(results), most(results)
    uses, names = list(dict.fromkeys(table["use"])), list(dict.fromkeys(table["scenario"]))
    down = math.ceil(len(uses) / _ACROSS)
    across = math.ceil(len(uses) / down)  # the last row as full as can be
    with look():
        figure = Figure(figsize=(WIDTH, 1.4 + down * (0.75 + 0.32 * len(names))), layout="constrained")
        axes = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False)
        for panel, use in zip(axes.ravel(), uses, strict=False):
            rows = table[table["use"] == use].set_index("scenario")
            _bars(panel, [rows.loc[name] for name in names], [styles[name] for name in names], largest)
            panel.set_title(textwrap.fill(in_words(use), 18), loc="left", fontsize="small")
        for panel in axes.ravel()[len(uses) :]:
            panel.set_visible(False)
        for panel in axes.ravel()[max(len(uses) - across, 0) : len(uses)]:
            panel.tick_params(labelbottom=True)
            panel.set_xlabel("$ million", fontsize="small")
        first = axes[0, 0]
        first.set_yticks(range(len(names)), [folded(name, 24) for name in names])
        for each in axes[:, 0]:
            each.tick_params(axis="y", labelsize="small")
        first.set_ylim(len(names) - 0.4, -0.6)
        first.set_xlim(0, 1.32 * float(table["dollars"].max()) / _MILLION)
        first.xaxis.set_major_locator(MaxNLocator(2))
        heading(figure, _finding(table))
        footer(figure, _caption(results))
    return figure


def _finding(table: pd.DataFrame) -> str:
    """How much of what was due was spent, over scenarios."""
    wide = table.pivot_table(index="scenario", columns="use", values="dollars", aggfunc="sum")
    spent = wide[[use for use in wide if str(use).startswith(SPENT)]].sum(axis=1) / wide[ARRIVED]
    low, high = (f"{share:.0%}" for share in (spent.min(), spent.max()))
    return f"Where the money went: {low if low == high else f'{low} to {high}'} of what was due was spent"


def _bars(panel: Axes, rows: list[pd.Series], styles: list[Style], most: float) -> None:
    """A bar a scenario, its number at its end."""
    for place, (row, style) in enumerate(zip(rows, styles, strict=True)):
        length = float(row["dollars"]) / _MILLION
        panel.barh(place, length, height=0.62, color=style.color, alpha=0.85, linewidth=0)
        told = millions(row.to_dict(), most)
        panel.annotate(told, (length, place), (3, 0), textcoords="offset points", va="center", fontsize="x-small")
    panel.grid(axis="y", visible=False)
