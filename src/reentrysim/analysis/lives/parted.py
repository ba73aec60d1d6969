"""Where and through what two lives part, in one plain sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reentrysim.analysis.answer import program_words
from reentrysim.analysis.lives.states import HOME_WORDS
from reentrysim.analysis.parting import ANSWER, EVENT, HOME, JOB, LIFE, MENTOR, column_in_words, value_in_words
from reentrysim.vocabulary import NEVER

ALIKE = "Nothing that differs between the two scenarios ever reached this person: both lives are the same."
_HAD = ("mentor", "match_step", "current_step", "matches", "start_step", "place")
_NOW = {
    "job_step": ("a job is found", "the job is found in another month"),
    "home_step": ("there is a move", "the move comes in another month"),
    "last_arrest": ("there is an arrest", "the arrest comes in another month"),
}
"""Columns of steps that say what has just happened: in one life alone, in both otherwise."""
_THERE = {
    "employer": ("there is a job", "the job is another one"),
    "provider": ("there is a room or bed", "the room or bed is another one"),
    "death": ("there is a death", "the death comes in another month"),
    "first_arrest": ("there is an arrest", "the arrest comes in another month"),
    "first_conviction": ("there is a conviction", "the conviction comes in another month"),
    "first_return": ("there is a return to prison", "the return to prison comes in another month"),
}
"""Columns that say who has what, NEVER being nobody."""
_OTHERWISE = {
    "supervised_until": "supervision ends at another time",
    "prison_until": "the stay in prison is another one",
    "jail_days": "the time in jail is another one",
    "status": "one is in custody and the other is not",
    "moves": "there is another move",
    "good_job": "the job is a better one in one life than in the other",
    "using": "there is active use in one life alone",
    "in_treatment": "there is treatment in one life alone",
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
    when = "From the start" if row["step"] == 0 else _month(int(row["month"]))
    return f"{when} {_what(row, baseline, other)}."


def _month(month: int) -> str:
    if month > 0:
        return f"In month {month} after release"
    return f"{-month} month{'' if month == -1 else 's'} before release"


def _what(row: Mapping[str, Any], baseline: str, other: str) -> str:
    through, name = str(row["through"]), str(row["column"]).partition(".")[2]
    held = row["first"], row["other"]
    program = "a mentor" if through == MENTOR else _program(through)
    if program:
        return _of_program(program, name, held, baseline, other) or _generally(row, baseline, other, program)
    if name in _NOW:
        return _who(tuple(int(value) == row["step"] for value in held), baseline, other, *_NOW[name])
    if name in _THERE:
        return _who(tuple(value != NEVER for value in held), baseline, other, *_THERE[name])
    if name == "home":
        one, two = (HOME_WORDS[int(code)] or "none" for code in held)
        return f"the home is another one: {one} under {baseline}, {two} under {other}"
    return _OTHERWISE.get(name) or _generally(row, baseline, other, "")


def _of_program(program: str, name: str, held: tuple[Any, Any], baseline: str, other: str) -> str:
    """What a mentor's or a place's columns say; "" for those that say too little."""
    if name == "offered_step":
        offered = tuple(value != NEVER for value in held)
        return _who(offered, baseline, other, f"{program} is offered", f"the offer of {program} comes in another month")
    if name in _HAD:
        none = 0 if name == "matches" else NEVER
        has = tuple(value != none for value in held)
        return _who(has, baseline, other, f"there is {program}", f"{program} goes otherwise")
    if program == "a mentor" and name in ("fit", "contacts"):
        return _met(held, name, baseline, other)
    return ""


def _generally(row: Mapping[str, Any], baseline: str, other: str, program: str) -> str:
    one, two = (value_in_words(value) for value in (row["first"], row["other"]))
    kind = f"{program} goes otherwise" if program else _KINDS.get(str(row["through"]), "something goes otherwise")
    return f"{kind}: {column_in_words(str(row['column']))} is {one} under {baseline} and {two} under {other}"


def _program(through: str) -> str:
    """ "a place in case_management" -> "a place in case management"; "" for what is no place."""
    return program_words(through) if through.startswith("a place in ") else ""


def _met(held: tuple[Any, Any], name: str, baseline: str, other: str) -> str:
    """What fit or kept contacts say: whose mentor comes first, or that there are two."""
    more, less = (other, baseline) if held[1] > held[0] else (baseline, other)
    if min(held) > 0:
        return "the mentor is another one" if name == "fit" else f"the mentor is met more often under {more}"
    return f"a mentor is met under {more}, and not yet under {less}"


def _who(has: tuple[bool, ...], baseline: str, other: str, what: str, differs: str) -> str:
    """Who has what the other has not; `differs` where both have something."""
    if has[0] == has[1]:
        return differs
    names = (baseline, other) if has[0] else (other, baseline)
    return f"{what} under {names[0]}, and not under {names[1]}"
