"""The entries of numbers/<subject>.toml and of a scenario's [estimates], read strictly into estimates."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from reentrysim.evidence.arithmetic import evaluate
from reentrysim.evidence.estimate import JUDGMENT, SAME, Estimate, check
from reentrysim.evidence.pooling import TRANSFORM, pool
from reentrysim.evidence.published import published_row
from reentrysim.vocabulary import InputError, nearest

NUMBERS = Path(__file__).parent / "numbers"
OF_PROGRAMS = NUMBERS / "programs"
"""Numbers of programs on which no calibration rests: their direct paths are solved after it."""

_TYPES: dict[str, tuple[type, ...]] = {
    "description": (str,),
    "value": (int, float),
    "low": (int, float),
    "high": (int, float),
    "interval": (str,),
    "unit": (str,),
    "distribution": (str,),
    "population": (str,),
    "grade": (str,),
    "rows": (list,),
    "transform": (str,),
    "assumption": (str,),
    "price_year": (int,),
    "effect": (bool,),
    "brackets": (bool,),
    "at_least": (int, float),
    "at_most": (int, float),
    "read_by": (str,),
    "drawn_with": (str,),
    "drawn_against": (str,),
}
_REQUIRED = ("description", "value", "unit", "distribution", "population", "grade", "rows", "transform")
_OVERRIDE_KEYS = {key: _TYPES[key] for key in ("value", "low", "high", "assumption")} | {"source": (str,)}
_WORDS = {str: "text", int: "a number", list: "a list", bool: "true or false"}
_SNAKE = re.compile(r"[a-z][a-z0-9_]*")

Entry = Mapping[str, object]


def is_solved_later(program: str) -> bool:
    """Whether no calibration rests on the numbers of a shipped program."""
    return (OF_PROGRAMS / f"{program}.toml").is_file()


def read_folder(folder: Path = NUMBERS) -> dict[str, Estimate]:
    """Every estimate of a folder of number files, by name `<file>.<key>`, files in order of name."""
    if not folder.is_dir():
        raise InputError("no such folder of numbers", where=str(folder))
    return {estimate.name: estimate for path in sorted(folder.glob("*.toml")) for estimate in read_file(path)}


def override(estimate: Estimate, entry: Entry, where: str) -> Estimate:
    """A scenario's own number in place of an estimate: it keeps the unit and price year, and rests on no rows.

    With `low` and `high` it is drawn from the estimate's distribution (uniform where that is fixed), else fixed.
    InputError where only the calibration reads the estimate: nothing is solved again for a scenario.
    """
    if estimate.read_by == "calibration":
        what = "only the calibration reads it, so a number here would change nothing"
        raise InputError(
            what, where=where, hint="Leave it out: what was solved from it stays as the calibration has it"
        )
    _check_keys(entry, _OVERRIDE_KEYS, ("value",), where)
    if ("low" in entry) != ("high" in entry):
        raise InputError("low and high go together", where=where)
    drawn = "low" in entry and entry["low"] != entry["high"]
    family = estimate.distribution if estimate.uncertain else "uniform"
    own = replace(
        estimate,
        value=_number(entry, "value"),
        low=_number(entry, "low" if "low" in entry else "value"),
        high=_number(entry, "high" if "high" in entry else "value"),
        interval="range" if drawn else "",
        distribution=family if drawn else "fixed",
        grade="D",
        rows=(),
        transform=JUDGMENT,
        assumption=_text(entry, "assumption"),
        source=_text(entry, "source"),
        brackets=True,
    )
    if not (own.assumption.strip() or own.source.strip()):
        raise InputError("a number needs a source or an assumption", where=where)
    return check(own, where)


def derived(estimate: Estimate) -> tuple[float, ...]:
    """What its rows give: each row's own figure when the transform is "same", else what it works out.

    A pool gives its center and the ends of its interval.
    """
    pooled = TRANSFORM.fullmatch(estimate.transform)
    if pooled:
        found = pool([published_row(row_id) for row_id in estimate.rows], float(pooled[1]))
        return found.value, found.low, found.high

    def figure(row_id: str, column: str = "") -> float:
        if row_id not in estimate.rows:
            raise InputError(f"{row_id!r} is not among its rows", hint=nearest(row_id, estimate.rows))
        return published_row(row_id).number(column)

    if estimate.transform == SAME:
        return tuple(figure(row_id) for row_id in estimate.rows)
    return (evaluate(estimate.transform, figure),)


def read_file(path: Path) -> Iterator[Estimate]:
    """The estimates of one file, named `<file>.<key>`; InputError naming file and key when one breaks a rule."""
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"is not a readable TOML file ({error})", where=path.name) from error
    for key, entry in entries.items():
        where = f"{path.name}: {key}"
        if not (_SNAKE.fullmatch(key) and isinstance(entry, dict)):
            raise InputError("is not a table with a snake_case name", where=where)
        yield _estimate(f"{path.stem}.{key}", entry, where)


def _estimate(name: str, entry: Entry, where: str) -> Estimate:
    _check_keys(entry, _TYPES, _REQUIRED, where)
    interval_keys = {"low", "high", "interval"} - set(entry)
    if interval_keys and (entry["distribution"] != "fixed" or len(interval_keys & {"low", "high"}) == 1):
        raise InputError(f"{', '.join(sorted(interval_keys))} missing", where=where, hint="Only fixed has no interval")
    year = entry.get("price_year")
    estimate = Estimate(
        name=name,
        description=_text(entry, "description"),
        value=_number(entry, "value"),
        low=_number(entry, "low" if "low" in entry else "value"),
        high=_number(entry, "high" if "high" in entry else "value"),
        interval=_text(entry, "interval"),
        unit=_text(entry, "unit"),
        distribution=_text(entry, "distribution"),
        population=_text(entry, "population"),
        grade=_text(entry, "grade"),
        rows=_row_ids(entry, where),
        transform=_text(entry, "transform"),
        assumption=_text(entry, "assumption"),
        price_year=year if isinstance(year, int) else None,
        effect=entry.get("effect") is True,
        brackets=entry.get("brackets") is not False,
        at_least=_number(entry, "at_least", -math.inf),
        at_most=_number(entry, "at_most", math.inf),
        read_by=_text(entry, "read_by") or "run",
        drawn_with=_text(entry, "drawn_with"),
        drawn_against=_text(entry, "drawn_against"),
    )
    return _check_rows(check(estimate, where), where)


def _check_rows(estimate: Estimate, where: str) -> Estimate:
    """Its rows exist, and the transform can be worked out on them."""
    key = "rows"
    try:
        for row_id in estimate.rows:
            published_row(row_id)
        key = "transform"
        if estimate.transform != JUDGMENT:
            derived(estimate)
    except InputError as error:
        raise InputError(error.what, where=f"{where}.{key}", hint=error.hint) from error
    return estimate


def _check_keys(entry: Entry, types: Mapping[str, tuple[type, ...]], required: tuple[str, ...], where: str) -> None:
    for key, value in entry.items():
        if key not in types:
            raise InputError(f"unknown key {key!r}", where=where, hint=nearest(key, types))
        # True is an int to Python, but nobody means a number by it.
        if isinstance(value, bool) != (types[key] == (bool,)) or not isinstance(value, types[key]):
            raise InputError(f"{value!r} is not {_WORDS[types[key][0]]}", where=f"{where}.{key}")
    for key in required:
        if key not in entry:
            raise InputError(f"key {key!r} is missing", where=where)


def _number(entry: Entry, key: str, default: float = math.nan) -> float:
    value = entry.get(key, default)
    assert isinstance(value, int | float)  # _check_keys has seen it
    return float(value)


def _text(entry: Entry, key: str) -> str:
    return str(entry.get(key, ""))


def _row_ids(entry: Entry, where: str) -> tuple[str, ...]:
    rows = entry["rows"]
    if not isinstance(rows, list) or not all(isinstance(row, str) for row in rows) or len(set(rows)) < len(rows):
        raise InputError("is not a list of different row ids", where=f"{where}.rows")
    return tuple(rows)
