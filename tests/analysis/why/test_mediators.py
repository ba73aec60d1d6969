"""By mediator: parts sum to the total, what does nothing shows zero, one channel alone has all of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from behavior.small_runs import DIRECT, FULL_TRUST, small
from made_up import MIXED, by_channel, runner
from programs.outsiders import theater_group
from reentrysim.analysis.compare import compare
from reentrysim.analysis.why import mediators
from reentrysim.analysis.why.mediators import MEDIATORS, PLACES, TOTAL, acting
from reentrysim.analysis.why.runs import Runner
from reentrysim.experiments.plan import plan_runs
from reentrysim.experiments.run import Job, simulate
from reentrysim.programs.contract import Channel
from reentrysim.scenario import load_scenario


def made(rule: Runner) -> Runner:
    rule.make(mediators.runs(rule))
    return rule


def test_every_channel_belongs_to_one_mediator() -> None:
    assert Counter(channel for mine in MEDIATORS.values() for channel in mine) == Counter(Channel)


def test_mediators_have_what_they_do_and_half_of_what_two_do_together() -> None:
    found = mediators.by_replicate(made(runner(by_channel, replicates=200)))
    assert np.mean(found["direct path"]) == pytest.approx(-0.02 + MIXED / 2, abs=0.001)
    assert np.mean(found["self-efficacy and ties"]) == pytest.approx(-0.004 + MIXED / 2, abs=0.001)
    assert found[PLACES] == pytest.approx(-0.001)


def test_contributions_sum_to_the_total_in_every_replicate() -> None:
    asked = made(runner(by_channel))
    found = mediators.by_replicate(asked)
    total = np.array([asked.difference(asked.both(replicate)) for replicate in range(asked.plan.replicates)])
    assert sum(found.values()) == pytest.approx(total, abs=1e-12)
    table = mediators.table(asked).set_index("mediator")["per_1000"]
    assert table.drop(TOTAL).sum() == pytest.approx(table[TOTAL], abs=1e-9)


def test_the_total_is_that_of_a_comparison_of_other_people() -> None:
    total = mediators.table(made(runner(by_channel, replicates=60))).set_index("mediator").loc[TOTAL]
    other = made(runner(by_channel, replicates=60, seed=99))
    apart = mediators.table(other).set_index("mediator").loc[TOTAL]
    error = np.hypot(total["per_1000_mcse"], apart["per_1000_mcse"])
    assert 0.0 < abs(total["per_1000"] - apart["per_1000"]) < 4 * error


def test_a_channel_that_does_nothing_shows_zero() -> None:
    rows = mediators.table(made(runner(by_channel))).set_index("mediator")
    for name in ("work", "housing", "use and treatment"):  # on which mentors act, here without any effect
        assert rows.loc[name, "acts"]
        assert rows.loc[name, "per_1000"] == rows.loc[name, "per_1000_mcse"] == 0.0
    for name in ("deaths", "rule violations"):  # on which no program here acts
        assert not rows.loc[name, "acts"]
        assert rows.loc[name, ["per_1000", "per_1000_low", "per_1000_high", "per_1000_mcse"]].tolist() == [0.0] * 4


def test_what_programs_act_on_is_read_off_them(tmp_path: Path) -> None:
    mentors = {"work", "housing", "use and treatment", "self-efficacy and ties", "direct path"}
    assert acting(load_scenario("status-quo")) == mentors
    alone = load_scenario("rent-help")  # with all the money, so that mentors have none
    assert acting(alone) == {"housing"}
    assert "deaths" in acting(load_scenario("medication-treatment"))
    assert acting(load_scenario("vocational-training")) >= {"work", "direct path"}
    with theater_group(tmp_path):
        one = {"funding.shares": {"mentoring": 0.0, "theater_group": 1.0}, "programs.theater_group": {}}
        assert "direct path" in acting(load_scenario("status-quo").vary(one))


def test_mentors_who_only_act_directly_do_all_of_it_directly() -> None:
    """In the model itself, with real people; and the total is what a comparison of the same runs says."""
    short = {"time.follow_up_months": 12, "time.warmup_months": 3}
    few = small({"policies.caseload.mentoring.per_worker": 1, **short})
    base = few.vary({"funding.sources.state_grant.total_dollars": 0.0}, name="without-mentors")
    numbers = tuple({**DIRECT, FULL_TRUST: -1.5, "mentoring.early_end_hazard_ratio": 1.0}.items())

    def directly(job: Job) -> object:
        return simulate(replace(job, numbers=numbers))

    options = {"baseline": base, "replicates": 2, "jobs": 1, "participants": 150}
    asked = made(Runner(plan_runs([few], **options), "rearrest", 12, directly))  # type: ignore[arg-type]
    found = mediators.by_replicate(asked)
    total = [asked.difference(asked.both(replicate)) for replicate in range(2)]
    assert max(total) < 0.0
    assert found["direct path"].tolist() == pytest.approx(total)
    assert all(not found[name].any() for name in found if name != "direct path")
    compared = compare([few], simulate=directly, **options)  # type: ignore[arg-type]
    assert compared.paired(few.name, "rearrest", 12).mean == pytest.approx(np.mean(total), abs=1e-6)


def test_runs_that_two_tables_need_are_made_once() -> None:
    seen = Counter[object]()

    def counted(job: Job) -> float:
        seen[job.scenario.name, job.replicate, job.silent] += 1
        return by_channel(job)

    asked = runner(counted)
    asked.make(mediators.runs(asked))
    asked.make(mediators.runs(asked))
    assert set(seen.values()) == {1}
