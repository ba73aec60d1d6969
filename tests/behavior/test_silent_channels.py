"""Silent channels: programs do nothing through them, and everything else stays as it is."""

from __future__ import annotations

import numpy as np
import pytest

from behavior.small_runs import FULL_TRUST, STRONG, TOTAL, numbers, shared_run, small
from reentrysim.model import ReentryModel
from reentrysim.programs.contract import Channel
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario

EVENTS = ("first_arrest", "first_return", "death", "first_conviction")
LIVES = ("employer", "home", "using", "in_treatment", "self_efficacy", "ties")


def run(
    scenario: Scenario, values: dict[str, float] | None = None, silent: frozenset[Channel] = frozenset()
) -> ReentryModel:
    return ReentryModel(scenario, numbers(scenario, values), Luck(11, 0), silent=silent).run()


def alike(one: ReentryModel, two: ReentryModel) -> bool:
    people = all(np.array_equal(getattr(one.world.people, name), getattr(two.world.people, name)) for name in EVENTS)
    return people and all(np.array_equal(getattr(one.world.lives, n), getattr(two.world.lives, n)) for n in LIVES)


def test_mentors_who_may_move_nothing_leave_everybody_as_without_money() -> None:
    with_mentors = run(small(), STRONG, frozenset(Channel))
    assert with_mentors.world.mentees.trust.any()
    assert alike(with_mentors, shared_run(small({TOTAL: 0.0})))
    assert not alike(with_mentors, shared_run(small(), STRONG))


def test_a_silent_direct_path_is_a_level_of_none() -> None:
    none = {FULL_TRUST: 0.0, "mentoring.early_end_hazard_ratio": 1.0}
    assert alike(run(small(), STRONG, frozenset({Channel.ARREST})), run(small(), none))


def test_a_channel_through_which_no_program_acts_may_be_silent_for_nothing() -> None:
    spoken = shared_run(small(), STRONG)
    silent = run(small(), STRONG, frozenset({Channel.VIOLATION, Channel.DEATH, Channel.RENT}))
    assert alike(spoken, silent)


@pytest.mark.parametrize(
    ("program", "channels"),
    [
        ("transitional_jobs", {Channel.JOB_SEARCH, Channel.JOB_LOSS}),
        ("vocational_training", {Channel.STANDING}),
    ],
)
def test_places_stay_when_channels_are_silent(program: str, channels: set[Channel]) -> None:
    paid = {"funding.shares": {"mentoring": 0.0, program: 1.0}, f"programs.{program}": {}, TOTAL: 2_000_000.0}
    scenario = small(paid, size=150)
    silent = run(scenario, silent=frozenset(channels))
    assert silent.world.record.held.any()
    assert not alike(silent, run(scenario))


def test_what_a_trade_adds_is_standing_and_silent_with_it() -> None:
    paid = {"funding.shares": {"mentoring": 0.0, "vocational_training": 1.0}, TOTAL: 2_000_000.0}
    scenario = small({**paid, "programs.vocational_training": {}}, size=150)
    none = {"vocational_training.trade_gain": 0.0, "vocational_training.standing_gain": 0.0}
    assert alike(run(scenario, silent=frozenset({Channel.STANDING})), run(scenario, none))
