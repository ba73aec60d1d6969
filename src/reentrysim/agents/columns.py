"""Tables of agents: a dataclass whose fields are arrays of equal length, one row an agent."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import fields
from functools import cache
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Small = NDArray[np.int8]
Flags = NDArray[np.bool_]

Table = TypeVar("Table")


@cache
def column_names(table: Hashable) -> tuple[str, ...]:
    """Names of the columns of a table class, in order."""
    return tuple(field.name for field in fields(cast(Any, table)))


def rows(table: Table, window: slice) -> Table:
    """The same table over a slice of its rows; the columns are views, so writing to them writes to the table."""
    return _over(table, window)


def keep(table: Table, chosen: Flags) -> Table:
    """A copy of the table with the chosen rows only."""
    return _over(table, chosen)


def rows_where(flags: Flags) -> Ints:
    """Rows of those for whom it holds; shape (rows,). Asked thousands of times a run, with as few calls as can be."""
    return flags.nonzero()[0]


def _over(table: Table, selection: slice | Flags) -> Table:
    kind: Any = type(table)
    selected: Table = kind(*[getattr(table, name)[selection] for name in column_names(kind)])
    return selected
