"""Fake runs with everything that pictures show: groups, access, money by program, lines and caseloads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest

from fakes import FakeLedgerRow, fake_simulate, use_fake_inputs
from reentrysim import access, queues
from reentrysim.experiments.run import Job
from reentrysim.results import Comparison, compare, run

if TYPE_CHECKING:
    from reentrysim.outcomes import RunResult

GROUPS = ("all", "sex=female", "sex=male", "age=18-24", "age=40+", "race=white", "race=black", "risk=high")
PEOPLE = np.array([1000, 120, 880, 200, 500, 400, 450, 300])
LONG = "a-scenario-with-a-name-that-goes-on-for-much-longer-than-it-should-number"


def rich_simulate(job: Job) -> RunResult:
    """What `fake_simulate` says, each group a little off, and the rest by simple rules from the scenario's name."""
    plain = cast(Any, fake_simulate(job))
    shift = len(job.scenario.name) % 7
    series = {
        name: np.stack([values[0] * (1 + 0.01 * k) for k in range(len(GROUPS))])
        for name, values in plain.series.items()
    }
    luck = np.random.default_rng([3, job.replicate, shift])
    ledger = [
        FakeLedgerRow("state_grant", "mentoring", 1, 100_000_000 * (1 + shift), 60_000_000, 5_000_000, 0, 0),
        FakeLedgerRow("state_grant", "overhead", 2, 10_000_000, 10_000_000, 0, 0, 0),
        FakeLedgerRow("state_grant", "mentoring", 9, 0, 100_000_000 * shift, 0, 30_000_000, 5_000_000),
    ]
    shares = {
        access.key(how, program): 0.1 * (1 + place)
        + 0.01 * np.arange(len(GROUPS))
        + 0.002 * luck.standard_normal(len(GROUPS))
        for place, how in enumerate(reversed(access.HOW))
        for program in (access.ANY, "mentoring")
    }
    lines = {
        queues.key(what, "mentoring"): 20.0 * (1 + place) + shift + luck.random(100)
        for place, what in enumerate(queues.WHAT)
    }
    told = replace(
        plain, subgroups=GROUPS, people=PEOPLE, series=series, ledger=ledger, access=shares, queues=lines,
        notes={"mean_wait_months": 2.0},
    )  # fmt: skip
    return cast("RunResult", told)


def rich_comparison(count: int, folder: Path, patch: pytest.MonkeyPatch, **options: Any) -> Comparison:
    """A comparison of `count` scenarios, the baseline included, all but the first two with very long names."""
    use_fake_inputs(patch)
    asked: dict[str, Any] = {"replicates": 24, "jobs": 1, "participants": 1000, "months": 40, **options}
    names: list[str | Path] = ["more-mentors", "smaller-mentor-caseloads"]
    for number in range(3, count):
        path = folder / f"{LONG}-{number}.toml"
        path.write_text('schema = 1\nbased_on = "more-mentors"\ntitle = "Long"\nquestion = "Does it fit?"\n')
        names.append(path)
    if count == 1:
        return cast(Comparison, run("status-quo", simulate=rich_simulate, **asked))
    return compare(names[: count - 1], simulate=rich_simulate, **asked)
