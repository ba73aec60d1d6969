"""`reentrysim trials`: one command for shipped trials and for one's own."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.trials.test_files import MINE, write
from reentrysim.analysis.trials import predicting
from reentrysim.analysis.trials.predicting import COLUMNS
from reentrysim.cli import main


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    real = predicting.ask
    monkeypatch.setattr(predicting, "ask", lambda *args, **more: real(*args, **more, people=200, draws=3))
    monkeypatch.chdir(tmp_path)


def test_a_trial_of_ones_own_is_predicted_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path)
    assert main(["trials", "mine.toml", "--jobs", "1", "--csv", "out.csv", "--quiet"]) == 0
    told = capsys.readouterr().out
    assert "mine: Mine. Here." in told
    assert "80 were offered it and 70 were not" in told
    assert "Below 5 trials nothing is claimed" in told
    frame = pd.read_csv("out.csv")
    assert list(frame.columns) == COLUMNS
    assert frame["published"].item() == pytest.approx(-0.05)
    assert main(["trials", "mine.toml", "--jobs", "1", "--csv", "out.csv", "--quiet"]) == 2
    assert "exists already" in capsys.readouterr().err


def test_the_same_seed_says_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path)
    said = []
    for words in (["--jobs", "1"], ["--jobs", "2"], ["--jobs", "1", "--seed", "2"]):
        assert main(["trials", "mine.toml", "--quiet", "--csv", "-", *words]) == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1] != said[2]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["ceo-recnt"], "unknown trial 'ceo-recnt'. Did you mean 'ceo-recent'"),
        (["new-jersey-day-reporting"], "nothing can be run yet: new-jersey-day-reporting needs day reporting"),
        (["mine.toml", "mine.toml"], "the trial 'mine' is listed twice"),
        (["mine.toml", "--jobs", "0"], "--jobs: 0 is out of range"),
        (["bad.toml"], "bad: arms.program.programs.transitional_jobs.length_months: must be at most 60, not 700"),
        (["mine.toml", "--csv", "nowhere/out.csv"], "nowhere/out.csv: its folder is not there"),
    ],
)
def test_wrong_input_is_one_message(
    words: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path)
    (tmp_path / "bad.toml").write_text(MINE.replace("length_months = 2", "length_months = 700"))
    assert main(["trials", *words, "--quiet"]) == 2
    errors = capsys.readouterr().err
    assert told in errors
    assert len(errors.splitlines()) == 1


def test_what_cannot_be_is_warned_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A control arm that no place has, and arms that get the same; shares of none and all score nothing odd."""
    text = MINE.replace("programs.transitional_jobs = { length_months = 2 }\n", "")
    write(tmp_path, text, "outcome,months,program,control\narrest,12,0,0\nprison,12,1,1\n")
    assert main(["trials", "mine.toml", "--jobs", "1", "--quiet"]) == 0
    told = capsys.readouterr().out
    assert "warning: both arms get the same, so nothing can differ" in told
    assert "warning: the model does not reach this control arm" in told
    assert "nan" not in told
