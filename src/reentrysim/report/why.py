"""An explanation on the terminal: the answer first, then what it comes through, rests on, and is in other worlds."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from reentrysim.analysis.answer import PEOPLE, period, rounded, supported_unit
from reentrysim.analysis.why.sentence import counts
from reentrysim.analysis.why.why import Why
from reentrysim.report.words import USE, difference, signed, wrapped
from reentrysim.vocabulary import PER_CENT

NOTHING, EXACTLY = "-", "0 (exactly)"
RANKED = 5
"""Rank correlations that are shown."""
_WIDEST = 40
_WIDTH = 4.0
"""Standard errors in a 95% interval, about."""
_DIFFERENCE, _ERROR = "Difference\n(95%)", "Error"
Row = Mapping[Hashable, Any]


def show_why(found: Why, console: Console, folder: Path | None = None) -> None:
    """Print the whole explanation."""

    def say(line: str, style: str = "") -> None:
        console.print(Text(line, style=style), soft_wrap=not console.is_terminal)

    say(found.sentence(), "bold")
    for heading, table in _tables(found):
        console.print()
        say(heading)
        console.print(table)
    console.print()
    say(_key(found))
    for line in found.notes:
        say(line)
    for notice in found.question.plan.notices:
        say(f"warning: {notice}", "yellow")
    if folder is not None:
        say(f"Files: {folder}")
    say(USE, "dim")


def _tables(found: Why) -> Iterator[tuple[str, Table]]:
    yield "By what programs act on:", contributions(found.mediators, "mediator", "Through", "acts")
    if len(found.programs):
        yield "By program:", contributions(found.programs, "program", "Program", "differs")
    if len(found.drivers):
        yield "Estimates with which the difference of draws goes most:", ranks(found.drivers)
    if len(found.tornado):
        yield "At the ends of single estimates, the others at the center:", ends(found.tornado)
    yield "Without judgment:", cases(found.without_judgment)
    if len(found.structures):
        yield "Under each structure of the hazard, at its center:", structures(found.structures)


def contributions(frame: pd.DataFrame, key: str, heading: str, acts: str) -> Table:
    """One row a part; what can change nothing is exactly 0."""
    result = _table(heading, _DIFFERENCE, _ERROR)
    for row in frame.to_dict("records"):
        name = wrapped(str(row[key]).replace("_", " "), _WIDEST)
        change = difference(counts(row)) if row[acts] else EXACTLY
        _add(result, name, change, _error(row) if row[acts] else NOTHING)
    return result


def ranks(frame: pd.DataFrame) -> Table:
    """The largest rank correlations, with their intervals."""
    result = _table("Estimate", "Grade", "Rank correlation\n(95%)", "Clear")
    for row in frame.head(RANKED).to_dict("records"):
        low, high = float(row["spearman_low"]), float(row["spearman_high"])
        told = f"{float(row['spearman']):+.2f} ({low:+.2f} to {high:+.2f})"
        _add(result, str(row["estimate"]), str(row["grade"]), told, "yes" if row["clear"] else "no")
    return result


def ends(frame: pd.DataFrame) -> Table:
    """What the difference is at both ends of an estimate."""
    result = _table("Estimate", "Grade", "Ends", "Difference\nat low", "Difference\nat high", "Clear")
    for row in frame.to_dict("records"):
        unit = supported_unit((float(row["per_1000_high"]) - float(row["per_1000_low"])) / _WIDTH)
        told = (signed(rounded(float(row[f"at_{end}_per_1000"]), unit)) for end in ("low", "high"))
        span = f"{float(row['low']):.3g} to {float(row['high']):.3g}"
        _add(result, str(row["estimate"]), str(row["grade"]), span, *told, "yes" if row["clear"] else "no")
    return result


def cases(frame: pd.DataFrame) -> Table:
    """The difference as it is, and without effects."""
    result = _table("Case", _DIFFERENCE, _ERROR, "Baseline")
    for row in frame.to_dict("records"):
        unit = supported_unit(float(row["baseline_per_1000_mcse"]))
        usual = f"{rounded(float(row['baseline_per_1000']), unit):,}"
        _add(result, wrapped(str(row["case"]), _WIDEST), difference(counts(row)), _error(row), usual)
    return result


def structures(frame: pd.DataFrame) -> Table:
    """The difference in each world, and how much the published figures speak for it."""
    result = _table("Structure", "Weight", "Difference", _ERROR)
    for row in frame.to_dict("records"):
        known = {"per_1000_low": math.nan, "per_1000_high": math.nan, **row}
        weight = f"{PER_CENT * float(row['weight']):.0f}%"
        _add(result, str(row["structure"]), weight, difference(counts(known)), _error(row))
    return result


def _table(first: str, *others: str) -> Table:
    result = Table(box=SIMPLE_HEAD, padding=0, show_edge=False)
    result.add_column(first, overflow="fold", max_width=_WIDEST)
    for heading in others:
        result.add_column(heading, justify="right", no_wrap=True)
    return result


def _add(table: Table, *cells: str) -> None:
    table.add_row(*map(Text, cells))


def _error(row: Row) -> str:
    error = float(row["per_1000_mcse"])
    return NOTHING if math.isnan(error) else f"{error:.1f}"


def _key(found: Why) -> str:
    """What the tables' numbers are."""
    question = found.question
    plan, judged = question.plan, found.graded["set_to_none"]
    kept = ", ".join(found.graded.loc[~judged.astype(bool), "effect"])
    left = f"kept are {kept}" if kept else "no effect of a better grade is left"
    asked = f"{question.outcome} by {period(question.month)}: {plan.names[-1]} less {plan.baseline}"
    return (
        f"{asked}, per {PEOPLE:,} people, in {plan.replicates} replicates of {plan.participants:,}; Error is the Monte "
        "Carlo standard error. What programs act on is switched off, and programs are taken from one scenario or the "
        "other, under the same luck; each part is what it changes, averaged over orders in which parts are added, so "
        f"that parts sum to the total. Of {len(found.graded)} effects on reoffending, {int(judged.sum())} rest on "
        f"judgment (grade D): {left}."
    )
