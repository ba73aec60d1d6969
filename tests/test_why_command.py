"""The command why: what it prints, writes and refuses, and how it ends."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from commands import raise_, written
from made_up import by_channel, world
from reentrysim import explaining
from reentrysim.analysis.why.why import carry_out
from reentrysim.cli import main

FEW = ["why", "more-mentors", "--replicates", "4", "--jobs", "1", "--participants", "100", "--bars", "0"]


@pytest.fixture(autouse=True)
def _made_up_world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(explaining, "carry_out", partial(carry_out, simulate=world(by_channel)))


def test_the_answer_is_printed_and_nothing_written_unless_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*FEW, "--quiet"]) == 0
    told = capsys.readouterr()
    assert told.out.startswith("Return to prison at 3 years")
    assert "Files:" not in told.out
    assert told.err == ""
    assert written() == []


def test_tables_go_to_a_folder_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*FEW, "--out", "why", "--fixed-parameters"]) == 0
    told = capsys.readouterr()
    assert "Files: why" in told.out
    assert "Elapsed:" in told.err
    names = ("mediators", "programs", "drivers", "tornado", "without_judgment", "graded", "structures")
    pictures = ["why/figures", *(f"why/figures/waterfall.{end}" for end in ("png", "svg"))]  # no bars, no tornado
    assert written() == sorted(["why", "why/manifest.json", *(f"why/{name}.csv" for name in names), *pictures])


def test_a_folder_of_something_else_is_refused_before_any_run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("mine").mkdir()
    Path("mine/notes.txt").write_text("mine")
    monkeypatch.setattr(explaining, "carry_out", lambda *_, **__: raise_(AssertionError("it ran")))
    assert main([*FEW, "--out", "mine"]) == 2
    assert "something other than a run" in capsys.readouterr().err
    assert written() == ["mine", "mine/notes.txt"]


def test_a_dry_run_says_what_is_ahead(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explaining, "carry_out", lambda *_, **__: raise_(AssertionError("it ran")))
    assert main([*FEW, "--dry-run", "--out", "why"]) == 0
    told = capsys.readouterr().out
    assert "Would make about 184 runs of 100 people: mediators 80, programs 0, without judgment 8," in told
    assert "Folder: why" in told
    assert written() == []


def test_an_interrupt_leaves_nothing(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explaining, "carry_out", lambda *_, **__: raise_(KeyboardInterrupt()))
    assert main([*FEW, "--out", "why", "--quiet"]) == 130
    assert "interrupted; nothing was written" in capsys.readouterr().err
    assert written() == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["why", "status-quo"], "status-quo has no difference from itself"),
        (["why", "more-mentors", "--outcome", "earnings"], "'earnings' is no share of people"),
        (["why", "more-mentors", "--estimate", "work.hazard"], "no estimate of which both ends can be set"),
        (["why", "more-mentors", "--replicates", "-2"], "--replicates: -2 is out of range"),
        (["why", "more-mentor"], "more-mentors"),
    ],
)
def test_wrong_input_is_one_message(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert message in capsys.readouterr().err
