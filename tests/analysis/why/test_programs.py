"""By program: parts sum to the total, what is the same in both shows zero, a single difference has all of it."""

from __future__ import annotations

import pytest

from made_up import runner
from reentrysim.analysis.why import programs
from reentrysim.analysis.why.mixing import MONEY, REST
from reentrysim.analysis.why.runs import Runner
from reentrysim.experiments.run import Job
from reentrysim.scenario import load_scenario


def by_program(job: Job) -> float:
    """Months of mentoring help, program jobs help, and the second undoes half of the first; rooms for all help too."""
    scenario = job.scenario
    short = scenario.programs.mentoring.length_months < 18
    jobs = "transitional_jobs" in scenario.programs.used
    rooms = scenario.circumstances.rooms == "free"
    return -0.03 * (not short) - 0.01 * jobs + 0.015 * (jobs and not short) - 0.002 * rooms


def table(asked: Runner) -> dict[str, float]:
    asked.make(programs.runs(asked))
    frame = programs.table(asked)
    return dict(zip(frame["program"], frame["per_1000"].tolist(), strict=True))


def test_programs_have_what_they_do_and_half_of_what_two_do_together() -> None:
    scenario = load_scenario("jobs-first").vary({"programs.mentoring.length_months": 9, "circumstances.rooms": "free"})
    found = table(runner(by_program, scenario))
    # From long mentoring without jobs (-30) to short with jobs and rooms (-12): mentoring +30 alone, +15 beside jobs.
    assert found == pytest.approx({"mentoring": 22.5, "transitional_jobs": -2.5, REST: -2.0, "total": 18.0})


def test_a_program_that_is_the_same_in_both_shows_zero_and_the_only_other_one_has_the_total() -> None:
    base = load_scenario("jobs-first")
    other = base.vary({"programs.transitional_jobs.placement_months": 0}, name="no-placement")

    def rule(job: Job) -> float:
        return by_program(job) + 0.004 * (job.scenario.name == "no-placement")

    asked = runner(rule, other, baseline=base)
    found = table(asked)
    assert found == pytest.approx({"mentoring": 0.0, "transitional_jobs": 4.0, REST: 0.0, "total": 4.0})
    assert (found["mentoring"], found[REST]) == (0.0, 0.0)
    assert len(asked.known) == 2 * asked.plan.replicates  # and no run beside those of the two scenarios
    differs = programs.table(asked).set_index("program")["differs"]
    assert differs.to_dict() == {"mentoring": False, "transitional_jobs": True, REST: False, "total": True}


def test_more_than_three_parts_sum_to_the_total_too() -> None:
    found = table(runner(by_program, "balanced", replicates=6))
    assert sum(value for name, value in found.items() if name != "total") == pytest.approx(found["total"], abs=1e-9)
    assert found["case_management"] == pytest.approx(0.0, abs=1e-9)
    assert found["transitional_jobs"] == pytest.approx(5.0)


def test_joint_money_is_told() -> None:
    asked = runner(by_program, "by-need", replicates=2)
    assert MONEY in table(asked)
    assert programs.notes(asked) == [programs.JOINT]
    assert programs.notes(runner(by_program, replicates=2)) == []
