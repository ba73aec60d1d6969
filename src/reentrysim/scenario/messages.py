"""Turning what the schema refuses into one message: what, where, and what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from reentrysim.scenario.known import Path, dotted, unknown_key
from reentrysim.scenario.merging import Table
from reentrysim.vocabulary import InputError, nearest

_MUST_BE = {
    "finite_number": "a finite number",
    "float_type": "a number",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "string_type": "text",
    "tuple_type": "a list",
    "dict_type": "a table",
    "mapping_type": "a table",
    "model_type": "a table",
    "string_too_long": "at most {max_length} characters",
    "literal_error": "{expected}",
    "greater_than_equal": "at least {ge:.15g}",
    "greater_than": "more than {gt:.15g}",
    "less_than_equal": "at most {le:.15g}",
    "less_than": "less than {lt:.15g}",
}
_UNITS = {
    "_per_month": "times per month",
    "_months": "months",
    "_month": "months since release",
    "_step": "steps",
    "_dollars": "dollars",
    "_share": "a share between 0 and 1",
}
_NUMBERS = {"float_type", "int_type", "int_from_float"}
_LONGEST_INTEGER = 10**18
_LONGEST_TEXT = 60


@dataclass(frozen=True)
class Layer:
    """One file (or set of changes) of those that a scenario is merged from, under the name its reader knows."""

    label: str
    table: Table


def refuse(what: str, hint: str = "", path: Path = (), partner: str | Path = "") -> PydanticCustomError:
    """The error a validator raises.

    `path` goes on from the value that the validator looks at; `partner` is the key that it contradicts: one beside it,
    or a whole path.
    """
    return PydanticCustomError("refused", "{what}", {"what": what, "hint": hint, "path": path, "partner": partner})


class FirstError(InputError):
    """The first of what is wrong with a file, which counts the others."""

    others: tuple[str, ...] = ()
    """Those in words, one for each place."""


def explain(error: ValidationError, known: frozenset[Path], layers: Sequence[Layer]) -> InputError:
    """The first problem in words, and how many more there are. `layers` go from the root to the scenario itself."""
    problems = sorted(error.errors(include_url=False), key=_order)
    by_place = {_path(problem): problem for problem in reversed(problems)}
    first, *others = (by_place[path] for path in dict.fromkeys(map(_path, problems)))
    more = f" (and {len(others)} more error{'s' if len(others) > 1 else ''})" if others else ""
    told = _explained(first, known, layers, more)
    told.others = tuple(str(_explained(problem, known, layers)) for problem in others)
    return told


def _explained(problem: ErrorDetails, known: frozenset[Path], layers: Sequence[Layer], more: str = "") -> FirstError:
    path = _path(problem)
    what, hint = _in_words(problem, path, known)
    partner = problem.get("ctx", {}).get("partner") or path[-1]
    other = (*path[:-1], partner) if isinstance(partner, str) else partner
    layer = _layer_of((path, other), layers, missing=problem["type"] == "missing")
    return FirstError(what + more, where=f"{layer.label}: {dotted(path)}", hint=hint)


def _order(problem: ErrorDetails) -> int:
    """A misspelt key is missing under its right name, so unknown keys come first and missing ones last."""
    return {"extra_forbidden": 0, "missing": 2}.get(problem["type"], 1)


def _path(problem: ErrorDetails) -> Path:
    # Places in lists and pydantic's mark for "the key, not its value" are no keys of the file; one may be called so
    marked = problem["type"] != "extra_forbidden"
    keys = tuple(key for key in problem["loc"] if isinstance(key, str) and not (marked and key == "[key]"))
    return keys + tuple(problem.get("ctx", {}).get("path", ()))


def _layer_of(paths: Sequence[Path], layers: Sequence[Layer], *, missing: bool) -> Layer:
    """The layer to blame: the last that sets one of the keys; for a missing key the first that has its table."""
    order = layers if missing else layers[::-1]
    return max(order, key=lambda layer: max(_depth(layer.table, path) / len(path) for path in paths))


def _depth(table: Any, path: Path) -> int:
    """How many keys of the path exist in the table."""
    for depth, key in enumerate(path):
        if not isinstance(table, Mapping) or key not in table:
            return depth
        table = table[key]
    return len(path)


def _in_words(problem: ErrorDetails, path: Path, known: frozenset[Path]) -> tuple[str, str]:
    """What is wrong, and what to do."""
    kind, value, context = problem["type"], problem["input"], problem.get("ctx", {})
    if kind == "refused":
        return context["what"], context["hint"]
    if kind == "extra_forbidden":
        return unknown_key(path, known)
    if kind == "missing":
        return "this key is missing", 'Set it, or take the rest from another scenario with based_on = "status-quo"'
    if kind == "string_pattern_mismatch":
        return f"{shown(path[-1])} must be snake_case", "Lower-case letters, digits and underscores"
    if kind == "too_short":
        return "must not be empty", ""
    if kind not in _MUST_BE:
        return problem["msg"], ""
    what = f"must be {_MUST_BE[kind].format(**context)}, not {shown(value)}"
    return what, _value_hint(kind, path[-1], value, context)


def _value_hint(kind: str, key: str, value: Any, context: Mapping[str, Any]) -> str:
    if kind == "literal_error" and isinstance(value, str):
        close = nearest(value, re.findall(r"'([^']*)'", context["expected"]))
        return close if close.startswith("Did") else ""
    if 1 in (context.get("le"), context.get("lt")) and value <= 100:
        return f"Shares are between 0 and 1. Did you mean {value / 100:g}?"
    unit = next((words for suffix, words in _UNITS.items() if key.endswith(suffix)), "")
    if kind in _NUMBERS and isinstance(value, str) and unit:
        return f"Wrong unit or quotes: write a bare number, in {unit}; the key's name holds the unit"
    return ""


def shown(value: Any) -> str:
    """A value as its author would recognize it, never longer than part of a line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, int) and abs(value) > _LONGEST_INTEGER:
        return "a number of more than 18 digits"
    text = repr(value) if isinstance(value, str | int | float) else str(value)
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}..."
