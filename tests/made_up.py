"""A made-up world in which it is known what does what: shares by rule, no people, for tests of explanations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from reentrysim.analysis.why.runs import Runner
from reentrysim.experiments.plan import plan_runs
from reentrysim.experiments.run import Job
from reentrysim.programs.contract import Channel
from reentrysim.scenario import Scenario
from reentrysim.vocabulary import OUTCOMES

if TYPE_CHECKING:
    from reentrysim.outcomes import RunResult

Rule = Callable[[Job], float]
LEVEL, LUCK = 0.5, 0.01
MIXED = -0.006
"""What trust and its direct path do only together."""


@dataclass(frozen=True)
class MadeUp:
    """What one run of it says."""

    subgroups: tuple[str, ...]
    series: dict[str, Any]
    people: Any = None


def world(rule: Rule, luck: float = LUCK) -> Callable[[Job], RunResult]:
    """A share that is a level, luck that both scenarios have alike, and what the rule adds."""

    def simulate(job: Job) -> RunResult:
        shared = luck * np.random.default_rng([job.seed, job.replicate]).standard_normal()
        share = LEVEL + shared + rule(job)
        months = int(job.scenario.time.follow_up_months)
        return cast("RunResult", MadeUp(("all",), dict.fromkeys(OUTCOMES, np.full((1, months), share))))

    return simulate


def by_channel(job: Job) -> float:
    """More mentors help directly (-20 of 1,000), by ties (-4), and by both together; nothing else does anything."""
    if job.scenario.name != "more-mentors":
        return 0.0
    direct, ties = Channel.ARREST not in job.silent, Channel.BELONGING not in job.silent
    own = 0.003 * np.random.default_rng([2, job.seed, job.replicate]).standard_normal()
    return -0.02 * direct - 0.004 * ties + (MIXED + own) * (direct and ties) - 0.001


def by_level(job: Job) -> float:
    """As by channel; and nothing without the direct path's level."""
    whole = by_channel(job)
    return 0.0 if dict(job.numbers).get("mentoring.log_hazard_at_full_trust") == 0.0 else whole


def runner(rule: Rule, scenario: Scenario | str = "more-mentors", luck: float = LUCK, **options: Any) -> Runner:
    """Runs of the made-up world, of a scenario against status-quo."""
    asked = {"replicates": 8, "jobs": 1, "participants": 100, **options}
    return Runner(plan_runs([scenario], **asked), "return_to_prison", 36, world(rule, luck))
