"""Which estimates the answer goes with: the one that it follows is clear, others are not, and few draws say so."""

from __future__ import annotations

import numpy as np
import pytest

from made_up import Rule, runner
from reentrysim.analysis.why import drivers
from reentrysim.analysis.why.drivers import candidates
from reentrysim.analysis.why.runs import Runner
from reentrysim.evidence import load_catalog
from reentrysim.experiments.run import Job
from reentrysim.scenario import load_scenario
from reentrysim.scenario.values import values_for

WORK = "work.hazard_ratio"


def follows(name: str, own: float = 0.0) -> Rule:
    """The difference is a tenth of an estimate, and luck of each run's own."""

    def rule(job: Job) -> float:
        if job.scenario.name == "status-quo":
            return 0.0
        luck = np.random.default_rng([5, job.replicate]).standard_normal()
        return 0.1 * values_for(job.scenario, job.draw)[name] + own * float(luck)

    return rule


def made(asked: Runner) -> Runner:
    asked.make(run for replicate in range(asked.plan.replicates) for run in asked.both(replicate))
    return asked


def test_what_the_answer_follows_comes_first_and_is_clear() -> None:
    frame, notes = drivers.table(made(runner(follows(WORK, own=0.002), replicates=60)))
    first = frame.iloc[0]
    assert (first["estimate"], first["grade"], first["clear"], first["draws"]) == (WORK, "D", True, 30)
    assert first["spearman"] > 0.9
    assert first["spearman_low"] < first["spearman"] < first["spearman_high"]
    assert (frame["spearman"].abs().diff().dropna() <= 0.0).all()
    assert frame["clear"].sum() == 1
    assert "1 is clear of chance" in notes[0]


def test_luck_alone_is_nothing_clear_however_many_estimates_there_are() -> None:
    frame, notes = drivers.table(made(runner(_luck, replicates=60)))
    assert len(frame) > 100
    assert (frame["spearman"].abs() > 0.36).sum() > 2  # what would pass for clear, one by one
    assert not frame["clear"].any()
    assert "none is clear of chance" in notes[0]
    share = float(notes[0].rpartition("; ")[2].partition("%")[0])
    assert share > 60


def _luck(job: Job) -> float:
    names = {"status-quo": 1, "more-mentors": 2}
    return 0.01 * float(np.random.default_rng([names[job.scenario.name], job.replicate]).standard_normal())


def test_few_draws_or_none_are_told() -> None:
    frame, notes = drivers.table(made(runner(follows(WORK), replicates=12)))
    assert frame.empty
    assert "6 draws of at least 20" in notes[0]
    frame, notes = drivers.table(made(runner(follows(WORK), replicates=40, fixed_parameters=True)))
    assert frame.empty
    assert "no draws to rank" in notes[0]
    frame, notes = drivers.table(made(runner(lambda _: 0.0, replicates=40)))
    assert frame.empty
    assert "the same in every draw" in notes[0]


def test_candidates_are_what_the_two_scenarios_can_rest_on() -> None:
    names = candidates([load_scenario("status-quo"), load_scenario("jobs-first")])
    assert {WORK, "mentoring.hazard_ratio", "effects.demonstration_share", "transitional_jobs.odds_ratio"} <= set(names)
    assert not any(name.startswith(("supportive_housing.", "case_management.")) for name in names)
    assert not any(load_catalog()[name].drawn_with for name in names)
    assert all(load_catalog()[name].uncertain for name in names)


def test_what_passes_for_clear_is_where_the_safe_interval_leaves_nothing() -> None:
    least = drivers._least_that_is_clear(30, 150)
    assert 0.5 < least < 0.7
    assert least == pytest.approx(np.tanh(3.588 * np.sqrt((1 + least**2 / 2) / 27)), abs=0.001)
