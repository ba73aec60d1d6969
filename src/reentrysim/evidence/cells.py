"""Small CSV files of one's own, read strictly: columns that are known, cells that are what they should be."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reentrysim.vocabulary import InputError, nearest

_MOST_ROWS = 1000


@dataclass(frozen=True)
class Columns:
    """What the first line of a file must and may name."""

    required: Sequence[str]
    optional: Sequence[str] = ()

    def check(self, names: Sequence[str], where: str) -> None:
        """InputError for a column that is unknown, missing or there twice."""
        known = (*self.required, *self.optional)
        for name in names:
            if name not in known:
                hint = "Separate cells by commas" if ";" in name else nearest(name, known)
                raise InputError(f"unknown column {name!r}", where=where, hint=hint)
            if names.count(name) > 1:
                raise InputError(f"column {name!r} stands twice", where=where, hint="Leave one out")
        for name in self.required:
            if name not in names:
                hint = f"The first line: {','.join(self.required)}"
                raise InputError(f"column {name!r} is missing", where=where, hint=hint)


def read_lines(path: Path, columns: Columns) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Where each line stands, and its cells by column; blank lines are left out.

    Raises:
        InputError: for a file that can't be read, other columns, more than 1,000 lines, or a line of another length.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            names = [name.strip() for name in next(reader, [])]
            columns.check(names, f"{path}, line 1")
            for cells in reader:
                if not any(cell.strip() for cell in cells):
                    continue
                where = f"{path}, line {reader.line_num}"
                if reader.line_num > _MOST_ROWS + 1:
                    hint = "Its lines are figures on groups, not people; people belong in a file of participants"
                    raise InputError(f"has more than {_MOST_ROWS:,} lines", where=str(path), hint=hint)
                if len(cells) != len(names):
                    raise InputError(f"has {len(cells)} cells, the first line {len(names)}", where=where)
                yield where, dict(zip(names, (cell.strip() for cell in cells), strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason, hint = (error.strerror, "") if isinstance(error, OSError) else (error, "Save it as CSV in UTF-8")
        raise InputError(f"is not a readable CSV file ({reason})", where=str(path), hint=hint) from None


def filled(line: Mapping[str, str], names: Sequence[str], where: str) -> None:
    """InputError for the first of these cells that is empty."""
    for name in names:
        if not line[name]:
            raise InputError(f"{name} is empty", where=where, hint="Fill the cell, or leave the line out")


def number(text: str, column: str, where: str) -> float:
    """A finite number; InputError for anything else."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        hint = "A point before decimals and nothing else"
        raise InputError(f"{column}: {text!r} is not a number", where=where, hint=hint)
    return value


def share(text: str, column: str, where: str) -> float:
    """A number from 0 to 1; InputError for anything else."""
    value = number(text, column, where)
    if not 0.0 <= value <= 1.0:
        hint = f"Write {value / 100:g}" if 1.0 < value <= 100.0 else "Shares run from 0 to 1"
        raise InputError(f"{column}: {text} is no share", where=where, hint=hint)
    return value
