"""What a person's traits, and what time, say about arrest, return, death and custody."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace

import numpy as np
from scipy.special import expit, ndtr, ndtri

from reentrysim.evidence.population import PopulationProfile
from reentrysim.vocabulary import MONTHS_PER_YEAR, Offense, Risk, Route

Values = Mapping[str, float]


class Liability:
    """What a person's own traits say about risk; never changes."""

    def __init__(self, traits: SimpleNamespace, values: Values) -> None:
        level = values["arrest.level"]
        self.arrest = level + _observed(traits, values) + values["arrest.frailty_sd"] * traits.frailty
        old = values["arrest.age_decline"] * _beyond_bend(traits, values)
        self.pace = values["arrest.divergence"] * traits.frailty - old - values["arrest.decline"]
        decades = (traits.age - values["reoffending.center_age"]) / values["reoffending.age_unit_years"]
        self.conviction = expit(values["conviction.log_odds"] + values["conviction.age"] * decades)
        shared = values["violation.share_of_arrest_risk"] * (self.arrest - level)
        self.violation = values["violation.level"] + values["violation.female"] * traits.female + shared
        women = values["prison.female"] * traits.female
        self.prison = [expit(values["prison.log_odds"] + women + _by_kind(kind, values)) for kind in Offense]
        self.revocation = expit(values["revocation.log_odds"] + women)


def _observed(traits: SimpleNamespace, values: Values) -> float:
    unit = values["reoffending.age_unit_years"]
    decades = (traits.age - values["reoffending.center_age"]) / unit
    priors = np.log(traits.priors / values["reoffending.center_priors"])
    return (
        values["arrest.female"] * traits.female
        + values["arrest.age"] * decades
        + values["arrest.age_beyond_bend"] * _beyond_bend(traits, values)
        + values["arrest.priors"] * priors
        + values["arrest.age_priors"] * decades * priors
        + values[f"arrest.{Offense(traits.offense).name.lower()}"]
    )


def _beyond_bend(traits: SimpleNamespace, values: Values) -> float:
    return max(traits.age - values["reoffending.age_bend_years"], 0.0) / values["reoffending.age_unit_years"]


def _by_kind(kind: Offense, values: Values) -> float:
    if kind == Offense.VIOLENT:
        return values["custody.violent_prison_log_odds"]
    return values["custody.public_order_prison_log_odds"] if kind == Offense.PUBLIC_ORDER else 0.0


class Times:
    """What months since release say about risk: one number a month, month 0 being before release."""

    def __init__(self, values: Values, months: int) -> None:
        self.arrest = [_opening(month, values) for month in range(months)]
        self.desistance = [_desistance(month, values) for month in range(months)]
        self.violation = [_violation(month, values) for month in range(months)]
        self.death = [_death(month, values) for month in range(months)]
        self.death_in_prison = -np.expm1(-values["mortality.custody_death_rate"] / MONTHS_PER_YEAR)


def _since(month: int) -> float:
    return max(month - 1.0, 0.0)


def _opening(month: int, values: Values) -> float:
    """A dip that wears off, and a risky first month."""
    dip = -values["arrest.start"] * np.power(2.0, -_since(month) / values["reoffending.arrest_ramp_months"])
    return dip + values["arrest.first_month"] if month == 1 else dip


def _desistance(month: int, values: Values) -> float:
    return np.log1p(_since(month) / values["reoffending.decline_scale_months"])


def _violation(month: int, values: Values) -> float:
    ramp = np.power(2.0, -_since(month) / values["reoffending.violation_ramp_months"])
    return -values["violation.decline"] * _desistance(month, values) - values["violation.start"] * ramp


def _death(month: int, values: Values) -> float:
    """About half of the first month is the dangerous first two weeks."""
    usual = values["mortality.annual_death_rate"]
    rate = (usual + values["mortality.first_weeks_death_rate"]) / 2 if month == 1 else usual
    return -np.expm1(-rate / MONTHS_PER_YEAR)


def seriousness(u: float, shares: list[float]) -> int:
    """Of a new arrest."""
    upper = 0.0
    for kind, share in enumerate(shares[:-1]):
        upper += share
        if u < upper:
            return kind
    return len(shares) - 1


def jail_days(u: float, female: bool, profile: PopulationProfile, longest: float) -> float:
    """Days in jail after an arrest: straight lines between the published shares of stays of at least so many days."""
    survival = [0.0, *profile.jail_survival[int(female)][::-1], 1.0]
    days = [longest, *profile.jail_days[::-1], 0.0]
    return float(np.interp(u, survival, days))


def prison_months(u: float, route: Route, values: Values, profile: PopulationProfile) -> int:
    """Whole months in prison after a return, at least one: as the place knows it, or falling off exponentially."""
    if route in profile.prison_stays:
        own = profile.prison_stays[route]
        return max(int(np.rint(np.interp(u, own.shares, own.months))), 1)
    stay = {
        Route.NEW_SENTENCE: "custody.new_sentence_stay_months",
        Route.REVOKED_AFTER_ARREST: "custody.revocation_stay_months",
        Route.RULE_VIOLATION: "custody.rule_violation_stay_months",
    }[route]
    beyond = values[stay] - 1.0  # the first month is sure
    return 1 + int(np.floor(np.log1p(-u) / np.log1p(-1.0 / (1.0 + beyond))))


def quitting_risk(monthly: float, motivation: float, uptake: float, values: Values) -> float:
    """Risk of leaving a program this month: the published hazard, more or less of it by motivation."""
    slope, correlation = values["participants.quitting_by_motivation"], values["participants.uptake_by_motivation"]
    among_willing = np.exp(slope * slope / 2.0) * ndtr(correlation * slope + ndtri(uptake)) / uptake
    return 1.0 - np.power(1.0 - monthly, np.exp(slope * motivation) / among_willing)


def risk_score(log_hazard: float, noise: float, auc: float, values: Values) -> float:
    """What an agency's tool reads: some truth and some noise."""
    return score_with(log_hazard, noise, min(ndtri(auc) / ndtri(values["assessment.auc_of_truth"]), 1.0), values)


def score_with(log_hazard: float, noise: float, truth: float, values: Values) -> float:
    """The same at a given correlation with the truth."""
    standing = truth * (log_hazard - values["assessment.mean_log_hazard"]) / values["assessment.sd_log_hazard"]
    return standing + np.sqrt(1.0 - truth * truth) * noise


def risk_band(score: float, values: Values) -> Risk:
    """The band of a score."""
    if score >= ndtri(1.0 - values["assessment.high_band_share"]):
        return Risk.HIGH
    return Risk.MEDIUM if score >= ndtri(values["assessment.low_band_share"]) else Risk.LOW
