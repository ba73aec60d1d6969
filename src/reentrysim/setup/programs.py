"""Programs as a scenario sets them, and where everybody stands with them before the first step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from reentrysim.agents.columns import Flags
from reentrysim.agents.participants import Enrollment, Mentees, Traits
from reentrysim.programs import case_management, mentoring, transitional_housing, transitional_jobs
from reentrysim.programs.enrollment import Terms
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario
from reentrysim.vocabulary import Risk


def design_of(scenario: Scenario) -> mentoring.Design:
    """Mentoring as the scenario sets it."""
    program = scenario.programs.mentoring
    return mentoring.Design(
        in_custody=program.setting != "community",
        in_community=program.setting != "custody",
        risk=_bands(program.eligible),
        sexes=_sexes(program.eligible),
        from_month=program.eligible.from_month,
        to_month=program.eligible.to_month,
        length_months=program.length_months,
        front_loaded=program.dose == "front_loaded",
        contacts_per_month=float(program.contacts_per_month),
        fidelity=float(program.fidelity_share),
    )


def mentees(traits: Traits, values: Mapping[str, float], luck: Luck) -> Mentees:
    """Nobody has met a mentor yet."""
    n = len(traits.age)
    return Mentees.unmet(_willing("mentoring", traits, values, luck), luck.uniform("mentoring.lottery", 0, n))


def terms_of(scenario: Scenario) -> dict[str, Terms]:
    """Every other program that the scenario has."""
    programs = scenario.programs
    found = {}
    if programs.transitional_jobs is not None:
        after = programs.transitional_jobs.placement_months
        found[transitional_jobs.NAME] = _terms(transitional_jobs.NAME, programs.transitional_jobs, after=after)
    if programs.transitional_housing is not None:
        found[transitional_housing.NAME] = _terms(transitional_housing.NAME, programs.transitional_housing)
    if programs.case_management is not None:
        setting = programs.case_management.setting
        found[case_management.NAME] = _terms(case_management.NAME, programs.case_management, setting)
    return found


def _terms(name: str, program: Any, setting: str = "community", after: int = 0) -> Terms:
    return Terms(
        name=name,
        in_custody=setting != "community",
        in_community=setting != "custody",
        risk=_bands(program.eligible),
        sexes=_sexes(program.eligible),
        from_month=program.eligible.from_month,
        to_month=program.eligible.to_month,
        length_months=program.length_months,
        after_months=after,
    )


def enrollments(scenario: Scenario, traits: Traits, values: Mapping[str, float], luck: Luck) -> dict[str, Enrollment]:
    """Nobody has a place in any of them."""
    found = {}
    for name in terms_of(scenario):
        willing = _willing(name, traits, values, luck)
        found[name] = Enrollment.none(willing, luck.uniform(f"{name}.lottery", 0, len(willing)))
    return found


def _willing(name: str, traits: Traits, values: Mapping[str, float], luck: Luck) -> Flags:
    """Standing answers to an offer; the motivated accept more often, whatever the program."""
    own = luck.normal(f"{name}.uptake", 0, len(traits.age))
    correlation = values["participants.uptake_by_motivation"]
    return mentoring.willing(traits, own, values[f"{name}.uptake_share"], correlation)


def _bands(eligible: Any) -> Flags:
    return np.array([band.name.lower() in eligible.risk for band in Risk])


def _sexes(eligible: Any) -> Flags:
    return np.array([sex in eligible.sex for sex in ("male", "female")])
