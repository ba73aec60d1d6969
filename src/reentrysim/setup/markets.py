"""Employers, landlords, beds and officers of a scenario, counted by the people released in a year."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from reentrysim.agents.columns import Flags, Floats
from reentrysim.agents.employers import Employers, create_employers
from reentrysim.agents.housing import PROGRAMS, HousingProviders, create_providers
from reentrysim.agents.participants import Traits
from reentrysim.dynamics.housing import HousingMarket, homeless_at_release, housing_market
from reentrysim.dynamics.reoffending import violations_answered
from reentrysim.dynamics.work import LaborMarket, labor_market
from reentrysim.evidence import load_catalog
from reentrysim.evidence.population import PopulationProfile
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario
from reentrysim.setup.money import dollars
from reentrysim.vocabulary import MONTHS_PER_YEAR, PER_CENT, HousingKind, Race, Risk, Trade


def yearly_releases(scenario: Scenario, participants: int) -> float:
    """People released in a year, by whom employers, landlords and beds are counted; a cohort counts as a year's."""
    if scenario.time.intake == "cohort":
        return float(participants)
    return participants * MONTHS_PER_YEAR / scenario.time.window_months


def work(scenario: Scenario, values: Mapping[str, float], luck: Luck, yearly: float) -> tuple[Employers, LaborMarket]:
    """Employers, and the market for entry-level work."""
    world = scenario.circumstances
    count = _places(world.employers_per_100, yearly, "employers.count", luck)
    wage = dollars("work.wage_per_hour", values, scenario.time.price_year)
    employers = create_employers(count, values["work.willing_employers_share"], wage, values, luck)
    labor = labor_market(
        employers,
        values,
        demand=world.background_demand.jobs,
        tightness=world.labor_market * np.array([getattr(world.vacancies_by_trade, t.name.lower()) for t in Trade]),
        barred=np.array([trade.name.lower() in world.licensing_bars for trade in Trade]),
        assurance=world.employer_assurance,
        wage_support=world.wage_support_share,
        ban_the_box=world.ban_the_box,
        discrimination=world.discrimination,
        scarce=world.vacancies == "fixed",
    )
    return employers, labor


def housing(
    scenario: Scenario, values: Mapping[str, float], luck: Luck, yearly: float, profile: PopulationProfile
) -> tuple[HousingProviders, HousingMarket]:
    """Landlords, shelters and beds of programs, and the market for rooms and beds."""
    world = scenario.circumstances
    landlords = _places(world.landlords_per_100, yearly, "landlords.count", luck)
    beds = _places(world.beds_per_100.shelter, yearly, "shelters.beds", luck)
    per_100 = {kind: kind.name.lower() for kind in PROGRAMS}
    paid_beds = {
        kind: _places(getattr(world.beds_per_100, word), yearly, f"{word}.beds", luck) for kind, word in per_100.items()
    }
    providers = create_providers(landlords, beds, values["housing.landlord_refusal_share"], values, luck, paid_beds)
    rooms = housing_market(
        providers,
        values,
        luck.uniform("shelters.lottery", 0, int(np.count_nonzero(providers.kind == HousingKind.SHELTER))),
        _mental_illness_share(profile),
        demand=world.background_demand.beds,
        discrimination=world.discrimination,
        scarce=world.rooms == "fixed",
    )
    return providers, rooms


def _mental_illness_share(profile: PopulationProfile) -> float:
    women, men_women = profile.female_share, profile.need_shares["mental_illness"]
    return float((1.0 - women) * men_women[0] + women * men_women[1])


def no_home(traits: Traits, profile: PopulationProfile, luck: Luck) -> Flags:
    """Whom their luck at release sends nowhere at the published rates, before any program, shape (people,).

    The same people in every scenario and draw: numbers of a scenario's own say who really goes nowhere, not who needs.
    """
    shares = homeless_at_release(load_catalog().values(), _mental_illness_share(profile))
    u = luck.of("housing.release", traits.release_step, np.arange(len(traits.release_step)))
    return np.asarray(u < shares[traits.mental_illness.astype(np.int64)])


def _places(per_100: float, yearly: float, decision: str, luck: Luck) -> int:
    """Places for the simulated people: as many as for the real ones, a fraction by a standing lottery."""
    return int(np.floor(per_100 * yearly / PER_CENT + luck.uniform(decision, 0, 1)[0]))


def volunteers(scenario: Scenario, yearly: float) -> float:
    """Volunteers who would mentor; inf where only money limits them."""
    per_100 = scenario.circumstances.volunteers_per_100
    return np.inf if per_100 is None else per_100 * yearly / PER_CENT


def supervision(scenario: Scenario, values: Mapping[str, float]) -> Floats:
    """Log of returns for rule violations by assessed risk, in units of the usual ones, shape (3,)."""
    world, officers = scenario.circumstances, scenario.policies.caseload.supervision
    hours = np.array([getattr(officers.hours_per_month, band.name.lower()) for band in Risk])
    intensity, response = world.supervision_intensity, world.violation_response
    return violations_answered(values, intensity, officers.per_worker, response, hours)


def arrest_intensity(scenario: Scenario) -> Floats:
    """Arrests made of the same offending by race and ethnicity, in units of the usual, shape (4,)."""
    by_race = scenario.circumstances.arrest_intensity
    return np.array([getattr(by_race, race.name.lower()) for race in Race])
