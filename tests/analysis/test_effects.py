"""What programs do in their own trials: parts add up to the whole, and what is left out moves nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reentrysim.analysis import effects as effects_module
from reentrysim.analysis.effects import COLUMNS, THROUGH, effects, trials
from reentrysim.cli import main
from reentrysim.scenario.offered import shipped

PARTS = ["place", *THROUGH, "declared", "direct"]


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """A program with a direct path, one with harm and beds, and one with mediators alone."""
    return effects(["education", "rent_help", "transitional_housing"], jobs=2, people=900, draws=2)


def row(frame: pd.DataFrame, program: str) -> pd.Series:
    return frame.set_index("program").loc[program]


def test_every_program_has_a_trial() -> None:
    assert {trial.program for trial in trials()} == {"mentoring", *shipped()}


def test_parts_add_up_to_the_simulated_effect(frame: pd.DataFrame) -> None:
    assert list(frame.columns) == COLUMNS
    assert frame[PARTS].sum(axis=1).to_numpy() == pytest.approx(np.log(frame["simulated"].to_numpy()))
    assert (frame["low"] <= frame["high"]).all()


def test_each_program_works_through_what_it_moves(frame: pd.DataFrame) -> None:
    education, housing, rent = (row(frame, each) for each in ("education", "transitional_housing", "rent_help"))
    assert education["direct"] < -0.05  # its published effect is an odds ratio of .80
    assert education["place"] == education["homes"] == education["use"] == education["declared"] == 0.0
    assert housing["place"] != 0.0  # a bed is a home
    assert (rent["measure"], rent["declared"]) == ("", 0.0)
    assert rent["direct"] == pytest.approx(0.0)
    assert rent["homes"] != 0.0


def test_harm_to_people_at_low_risk_is_declared_and_shown() -> None:
    (told,) = effects(["transitional_housing"], jobs=2, people=5000, draws=1).to_dict("records")
    assert told["declared"] > 0.0


def test_the_published_effect_is_the_one_of_the_evidence_file(frame: pd.DataFrame) -> None:
    told = row(frame, "education")
    assert told[["published", "published_low", "published_high"]].tolist() == pytest.approx([0.8, 0.65, 1.0])
    assert np.isnan(row(frame, "rent_help")["published"])


def test_the_command_prints_or_writes_the_table(
    frame: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[object] = []

    def small(names: list[str], **options: int) -> pd.DataFrame:
        asked.append((names, options))
        return frame

    monkeypatch.setattr(effects_module, "effects", small)
    monkeypatch.chdir(tmp_path)
    assert main(["trials", "--effects", "education", "--jobs", "1", "--seed", "3"]) == 0
    assert "transitional_housing" in capsys.readouterr().out
    assert asked == [(["education"], {"jobs": 1, "seed": 3})]
    assert main(["trials", "--effects", "--csv", "out.csv"]) == 0
    assert list(pd.read_csv("out.csv").columns) == COLUMNS
    assert main(["trials", "--effects", "--csv", "out.csv"]) == 2
    assert "exists already" in capsys.readouterr().err
    assert main(["trials", "--effects", "eductaion"]) == 2
    assert "Did you mean 'education'?" in capsys.readouterr().err
    assert main(["trials", "--effects", "--checks"]) == 2
    assert "--effects and --checks" in capsys.readouterr().err
