"""Books made by hand: what is counted is known exactly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from reentrysim.analysis.economics.books import Books, Terms, asked_terms
from reentrysim.analysis.economics.economics import Economics
from reentrysim.costs import EVENTS, KINDS

MONTHS, RUNS = 12, 24
PRICES = {
    "arrest": 500.0,
    "conviction": 1_000.0,
    "offenses_per_arrest": 2.0,
    "prison_year_average": 36_000.0,
    "prison_year_marginal": 12_000.0,
    "prison_year_short_run": 6_000.0,
    "jail_year_average": 36_525.0,
    "jail_year_marginal": 18_262.5,
    "supervision_year_average": 3_600.0,
    "supervision_year_marginal": 1_200.0,
    **{f"victim_tangible_{kind}": 0.0 for kind in KINDS},
    **{f"victim_intangible_{kind}": 0.0 for kind in KINDS},
    "victim_tangible_violent": 2_000.0,
    "victim_intangible_violent": 10_000.0,
    "victim_tangible_property": 300.0,
    "earnings_tax_share": 0.25,
    "tax_deadweight_share": 0.5,
    "liberty_year": 12_000.0,
    "facility_people": 100.0,
    "facility_year": 20_000.0,
    "event_all_in": 150_000.0,
}
State = Mapping[str, Any]
"""Outcome -> its amount at the end, the same in every run or (RUNS,); it grows evenly over the months."""


def books(usual: State, other: State, *, programs: tuple[Any, Any] = (100.0, 600.0), **changes: Any) -> Books:
    """Two scenarios, `usual` and `other`, with two runs a draw."""
    states: dict[str, State] = {"usual": usual, "other": other}

    def paths(name: str, outcome: str) -> Any:
        end = np.broadcast_to(np.asarray(states[name].get(outcome, 0.0), dtype=np.float64), (RUNS,))
        return end[:, None] * np.arange(1, MONTHS + 1) / MONTHS

    nothing = np.zeros(RUNS)
    made = {
        "names": ("usual", "other"),
        "baseline": "usual",
        "draws": np.repeat(np.arange(RUNS // 2), 2),
        "paths": paths,
        "programs": {name: np.full(RUNS, cost) for name, cost in zip(states, programs, strict=True)},
        "came": {"usual": 1_000.0, "other": 2_000.0},
        "in_kind": {"usual": nothing, "other": nothing},
        "payers": {"usual": {"government": np.ones(RUNS)}, "other": {"government": np.ones(RUNS)}},
        "unpaid": {"usual": nothing, "other": nothing},
        "spending": [],
        "prices": {name: np.full(RUNS, price) for name, price in PRICES.items()},
        "elsewhere": frozenset[str](),
        "uneven": frozenset[str](),
        "yearly_releases": 1200.0,
        "terms": Terms(2024, 0.0, MONTHS),
    }
    assert set(usual) | set(other) <= {*EVENTS, "return_to_prison"}
    return Books(**{**made, **changes})  # type: ignore[arg-type]


def economics(found: Books, **asked: Any) -> Economics:
    """What `Estimates.economics` makes of books."""
    terms = asked_terms(found.terms, **asked)
    return Economics(found.restated(terms.price_year), terms)
