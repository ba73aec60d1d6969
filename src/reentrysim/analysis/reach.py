"""Whom programs reach, and what that changes: per person released, offered a place, served, or completing.

The paired effect compares people with themselves under the baseline. The naive contrast compares those whom a program
reached with those whom it did not, as a report on participants would: who is eligible, is offered a place and accepts
is not like the others, so the two differ even where a program does nothing. Completers are the most unlike: who goes
back to prison cannot complete, whatever the program does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reentrysim.analysis.answer import PEOPLE
from reentrysim.analysis.intervals import summarize, summarize_difference
from reentrysim.analysis.tables import is_few
from reentrysim.experiments.run import Runs
from reentrysim.outcomes import REACH

Floats = NDArray[np.float64]
COLUMNS = [
    *("scenario", "program", "whom", "outcome", "month", "per_1000", "value", "in_baseline"),
    *("difference", "difference_low", "difference_high", "difference_mcse"),
    *("naive", "naive_low", "naive_high", "naive_mcse"),
]
_INTERVALS = ("difference_low", "difference_high", "naive_low", "naive_high")


def reach(runs: Runs, draws: NDArray[np.int64], scenario: str, outcome: str, month: int) -> pd.DataFrame:
    """One row for all released, then three a program: offered, served and completed; columns COLUMNS.

    `per_1000`: how many of 1,000 released they are. `in_baseline`: what the baseline gave the same people, so that
    difference is value - in_baseline, where somebody is reached in every run. `naive`: their value less that of
    everybody else in the same scenario. A share of everybody released (recidivism, deaths) or an amount a person; for
    shares of the living the others are approximate.
    """
    programs = next(one for one in runs.plan.scenarios if one.name == scenario).programs.used
    groups = ["all", *(f"{how}={program}" for program in programs for how in REACH)]
    lines = [_line(runs, draws, scenario, outcome, month, group) for group in groups if group in runs.subgroups]
    return pd.DataFrame(lines, columns=COLUMNS)


def _line(runs: Runs, draws: NDArray[np.int64], scenario: str, outcome: str, month: int, group: str) -> dict[str, Any]:
    row, everybody = runs.subgroups.index(group), runs.subgroups.index("all")
    values = runs.series[scenario][outcome][:, :, month - 1].astype(np.float64)
    people = runs.people[scenario].astype(np.float64)
    same = runs.of_the_same_people(scenario, outcome, [month])[:, row, 0].astype(np.float64)
    whom, _, program = group.partition("=")
    itself = scenario == runs.plan.baseline
    effect = summarize_difference(values[:, [row]], same[:, None], draws, itself=itself).at(0)
    line = {
        "scenario": scenario,
        "program": program,
        "whom": "released" if group == "all" else whom,
        "outcome": outcome,
        "month": month,
        "per_1000": PEOPLE * float(np.mean(people[:, row] / people[:, everybody])),
        "value": float(np.nanmean(values[:, row])) if np.isfinite(values[:, row]).any() else np.nan,
        "in_baseline": float(np.nanmean(same)) if np.isfinite(same).any() else np.nan,
        "difference": effect.mean,
        "difference_low": effect.low,
        "difference_high": effect.high,
        "difference_mcse": effect.mcse,
    }
    line |= dict(_naive(values, people, row, everybody, draws)) if program else {}
    few = is_few(people[:, row].mean(), runs.plan.participants, runs.plan.system_size)
    return line | dict.fromkeys(_INTERVALS, np.nan) if few else line


def _naive(
    values: Floats, people: Floats, row: int, everybody: int, draws: NDArray[np.int64]
) -> Iterator[tuple[str, float]]:
    """Members against everybody else, and its interval."""
    count, all_people = people[:, row], people[:, everybody]
    others = np.where(all_people > count, all_people - count, np.nan)  # nobody else is left to compare with
    rest = (values[:, everybody] * all_people - values[:, row] * count) / others
    contrast = summarize((values[:, row] - rest)[:, None], draws).at(0)
    yield from (("naive", contrast.mean), ("naive_low", contrast.low), ("naive_high", contrast.high))
    yield "naive_mcse", contrast.mcse
