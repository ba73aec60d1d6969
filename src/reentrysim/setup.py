"""From a scenario and its numbers to the state before the first step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from reentrysim.agents.columns import Floats, Ints, Small
from reentrysim.agents.intake import Calendar, cohort_calendar, draw_traits, steady_calendar
from reentrysim.agents.mentors import Mentors, create_posts
from reentrysim.agents.participants import Mentees, Participants, Traits
from reentrysim.dynamics.custody import Stays, stays
from reentrysim.dynamics.recording import Record
from reentrysim.dynamics.reoffending import Hazards, Liability, hazards, liability
from reentrysim.dynamics.staffing import PostCosts, monthly_cost, post_costs
from reentrysim.evidence.catalog import load_catalog
from reentrysim.evidence.population import load_profile
from reentrysim.policies.assessment import assessed_risk
from reentrysim.policies.funding import Ledger, Source, cents
from reentrysim.programs import mentoring
from reentrysim.randomness import Luck, Occasions
from reentrysim.scenario import Scenario
from reentrysim.vocabulary import MONTHS_PER_YEAR, Origin, Risk


@dataclass
class World:
    """Everything a model holds: tables of agents, what their risk rests on, money, and the record."""

    calendar: Calendar
    traits: Traits
    people: Participants
    liable: Liability
    hazards: Hazards
    stays: Stays
    score: Floats
    risk: Small
    """Assessed risk band, shape (people,)."""
    design: mentoring.Design
    mentees: Mentees
    mentors: Mentors
    costs: PostCosts
    payroll: Ints
    """Cents a month of each post whose mentor can meet people, shape (posts,)."""
    payroll_to: Ints
    """Cents a month of the posts up to each, shape (posts,)."""
    ledger: Ledger
    record: Record
    occasions: Occasions
    program_steps: int
    """Steps after release beyond which no program concerns a person any more."""


def set_up(
    scenario: Scenario, values: Mapping[str, float], luck: Luck, participants: int, without: Iterable[int] = ()
) -> World:
    """The world before the first step.

    Args:
        participants: people simulated in the analysis cohort; each stands for population.size / participants people.
        without: identities that never enter (everybody else keeps theirs).
    """
    profile = load_profile(scenario.population.profile)
    calendar = calendar_of(scenario, participants)
    traits = draw_traits(profile, calendar, values, luck)
    absent = list(without)
    traits.entry_step[absent] = traits.release_step[absent] = calendar.last_step + 1
    liable = liability(traits, values)
    noise = luck.normal("assessment.noise", 0, len(traits.age))
    score, risk = assessed_risk(liable.arrest, noise, scenario.policies.assessment.auc_share, values)
    costs = post_costs(values, _price_years(), scenario.time.price_year, scenario.population.size / participants)
    ledger = Ledger(sources(scenario), ["mentoring"], calendar.last_step)
    mentors = create_posts(min(_most_posts(ledger, costs), len(traits.age)), _origins(scenario), values, luck)
    design = design_of(scenario)
    payroll = monthly_cost(mentors.origin, costs)
    return World(
        calendar=calendar,
        traits=traits,
        people=Participants.before_entry(traits),
        liable=liable,
        hazards=hazards(values, profile, calendar.last_step + 1),
        stays=stays(values, profile),
        score=score,
        risk=risk,
        design=design,
        mentees=_mentees(traits, values, luck),
        mentors=mentors,
        costs=costs,
        payroll=payroll,
        payroll_to=np.cumsum(payroll),
        ledger=ledger,
        record=Record.blank(scenario.time.follow_up_months, participants, calendar.last_step),
        occasions=Occasions(luck, len(traits.age)),
        program_steps=max(design.to_month, 0) + design.length_months,
    )


def calendar_of(scenario: Scenario, participants: int) -> Calendar:
    """Who is released when."""
    time = scenario.time
    if time.intake == "cohort":
        return cohort_calendar(
            participants, lead=time.lead_months, window=time.window_months, follow_up=time.follow_up_months
        )
    return steady_calendar(
        participants,
        lead=time.lead_months,
        warmup=time.warmup_months,
        window=time.window_months,
        tail=time.tail_months,
        follow_up=time.follow_up_months,
    )


def sources(scenario: Scenario) -> list[Source]:
    """The scenario's sources of money as the ledger needs them."""
    return [
        Source(
            name=name,
            total_cents=cents(source.total_dollars),
            first_step=source.first_step,
            last_step=source.last_step,
            spend=source.spend,
            lapses=source.unspent == "lapse",
            overhead_share=source.overhead_share,
            shares=_within(source.earmark, scenario.funding.shares),
            earmarked=bool(source.earmark),
        )
        for name, source in scenario.funding.sources.items()
    ]


def _within(earmark: Iterable[str], shares: Mapping[str, float]) -> dict[str, float]:
    """The fixed shares among earmarked programs, or among all without an earmark; even shares if they have none."""
    chosen = {name: shares.get(name, 0.0) for name in (list(earmark) or list(shares))}
    total = sum(chosen.values())
    return {name: share / total if total > 0 else 1 / len(chosen) for name, share in chosen.items()}


def design_of(scenario: Scenario) -> mentoring.Design:
    """Mentoring as the scenario sets it."""
    program = scenario.programs.mentoring
    return mentoring.Design(
        in_custody=program.setting != "community",
        in_community=program.setting != "custody",
        risk=np.array([band.name.lower() in program.eligible.risk for band in Risk]),
        sexes=np.array([sex in program.eligible.sex for sex in ("male", "female")]),
        from_month=program.eligible.from_month,
        to_month=program.eligible.to_month,
        length_months=program.length_months,
        front_loaded=program.dose == "front_loaded",
        contacts_per_month=float(program.contacts_per_month),
        fidelity=float(program.fidelity_share),
    )


def _mentees(traits: Traits, values: Mapping[str, float], luck: Luck) -> Mentees:
    n = len(traits.age)
    own = luck.normal("mentoring.uptake", 0, n)
    answer = mentoring.willing(
        traits, own, values["mentoring.uptake_share"], values["mentoring.uptake_motivation_correlation"]
    )
    return Mentees.unmet(answer, luck.uniform("mentoring.lottery", 0, n))


def _most_posts(ledger: Ledger, costs: PostCosts) -> int:
    """More posts than money can ever pay at once: the largest month's money and a twelfth of the whole."""
    total = sum(source.total_cents for source in ledger.sources)
    cheapest = max(int(costs.monthly.min()), 1)
    return (ledger.largest_arrival() + total // MONTHS_PER_YEAR) // cheapest + 1


def _origins(scenario: Scenario) -> dict[Origin, float]:
    shares = scenario.programs.mentoring.staff.origin
    return {origin: float(getattr(shares, origin.name.lower())) for origin in Origin}


def _price_years() -> dict[str, int]:
    return {name: e.price_year for name, e in load_catalog().items() if e.price_year is not None}
