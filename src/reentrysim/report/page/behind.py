"""The numbers behind pictures, in words and to the digits that the pictures and their descriptions have."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from reentrysim.analysis.answer import OUTCOME, PEOPLE, Counts, period
from reentrysim.analysis.estimates import Estimates
from reentrysim.analysis.intervals import Cell
from reentrysim.report import words
from reentrysim.report.figures import Drawn
from reentrysim.report.figures.budget import in_words as use_in_words
from reentrysim.report.figures.budget import millions, most
from reentrysim.report.figures.gaps import PLACES
from reentrysim.report.figures.plane import means
from reentrysim.report.figures.queues import PHASES, means_in_words, panel_title, queue_lines
from reentrysim.report.figures.style import title_of, when
from reentrysim.report.page.blocks import Table

Row = Mapping[Hashable, Any]
Cells = tuple[str, ...]
_FEW = "; groups of few people have none"


@dataclass(frozen=True)
class Told:
    """The numbers of one picture in words."""

    what: str
    """Units, and what is in brackets."""
    columns: Cells
    rows: tuple[Cells, ...]


def behind(results: Estimates, drawn: Drawn, kind: str) -> Table:
    """The table that stands behind a picture of this kind."""
    told = _KINDS[kind](results, drawn.table)
    return Table(f"behind-{kind}", f"{drawn.title}: {told.what}", told.columns, told.rows)


def _curves(results: Estimates, table: pd.DataFrame) -> Told:
    """A row a panel's line, a column a year; in each column of a panel all are as coarse as the least known."""
    months, names = sorted(set(table["month"])), list(dict.fromkeys(table["scenario"]))
    rows = []
    for outcome in sorted(set(table["outcome"]), key=lambda one: (one != OUTCOME, one)):  # as panels are
        by_month = [_alike({name: results.value(name, outcome, month) for name in names}) for month in months]
        rows += [(name, title_of(outcome), *(words.level(found[name]) for found in by_month)) for name in names]
    what = f"people per {PEOPLE:,}, by time since release{_bracketed(results, table['value_low'])}"
    return Told(what, ("Scenario", "What", *map(period, months)), tuple(rows))


def _alike(cells: Mapping[str, Cell]) -> dict[str, Counts]:
    """Counts rounded alike, so that they can be compared."""
    error = max((cell.mcse for cell in cells.values() if math.isfinite(cell.mcse)), default=math.nan)
    return {name: Counts(replace(cell, mcse=error)) for name, cell in cells.items()}


def _differences(results: Estimates, table: pd.DataFrame) -> Told:
    names, outcomes = list(dict.fromkeys(table["scenario"])), list(dict.fromkeys(table["outcome"]))
    found = {(row["scenario"], row["outcome"]): _change(row) for row in table.to_dict("records")}
    rows = tuple((name, *(found[name, outcome] for outcome in outcomes)) for name in names)
    heads = (f"{title_of(outcome)} {when(outcome, results.headline_month)}" for outcome in outcomes)
    return Told(_difference_from(results, table), ("Scenario", *heads), rows)


def _groups(results: Estimates, table: pd.DataFrame) -> Told:
    names, groups = list(dict.fromkeys(table["scenario"])), list(dict.fromkeys(table["group"]))
    found = {(row["group"], row["scenario"]): _change(row) for row in table.to_dict("records")}
    rows = tuple((group, *(found[group, name] for name in names)) for group in groups)
    return Told(_difference_from(results, table, _FEW), ("Group", *names), rows)


def _difference_from(results: Estimates, table: pd.DataFrame, few: str = "") -> str:
    brackets = _bracketed(results, table["difference_low"], few)
    return f"difference from {results.facts.baseline} per {PEOPLE:,} people{brackets}"


