"""Which parameters figures of one's own may move, and which figures speak of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reentrysim.analysis.history import Target
from reentrysim.analysis.own_targets import IN_YEAR
from reentrysim.vocabulary import MONTHS_PER_YEAR

_WIDE, _NARROW = 1.0, 0.3
"""Prior standard deviation of a place around the nation: of levels, and of everything else. Assumptions."""


@dataclass(frozen=True)
class Mover:
    """A parameter that figures may move: what it moves, and which figures speak of it."""

    name: str
    moves: str
    prior_sd: float
    speaks: Callable[[Target], bool]


def _of(*quantities: str) -> Callable[[Target], bool]:
    return lambda target: target.quantity in quantities


def _by(key: str) -> Callable[[Target], bool]:
    return lambda target: key in target.subgroup


ARRESTS, RETURNS = ("rearrest", IN_YEAR), ("return_to_prison", "return_new_sentence", "return_technical")


def _early_returns(target: Target) -> bool:
    return target.quantity in RETURNS and target.month < MONTHS_PER_YEAR


def _late_returns(target: Target) -> bool:
    return target.quantity in RETURNS and target.month > MONTHS_PER_YEAR


def _convictions_by_age(target: Target) -> bool:
    return target.quantity == "reconviction" and "age_at_release=" in target.subgroup


MOVERS = (
    Mover("arrest.level", "all arrests, in every month alike", _WIDE, lambda _: True),
    Mover("arrest.first_month", "arrests in the very first month", _NARROW, lambda t: t.month == 1),
    Mover("arrest.start", "how few are arrested in the first months", _NARROW, lambda t: t.month < MONTHS_PER_YEAR),
    Mover("arrest.decline", "how fast arrests fall over the years", _NARROW, lambda t: t.month > MONTHS_PER_YEAR),
    Mover("conviction.log_odds", "arrests that lead to conviction", _WIDE, _of("reconviction")),
    Mover("prison.log_odds", "convictions that lead to prison", _WIDE, _of(*RETURNS)),
    Mover("revocation.log_odds", "arrests that lead back without a new sentence", _NARROW, _of(*RETURNS)),
    Mover("violation.level", "returns for a rule violation alone", _WIDE, _of(*RETURNS)),
    Mover("violation.start", "how few rule violations there are in the first months", _NARROW, _early_returns),
    Mover("violation.decline", "how fast rule violations fall over the months", _NARROW, _late_returns),
    Mover("arrest.female", "women's arrests against men's", _NARROW, _by("sex=")),
    Mover("prison.female", "women's prison sentences against men's", _NARROW, _by("sex=")),
    Mover("arrest.age", "arrests by age", _NARROW, _by("age_at_release=")),
    Mover("conviction.age", "arrests that lead to conviction, by age", _NARROW, _convictions_by_age),
    Mover("arrest.priors", "arrests by earlier arrests", _NARROW, _by("prior_arrests=")),
    Mover("arrest.property", "arrests of people sentenced for property, against violence", _NARROW, _by("offence=")),
    Mover("arrest.drug", "arrests of people sentenced for drugs, against violence", _NARROW, _by("offence=")),
    Mover("arrest.public_order", "arrests for public order, against violence", _NARROW, _by("offence=")),
)
"""The guide to which parameters move what."""
