"""A design as a list: a CSV whose first line names paths, and whose other lines are points."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable
from pathlib import Path

from reentrysim.evidence.cells import unreadable
from reentrysim.experiments.sweeps.factors import Cell
from reentrysim.vocabulary import InputError

MOST_POINTS = 1_000_000
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_TRUTH = {"true": True, "false": False}


def read_points(path: Path) -> dict[str, list[Cell]]:
    """Column by column what each point is, as numbers, true or false, or words; blank lines are left out.

    Raises:
        InputError: for a file that can't be read, has no points, a column twice, or a line of another length.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = _lines(file)
    except OSError as error:
        raise unreadable(path, error) from None
    except UnicodeDecodeError:
        raise InputError("is not text in UTF-8", where=str(path), hint='Save it as "CSV UTF-8"') from None
    except csv.Error as error:
        raise InputError(f"is not a CSV file ({error})", where=str(path), hint="Save it as CSV") from None
    if len(lines) < 2:
        hint = (
            "The first line names the paths, such as policies.caseload.mentoring.per_worker, and each other is a point"
        )
        raise InputError("has no points" if lines else "is empty", where=str(path), hint=hint)
    names = _names(lines[0][1], path)
    rows = [_row(cells, names, f"{path}, line {number}") for number, cells in lines[1:]]
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def line_of(path: Path, column: str, value: Cell) -> str:
    """Where in the file a column first has this value, for a message."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = _lines(file)
    place = [name.strip() for name in lines[0][1]].index(column)
    return next(f"{path}, line {number}" for number, cells in lines[1:] if cell(cells[place]) == value)


def cell(text: str) -> Cell:
    """What a cell says: a whole number, another number, true or false, or a word."""
    plain = text.strip()
    if _WHOLE.fullmatch(plain):
        return int(plain)
    try:
        number = float(plain)
    except ValueError:
        return _TRUTH.get(plain, plain)
    return number if math.isfinite(number) else plain


def _lines(file: Iterable[str]) -> list[tuple[int, list[str]]]:
    reader = csv.reader(file)
    return [(reader.line_num, cells) for cells in reader if any(one.strip() for one in cells)]


def _names(cells: list[str], path: Path) -> list[str]:
    where, names = f"{path}, line 1", [name.strip() for name in cells]
    for place, name in enumerate(names, start=1):
        if not name:
            raise InputError(f"column {place} has no name", where=where, hint="Name the path that it sets")
        if names.count(name) > 1:
            raise InputError(f"column {name!r} stands twice", where=where, hint="Leave one out")
    return names


def _row(cells: list[str], names: list[str], where: str) -> list[Cell]:
    if len(cells) != len(names):
        hint = "Every line has a cell for each column"
        raise InputError(f"has {len(cells)} cells, the first line {len(names)}", where=where, hint=hint)
    for name, text in zip(names, cells, strict=True):
        if not text.strip():
            raise InputError(f"{name} is empty", where=where, hint="Fill the cell, or leave the line out")
    return [cell(text) for text in cells]
