"""The groups that are set side by side, what each is set against, and what they are called in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reentrysim.vocabulary import InputError, nearest

REFERENCES = {"sex": "male", "age": "40+", "race": "white", "risk": "low", "need": "none"}
"""Dimension -> the group whose value is subtracted from that of each other one."""
_WORDS = {
    "sex=female": "women",
    "sex=male": "men",
    "race=white": "White participants",
    "race=black": "Black participants",
    "race=hispanic": "Hispanic participants",
    "race=other": "participants of other races",
    "need=substance_use": "people with a substance use disorder",
    "need=mental_illness": "people with a mental illness",
    "need=no_home": "people without a home at release",
    "need=none": "people with none of these needs",
}


@dataclass(frozen=True)
class Group:
    """A subgroup of a dimension, and its reference, by their names as subgroups."""

    dimension: str
    subgroup: str
    reference: str


def groups(subgroups: Sequence[str], references: Mapping[str, str] | None = None) -> list[Group]:
    """Everybody, set against themselves, and all groups of the dimensions that runs tell, in their order.

    Args:
        subgroups: what runs tell.
        references: other reference groups by dimension, such as {"race": "black"}.

    Raises:
        InputError: for a dimension that there is not, or a reference that is none of its groups.
    """
    asked = {**REFERENCES, **(references or {})}
    for dimension, word in (references or {}).items():
        _check(dimension, word, subgroups)
    found = [Group("all", "all", "all")] if "all" in subgroups else []
    for name in subgroups:
        dimension = name.partition("=")[0]
        if dimension in REFERENCES:
            found.append(Group(dimension, name, f"{dimension}={asked[dimension]}"))
    return found


def _check(dimension: str, word: str, subgroups: Sequence[str]) -> None:
    if dimension not in REFERENCES:
        raise InputError(f"there are no gaps by {dimension!r}", hint=nearest(dimension, REFERENCES))
    words = [name.partition("=")[2] for name in subgroups if name.startswith(f"{dimension}=")]
    if word not in words:
        raise InputError(f"no group {word!r} of {dimension} in these results", hint=nearest(word, words))


def in_words(subgroup: str) -> str:
    """ "race=black" -> "Black participants"."""
    if subgroup in _WORDS:
        return _WORDS[subgroup]
    dimension, _, word = subgroup.partition("=")
    if dimension == "age":
        return f"people aged {word}"
    return f"people at {word} risk" if dimension == "risk" else "participants"
