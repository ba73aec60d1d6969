"""The world before the first step, put together from its parts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from reentrysim.agents.caseworkers import Caseworkers
from reentrysim.agents.columns import Flags, Floats, Small
from reentrysim.agents.employers import Employers
from reentrysim.agents.housing import HousingProviders
from reentrysim.agents.intake import Calendar, cohort_calendar, draw_traits, sentenced_to_the_community, steady_calendar
from reentrysim.agents.mentors import Mentors
from reentrysim.agents.participants import Enrollment, Lives, Mentees, Participants, Traits
from reentrysim.dynamics.custody import Stays, stays
from reentrysim.dynamics.housing import HousingMarket
from reentrysim.dynamics.learning import Community
from reentrysim.dynamics.recording import Record
from reentrysim.dynamics.reoffending import Hazards, Liability, came_by_violation, hazards, liability
from reentrysim.dynamics.staffing import Places, Team
from reentrysim.dynamics.work import LaborMarket
from reentrysim.evidence.population import PopulationProfile
from reentrysim.policies.assessment import Assessed
from reentrysim.policies.contracts import Contract, Judged
from reentrysim.policies.funding import Ledger
from reentrysim.policies.matching import FIT_TRAITS
from reentrysim.programs.contract import Channel
from reentrysim.programs.enrollment import Terms
from reentrysim.programs.mentoring import Contact, Design
from reentrysim.randomness import Luck, Occasions
from reentrysim.scenario import Scenario
from reentrysim.setup import assessing, contracts, markets, money, programs, ranking
from reentrysim.vocabulary import MONTHS_PER_YEAR


@dataclass
class World:
    """Everything a model holds: tables of agents, what their risk rests on, money, and the record."""

    calendar: Calendar
    traits: Traits
    people: Participants
    liable: Liability
    hazards: Hazards
    supervision: Floats
    """What officers' contact adds to the log hazard of rule violations by assessed risk, shape (3,)."""
    arrest_intensity: Floats
    """Arrests made of the same offending by race and ethnicity, in units of the usual, shape (4,)."""
    stays: Stays
    score: Floats
    risk: Small
    """Assessed risk band of the current reading, shape (people,)."""
    assessed: Assessed
    violators: Flags
    """Whom a violation of conditional release had brought to prison this time, shape (people,)."""
    no_home: Flags
    """Who had nowhere to go at release if no program did anything about it, shape (people,)."""
    conditional: Flags
    """Who is released conditionally, or would be if sentenced to prison, shape (people,)."""
    design: Design
    contact: Contact
    """What ways of contact with a mentor come to for each person."""
    alumni_wish: Floats
    """Standing wish to mentor others, in [0, 1), low where it is strong; shape (people,)."""
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
    true_fit_weights: Mapping[str, float]
    """What really makes a match fit, whatever the agency's weights say."""
    teams: dict[str, Team]
    """Staff of the programs that have any, mentors first."""
    caseworkers: Caseworkers
    """The workers of all programs that have caseloads, one program's after the other's."""
    terms: dict[str, Terms]
    """The programs other than mentoring, and `enrolled` in them."""
    enrolled: dict[str, Enrollment]
    own: dict[str, dict[str, Floats]]
    """Mediators that programs brought along, by program and name; shape (people,)."""
    places: dict[str, Places]
    """Places that money buys by the month."""
    cost_of_person: dict[str, float]
    """Cents a month of one person in each program."""
    to_start: dict[str, int]
    """Cents that a program still has to spend before its first place opens."""
    fixed_costs: dict[str, int]
    """Cents that a program costs a month whoever comes, of those that have such costs."""
    ranked: tuple[str, ...]
    """Programs by what is published of their effect per dollar, the best first; empty under other rules."""
    in_need: dict[str, int]
    """People whom each program was for last month, whatever their standing with it; empty under other rules."""
    volunteers: float
    """Volunteers who would mentor when the community accepts people as usual; inf where only money limits them."""
    last_volunteer: float
    """Standing number in [0, 1) that says whether a fraction of a volunteer is one."""
    program_wages: dict[str, float]
    """Dollars a month of the jobs that programs give."""
    community: Community
    ledger: Ledger
    contracts: list[Contract]
    """Of sources that pay for success, and what was judged of them so far."""
    judged: list[Judged]
    record: Record
    occasions: Occasions
    program_steps: int
    """Steps after release beyond which no program concerns a person any more."""
    silent: frozenset[Channel]
    """Channels in which programs do nothing to anybody."""

    @property
    def mentors(self) -> Mentors:
        """The mentors by post."""
        return cast(Mentors, self.teams[money.MENTORING].posts)


