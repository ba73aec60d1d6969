from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reentrysim.agents.columns import keep
from reentrysim.agents.participants import Lives
from reentrysim.analysis.baseline import baseline_scenario
from reentrysim.analysis.history import History, members, observe
from reentrysim.analysis.targets import (
    arrested_in_year,
    arrests_per_person,
    fit_targets,
    hazard_in,
    share_by,
    technical_share,
)
from reentrysim.evidence.published import published_row
from reentrysim.model import ReentryModel
from reentrysim.randomness import Luck
from reentrysim.scenario.values import values_for
from reentrysim.vocabulary import NEVER, Route


@pytest.fixture(scope="module")
def model() -> ReentryModel:
    scenario = baseline_scenario(400, follow_up=24)
    return ReentryModel(scenario, values_for(scenario), Luck(4, 0)).run()


@pytest.fixture
def four(model: ReentryModel) -> History:
    """Four people: arrested in months 1, 13 (and again in 14), never, 2; returned in 2, never, 5, 24."""
    history = observe(model)
    chosen = np.zeros(len(history.traits.age), dtype=np.bool_)
    chosen[:4] = True
    people = replace(
        keep(history.people, chosen),
        first_arrest=np.array([1, 13, NEVER, 2]),
        first_return=np.array([2, NEVER, 5, 24]),
        first_route=np.array([Route.NEW_SENTENCE, 0, Route.RULE_VIOLATION, Route.REVOKED_AFTER_ARREST], dtype=np.int8),
    )
    traits = replace(
        keep(history.traits, chosen),
        female=np.array([True, False, False, True]),
        age=np.array([24.9, 25.0, 40.0, 70.0]),
        priors=np.array([4, 5, 9, 10]),
    )
    arrests = np.zeros((24, 4), dtype=np.int8)
    for month, person in ((1, 0), (13, 1), (14, 1), (2, 3), (12, 3)):
        arrests[month - 1, person] = 1
    flags = np.zeros((24, 4), dtype=np.bool_)
    return History(
        traits,
        people,
        Lives.inside(traits, 0.5),
        np.zeros(4),
        np.zeros(4, dtype=bool),
        arrests,
        flags,
        flags.astype(np.int8),
        flags,
    )


def test_shares_and_hazards_by_hand(four: History) -> None:
    assert share_by(four, "cumulative_rearrest", "all", 12) == 2 / 4
    assert share_by(four, "cumulative_rearrest", "sex=Female", 12) == 1.0
    assert share_by(four, "cumulative_return_to_prison", "all", 5) == 2 / 4
    assert hazard_in(four, "monthly_hazard_first_rearrest", 1) == 1 / 4
    assert hazard_in(four, "monthly_hazard_first_rearrest", 2) == 1 / 3
    assert arrested_in_year(four, "all", 12) == 2 / 4
    assert arrested_in_year(four, "all", 24) == 1 / 4
    assert arrests_per_person(four, 12) == 3 / 4
    assert arrests_per_person(four, 24) == 2 / 4
    assert technical_share(four, 23) == 1 / 2
    assert technical_share(four, 24) == 2 / 3


@pytest.mark.parametrize(
    ("subgroup", "who"),
    [
        ("all", [0, 1, 2, 3]),
        ("age_at_release=24 or younger", [0]),
        ("age_at_release=25-39", [1]),
        ("age_at_release=40 or older", [2, 3]),
        ("age_at_release=65 or older", [3]),
        ("prior_arrests=4 or fewer", [0]),
        ("prior_arrests=5-9", [1, 2]),
        ("prior_arrests=10 or more", [3]),
        ("sex=Male;prior_arrests=5-9", [1, 2]),
    ],
)
def test_subgroups_are_those_of_the_tables(four: History, subgroup: str, who: list[int]) -> None:
    assert np.flatnonzero(members(subgroup, four.traits)).tolist() == who


def test_only_survivors_are_counted(model: ReentryModel) -> None:
    dead = model.world.people.death[model.world.calendar.cohort] != NEVER
    assert dead.sum() > 0
    history = observe(model)
    assert len(history.people.death) == 400 - dead.sum() == history.arrests.shape[1]


def test_nothing_held_out_is_a_target() -> None:
    targets = fit_targets()
    assert len(targets) > 250
    for target in targets:
        row = published_row(target.row_id)
        assert row.use == "fit" or target.family in ("technical share", "job finding", "job loss", "work", "homes")
        assert row.use != "holdout"
        assert target.sd > 0


def test_the_targets_the_fit_promises_are_there() -> None:
    promised = {(t.quantity, t.subgroup, t.month): t.value for t in fit_targets()}
    assert promised["cumulative_rearrest", "all", 12] == 0.429
    assert promised["cumulative_rearrest", "sex=Female", 60] == 0.663
    assert promised["cumulative_rearrest", "prior_arrests=10 or more", 12] == 0.552
    assert promised["annual_arrest", "all", 60] == 0.290
    assert promised["mean_arrests_per_person_year", "all", 12] == pytest.approx(0.735, abs=0.001)
    assert promised["cumulative_return_to_prison", "all", 36] == 0.486
    assert promised["monthly_hazard_first_rearrest", "all", 1] == pytest.approx(0.0796, abs=0.0001)
