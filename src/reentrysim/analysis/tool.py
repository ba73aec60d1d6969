"""The risk tool of every scenario: its errors by group, and what a reader must know when it is an oracle."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reentrysim.analysis.intervals import summarize
from reentrysim.analysis.tables import is_few
from reentrysim.experiments.plan import Plan
from reentrysim.experiments.run import Runs
from reentrysim.tool_errors import HORIZON_MONTHS, KEYS, MEASURES

COLUMNS = ["scenario", "subgroup", "measure", "month", "people", "value", "value_low", "value_high", "value_mcse"]


def errors(runs: Runs, draws: NDArray[np.int64]) -> pd.DataFrame:
    """One row per scenario, subgroup and measure of the first reading; columns COLUMNS.

    Judged by who is rearrested by `month` under the baseline, the same people without what the scenario adds: a program
    that works would make a good tool look bad. `auc` is of those assessed. `people` is the mean of a run.
    """
    groups = [name for name in runs.subgroups if name == "all" or name.partition("=")[0] in KEYS]
    month, tables = min(HORIZON_MONTHS, runs.plan.months), []
    for scenario in runs.plan.names:
        people = runs.people[scenario].mean(axis=0)[[runs.subgroups.index(group) for group in groups]]
        few = is_few(people, runs.plan.participants, runs.plan.system_size)
        for measure in MEASURES if runs.errors[scenario] else ():
            told = summarize(runs.errors[scenario][measure], draws)
            columns = {
                "scenario": scenario,
                "subgroup": groups,
                "measure": measure,
                "month": month,
                "people": people,
                "value": told.mean,
                "value_low": np.where(few, np.nan, told.low),
                "value_high": np.where(few, np.nan, told.high),
                "value_mcse": told.mcse,
            }
            tables.append(pd.DataFrame(columns))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=COLUMNS)


def oracles(plan: Plan) -> tuple[str, ...]:
    """Scenarios whose policies see the truth."""
    return tuple(one.name for one in plan.scenarios if one.policies.assessment.tool == "oracle")


def label(plan: Plan) -> str:
    """What a sentence about a plan with an oracle ends in; nothing without one."""
    return f" {', '.join(named)}: the value of perfect information, no policy." if (named := oracles(plan)) else ""


def perfect_information(plan: Plan) -> Iterator[str]:
    """Whether a scenario's policies see what no agency can."""
    if named := oracles(plan):
        yield (
            f"Under {', '.join(named)} policies see everybody's true risk, which no agency can. What this changes is "
            "the value of perfect information: no better tool can give more, and no policy gives it."
        )
