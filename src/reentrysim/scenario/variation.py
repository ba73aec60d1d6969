"""The same question with a few numbers changed, by dotted paths: what sweeps and sensitivity analyses are made of."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from reentrysim.scenario.known import Path, dotted
from reentrysim.scenario.merging import Table, is_whole
from reentrysim.vocabulary import InputError

_ESTIMATES = "estimates."


def overlay(base: Mapping[str, Any], changes: Mapping[str, Any]) -> Table:
    """The tables that `changes` (dotted path -> value) make, ready to be merged over `base`.

    Behind "estimates." the rest of the path is one catalog name; a bare number there becomes a fixed value that is
    marked as an assumption. InputError when one change lies inside another.
    """
    tables: Table = {}
    for keys, value in _apart(changes).items():
        _table_at(keys[:-1], base, tables)[keys[-1]] = _entry(keys, value)
    return tables


def _apart(changes: Mapping[str, Any]) -> dict[Path, Any]:
    """The changes by key path, none inside another."""
    by_keys = {_keys(path): value for path, value in changes.items()}
    for outer, inner in pairwise(sorted(by_keys)):
        if inner[: len(outer)] == outer:
            raise InputError(f"{dotted(inner)} lies inside {dotted(outer)}", hint="Change one of them")
    return by_keys


def _keys(path: str) -> Path:
    return ("estimates", path.removeprefix(_ESTIMATES)) if path.startswith(_ESTIMATES) else tuple(path.split("."))


def _table_at(keys: Path, base: Mapping[str, Any], tables: Table) -> Table:
    """The table of changes at a path, made if need be."""
    for depth, key in enumerate(keys, start=1):
        inner = base.get(key)
        base = inner if isinstance(inner, Mapping) else {}
        # A set that replaces whole starts from what it was, so that a path can change one member of it.
        tables = tables.setdefault(key, dict(base) if is_whole(".".join(keys[:depth])) else {})
    return tables


def _entry(keys: Path, value: Any) -> Any:
    if keys[0] == "estimates" and isinstance(value, int | float) and not isinstance(value, bool):
        return {"value": value, "assumption": "set by a variation of the scenario"}
    return value
