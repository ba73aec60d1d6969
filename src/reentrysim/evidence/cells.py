"""Small CSV files of one's own, read strictly: columns that are known, cells that are what they should be."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reentrysim.vocabulary import InputError, nearest

_MOST_ROWS = 1000
_KINDS = {
    "figures of a place (TARGETS.csv)": ("quantity", "subgroup", "follow_up_months", "value"),
    "margins (--margins)": ("subgroup", "share"),
    "stays (--stays)": ("stay", "months_at_least", "share"),
}
"""Files of a place, told apart by their columns, so that a swapped one is named."""
_NAME = re.compile(r"[A-Za-z_]{1,30}")


@dataclass(frozen=True)
class Columns:
    """What the first line of a file must and may name."""

    required: Sequence[str]
    optional: Sequence[str] = ()

    def check(self, names: Sequence[str], where: str, more: str = "") -> None:
        """InputError for a column that is unknown, missing or there twice; `more` to do about unknown ones.

        What doesn't look like a name is not repeated: it may be somebody's line in a file without a first one.
        """
        known = (*self.required, *self.optional)
        meant = next((kind for kind, columns in _KINDS.items() if set(columns) <= set(names)), None)
        if meant is not None and not set(_KINDS[meant]) <= set(known):
            raise InputError(f"these are the columns of {meant}", where=where, hint="Give the file by that name")
        for place, name in enumerate(names, start=1):
            if name not in known:
                close = "Separate cells by commas" if ";" in name else nearest(name, known)
                what = f"unknown column {name!r}" if _NAME.fullmatch(name) else f"column {place} has no known name"
                raise InputError(what, where=where, hint=f"{close}. {more}" if more else close)
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
    except OSError as error:
        raise unreadable(path, error) from None
    except UnicodeDecodeError:
        raise InputError("is not text in UTF-8", where=str(path), hint='Save it as "CSV UTF-8"') from None
    except csv.Error as error:
        raise InputError(f"is not a CSV file ({error})", where=str(path), hint="Save it as CSV") from None


def unreadable(path: Path, error: OSError) -> InputError:
    """What to say of a file that can't be opened, with the nearest name beside it."""
    if not path.exists():
        beside = [other.name for other in path.parent.glob(f"*{path.suffix}")] if path.parent.is_dir() else []
        close = nearest(path.name, beside)
        hint = close if close.startswith("Did") else "Check the folder and the spelling"
        return InputError("there is no such file", where=str(path), hint=hint)
    what = "is a folder, not a file" if path.is_dir() else f"cannot be read ({error.strerror})"
    return InputError(what, where=str(path), hint="Name a CSV file")


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
        percent = text.rstrip("% ")
        is_percent = text.endswith("%") and re.fullmatch(r"[0-9]+(\.[0-9]+)?", percent)
        hint = f"Write {float(percent) / 100:g}" if is_percent else "A point before decimals and nothing else"
        raise InputError(f"{column}: {text!r} is not a number", where=where, hint=hint)
    return value


def share(text: str, column: str, where: str) -> float:
    """A number from 0 to 1; InputError for anything else."""
    value = number(text, column, where)
    if not 0.0 <= value <= 1.0:
        hint = f"Write {value / 100:g}" if 2.0 <= value <= 100.0 else "Shares run from 0 to 1"
        raise InputError(f"{column}: {text} is no share", where=where, hint=hint)
    return value
