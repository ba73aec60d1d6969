"""Rules under which people wait though there may be a place, and how many wait who may have one."""

from __future__ import annotations

from dataclasses import dataclass

from reentrysim import waits
from reentrysim.experiments.plan import Plan
from reentrysim.scenario import Scenario
from reentrysim.scenario.own_rules import is_own, named


@dataclass(frozen=True)
class LeavesOut:
    """A rule that says who may be placed."""

    words: str
    """What it is called, and whom it leaves in line."""
    note: str = ""
    """Note with the people in line who may be placed; "" where the rule alone knows."""


Rules = dict[tuple[str, str], LeavesOut]
"""By scenario and program; those that leave nobody out are not there."""


def leaving_out(plan: Plan) -> Rules:
    """The rules of a plan that may leave people waiting."""
    lines = ((scenario, program) for scenario in plan.scenarios for program in scenario.programs.used)
    found = {(scenario.name, program): _of(scenario, program) for scenario, program in lines}
    return {line: rule for line, rule in found.items() if rule is not None}


def _of(scenario: Scenario, program: str) -> LeavesOut | None:
    policies = scenario.policies.matching
    rule = policies.mentoring.rule if program == "mentoring" else policies.line_of(program).rule
    if is_own(rule):
        return LeavesOut(f"the rule {named(rule).words}, which may leave people in line")
    if rule != "threshold":
        return None
    if program == "mentoring":
        least = policies.mentoring.least_fit_share
        return LeavesOut(
            f"the rule threshold, which leaves people in line whom no free mentor fits by {least:g} or more"
        )
    bands = " and ".join(policies.line_of(program).only_risk or ())
    words = f"the rule threshold, which leaves people in line who are not at {bands} assessed risk"
    return LeavesOut(words, waits.key(program, waits.MAY_BE_PLACED, "in_line"))
