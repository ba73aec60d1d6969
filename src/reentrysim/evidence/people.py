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

from reentrysim.evidence.cells import Columns, unreadable
from reentrysim.evidence.margins import WORDS
from reentrysim.evidence.population import People
from reentrysim.vocabulary import InputError

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
    "months_served": Number(0, 1200, False, "Months in prison before this release, 0 to 1200"),
    "supervision_months": Number(1, 600, True, "Whole months of supervision, from 1 on"),
}
COLUMNS = (*WORDS, *NUMBERS)
_ANY_OF = Columns((), COLUMNS)


def read_people(path: Path) -> People:
    """The participants of a CSV file: at least one of COLUMNS; empty cells are unknown.

    Words are those of results (sex, race, offense, release) or yes and no; numbers are those of NUMBERS. Any number
    of rows is read; what is kept is one number a cell. Who has months of supervision is released to it.

    Raises:
        InputError: for another column, word or number. It names the column and the person's place in the file, and
            never repeats a cell: files of people go wrong by a shifted column, and messages are copied.
    """
    table = _table(path, _header(path))
    if table.num_rows == 0:
        raise InputError("has nobody in it", where=str(path), hint="One line a person, below the names of columns")
    traits = {name: _column(name, table[name], path) for name in table.column_names}
    if "supervision_months" in traits:
        release = traits.get("release", np.full(table.num_rows, math.nan, dtype=np.float32))
        supervised = np.isnan(release) & ~np.isnan(traits["supervision_months"])
        traits["release"] = np.where(supervised, np.float32(WORDS["release"].index("conditional")), release)
    return People(table.num_rows, traits)


def _header(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            names = [name.strip() for name in next(csv.reader(file), [])]
    except OSError as error:
        raise unreadable(path, error) from None
    except (UnicodeDecodeError, csv.Error):
        raise InputError("is not text in UTF-8", where=str(path), hint='Save it as "CSV UTF-8"') from None
    if not names:
        raise InputError("begins with an empty line", where=str(path), hint="The first line names the columns")
    more = "Leave out what the model doesn't read; names and numbers of people belong nowhere here"
    _ANY_OF.check(names, f"{path}, line 1", more)
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
            # An empty line is a person of whom nothing is known, and counts as one.
            arrow.ParseOptions(invalid_row_handler=note, ignore_empty_lines=False),
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
            raise InputError(f"{name}: this cell is not known", where=where, hint=_hint(name)) from None
    if name == "age" and not np.any(values[np.isfinite(values)] % 1):
        values += np.float32(_HALF_YEAR)  # completed years: on average half a year more has passed
    return np.asarray(values[rows], dtype=np.float32)


def _reader(name: str) -> Callable[[str], float]:
    if name in NUMBERS:
        return NUMBERS[name].read
    words = WORDS[name]
    return lambda text: float(words.index(text.lower()))


def _hint(name: str) -> str:
    return f"{NUMBERS[name].hint if name in NUMBERS else 'Known: ' + ', '.join(WORDS[name])}. Or leave it empty"