def set_up(
    scenario: Scenario,
    values: Mapping[str, float],
    luck: Luck,
    participants: int,
    without: Iterable[int] = (),
    silent: Collection[Channel] = (),
) -> World:
    """The world before the first step.

    Args:
        participants: people simulated in the analysis cohort; each stands for population.size / participants people.
        without: identities that never enter (everybody else keeps theirs).
        silent: channels in which programs do nothing to anybody.
    """
    profile = scenario.population.place.people()
    calendar = calendar_of(scenario, participants)
    who = _who(scenario, profile, calendar, values, luck, without)
    traits, n = who.traits, len(who.traits.age)
    scale = scenario.population.size / participants
    inflation = values["funding.inflation_share"]
    ledger = Ledger(money.sources(scenario, inflation), scenario.programs.used, calendar.last_step)
    design, terms = programs.design_of(scenario), programs.terms_of(scenario)
    teams = money.teams(scenario, design, terms, values, luck, ledger, n, scale)
    yearly = markets.yearly_releases(scenario, participants)
    places = money.bought_places(scenario, terms, values, luck, n, scale, scale * yearly)
    employers, labor = markets.work(scenario, values, luck, yearly)
    providers, rooms = markets.housing(scenario, values, luck, yearly, profile)
    months = [max(design.to_month, 0) + design.length_months, *(each.steps_after_release for each in terms.values())]
    return World(
        calendar=calendar,
        traits=traits,
        people=Participants.before_entry(traits),
        liable=who.liable,
        hazards=hazards(values, profile, calendar.last_step + 1),
        supervision=markets.supervision(scenario, values),
        arrest_intensity=markets.arrest_intensity(scenario),
        stays=stays(values, profile),
        score=who.reading.score,
        risk=who.reading.band,
        assessed=who.assessed,
        violators=who.violators,
        no_home=markets.no_home(traits, profile, luck),
        conditional=who.conditional,
        design=design,
        contact=programs.contact_of(scenario, n, values, luck),
        alumni_wish=luck.uniform("mentors.alumni", 0, n),
        lives=Lives.inside(traits, values["health.start"]),
        employers=employers,
        labor=labor,
        providers=providers,
        rooms=rooms,
        shelter_lottery=luck.uniform("housing.lottery", 0, n),
        released_people=yearly / MONTHS_PER_YEAR * values["work.months_in_market"],
        mentees=programs.mentees(design, traits, values, luck),
        true_fit_weights={trait: values[f"matching.fit_weight_{trait}"] for trait in FIT_TRAITS},
        teams=teams,
        caseworkers=money.in_one_table(teams),
        terms=terms,
        enrolled=programs.enrollments(terms, traits, values, luck),
        own=programs.mediators(terms, n),
        places=places,
        cost_of_person=money.cost_of_person(teams, places),
        to_start=money.start_ups(scenario),
        fixed_costs=money.fixed_costs(scenario),
        ranked=ranking.order(scenario) if scenario.funding.rule == "next_dollar" else (),
        in_need={},
        volunteers=markets.volunteers(scenario, yearly),
        last_volunteer=float(luck.uniform("mentors.last_volunteer", 0, 1)[0]),
        program_wages=money.program_wages(scenario, terms, values),
        community=Community(),
        ledger=ledger,
        contracts=contracts.contracts(scenario, scale),
        judged=[],
        record=Record.blank(scenario.time.follow_up_months, participants, calendar.last_step, len(terms), len(teams)),
        occasions=Occasions(luck, n),
        program_steps=max(months),
        silent=frozenset(silent),
    )


@dataclass(frozen=True)
class _Who:
    """Everybody before the first step, and what an agency reads of them."""

    traits: Traits
    conditional: Flags
    """Released to supervision, as those in prison are: also of people who serve in the community."""
    liable: Liability
    reading: assessing.Reading
    assessed: Assessed
    violators: Flags


def _who(
    scenario: Scenario,
    profile: PopulationProfile,
    calendar: Calendar,
    values: Mapping[str, float],
    luck: Luck,
    without: Iterable[int],
) -> _Who:
    traits = draw_traits(profile, calendar, values, luck)
    outside = scenario.population.sentence == "community"
    conditional = traits.conditional
    traits = sentenced_to_the_community(traits) if outside else traits
    absent = list(without)
    traits.entry_step[absent] = traits.release_step[absent] = calendar.last_step + 1
    liable = liability(traits, values)
    reading, assessed = assessing.assessed(scenario.policies.assessment, traits, liable.arrest, values, luck)
    u = luck.uniform("participants.admission", 0, len(traits.age))
    violators = came_by_violation(liable, profile, u, values)
    if outside:  # after who they are is settled, so that the same people are in the same groups
        liable = replace(liable, arrest=liable.arrest + np.log(values["sentencing.community_hazard_ratio"]))
    return _Who(traits, conditional, liable, reading, assessed, violators)


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
