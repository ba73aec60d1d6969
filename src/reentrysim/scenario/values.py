"""The numbers that one run reads: the evidence, the calibration's solved parameters, the scenario's own."""

from __future__ import annotations

from functools import cache
from typing import Any

from reentrysim.evidence.calibration import calibration_id, load_calibration, load_levels
from reentrysim.evidence.catalog import Catalog, Values, load_catalog
from reentrysim.scenario.offered import added, offered
from reentrysim.scenario.schema import Scenario
from reentrysim.vocabulary import InputError


def values_for(scenario: Scenario, draw: int | None = None, structure: str | None = None) -> Values:
    """Every number a run of `scenario` reads: central values without a draw, else those of a stored draw.

    Without a draw, `structure` gives the center of another structure of the hazard (`analysis/structures.py`).

    A draw is joint: the evidence sampled at its address, and the baseline and effects solved for it. A number of the
    scenario's own is put in place of the evidence and nothing is fitted or solved again for it: baseline and effects
    stay those solved for the published number.
    """
    stored = _calibration(scenario.population.calibration)
    evidence = catalog_of(scenario).values(draw, seed=stored["draw_seed"])
    centers = {None: stored["center"], **{one["structure"]: one["center"] for one in stored.get("structures", [])}}
    solved = centers[structure] if draw is None else stored["draws"][draw]
    numbers = dict(zip(stored["names"], solved, strict=True))
    for name in scenario.programs.used:
        program = offered().get(name)
        if program and program.trial is not None and program.level not in numbers:
            numbers[program.level] = _level(scenario, name, draw, structure)
    return evidence.merged(numbers).merged(_own(scenario))


def central(scenario: Scenario) -> Values:
    """The central evidence and the scenario's own numbers: what anybody can read, nothing drawn, fitted or solved."""
    return catalog_of(scenario).values().merged(_own(scenario))


def catalog_of(scenario: Scenario) -> Catalog:
    """The evidence with the scenario's own numbers in place of some of it."""
    entries = {name: own.model_dump(exclude_none=True) for name, own in scenario.estimates.items()}
    return load_catalog().with_overrides(entries)


def stored_draws(scenario: Scenario) -> int:
    """How many joint draws the scenario's calibration stores."""
    return len(_calibration(scenario.population.calibration)["draws"])


def _own(scenario: Scenario) -> dict[str, float]:
    shares = {
        **{f"{name}.uptake_share": scenario.programs.of(name).uptake_share for name in scenario.programs.used},
        "funding.inflation_share": scenario.funding.inflation_share,
        "work.willing_employers_share": scenario.circumstances.willing_employers_share,
        "housing.landlord_refusal_share": scenario.circumstances.landlord_refusal_share,
        "housing.benefits_barred_share": scenario.circumstances.benefits_barred_share,
        "participants.transport_share": scenario.circumstances.transport_share,
        "participants.program_reach_share": scenario.circumstances.program_reach_share,
        "participants.consent_share": scenario.circumstances.consent_share,
        "supervision.length_multiple": scenario.circumstances.supervision_length,
    }
    return {name: float(share) for name, share in shares.items() if share != "evidence"}


def _level(scenario: Scenario, name: str, draw: int | None, structure: str | None) -> float:
    """The direct path of a program that was solved after the calibration.

    Raises:
        InputError: if it was not solved for the scenario's calibration.
    """
    calibration, one = scenario.population.calibration, added().get(name)
    levels = (one.levels if one else _levels(calibration, name)) or {}
    if levels.get("calibration") != calibration_id(calibration):
        what = f"the direct path of {name} is not solved for this calibration"
        where = str(one.path) if one else "population.calibration"
        hint = 'Use calibration = "us_2008", or leave the program out'
        raise InputError(
            what, where=where, hint=f"Solve it once: reentrysim calibrate --program {one.path.name}" if one else hint
        )
    centers = {None: levels["center"], **levels["structures"]}
    return float(centers[structure] if draw is None else levels["draws"][draw])


@cache
def _levels(calibration: str, program: str) -> dict[str, Any] | None:
    return load_levels(calibration, program)


@cache
def _calibration(name: str) -> dict[str, Any]:
    return load_calibration(name)
