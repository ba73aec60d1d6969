"""Where and through what two lives part, in one plain sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reentrysim.analysis.lives.states import HOME_WORDS, program_words
from reentrysim.analysis.parting import ANSWER, EVENT, HOME, JOB, LIFE, MENTOR, column_in_words, value_in_words
from reentrysim.vocabulary import NEVER

ALIKE = "Nothing that differs between the two scenarios ever reached this person: both lives are the same."
_OFFERED = ("offered_step", "closed")
_HAD = ("mentor", "match_step", "current_step", "matches", "start_step", "place")
_NOW = {
    "job_step": ("a job is found", "the job is found in another month"),
    "home_step": ("there is a move", "the move comes in another month"),
}
"""Columns of steps that say what has just happened: in one life alone, in both otherwise."""
_THERE = {
    "employer": ("there is a job", "the job is another one"),
    "provider": ("there is a room or bed", "the room or bed is another one"),
}
_KINDS = {
    JOB: "work goes otherwise",
    HOME: "where they live goes otherwise",
    LIFE: "how they live goes otherwise",
    EVENT: "what happens goes otherwise",
    ANSWER: "their standing answer to an offer is another one",
}


def in_words(row: Mapping[str, Any], baseline: str, other: str) -> str:
    """The sentence for one row of `Parting.people`.

    It says what differed first, not that this made all that came later.
    """
    when = _month(int(row["month"]))
    return f"{when} {_what(row, baseline, other)}."


def _month(month: int) -> str:
    if month > 0:
        return f"In month {month} after release"
    return f"{-month} month{'' if month == -1 else 's'} before release"


def _what(row: Mapping[str, Any], baseline: str, other: str) -> str:
    through, name = str(row["through"]), str(row["column"]).partition(".")[2]
    held = row["first"], row["other"]
    program = "a mentor" if through == MENTOR else _program(through)
    if program and name in _OFFERED:
        return _who_has(held, baseline, other, f"{program} is offered", f"the offer of {program} comes otherwise")
    if program and name in _HAD:
        return _who_has(held, baseline, other, f"there is {program}", f"it is {_another(program)}")
    if program == "a mentor" and name in ("fit", "contacts"):
        return _met(held, name, baseline, other)
    if name in _NOW:
        return _who_now(held, int(row["step"]), baseline, other, *_NOW[name])
    if name in _THERE:
        return _who_has(held, baseline, other, *_THERE[name])
    if name == "home":
        one, two = (HOME_WORDS[int(code)] or "none" for code in held)
        return f"the home is another one: {one} under {baseline}, {two} under {other}"
    one, two = (value_in_words(value) for value in held)
    kind = f"{program} goes otherwise" if program else _KINDS.get(through, "something goes otherwise")
    return f"{kind}: {column_in_words(str(row['column']))} is {one} under {baseline} and {two} under {other}"


def _program(through: str) -> str:
    """ "a place in case_management" -> "a place in case management"; "" for what is no place."""
    return program_words(through) if through.startswith("a place in ") else ""


def _another(program: str) -> str:
    return "another mentor" if program == "a mentor" else f"another of the places: {program}"


def _met(held: tuple[Any, Any], name: str, baseline: str, other: str) -> str:
    """What fit or kept contacts say: whose mentor comes first, or that there are two."""
    more, less = (other, baseline) if held[1] > held[0] else (baseline, other)
    if min(held) > 0:
        return "the mentor is another one" if name == "fit" else f"the mentor is met more often under {more}"
    return f"a mentor is met under {more}, and not yet under {less}"


def _who_now(held: tuple[Any, Any], step: int, baseline: str, other: str, has: str, differs: str) -> str:
    """Who has just had what comes with a step."""
    now = [int(value) == step for value in held]
    if now[0] == now[1]:
        return differs
    names = (baseline, other) if now[0] else (other, baseline)
    return f"{has} under {names[0]}, and not under {names[1]}"


def _who_has(held: tuple[Any, Any], baseline: str, other: str, has: str, differs: str) -> str:
    """Who has what one of them lacks; `differs` where both have something."""
    lacks = [value in (NEVER, False) for value in held]
    if lacks[0] == lacks[1]:
        return differs
    names = (other, baseline) if lacks[0] else (baseline, other)
    return f"{has} under {names[0]}, and not under {names[1]}"
