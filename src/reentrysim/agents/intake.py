"""Who is released and when: people drawn one by one from published margins and cross-tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from reentrysim.agents.columns import Flags, Floats, Ints, Small
from reentrysim.agents.participants import Traits
from reentrysim.evidence.population import Margin, People, PopulationProfile, mean_beyond
from reentrysim.randomness import Luck
from reentrysim.vocabulary import Trade

Array = TypeVar("Array", bound=NDArray[Any])
_NEED_LUCK = {"substance_use_disorder": "substance_use"}
"""Decisions that are called otherwise than the trait they decide."""
_RAREST = 1e-6
"""Shares nearer than this to 0 or 1 are not told apart."""


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
    independent, because nothing is published: `docs/model.md` lists the assumptions. What the profile's own people
    say goes before what is drawn.
    """
    n = len(calendar.release_steps)

    def u(trait: str) -> Floats:
        return luck.uniform(f"participants.{trait}", 0, n)

    def kind(trait: str, kinds: str) -> Small:
        return (u(trait) * values[f"participants.{kinds}"]).astype(np.int8)

    def need(name: str, shares: Floats, group: Small) -> Flags:
        return known.else_drawn(name, u(_NEED_LUCK.get(name, name)) < shares[group])

    known = _Known(profile.people, u)
    female = known.else_drawn("sex", u("female") < profile.female_share)
    sex = female.astype(np.int8)
    offense = known.else_drawn("offense", _category_by_group(u("offense"), profile.offense_shares, sex))
    age, priors = _age_and_priors(profile, values, known, luck, n)
    served = known.else_drawn("months_served", _months_served(u("months_served"), profile, offense, values))
    frailty, motivation = _frailty_and_motivation(values, luck, n)
    mental_illness = need("mental_illness", profile.need_shares["mental_illness"], sex)
    substance_use = need("substance_use_disorder", profile.substance_use_shares, mental_illness.astype(np.int8))
    return Traits(
        release_step=calendar.release_steps.copy(),
        entry_step=calendar.release_steps - np.minimum(calendar.lead_months, served),
        female=female,
        age=age,
        race=known.else_drawn("race", _category(u("race"), profile.race_shares)),
        priors=priors,
        offense=offense,
        months_served=np.asarray(served, dtype=np.int64),
        conditional=known.else_drawn("release", u("conditional") < profile.conditional_share),
        term_months=in_force(known.else_drawn("supervision_months", supervision_term(u("term"), values)), values),
        mental_illness=mental_illness,
        substance_use_disorder=substance_use,
        opioid_use_disorder=substance_use & (u("opioid_use") < values["participants.opioid_share"]),
        trauma=need("trauma", profile.need_shares["trauma"], sex),
        minor_children=need("minor_children", profile.need_shares["minor_children"], sex),
        trade=(u("trade") * len(Trade)).astype(np.int8),
        skill=luck.normal("participants.skill", 0, n),
        looks_for_work=u("looks_for_work") >= values["work.not_looking_share"],
        travels=u("transport") < values["participants.transport_share"],
        can_rent_without_work=(u("can_rent_without_work") < values["housing.rent_without_work_share"])
        & (u("benefits_barred") >= values["housing.benefits_barred_share"]),
        family_ties=u("family_ties"),
        culture=kind("culture", "culture_kinds"),
        interest=kind("interest", "interest_kinds"),
        style=kind("style", "style_kinds"),
        place=kind("place", "place_kinds"),
        frailty=frailty,
        motivation=motivation,
    )


class _Known:
    """What a file of participants says: each simulated person is one of its rows, drawn by lot."""

    def __init__(self, people: People, u: Callable[[str], Floats]) -> None:
        rows = (u("row") * people.count).astype(np.int64) if people.count else None
        self._traits = {name: column[rows].astype(np.float64) for name, column in people.traits.items()}

    def says(self, trait: str) -> bool:
        """Whether there is such a column."""
        return trait in self._traits

    def of(self, trait: str) -> Floats:
        """The trait of everybody, nan where unknown."""
        return self._traits[trait]

    def else_drawn(self, trait: str, drawn: Array) -> Array:
        """The trait where it is known, and as drawn elsewhere, in the type of what is drawn."""
        if trait not in self._traits:
            return drawn
        known = self._traits[trait]
        whole = known if drawn.dtype == np.float64 else np.ceil(known)  # a month begun counts whole
        return cast(Array, np.where(np.isnan(known), drawn, whole).astype(drawn.dtype))


