from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.special import logit

from behavior.small_runs import numbers, small
from dynamics.hand_made import traits
from reentrysim.agents.housing import create_providers
from reentrysim.agents.participants import Lives, Traits
from reentrysim.dynamics import housing
from reentrysim.randomness import Luck, MonthLuck
from reentrysim.vocabulary import NEVER, Home, HousingKind, Race

KNOWN = {
    "housing.others_at_release": 0.6,
    "housing.own_at_release": 0.15,
    "housing.institution_at_release": 0.13,
    "housing.mental_illness_homeless_ratio": 2.0,
    "housing.others_leave_monthly_risk": 0.1,
    "housing.early_leave_multiple": 3.0,
    "housing.early_months": 2.0,
    "housing.own_leave_monthly_risk": 0.02,
    "housing.no_work_leave_multiple": 2.5,
    "housing.institution_stay_months": 4.0,
    "housing.shelter_stay_months": 5.0,
    "housing.shelter_background_share": 0.5,
    "housing.shelter_chance": 0.3,
    "housing.homeless_exit_ratio": 0.5,
    "housing.others_log_odds": 0.0,
    "housing.asks_per_month": 1.0,
    "housing.black_gap": 0.4,
    "housing.landlord_refusal_share": 0.5,
    "housing.good_job_bonus": 0.5,
    "housing.stable_months": 6.0,
    "housing.beds_per_shelter": 20.0,
    "health.ties_home_log_odds": 2.0,
    "health.start": 0.5,
}
VALUES = numbers(small(), KNOWN)
MANY = 20_000
NEAR = 4 * np.sqrt(0.25 / MANY)
ROWS = np.arange(MANY)
EVEN = (np.arange(MANY) + 0.5) / MANY
USUAL: dict[str, Any] = {"demand": 1.0, "discrimination": True, "scarce": True}


def luck(step: int = 20) -> MonthLuck:
    return MonthLuck(Luck(4, 0), step, 0, MANY)


def lives(who: Traits, **columns: Any) -> Lives:
    state = Lives.inside(who, 0.5)
    for name, value in columns.items():
        getattr(state, name)[:] = value
    return state


def market(
    landlords: int = 50, beds: int = 100, **rules: Any
) -> tuple[housing.HousingProviders, housing.HousingMarket]:
    providers = create_providers(landlords, beds, 0.5, VALUES, Luck(1, 0))
    lottery = np.full(len(providers.kind) - landlords, 0.5)
    return providers, housing.housing_market(providers, VALUES, lottery, 0.25, **USUAL | rules)


@pytest.mark.parametrize(("ill", "homeless"), [(False, 0.12 / 1.25), (True, 0.24 / 1.25)])
def test_where_people_go_on_release(ill: bool, homeless: float) -> None:
    who = traits(MANY, mental_illness=ill)
    state = lives(who)
    housing.leave_prison(state, who, ROWS, market()[1], VALUES, EVEN, 7)
    shares = np.bincount(state.home, minlength=6) / MANY
    # A quarter are mentally ill, so that .75 x + .25 * 2 x is the .12 that other homes leave.
    assert shares[Home.STREET] == pytest.approx(homeless, abs=1e-4)
    assert shares[Home.INSTITUTION] == pytest.approx(0.13, abs=1e-4)
    assert shares[Home.OWN] == pytest.approx(0.15, abs=1e-4)
    assert shares[Home.OTHERS] == pytest.approx(1 - homeless - 0.28, abs=2e-4)
    assert (state.home_step == 6).all()  # as if at the end of the month before


@pytest.mark.parametrize(
    ("columns", "risk"),
    [
        ({"home": Home.OTHERS, "home_step": 17}, 0.1),
        ({"home": Home.OTHERS, "home_step": 18}, 0.3),
        ({"home": Home.OWN}, 0.02),
        ({"home": Home.INSTITUTION}, 0.25),
        ({"home": Home.SHELTER}, 0.2),
        ({"home": Home.STREET}, 0.0),
        ({"home": Home.NONE}, 0.0),
    ],
)
def test_how_homes_end(columns: dict[str, Any], risk: float) -> None:
    state = lives(traits(1), **columns)
    assert housing.leaving_risk(state, np.array([0]), np.array([True]), VALUES, 20).tolist() == pytest.approx([risk])


def test_an_own_home_is_lost_sooner_without_work() -> None:
    state = lives(traits(2), home=Home.OWN)
    risk = housing.leaving_risk(state, np.arange(2), np.array([False, True]), VALUES, 20)
    assert risk.tolist() == pytest.approx([0.05, 0.02])


