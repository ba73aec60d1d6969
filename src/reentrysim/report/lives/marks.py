"""How states and events look: shade, texture and a letter each, so that they differ without color, too."""

from __future__ import annotations

from dataclasses import dataclass

from reentrysim.analysis.answer import program_words
from reentrysim.analysis.lives import states
from reentrysim.analysis.lives.lives import Life, Pair

TEXTURES = ("hatch", "back", "dots", "lines", "verticals", "cross", "grid")
DARK, WHITE = "#333333", "#ffffff"


@dataclass(frozen=True)
class Look:
    """One state: its letter in text, and its fill and ink in pictures."""

    letter: str
    fill: str
    ink: str = "#000000"
    texture: str = ""
    """One of TEXTURES, drawn over the fill; "" for none."""

    @property
    def plain(self) -> bool:
        """Whether it is an empty box, as what is nothing in particular is in every lane."""
        return self.fill == WHITE and not self.texture


LOOKS = {
    "in prison": Look("P", "#8c8c8c", texture="lines"),
    "at liberty": Look(".", WHITE),
    "in jail for part of the month": Look("j", "#e6e6e6", texture="dots"),
    "in jail all month": Look("J", "#bfbfbf", texture="cross"),
    "back in prison": Look("#", DARK, WHITE),
    "dead": Look("+", WHITE, texture="cross"),
    "no home": Look("x", "#ffd9b3", texture="dots"),
    "shelter": Look("s", "#ffe9cc", texture="hatch"),
    "with family or friends": Look("f", "#dcebf7"),
    "own home": Look("o", "#7fb3dc"),
    "halfway house": Look("h", "#eeeeee", texture="lines"),
    "transitional housing": Look("t", "#cfe8dc", texture="verticals"),
    "sober living": Look("b", "#cfe8dc", texture="back"),
    "supportive housing": Look("u", "#cfe8dc", texture="grid"),
    "no job": Look(".", WHITE),
    "job": Look("w", "#e8b64c"),
    "program job": Look("p", "#f6dfae", texture="hatch"),
    "no active use": Look(".", WHITE),
    "active use": Look("u", "#d9a3c7", texture="dots"),
    "in treatment": Look("t", "#f0dbe8", texture="lines"),
    states.HAS_MENTOR: Look("m", "#5fae8e"),
    states.HELD: Look("=", "#5fae8e"),
    states.HAD_MENTOR_FOR_PART: Look("-", "#cfe8dc", texture="hatch"),
    states.HELD_FOR_PART: Look("-", "#cfe8dc", texture="hatch"),
    states.NOTHING: Look(" ", WHITE),
}
"""State -> how it looks. States of one lane differ in letter, and in texture or lightness."""
EVENT_LETTERS = {
    states.DEATH: "D",
    states.RETURN: "R",
    states.CONVICTION: "C",
    states.ARREST: "A",
    states.RELEASE: ">",
}
"""Marks of events, the gravest first; a month shows its gravest, and the list below a picture tells all."""
EVENT_KEY = {"D": "death", "R": "return to prison", "C": "arrest and conviction", "A": "arrest", ">": "release"}
_ALWAYS = (states.CUSTODY, states.HOME, states.WORK)


def lanes_of(pair: Pair) -> list[str]:
    """The lanes that are shown: custody, home, work, and of the others those in which either life has anything."""
    lives = (pair.baseline, pair.other)
    names = list(dict.fromkeys(lane for life in lives for lane in life.lanes))
    return [lane for lane in names if lane in _ALWAYS or any(_has_anything(life, lane) for life in lives)]


def _has_anything(life: Life, lane: str) -> bool:
    return bool(set(life.lanes.get(lane, ())) - {states.NOTHING, "no active use"})


def lane_words(lane: str) -> str:
    """What stands before a lane."""
    return {"mentoring": "mentor"}.get(lane, program_words(lane))


def gravest(life: Life) -> dict[int, str]:
    """Month -> the letter of its gravest event; beginnings and ends show in their lanes."""
    order = list(EVENT_LETTERS)
    found: dict[int, str] = {}
    for event in sorted(life.events, key=lambda one: order.index(one.what) if one.what in order else len(order)):
        if event.what in EVENT_LETTERS:
            found.setdefault(event.month, EVENT_LETTERS[event.what])
    return found
