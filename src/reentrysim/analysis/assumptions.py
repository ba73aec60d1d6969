"""Every number that scenarios rest on, with where it comes from: for readers who open no Python."""

from __future__ import annotations

from collections.abc import Container, Iterable

import pandas as pd

from reentrysim.analysis.provenance import evidence, numbers
from reentrysim.analysis.readers import reads_of
from reentrysim.analysis.trial import LATER, TRIALS
from reentrysim.evidence.published import published_row
from reentrysim.evidence.sources import source_of
from reentrysim.scenario import Scenario

ASSUMPTIONS = [
    *("name", "description", "value", "low", "high", "interval", "unit", "price_year", "grade", "population"),
    *("rows", "sources", "assumption", "kind", "read_by"),
]
SOURCES = ["row", "figure", "whom", "value", "unit", "use", "authors", "year", "title", "publisher", "url"]


def assumptions(scenarios: Iterable[Scenario]) -> pd.DataFrame:
    """One row a number that short runs of the scenarios read, or that their calibration rests on; columns ASSUMPTIONS.

    `value`, `low` and `high` are in `unit`; `sources` are titles of the publications that its rows stand in;
    `read_by` lists scenarios, or says that the calibration alone reads it.
    """
    readers: dict[str, list[str]] = {}
    for scenario in scenarios:
        for name in reads_of(scenario):
            readers.setdefault(name, []).append(scenario.name)
    frame = evidence().frame
    solved = (frame["read_by"] == "calibration") & ~frame["name"].isin(_of_others(readers))
    frame = frame[frame["name"].isin(set(readers)) | solved]
    told = [", ".join(readers.get(name, ())) or "the calibration alone" for name in frame["name"]]
    titles = [_titles(rows) or numbers()[name].source for name, rows in zip(frame["name"], frame["rows"], strict=True)]
    return frame.assign(read_by=told, sources=titles)[ASSUMPTIONS].reset_index(drop=True)


def _of_others(read: Container[str]) -> list[str]:
    """Effects of programs that nobody has here: what is solved from them is not read."""
    return [trial.effect for trial in (*TRIALS, *LATER) if trial.level not in read]


def sources(table: pd.DataFrame) -> pd.DataFrame:
    """One row a published figure that numbers of `assumptions` rest on; columns SOURCES."""
    ids = dict.fromkeys(row for rows in table["rows"] for row in _ids(rows))
    return pd.DataFrame([_source(row) for row in ids], columns=SOURCES)


def _source(row_id: str) -> tuple[object, ...]:
    row = published_row(row_id)
    of = source_of(row)
    figure = row.quantity.replace("_", " ")
    about = (of.authors, of.year, of.title, of.publisher, of.url)
    return row.id, figure, row.subgroup or "all", row.value, row.unit, row.use, *about


def _titles(rows: str) -> str:
    return "; ".join(dict.fromkeys(source_of(published_row(row)).title for row in _ids(rows)))


def _ids(rows: str) -> list[str]:
    return [row for row in rows.split("; ") if row]
