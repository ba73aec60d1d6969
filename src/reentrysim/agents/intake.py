"""Who is released and when: people drawn one by one from published margins and cross-tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from reentrysim.agents.columns import Floats, Ints, Small
from reentrysim.agents.participants import Traits
from reentrysim.evidence.population import Margin, PopulationProfile
from reentrysim.randomness import Luck
from reentrysim.vocabulary import Trade


@dataclass(frozen=True)
class Calendar:
    """Which steps are what, and how many people are released in each."""

    release_steps: Ints
    """Shape (people,): step of each person's release, in order of identity."""
    lead_months: int
    cohort: slice
    """Identities of the analysis cohort."""
    last_step: int
    """Step in which the last of the cohort completes the follow-up."""
    warmup_steps: int


def steady_calendar(
    cohort: int, *, lead: int, warmup: int, window: int, tail: int, follow_up: int, first_release: int = 1
) -> Calendar:
    """Releases at a constant rate of `cohort` people per `window` months, from step `first_release` on.

    Person k of the rate's month m leaves at the start of the step: cumulative releases are cohort * months / window,
    rounded down, so every cohort has exactly `cohort` people.
    """
    months = np.arange(warmup + window + tail + 1)
    released = cohort * months // window
    steps = np.repeat(months[1:], np.diff(released)) + first_release - 1
    members = slice(int(released[warmup]), int(released[warmup + window]))
    last = first_release + warmup + window - 1 + follow_up - 1
    return Calendar(steps.astype(np.int64), lead, members, last, first_release + warmup - 1)


def cohort_calendar(cohort: int, *, lead: int, window: int, follow_up: int) -> Calendar:
    """One cohort, released evenly over `window` months after a full lead time."""
    return steady_calendar(
        cohort, lead=lead, warmup=0, window=window, tail=0, follow_up=follow_up, first_release=lead + 1
    )


def draw_traits(profile: PopulationProfile, calendar: Calendar, values: Mapping[str, float], luck: Luck) -> Traits:
    """The traits of everybody on the calendar.

    Age and prior arrests share a Gaussian copula (correlation `population.age_priors_correlation`, calibrated);
    offense depends on sex, time served on offense, needs on sex, substance use on mental illness. All else is
    independent, because nothing is published: `docs/model.md` lists the assumptions.
    """
    n = len(calendar.release_steps)

    def u(trait: str) -> Floats:
        return luck.uniform(f"participants.{trait}", 0, n)

    def kind(trait: str, kinds: str) -> Small:
        return (u(trait) * values[f"participants.{kinds}"]).astype(np.int8)

    female = u("female") < profile.female_share
    offense = _category_by_group(u("offense"), profile.offense_shares, female.astype(np.int8))
    age, priors = _age_and_priors(profile, values, luck, n)
    served = _months_served(u("months_served"), profile, offense, values)
    frailty, motivation = _frailty_and_motivation(values, luck, n)
    sex = female.astype(np.int8)
    mental_illness = u("mental_illness") < profile.need_shares["mental_illness"][sex]
    return Traits(
        release_step=calendar.release_steps.copy(),
        entry_step=calendar.release_steps - np.minimum(calendar.lead_months, served),
        female=female,
        age=age,
        race=_category(u("race"), profile.race_shares),
        priors=priors,
        offense=offense,
        conditional=u("conditional") < profile.conditional_share,
        term_months=supervision_term(u("term"), values),
        mental_illness=mental_illness,
        substance_use_disorder=u("substance_use") < profile.substance_use_shares[mental_illness.astype(np.int8)],
        trauma=u("trauma") < profile.need_shares["trauma"][sex],
        minor_children=u("minor_children") < profile.need_shares["minor_children"][sex],
        trade=(u("trade") * len(Trade)).astype(np.int8),
        skill=luck.normal("participants.skill", 0, n),
        looks_for_work=u("looks_for_work") >= values["work.not_looking_share"],
        can_rent_without_work=u("can_rent_without_work") < values["housing.rent_without_work_share"],
        family_ties=u("family_ties"),
        culture=kind("culture", "culture_kinds"),
        interest=kind("interest", "interest_kinds"),
        style=kind("style", "style_kinds"),
        place=kind("place", "place_kinds"),
        frailty=frailty,
        motivation=motivation,
    )


