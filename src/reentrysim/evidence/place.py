"""A place: who is released there and how long custody lasts, from the national profile or from files of one's own."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from reentrysim.evidence.cells import unreadable
from reentrysim.evidence.margins import TRAITS, read_margins, with_margins
from reentrysim.evidence.people import COLUMNS, read_people
from reentrysim.evidence.population import PopulationProfile, load_profile
from reentrysim.evidence.stays import JAIL, ROUTES, read_stays, with_stays

NATION = "us_2008"
OWN_FILES = ("margins", "file", "stays")
"""Fields of a place that name files, as keys of [population] do."""


@dataclass(frozen=True)
class Place:
    """Where people come from: a shipped profile, a file of margins or one of participants; and perhaps of stays.

    Without any of them people are the nation's.
    """

    profile: str | None = None
    margins: str | None = None
    file: str | None = None
    stays: str | None = None

    @property
    def own_files(self) -> dict[str, Path]:
        """Files of one's own, by key."""
        return {key: Path(path) for key in OWN_FILES if (path := getattr(self, key)) is not None}

    @property
    def contents(self) -> dict[str, str]:
        """What the files hold, as SHA-256 (hex) by key: where they lie is no part of a question."""
        return {key: _sha256(path, _stamp(path)) for key, path in self.own_files.items()}

    def people(self) -> PopulationProfile:
        """Who is released, and how long they stay in custody when they return.

        Raises:
            InputError: for an unknown profile, or a file that can't be read or holds something else.
        """
        return _people(self, tuple(_stamp(path) for path in self.own_files.values()))

    def assumed(self) -> list[str]:
        """What is taken from the nation, in sentences."""
        return list(_assumed(self))


@cache
def _people(place: Place, _: tuple[tuple[int, int], ...]) -> PopulationProfile:
    people = load_profile(place.profile or NATION)
    if place.margins is not None:
        people = with_margins(people, read_margins(Path(place.margins)))
    if place.file is not None:
        people = replace(people, people=read_people(Path(place.file)))
    if place.stays is not None:
        people = with_stays(people, read_stays(Path(place.stays)))
    return people


def _assumed(place: Place) -> Iterator[str]:
    if place.margins is not None:
        given: Iterable[str] = read_margins(Path(place.margins))
        yield f"{_listed(given)}: your margins. How traits go together, and people within a band: national."
        yield from _missing(TRAITS, given)
    elif place.file is not None:
        people = place.people().people
        yield f"{_listed(people.traits)}: your {people.count:,} participants, drawn whole, again and again."
        for trait, column in people.traits.items():
            if empty := int(np.isnan(column).sum()):
                yield f"{_listed([trait])} of {empty:,} of them is empty: drawn from the national profile {NATION}."
        yield from _missing(COLUMNS, people.traits)
    else:
        yield f"Who is released (sex, age, earlier arrests, offense, needs): the national profile {NATION}."
    if place.stays is not None:
        stays = read_stays(Path(place.stays))
        yield f"Stays in custody ({_listed(stays).lower()}): yours."
        yield from _missing((*ROUTES, JAIL), stays, "Stays in custody")
    else:
        yield "Stays in custody: the national ones."


def _missing(known: Iterable[str], given: Iterable[str], what: str = "Who is released") -> Iterator[str]:
    if missing := [name for name in known if name not in set(given)]:
        yield f"{what} ({_listed(missing).lower()}): the national profile {NATION}."


def _listed(words: Iterable[str]) -> str:
    text = ", ".join(word.replace("_", " ") for word in words)
    return text[:1].upper() + text[1:]


def _stamp(path: Path) -> tuple[int, int]:
    """By which a changed file is known."""
    try:
        found = os.stat(path)
    except OSError as error:
        raise unreadable(path, error) from None
    return found.st_mtime_ns, found.st_size


@cache
def _sha256(path: Path, _: tuple[int, int]) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
