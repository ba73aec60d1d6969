from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from reentrysim.analysis.trial import (
    MENTORING,
    MOST,
    SHARE,
    TRIALS,
    Arm,
    Trial,
    arm,
    expected,
    hazard_ratio,
    odds_ratio,
    ratio,
    run_trial,
    solve_level,
    usual_arm,
)
from reentrysim.evidence.catalog import Values
from reentrysim.model import ReentryModel
from reentrysim.randomness import Luck
from reentrysim.scenario import load_scenario
from reentrysim.scenario.values import values_for
from reentrysim.vocabulary import NEVER

LUCK = Luck(2, 0)
CASES, HOUSING, JOBS = TRIALS[1:]
VALUES = values_for(load_scenario("status-quo"))
DIRECT_ONLY = VALUES.merged(
    {
        "health.trust_gain": 0.0,
        "case_management.search_gain": 0.0,
        "case_management.home_log_odds": 0.0,
        "case_management.homeless_at_release_ratio": 1.0,
        "case_management.treatment_entry_ratio": 1.0,
    }
)
ENOUGH = 4000
by_program = pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.program)


@cache
def usual(program: str, people: int) -> Arm:
    """The arm without a program: the same whatever effect is asked of it, so it is run once."""
    return usual_arm(next(trial for trial in TRIALS if trial.program == program), VALUES, people, LUCK)


def gives(trial: Trial, values: Values, level: float, people: int) -> float:
    """The ratio at a level, as `run_trial` tells it."""
    offered = arm(trial, values, people, LUCK, level=level, funded=True)
    return ratio(trial, offered, usual(trial.program, people))


def test_ratios_by_hand() -> None:
    assert hazard_ratio(0.5, 0.75) == pytest.approx(0.5)  # log .5 / log .25
    assert hazard_ratio(0.4, 0.4) == 1.0
    assert odds_ratio(0.5, 0.75) == pytest.approx(1 / 3)
    assert odds_ratio(0.4, 0.4) == pytest.approx(1.0)


def test_the_ratio_is_of_those_offered_before_any_arrest_and_counts_the_same_people_in_both_arms() -> None:
    offered = Arm(first_arrest=np.array([NEVER, 5, NEVER, 2, 40]), offered_month=np.array([1, 1, NEVER, 3, 1]))
    usual = Arm(first_arrest=np.array([7, 5, 9, 2, NEVER]), offered_month=np.full(5, NEVER))
    assert ratio(JOBS, offered, usual) == pytest.approx(odds_ratio(1 / 3, 2 / 3))  # people 0, 1 and 4


@pytest.mark.parametrize("trial", [MENTORING, CASES], ids=lambda trial: trial.program)
def test_no_effect_is_exactly_one(trial: Trial) -> None:
    assert run_trial(trial, DIRECT_ONLY, 0.0, 600, LUCK) == pytest.approx(1.0, abs=1e-12)


def test_what_trust_does_through_work_homes_and_ties_is_part_of_the_whole() -> None:
    strong = {"health.trust_gain": 1.0, "health.search_gain": 3.0, "work.hazard_ratio": 0.4, "work.any_job_share": 1.0}
    through = VALUES.merged(strong)
    mediated = run_trial(MENTORING, through, 0.0, ENOUGH, LUCK)
    assert 0.93 < mediated < 0.99
    level = solve_level(MENTORING, through, ENOUGH, LUCK)
    assert run_trial(MENTORING, through, level, ENOUGH, LUCK) == pytest.approx(
        VALUES["mentoring.hazard_ratio"] ** VALUES[SHARE], abs=0.006
    )


def test_what_a_program_job_does_as_work_is_part_of_the_whole() -> None:
    helpful = VALUES.merged(
        {"work.hazard_ratio": 0.3, "work.any_job_share": 1.0, "transitional_jobs.lock_in_ratio": 0.8}
    )
    assert run_trial(JOBS, helpful, 0.0, ENOUGH, LUCK) < run_trial(JOBS, VALUES, 0.0, ENOUGH, LUCK) - 0.03


@by_program
def test_more_relief_lowers_the_ratio_and_harm_raises_it(trial: Trial) -> None:
    ratios = [gives(trial, VALUES, level, 1500) for level in (-1.0, 0.0, 1.0)]
    assert ratios[0] < ratios[1] < ratios[2]
    assert ratios[2] == run_trial(trial, VALUES, 1.0, 1500, LUCK)


@by_program
@pytest.mark.parametrize("wanted", [0.94, 1.06])
def test_the_solved_level_gives_the_wanted_ratio_of_either_sign(trial: Trial, wanted: float) -> None:
    values = VALUES.merged({trial.effect: wanted, SHARE: 1.0})
    level = solve_level(trial, values, ENOUGH, LUCK, usual(trial.program, ENOUGH))
    few = 0.012 if trial is HOUSING else 0.006  # a third of the cohort is ever homeless: each arrest is a larger step
    assert gives(trial, values, level, ENOUGH) == pytest.approx(wanted, abs=few)
    assert np.sign(level) == np.sign(np.log(wanted))


def test_of_a_demonstration_only_the_share_that_is_left_is_expected() -> None:
    values = VALUES.merged({MENTORING.effect: 0.5, CASES.effect: 0.5, SHARE: 0.4})
    assert expected(MENTORING, values) == pytest.approx(0.4 * np.log(0.5))
    assert expected(CASES, values) == pytest.approx(np.log(0.5))  # judged elsewhere already


def test_an_effect_beyond_reach_stops_at_the_most_that_a_program_can_do() -> None:
    values = VALUES.merged({MENTORING.effect: 0.2})
    assert solve_level(MENTORING, values, 600, LUCK) == -values[MOST]


def test_who_is_at_low_risk_is_harmed_more_by_a_bed() -> None:
    harmful = VALUES.merged({"transitional_housing.low_risk_hazard_ratio": 3.0})
    assert run_trial(HOUSING, harmful, 0.0, ENOUGH, LUCK) > run_trial(HOUSING, VALUES, 0.0, ENOUGH, LUCK) + 0.02


def test_the_trial_of_mentoring_takes_nothing_from_its_market() -> None:
    values = VALUES.merged({MENTORING.level: -0.5, **MENTORING.values})
    model = ReentryModel(MENTORING.scenario(800, funded=True), values, LUCK).run()
    mentees, cohort = model.world.mentees, model.world.calendar.cohort
    in_time = model.world.traits.entry_step[cohort] <= 1
    willing = mentees.willing[cohort] & in_time
    assert (mentees.matches[cohort][willing] > 0).mean() > 0.99
    assert model.world.record.waiting[3:].max() == 0
    assert model.world.mentors.strain.max() < 1e-6


@pytest.mark.parametrize("trial", [JOBS, CASES], ids=lambda trial: trial.program)
def test_the_other_trials_have_a_place_for_everybody_who_accepts(trial: Trial) -> None:
    model = ReentryModel(trial.scenario(800, funded=True), VALUES, LUCK).run()
    enrolled, cohort = model.world.enrolled[trial.program], model.world.calendar.cohort
    asked = enrolled.offered_step[cohort] != NEVER
    assert asked.sum() > 400
    assert (enrolled.start_step[cohort] != NEVER)[asked & enrolled.willing[cohort]].all()
    assert model.world.ledger.conserves()


def test_without_money_nobody_hears_of_a_place() -> None:
    assert (arm(JOBS, VALUES, 300, LUCK, level=0.0, funded=False).offered_month == NEVER).all()
