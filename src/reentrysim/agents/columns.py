"""Tables of agents: a dataclass whose fields are arrays of equal length, one row an agent."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Small = NDArray[np.int8]
Flags = NDArray[np.bool_]

Table = TypeVar("Table")


@cache
def column_names(table: type[Any]) -> tuple[str, ...]:
    """Names of the columns of a table class, in order."""
    return tuple(field.name for field in fields(table))


def rows(table: Table, window: slice) -> Table:
    """The same table over a slice of its rows; the columns are views, so writing to them writes to the table."""
    kind: type[Any] = type(table)
    return kind(*[getattr(table, name)[window] for name in column_names(kind)])


def keep(table: Table, chosen: Flags) -> Table:
    """A copy of the table with the chosen rows only."""
    kind: type[Any] = type(table)
    return kind(*[getattr(table, name)[chosen] for name in column_names(kind)])
