"""Whether two files of a table are the same: to the byte, in their numbers, or from which row on they differ."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

RELATIVE, ABSOLUTE = 1e-6, 1e-7
"""How near numbers are called near: other processors and libraries move the seventh digit."""
TABLES = (".csv", ".parquet")


class Same(Enum):
    """How alike two files are."""

    YES = 1
    NEARLY = 2
    NO = 3


def compare_files(kept: Path, again: Path) -> tuple[Same, str]:
    """How alike a kept file and the one computed again are; where they are not, the first difference in words."""
    if kept.read_bytes() == again.read_bytes():
        return Same.YES, ""
    if kept.suffix not in TABLES:
        return Same.NO, _first_line(kept, again)
    return compare_tables(read_table(kept), read_table(again))


def compare_tables(kept: pd.DataFrame, again: pd.DataFrame) -> tuple[Same, str]:
    """Likewise of two tables: values that are equal are the same, however they are stored."""
    if list(kept.columns) != list(again.columns):
        return Same.NO, f"its columns are {_few(kept.columns)}; computed again, {_few(again.columns)}"
    if len(kept) != len(again):
        return Same.NO, f"it has {len(kept):,} rows; computed again, {len(again):,}"
    near, equal = np.ones(len(kept), dtype=np.bool_), True
    for column in kept.columns:
        alike = _close(kept[column], again[column])
        near &= alike
        equal = equal and bool(_close(kept[column], again[column], 0.0, 0.0).all())
    if near.all():
        return (Same.YES if equal else Same.NEARLY), ""
    return Same.NO, _first_row(kept, again, int(np.argmin(near)))


def read_table(path: Path) -> pd.DataFrame:
    """A table as its file holds it."""
    return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)


def _close(
    kept: pd.Series[Any], again: pd.Series[Any], relative: float = RELATIVE, absolute: float = ABSOLUTE
) -> NDArray[np.bool_]:
    """(rows,) whether values are near, or both missing."""
    if all(pd.api.types.is_float_dtype(one) for one in (kept, again)):
        old, new = (one.to_numpy(dtype=np.float64) for one in (kept, again))
        return np.asarray(np.isclose(old, new, rtol=relative, atol=absolute, equal_nan=True), dtype=np.bool_)
    return np.asarray((kept == again) | (kept.isna() & again.isna()), dtype=np.bool_)


def _first_row(kept: pd.DataFrame, again: pd.DataFrame, row: int) -> str:
    """The first row that differs, what it is about, and the first value of it that does."""
    old, new = kept.iloc[[row]], again.iloc[[row]]
    column = next(name for name in kept.columns if not _close(old[name], new[name])[0])
    about = [f"{name} {old[name].iloc[0]}" for name in kept.columns if _names(kept[name]) and name != column]
    where = f" ({', '.join(about)})" if about else ""
    return f"row {row + 1}{where}: {column} is {old[column].iloc[0]}; computed again, {new[column].iloc[0]}"


def _names(column: pd.Series[Any]) -> bool:
    """Whether a column says what a row is about."""
    return not pd.api.types.is_float_dtype(column)


def _first_line(kept: Path, again: Path) -> str:
    old, new = (path.read_text(encoding="utf-8", errors="replace").splitlines() for path in (kept, again))
    both = min(len(old), len(new))
    line = next((n for n in range(both) if old[n] != new[n]), both)
    return f"differs from line {line + 1} on"


def _few(names: pd.Index[Any]) -> str:
    return ", ".join(map(str, names))
