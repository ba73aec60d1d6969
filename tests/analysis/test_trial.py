from __future__ import annotations

import numpy as np
import pytest

from reentrysim.analysis.trial import LEVEL, hazard_ratio, solve_level, trial, trial_scenario
from reentrysim.model import ReentryModel
from reentrysim.randomness import Luck
from reentrysim.scenario import load_scenario
from reentrysim.scenario.values import values_for

LUCK = Luck(2, 0)
VALUES = values_for(load_scenario("status-quo"))


def test_hazard_ratio_by_hand() -> None:
    assert hazard_ratio(0.5, 0.75) == pytest.approx(0.5)  # log .5 / log .25
    assert hazard_ratio(0.4, 0.4) == 1.0


def test_no_effect_is_exactly_one() -> None:
    assert trial(VALUES.merged({"health.trust_gain": 0.0}), 0.0, 600, LUCK) == 1.0


def test_what_trust_does_through_work_homes_and_ties_is_part_of_the_whole() -> None:
    through = VALUES.merged({"health.trust_gain": 0.4, "health.search_gain": 2.0})
    mediated = trial(through, 0.0, 4000, LUCK)
    assert 0.95 < mediated < 1.0
    assert trial(through, solve_level(through, 4000, LUCK), 4000, LUCK) == pytest.approx(0.88, abs=0.006)


def test_more_relief_lowers_the_ratio_and_harm_raises_it() -> None:
    ratios = [trial(VALUES, level, 1500, LUCK) for level in (-1.0, -0.4, 0.4)]
    assert ratios[0] < ratios[1] < 1.0 < ratios[2]


@pytest.mark.parametrize("wanted", [0.92, 1.08])
def test_the_solved_level_gives_the_wanted_ratio(wanted: float) -> None:
    values = VALUES.merged({"mentoring.hazard_ratio": wanted})
    level = solve_level(values, 4000, LUCK)
    assert trial(values, level, 4000, LUCK) == pytest.approx(wanted, abs=0.006)
    assert np.sign(level) == np.sign(np.log(wanted))


def test_an_effect_beyond_reach_stops_at_the_most_that_trust_can_do() -> None:
    values = VALUES.merged({"mentoring.hazard_ratio": 0.2})
    assert solve_level(values, 600, LUCK) == -values["mentoring.most_relief"]


def test_the_trial_takes_nothing_from_its_market() -> None:
    values = VALUES.merged({LEVEL: -0.5, "mentoring.hours_per_contact": 1e-9})
    model = ReentryModel(trial_scenario(800, 5000.0 * 800), values, LUCK).run()
    mentees, cohort = model.world.mentees, model.world.calendar.cohort
    in_time = model.world.traits.entry_step[cohort] <= 1
    willing = mentees.willing[cohort] & in_time
    assert (mentees.matches[cohort][willing] > 0).mean() > 0.99
    assert model.world.record.waiting[3:].max() == 0
    assert model.world.mentors.strain.max() < 1e-6
