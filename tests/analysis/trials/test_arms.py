"""Who is randomized: people like those of the trial, the same in both arms."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.trials.test_files import MINE, write
from reentrysim.analysis.trials.arms import both_arms
from reentrysim.analysis.trials.files import Trial, load_trial
from reentrysim.randomness import Luck
from reentrysim.vocabulary import InputError


def trial(folder: Path, needs: str, program: str) -> Trial:
    """One of a program, for people who have what a program is for."""
    text = MINE.replace("programs.transitional_jobs = { length_months = 2 }", f"programs.{program} = {{}}")
    return load_trial(write(folder, text.replace("[arms.program]", f"[who]\nneeds = [{needs}]\n[arms.program]")))


@pytest.mark.parametrize(
    ("program", "share"), [("outpatient_treatment", (0.4, 0.75)), ("womens_services", (0.05, 0.2))]
)
def test_only_who_has_what_the_program_is_for_is_randomized(
    program: str, share: tuple[float, float], tmp_path: Path
) -> None:
    some, luck = both_arms(trial(tmp_path, f'"{program}"', program), None, {}, 400, Luck(1, 0)), Luck(1, 0)
    everybody = both_arms(trial(tmp_path, "", program), None, {}, 400, luck)
    assert not (some.enrolled & ~everybody.enrolled).any()
    low, high = (part * everybody.enrolled.sum() for part in share)
    assert low < some.enrolled.sum() < high


def test_who_has_no_job_has_none_when_randomized_and_may_find_one_after(tmp_path: Path) -> None:
    jobless = both_arms(trial(tmp_path, '"transitional_jobs"', "transitional_jobs"), None, {}, 400, Luck(1, 0))
    anybody = both_arms(trial(tmp_path, "", "transitional_jobs"), None, {}, 400, Luck(1, 0))
    assert 0.3 * anybody.enrolled.sum() < jobless.enrolled.sum() < 0.9 * anybody.enrolled.sum()


def test_a_level_of_the_place_takes_no_other_people(tmp_path: Path) -> None:
    text = MINE.replace("[arms.program]", '[who]\nrisk = ["medium", "high"]\n[arms.program]')
    asked, luck = load_trial(write(tmp_path, text)), Luck(1, 0)
    here, there = (
        both_arms(asked, None, shift, 400, luck) for shift in ({"arrest.level": 0.0}, {"arrest.level": -3.0})
    )
    assert 0 < here.enrolled.sum() == there.enrolled.sum() < 400


def test_an_unknown_need_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Did you mean 'education'"):
        trial(tmp_path, '"eductaion"', "education")
