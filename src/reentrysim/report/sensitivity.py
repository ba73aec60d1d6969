"""What drives an answer, on the terminal: a line a factor, in words where nothing can be told."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

from reentrysim.analysis.answer import PEOPLE
from reentrysim.analysis.sensitivity.asked import Question
from reentrysim.analysis.sensitivity.noise import Noise
from reentrysim.analysis.sensitivity.sensitivity import Sensitivity
from reentrysim.analysis.tables import is_amount
from reentrysim.report.words import NOTHING

SHOWN = 15
"""Factors on the terminal and in pictures; tables have all."""
Line = dict[str, Any]
_SMALLEST = 1e-9


def show_sensitivity(found: Sensitivity) -> Iterator[str]:
    """What was asked, how far noise goes, each table that there is, and what it rests on."""
    scale = scale_of(found.question)
    yield f"What drives {asked_in_words(found.question)}."
    spread = f"standard deviation {number(scale * found.spread)} {unit_of(found.question)}"
    yield (
        f"{found.points:,} points, {found.replicates} replicates each of at least {found.people:,} people: mean "
        f"{number(scale * found.mean)}, {spread}. {noise_in_words(found.noise)}"
    )
    tables: tuple[tuple[str, pd.DataFrame | None, Callable[[Line], str]], ...] = (
        ("Sobol' indices, % of the variance (95%): first | total, of it noise", found.sobol, _sobol),
        (
            f"Elementary effects, {unit_of(found.question)}: mean size (95%), spread, noise",
            found.morris,
            _scaled(_morris, scale),
        ),
        ("Rank correlation (95%) | with the others held", found.ranks, _ranks),
        (f"High end less low end (95%), {unit_of(found.question)}", found.tornado, _scaled(_tornado, scale)),
        ("Share of the variance by grade of evidence, % (95%)", found.grades, _grades),
        (
            f"Worth of knowing it before choosing (95%), {unit_of(found.question)}",
            found.information,
            _scaled(_information, scale),
        ),
        (f"Where {found.discovery.cases}: share of points there (95%), and of all such points", found.tree, _region),
    )
    for heading, table, line in tables:
        if table is not None:
            yield from _table(heading, table, line)
    yield from (f"note: {note}" for note in found.notes)


def _table(heading: str, table: pd.DataFrame, line: Callable[[Line], str]) -> Iterator[str]:
    yield ""
    yield heading
    rows = lines_of(table)
    yield from (f"  {line(row)}" for row in rows[:SHOWN])
    if len(rows) > SHOWN:
        yield f"  and {len(rows) - SHOWN} more in the table"
    if "clear" in table and not table["clear"].any():
        yield "  None of these can be told from noise."


def lines_of(table: pd.DataFrame) -> list[Line]:
    """The rows of a table, each by column."""
    rows: list[Line] = table.to_dict("records")  # type: ignore[assignment]
    return rows


def asked_in_words(question: Question) -> str:
    """ "return_to_prison within 3 years, more-mentors less status-quo"."""
    whom = "" if question.subgroup == "all" else f", {question.subgroup}"
    less = f" less {question.baseline}" if question.baseline else ""
    return f"{question.outcome} by month {question.month}{whom}, {question.scenario}{less}"


def unit_of(question: Question) -> str:
    """What numbers of the question are in."""
    return f"{question.outcome} a person" if is_amount(question.outcome) else f"people of {PEOPLE:,}"


def scale_of(question: Question) -> float:
    """What values are multiplied with to be in that unit."""
    return 1.0 if is_amount(question.outcome) else float(PEOPLE)


def noise_in_words(noise: Noise) -> str:
    """How much of what points differ by is luck."""
    if math.isnan(noise.share):
        return "How much of it is noise is not known."
    low, high = (100.0 * end for end in (noise.low, noise.high))
    return f"Noise is {100.0 * noise.share:.0f}% of the variance ({low:.0f} to {high:.0f}%)."


def _scaled(line: Callable[[Line, float], str], scale: float) -> Callable[[Line], str]:
    return lambda row: line(row, scale)


def _name(row: Line) -> str:
    rank = row.get("rank")
    place = f"{int(rank)}." if rank is not None and not pd.isna(rank) else NOTHING
    return f"{place:>3} {row['factor']:<44}"


def _sobol(row: Line) -> str:
    first, total = (_ends(row, name, 100.0) for name in ("first", "total"))
    return f"{_name(row)} {first:>20} | {total:>20}, {number(100.0 * row['total_noise'])}"


def _morris(row: Line, scale: float) -> str:
    rest = f"{number(scale * row['sigma'])}, {number(scale * row['noise'])}"
    return f"{_name(row)} {_ends(row, 'mu_star', scale):>24}, {rest}"


def _ranks(row: Line) -> str:
    return f"{_name(row)} {_ends(row, 'spearman', 1.0):>22} | {_ends(row, 'partial', 1.0):>22}"


def _tornado(row: Line, scale: float) -> str:
    ends = " to ".join(number(row[end], 3) for end in ("low", "high"))
    return f"{_name(row)} {_ends(row, 'difference', scale):>24}   {ends}"


def _grades(row: Line) -> str:
    count = f" ({row['factors']} factors)" if row["factors"] else ""
    return f"{row['grade'] + count:<22} {_ends(row, 'share', 100.0)}"


def _information(row: Line, scale: float) -> str:
    changes = "" if math.isnan(row["changes"]) else f"   changes the choice in {_ends(row, 'changes', 100.0)}%"
    return f"{_name(row)} {_ends(row, 'value', scale):>24}{changes}"


def _region(row: Line) -> str:
    return f"{_ends(row, 'density', 100.0)}%, {_ends(row, 'coverage', 100.0)}%: {row['rule']}"


def _ends(row: Line, name: str, scale: float) -> str:
    """ "12 (8 to 16)"; "-" where there is no value."""
    if math.isnan(row[name]):
        return NOTHING
    value, low, high = (scale * row[key] for key in (name, f"{name}_low", f"{name}_high"))
    return number(value) if math.isnan(low) else f"{number(value)} ({number(low)} to {number(high)})"


def number(value: object, digits: int = 2) -> str:
    """With the digits that count, 110 and not 1.1e+02; "-" where there is none; words as they are."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if math.isnan(value):
        return NOTHING
    if abs(value) < _SMALLEST:
        return "0"
    places = digits - 1 - math.floor(math.log10(abs(value)))
    text = f"{round(value, places):,.{max(places, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
