"""The margins are those of NCJ 256094 (people released from prison in 24 states in 2008), typed in by hand."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from behavior.small_runs import numbers, small
from reentrysim.agents.intake import (
    cohort_calendar,
    draw_traits,
    prior_arrests,
    quantile,
    steady_calendar,
    supervision_term,
)
from reentrysim.agents.participants import Traits
from reentrysim.evidence.population import Margin, load_profile
from reentrysim.randomness import Luck
from reentrysim.vocabulary import Offense

MANY = 60_000
FOUR_SIGMA = 4 * np.sqrt(0.25 / MANY)  # 0.0082, for a share of everybody
VALUES = numbers(small())
PROFILE = load_profile("us_2008")
LUCK = Luck(3, 0)


@pytest.fixture(scope="module")
def people() -> Traits:
    calendar = cohort_calendar(MANY, lead=6, window=12, follow_up=1)
    return draw_traits(PROFILE, calendar, VALUES, LUCK)


@given(
    cohort=st.integers(24, 5000),
    warmup=st.integers(0, 40),
    window=st.integers(1, 40),
    tail=st.integers(0, 40),
    lead=st.integers(0, 24),
)
def test_every_cohort_has_exactly_its_size(cohort: int, warmup: int, window: int, tail: int, lead: int) -> None:
    calendar = steady_calendar(cohort, lead=lead, warmup=warmup, window=window, tail=tail, follow_up=12)
    members = calendar.release_steps[calendar.cohort]
    assert len(members) == cohort
    assert set(members.tolist()) <= set(range(warmup + 1, warmup + window + 1))
    assert (np.diff(calendar.release_steps) >= 0).all()
    per_step = np.bincount(calendar.release_steps, minlength=warmup + window + tail + 1)[1:]
    assert per_step.max() - per_step.min() <= 1
    outside = np.delete(calendar.release_steps, np.arange(calendar.cohort.start, calendar.cohort.stop))
    assert not np.isin(outside, np.arange(warmup + 1, warmup + window + 1)).any()


def test_follow_up_of_the_last_release_ends_with_the_run() -> None:
    calendar = steady_calendar(24, lead=6, warmup=3, window=2, tail=4, follow_up=10)
    assert calendar.release_steps[calendar.cohort][-1] == 5  # its month 1 is step 5, its month 10 step 14
    assert calendar.last_step == 14


def test_seven_people_in_three_months() -> None:
    calendar = steady_calendar(7, lead=0, warmup=0, window=3, tail=0, follow_up=1)
    assert calendar.release_steps.tolist() == [1, 1, 2, 2, 3, 3, 3]


def test_a_cohort_is_met_a_full_lead_time_before_release() -> None:
    calendar = cohort_calendar(30, lead=6, window=3, follow_up=2)
    assert calendar.release_steps.min() == 7
    assert calendar.cohort == slice(0, 30)


@pytest.mark.parametrize(
    ("low", "high", "share"), [(18, 25, 0.153), (25, 30, 0.205), (30, 35, 0.159), (35, 40, 0.140), (40, 55, 0.305)]
)
def test_age_bands(people: Traits, low: int, high: int, share: float) -> None:
    assert np.mean((people.age >= low) & (people.age < high)) == pytest.approx(share, abs=FOUR_SIGMA + 0.001)


@pytest.mark.parametrize(("low", "high", "share"), [(1, 2, 0.093), (3, 4, 0.123), (5, 9, 0.296), (10, 10**6, 0.489)])
def test_bands_of_prior_arrests(people: Traits, low: int, high: int, share: float) -> None:
    assert np.mean((people.priors >= low) & (people.priors <= high)) == pytest.approx(share, abs=FOUR_SIGMA + 0.001)


def test_mean_and_median_of_prior_arrests(people: Traits) -> None:
    assert people.priors.mean() == pytest.approx(12.1, abs=0.25)
    assert np.median(people.priors) == pytest.approx(9, abs=1)
    assert people.priors.min() == 1  # the arrest that led to prison


def test_sex_race_and_release(people: Traits) -> None:
    assert people.female.mean() == pytest.approx(0.110, abs=FOUR_SIGMA)
    assert people.conditional.mean() == pytest.approx(0.775, abs=FOUR_SIGMA)
    shares = np.bincount(people.race, minlength=4) / MANY
    assert shares == pytest.approx([0.395, 0.371, 0.210, 0.024], abs=FOUR_SIGMA)


def test_offenses_of_women_and_men_add_up_to_the_margin(people: Traits) -> None:
    shares = np.bincount(people.offense, minlength=4) / MANY
    assert shares == pytest.approx([0.245, 0.296, 0.303, 0.157], abs=FOUR_SIGMA)
    exact = PROFILE.offense_shares.T @ [0.89, 0.11]
    assert exact == pytest.approx(np.array([0.245, 0.296, 0.303, 0.157]) / 1.001, abs=1e-6)
    assert PROFILE.offense_shares.sum(axis=1) == pytest.approx([1.0, 1.0])


def test_offenses_keep_the_odds_between_the_sexes_of_the_prison_stock(people: Traits) -> None:
    stock = (0.380 / 0.257) / (0.579 / 0.134)  # violent against drug, women against men
    women, men = (np.bincount(people.offense[who], minlength=4) for who in (people.female, ~people.female))
    drawn = (women[Offense.VIOLENT] / women[Offense.DRUG]) / (men[Offense.VIOLENT] / men[Offense.DRUG])
    assert np.log(drawn) == pytest.approx(
        np.log(stock), abs=4 * np.sqrt(sum(1 / n for n in (*women[[0, 2]], *men[[0, 2]])))
    )


@pytest.mark.parametrize(
    ("offense", "to_6", "to_12", "to_18", "beyond_80"),
    [
        (Offense.VIOLENT, 0.114, 0.132, 0.108, 0.183),
        (Offense.PROPERTY, 0.241, 0.269, 0.153, 0.026),
        (Offense.DRUG, 0.219, 0.276, 0.163, 0.020),
        (Offense.PUBLIC_ORDER, 0.214, 0.267, 0.152, 0.024),
    ],
)
def test_months_served_by_offense(offense: Offense, to_6: float, to_12: float, to_18: float, beyond_80: float) -> None:
    calendar = cohort_calendar(MANY, lead=200, window=1, follow_up=1)  # so long a lead that entry shows time served
    traits = draw_traits(PROFILE, calendar, VALUES, LUCK)
    served = (traits.release_step - traits.entry_step)[traits.offense == offense]
    shares = [np.mean((served > a) & (served <= b)) for a, b in ((0, 6), (6, 12), (12, 18), (80, 10**6))]
    assert shares == pytest.approx([to_6, to_12, to_18, beyond_80], abs=4 * np.sqrt(0.25 / len(served)) + 0.001)


@pytest.mark.parametrize("lead", [0, 6, 24])
def test_nobody_enters_before_the_sentence_began_or_the_lead_time(lead: int) -> None:
    long = draw_traits(PROFILE, cohort_calendar(2000, lead=200, window=1, follow_up=1), VALUES, LUCK)
    served = long.release_step - long.entry_step
    traits = draw_traits(PROFILE, cohort_calendar(2000, lead=lead, window=1, follow_up=1), VALUES, LUCK)
    assert np.array_equal(traits.release_step - traits.entry_step, np.minimum(served, lead))
    assert served.min() >= 0


@pytest.mark.parametrize(
    ("need", "men", "women"), [("mental_illness", 0.55, 0.73), ("trauma", 0.16, 0.57), ("minor_children", 0.461, 0.577)]
)
def test_needs_by_sex(people: Traits, need: str, men: float, women: float) -> None:
    has = getattr(people, need)
    assert has[~people.female].mean() == pytest.approx(men, abs=FOUR_SIGMA * 1.1)
    assert has[people.female].mean() == pytest.approx(women, abs=FOUR_SIGMA * 3.1)


def test_substance_use_by_mental_illness(people: Traits) -> None:
    assert people.substance_use_disorder[people.mental_illness].mean() == pytest.approx(0.74, abs=FOUR_SIGMA * 1.4)
    assert people.substance_use_disorder[~people.mental_illness].mean() == pytest.approx(0.56, abs=FOUR_SIGMA * 1.6)


@pytest.mark.parametrize("rho", [-0.6, 0.0, 0.6])
def test_age_and_priors_hang_together_as_told(rho: float) -> None:
    calendar = cohort_calendar(5000, lead=0, window=1, follow_up=1)
    traits = draw_traits(PROFILE, calendar, VALUES.merged({"population.age_priors_correlation": rho}), LUCK)
    ranks = [np.argsort(np.argsort(column)) for column in (traits.age, traits.priors)]
    assert np.corrcoef(*ranks)[0, 1] == pytest.approx(6 / np.pi * np.arcsin(rho / 2), abs=0.05)  # Spearman of a copula


def test_frailty_and_motivation_are_standard_and_hang_together(people: Traits) -> None:
    told = VALUES["participants.frailty_motivation_correlation"]
    for column in (people.frailty, people.motivation):
        assert (column.mean(), column.std()) == pytest.approx((0.0, 1.0), abs=0.02)
    assert np.corrcoef(people.frailty, people.motivation)[0, 1] == pytest.approx(told, abs=0.02)


def test_traits_that_hang_on_nothing_are_drawn_apart(people: Traits) -> None:
    free = ["female", "race", "conditional", "culture", "interest", "style", "place", "frailty", "term_months"]
    table = np.corrcoef(np.array([getattr(people, name).astype(float) for name in free]))
    assert np.abs(table - np.eye(len(free))).max() < 5 / np.sqrt(MANY)


@pytest.mark.parametrize(("trait", "kinds"), [("culture", 4), ("interest", 6), ("style", 3), ("place", 5)])
def test_kinds_for_matching_are_equally_common(people: Traits, trait: str, kinds: int) -> None:
    shares = np.bincount(getattr(people, trait), minlength=kinds) / MANY
    assert shares == pytest.approx([1 / kinds] * kinds, abs=FOUR_SIGMA)


def test_nobody_changes_when_more_people_come() -> None:
    few = draw_traits(PROFILE, cohort_calendar(120, lead=6, window=12, follow_up=1), VALUES, LUCK)
    many = draw_traits(PROFILE, cohort_calendar(1200, lead=6, window=12, follow_up=1), VALUES, LUCK)
    for field in fields(Traits):
        if field.name not in ("release_step", "entry_step"):
            assert np.array_equal(getattr(few, field.name), getattr(many, field.name)[:120]), field.name


def test_a_later_release_changes_nothing_else() -> None:
    early = draw_traits(PROFILE, cohort_calendar(120, lead=6, window=12, follow_up=1), VALUES, LUCK)
    late = draw_traits(PROFILE, cohort_calendar(120, lead=6, window=2, follow_up=1), VALUES, LUCK)
    assert np.array_equal(early.priors, late.priors)
    assert np.array_equal(early.frailty, late.frailty)


def test_quantile_is_even_within_a_band() -> None:
    margin = Margin(np.array([18.0, 25.0, 40.0]), np.array([0.2, 0.5, 0.3]))
    at = quantile(np.array([0.0, 0.1, 0.2, 0.45, 0.7, 0.85]), margin, end=60.0)
    assert at == pytest.approx([18.0, 21.5, 25.0, 32.5, 40.0, 50.0])


def test_prior_arrests_by_hand() -> None:
    margin = Margin(np.array([1.0, 3.0, 5.0]), np.array([0.5, 0.25, 0.25]))  # 1-2, 3-4, 5 and more
    assert prior_arrests(np.array([0.0, 0.24, 0.26, 0.49, 0.51, 0.74]), margin, mean=4.0).tolist() == [1, 1, 2, 2, 3, 4]
    # Closed bands have means 1.5 and 3.5, so the open one must have (4 - .75 - .875) / .25 = 9.5.
    beyond = prior_arrests(0.75 + 0.25 * (np.arange(100_000) + 0.5) / 100_000, margin, mean=4.0)
    assert beyond.min() == 5
    assert beyond.mean() == pytest.approx(9.5, abs=0.02)


def test_prior_arrests_stay_finite_at_the_very_end() -> None:
    most = prior_arrests(np.array([np.nextafter(1.0, 0.0), 1.0]), PROFILE.priors, PROFILE.mean_priors)
    assert (most > 10).all()
    assert (most < 10_000).all()


def test_supervision_terms() -> None:
    u = (np.arange(100_000) + 0.5) / 100_000
    terms = supervision_term(
        u, VALUES.merged({"custody.shortest_term_months": 6, "custody.mean_extra_term_months": 20})
    )
    assert terms.min() == 6
    assert terms.mean() == pytest.approx(26, abs=0.02)