def _plane(results: Estimates, table: pd.DataFrame) -> Told:
    economics = results.economics()
    told = means(economics)
    sides = ("draws_fewer_returns", "draws_saving_money", "draws_both")
    rows = tuple(
        (row["scenario"], *told[row["scenario"]], *(f"{row[side]:,} of {row['draws']:,}" for side in sides))
        for row in table.to_dict("records")
    )
    columns = (
        "Scenario",
        f"Returns averted, of {PEOPLE:,} people",
        "Net public cost per person",
        *("Points with fewer returns", "Points where money is saved", "Points with both"),
    )
    span = _bracketed(results, economics.averted["averted_low"])
    return Told(f"within {period(economics.terms.months)}, against {results.facts.baseline}{span}", columns, rows)


def _queues(results: Estimates, table: pd.DataFrame) -> Told:
    phases = [phase for phase in PHASES if f"{phase}_mean" in table]
    found = means_in_words(queue_lines(results), results.facts)
    keys = (tuple(row[name] for name in ("program", "what", "scenario")) for row in table.to_dict("records"))
    rows = tuple(
        (panel_title(program, what), name, *(found.get((program, what, name, one), words.NOTHING) for one in phases))
        for program, what, name in keys
    )
    heads = (PHASES[phase].capitalize() for phase in phases)
    return Told("people and workers of the real system, means over months", ("What", "Scenario", *heads), rows)


def _budget(results: Estimates, table: pd.DataFrame) -> Told:
    names, uses = list(dict.fromkeys(table["scenario"])), list(dict.fromkeys(table["use"]))
    largest = most(results)
    found = {(row["scenario"], row["use"]): millions(row, largest) for row in table.to_dict("records")}
    rows = tuple((name, *(found[name, use] for use in uses)) for name in names)
    heads = (use_in_words(use).capitalize() for use in uses)
    return Told("millions of dollars in the whole run, means over runs", ("Scenario", *heads), rows)


def _equity(results: Estimates, table: pd.DataFrame) -> Told:
    """A row a group, its places, its returns and the gaps in both."""
    before, within = f"under {results.facts.baseline}", when(OUTCOME, results.headline_month)
    places, returns = (table[table["measure"] == measure].to_dict("records") for measure in (PLACES, OUTCOME))
    rows = tuple(_of_group(place, back) for place, back in zip(places, returns, strict=True))
    columns = (
        *("Group", f"Served {before}", "Served", f"Gap in being served {before}", "Gap in being served"),
        *(f"Back in prison {within} {before}", f"Back in prison {within}", "Change in returns"),
        *(f"Gap in returns {before}", "Gap in returns"),
    )
    span = _bracketed(results, table["change_low"], _FEW)
    gaps = "Gaps are to the group with a star; each number is rounded by itself"
    return Told(f"of {PEOPLE:,} in each group{span}. {gaps}", columns, rows)


def _of_group(place: Row, back: Row) -> Cells:
    star = "\u00a0*" if place["is_reference"] else ""
    served, gap = _two(place), _gaps(place)
    return f"{place['group']}{star}", *served, *gap, *_two(back), _change(back, "change"), *_gaps(back)


def _two(row: Row) -> tuple[str, str]:
    before, now = words.before_and_now(row)
    return f"{before:,}", f"{now:,}"


def _gaps(row: Row) -> tuple[str, str]:
    """Before and now; the group that others are set against has none."""
    if row["is_reference"]:
        return words.NOTHING, words.NOTHING
    return words.signed(words.counts(row, "gap_before").mean), _change(row, "gap")


def _change(row: Row, what: str = "difference") -> str:
    return words.difference(words.counts(row, what))


def _bracketed(results: Estimates, low: pd.Series, few: str = "") -> str:
    """What is in brackets, where anything is."""
    if low.isna().all():
        return ""
    return f", in brackets 95% intervals{' of luck alone' if results.facts.luck_only else ''}{few}"


_KINDS: dict[str, Callable[[Estimates, pd.DataFrame], Told]] = {
    "curves": _curves,
    "differences": _differences,
    "groups": _groups,
    "plane": _plane,
    "queues": _queues,
    "budget": _budget,
    "equity": _equity,
}
