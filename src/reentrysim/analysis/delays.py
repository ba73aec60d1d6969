"""Where two measures of rearrest disagree: fewer arrests in all, and yet more people with at least one.

A program that multiplies somebody's hazard by HR averts HR's share of their arrests, but keeps them from any rearrest
by a month with probability S^HR - S, where S is their chance of none without it. Where S is near 0, as at high risk,
arrests are delayed and fewer, and hardly anybody is kept from all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations, product

from reentrysim.analysis.answer import PEOPLE, Counts, more_or_fewer, period
from reentrysim.analysis.estimates import Estimates
from reentrysim.analysis.intervals import Cell, summarize_difference
from reentrysim.vocabulary import MONTHS_PER_YEAR

HIGH = "risk=high"
EARLY = MONTHS_PER_YEAR
"""A month to look at beside the headline month."""
MOST = 0.5


def delayed_not_lost(results: Estimates) -> Iterator[str]:
    """Pairs of scenarios of which one has clearly fewer arrests, and clearly more people arrested at all; by months."""
    months = sorted({month for month in (EARLY, results.headline_month) if month <= results.facts.months})
    for month, (one, other) in product(months, permutations(results.facts.names, 2)):
        arrests, people = (Counts(_between(results, one, other, what, month)) for what in ("arrests", "rearrest"))
        if not (arrests.clear and people.clear and arrests.mean < 0 < people.mean):
            continue
        said = (
            f"Under {one} there are {arrests.about}{more_or_fewer(arrests.mean)} arrests per {PEOPLE:,} people within "
            f"{period(month)} than under {other}, and yet {people.about}{more_or_fewer(people.mean)} people are "
            "rearrested at least once."
        )
        yield f"{said} {_why(results, one, other, month)}"


def _why(results: Estimates, one: str, other: str, month: int) -> str:
    """What the pair has in common with the closed form, where people at high risk gain, and hardly any is kept out."""
    if HIGH in results.facts.subgroups and _only_delayed(results, one, other, month):
        return (
            f"{one} does more for people at high risk, most of whom are rearrested in the end either way: theirs were "
            "delayed, not lost. The share rearrested sees only who is never arrested again; arrests and days in "
            "custody see the rest."
        )
    return "The two measures answer two questions: how often, and whether ever."


def _only_delayed(results: Estimates, one: str, other: str, month: int) -> bool:
    """Whether those at high risk have clearly fewer arrests, and most are rearrested, about as many as before."""
    arrests, people = (Counts(_between(results, one, other, what, month, HIGH)) for what in ("arrests", "rearrest"))
    most = all(results.value(name, "rearrest", month, HIGH).mean > MOST for name in (one, other))
    return arrests.clear and arrests.mean < 0 and most and not people.clear


def _between(results: Estimates, one: str, other: str, outcome: str, month: int, group: str = "all") -> Cell:
    """The paired difference of two scenarios."""
    first, second = (results.sample(name, outcome, month, group)[:, None] for name in (one, other))
    return summarize_difference(first, second, results.facts.draws).at(0)
