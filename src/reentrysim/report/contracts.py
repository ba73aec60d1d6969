"""Contracts on the terminal: how often they pay, also for nothing, and what they miss."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from reentrysim.analysis.compare import Comparison
from reentrysim.scenario import Scenario

Line = Mapping[Hashable, Any]
_LOSES = {"investors": "investors lose", "government": "the government loses", "provider": "services never get"}


def contract_lines(comparison: Comparison) -> Iterator[str]:
    """A few sentences on each contract."""
    for row in comparison.payments().to_dict("records"):
        yield " ".join((_paid(row), _if_idle(row), _missed(row)))
    if any(map(_shrinks, comparison.plan.scenarios)):
        yield "Contracts: dollars as they are agreed on; prices rise, and the ledger has what these buy once they come."


def _shrinks(scenario: Scenario) -> bool:
    """Whether what a contract pays loses value until it is paid."""
    sources = scenario.funding.sources.values()
    return scenario.funding.inflation_share != 0.0 and any(one.pays_if and not one.indexed for one in sources)


def _paid(row: Line) -> str:
    return (
        f"Contract {row['source']} under {row['scenario']}: pays in {_chance(row, 'probability_paid')}, "
        f"{_dollars(row['expected_paid_dollars'])} of {_dollars(row['at_stake_dollars'])} at stake on average; "
        f"{_LOSES[row['lost_by']]} the rest."
    )


def _if_idle(row: Line) -> str:
    return (
        f"It would pay in {_chance(row, 'probability_paid_if_idle')} if its programs did nothing for the same people."
    )


def _missed(row: Line) -> str:
    """Of runs in which the people counted did better than without the programs."""
    better = int(row["runs_better"])
    if not better:
        return "In no run did its programs lower the rate of those counted."
    missed = round(row["probability_unpaid_if_better"] * better)
    return f"In {better} of {row['runs']} runs its programs lowered the rate; in {missed} of these it doesn't pay."


def _chance(row: Line, name: str) -> str:
    """ "31 of 54 runs (57%, Monte Carlo error 7%)"."""
    share, error = row[name], row[f"{name}_mcse"]
    known = "" if math.isnan(error) else f", Monte Carlo error {error:.0%}"
    return f"{round(share * row['runs'])} of {row['runs']} runs ({share:.0%}{known})"


def _dollars(amount: float) -> str:
    return f"${amount:,.0f}"
