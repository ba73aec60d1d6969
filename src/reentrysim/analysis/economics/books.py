"""What the replicates of a comparison hold about money: amounts by month, prices by draw, and who pays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reentrysim.costs import BASES, Basis
from reentrysim.evidence.prices import in_dollars_of
from reentrysim.vocabulary import InputError, nearest

Floats = NDArray[np.float64]
PAYERS = ("government", "philanthropy", "business", "investors", "volunteers", "participants", "victims", "economy")
"""Whose dollars they are. `economy` bears what taxes cost beyond what they bring, where that is counted."""
HIGHEST_RATE = 0.2


@dataclass(frozen=True)
class Terms:
    """How dollars are counted; everything is per person released, from the release to the end of follow-up."""

    price_year: int
    discount_rate: float
    """A share a year."""
    months: int
    """The horizon: events after it are left out."""
    prison: Basis = "marginal"
    """Which price of custody and supervision."""
    deadweight: bool = False
    """Whether what taxes cost the economy beyond what they bring is counted."""
    liberty: bool = False
    """Whether time at liberty has a value of its own."""

    @property
    def columns(self) -> dict[str, Any]:
        """The terms as columns of a table."""
        return {
            "month": self.months,
            "price_year": self.price_year,
            "discount_rate": self.discount_rate,
            "prison": self.prison,
        }

    def words(self) -> str:
        """What a reader of any of these dollars must know."""
        kind = {"short_run": "short-run marginal", "marginal": "long-run marginal"}.get(self.prison, self.prison)
        more = [
            word for word, on in (("deadweight of taxes", self.deadweight), ("value of liberty", self.liberty)) if on
        ]
        counted = f", with {' and '.join(more)}" if more else ""
        return (
            f"dollars of {self.price_year} per person released, {self.months} months since release, discounted at "
            f"{self.discount_rate:.1%} a year to the release, {kind} prices of custody{counted}"
        )


@dataclass(frozen=True)
class Books:
    """What is counted, by scenario. R is the number of replicates, M the months of follow-up."""

    names: tuple[str, ...]
    baseline: str
    draws: NDArray[np.int64]
    """(R,) the draw of each replicate."""
    paths: Callable[[str, str], Floats]
    """(scenario, outcome of EVENTS) -> (R, M) cumulative amount per person released."""
    programs: Mapping[str, Floats]
    """Scenario -> (R,) dollars spent on programs per person released."""
    came: Mapping[str, float]
    """Scenario -> dollars that came for programs, spent or not, in all replicates of the real system."""
    in_kind: Mapping[str, Floats]
    """Scenario -> (R,) what volunteers gave, in dollars per person released."""
    payers: Mapping[str, Mapping[str, Floats]]
    """Scenario -> who pays its programs -> (R,) share of what is spent."""
    unpaid: Mapping[str, Floats]
    """Scenario -> (R,) dollars that investors advanced per person released, and that contracts did not pay back."""
    spending: Sequence[Mapping[str, Any]]
    """What was spent on what and whom it served, on average (`spending.rows`)."""
    prices: Mapping[str, Floats]
    """Key of evidence/numbers/prices.toml -> (R,)."""
    elsewhere: frozenset[str]
    """Scenarios whose people serve their sentences elsewhere than in the baseline: their months since the first day at
    liberty are other months of life, and what the sentence itself costs is in none of them. They have no economics."""
    uneven: frozenset[str]
    """Scenarios whose money, where it is other than the baseline's, does not come evenly over all releases: those
    analyzed had more or less of it than everybody whom `programs` is divided by."""
    yearly_releases: float
    """People of the real system released in a year."""
    terms: Terms
    """Those of the scenarios themselves."""

    @property
    def others(self) -> tuple[str, ...]:
        """Scenarios whose months mean what the baseline's do."""
        return tuple(name for name in self.names if name != self.baseline and name not in self.elsewhere)

    def restated(self, price_year: int) -> Books:
        """The same in dollars of another year."""
        factor = in_dollars_of(1.0, self.terms.price_year, price_year)
        if factor == 1.0:
            return self
        own = self.paths

        def paths(name: str, outcome: str) -> Floats:
            return own(name, outcome) * (factor if outcome == "earnings" else 1.0)

        def dollars(table: Mapping[str, Floats]) -> dict[str, Floats]:
            return {name: amount * factor for name, amount in table.items()}

        return replace(
            self,
            paths=paths,
            programs=dollars(self.programs),
            in_kind=dollars(self.in_kind),
            unpaid=dollars(self.unpaid),
            spending=[{**row, "dollars": row["dollars"] * factor} for row in self.spending],
            prices={key: one if is_rate(key) else one * factor for key, one in self.prices.items()},
            terms=replace(self.terms, price_year=price_year),
        )


def is_rate(key: str) -> bool:
    """Whether an entry of prices.toml is a share, a ratio or a number of people, and no dollars."""
    return key.endswith(("_share", "_people")) or key == "offenses_per_arrest"


def asked_terms(
    usual: Terms,
    *,
    prison: str = "marginal",
    discount_rate: float | None = None,
    months: int | None = None,
    price_year: int | None = None,
    deadweight: bool = False,
    liberty: bool = False,
) -> Terms:
    """The terms somebody asks for; what is not asked for is as in the scenarios.

    Raises:
        InputError: for an unknown price of prison, a rate outside 0 to HIGHEST_RATE, or a horizon beyond follow-up.
    """
    if prison not in BASES:
        raise InputError(f"no price of prison {prison!r}", hint=nearest(prison, BASES))
    rate = usual.discount_rate if discount_rate is None else discount_rate
    if not 0.0 <= rate <= HIGHEST_RATE:
        raise InputError(f"a discount rate of {rate:g} a year", hint=f"It is a share from 0 to {HIGHEST_RATE:g}")
    horizon = usual.months if months is None else months
    if horizon not in range(1, usual.months + 1):
        raise InputError(f"no month {horizon!r} in these results", hint=f"They have months 1 to {usual.months}")
    return Terms(price_year or usual.price_year, rate, horizon, prison, deadweight, liberty)
