"""Lines, places and workers of each program over the steps of a run: means over replicates, of the real system."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from reentrysim.analysis.intervals import summarize
from reentrysim.analysis.tables import draws_of
from reentrysim.experiments.run import Runs
from reentrysim.queues import WHAT, key
from reentrysim.scenario import Scenario

QUEUE_COLUMNS = ["scenario", "program", "step", "phase", "what", "value", "value_low", "value_high"]
PHASES = ("lead", "warm_up", "window", "tail", "after")
"""Before the first release; releases before, of and after the analysis cohort; the rest of its follow-up."""


def queues(runs: Runs) -> pd.DataFrame:
    """One row a scenario, program, `what` of `queues.WHAT` and step; columns QUEUE_COLUMNS.

    Values are people, or workers, of the real system at the end of the step, with the 95% interval of their mean.
    """
    parts = [
        pd.DataFrame(_columns(runs, scenario, program, what))
        for scenario in runs.plan.scenarios
        for program in scenario.programs.used
        for what in WHAT
        if key(what, program) in runs.queues[scenario.name]
    ]
    return pd.concat(parts, ignore_index=True)[QUEUE_COLUMNS] if parts else pd.DataFrame(columns=QUEUE_COLUMNS)


def _columns(runs: Runs, scenario: Scenario, program: str, what: str) -> dict[str, Any]:
    values = runs.queues[scenario.name][key(what, program)].astype(np.float64)
    told = summarize(values * (runs.plan.system_size / runs.plan.participants), draws_of(runs.plan))
    steps = np.arange(1, values.shape[1] + 1)
    return {
        "scenario": scenario.name,
        "program": program,
        "step": steps,
        "phase": list(phases(scenario, len(steps))),
        "what": what,
        "value": told.mean,
        "value_low": np.maximum(told.low, 0.0),
        "value_high": told.high,
    }


def phases(scenario: Scenario, steps: int) -> Iterator[str]:
    """Which of PHASES each step of a run is in."""
    time = scenario.time
    if time.intake == "cohort":
        lengths = (time.lead_months, 0, time.window_months, 0)
    else:
        lengths = (0, time.warmup_months, time.window_months, time.tail_months)
    told = [phase for phase, length in zip(PHASES, lengths, strict=False) for _ in range(length)]
    yield from (told + [PHASES[-1]] * steps)[:steps]
