"""The terminal tells the answer first, in numbers that the runs support."""

from __future__ import annotations

import io
import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from fakes import FakeLedgerRow, fake_simulate, use_fake_inputs
from reentrysim.analysis.compare import compare, run
from reentrysim.analysis.intervals import Cell
from reentrysim.experiments.run import Job
from reentrysim.outcomes import RunResult
from reentrysim.report import terminal
from reentrysim.report.terminal import show
from reentrysim.report.words import dollars, months, probability
from reentrysim.scenario import load_scenario


@pytest.fixture(autouse=True)
def _inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_inputs(monkeypatch)


def _shown(width: int = 100, **options: Any) -> tuple[str, str]:
    defaults: dict[str, Any] = {"replicates": 40, "jobs": 1, "participants": 2040, "months": 40}
    result = compare(["smaller-mentor-caseloads"], **{"simulate": fake_simulate, **defaults, **options})
    text = io.StringIO()
    show(result, Console(file=text, width=width), Path("results/compare-0123456789"))
    return text.getvalue(), result.sentence()


def test_the_answer_comes_first_and_the_folder_is_named() -> None:
    text, sentence = _shown(width=200)
    assert text.startswith(sentence)
    assert "Files: results/compare-0123456789" in text
    assert "never for deciding about a real individual" in text


def test_the_table_has_a_row_per_scenario() -> None:
    text, _ = _shown()
    row = next(line for line in text.splitlines() if line.split()[:1] == ["smaller-mentor-"])
    assert re.search(r"-\d+ \(-\d+ to [+-]?\d+\)", row)
    assert "$68" in row
    base = next(line for line in text.splitlines() if line.split()[:1] == ["status-quo"])
    assert base.split()[2] == "-"
    assert "status-quo in counts, the others as differences from it" in text


def test_every_difference_in_rearrests_has_its_interval() -> None:
    text, _ = _shown(width=400)
    line = next(line for line in text.splitlines() if line.startswith("Rearrested within 3 years: "))
    assert re.fullmatch(
        r"Rearrested within 3 years: \d+ under status-quo; smaller-mentor-caseloads [+-]\d+ \([+-]\d+ to [+-]?\d+\)\.",
        line,
    )
    assert "arrested" not in text[text.index("Scenario ") : text.index("Per 1,000")]
    assert "Counts are rounded to what luck lets them be known" in text


