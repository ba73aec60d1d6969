"""People of one's own place: drawn whole from its rows, and the rest as in the nation."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from behavior.small_runs import numbers, small
from reentrysim.agents.intake import (
    cohort_calendar,
    draw_traits,
    prior_arrests,
    quantile,
    share_below,
    share_below_priors,
)
from reentrysim.agents.participants import Traits
from reentrysim.evidence.population import People, load_profile
from reentrysim.randomness import Luck

MANY = 40_000
NEAR = 4 * np.sqrt(0.25 / MANY)
NATION = load_profile("us_2008")
VALUES = numbers(small())


def drawn(**columns: list[float]) -> Traits:
    traits = {name: np.array(column, dtype=np.float32) for name, column in columns.items()}
    count = len(next(iter(traits.values()), []))
    profile = replace(NATION, people=People(count, traits))
    return draw_traits(profile, cohort_calendar(MANY, lead=6, window=12, follow_up=1), VALUES, Luck(3, 0))


def test_rows_are_drawn_whole() -> None:
    people = drawn(sex=[0, 1, 1], age=[20, 40, 60], priors=[1, 5, 30], offense=[0, 1, 2], release=[0, 1, 1])
    rows = np.stack([people.female, people.age, people.priors, people.offense, people.conditional], axis=1)
    found, counts = np.unique(rows, axis=0, return_counts=True)
    assert found.tolist() == [[0, 20, 1, 0, 0], [1, 40, 5, 1, 1], [1, 60, 30, 2, 1]]
    assert counts / MANY == pytest.approx([1 / 3] * 3, abs=NEAR)


def test_months_begun_count_whole_and_terms_are_those_of_the_row() -> None:
    people = drawn(months_served=[2.2], supervision_months=[13])
    assert set(people.term_months.tolist()) == {13}
    assert set((people.release_step - people.entry_step).tolist()) == {3}


def test_what_is_empty_is_drawn_as_in_the_nation() -> None:
    people = drawn(sex=[1, np.nan], mental_illness=[np.nan, np.nan])
    assert people.female.mean() == pytest.approx(0.5 + 0.5 * 0.11, abs=NEAR)
    women = people.mental_illness[people.female].mean()
    assert women == pytest.approx(NATION.need_shares["mental_illness"][1], abs=2 * NEAR)


def test_a_column_leaves_the_luck_of_the_others_as_it_is() -> None:
    calendar = cohort_calendar(500, lead=6, window=12, follow_up=1)
    nation = draw_traits(NATION, calendar, VALUES, Luck(3, 0))
    profile = replace(NATION, people=People(1, {"race": np.array([1], dtype=np.float32)}))
    place = draw_traits(profile, calendar, VALUES, Luck(3, 0))
    other = [f.name for f in fields(Traits) if not np.array_equal(getattr(nation, f.name), getattr(place, f.name))]
    assert other == ["race"]


@pytest.mark.parametrize("known", ["age", "priors"])
def test_the_other_one_is_drawn_as_it_goes_with_the_known_one(known: str) -> None:
    """Age and prior arrests keep their correlation when only one of them is known."""
    calendar = cohort_calendar(MANY, lead=6, window=12, follow_up=1)
    nation = draw_traits(NATION, calendar, VALUES, Luck(8, 0))
    people = drawn(**{known: getattr(nation, known).tolist()})

    def together(traits: Traits) -> float:
        return float(np.corrcoef(traits.age, np.log(traits.priors))[0, 1])

    assert together(people) == pytest.approx(together(nation), abs=0.02)
    other = "priors" if known == "age" else "age"
    means = [np.log(getattr(traits, other)).mean() for traits in (people, nation)]
    assert means[0] == pytest.approx(means[1], abs=0.02)


def test_shares_below_undo_the_quantiles() -> None:
    u = np.linspace(0.01, 0.99, 99)
    ages = quantile(u, NATION.age, 80.0)
    assert share_below(ages, NATION.age, 80.0) == pytest.approx(u)
    priors = prior_arrests(u, NATION.priors, NATION.mean_priors).astype(np.float64)
    below = share_below_priors(priors, NATION.priors, NATION.mean_priors)
    assert below == pytest.approx(u, abs=0.04)  # whole numbers
    assert np.isnan(share_below(np.array([np.nan]), NATION.age, 80.0)).all()
