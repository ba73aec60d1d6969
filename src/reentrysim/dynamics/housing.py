"""Housing: where people go at release, how homes end, renting, being taken in, shelters, and the street."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import expit, ndtr, ndtri

from reentrysim.agents.columns import Flags, Floats, Ints, Small, rows_where
from reentrysim.agents.housing import HousingProviders
from reentrysim.agents.participants import Lives, Traits
from reentrysim.dynamics import market
from reentrysim.randomness import MonthLuck
from reentrysim.vocabulary import NEVER, Home, HousingKind, Race


@dataclass(frozen=True)
class HousingMarket:
    """What a scenario and the evidence say about rooms and beds."""

    landlords: int
    shelters: slice
    """Rows of the shelters among the providers."""
    openings: Floats
    """Mean rooms that each landlord lets in a month, shape (landlords,)."""
    rivals: Floats
    """Mean applicants a month from everybody who was never in prison, shape (landlords,)."""
    owner: Ints
    """The landlord of each room, shape (rooms,)."""
    share: Floats
    """Share of each landlord in the rooms, shape (landlords,)."""
    beds: Floats
    """Beds of each shelter that everybody else leaves, shape (shelters,)."""
    bed_lottery: Floats
    """Standing number of each shelter that decides on a fraction of a bed, in [0, 1), shape (shelters,)."""
    black_multiple: float
    """Chance of Black applicants to be considered, in units of others'; 1 without discrimination."""
    homeless_at_release: Floats
    """Share homeless at release without and with mental illness, shape (2,)."""
    scarce: bool
    """Whether participants take rooms and beds from one another."""


def housing_market(
    providers: HousingProviders,
    values: Mapping[str, float],
    bed_lottery: Floats,
    mental_illness_share: float,
    *,
    demand: float,
    discrimination: bool,
    scarce: bool,
) -> HousingMarket:
    """The market of a scenario; `demand` is the multiple of the usual demand by everybody else."""
    landlords, shelters = providers.rows_of(HousingKind.LANDLORD).stop, providers.rows_of(HousingKind.SHELTER)
    places = providers.places[:landlords]
    usual = np.asarray(places * values["housing.room_turnover_monthly"], dtype=np.float64)
    beds = providers.places[shelters] * np.maximum(1.0 - values["housing.shelter_background_share"] * demand, 0.0)
    return HousingMarket(
        landlords=landlords,
        shelters=shelters,
        openings=usual,
        rivals=usual * values["housing.rivals_per_room"] * demand,
        owner=market.owners(places),
        share=places / max(int(places.sum()), 1),
        beds=beds,
        bed_lottery=bed_lottery,
        black_multiple=1.0 - values["housing.black_gap"] if discrimination else 1.0,
        homeless_at_release=homeless_at_release(values, mental_illness_share),
        scarce=scarce,
    )


def homeless_at_release(values: Mapping[str, float], mental_illness_share: float) -> Floats:
    """Share who have nowhere to go on release without and with mental illness, before any program; shape (2,)."""
    ratio = values["housing.mental_illness_homeless_ratio"]
    without = (
        1.0
        - values["housing.others_at_release"]
        - values["housing.own_at_release"]
        - values["housing.institution_at_release"]
    ) / (1.0 + mental_illness_share * (ratio - 1.0))
    return np.clip([without, without * ratio], 0.0, 1.0)


def open_rooms_and_beds(
    providers: HousingProviders, rooms: HousingMarket, present_share: float, luck: MonthLuck
) -> None:
    """Rooms to let this month, and beds open to participants; `present_share` of released people are simulated."""
    u = luck.beyond("housing.openings", np.arange(rooms.landlords))
    providers.openings[: rooms.landlords] = market.whole(rooms.openings, u)
    providers.openings[rooms.shelters] = market.whole(rooms.beds * present_share, rooms.bed_lottery)


def move(lives: Lives, who: Ints, home: Home, step: int) -> None:
    """People `who` (rows) come to a home, without a provider."""
    lives.home[who] = home
    lives.home_step[who] = step
    lives.provider[who] = NEVER


