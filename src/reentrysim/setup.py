"""From a scenario and its numbers to the state before the first step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from reentrysim.agents.columns import Floats, Ints, Small
from reentrysim.agents.employers import Employers, create_employers
from reentrysim.agents.housing import HousingProviders, create_providers
from reentrysim.agents.intake import Calendar, cohort_calendar, draw_traits, steady_calendar
from reentrysim.agents.mentors import Mentors, create_posts
from reentrysim.agents.participants import Lives, Mentees, Participants, Traits
from reentrysim.dynamics.custody import Stays, stays
from reentrysim.dynamics.housing import HousingMarket, housing_market
from reentrysim.dynamics.recording import Record
from reentrysim.dynamics.reoffending import Hazards, Liability, hazards, liability, violations_answered
from reentrysim.dynamics.staffing import PostCosts, monthly_cost, post_costs
from reentrysim.dynamics.work import LaborMarket, labor_market
from reentrysim.evidence.catalog import load_catalog
from reentrysim.evidence.population import PopulationProfile, load_profile
from reentrysim.evidence.prices import in_dollars_of
from reentrysim.policies.assessment import assessed_risk
from reentrysim.policies.funding import Ledger, Source, cents
from reentrysim.policies.matching import FIT_TRAITS
from reentrysim.programs import mentoring
from reentrysim.randomness import Luck, Occasions
from reentrysim.scenario import Scenario
from reentrysim.vocabulary import MONTHS_PER_YEAR, PER_CENT, HousingKind, Origin, Risk


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
    lives: Lives
    employers: Employers
    labor: LaborMarket
    providers: HousingProviders
    rooms: HousingMarket
    shelter_lottery: Floats
    """Standing number that breaks ties in the line for shelter beds, in [0, 1), shape (people,)."""
    released_people: float
    """People released in the months in which released people look for work and rooms, simulated or not."""
    mentees: Mentees
    mentors: Mentors
    true_fit_weights: Mapping[str, float]
    """What really makes a match fit, whatever the agency's weights say."""
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
    newcomers: int = 0
    """People who joined the queue for a mentor last month."""


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
    n = len(traits.age)
    liable = liability(traits, values)
    noise = luck.normal("assessment.noise", 0, n)
    score, risk = assessed_risk(liable.arrest, noise, scenario.policies.assessment.auc_share, values)
    costs = post_costs(values, _price_years(), scenario.time.price_year, scenario.population.size / participants)
    ledger = Ledger(sources(scenario), ["mentoring"], calendar.last_step)
    mentors = create_posts(min(_most_posts(ledger, costs), n), _origins(scenario), values, luck)
    design = design_of(scenario)
    payroll = monthly_cost(mentors.origin, costs)
    yearly = yearly_releases(scenario, participants)
    employers, labor = _work(scenario, values, luck, yearly)
    providers, rooms = _housing(scenario, values, luck, yearly, profile)
    return World(
        calendar=calendar,
        traits=traits,
        people=Participants.before_entry(traits),
        liable=liable,
        hazards=hazards(values, profile, _answered(scenario, values), calendar.last_step + 1),
        stays=stays(values, profile),
        score=score,
        risk=risk,
        design=design,
        lives=Lives.inside(traits, values["health.start"]),
        employers=employers,
        labor=labor,
        providers=providers,
        rooms=rooms,
        shelter_lottery=luck.uniform("housing.lottery", 0, n),
        released_people=yearly / MONTHS_PER_YEAR * values["work.months_in_market"],
        mentees=_mentees(traits, values, luck),
        mentors=mentors,
        true_fit_weights={trait: values[f"matching.fit_weight_{trait}"] for trait in FIT_TRAITS},
        costs=costs,
        payroll=payroll,
        payroll_to=np.cumsum(payroll),
        ledger=ledger,
        record=Record.blank(scenario.time.follow_up_months, participants, calendar.last_step),
        occasions=Occasions(luck, n),
        program_steps=max(design.to_month, 0) + design.length_months,
    )


def yearly_releases(scenario: Scenario, participants: int) -> float:
    """People released in a year, by whom employers, landlords and beds are counted; a cohort counts as a year's."""
    if scenario.time.intake == "cohort":
        return float(participants)
    return participants * MONTHS_PER_YEAR / scenario.time.window_months


def _work(scenario: Scenario, values: Mapping[str, float], luck: Luck, yearly: float) -> tuple[Employers, LaborMarket]:
    world = scenario.circumstances
    count = _places(world.employers_per_100, yearly, "employers.count", luck)
    wage = in_dollars_of(values["work.wage_per_hour"], _price_years()["work.wage_per_hour"], scenario.time.price_year)
    employers = create_employers(count, values["work.willing_employers_share"], wage, values, luck)
    labor = labor_market(
        employers,
        values,
        demand=world.background_demand.jobs,
        tightness=world.labor_market,
        assurance=world.employer_assurance,
        wage_support=world.wage_support_share,
        ban_the_box=world.ban_the_box,
        discrimination=world.discrimination,
        scarce=world.vacancies == "fixed",
    )
    return employers, labor


def _housing(
    scenario: Scenario, values: Mapping[str, float], luck: Luck, yearly: float, profile: PopulationProfile
) -> tuple[HousingProviders, HousingMarket]:
    world = scenario.circumstances
    landlords = _places(world.landlords_per_100, yearly, "landlords.count", luck)
    beds = _places(world.beds_per_100.shelter, yearly, "shelters.beds", luck)
    providers = create_providers(landlords, beds, values["housing.landlord_refusal_share"], values, luck)
    women = profile.female_share
    men_women = profile.need_shares["mental_illness"]
    rooms = housing_market(
        providers,
        values,
        luck.uniform("shelters.lottery", 0, int(np.count_nonzero(providers.kind == HousingKind.SHELTER))),
        float((1.0 - women) * men_women[0] + women * men_women[1]),
        demand=world.background_demand.beds,
        discrimination=world.discrimination,
        scarce=world.rooms == "fixed",
    )
    return providers, rooms


def _places(per_100: float, yearly: float, decision: str, luck: Luck) -> int:
    """Places for the simulated people: as many as for the real ones, a fraction by a standing lottery."""
    return int(np.floor(per_100 * yearly / PER_CENT + luck.uniform(decision, 0, 1)[0]))


def _answered(scenario: Scenario, values: Mapping[str, float]) -> float:
    """Returns for rule violations under the scenario's supervision, in units of the usual ones."""
    world, per_officer = scenario.circumstances, scenario.policies.caseload.supervision.per_worker
    return violations_answered(values, world.supervision_intensity, per_officer, world.violation_response)


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