def supervision_term(u: Floats, values: Mapping[str, float]) -> Ints:
    """Months of a supervision term: a shortest term and a geometric number of months beyond it."""
    shortest = np.rint(values["custody.shortest_term_months"])
    return np.asarray(shortest + geometric(u, values["custody.mean_extra_term_months"]), dtype=np.int64)


def geometric(u: Floats, mean: Floats | float) -> Floats:
    """Whole numbers from 0 on with the given mean, by inverse transform of uniforms."""
    return np.floor(np.log1p(-u) / np.log1p(-1.0 / (1.0 + mean)))


def _age_and_priors(profile: PopulationProfile, values: Mapping[str, float], luck: Luck, n: int) -> tuple[Floats, Ints]:
    z_age = luck.normal("participants.age", 0, n)
    rho = values["population.age_priors_correlation"]
    z_priors = rho * z_age + np.sqrt(1.0 - rho * rho) * luck.normal("participants.priors", 0, n)
    return (
        quantile(ndtr(z_age), profile.age, values["participants.oldest_age"]),
        prior_arrests(ndtr(z_priors), profile.priors, profile.mean_priors),
    )


def _frailty_and_motivation(values: Mapping[str, float], luck: Luck, n: int) -> tuple[Floats, Floats]:
    rho = values["participants.frailty_motivation_correlation"]
    frailty = luck.normal("participants.frailty", 0, n)
    motivation = rho * frailty + np.sqrt(1.0 - rho * rho) * luck.normal("participants.motivation", 0, n)
    return frailty, motivation


def _months_served(u: Floats, profile: PopulationProfile, offense: Small, values: Mapping[str, float]) -> Ints:
    served = np.zeros(len(u))
    for code, margin in enumerate(profile.months_served):
        of_offense = offense == code
        served[of_offense] = quantile(u[of_offense], margin, values["participants.longest_months_served"])
    return np.ceil(served).astype(np.int64)


def quantile(u: Floats, margin: Margin, end: float) -> Floats:
    """Inverse distribution of a banded margin, even within each band, the last one ending at `end`."""
    edges = np.append(margin.starts, end)
    upper = np.append(0.0, np.cumsum(margin.shares))
    upper[-1] = 1.0
    return np.asarray(np.interp(u, upper, edges), dtype=np.float64)


def prior_arrests(u: Floats, margin: Margin, mean: float) -> Ints:
    """Whole prior arrests: even within the closed bands, geometric beyond, so that the published mean holds."""
    starts, shares = margin.starts, margin.shares
    closed_mean = (starts[:-1] + starts[1:] - 1) / 2  # of whole numbers from one start to before the next
    open_mean = (mean - np.sum(shares[:-1] * closed_mean)) / shares[-1] - starts[-1]
    below = 1.0 - shares[-1]
    closed = np.floor(quantile(np.minimum(u, below) / below, Margin(starts[:-1], shares[:-1] / below), starts[-1]))
    beyond = geometric(np.clip((u - below) / shares[-1], 0.0, 1.0 - 2.0**-53), open_mean)
    arrests = np.where(u < below, np.minimum(closed, starts[-1] - 1), starts[-1] + beyond)
    return np.asarray(arrests, dtype=np.int64)


def _category(u: Floats, shares: Floats) -> Small:
    return np.minimum(np.searchsorted(np.cumsum(shares), u, side="right"), len(shares) - 1).astype(np.int8)


def _category_by_group(u: Floats, shares: Floats, group: Small) -> Small:
    upper = np.cumsum(shares, axis=1)[group][:, :-1]
    return np.asarray(np.sum(u[:, None] >= upper, axis=1), dtype=np.int8)