def supervision_term(u: Floats, values: Mapping[str, float]) -> Ints:
    """Months of a supervision term: a shortest term and a geometric number of months beyond it."""
    shortest = np.rint(values["custody.shortest_term_months"])
    return np.asarray(shortest + geometric(u, values["custody.mean_extra_term_months"]), dtype=np.int64)


def in_force(months: Ints, values: Mapping[str, float]) -> Ints:
    """Months of supervision terms where all are longer or shorter than people's own, at least one."""
    return np.asarray(np.maximum(np.rint(months * values["supervision.length_multiple"]), 1.0), dtype=np.int64)


def sentenced_to_the_community(traits: Traits) -> Traits:
    """The same people when their sentence is served outside: nobody has been in prison, everybody is supervised.

    Their first day at liberty is the day of the sentence, and is when that of their release was; so the months that
    they meet are the same.
    """
    return replace(
        traits,
        entry_step=traits.release_step.copy(),
        months_served=np.zeros_like(traits.months_served),
        conditional=np.ones_like(traits.conditional),
    )


def geometric(u: Floats, mean: Floats | float) -> Floats:
    """Whole numbers from 0 on with the given mean, by inverse transform of uniforms."""
    return np.floor(np.log1p(-u) / np.log1p(-1.0 / (1.0 + np.maximum(mean, _RAREST))))


def _age_and_priors(
    profile: PopulationProfile, values: Mapping[str, float], known: _Known, luck: Luck, n: int
) -> tuple[Floats, Ints]:
    """Both through a Gaussian copula; where one is known, the other is drawn as it goes with that one."""
    rho, end = values["population.age_priors_correlation"], values["participants.oldest_age"]
    apart = np.sqrt(1.0 - rho * rho)
    z_age = luck.normal("participants.age", 0, n)
    if known.says("priors"):
        of_priors = ndtri(share_below_priors(known.of("priors"), profile.priors, profile.mean_priors))
        z_age = np.where(np.isnan(of_priors), z_age, rho * of_priors + apart * z_age)
    if known.says("age"):
        of_age = ndtri(share_below(known.of("age"), profile.age, end))
        z_age = np.where(np.isnan(of_age), z_age, of_age)
    z_priors = rho * z_age + apart * luck.normal("participants.priors", 0, n)
    return (
        known.else_drawn("age", quantile(ndtr(z_age), profile.age, end)),
        known.else_drawn("priors", prior_arrests(ndtr(z_priors), profile.priors, profile.mean_priors)),
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


def share_below(x: Floats, margin: Margin, end: float) -> Floats:
    """The inverse of `quantile`: the share of people below x, strictly between 0 and 1; nan stays nan."""
    upper = np.append(0.0, np.cumsum(margin.shares))
    below = np.interp(x, np.append(margin.starts, end), upper)
    return np.asarray(np.clip(below, _RAREST, 1.0 - _RAREST), dtype=np.float64)


def share_below_priors(priors: Floats, margin: Margin, mean: float) -> Floats:
    """The share of people with fewer prior arrests, half of those with as many included; nan stays nan."""
    beyond = mean_beyond(margin, mean)
    last, share = margin.starts[-1], margin.shares[-1]
    closed = np.interp(priors + 0.5, margin.starts, np.append(0.0, np.cumsum(margin.shares[:-1])))
    open_end = 1.0 - share * (beyond / (1.0 + beyond)) ** (priors - last + 0.5)
    below = np.where(priors < last, closed, open_end)
    return np.asarray(np.clip(below, _RAREST, 1.0 - _RAREST), dtype=np.float64)


def prior_arrests(u: Floats, margin: Margin, mean: float) -> Ints:
    """Whole prior arrests: even within the closed bands, geometric beyond, so that the published mean holds."""
    starts, shares = margin.starts, margin.shares
    below = 1.0 - shares[-1]
    closed = np.floor(quantile(np.minimum(u, below) / below, Margin(starts[:-1], shares[:-1] / below), starts[-1]))
    in_last = (u - below) / np.maximum(shares[-1], _RAREST)  # nobody is, where its share is 0
    beyond = geometric(np.clip(in_last, 0.0, 1.0 - 2.0**-53), mean_beyond(margin, mean))
    arrests = np.where(u < below, np.minimum(closed, starts[-1] - 1), starts[-1] + beyond)
    return np.asarray(arrests, dtype=np.int64)


def _category(u: Floats, shares: Floats) -> Small:
    return np.minimum(np.searchsorted(np.cumsum(shares), u, side="right"), len(shares) - 1).astype(np.int8)


def _category_by_group(u: Floats, shares: Floats, group: Small) -> Small:
    upper = np.cumsum(shares, axis=1)[group][:, :-1]
    return np.asarray(np.sum(u[:, None] >= upper, axis=1), dtype=np.int8)
