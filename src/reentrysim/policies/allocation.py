"""How programs divide a month's money: in proportion to what they want, or one after the other, and who comes first.

An agency sees counts, waits, assessed bands and published effects; no rule here knows more than that.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass

import numpy as np

from reentrysim.agents.columns import Ints
from reentrysim.vocabulary import Risk

Wants = Mapping[str, float]
"""Cents that each program wants."""
Turn = MutableMapping[str, int]
"""Cents that programs still want whose turn it is together."""

RISK_ORDERS: Mapping[str, tuple[Risk, ...]] = {
    "risk_high_first": (Risk.HIGH, Risk.MEDIUM, Risk.LOW),
    "risk_low_first": (Risk.LOW, Risk.MEDIUM, Risk.HIGH),
}
"""Rules that pay for one assessed band of people before the next, and in which order."""


@dataclass(frozen=True)
class Claims:
    """What programs ask of a month's money; nothing for fixed shares."""

    together: Wants | None = None
    """Divides all of it in proportion."""
    in_turn: Sequence[Turn] = ()
    """Is paid turn by turn; what is left goes by the shares."""

    def still_wanted(self) -> list[Turn]:
        """Turns of their own that sources can pay off."""
        return [dict(turn) for turn in self.in_turn]


FIXED = Claims()


def split(cents: int, shares: Sequence[float]) -> list[int]:
    """Whole cents by shares that sum to 1, conserving the total."""
    edges = np.rint(np.cumsum([0.0, *shares]) * cents).astype(np.int64)
    edges[-1] = cents
    return [int(part) for part in np.diff(edges)]


def within(earmark: Sequence[str], shares: Mapping[str, float]) -> dict[str, float]:
    """Shares among the earmarked programs, or among all without an earmark; even ones if none has a share."""
    chosen = {name: shares.get(name, 0.0) for name in (earmark or shares)}
    total = sum(chosen.values())
    return {name: share / total if total > 0 else 1 / len(chosen) for name, share in chosen.items()}


def pay_in_turn(cents: int, turns: Sequence[Turn], shares: Mapping[str, float]) -> dict[str, int]:
    """What each program with a share gets of `cents` while they last, turn by turn; `turns` want so much less then.

    Who has the same turn shares what there is in proportion to what each wants.
    """
    paid = dict.fromkeys(shares, 0)
    for turn in turns:
        wanted = {name: want for name, want in turn.items() if shares.get(name, 0.0) > 0.0 and want > 0}
        total = sum(wanted.values())
        parts = list(wanted.values())
        if total > cents:
            parts = split(cents, [want / total for want in parts])
        for name, part in zip(wanted, parts, strict=True):
            paid[name] += part
            turn[name] -= part
        cents -= sum(parts)
    return paid


def turns_by_risk(
    order: Sequence[Risk], people: Mapping[str, Ints], each: Wants, most: Mapping[str, int]
) -> list[Turn]:
    """A turn for each assessed band: what its people cost in every program, up to the ceilings.

    Args:
        people: in each program or in line for it, by band, shape (3,).
        each: cents a month of one person.
        most: people a program can have at a time, of those with a ceiling.
    """
    left, turns = dict(most), list[Turn]()
    for band in order:
        turn: Turn = {}
        for name, counts in people.items():
            count = min(int(counts[band]), left.get(name, int(counts[band])))
            turn[name] = round(each[name] * count)
            if name in left:
                left[name] -= count
        turns.append(turn)
    return turns


def turns_by_rank(ranked: Sequence[str], wants: Wants) -> list[Turn]:
    """A turn for each program, the best first."""
    return [{name: round(wants[name])} for name in ranked]


@dataclass(frozen=True, order=True)
class Value:
    """What publications say that a program is worth, per person offered a place; sorts the best first."""

    sorts: tuple[float, str]
    """Minus what a dollar averts, or infinity where the published effect is null, harmful or missing; then the name."""
    program: str
    ratio: float
    """The published ratio of rearrest by month 36, offer against usual services; nan where nothing is published."""
    averted: float
    """Share of people offered a place of whom a rearrest by month 36 is averted."""
    dollars: float
    """What an offer costs: who accepts it stays as long as is planned."""


def value_of(program: str, ratio: float, averted: float, dollars: float) -> Value:
    """One program's line of the ranking; an effect without a cost sorts before all others."""
    worth = averted / dollars if dollars > 0.0 else np.inf
    return Value((-worth if averted > 0.0 else np.inf, program), program, ratio, averted, dollars)


def averted_by(ratio: float, unit: str, usual: float) -> float:
    """Share of people of whom a rearrest is averted where a share `usual` is rearrested without the program.

    `ratio` is a "hazard ratio", whose logarithm multiplies that of the share never rearrested, or an "odds ratio".
    """
    if unit == "hazard ratio":
        return float(usual - (1.0 - (1.0 - usual) ** ratio))
    odds = ratio * usual / (1.0 - usual)
    return float(usual - odds / (1.0 + odds))
