"""The numbers that one run reads: the evidence, the calibration's solved parameters, the scenario's own."""

from __future__ import annotations

from functools import cache
from typing import Any

from reentrysim.evidence.calibration import load_calibration
from reentrysim.evidence.catalog import Values, load_catalog
from reentrysim.scenario.schema import Scenario


def values_for(scenario: Scenario, draw: int | None = None, structure: str | None = None) -> Values:
    """Every number a run of `scenario` reads: central values without a draw, else those of a stored draw.

    Without a draw, `structure` gives the center of another structure of the hazard (`analysis/structures.py`).

    A draw is joint: the evidence sampled at its address, and the baseline and effects solved for it. A number of the
    scenario's own is put in place of the evidence and nothing is fitted or solved again for it: baseline and effects
    stay those solved for the published number.
    """
    stored = _calibration(scenario.population.calibration)
    entries = {name: own.model_dump(exclude_none=True) for name, own in scenario.estimates.items()}
    evidence = load_catalog().with_overrides(entries).values(draw, seed=stored["draw_seed"])
    centers = {None: stored["center"], **{one["structure"]: one["center"] for one in stored.get("structures", [])}}
    solved = centers[structure] if draw is None else stored["draws"][draw]
    return evidence.merged(dict(zip(stored["names"], solved, strict=True))).merged(_own(scenario))


def stored_draws(scenario: Scenario) -> int:
    """How many joint draws the scenario's calibration stores."""
    return len(_calibration(scenario.population.calibration)["draws"])


def _own(scenario: Scenario) -> dict[str, float]:
    shares = {
        **{f"{name}.uptake_share": getattr(scenario.programs, name).uptake_share for name in scenario.programs.used},
        "work.willing_employers_share": scenario.circumstances.willing_employers_share,
        "housing.landlord_refusal_share": scenario.circumstances.landlord_refusal_share,
    }
    return {name: float(share) for name, share in shares.items() if share != "evidence"}


@cache
def _calibration(name: str) -> dict[str, Any]:
    return load_calibration(name)
