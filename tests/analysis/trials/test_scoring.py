"""Scores by hand, and no claim that the trials do not carry."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.trials.test_files import MINE, write
from reentrysim.analysis.trials.files import load_trial
from reentrysim.analysis.trials.predicting import COLUMNS, Asked
from reentrysim.analysis.trials.scoring import MODEL, Guess, Scoreboard, scoreboard


def test_scores_by_hand() -> None:
    guess = Guess(0.0, 0.05)
    assert guess.log_score(0.05) == pytest.approx(-math.log(0.05 * math.sqrt(2 * math.pi)) - 0.5)
    assert guess.interval_score(0.05) == pytest.approx(2 * 1.96 * 0.05, rel=1e-3)
    assert guess.interval_score(0.2) == pytest.approx(0.196 + 40 * (0.2 - 0.098), rel=1e-3)


SEVERAL = ("transitional_jobs", "education", "case_management", "peer_support", "workshops", "job_placement")


def board(folder: Path, differences: list[tuple[float, float]], programs: Sequence[str] = SEVERAL) -> Scoreboard:
    """The scoreboard of trials with these published and predicted differences, of 800 and 700 people.

    They are of the `programs` in turn.
    """
    asked = []
    for number, (published, predicted) in enumerate(differences):
        text = MINE.replace("people = 80", "people = 800").replace("people = 70", "people = 700")
        text = text.replace("programs.transitional_jobs", f"programs.{programs[number % len(programs)]}")
        figures = f"outcome,months,program,control\narrest,12,{0.35 + published:.3f},0.35\n"
        place = folder / f"t{number}"
        place.mkdir()
        trial = load_trial(write(place, text, figures))
        row = dict.fromkeys(COLUMNS, 0.0) | {
            "trial": f"t{number}",
            "primary": True,
            "published": published,
            "published_control": 0.35,
            "national_control": 0.45,
            "predicted": predicted,
            "predicted_low": predicted - 0.05,
            "predicted_high": predicted + 0.05,
            "sd": 0.025,
            "inside": abs(published - predicted) <= 0.05,
        }
        object.__setattr__(trial, "name", f"t{number}")
        asked.append(Asked(trial, pd.DataFrame([row]), pd.DataFrame(), np.zeros((1, 1))))
    return scoreboard(asked)


def test_a_model_that_knows_more_gains_and_one_that_knows_nothing_does_not(tmp_path: Path) -> None:
    effects = [-0.12, 0.1, -0.09, 0.11, -0.1, 0.12, -0.11, 0.09]
    good = board(tmp_path, [(effect, effect + 0.01) for effect in effects])
    assert (good.covered, good.trials) == (8, 8)
    assert good.rank_correlation > 0.9
    assert set(good.skill["verdict"]) == {"better"}
    (tmp_path / "bad").mkdir()
    bad = board(tmp_path / "bad", [(0.01 * (-1) ** n, 0.1) for n in range(8)])
    assert bad.skill.set_index("rival").loc["no effect anywhere", "verdict"] == "worse"
    assert bad.covered == 0
    assert bad.coverage_high == pytest.approx(1 - 0.025 ** (1 / 8))  # Clopper and Pearson with none of eight


def test_the_same_guess_as_a_rival_gains_nothing(tmp_path: Path) -> None:
    same = board(tmp_path, [(effect, 0.0) for effect in (0.03, -0.02, 0.01, -0.04, 0.02, 0.0)])
    line = same.skill.set_index("rival").loc["no effect anywhere"]
    assert abs(line["log_score_gain"]) < 0.05
    assert len(same.scores) == 6 * 5
    assert set(same.scores["rival"]) > {MODEL, "one pooled effect everywhere", "the program's own effect"}


def test_many_trials_of_one_program_are_one_witness(tmp_path: Path) -> None:
    effects = [-0.12, 0.1, -0.09, 0.11, -0.1, 0.12, -0.11, 0.09]
    one = board(tmp_path, [(effect, effect + 0.01) for effect in effects], ["education", "workshops"])
    assert (one.programs, one.trials) == (2, 8)
    assert set(one.skill["verdict"]) == {"trials of too few programs to tell"}
    line = one.skill.iloc[0]
    assert line["low"] <= line["log_score_gain"] <= line["high"]


def test_few_trials_claim_nothing(tmp_path: Path) -> None:
    few = board(tmp_path, [(-0.12, -0.12), (0.1, 0.1), (-0.1, -0.1)])
    assert set(few.skill["verdict"]) == {"too few trials to tell"}
