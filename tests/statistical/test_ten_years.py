"""Ten years stay sane: arrests thin out, some people are arrested again and again, and few die."""

from __future__ import annotations

import numpy as np
import pytest

from reentrysim.analysis.baseline import baseline_scenario
from reentrysim.model import ReentryModel
from reentrysim.randomness import Luck
from reentrysim.scenario.values import values_for
from reentrysim.vocabulary import MONTHS_PER_YEAR, NEVER

YEARS = 10


@pytest.fixture(scope="module")
def model() -> ReentryModel:
    scenario = baseline_scenario(40_000, YEARS * MONTHS_PER_YEAR)
    return ReentryModel(scenario, values_for(scenario), Luck(8, 0)).run()


def test_the_share_arrested_in_a_year_keeps_falling(model: ReentryModel) -> None:
    arrests = model.world.record.arrests.reshape(YEARS, MONTHS_PER_YEAR, -1)
    by_year = arrests.any(axis=1).mean(axis=1)
    print("arrested in years 1-10:", by_year.round(3))
    error = np.sqrt(0.25 / arrests.shape[-1])
    assert (np.diff(by_year) < 2 * error).all()
    assert by_year[-1] < 0.7 * by_year[0]
    assert by_year[-1] > 0.05


def test_repeat_arrests_stay_credible(model: ReentryModel) -> None:
    """Published for nine years of another cohort: five arrests a person; no one is arrested every month."""
    arrests = model.world.record.arrests.sum(axis=0)
    print("arrests a person:", arrests.mean().round(2), "most:", arrests.max(), "ten or more:", (arrests >= 10).mean())
    assert 3.0 < arrests.mean() < 7.0
    assert (arrests >= 10).mean() < 0.25
    assert arrests.max() < 0.75 * YEARS * MONTHS_PER_YEAR


def test_deaths_are_plausible(model: ReentryModel) -> None:
    """737 to 777 deaths in 100,000 person-years (Washington State) are 7 to 8 in 100 in ten years."""
    died = np.mean(model.world.people.death[model.world.calendar.cohort] != NEVER)
    print("died within ten years:", died.round(4))
    assert 0.05 < died < 0.09
