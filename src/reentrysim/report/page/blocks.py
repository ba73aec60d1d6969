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
    words: bool = False
    """Whether its cells are words, set to the left, rather than numbers."""
    own: bool = False
    """Whether its cells are a user's own words, which may run from right to left."""
    kind: str = "table"


@dataclass(frozen=True)
class Picture:
    """A drawing inside the page, in words too, with the numbers behind it."""

    svg: Markup
    caption: str
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


Block = Prose | Points | Cards | Table | Picture | Command | Fragment


@dataclass(frozen=True)
class Section:
    """A part of the page with a heading of its own."""

    id: str
    title: str
    blocks: Sequence[Block]
