"""Where the published rows come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from reentrysim.evidence.published import Row, read_lines
from reentrysim.vocabulary import InputError, nearest

_FILES = ("sources_context", "sources_programs", "sources_recidivism")


@dataclass(frozen=True, slots=True)
class Source:
    """A publication. `year` is text because some were read without one; `notes` say what is inferred."""

    source_id: str
    authors: str
    year: str
    title: str
    publisher: str
    identifier: str
    url: str
    notes: str


@cache
def sources() -> Mapping[str, Source]:
    """Every source by source_id."""
    lines = (line for name in _FILES for line in read_lines(name))
    return MappingProxyType({line["source_id"]: Source(**line) for line in lines})


def source(source_id: str) -> Source:
    """One source; InputError with the nearest id when there is none."""
    known = sources()
    if source_id not in known:
        advice = nearest(source_id, known)
        raise InputError(f"no source {source_id!r}", hint=advice if advice.startswith("Did") else "")
    return known[source_id]


def source_of(row: Row) -> Source:
    """The publication a row was read in."""
    return source(row.source_id)
