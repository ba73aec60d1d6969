"""The table of lines and places: people of the real system, means with their interval, and when it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest

from fakes import fake_simulate, use_fake_inputs
from reentrysim.analysis.intervals import summarize
from reentrysim.analysis.queues import QUEUE_COLUMNS, phases
from reentrysim.experiments.run import Job
from reentrysim.results import Comparison, compare, load
from reentrysim.scenario import load_scenario

if TYPE_CHECKING:
    from reentrysim.outcomes import RunResult


def _values(job: Job) -> Any:
    return 10.0 + job.replicate + np.arange(90)


def _simulate(job: Job) -> RunResult:
    told = {"in_line=mentoring": _values(job), "placed=mentoring": np.zeros(90)}
    return cast("RunResult", replace(cast(Any, fake_simulate(job)), queues=told))


def _results(patch: pytest.MonkeyPatch, replicates: int = 24) -> Comparison:
    use_fake_inputs(patch)
    return compare("more-mentors", simulate=_simulate, jobs=1, replicates=replicates, participants=100, months=12)


def test_values_are_means_of_the_real_system_with_their_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    results = _results(monkeypatch)
    table, facts = results.queues, results.facts
    assert list(table.columns) == QUEUE_COLUMNS
    assert set(table["what"]) == {"in_line", "placed"}  # no workers where none are told
    scale = facts.system_size / 100
    row = table[(table["scenario"] == "more-mentors") & (table["what"] == "in_line") & (table["step"] == 5)].iloc[0]
    known = summarize(scale * (14.0 + np.arange(24.0))[:, None], facts.draws).at(0)
    assert row["value"] == pytest.approx(scale * (14.0 + 11.5)) == pytest.approx(known.mean)
    assert (row["value_low"], row["value_high"]) == pytest.approx((known.low, known.high))
    assert (table["value_low"] >= 0).all()


def test_a_step_is_in_the_warm_up_the_window_the_tail_or_after() -> None:
    scenario = load_scenario("status-quo").vary({"time.tail_months": 30})
    told, time = list(phases(scenario, 120)), scenario.time
    assert len(told) == 120
    assert told.count("warm_up") == time.warmup_months
    assert told[time.warmup_months] == "window"
    assert told.count("window") == time.window_months
    assert told.count("tail") == time.tail_months
    assert told[-1] == "after"
    cohort = list(phases(scenario.vary({"time.intake": "cohort", "time.warmup_months": 0, "time.tail_months": 0}), 60))
    assert cohort.count("lead") == time.lead_months
    assert cohort[time.lead_months] == "window"
    assert "tail" not in cohort


def test_the_table_is_written_and_read_as_it_was(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    results = _results(monkeypatch)
    found = load(results.save(tmp_path / "run"))
    here, there = results.queues, found.queues
    assert list(there.columns) == QUEUE_COLUMNS
    assert np.allclose(here["value"], there["value"], rtol=1e-8)
    assert here["phase"].tolist() == there["phase"].tolist()
