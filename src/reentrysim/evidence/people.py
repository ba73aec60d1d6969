"""A file of participants of one's own place: one line a person, read strictly and never copied anywhere.

Simulated people are drawn from these rows, each with all the traits of one row; what a row leaves empty, and what the
file has no column for, is drawn as in the nation.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reentrysim.evidence.cells import Columns
from reentrysim.evidence.margins import WORDS
from reentrysim.evidence.population import People
from reentrysim.vocabulary import InputError, nearest

if TYPE_CHECKING:
    import pyarrow as pa

Numbers = NDArray[np.float32]
_HALF_YEAR = 0.5


@dataclass(frozen=True)
class Number:
    """A numeric column: what it may hold, ends included."""

    lowest: float
    highest: float
    whole: bool
    hint: str

    def read(self, text: str) -> float:
        """The number; ValueError where it is none, or out of range."""
        value = float(text)
        if not self.lowest <= value <= self.highest or (self.whole and value != int(value)):
            raise ValueError(text)
        return value


NUMBERS: Mapping[str, Number] = {
    "age": Number(16, 100, False, "Years at release, 16 to 100"),
    "priors": Number(1, 1000, True, "Whole arrests before release, the one that led to prison included, so from 1 on"),
    "months_served": Number(0, 1200, False, "Months in prison before this release"),
    "supervision_months": Number(1, 600, True, "Whole months of supervision, empty for none"),
}
COLUMNS = (*WORDS, *NUMBERS)
_ANY_OF = Columns((), COLUMNS)


def read_people(path: Path) -> People:
    """The participants of a CSV file: at least one of COLUMNS; empty cells are unknown.

    Words are those of results (sex, race, offense, release) or yes and no; numbers are those of NUMBERS. Any number
    of rows is read; what is kept is one number a cell.

    Raises:
        InputError: for another column, word or number, naming the person by place in the file and never by traits.
    """
    table = _table(path, _header(path))
    if table.num_rows == 0:
        raise InputError("has nobody in it", where=str(path), hint="One line a person, below the names of columns")
    return People(table.num_rows, {name: _column(name, table[name], path) for name in table.column_names})


def _header(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            names = [name.strip() for name in next(csv.reader(file), [])]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        raise InputError(f"is not a readable CSV file ({reason})", where=str(path), hint="Save it as CSV") from None
    for name in names:
        if name not in COLUMNS:
            close = "Separate cells by commas" if ";" in name else nearest(name, COLUMNS)
            hint = f"{close}. Leave out what the model doesn't read; names and numbers of people belong nowhere here"
            raise InputError(f"unknown column {name!r}", where=f"{path}, line 1", hint=hint)
    _ANY_OF.check(names, f"{path}, line 1")
    return names


def _table(path: Path, names: list[str]) -> pa.Table:
    import pyarrow as pa
    from pyarrow import csv as arrow

    wrong: list[Any] = []

    def note(row: Any) -> str:
        wrong.append(row)
        return "skip"

    words = pa.dictionary(pa.int32(), pa.string())
    try:
        table = arrow.read_csv(
            path,
            # Rows are counted for the message, which one thread alone can do.
            arrow.ReadOptions(column_names=names, skip_rows=1, use_threads=False),
            arrow.ParseOptions(invalid_row_handler=note),
            arrow.ConvertOptions(column_types=dict.fromkeys(names, words), strings_can_be_null=False),
        )
    except pa.ArrowInvalid as error:
        if "Empty CSV" in str(error):  # a header and nothing else
            return pa.table({name: pa.array([], words) for name in names})
        hint = "Save it as CSV in UTF-8"  # what Arrow says may hold cells of people
        raise InputError("is not a readable CSV file", where=str(path), hint=hint) from None
    if wrong:
        what = f"has {wrong[0].actual_columns} cells, the first line {wrong[0].expected_columns}"
        where = f"{path}, line {wrong[0].number}" if wrong[0].number else str(path)
        raise InputError(what, where=where, hint="Leave unknown cells empty, and keep the commas")
    return table


def _column(name: str, chunks: pa.ChunkedArray, path: Path) -> Numbers:
    """One number a person: each distinct cell is read once."""
    cells = chunks.unify_dictionaries().combine_chunks()
    if hasattr(cells, "chunks"):  # of several chunks, or of none
        cells = cells.chunk(0)
    texts, rows = cells.dictionary.to_pylist(), cells.indices.to_numpy()
    read = _reader(name)
    values = np.full(max(len(texts), 1), math.nan, dtype=np.float32)
    for code, text in enumerate(texts):
        try:
            values[code] = read(text.strip()) if text.strip() else math.nan
        except (ValueError, OverflowError):
            where = f"{path}, person {int(np.argmax(rows == code)) + 1}"
            raise InputError(f"{name}: {text.strip()!r} is not known", where=where, hint=_hint(name, text)) from None
    if name == "age" and not np.any(values % 1):
        values += np.float32(_HALF_YEAR)  # completed years: on average half a year more has passed
    return np.asarray(values[rows], dtype=np.float32)


def _reader(name: str) -> Callable[[str], float]:
    if name in NUMBERS:
        return NUMBERS[name].read
    words = WORDS[name]
    return lambda text: float(words.index(text.lower()))


def _hint(name: str, text: str) -> str:
    return NUMBERS[name].hint if name in NUMBERS else nearest(text.strip().lower(), WORDS[name])
