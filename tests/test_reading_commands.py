"""Commands that read a folder of results."""

from __future__ import annotations

import html
import shutil
import signal
import sys
from pathlib import Path

import pandas as pd
import pytest

import fakes
from commands import SMALL, fake_runs
from reentrysim import load
from reentrysim.cli import main
from reentrysim.vocabulary import InputError


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A comparison of made-up people."""
    place = tmp_path_factory.mktemp("results") / "here"
    words = ["compare", "more-mentors", "smaller-mentor-caseloads", "--replicates", "24", *SMALL[2:]]
    words += ["--quiet", "--out", str(place)]
    with pytest.MonkeyPatch.context() as patch:
        fake_runs(patch)
        patch.setattr(sys, "argv", ["reentrysim", *words])
        assert main(words) == 0
    return place


@pytest.fixture
def folder(written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """The same in a place of one's own."""
    shutil.copytree(written, tmp_path / "here")
    monkeypatch.chdir(tmp_path)
    capsys.readouterr()
    return Path("here")


def test_economics_of_a_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["economics", "here", "--csv", "lines.csv"]) == 0
    out = capsys.readouterr().out
    assert "more-mentors" in out and "dollars of 2024 per person released, 12 months" in " ".join(out.split())
    assert main(["economics", "here", "--prison", "average", "--csv", "average.csv"]) == 0
    marginal, average = (
        pd.read_csv(name).set_index(["line", "payer", "scenario"]).sort_index() for name in ("lines.csv", "average.csv")
    )
    prison, victims = ("prison", "society"), ("victims_tangible", "society")
    ratio = average.loc[prison, "change"] / marginal.loc[prison, "change"]
    prices = load(folder).books.prices
    assert ratio.to_numpy() == pytest.approx(
        (prices["prison_year_average"] / prices["prison_year_marginal"]).mean(), rel=0.3
    )
    assert average.loc[victims, "change"].tolist() == marginal.loc[victims, "change"].tolist()


def test_a_folder_has_the_economics_of_its_runs(folder: Path) -> None:
    found = load(folder).economics()
    for name, table in (
        ("economics.csv", found.balance),
        ("benefits.csv", found.lines),
        ("averted.csv", found.averted),
    ):
        written = pd.read_csv(folder / name)
        pd.testing.assert_frame_equal(written, table.replace({"": None}), check_dtype=False, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["economics", "nowhere"], "holds no complete run"),
        (["economics", "here", "--prison", "margnal"], "Did you mean 'marginal'?"),
        (["economics", "here", "--discount-rate", "3"], "It is a share from 0 to 0.2"),
        (["economics", "here", "--months", "99"], "They have months 1 to 12"),
        (["economics", "here", "--price-year", "1066"], "Years 2000 to 2024"),
        (["economics", "here", "--csv", "here/manifest.json"], "exists"),
        (["economic", "here"], "Did you mean 'economics'?"),
    ],
)
def test_wrong_input_is_one_message(
    folder: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    output = capsys.readouterr()
    assert said in output.err and len(output.err.splitlines()) == 1
    assert output.out == ""


def test_damaged_prices_are_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "prices.csv"
    path.write_text(path.read_text().replace("prison_year_average,", "prison_year_average,9", 1))
    assert main(["economics", "here"]) == 2
    assert "prices.csv: is not the file that the run wrote" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["brief", "export", "report", "story", "economics"])
def test_a_changed_manifest_is_quoted_by_nobody(folder: Path, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace('"sentence": "', '"sentence": "We are quite sure: ', 1))
    assert main([command, "here"]) == 2
    output = capsys.readouterr()
    assert output.err.splitlines() == [f"error: {path}: is not the file that the run wrote. Run it again"]
    assert output.out == "" and list(Path().iterdir()) == [folder]


def test_what_is_sent_along_has_no_path_of_the_machine(written: Path, folder: Path) -> None:
    assert main(["brief", "here"]) == 0
    assert main(["export", "here", "--csv", "tables"]) == 0
    said = load(folder).manifest
    assert str(written) in said["command"]  # as typed
    told = (Path("here-brief") / "brief.html").read_text(), (Path("tables") / "about.csv").read_text()
    for text in told:
        assert html.unescape(text).count(said["again"]) == 1
        assert str(written.parent) not in text and "--out" not in text


@pytest.mark.parametrize(
    ("command", "moment"),
    [
        ("brief", "reentrysim.report.brief.page.page"),
        ("export", "reentrysim.report.export.workbook.write_csvs"),
        ("report", "reentrysim.report.page.page.page"),
    ],
)
def test_whoever_is_ended_kindly_leaves_nothing(
    folder: Path, command: str, moment: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(moment, lambda *_: signal.raise_signal(signal.SIGTERM))
    ended = []
    before = signal.signal(signal.SIGTERM, lambda *_: ended.append("unheard"))
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have children ignore it
    try:
        assert main([command, "here", *(["--csv", "tables"] if command == "export" else [])]) == 130
    finally:
        signal.signal(signal.SIGTERM, before)
        signal.signal(signal.SIGINT, heard)
    assert ended == [] and "interrupted" in capsys.readouterr().err
    assert list(Path().iterdir()) == [folder]


def test_one_scenario_alone_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fakes.use_fake_inputs(monkeypatch)
    fake_runs(monkeypatch)
    monkeypatch.chdir(tmp_path)
    assert main(["run", "more-mentors", *SMALL, "--out", "alone"]) == 0
    capsys.readouterr()
    assert main(["economics", "alone"]) == 2
    assert "one scenario alone changes nothing" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["brief", "here", "--out"], ["export", "here", "--out", "book.xlsx", "--csv"]])
def test_a_place_that_cannot_be_written_is_told(
    folder: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(Path().iterdir())
    assert main([*words, "x" * 300]) == 2  # a name too long for any folder
    output = capsys.readouterr().err
    assert "cannot be written" in output and len(output.splitlines()) == 1
    assert sorted(Path().iterdir()) == before


def test_other_references_are_of_fresh_comparisons_alone(folder: Path) -> None:
    with pytest.raises(InputError, match="gaps to other groups are not in a folder"):
        load(folder).equity({"race": "black"})
