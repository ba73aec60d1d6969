"""Predictions are made of both arms at their size, and the published result is read by the verdict alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from joblib import Parallel

from analysis.trials.test_files import FIGURES, MINE, write
from reentrysim.analysis.trials.arms import both_arms
from reentrysim.analysis.trials.files import load_trial
from reentrysim.analysis.trials.posterior import Figures, center, shift_of
from reentrysim.analysis.trials.predicting import Asked, ask, wald
from reentrysim.randomness import Luck
from reentrysim.vocabulary import InputError

PEOPLE = 600


def asked(path: Path) -> Asked:
    with Parallel(n_jobs=1) as pool:
        return ask(load_trial(path), pool, people=PEOPLE, draws=6)


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    return asked(write(tmp_path_factory.mktemp("mine")))


def test_only_the_verdict_reads_the_result_of_the_program_arm(mine: Asked, tmp_path: Path) -> None:
    other = asked(write(tmp_path, figures=FIGURES.replace("0.30", "0.10")))
    verdict = ["published", "published_low", "published_high", "z", "inside"]
    pd.testing.assert_frame_equal(mine.frame.drop(columns=verdict), other.frame.drop(columns=verdict))
    assert np.array_equal(mine.samples, other.samples)
    assert other.frame["published"].item() == pytest.approx(0.10 - 0.35)
    assert other.frame["z"].item() < mine.frame["z"].item()


def test_the_control_arm_moves_its_place_towards_itself(mine: Asked) -> None:
    row = mine.frame.iloc[0]
    assert abs(row["control"] - 0.35) < abs(row["national_control"] - 0.35)
    assert mine.place.set_index("parameter").loc["arrest.level", "moved"] < 0


def test_the_interval_has_the_sampling_error_of_both_arms(mine: Asked) -> None:
    row = mine.frame.iloc[0]
    spread = np.sqrt(0.35 * 0.65 * (1 / 80 + 1 / 70))
    assert 0.9 * spread < row["sd"] < 1.6 * spread
    assert row["predicted"] == pytest.approx(row["expected"], abs=4 * row["sd"] / np.sqrt(mine.samples.shape[1]))
    assert wald(0.30, 80, 0.35, 70) == pytest.approx(1.96 * np.sqrt(0.3 * 0.7 / 80 + 0.35 * 0.65 / 70), rel=1e-3)


def test_an_arm_that_is_offered_nothing_differs_by_nothing(tmp_path: Path) -> None:
    trial = load_trial(write(tmp_path, MINE.replace("programs.transitional_jobs = { length_months = 2 }\n", "")))
    both = both_arms(trial, None, {}, PEOPLE, Luck(1, 3))
    program, control = both.shares(trial.primary, 1)
    assert program == control > 0.2


def test_what_happened_before_randomization_does_not_count(tmp_path: Path) -> None:
    text = MINE.replace("[arms.program]", "[who]\nenrolled_month = 7\n[arms.program]").replace(
        "months = 12", "months = 6"
    )
    trial = load_trial(write(tmp_path, text, FIGURES.replace(",12,", ",6,")))
    both = both_arms(trial, None, {}, PEOPLE, Luck(1, 3))
    arrests = both.control.arrest
    assert both.enrolled.mean() < 1
    assert not both.enrolled[~both.control.at_liberty[6]].any()
    expected = arrests[6:12, both.enrolled].any(axis=0).mean()
    assert both.shares(trial.primary, 7)[1] == expected < arrests[:12, both.enrolled].any(axis=0).mean()


def test_the_center_meets_a_large_control_arm(tmp_path: Path) -> None:
    figures = "outcome,months,program,control\narrest,12,0.30,0.30\nconviction,12,0.25,0.20\nprison,12,0.2,0.15\n"
    trial = load_trial(write(tmp_path, MINE.replace("people = 70", "people = 50_000"), figures))
    with Parallel(n_jobs=1) as pool:
        middle = center(trial, 3000, Luck(1, 5), pool)
    both = both_arms(trial, None, shift_of(middle.found), 3000, Luck(1, 5))
    found = [both.shares(one, 1)[1] for one in trial.outcomes]
    assert found == pytest.approx([0.30, 0.20, 0.15], abs=0.01)
    assert Figures.of(trial).sd[0] == pytest.approx(np.sqrt(0.3 * 0.7 / 50_000))


def test_settings_that_a_scenario_refuses_are_refused(tmp_path: Path) -> None:
    trial = load_trial(write(tmp_path, MINE.replace("length_months = 2", "length_months = -2")))
    with pytest.raises(InputError, match="length_months: must be at least 1, not -2"):
        both_arms(trial, None, {}, PEOPLE, Luck(1, 3))


def test_mentoring_for_weeks_moves_little(tmp_path: Path) -> None:
    """Nothing of its size was fitted for weeks: the dose does it."""
    offered = 'programs.mentoring = {{ setting = "community", length_months = {} }}'.format
    effects = []
    for length in (2, 12):
        text = MINE.replace("programs.transitional_jobs = { length_months = 2 }", offered(length))
        trial = load_trial(
            write(tmp_path, text.replace("months = 12\n", "months = 36\n"), FIGURES.replace(",12,", ",36,"))
        )
        program, control = both_arms(trial, None, {}, 4000, Luck(1, 3)).shares(trial.primary, 1)
        effects.append(program - control)
    weeks, year = effects
    assert -0.02 < weeks < 0.0
    assert year < weeks
