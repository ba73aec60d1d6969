"""What the next dollar does in each program: returns, rearrests, the cost of one return averted, and what bound it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reentrysim.analysis.cautions import IDLE_SHARE, TOO_LATE, came, what_bound, without_ceiling
from reentrysim.analysis.economics.ratios import UNEVEN, cost_per_return, none
from reentrysim.analysis.intervals import summarize_difference
from reentrysim.analysis.leaving_out import leaving_out
from reentrysim.experiments.next_dollar import NextDollar, the_sum
from reentrysim.experiments.run import Runs
from reentrysim.scenario import Scenario
from reentrysim.vocabulary import CENTS_PER_DOLLAR

Floats = NDArray[np.float64]
OUTCOMES = {"return_to_prison": "return", "rearrest": "rearrest"}
_ENDS = ("", "_low", "_high", "_mcse")
COLUMNS = [
    *("scenario", "program", "dollars", "spent", "month"),
    *(f"{word}_difference{end}" for word in OUTCOMES.values() for end in _ENDS),
    *("cost_difference", "cost_per_return_averted", "cost_per_return_averted_low", "cost_per_return_averted_high"),
    *("why_no_cost", "limited_by"),
]


def marginal(
    runs: Runs, draws: NDArray[np.int64], asked: NextDollar, month: int, notes: pd.DataFrame, last: dict[str, int]
) -> pd.DataFrame:
    """One row per scenario and program: what the sum more changes against the same scenario without it; COLUMNS.

    Differences are shares by `month` of those analyzed; `cost_difference` is dollars for each person released in the
    whole run. Their ratio is the cost of one return averted where the sum is the same for all of these (`is_even`).
    `spent` is dollars of the real system, of `dollars` that came. `last` is the step of each scenario's last release.
    """
    rows = [_row(runs, draws, asked.dollars, pair, month, notes, last) for pair in asked.pairs]
    return pd.DataFrame(rows, columns=COLUMNS)


def _row(
    runs: Runs,
    draws: NDArray[np.int64],
    dollars: float,
    pair: tuple[str, str, str],
    month: int,
    notes: pd.DataFrame,
    last: dict[str, int],
) -> dict[str, Any]:
    base, program, more = pair
    row: dict[str, Any] = {"scenario": base, "program": program, "dollars": dollars, "month": month}
    for outcome, word in OUTCOMES.items():
        values, without = (_sample(runs, name, outcome, month)[:, None] for name in (more, base))
        cell = summarize_difference(values, without, draws).at(0)
        told = (cell.mean, cell.low, cell.high, cell.mcse)
        row |= {f"{word}_difference{end}": value for end, value in zip(_ENDS, told, strict=True)}
    averted = _sample(runs, base, "return_to_prison", month) - _sample(runs, more, "return_to_prison", month)
    cost = _sample(runs, more, "cost_programs", runs.plan.months) - _sample(
        runs, base, "cost_programs", runs.plan.months
    )
    one, other = (_scenario(runs, name) for name in (base, more))
    even = is_even(one, other, last[more])
    each = cost_per_return(cost, averted, draws) if even else none(UNEVEN)
    row |= {"cost_difference": float(cost.mean()), "cost_per_return_averted": each.value, "why_no_cost": each.reason}
    row |= {"cost_per_return_averted_low": each.low, "cost_per_return_averted_high": each.high}
    paid, spent, late = _money(runs, pair, last[more])
    row["spent"] = spent
    idle = paid - spent > IDLE_SHARE * paid
    bound = what_bound(program, more, notes, runs.plan.participants, without_ceiling(runs.plan), leaving_out(runs.plan))
    limit = TOO_LATE if late > (paid - spent) / 2 else bound
    return row | {"limited_by": limit if idle else ""}


def is_even(scenario: Scenario, more: Scenario, last_release: int) -> bool:
    """Whether the sum comes in equal parts from the first step to the last release, or all released are analyzed."""
    terms = the_sum(scenario, more)
    steady = terms.spend == "even" and terms.first_step == 1 and terms.last_step >= last_release
    return steady or scenario.time.intake == "cohort"


def _sample(runs: Runs, name: str, outcome: str, month: int) -> Floats:
    """(R,) of everybody."""
    return runs.series[name][outcome][:, runs.subgroups.index("all"), month - 1].astype(np.float64)


def _scenario(runs: Runs, name: str) -> Scenario:
    return next(one for one in runs.plan.scenarios if one.name == name)


def _money(runs: Runs, pair: tuple[str, str, str], last_release: int) -> tuple[float, float, float]:
    """Dollars more that came, were spent, and were left of what came after the last release; mean of the runs."""
    paid = spent = late = 0
    for name, sign in ((pair[2], 1), (pair[0], -1)):
        for row in (row for rows in runs.ledger[name] for row in rows):
            there = came(row.arrived, row.unpaid)
            paid += sign * there
            spent += sign * row.spent
            late += sign * (there - row.spent) * (row.step > last_release)
    scale = CENTS_PER_DOLLAR * len(runs.ledger[pair[0]])
    return paid / scale, spent / scale, late / scale
