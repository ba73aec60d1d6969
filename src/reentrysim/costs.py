"""What happens to people in dollars: events times what one costs, counted from the release and discounted to it.

Nothing is priced twice: stays are priced by the month or day that was served, and no price of an event holds another's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from reentrysim.agents.columns import Floats
from reentrysim.evidence.catalog import load_catalog
from reentrysim.evidence.prices import in_dollars_of
from reentrysim.vocabulary import DAYS_PER_MONTH, MONTHS_PER_YEAR, Offense

Basis = Literal["marginal", "average", "short_run"]
"""Which price of custody and supervision: what one person fewer saves in the long run, the budget divided by people,
or what one person fewer saves while buildings and staff stay as they are."""
BASES: tuple[Basis, ...] = ("marginal", "average", "short_run")
KINDS = tuple(kind.name.lower() for kind in Offense)
JUSTICE = ("police", "courts", "prison", "jail", "supervision")
VICTIMS = ("victims_tangible", "victims_intangible")
EVENTS = (
    *("arrests", *(f"offending_{kind}" for kind in KINDS), "convictions", "months_in_prison"),
    *("days_in_custody", "months_supervised", "months_in_community", "earnings"),
)
"""Outcomes that are priced: cumulative amounts a person by month since release."""
_FILE = "prices."
_YEAR = DAYS_PER_MONTH * MONTHS_PER_YEAR

Prices = Mapping[str, Any]
"""By key of evidence/numbers/prices.toml, in dollars of one price year: numbers, or arrays of one shape."""


def prices(values: Mapping[str, float], price_year: int) -> dict[str, float]:
    """Every price of the evidence in dollars of `price_year`, under its key; what is no money as it is."""
    entries = {name: one for name, one in load_catalog().items() if name.startswith(_FILE)}
    return {
        name.removeprefix(_FILE): values[name]
        if one.price_year is None
        else in_dollars_of(values[name], one.price_year, price_year)
        for name, one in entries.items()
    }


def unit_costs(price: Prices, basis: Basis = "marginal") -> dict[str, dict[str, Any]]:
    """Line -> outcome of EVENTS -> dollars for one of it.

    Days in jail are days in custody without those in prison. An arrest, as many as there would be at the usual
    enforcement, stands for `offenses_per_arrest` offenses of its kind. Jail has no price of the short run, and
    supervision neither: that of the long run is taken.
    """
    lasting = "marginal" if basis == "short_run" else basis
    prison = {"short_run": "prison_year_short_run"}.get(basis, f"prison_year_{basis}")
    jail = price[f"jail_year_{lasting}"] / _YEAR
    offenses = price["offenses_per_arrest"]
    return {
        "police": {"arrests": price["arrest"]},
        "courts": {"convictions": price["conviction"]},
        "prison": {"months_in_prison": price[prison] / MONTHS_PER_YEAR},
        "jail": {"days_in_custody": jail, "months_in_prison": -jail * DAYS_PER_MONTH},
        "supervision": {"months_supervised": price[f"supervision_year_{lasting}"] / MONTHS_PER_YEAR},
        **{
            f"victims_{sort}": {f"offending_{kind}": price[f"victim_{sort}_{kind}"] * offenses for kind in KINDS}
            for sort in ("tangible", "intangible")
        },
        "earnings": {"earnings": 1.0},
    }


def discount_factors(rate: float, months: int) -> Floats:
    """What a dollar of month 1..M since release is worth at the release, at its middle; shape (M,)."""
    return np.asarray((1.0 + rate) ** (-(np.arange(1, months + 1) - 0.5) / MONTHS_PER_YEAR))


def discounted(cumulative: NDArray[np.floating[Any]], factors: Floats) -> Floats:
    """Present value by each month of amounts that are cumulative along the last axis, of the same shape."""
    flow = np.diff(cumulative, axis=-1, prepend=0.0)
    return np.asarray(np.cumsum(flow * factors, axis=-1))


@dataclass(frozen=True)
class Bill:
    """How the events of a run are priced in its own results."""

    units: Mapping[str, Mapping[str, float]]
    factors: Floats

    def lines(self, series: Mapping[str, Floats]) -> dict[str, Floats]:
        """Line -> present value at the end of follow-up, from cumulative amounts of shape (..., months)."""
        worth = {name: discounted(series[name], self.factors)[..., -1] for name in EVENTS}
        return {line: sum_of(worth, each) for line, each in self.units.items()}


def sum_of(worth: Mapping[str, Floats], each: Mapping[str, Any]) -> Floats:
    """Dollars of one line."""
    return np.asarray(sum(worth[name] * dollars for name, dollars in each.items()))
