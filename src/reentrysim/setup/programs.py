"""Programs as a scenario sets them, and where everybody stands with them before the first step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from reentrysim.agents.columns import Flags, Floats
from reentrysim.agents.participants import Enrollment, Mentees, Traits
from reentrysim.programs import mentoring
from reentrysim.programs.contract import Program
from reentrysim.programs.enrollment import Terms
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario
from reentrysim.scenario.offered import offered
from reentrysim.scenario.programs import IN_PERSON
from reentrysim.setup.money import MENTORING
from reentrysim.vocabulary import Risk, Way


def design_of(scenario: Scenario) -> mentoring.Design:
    """Mentoring as the scenario sets it."""
    program = scenario.programs.mentoring
    return mentoring.Design(
        **_admission(program, program.setting),
        front_loaded=program.dose == "front_loaded",
        contacts_per_month=float(program.contacts_per_month),
        fidelity=float(program.fidelity_share),
        form=program.format,
        visits=program.contact.community.visit > 0.0,
    )


def contact_of(scenario: Scenario, people: int, values: Mapping[str, float], luck: Luck) -> mentoring.Contact:
    """What the scenario's ways of contact come to for each person; whom a way reaches is a standing matter."""
    tables = scenario.programs.mentoring.contact
    shares = [
        {way: float(getattr(table, way.name.lower())) for way in Way} for table in (tables.custody, tables.community)
    ]
    reached = {Way.VISIT: np.ones(people, dtype=np.bool_)}
    for way in Way:
        if way != Way.VISIT:
            name = f"mentoring.{way.name.lower()}_reach"
            reached[way] = luck.uniform(name, 0, people) < values[f"{name}_share"]
    return mentoring.contact(shares, reached, values)


def mentees(design: mentoring.Design, traits: Traits, values: Mapping[str, float], luck: Luck) -> Mentees:
    """Nobody has met a mentor yet."""
    n = len(traits.age)
    willing = _willing(MENTORING, traits, values, luck)
    if design.in_community and design.visits:
        willing &= _gets_there(n, values, luck)
    return Mentees.unmet(willing, luck.uniform(f"{MENTORING}.lottery", 0, n))


def terms_of(scenario: Scenario) -> dict[str, Terms]:
    """Every other program that the scenario has."""
    known = offered()
    return {
        name: _terms(cast(Program, known[name]), scenario.programs.of(name))
        for name in scenario.programs.used
        if name != MENTORING
    }


def _terms(program: Program, table: Any) -> Terms:
    return Terms(
        program=program,
        **_admission(table, table.where),
        after_months=table.after_months,
        fidelity=float(table.fidelity_share),
        mode=table.mode,
    )


def _admission(table: Any, setting: str) -> dict[str, Any]:
    return {
        "in_custody": setting != "community",
        "in_community": setting != "custody",
        "risk": np.array([band.name.lower() in table.eligible.risk for band in Risk]),
        "sexes": np.array([sex in table.eligible.sex for sex in ("male", "female")]),
        "from_month": table.eligible.from_month,
        "to_month": table.eligible.to_month,
        "length_months": table.length_months,
    }


def enrollments(
    terms: Mapping[str, Terms], traits: Traits, values: Mapping[str, float], luck: Luck
) -> dict[str, Enrollment]:
    """Nobody has a place in any of them, and whom a mode of delivery doesn't reach never will."""
    found, n = {}, len(traits.age)
    for name, own in terms.items():
        willing = _willing(name, traits, values, luck)
        if own.in_community and own.mode == IN_PERSON:
            willing &= _gets_there(n, values, luck)
        found[name] = Enrollment.none(willing, luck.uniform(f"{name}.lottery", 0, n))
        if own.mode != IN_PERSON:
            reach = values[f"{name}.{own.mode}_reach_share"]
            found[name].closed[:] = luck.uniform(f"{name}.{own.mode}_reach", 0, n) >= reach
    return found


def mediators(terms: Mapping[str, Terms], people: int) -> dict[str, dict[str, Floats]]:
    """The columns that programs bring along, as they start."""
    return {
        name: {key: np.full(people, float(one.start)) for key, one in own.program.mediators.items()}
        for name, own in terms.items()
    }


def _gets_there(people: int, values: Mapping[str, float], luck: Luck) -> Flags:
    """Who can get to programs outside, shape (people,): the same people whatever the program."""
    return np.asarray(luck.uniform("participants.reach", 0, people) < values["participants.program_reach_share"])


def _willing(name: str, traits: Traits, values: Mapping[str, float], luck: Luck) -> Flags:
    """Standing answers to an offer; the motivated accept more often, whatever the program."""
    own = luck.normal(f"{name}.uptake", 0, len(traits.age))
    correlation = values["participants.uptake_by_motivation"]
    consents = luck.uniform("participants.consent", 0, len(traits.age)) < values["participants.consent_share"]
    return consents & mentoring.willing(traits, own, values[f"{name}.uptake_share"], correlation)
