"""Arrests, convictions, rule violations, the three routes back to prison, and deaths.

Hazards are discrete-time (complementary log-log) and act only on the part of a month spent at liberty. Frailty,
dependence on one's own recent arrest, and months since release are separate terms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from reentrysim.agents.columns import Flags, Floats, Ints, Small, rows_where
from reentrysim.agents.participants import Participants, Traits
from reentrysim.dynamics.hazard import strikes
from reentrysim.evidence.population import PopulationProfile
from reentrysim.randomness import MonthLuck
from reentrysim.vocabulary import DAYS_PER_MONTH, MONTHS_PER_YEAR, Offense, Risk, Route, Status

NO_ROUTE = -1


@dataclass(frozen=True)
class Liability:
    """What a person's own traits say about risk; never changes. Shape (people,)."""

    arrest: Floats
    """Log hazard of arrest a month at full exposure, time and events apart."""
    pace: Floats
    """Change of the log hazard of arrest a unit of desistance time: most desist, the old more, the frail less."""
    violation: Floats
    """Log hazard of return for a rule violation a month under supervision."""
    conviction: Floats
    """Probability of conviction given an arrest; differs by age."""
    prison: Floats
    """Shape (people, 4): probability of prison given conviction, by seriousness of the arrest."""
    revocation: Floats
    """Probability of revocation given an arrest under supervision without a prison sentence; women's log odds differ
    by as much as those of prison given conviction, because nothing tells them apart."""


@dataclass(frozen=True)
class Hazards:
    """What time, supervision and the law say about risk; tables are indexed by months since the latest release."""

    arrest_by_month: Floats
    """Every release opens with its own risky month and a dip."""
    desistance_time: Floats
    """By months since the release that counts: log(1 + (months - 1) / scale)."""
    violation_by_month: Floats
    death_by_month: Floats
    death_in_prison: float
    most_deaths: float
    """The highest of these probabilities."""
    recent_arrest: float
    recent_arrest_fade: float
    seriousness_upper: Floats
    """Shape (4,): cumulative shares of new arrests by seriousness."""


@dataclass(frozen=True)
class Added:
    """What programs and circumstances add to log hazards this month (negative helps)."""

    outside: Ints
    """Rows of people at liberty for some of the month."""
    arrest: Floats
    """Shape (outside,)."""
    violation: Callable[[Ints], Floats]
    """Asked for the rows of those who can violate a rule, gives shape (rows,)."""
    enforcement: Floats | float = 1.0
    """Arrests made of the same offending, in units of the usual, shape (outside,); offending it leaves alone."""
    deaths: Floats | float = 1.0
    """The hazard of dying outside in units of the usual one, shape (people,)."""


@dataclass(frozen=True)
class Month:
    """What happens to each person in a month. Shape (people,)."""

    died: Flags
    arrested: Flags
    seriousness: Small
    """Meaningful where arrested."""
    convicted: Flags
    route: Small
    """Route back to prison, NO_ROUTE for who stays."""
    in_prison: Flags
    """All month, after a return."""
    supervised: Flags
    """Outside prison, in a term of supervision."""
    offending: Floats
    """Offenses expected of which, at the usual enforcement, each would be an arrest; 0 in custody. Nobody sees it."""

    @property
    def returned(self) -> Flags:
        """Goes back to prison this month."""
        return np.asarray(self.route != NO_ROUTE)


def liability(traits: Traits, values: Mapping[str, float]) -> Liability:
    """Risk by traits: log-linear in sex, age (with a bend), log prior arrests, offense, and log-normal frailty."""
    traits_part = _observed_part(traits, values)
    arrest = values["arrest.level"] + traits_part + values["arrest.frailty_sd"] * traits.frailty
    shared = values["violation.share_of_arrest_risk"] * (arrest - values["arrest.level"])
    violation = values["violation.level"] + values["violation.female"] * traits.female + shared
    women = values["prison.female"] * traits.female
    by_kind = np.zeros(len(Offense))
    by_kind[Offense.VIOLENT] = values["custody.violent_prison_log_odds"]
    by_kind[Offense.PUBLIC_ORDER] = values["custody.public_order_prison_log_odds"]
    prison = expit(values["prison.log_odds"] + women[:, None] + by_kind)
    old = values["arrest.age_decline"] * _beyond_bend(traits, values)
    pace = values["arrest.divergence"] * traits.frailty - old - values["arrest.decline"]
    conviction = expit(values["conviction.log_odds"] + values["conviction.age"] * _decades(traits, values))
    return Liability(arrest, pace, violation, conviction, prison, expit(values["revocation.log_odds"] + women))


