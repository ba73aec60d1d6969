"""Programs by published effect per dollar: what the rule `next_dollar` goes by, and nothing that a run has drawn."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from reentrysim.evidence.catalog import load_catalog
from reentrysim.evidence.published import target
from reentrysim.policies.allocation import Value, averted_by, value_of
from reentrysim.programs.contract import Capacity
from reentrysim.programs.enrollment import Terms
from reentrysim.scenario import Scenario
from reentrysim.scenario.scarcity import Caseload
from reentrysim.scenario.values import central
from reentrysim.setup import money
from reentrysim.setup.programs import design_of, terms_of
from reentrysim.vocabulary import CENTS_PER_DOLLAR, Origin

_USUAL = ("cumulative_rearrest", "all", 36)
"""Whose published share turns ratios into people: everybody, three years after release."""
_OF_MENTORING = "mentoring.hazard_ratio"


def order(scenario: Scenario) -> tuple[str, ...]:
    """The programs of a scenario, the best first."""
    return tuple(one.program for one in ranking(scenario))


def ranking(scenario: Scenario) -> list[Value]:
    """What publications say that each program of a scenario averts for what it costs, the best first.

    Central published effects of an offer, and central costs of as many planned months as the scenario has, for the
    share who accept. Programs without a published effect on rearrest, or with none that helps, come last by name.
    """
    values, terms = central(scenario), terms_of(scenario)
    found = [_of_mentors(scenario, values)]
    found += [_of(scenario, own, values) for own in terms.values()]
    return sorted(found)


def _of_mentors(scenario: Scenario, values: Mapping[str, float]) -> Value:
    program = scenario.programs.mentoring
    monthly = money.mentor_costs(scenario, design_of(scenario), values, scale=1.0).monthly
    shares = [float(getattr(program.staff.origin, origin.name.lower())) for origin in Origin]
    hours = float(np.dot([values[f"mentors.{origin.name.lower()}_hours_per_month"] for origin in Origin], shares))
    each = float(np.dot(monthly, shares)) / _people(scenario.policies.caseload.mentoring, hours)
    return _value(money.MENTORING, _OF_MENTORING, values, each, program.length_months)


def _of(scenario: Scenario, terms: Terms, values: Mapping[str, float]) -> Value:
    name, trial = terms.name, terms.program.trial
    if terms.program.capacity is Capacity.WORKERS:
        hours = terms.program.worker_hours
        have = np.inf if hours is None else float(hours(values, scenario.programs.of(name)))
        each = money.worker_cost(scenario, terms, values) / _people(scenario.policies.caseload.of(name), have)
    else:
        each = money.place_cost(scenario, terms, values)
    effect = f"{name}.{trial.effect}" if trial else ""
    return _value(name, effect, values, each * CENTS_PER_DOLLAR, terms.length_months)


def _people(policy: Caseload, hours: float) -> float:
    """People of a worker with so many hours a month."""
    kept = policy.hours_per_month
    return policy.per_worker if kept is None else money.people_a_worker(policy.per_worker, hours, kept.by_band)


def _value(name: str, effect: str, values: Mapping[str, float], cents_a_month: float, months: int) -> Value:
    """The line of one program, whose effect is published under the catalog name `effect`, "" for none."""
    dollars = values[f"{name}.uptake_share"] * months * cents_a_month / CENTS_PER_DOLLAR
    if not effect:
        return value_of(name, np.nan, 0.0, dollars)
    usual = target(*_USUAL).number()
    return value_of(name, values[effect], averted_by(values[effect], load_catalog()[effect].unit, usual), dollars)
