"""`reentrysim story` reads a folder, runs some of it again, and writes nothing unless all is right."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from behavior.small_runs import TOTAL, small
from reentrysim.analysis.compare import compare
from reentrysim.cli import main


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = small(size=60)
    more = base.vary({TOTAL: 3e6}, name="more")
    place = tmp_path_factory.mktemp("story") / "here"
    compare([more], baseline=base.vary({}, name="first"), replicates=2, jobs=1).save(place)
    return place


def test_it_prints_lives_and_writes_all_files(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    csv, html, svg = (tmp_path / name for name in ("lives.csv", "lives.html", "lives.svg"))
    words = ["--replicates", "2", "--people", "5", "--quiet"]
    files = ["--csv", str(csv), "--html", str(html), "--svg", str(svg)]
    assert main(["story", str(folder), *words, *files]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert printed.out.startswith("Simulated people: nobody here is real")
    assert max(map(len, printed.out.splitlines())) <= 100
    table = pd.read_csv(csv)
    assert set(table["scenario"]) == {"first", "more"}
    for label in table["person"].unique():
        assert label.endswith(" (simulated)")
        assert all(label in told for told in (printed.out, *(f.read_text(encoding="utf-8") for f in (html, svg))))
    page = html.read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>") and "http" not in page.replace("http://www.w3.org/2000/svg", "")


def test_the_report_has_lives_where_they_are_asked_for(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["report", str(folder), "--scenario", "more"]) == 2
    assert "Add --lives" in capsys.readouterr().err and not folder.with_name("here.html").exists()
    assert main(["report", str(folder), "--lives", "--out", "with.html"]) == 0
    assert main(["report", str(folder), "--out", "without.html"]) == 0
    with_lives, without = (Path(name).read_text(encoding="utf-8") for name in ("with.html", "without.html"))
    assert "Participant A (simulated)" in with_lives and 'href="#lives"' in with_lives
    assert "(simulated)" not in without and "http:" not in with_lives.replace("http://www.w3.org/", "")


def test_the_same_folder_tells_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for _ in range(2):
        assert main(["story", str(folder), "--replicates", "1", "--quiet", "--csv", "-"]) == 0
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]
    assert told[0].startswith("person,kind,among,replicate,scenario,month,lane,state\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--scenario", "mor"], "Did you mean 'more'?"),
        (["--people", "99"], "--people: 99 is out of range. It must be from 1 to 24"),
        (["--replicates", "3"], "--replicates: 3 is out of range. It must be from 1 to 2"),
        (["--month", "99"], "--month: 99 is out of range"),
    ],
)
def test_wrong_input_is_one_message_and_nothing_is_written(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    html = tmp_path / "lives.html"
    assert main(["story", str(folder), "--html", str(html), *words]) == 2
    told = capsys.readouterr()
    assert told.out == "" and message in told.err and told.err.count("\n") == 1
    assert not html.exists()


def test_a_file_that_is_there_is_kept(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    html = tmp_path / "lives.html"
    html.write_text("mine", encoding="utf-8")
    assert main(["story", str(folder), "--html", str(html)]) == 2
    assert "this exists already" in capsys.readouterr().err
    assert html.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("places", [("a", "./a"), ("/proc/a", "b")])
def test_places_that_will_not_do_are_refused_before_anything_is_run(
    folder: Path, tmp_path: Path, places: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("reentrysim.results.story", lambda *_, **__: pytest.fail("it was run"))
    assert main(["story", str(folder), "--html", places[0], "--svg", places[1]]) == 2
    assert list(tmp_path.iterdir()) == []


def test_no_folder_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["story", str(tmp_path)]) == 2
    assert "holds no complete run" in capsys.readouterr().err
