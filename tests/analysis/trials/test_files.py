"""Trials as files: what is shipped is what was published, and every wrong input is one clear message."""

from __future__ import annotations

from pathlib import Path

import pytest

from reentrysim.analysis.trials.files import load_trial, shipped_trials
from reentrysim.evidence.published import published_row
from reentrysim.vocabulary import InputError

MINE = """schema = 1
title = "Mine"
place = "Here"
published = "mine.csv"
primary = "arrest"
follow_up_months = 12
[arms.program]
people = 80
programs.transitional_jobs = { length_months = 2 }
[arms.control]
people = 70
"""
FIGURES = "outcome,months,program,control\narrest,12,0.30,0.35\n"


def write(folder: Path, text: str = MINE, figures: str = FIGURES) -> Path:
    (folder / "mine.csv").write_text(figures)
    (folder / "mine.toml").write_text(text)
    return folder / "mine.toml"


def test_a_trial_of_ones_own_takes_twenty_lines(tmp_path: Path) -> None:
    trial = load_trial(write(tmp_path))
    assert len(MINE.splitlines()) + len(FIGURES.splitlines()) < 20
    assert (trial.primary.program, trial.primary.control, trial.months) == (0.30, 0.35, 12)
    assert trial.protocol.arms.program.programs == {"transitional_jobs": {"length_months": 2}}


@pytest.mark.parametrize("name", shipped_trials())
def test_what_is_shipped_is_held_out_and_stands_in_the_evidence(name: str) -> None:
    trial = load_trial(name)
    for one in trial.outcomes:
        row = published_row(one.row)
        assert row.use == "holdout"
        if one.in_numbers:
            assert one.program == row.number("treated_value")
            assert one.control == row.number("control_value")
        if one == trial.primary and row.fields["n_treated"] and row.fields["n_control"]:
            arms = trial.protocol.arms
            assert (arms.program.people, arms.control.people) == (row.number("n_treated"), row.number("n_control"))
        if row.follow_up_months is not None and one == trial.primary and "-" not in row.fields["follow_up_months"]:
            assert one.months == row.follow_up_months


def test_every_trial_to_predict_is_there() -> None:
    wanted = {"ceo-recent", "ceo-later", "transitional-jobs-midwest", "rexo", "second-chance-act"}
    wanted |= {"denver-supportive-housing", "new-jersey-day-reporting", "philadelphia-low-intensity", "amity"}
    wanted |= {"high-risk-revocation-reduction", "peterborough", "project-greenlight"}
    cbt = {name for name in shipped_trials() if name.startswith("cbt-")}
    assert set(shipped_trials()) == wanted | cbt
    assert len(cbt) == 6


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [
        ("people = 80", "", "arms.program.people: nobody is in this arm"),
        ("people = 80", "people = 0", "arms.program.people: must be at least 1, not 0"),
        ("follow_up_months = 12", "follow_up_months = 0", "follow_up_months: must be at least 1, not 0"),
        ('primary = "arrest"', 'primary = "arest"', "the model has no outcome 'arest'. Did you mean 'arrest'"),
        ('primary = "arrest"', 'primary = "prison"', "prison at month 12 is not among what was published"),
        ("programs.transitional_jobs", "programs.transitional_job", "unknown program 'transitional_job'. Did you mean"),
        (
            "follow_up_months",
            "followup_months",
            "(and 1 more error). Did you mean 'follow_up_months'",
        ),
        ("schema = 1", "schema = 2", "schema: must be 1, not 2"),
    ],
)
def test_a_wrong_file_is_one_message(tmp_path: Path, wrong: str, right: str, told: str) -> None:
    with pytest.raises(InputError) as error:
        load_trial(write(tmp_path, MINE.replace(wrong, right)))
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        ("outcome,months,program,control\narrest,12,30,0.35\n", "program: 30 is no share. Write 0.3"),
        ("outcome,months,program,control\narest,12,0.3,0.35\n", "the model has no outcome 'arest'. Did you mean"),
        ("outcome,months,program,control\narrest,0,0.3,0.35\n", "A whole number from 1 to 120"),
        ("outcome,months,program,control\narrest,12,,0.35\n", "program is empty"),
        ("outcome,months,row\narrest,12,PE0007\n", "no published row 'PE0007'"),
        ("outcome,months,program,control,row\narrest,12,0.3,0.35,PE007\n", "has shares and a row that holds them"),
        ("outcome,months,program,control\n", "has no outcomes"),
        (FIGURES + "arrest,12,0.2,0.3\n", "arrest at month 12 stands twice"),
        (FIGURES + "arrest,24,0.4,0.3\n", "fewer arrest by month 24 than before"),
    ],
)
def test_wrong_figures_are_one_message(tmp_path: Path, figures: str, told: str) -> None:
    with pytest.raises(InputError) as error:
        load_trial(write(tmp_path, figures=figures))
    assert told in str(error.value)


def test_an_unknown_trial_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"unknown trial 'ceo-recnt'\. Did you mean 'ceo-recent'"):
        load_trial("ceo-recnt")
    with pytest.raises(InputError, match="there is no such file"):
        load_trial(tmp_path / "none.toml")