def going_back(liable: Liability, profile: PopulationProfile) -> Floats:
    """Hazard a month of going back to prison from supervision, by whichever route, without time; shape (people,)."""
    sentenced = liable.conviction * (liable.prison @ profile.new_arrest_shares)
    by_arrest = sentenced + (1.0 - sentenced) * liable.revocation
    return np.asarray(np.exp(liable.arrest) * by_arrest + np.exp(liable.violation), dtype=np.float64)


def came_by_violation(liable: Liability, profile: PopulationProfile, u: Floats, values: Mapping[str, float]) -> Flags:
    """Whether a violation of conditional release brought people to prison this time, from uniforms, shape (people,).

    Who has gone back before is not recorded, so it is as likely as going back is in the months under supervision that
    give the published share (`population.months_before`). It changes nothing: it only says who people are.
    """
    return np.asarray(u < -np.expm1(-going_back(liable, profile) * values["population.months_before"]))


def _observed_part(traits: Traits, values: Mapping[str, float]) -> Floats:
    decades = _decades(traits, values)
    priors = np.log(traits.priors / values["reoffending.center_priors"])
    offense = np.array([values[f"arrest.{kind.name.lower()}"] for kind in Offense])
    return np.asarray(
        values["arrest.female"] * traits.female
        + values["arrest.age"] * decades
        + values["arrest.age_beyond_bend"] * _beyond_bend(traits, values)
        + values["arrest.priors"] * priors
        + values["arrest.age_priors"] * decades * priors
        + offense[traits.offense],
        dtype=np.float64,
    )


def _decades(traits: Traits, values: Mapping[str, float]) -> Floats:
    """Decades by which people are older than the center, shape (people,)."""
    return np.asarray((traits.age - values["reoffending.center_age"]) / values["reoffending.age_unit_years"])


def _beyond_bend(traits: Traits, values: Mapping[str, float]) -> Floats:
    """Decades by which people are older than the age from which risk falls faster, shape (people,)."""
    years = np.maximum(traits.age - values["reoffending.age_bend_years"], 0.0)
    return np.asarray(years / values["reoffending.age_unit_years"], dtype=np.float64)


def violations_answered(
    values: Mapping[str, float], intensity: float, per_officer: int, response: float, hours: Floats
) -> Floats:
    """Log of returns for rule violations by assessed risk, in units of the usual ones, shape (3,).

    More contact finds more, and is answered as it is.

    Args:
        intensity: contact, in units of the usual one at the same caseload.
        per_officer: people on an officer's caseload; contact is inverse to it.
        response: chance that a violation found leads back to prison, in units of the usual one.
        hours: officer's hours a month for each person in each band, shape (3,); only their proportions count, because
            an officer's month is as long as it is.
    """
    low, high = values["assessment.low_band_share"], values["assessment.high_band_share"]
    mean = low * hours[Risk.LOW] + (1.0 - low - high) * hours[Risk.MEDIUM] + high * hours[Risk.HIGH]
    contact = intensity * values["supervision.usual_caseload"] / per_officer * hours / mean
    with np.errstate(divide="ignore"):  # no contact finds nothing
        return np.asarray(np.log(response * contact ** values["supervision.found_elasticity"]))


def hazards(values: Mapping[str, float], profile: PopulationProfile, months: int) -> Hazards:
    """Hazard tables for months 0 (unused) to `months` since release."""
    since = np.maximum(np.arange(months + 1) - 1.0, 0.0)
    decline = np.log1p(since / values["reoffending.decline_scale_months"])
    arrest_ramp = 2.0 ** (-since / values["reoffending.arrest_ramp_months"])
    arrest = -values["arrest.start"] * arrest_ramp
    arrest[1] += values["arrest.first_month"]
    ramp = 2.0 ** (-since / values["reoffending.violation_ramp_months"])
    violation = -values["violation.decline"] * decline - values["violation.start"] * ramp
    deaths = np.full(months + 1, -np.expm1(-values["mortality.annual_death_rate"] / MONTHS_PER_YEAR))
    first = (values["mortality.annual_death_rate"] + values["mortality.first_weeks_death_rate"]) / 2
    deaths[1] = -np.expm1(-first / MONTHS_PER_YEAR)  # two weeks are about half of the first month
    in_prison = float(-np.expm1(-values["mortality.custody_death_rate"] / MONTHS_PER_YEAR))
    return Hazards(
        arrest_by_month=arrest,
        desistance_time=decline,
        violation_by_month=violation,
        death_by_month=deaths,
        death_in_prison=in_prison,
        most_deaths=max(float(deaths.max()), in_prison),
        recent_arrest=values["arrest.recent"],
        recent_arrest_fade=2.0 ** (-1.0 / values["reoffending.recent_arrest_half_life_months"]),
        seriousness_upper=np.cumsum(profile.new_arrest_shares),
    )