@pytest.mark.parametrize(
    ("street", "ties", "chance"), [(False, 0.5, 0.5), (True, 0.5, 1 / 3), (False, 1.0, 1 / (1 + np.exp(-1.0)))]
)
def test_ties_help_and_homelessness_makes_it_harder_to_be_taken_in(street: bool, ties: float, chance: float) -> None:
    state = lives(traits(MANY), ties=ties)
    taken = housing.taken_in(state, ROWS, np.full(MANY, street), VALUES, EVEN)
    assert taken.mean() == pytest.approx(chance, abs=1e-3)


def renting(who: Traits, columns: dict[str, Any] | None = None, **rules: Any) -> float:
    """Share who rent when landlords have rooms for all and half would refuse a record."""
    providers, rooms = market(landlords=500, **USUAL | {"demand": 0.0} | rules)
    providers.openings[:] = MANY
    found, landlord = housing.tenants(lives(who, **columns or {}), who, ROWS, providers, rooms, 0.0, VALUES, luck())
    assert (providers.kind[landlord] == HousingKind.LANDLORD).all()
    return len(found) / MANY


def test_landlords_refuse_records_and_black_applicants_more() -> None:
    black = traits(MANY, race=Race.BLACK)
    usual = renting(traits(MANY))
    assert usual == pytest.approx(0.5, abs=0.05)  # so few landlords differ from the mean
    assert renting(black) == pytest.approx(0.6 * usual, abs=NEAR)
    assert renting(black, discrimination=False) == usual


def test_rooms_are_scarce_and_good_jobs_help() -> None:
    who = traits(MANY)
    providers, rooms = market(demand=0.0)
    housing.open_rooms_and_beds(providers, rooms, 1.0, luck())
    good = np.arange(MANY) % 2 == 0
    found, _ = housing.tenants(lives(who, good_job=good), who, ROWS, providers, rooms, 0.0, VALUES, luck())
    assert len(found) == providers.openings[:50].sum()
    assert good[found].mean() > 0.6


def test_beds_that_bar_use_are_left_to_those_who_don_t() -> None:
    using, free = np.array([False, True, True, False, False]), np.array([0, 1, 2, 0])
    bars = np.array([False, True, False, False])
    placed, shelter = housing.beds_in_line(using, free, bars)
    assert dict(zip(placed.tolist(), shelter.tolist(), strict=True)) == {0: 1, 1: 2, 2: 2}


def test_first_in_line_first_where_all_are_alike() -> None:
    placed, _ = housing.beds_in_line(np.ones(5, dtype=np.bool_), np.array([3]), np.array([False]))
    assert placed.tolist() == [0, 1, 2]
    assert housing.beds_in_line(np.ones(5, dtype=np.bool_), np.array([3]), np.array([True]))[0].tolist() == []


def test_everybody_else_s_share_of_the_beds() -> None:
    providers, rooms = market(beds=90)
    housing.open_rooms_and_beds(providers, rooms, 1.0, luck())
    assert providers.places[50:].tolist() == [20, 20, 20, 20, 10]
    assert providers.openings[50:].tolist() == [10, 10, 10, 10, 5]
    providers, rooms = market(beds=90, demand=2.0)
    housing.open_rooms_and_beds(providers, rooms, 1.0, luck())
    assert providers.openings[50:].sum() == 0


def test_beds_are_never_given_twice() -> None:
    who = traits(MANY)
    providers, rooms = market()
    housing.open_rooms_and_beds(providers, rooms, 1.0, luck())
    state = lives(who, home=Home.STREET)
    housing.to_shelters(state, ROWS, providers, rooms, VALUES, luck())
    housing.to_shelters(state, np.flatnonzero(state.home == Home.STREET), providers, rooms, VALUES, luck())
    assert np.bincount(state.provider[state.home == Home.SHELTER])[50:].tolist() == providers.openings[50:].tolist()


def test_where_beds_are_free_a_chance_decides() -> None:
    providers, rooms = market(beds=0, scarce=False)
    state = lives(traits(MANY), home=Home.STREET)
    housing.to_shelters(state, ROWS, providers, rooms, VALUES, luck())
    assert (state.home == Home.SHELTER).mean() == pytest.approx(0.3, abs=NEAR)
    assert (state.provider == NEVER).all()


def test_what_counts_as_stable() -> None:
    state = lives(traits(5), home=[Home.OWN, Home.OTHERS, Home.OTHERS, Home.SHELTER, Home.STREET])
    state.home_step[:] = [20, 14, 15, 1, 1]
    assert housing.stable(state, VALUES, 20).tolist() == [True, True, False, False, False]
    assert housing.homeless(state.home).tolist() == [False, False, False, True, True]


def test_the_chance_to_look_for_a_room() -> None:
    assert housing.rent_search_chance({"housing.rent_search_log_odds": float(logit(0.2))}) == pytest.approx(0.2)
