"""Numbers and where they come from, on the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from reentrysim.analysis.provenance import EvidenceReport, Story
from reentrysim.evidence.estimate import GRADES, JUDGMENT, Estimate
from reentrysim.scenario import shipped_scenarios

_NUMERIC = ("Value", "Low to high")
_SURE = 2.0  # standard errors beyond which a difference is told


def show_evidence(report: EvidenceReport, console: Console) -> None:
    """One line a number, by subject."""
    frame = report.frame
    for subject, lines in frame.groupby("subject", sort=False):
        console.print(Text(str(subject), style="bold"))
        table = Table(box=SIMPLE_HEAD, padding=(0, 1), show_edge=False)
        for heading in ("Number", "Value", "Low to high", "Unit", "Grade", "Rests on"):
            table.add_column(heading, justify="right" if heading in _NUMERIC else "left", overflow="fold")
        names = table.columns[0]
        names.ratio, names.no_wrap = 1, True  # to be copied whole: the others fold
        names.min_width = max(len(line) for line in lines["name"].str.partition(".")[2])
        for _, line in lines.iterrows():
            table.add_row(*(Text(cell) for cell in _cells(line)))
        console.print(table)
    if frame.empty:
        console.print(Text("No number is of that grade and subject."))
        return
    counts = ", ".join(
        f"{count} {GRADES[str(grade)]} ({grade})" for grade, count in frame["grade"].value_counts().items()
    )
    console.print(Text(f"{len(frame)} numbers: {counts}. `reentrysim evidence NAME` tells the whole story of one."))


def _cells(line: pd.Series[Any]) -> Iterator[str]:
    yield line["name"].partition(".")[2]
    yield f"{line['value']:g}"
    yield f"{line['low']:g} to {line['high']:g}" if line["low"] < line["high"] else ""
    yield with_year(line["unit"], line["price_year"])
    yield line["grade"]
    yield line["rests_on"]


def with_year(unit: str, price_year: float | None) -> str:
    """The unit, dollars with the year whose prices they are in."""
    if price_year is None or math.isnan(price_year):
        return unit
    return f"{unit} of {price_year:.0f}"


def show_story(story: Story, console: Console) -> None:
    """The whole story of one number."""
    for line in _told(story):
        console.print(Text(line), soft_wrap=True)


def _told(story: Story) -> Iterator[str]:
    number = story.number
    yield f"{number.name}: {number.description}"
    yield ""
    yield f"Value       {number.value:g} {with_year(number.unit, number.price_year)}".rstrip()
    if number.low < number.high:
        yield f"Interval    {number.low:g} to {number.high:g} ({number.interval}; {number.distribution})"
    yield f"Grade       {number.grade}, {GRADES[number.grade]}"
    yield f"Of whom     {number.population}"
    yield from _origin(story, number)
    yield ""
    yield from _use(story, number)


def _origin(story: Story, number: Estimate) -> Iterator[str]:
    for row, citation in zip(story.figures, story.sources, strict=True):
        value = "in words" if row.value is None else f"{row.value:g} {with_year(row.unit, row.price_year)}"
        yield f"Row         {row.id}: {row.quantity}, {row.subgroup or 'all'}: {value} (use: {row.use})"
        yield f"            {citation}"
    if story.gives:
        yield f"From them   {number.transform} gives {', '.join(f'{figure:g}' for figure in story.gives)}"
    elif number.transform == JUDGMENT:
        yield "From them   a judgment" if number.rows else "Rests on    no published figure"
    if number.source:
        yield f"Source      {number.source}"
    if number.assumption:
        yield f"Assumption  {number.assumption}"


def _use(story: Story, number: Estimate) -> Iterator[str]:
    if number.read_by == "calibration":
        yield f"Enters      the calibration alone, which solves from it: {', '.join(story.solved) or 'the baseline'}"
    elif not story.places:
        yield "Enters      no run of a shipped scenario; a scenario that sets the switch for it reads it"
    for place in story.places:
        yield f"Enters      {place}"
    if story.scenarios:
        all_ = story.scenarios == tuple(shipped_scenarios())
        yield f"Read by     {'every shipped scenario' if all_ else ', '.join(story.scenarios)}"
    if not story.moves.empty:
        yield ""
        yield from _moves(story, number)


def _moves(story: Story, number: Estimate) -> Iterator[str]:
    yield f"{story.moved_in} at the last month, with this alone at {number.low:g} and at {number.high:g}, everything"
    yield "else at its center and nothing fitted again:"
    quiet = []
    for _, line in story.moves.iterrows():
        change, error = line["difference"], line["mcse"]
        if change != 0.0 and abs(change) > _SURE * error:
            sure = f"{change:+.2g} (± {_SURE * error:.1g})"
            yield f"  {line['outcome']:<18}{line['low']:.4g} and {line['high']:.4g}: {sure}"
        else:
            quiet.append(line["outcome"])
    if quiet:
        yield f"  no difference beyond luck: {', '.join(quiet)}"
    yield "A draw moves all numbers together and fits the baseline again, so these do not add up to its spread."