def leave_prison(
    lives: Lives,
    traits: Traits,
    out: Ints,
    rooms: HousingMarket,
    values: Mapping[str, float],
    u: Floats,
    step: int,
    bridged: Floats | float = 1.0,
) -> None:
    """Where people `out` (rows) go on release, by uniforms `u`: nowhere, an institution, their own place, or others.

    They live there from the start of the month `step`, as if they had come at the end of the one before. `bridged` is
    homelessness in units of the usual one; who is spared it goes to others.
    """
    before = step - 1
    homeless = rooms.homeless_at_release[traits.mental_illness[out].astype(np.int64)]
    institution = homeless + values["housing.institution_at_release"]
    own = institution + values["housing.own_at_release"]
    nowhere = u < homeless * bridged
    move(lives, out[(u >= own) | ((u < homeless) & ~nowhere)], Home.OTHERS, before)
    move(lives, out[(u >= institution) & (u < own)], Home.OWN, before)
    move(lives, out[(u >= homeless) & (u < institution)], Home.INSTITUTION, before)
    move(lives, out[nowhere], Home.STREET, before)


def leaving_risk(lives: Lives, who: Ints, working: Flags, values: Mapping[str, float], step: int) -> Floats:
    """Monthly risk that the current home of people `who` (rows) ends, shape (len(who),); 0 on the street.

    `working` is who has a job or a program job, shape (people,).
    """
    by_home = np.zeros(len(Home))
    by_home[Home.OTHERS] = values["housing.others_leave_monthly_risk"]
    by_home[Home.OWN] = values["housing.own_leave_monthly_risk"]
    by_home[Home.INSTITUTION] = 1.0 / values["housing.institution_stay_months"]
    by_home[Home.SHELTER] = 1.0 / values["housing.shelter_stay_months"]
    home = lives.home[who]
    risk = by_home[home]
    early = (home == Home.OTHERS) & (step - lives.home_step[who] <= values["housing.early_months"])
    risk[early] *= values["housing.early_leave_multiple"]
    risk[(home == Home.OWN) & ~working[who]] *= values["housing.no_work_leave_multiple"]
    return risk


def leavers(
    lives: Lives,
    who: Ints,
    working: Flags,
    values: Mapping[str, float],
    step: int,
    u: Floats,
    help_: Floats | float = 1.0,
) -> Ints:
    """Which of people `who` (rows) lose their home this month, by uniforms `u`.

    `help_` is the risk of losing a home, with others or one's own, that programs leave, in units of that without.
    """
    most = max(
        values["housing.others_leave_monthly_risk"] * max(values["housing.early_leave_multiple"], 1.0),
        values["housing.own_leave_monthly_risk"] * max(values["housing.no_work_leave_multiple"], 1.0),
        1.0 / values["housing.institution_stay_months"],
        1.0 / values["housing.shelter_stay_months"],
    )
    near = u < most * np.max(help_, initial=1.0)  # nobody else can, wherever they live
    who, u = who[near], u[near]
    at_home = (lives.home[who] == Home.OTHERS) | (lives.home[who] == Home.OWN)
    left = np.where(at_home, help_ if isinstance(help_, float) else help_[near], 1.0)
    risk = leaving_risk(lives, who, working, values, step) * left
    return np.asarray(who[u < risk], dtype=np.int64)


def can_pay(working: Flags, traits: Traits) -> Flags:
    """Who can pay a rent: by work, a program job too, or by benefits or help; shape (people,)."""
    return np.asarray(working | traits.can_rent_without_work)


def tenants(
    lives: Lives,
    traits: Traits,
    who: Ints,
    providers: HousingProviders,
    rooms: HousingMarket,
    peers: float,
    values: Mapping[str, float],
    luck: MonthLuck,
    accepted: float = 0.0,
) -> tuple[Ints, Ints]:
    """Which of the people `who` (rows) rent a room this month, and from which landlord.

    `accepted` is what acceptance by the community adds to each landlord's willingness.
    """
    if not rooms.landlords or not len(who):
        return who[:0], who[:0]
    whose, number = market.each_time(np.full(len(who), int(values["housing.asks_per_month"])))
    asker = who[whose]
    asked, u = market.ask(rooms.owner, luck.of("housing.landlord", asker, number))
    willing = market.willingness(providers.willing, providers.opinion, values["housing.learning_most"])
    black = np.where(traits.race[who] == Race.BLACK, rooms.black_multiple, 1.0)
    considered = rows_where(u < (willing[asked] + accepted) * black[whose])
    first = considered[market.first_of_each(whose[considered])]
    who, landlord = asker[first], asked[first]
    score = ndtri(luck.of("housing.standing", who)) + values["housing.good_job_bonus"] * lives.good_job[who]
    against = _rivals(rooms, peers, luck)
    rents = market.chosen(landlord, ndtr(score), providers.openings, against, scarce=rooms.scarce)
    return who[rents], landlord[rents]


