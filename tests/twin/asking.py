"""What programs ask of a month's money, counted person by person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reentrysim.evidence import load_catalog
from reentrysim.evidence.prices import in_dollars_of
from reentrysim.evidence.published import target
from reentrysim.scenario.own_rules import is_own
from reentrysim.scenario.values import central
from reentrysim.vocabulary import MONTHS_PER_YEAR, NEVER, Origin, Risk, Status
from twin import own_rules
from twin.mentors import Costs
from twin.programs import may_be_placed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reentrysim.scenario.scarcity import Caseload
    from twin.people import Person
    from twin.programs import Program, StaffedProgram, Standing
    from twin.world import TwinModel

MENTORING = "mentoring"
Asked = tuple[dict[str, float] | None, list[dict[str, int]]]
RATIOS = {
    **dict.fromkeys(("case_management", "cognitive_behavioral_groups", "education", "medication_treatment"), "odds"),
    **dict.fromkeys(("mental_health_care", "outpatient_treatment", "therapeutic_community"), "odds"),
    **dict.fromkeys(("transitional_housing", "transitional_jobs", "vocational_training", "womens_services"), "odds"),
    **dict.fromkeys(("mentoring", "digital_support", "family_contact", "job_placement", "peer_support"), "hazard"),
    **dict.fromkeys(("sober_living", "supportive_housing"), "hazard"),
}
"""Programs of which an effect on rearrest is published, and as what sort of ratio."""


def asked(model: TwinModel) -> Asked:
    """What is divided in proportion, and whose turn comes when."""
    rule, names = model.scenario.funding.rule, [MENTORING, *model.programs]
    if rule == "fixed_shares":
        return None, []
    if is_own(rule):
        return own_rules.shares(model, model.steps), []
    if rule == "need":
        return {name: _cents(model, name, model.in_need.get(name, 0)) for name in names if model.in_need}, []
    there = {name: _bands(model, name) for name in names}
    wanted = {name: _cents(model, name, len(bands)) for name, bands in there.items()}
    if rule == "waiting_list":
        return wanted, []
    if rule == "next_dollar":
        return None, [{name: round(wanted[name])} for name in sorted(names, key=lambda name: _worth(model, name))]
    order = [Risk.HIGH, Risk.MEDIUM, Risk.LOW]
    before, turns = dict.fromkeys(names, 0), []
    for band in order if rule == "risk_high_first" else order[::-1]:
        turn = {}
        for name in names:
            people = before[name] + there[name].count(band)
            served = _ceiling(model, name, people) - _ceiling(model, name, before[name])
            turn[name], before[name] = round(_each(model, name) * served), people
        turns.append(turn)
    return None, turns


def _bands(model: TwinModel, name: str) -> list[int]:
    """The assessed band of everybody who is in a program, waits for it or was just sent away."""
    if name == MENTORING:
        there = [one.risk for one in model.watched if one.mentor is not None or one.waiting_since != NEVER]
        return there + [person.risk for person in model.sent_away]
    program = model.programs[name]
    standings = [person.standings[name] for person in model.watched]
    there = [one.person.risk for one in standings if one.place is not None or _has_a_chance(one, program)]
    return there + [one.person.risk for one in program.sent_away]


def _has_a_chance(one: Standing, program: Program) -> bool:
    return one.waiting_since != NEVER and may_be_placed(program.rule, one.person.risk)


def _cents(model: TwinModel, name: str, people: int) -> float:
    return _each(model, name) * _ceiling(model, name, people)


def _ceiling(model: TwinModel, name: str, people: int) -> int:
    return people if name == MENTORING else model.programs[name].ceiling(people)


def _each(model: TwinModel, name: str) -> float:
    if name != MENTORING:
        return model.programs[name].cents_each()
    cents = [post.monthly_cents for post in model.posts]
    return float(np.mean(cents)) / model._people_a_mentor() if cents else 0.0


def count_need(model: TwinModel, now: int) -> dict[str, int]:
    """People a program has, or would take if they came for the first time."""
    mentees = sum(person.mentor is not None or _takes_as_mentee(model, person, now) for person in model.watched)
    needs = {MENTORING: mentees}
    for name, program in model.programs.items():
        needs[name] = sum(
            one.place is not None or _takes(program, one.person, now)
            for one in (person.standings[name] for person in model.watched)
        )
    return needs


def _takes_as_mentee(model: TwinModel, person: Person, now: int) -> bool:
    program = model.scenario.programs.mentoring
    return _suits(program.eligible, program.setting, person, now)


def _takes(program: Program, person: Person, now: int) -> bool:
    jailed = person.status == Status.COMMUNITY and person.free_share() == 0.0
    suits = _suits(program.settings.eligible, program.setting, person, now)
    return suits and program.is_needed_by(person) and (program.staffed or not jailed)


def _suits(wanted: object, setting: str, person: Person, now: int) -> bool:
    inside = person.status == Status.AWAITING_RELEASE and setting != "community"
    outside = person.status == Status.COMMUNITY and setting != "custody"
    sex = "female" if person.traits.female else "male"
    in_time = wanted.from_month <= person.month_since_release(now) <= wanted.to_month
    return in_time and (inside or outside) and sex in wanted.sex and Risk(person.risk).name.lower() in wanted.risk


def _worth(model: TwinModel, name: str) -> tuple[float, str]:
    """A smaller number is a better program: rearrests averted a dollar, published, turned round."""
    values, usual = central(model.scenario), target("cumulative_rearrest", "all", 36).number()
    if name not in RATIOS:
        return np.inf, name
    ratio = values[f"{name}.{RATIOS[name]}_ratio"]
    if RATIOS[name] == "hazard":
        averted = float(usual - (1.0 - (1.0 - usual) ** ratio))
    else:
        averted = float(usual - ratio * usual / (1.0 - usual) / (1.0 + ratio * usual / (1.0 - usual)))
    dollars = values[f"{name}.uptake_share"] * _dollars_of_a_person(model, name)
    return (-(averted / dollars if dollars else np.inf) if averted > 0.0 else np.inf), name


def _dollars_of_a_person(model: TwinModel, name: str) -> float:
    """Everything a person costs who stays to the planned end."""
    values, scenario = central(model.scenario), model.scenario
    if name == MENTORING:
        program, scale = scenario.programs.mentoring, 1.0
        scale *= int(values["mentoring.circle_size"]) if program.format == "circle" else 1
        costs = Costs(values, scenario.time.price_year, scale, program.staff.support_share)
        shares = program.staff.origin.model_dump()
        cents = sum(costs.month_of(origin) * shares[origin.name.lower()] for origin in Origin)
        hours = sum(values[f"mentors.{name}_hours_per_month"] * share for name, share in shares.items())
        return cents / 100 / _people(scenario.policies.caseload.mentoring, hours) * program.length_months
    program = model.programs[name]
    return _month_of_a_person(program, values) * program.length


def _month_of_a_person(program: Program | StaffedProgram, values: object) -> float:
    name, year, catalog = program.name, program.model.scenario.time.price_year, load_catalog()
    mode = 1.0 if program.mode == "in_person" else values[f"{name}.{program.mode}_cost_ratio"]
    if program.staffed:
        salary = in_dollars_of(values[f"{name}.salary"], catalog[f"{name}.salary"].price_year, year)
        loaded = salary / MONTHS_PER_YEAR * (1.0 + values["mentors.fringe_share"])
        return (
            loaded * (1.0 + values[f"{name}.support_share"]) * mode / _people(program.policy, _hours(program, values))
        )
    key, days = program.priced()
    cost = in_dollars_of(values[f"{name}.{key}"], catalog[f"{name}.{key}"].price_year, year) * days
    return cost * mode * program.settings.cost_multiple


def _hours(program: StaffedProgram, values: Mapping[str, float]) -> float:
    """Of a worker's month; without hours of their own they never count."""
    hours = values.get(f"{program.name}.hours_per_month", np.inf)
    in_groups = program.name == "peer_support" and program.settings.format == "group"
    return hours * values["peer_support.group_size"] if in_groups else hours


def _people(policy: Caseload, hours: float) -> float:
    """Of a worker, by heads, and where hours are kept for everybody by those."""
    kept = policy.hours_per_month
    if kept is None:
        return policy.per_worker
    return min(policy.per_worker, hours / float(np.mean([kept.low, kept.medium, kept.high])))
