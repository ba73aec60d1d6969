"""The whole explanation of a made-up world: its tables, its sentence, its files, and what it refuses."""

from __future__ import annotations

import hashlib
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import reentrysim
from made_up import by_level, world
from reentrysim.analysis.intervals import FEWEST_DRAWS
from reentrysim.analysis.why import tornado
from reentrysim.analysis.why.why import TABLES, Why, ask, runs_ahead, why
from reentrysim.experiments.run import Job, RunError
from reentrysim.report.why import show_why
from reentrysim.vocabulary import InputError

OPTIONS: dict[str, Any] = {"replicates": 24, "jobs": 1, "participants": 100, "bars": 0}


@pytest.fixture(scope="module")
def found() -> Why:
    return why("more-mentors", simulate=world(by_level), estimates=["work.hazard_ratio"], **OPTIONS)


def told(found: Why, folder: Path | None = None) -> str:
    console = Console(width=100, record=True, file=io.StringIO())
    show_why(found, console, folder)
    return console.export_text()


def test_every_table_is_there_and_totals_agree(found: Why) -> None:
    assert list(found.tables) == list(TABLES)
    totals = [
        found.mediators.set_index("mediator").loc["total", "per_1000"],
        found.programs.set_index("program").loc["total", "per_1000"],
        found.without_judgment.set_index("case").loc["as it is", "per_1000"],
    ]
    assert totals == pytest.approx([totals[0]] * 3)
    assert found.programs.set_index("program").loc["mentoring", "per_1000"] == pytest.approx(totals[0])
    assert found.tornado["estimate"].tolist() == ["work.hazard_ratio"]
    assert len(found.structures) == 4
    assert found.drivers.empty  # 12 draws
    assert "12 draws of at least 20" in " ".join(found.notes)


def test_the_sentence_says_the_total_what_is_clear_and_what_is_left(found: Why) -> None:
    sentence = found.sentence()
    assert re.match(
        r"Return to prison at 3 years, of 1,000 people released: 3\d fewer \(95%: \d+ to \d+ fewer\)", sentence
    )
    assert re.search(r"by what programs act on: self-efficacy and ties \d fewer, direct path 2\d fewer", sentence)
    assert sentence.endswith("(grade D) set to none it is exactly 0 in these runs.")


def test_the_terminal_shows_every_table(found: Why, tmp_path: Path) -> None:
    text = told(found, tmp_path)
    assert text.startswith("Return to prison at 3 years, of 1,000 people released:")
    for heading in (
        "By what programs act on:",
        "By program:",
        "At the ends",
        "Without judgment:",
        "Under each structure",
    ):
        assert heading in text
    assert text.count("0 (exactly)") == 3  # deaths, rule violations, everything else
    assert "no effect of a better grade is left" in " ".join(text.split())
    assert f"Files: {tmp_path}" in "".join(text.splitlines())


def test_files_are_the_tables_and_a_folder_that_holds_something_else_is_refused(found: Why, tmp_path: Path) -> None:
    folder = found.save(tmp_path / "why", about={"command": ["reentrysim", "why"]})
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [*(f"{name}.csv" for name in TABLES), "manifest.json"]
    )
    manifest = json.loads((folder / "manifest.json").read_text())
    for name, digest in manifest["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert manifest["why"] == found.sentence()
    assert (manifest["outcome"], manifest["month"]) == ("return_to_prison", 36)
    found.save(folder)  # the same again
    with pytest.raises(InputError, match="holds no complete run"):
        reentrysim.load(folder)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="something other"):
        found.save(tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]


def test_it_is_the_same_whatever_the_number_of_processes() -> None:
    one, two = (
        why("more-mentors", simulate=world(by_level), **(OPTIONS | {"replicates": 2, "jobs": jobs})) for jobs in (1, 2)
    )
    for name, frame in one.tables.items():
        assert frame.equals(two.tables[name]), name
    assert one.question.digest == two.question.digest


def test_few_draws_have_no_interval_and_say_so() -> None:
    few = why("more-mentors", simulate=world(by_level), **(OPTIONS | {"replicates": 4}))
    assert few.mediators.loc[few.mediators["acts"], "per_1000_low"].isna().all()
    assert f"2 draws of at least {FEWEST_DRAWS}" in " ".join(few.notes)
    assert "95%" not in few.sentence()
    assert told(few)


def test_luck_alone_is_told_as_such() -> None:
    fixed = why("more-mentors", simulate=world(by_level), fixed_parameters=True, **OPTIONS)
    assert "luck alone, 95%" in fixed.sentence()
    assert "no draws to rank" in " ".join(fixed.notes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"outcome": "arrests"}, "no share of people"),
        ({"outcome": "satisfaction"}, "no share of people"),  # it is told at the horizon alone
        ({"outcome": "rearest"}, "Did you mean 'rearrest'"),
        ({"scenario": "status-quo"}, "no difference from itself"),
        ({"estimates": ["work.hazard"]}, "--estimate"),
        ({"replicates": 0}, "--replicates"),
        ({"scenario": "more-mentor"}, "more-mentors"),
    ],
)
def test_what_makes_no_sense_is_refused_before_any_run(changes: dict[str, Any], message: str) -> None:
    asked = {"scenario": "more-mentors"} | OPTIONS | changes
    with pytest.raises(InputError, match=message):
        ask(asked.pop("scenario"), **asked)


def test_a_run_that_fails_is_named() -> None:
    def fails(job: Job) -> float:
        if job.replicate == 3:
            raise ZeroDivisionError("no mentor is left")
        return 0.0

    with pytest.raises(RunError, match="replicate 3: ZeroDivisionError: no mentor is left"):
        why("more-mentors", simulate=world(fails), **OPTIONS)


def test_what_is_ahead_is_about_what_is_made() -> None:
    made = list[Job]()

    def counted(job: Job) -> float:
        made.append(job)
        return by_level(job)

    question = ask("jobs-first", **(OPTIONS | {"replicates": 4}))
    why("jobs-first", simulate=world(counted), **(OPTIONS | {"replicates": 4}))
    ahead = runs_ahead(question)
    assert sum(ahead.values()) == len(made)
    assert ahead["programs"] == 4 * 2  # beside the two scenarios themselves
    assert tornado.MOST_REPLICATES > 4