def test_a_scenario_for_women_alone_tells_what_changes_for_them() -> None:
    def fewer_women_back(job: Job) -> RunResult:
        result = fake_simulate(job)
        shares = np.full_like(result.series["rearrest"], 0.5)
        shares[1] -= 0.04 * (job.scenario.name == "women-only") * (1 + 0.01 * (job.replicate // 2))
        return replace(result, series=result.series | {"return_to_prison": shares})

    options: dict[str, Any] = {"replicates": 20, "jobs": 1, "participants": 100, "months": 36}
    women = load_scenario("women-only")
    men_too = women.vary({"programs.mentoring.eligible.sex": ["female", "male"]}, name="men-too")
    told = terminal.groups_line(compare([women, men_too], simulate=fewer_women_back, **options))
    assert told.startswith("Back in prison among those alone whom programs are for: women-only -42 (-4")
    assert told.endswith(" of 1,000 women.")
    assert "men-too" not in told


@pytest.mark.parametrize(
    ("changes", "whom"),
    [
        ({}, "risk=high"),
        ({"programs.mentoring.eligible.risk": ["low", "high"]}, ""),
        ({"programs.mentoring.eligible.sex": ["male"]}, "sex=male"),
        ({"programs.womens_services": {}, "funding.shares": {"mentoring": 0.0, "womens_services": 1.0}}, "sex=female"),
    ],
)
def test_whom_programs_are_for_is_those_of_all_with_money(changes: dict[str, Any], whom: str) -> None:
    assert terminal.whom_alone(load_scenario("status-quo").vary(changes)) == whom


def test_what_one_cohort_would_see_is_apart_and_labeled() -> None:
    text, _ = _shown(width=200)
    assert "One cohort of 2,040 people would see" in text
    assert "its own luck included" in text


def test_warnings_are_shown_and_missing_intervals_are_not_invented() -> None:
    text, _ = _shown(width=200, replicates=5)
    assert "warning: 6 replicates are run instead of 5" in text
    assert "warning: No intervals" in text
    assert "nan" not in text
    assert "One cohort" not in text


def test_the_table_fits_eighty_columns() -> None:
    text, _ = _shown(width=80)
    start, end = text.index("Scenario "), text.index("Per 1,000 people")
    assert max(map(len, text[start:end].splitlines())) <= 80
    assert "smaller-mentor-caseloads " in text
    assert "P(better)" in text


def test_months_in_the_community_and_the_best_are_told() -> None:
    text, _ = _shown(width=200)
    months = re.search(r"Months in the community within 3 years, later stays counted: (.*)\.", text)
    assert months is not None
    assert re.fullmatch(r"[\d.]+ under status-quo; smaller-mentor-caseloads [+-][\d.]+ \(.*\)", months[1])
    assert "Chance of the fewest" not in text  # of two scenarios P(better) says it
    three = compare(
        ["smaller-mentor-caseloads", "more-mentors"], simulate=fake_simulate, replicates=40, jobs=1, months=36
    )
    told = terminal.best_line(three)
    assert re.fullmatch(
        r"Chance of the fewest back in prison: status-quo .*, smaller-mentor-caseloads 0\.9.*, more.*\.", told
    )


@pytest.mark.parametrize("longest", ["-12 (-25 to +10)", "-110 (-150 to -80)"])
def test_numbers_are_whole_in_eighty_columns(longest: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "difference", lambda _: longest)
    monkeypatch.setattr(terminal, "millions", lambda *_: 4.05)
    text, _ = _shown(width=80)
    row = next(line for line in text.splitlines() if longest in line)
    assert "4.05" in row
    assert "$68" in row
    assert "\u2026" not in text


def _with_money(monkeypatch: pytest.MonkeyPatch, base: int, other: int) -> str:
    """A comparison of scenarios that spend $3.85 million less $1,000 a replicate of the millions that arrive."""

    def simulate(job: Job) -> RunResult:
        arrived = 100_000_000 * (base if job.scenario.name == "status-quo" else other)
        spent = 385_000_000 - 100_000 * job.replicate
        rows = [FakeLedgerRow("state_grant", "mentoring", step, arrived // 2, spent // 2, 0, 0, 0) for step in (1, 2)]
        return replace(fake_simulate(job), ledger=rows)  # type: ignore[type-var]

    result = compare(["more-mentors"], simulate=simulate, replicates=21, jobs=1, participants=100, months=40)
    text = io.StringIO()
    show(result, Console(file=text, width=200), Path("x"))
    return text.getvalue()


def test_money_spent_stands_beside_the_money_that_arrived(monkeypatch: pytest.MonkeyPatch) -> None:
    text = _with_money(monkeypatch, 4, 4)
    assert re.search(r"more-mentors .* \$\d+ +3\.84 ", text)  # the mean of replicates 0 to 21
    assert "millions of dollars spent, of 4.00 that came" in text
    assert "of 4.00 to 5.00 that came" in _with_money(monkeypatch, 5, 4)


def test_costs_are_of_the_whole_run() -> None:
    text, _ = _shown(width=200)
    assert "In the whole run: program cost in dollars per person released in it" in text
    assert "participant in" not in text


def test_one_scenario_has_no_difference() -> None:
    result = run("more-mentors", simulate=fake_simulate, replicates=20, jobs=1, months=12, participants=100)
    text = io.StringIO()
    show(result, Console(file=text, width=120), Path("x"))
    assert "fewer" not in text.getvalue()


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.5, "0.50"), (0.93, "0.95"), (0.99, ">0.95"), (1, ">0.95"), (0.01, "<0.05"), (0.04, "0.05"), (math.nan, "-")],
)
def test_probabilities_are_no_finer_than_known(share: float, words: str) -> None:
    assert probability(share) == words


@pytest.mark.parametrize(("mean", "error", "words"), [(686.27, 0.2, "$686"), (686.27, 7, "$690"), (math.nan, 1, "-")])
def test_dollars_follow_their_error(mean: float, error: float, words: str) -> None:
    assert dollars(Cell(mean, mean, mean, error, 0, 60)) == words


@pytest.mark.parametrize(
    ("mcse", "told"),
    [
        (0.004, "+1.23 (-0.46 to +3.00)"),
        (0.04, "+1.25 (-0.45 to +3.00)"),
        (0.4, "+1.0 (-0.5 to +3.0)"),
        (2.0, "+2 (+0 to +4)"),
    ],
)
def test_months_have_no_digit_that_the_runs_do_not_support(mcse: float, told: str) -> None:
    assert months(Cell(1.2345, -0.456, 3.0, mcse, 0.5, 10)) == told


def test_what_volunteers_gave_is_told_beside_the_money_and_what_was_not_paid_did_not_arrive() -> None:
    def with_volunteers(job: Job) -> RunResult:
        gave = 12_400.0 if job.scenario.name == "status-quo" else 0.0
        row = FakeLedgerRow("state_grant", "mentoring", 1, 500_000_000, 300_000_000, 0, 100_000_000, 100_000_000)
        notes = {"volunteer_hours": gave, "volunteer_dollars": 34 * gave}
        return replace(fake_simulate(job), ledger=[row], notes=notes)  # type: ignore[list-item]

    text, _ = _shown(width=400, simulate=with_volunteers)
    assert "status-quo 12 ($0.42 million); smaller-mentor-caseloads 0 ($0.00 million)" in text
    assert "of 4.00 that came" in text
    assert "volunteers" not in _shown(width=400)[0]