def _rivals(rooms: HousingMarket, peers: float, luck: MonthLuck) -> market.Rivals:
    """The month's other applicants: everybody else, and `peers` whom the run does not simulate."""
    u = luck.beyond("housing.rivals", np.arange(rooms.landlords))
    counts = market.whole(rooms.rivals + peers * rooms.share, u)
    return market.rivals(counts, partial(luck.beyond, "housing.rival"))


def taken_in(
    lives: Lives, who: Ints, was_homeless: Flags, values: Mapping[str, float], u: Floats, help_: Floats | float = 0.0
) -> Flags:
    """Whom family or friends take in this month, shape (len(who),); ties help, being homeless makes it harder.

    `help_` is what programs add to the log odds.
    """
    log_odds = values["housing.others_log_odds"] + np.log(values["housing.homeless_exit_ratio"]) * was_homeless
    log_odds = log_odds + values["health.ties_home_log_odds"] * (lives.ties[who] - values["health.start"])
    return np.asarray(u < expit(log_odds + help_))


def to_shelters(
    lives: Lives,
    line: Ints,
    providers: HousingProviders,
    rooms: HousingMarket,
    values: Mapping[str, float],
    luck: MonthLuck,
) -> None:
    """Beds for the homeless `line` (rows), first in line first; who finds none stays on the street."""
    if rooms.scarce:
        in_bed = lives.provider[lives.home == Home.SHELTER]
        free = np.maximum(providers.openings - np.bincount(in_bed, minlength=len(providers.kind)), 0)
        placed, row = beds_in_line(lives.using[line], free[rooms.shelters], providers.bars_use[rooms.shelters])
        placed, shelter = line[placed], row + rooms.shelters.start
    else:
        placed = line[luck.of("housing.shelter", line) < values["housing.shelter_chance"]]
        shelter = np.full(len(placed), NEVER, dtype=np.int64)
    move(lives, placed, Home.SHELTER, luck.step)
    lives.provider[placed] = shelter


def beds_in_line(using: Flags, free: Ints, bars_use: Flags) -> tuple[Ints, Ints]:
    """Places in line of who gets a bed, and in which shelter.

    Who doesn't use goes where use is barred as long as there are beds, which leaves the others to those who do.

    Args:
        using: active use of each person in line, shape (line,).
        free: free beds of each provider, and `bars_use` whether it takes nobody who uses; shape (providers,).
    """
    barring, open_to_all = (np.repeat(np.arange(len(free)), np.where(kind, free, 0)) for kind in (bars_use, ~bars_use))
    sober = rows_where(~using)[: len(barring)]
    others = np.ones(len(using), dtype=np.bool_)
    others[sober] = False
    left = rows_where(others)[: len(open_to_all)]
    return np.concatenate([sober, left]), np.concatenate([barring[: len(sober)], open_to_all[: len(left)]])


def stable(lives: Lives, values: Mapping[str, float], step: int) -> Flags:
    """In a home of one's own, in supportive housing, or with others for long enough, shape (people,)."""
    long = (lives.home == Home.OTHERS) & (step - lives.home_step >= values["housing.stable_months"])
    return np.asarray((lives.home == Home.OWN) | (lives.home == Home.SUPPORTIVE) | long)


def homeless(home: Small) -> Flags:
    """On the street or in a shelter, of the same shape."""
    return np.asarray((home == Home.STREET) | (home == Home.SHELTER))


def rent_search_chance(values: Mapping[str, float]) -> float:
    """Chance that somebody with a home and means looks for a room of their own in a month."""
    return float(expit(values["housing.rent_search_log_odds"]))