def exposure(people: Participants) -> Floats:
    """Share of the month spent at liberty, shape (people,)."""
    free = 1.0 - np.minimum(people.jail_days, DAYS_PER_MONTH) / DAYS_PER_MONTH
    return np.where(people.status == Status.COMMUNITY, free, 0.0)


def months_since(step: int, released_step: Ints) -> Ints:
    """Months since release: 1 in the release step, 0 before."""
    return np.maximum(step - released_step + 1, 0)


def month_of_events(
    people: Participants,
    first_release: Ints,
    liable: Liability,
    table: Hazards,
    added: Added,
    free: Floats,
    step: int,
    luck: MonthLuck,
) -> Month:
    """Deaths, arrests and returns of one month; `free` is the share of it at liberty, shape (people,).

    All events read the same state; death comes first, an arrest before a rule violation.
    """
    at_liberty = people.status == Status.COMMUNITY
    died = _deaths(people, table, step, luck, added.deaths)
    who = added.outside
    log_hazard = (
        liable.arrest[who]
        + table.arrest_by_month[months_since(step, people.released_step[who])]
        + liable.pace[who] * table.desistance_time[months_since(step, first_release[who])]
        + table.recent_arrest * people.recent_arrest[who]
        + added.arrest
    )
    offending, arrested = np.zeros(len(died)), np.zeros(len(died), dtype=np.bool_)
    offending[who] = np.exp(log_hazard) * free[who]
    arrested[who] = strikes(offending[who] * added.enforcement, luck.of("arrest", who))
    arrested &= ~died
    supervised = at_liberty & (step <= people.supervised_until)
    seriousness, convicted, route = _after_arrest(arrested, supervised, liable, table, luck)
    at_risk = supervised & ~died & (route == NO_ROUTE)
    since = months_since(step, people.released_step)
    violated = _rule_violations(at_risk, liable, table, added.violation, since, free, luck)
    route = np.where(violated, np.int8(Route.RULE_VIOLATION), route)
    return Month(died, arrested, seriousness, convicted, route, people.status == Status.RETURNED, supervised, offending)


def _deaths(people: Participants, table: Hazards, step: int, luck: MonthLuck, ratio: Floats | float) -> Flags:
    """Who dies, shape (people,): outside and after a return; who awaits release lives to see it."""
    u = luck("death")
    near = rows_where(
        u < table.most_deaths * np.max(ratio, initial=1.0)
    )  # nobody else can die, whatever the table says of them
    outside = table.death_by_month[months_since(step, people.released_step[near])]
    if not isinstance(ratio, float):
        outside = -np.expm1(np.log1p(-outside) * ratio[near])
    inside = np.where(people.status[near] == Status.RETURNED, table.death_in_prison, 0.0)
    died = np.zeros(len(u), dtype=np.bool_)
    died[near] = u[near] < np.where(people.status[near] == Status.COMMUNITY, outside, inside)
    return died


def _after_arrest(
    arrested: Flags, supervised: Flags, liable: Liability, table: Hazards, luck: MonthLuck
) -> tuple[Small, Flags, Small]:
    """Seriousness of each arrest, whether it leads to conviction, and by which route to prison, if any."""
    n = len(arrested)
    seriousness, convicted = np.zeros(n, dtype=np.int8), np.zeros(n, dtype=np.bool_)
    route = np.full(n, NO_ROUTE, dtype=np.int8)
    who = rows_where(arrested)
    if len(who):
        kind = np.minimum(
            np.searchsorted(table.seriousness_upper, luck.of("arrest.seriousness", who), side="right"), len(Offense) - 1
        )
        seriousness[who] = kind
        convicted[who] = luck.of("arrest.conviction", who) < liable.conviction[who]
        sentenced = convicted[who] & (luck.of("arrest.prison", who) < liable.prison[who, kind])
        revoked = supervised[who] & ~sentenced & (luck.of("arrest.revocation", who) < liable.revocation[who])
        route[who[revoked]] = Route.REVOKED_AFTER_ARREST
        route[who[sentenced]] = Route.NEW_SENTENCE
    return seriousness, convicted, route


def _rule_violations(
    at_risk: Flags,
    liable: Liability,
    table: Hazards,
    added: Callable[[Ints], Floats],
    since: Ints,
    free: Floats,
    luck: MonthLuck,
) -> Flags:
    violated = np.zeros(len(at_risk), dtype=np.bool_)
    who = rows_where(at_risk)
    if len(who):
        hazard = np.exp(liable.violation[who] + table.violation_by_month[since[who]] + added(who))
        violated[who] = strikes(hazard * free[who], luck.of("violation", who))
    return violated
