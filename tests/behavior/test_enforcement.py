"""Arrests made of the same offending: what police do by group, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest

from behavior.small_runs import TOTAL, cohort, model_of, small
from reentrysim.model import ReentryModel
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario
from reentrysim.vocabulary import NEVER, Race

ALIKE = {"circumstances.discrimination": False}
DOUBLED = {"circumstances.arrest_intensity.black": 2.0}


def question(changes: Mapping[str, Any] | None = None) -> Scenario:
    """People without a program, who take no job or room from anybody: nobody's arrest is felt by others."""
    alone = {"circumstances.vacancies": "free", "circumstances.rooms": "free", "circumstances.learning": False}
    return small({TOTAL: 0.0, **alone, **(changes or {})}, size=600)


@cache
def run(*changes: tuple[str, float]) -> ReentryModel:
    return model_of(question(dict(changes))).run()


def of_race(model: ReentryModel, race: Race) -> Any:
    return cohort(model, model.world.traits.race) == race


def test_more_arrests_of_a_group_show_in_that_group_alone() -> None:
    usual, doubled = run(), run(*DOUBLED.items())
    black = of_race(usual, Race.BLACK)
    for name in ("first_arrest", "first_conviction", "first_return", "death", "returns"):
        one, other = (cohort(model, getattr(model.world.people, name)) for model in (usual, doubled))
        assert np.array_equal(one[~black], other[~black]), name
    one, other = (cohort(model, model.world.people.first_arrest) for model in (usual, doubled))
    assert (other[black] != NEVER).mean() > (one[black] != NEVER).mean() + 0.1
    earlier = (one != NEVER) & black
    assert (other[earlier] <= one[earlier]).all()  # who was arrested before is so no later


def test_as_long_as_nothing_followed_offending_is_the_same_and_arrests_twice_as_likely() -> None:
    """The first month in which anybody is at liberty: nobody's past differs yet."""
    usual, doubled = model_of(question()), model_of(question(DOUBLED))
    first = int(usual.world.traits.release_step.min())
    for _ in range(first):
        usual.step()
        doubled.step()
    assert np.array_equal(usual.now.events.offending, doubled.now.events.offending)
    who = usual.now.window
    u = Luck(11, 0).of("arrest", first, np.arange(who.start, who.stop))
    times = np.where(usual.now.traits.race == Race.BLACK, 2.0, 1.0)
    expected = u < 1.0 - np.exp(-usual.now.events.offending * times)
    assert np.array_equal(doubled.now.events.arrested, expected & ~doubled.now.events.died)


def test_offending_is_nothing_in_custody_and_for_those_who_are_gone() -> None:
    model = model_of(question())
    while model.running:
        model.step()
        free = model.now.free > 0.0
        assert (model.now.events.offending[free] > 0.0).all()
        assert (model.now.events.offending[~free] == 0.0).all()


def test_equal_enforcement_leaves_race_out() -> None:
    """People who are other by race alone: what happens to them is the same, whatever they are called."""
    equal = dict.fromkeys(("white", "black", "hispanic", "other"), 1.7)
    scenario = question(ALIKE | {"circumstances.arrest_intensity": equal})
    plain, renamed = model_of(scenario), model_of(scenario)
    renamed.world.traits.race[:] = (renamed.world.traits.race + 1) % len(Race)
    plain.run(), renamed.run()
    assert np.array_equal(plain.world.record.arrests, renamed.world.record.arrests)
    assert plain.world.record.arrests.sum() > 1.2 * run().world.record.arrests.sum()


def test_enforcement_follows_the_name_of_the_group() -> None:
    scenario = question(DOUBLED)
    plain, renamed = model_of(scenario), model_of(scenario)
    renamed.world.traits.race[:] = (renamed.world.traits.race + 1) % len(Race)
    plain.run(), renamed.run()
    assert not np.array_equal(plain.world.record.arrests, renamed.world.record.arrests)


@pytest.mark.parametrize("times", [0.5, 3.0])
def test_the_same_intensity_for_all_may_go_without_discrimination(times: float) -> None:
    equal = dict.fromkeys(("white", "black", "hispanic", "other"), times)
    assert question(ALIKE | {"circumstances.arrest_intensity": equal}).circumstances.arrest_intensity.is_equal
