"""What the page is made of: sections of paragraphs, lists, numbers, tables and pictures. The templates draw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True)
class Prose:
    """A paragraph."""

    text: str
    lead: bool = False
    """Whether it is the answer itself, in large letters."""
    kind: str = "prose"


@dataclass(frozen=True)
class Points:
    """A list."""

    items: tuple[str, ...]
    kind: str = "points"


@dataclass(frozen=True)
class Card:
    """One number that matters, in large letters."""

    label: str
    value: str
    within: str
    """Its interval in words; "" where none is known."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cards:
    """Numbers side by side."""

    cards: tuple[Card, ...]
    kind: str = "cards"


@dataclass(frozen=True)
class Table:
    """A table; the first cell of a row is its heading."""

    id: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: str = "table"

    @property
    def wordy(self) -> tuple[bool, ...]:
        """Of each column, whether it holds words and no numbers, which is set to the left."""
        return tuple(_all_words([row[place] for row in self.rows]) for place in range(len(self.columns)))


def _all_words(cells: list[str]) -> bool:
    letters = "".join(cells)
    return any(map(str.isalpha, letters)) and not any(map(str.isdigit, letters))


@dataclass(frozen=True)
class Entry:
    """A name and what is said of it, a line each."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Entries:
    """Words about several things, one below the other; words may be a user's own and run from right to left."""

    entries: tuple[Entry, ...]
    kind: str = "entries"


@dataclass(frozen=True)
class Picture:
    """A drawing inside the page, in words too, with the numbers behind it."""

    svg: Markup
    caption: str
    note: str
    """What is drawn, of how many runs and people, with what intervals."""
    table: Table
    kind: str = "picture"


@dataclass(frozen=True)
class Command:
    """What to type."""

    text: str
    kind: str = "command"


@dataclass(frozen=True)
class Fragment:
    """HTML made elsewhere, which is safe because whoever made it escaped what is in it."""

    html: Markup
    kind: str = "fragment"


Block = Prose | Points | Cards | Table | Entries | Picture | Command | Fragment


@dataclass(frozen=True)
class Section:
    """A part of the page with a heading of its own."""

    id: str
    title: str
    blocks: Sequence[Block]
    bare: bool = False
    """Whether what is in it is a section of its own already, with a heading."""
