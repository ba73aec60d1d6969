"""The tidy tables of a comparison, scenario by scenario, from the arrays of its runs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reentrysim.analysis.intervals import Summary, summarize, summarize_difference
from reentrysim.experiments.plan import Plan, draw_of
from reentrysim.experiments.run import Runs, at_horizon_only
from reentrysim.vocabulary import LESS_IS_BETTER

COMPARISON_COLUMNS = [
    *("scenario", "baseline", "outcome", "subgroup", "month", "value", "value_low", "value_high"),
    *("difference", "difference_low", "difference_high", "difference_mcse", "probability_better", "replicates"),
]
CURVE_COLUMNS = ["scenario", "outcome", "subgroup", "month", "value", "value_low", "value_high", "replicates"]
COST = "cost_programs"
AMOUNTS = ("arrived", "spent", "lapsed", "unspent", "unpaid")
_AMOUNTS = ("arrests", "convictions", "cost_", "days_", "earnings", "months_", "net_benefit", "prison_admissions")
"""What outcomes begin with that are amounts a person; all others are shares."""
LEDGER_COLUMNS = ["scenario", "replicate", "source", "program", "step", *AMOUNTS]


FEW_MEMBERS = 50
"""A subgroup of fewer people than this in the real system is never printed as precise: its intervals are left out."""


def is_few(people: Any, participants: int, system_size: int) -> Any:
    """Whether members in a run, on average, stand for fewer than FEW_MEMBERS of the real system."""
    return people * system_size / participants < FEW_MEMBERS


def _few(runs: Runs, scenario: str) -> NDArray[np.bool_]:
    """Which subgroups are so few in a scenario, shape (groups, 1)."""
    members = runs.people[scenario].mean(axis=0)
    return np.asarray(is_few(members, runs.plan.participants, runs.plan.system_size), dtype=np.bool_)[:, None]


def draws_of(plan: Plan) -> NDArray[np.int64]:
    """(R,) the draw of each replicate; -1 for central values."""
    return draw_numbers(plan.replicates, plan.inputs.stored_draws, plan.fixed_parameters)


def draw_numbers(replicates: int, stored_draws: int, fixed_parameters: bool) -> NDArray[np.int64]:
    """(R,) likewise, from what a manifest says."""
    draws = (draw_of(replicate, stored_draws, fixed_parameters) for replicate in range(replicates))
    return np.array([-1 if draw is None else draw for draw in draws], dtype=np.int64)


def _months_of(outcome: str, months: list[int]) -> list[int]:
    return months[-1:] if at_horizon_only(outcome) else months


def _grid(scenario: str, outcome: str, subgroups: tuple[str, ...], months: list[int]) -> dict[str, Any]:
    """Key columns of subgroup x month, months running fastest."""
    return {
        "scenario": scenario,
        "outcome": outcome,
        "subgroup": np.repeat(np.array(subgroups, dtype=object), len(months)),
        "month": np.tile(months, len(subgroups)),
    }


def is_amount(outcome: str) -> bool:
    """Whether an outcome is an amount a person, and no share."""
    return outcome.startswith(_AMOUNTS)


def possible(outcome: str, summary: Summary, spendable: float = math.inf) -> Summary:
    """The same with intervals of values kept to what they can be: shares from 0 to 1, amounts from 0, balances any.

    Programs cost at most `spendable` times what they cost on average (`spendable_of`): no more came.
    """
    most: Any = np.inf if is_amount(outcome) else 1.0
    most = summary.mean * spendable if outcome == COST and math.isfinite(spendable) else most
    least = -np.inf if outcome == "net_benefit" else 0.0
    return replace(summary, low=np.clip(summary.low, least, most), high=np.clip(summary.high, least, most))


def spendable_of(arrived: int, unpaid: int, spent: int) -> float:
    """How many times as much could have been spent, in all runs of a scenario; infinite where nothing was."""
    return max((arrived - unpaid) / spent, 1.0) if spent > 0 else math.inf


def _spendable(runs: Runs, name: str) -> float:
    rows = [row for run in runs.ledger[name] for row in run]
    return spendable_of(*(sum(int(getattr(row, amount)) for row in rows) for amount in ("arrived", "unpaid", "spent")))


def _value_columns(summary: Summary, few: NDArray[np.bool_]) -> dict[str, Any]:
    return {
        "value": summary.mean.ravel(),
        "value_low": np.where(few, np.nan, summary.low).ravel(),
        "value_high": np.where(few, np.nan, summary.high).ravel(),
        "replicates": summary.replicates.ravel(),
    }


def _difference_columns(outcome: str, summary: Summary, few: NDArray[np.bool_]) -> dict[str, Any]:
    better = summary.below if LESS_IS_BETTER[outcome] else 1 - summary.below
    return {
        "difference": summary.mean.ravel(),
        "difference_low": np.where(few, np.nan, summary.low).ravel(),
        "difference_high": np.where(few, np.nan, summary.high).ravel(),
        "difference_mcse": summary.mcse.ravel(),
        "probability_better": better.ravel(),
        "replicates": summary.replicates.ravel(),
    }


def curve_parts(runs: Runs) -> Iterator[pd.DataFrame]:
    """Values at every month since release; columns CURVE_COLUMNS."""
    draws, every = draws_of(runs.plan), list(range(1, runs.plan.months + 1))
    for name in runs.plan.names:
        few, spendable = _few(runs, name), _spendable(runs, name)
        for outcome, values in runs.series[name].items():
            months = _months_of(outcome, every)
            summary = possible(outcome, summarize(values[:, :, np.array(months) - 1], draws), spendable)
            columns = _value_columns(summary, few)
            yield pd.DataFrame({**_grid(name, outcome, runs.subgroups, months), **columns})


def comparison_parts(runs: Runs) -> Iterator[pd.DataFrame]:
    """Values and paired differences at the months that are reported; columns COMPARISON_COLUMNS."""
    draws = draws_of(runs.plan)
    for name in runs.plan.names:
        few, spendable = _few(runs, name), _spendable(runs, name)
        for outcome, series in runs.series[name].items():
            months = _months_of(outcome, runs.plan.reported_months)
            values = series[:, :, np.array(months) - 1]
            others = runs.of_the_same_people(name, outcome, months)
            columns = {
                **_grid(name, outcome, runs.subgroups, months),
                "baseline": runs.plan.baseline,
                **_value_columns(possible(outcome, summarize(values, draws), spendable), few),
                **_difference_columns(
                    outcome, summarize_difference(values, others, draws, itself=name == runs.plan.baseline), few
                ),
            }
            yield pd.DataFrame(columns)


def outcome_parts(runs: Runs) -> Iterator[pd.DataFrame]:
    """One frame per scenario: replicate x subgroup x month, one column per outcome."""
    months = np.arange(1, runs.plan.months + 1)
    everybody = np.array(runs.subgroups) == "all"
    kept = everybody[:, None] | np.isin(months, runs.plan.reported_months)
    group, month = np.nonzero(kept)
    for name in runs.plan.names:
        count = runs.plan.replicates
        columns: dict[str, Any] = {
            "scenario": name,
            "replicate": np.repeat(np.arange(count), len(group)),
            "subgroup": np.tile(np.array(runs.subgroups, dtype=object)[group], count),
            "month": np.tile(months[month], count),
            "people": runs.people[name][:, group].ravel(),
        }
        columns |= {outcome: values[:, group, month].ravel() for outcome, values in runs.series[name].items()}
        yield pd.DataFrame(columns)


def ledger_rows(runs: Runs) -> Iterator[tuple[Any, ...]]:
    """Every movement of money; columns LEDGER_COLUMNS."""
    for name in runs.plan.names:
        for replicate, rows in enumerate(runs.ledger[name]):
            for r in rows:
                yield (name, replicate, r.source, r.program, r.step, *(getattr(r, amount) for amount in AMOUNTS))
