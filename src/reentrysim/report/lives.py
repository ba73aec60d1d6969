"""Paired lives as pictures and text that other pages embed: SVG fragments with text as text, and plain lines.

Every function is given data alone and returns a fragment in which whatever came from outside is escaped. Each fragment
says that its people are simulated.
"""

from __future__ import annotations

from reentrysim.analysis.lives.lives import Event, Kind, Life, Lives, Pair, Share

__all__ = [
    "Event",
    "Kind",
    "Life",
    "Lives",
    "Pair",
    "Share",
    "icon_array_svg",
    "lives_svg",
    "lives_text",
    "lives_words",
    "story_page",
    "story_section",
]


def lives_svg(pair: Pair) -> str:
    """The two timelines of one simulated person, one under the other, as `<svg role="img">` with title and desc.

    A lane each for custody, home, work, use and programs, marks for events, and a line at the month where they part.
    States differ by shade, texture and a letter, so that it reads in black and white. About 10 to 30 kB.
    """
    raise NotImplementedError


def icon_array_svg(lives: Lives) -> str:
    """1,000 people as 1,000 marks, one shape a kind, as `<svg role="img">` with title, desc and a legend of counts."""
    raise NotImplementedError


def lives_text(pair: Pair) -> str:
    """The same as plain lines of at most 100 columns: who, what kind, where they part and why, lanes and events.

    It serves as the alternative to the picture.
    """
    raise NotImplementedError


def lives_words(lives: Lives) -> list[str]:
    """What the shares say, in plain sentences: how many of 1,000 of each kind, how sure, and who was reached."""
    raise NotImplementedError


def story_section(lives: Lives) -> str:
    """An HTML fragment (`<section>`, no head): words, icon array, the table behind it, and every pair with its text."""
    raise NotImplementedError


def story_page(lives: Lives) -> str:
    """The same as a whole self-contained HTML page."""
    raise NotImplementedError
