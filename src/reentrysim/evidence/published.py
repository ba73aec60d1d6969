"""The published figures, one row each, as they stand in published/*.csv (see published/README.md)."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from reentrysim.vocabulary import InputError, nearest

FOLDER = Path(__file__).parent / "published"


class _Layout(NamedTuple):
    """Which column of a table holds what a row is asked for; "" where the table has none."""

    quantity: str
    subgroup: str
    value: str
    low: str
    high: str
    unit: str


_TABLES = {
    "recidivism_targets": _Layout("quantity", "subgroup", "value", "ci_low", "ci_high", "unit"),
    "program_effects": _Layout("outcome", "population", "effect", "ci_low", "ci_high", "effect_measure"),
    "context_parameters": _Layout("quantity", "subgroup", "value", "low", "high", "unit"),
    "wsipp_benefit_cost": _Layout("program", "", "costs", "", "", "unit"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One published figure. `fields` holds the whole line as text, every column of its table by name."""

    id: str
    table: str
    quantity: str
    """What was measured: `quantity`, or the outcome of a program effect, or the program of a WSIPP cost."""
    subgroup: str
    """Of whom: `subgroup`, or the population of a program effect."""
    follow_up_months: int | None
    value: float | None
    """The figure; the effect of a program effect; the cost of a WSIPP row. None when published in words."""
    low: float | None
    high: float | None
    unit: str
    price_year: int | None
    use: str
    """fit | holdout | context; tables without that column hold context."""
    source_id: str
    fields: Mapping[str, str] = field(repr=False, compare=False)

    def number(self, column: str = "") -> float:
        """The figure itself, or the number in a column of its table; InputError when there is none."""
        if column and column not in self.fields:
            raise InputError(f"{self.id} has no column {column!r}", hint=nearest(column, self.fields))
        number = _number(self.fields[column]) if column else self.value
        if number is None:
            raise InputError(f"{self.id} has no number{f' in {column!r}' if column else ', it is published in words'}")
        return number


def read_lines(name: str) -> Iterator[dict[str, str]]:
    """The lines of published/<name>.csv as dictionaries of text."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@cache
def table(name: str) -> tuple[Row, ...]:
    """The rows of one table, in file order."""
    if name not in _TABLES:
        raise InputError(f"no published table {name!r}", hint=nearest(name, _TABLES))
    lines = read_lines(name)
    return tuple(_row(name, line) for line in (_identified(lines) if name == "wsipp_benefit_cost" else lines))


@cache
def published_rows() -> Mapping[str, Row]:
    """Every row of every table by id."""
    return MappingProxyType({row.id: row for name in _TABLES for row in table(name)})


def published_row(row_id: str) -> Row:
    """One row by id; InputError with the nearest id when there is none."""
    rows = published_rows()
    if row_id not in rows:
        # Three thousand ids are too many to list, so only a near one is worth saying.
        advice = nearest(row_id, rows)
        raise InputError(f"no published row {row_id!r}", hint=advice if advice.startswith("Did") else "")
    return rows[row_id]


def target(quantity: str, subgroup: str, follow_up_months: int | None, source: str = "BJS_2008_10Y") -> Row:
    """The one row of recidivism_targets with this address; InputError when there is none, or more than one."""
    rows = _targets_by_address().get((quantity, subgroup, follow_up_months, source), ())
    if len(rows) == 1:
        return rows[0]
    what = f"{len(rows) or 'no'} published targets {quantity!r} of {subgroup!r} at month {follow_up_months} in {source}"
    raise InputError(what, hint=_advice(quantity, subgroup, source) if not rows else "")


def targets(quantity: str, subgroup: str = "all", source: str = "BJS_2008_10Y") -> tuple[Row, ...]:
    """The rows of one curve in order of month (rows without a month first); empty when there are none."""
    rows = [
        row
        for row in table("recidivism_targets")
        if (row.quantity, row.subgroup, row.source_id) == (quantity, subgroup, source)
    ]
    return tuple(sorted(rows, key=lambda row: row.follow_up_months or 0))


@cache
def _targets_by_address() -> dict[tuple[str, str, int | None, str], list[Row]]:
    index: dict[tuple[str, str, int | None, str], list[Row]] = defaultdict(list)
    for row in table("recidivism_targets"):
        index[row.quantity, row.subgroup, row.follow_up_months, row.source_id].append(row)
    return dict(index)


def _advice(quantity: str, subgroup: str, source: str) -> str:
    """The nearest right spelling of the first part of an address that is not among the targets."""
    rows = table("recidivism_targets")
    if source not in {row.source_id for row in rows}:
        return nearest(source, {row.source_id for row in rows})
    rows = tuple(row for row in rows if row.source_id == source)
    if quantity not in {row.quantity for row in rows}:
        return nearest(quantity, {row.quantity for row in rows})
    rows = tuple(row for row in rows if row.quantity == quantity)
    if subgroup not in {row.subgroup for row in rows}:
        return nearest(subgroup, {row.subgroup for row in rows})
    months = sorted(row.follow_up_months or 0 for row in rows if row.subgroup == subgroup)
    return f"Months: {', '.join(map(str, months))}"


def _identified(lines: Iterator[dict[str, str]]) -> Iterator[dict[str, str]]:
    """WSIPP rows have no id of their own: they are numbered in file order."""
    for number, line in enumerate(lines, start=1):
        yield line | {"id": f"WSIPP_{number:03d}", "unit": "USD/participant", "price_year": line["year"]}


def _row(name: str, line: dict[str, str]) -> Row:
    layout = _TABLES[name]
    return Row(
        id=line["id"],
        table=name,
        quantity=line[layout.quantity],
        subgroup=line.get(layout.subgroup, ""),
        follow_up_months=_whole(line.get("follow_up_months", "")),
        value=_number(line[layout.value]),
        low=_number(line.get(layout.low, "")),
        high=_number(line.get(layout.high, "")),
        unit=line[layout.unit],
        price_year=_whole(line.get("price_year", "")),
        use=line.get("use", "context"),
        source_id=line["source_id"],
        fields=line,
    )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() else None
