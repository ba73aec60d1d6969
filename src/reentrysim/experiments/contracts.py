"""Scenarios with contracts are run once more, with nobody in what they pay for: what luck and selection would earn."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from reentrysim.scenario import Scenario
from reentrysim.scenario.contracts import programs_of

if TYPE_CHECKING:
    from reentrysim.outcomes import RunResult
    from reentrysim.policies.contracts import ContractRow

Run = Callable[[Scenario], "RunResult"]
"""One run of a scenario in a replicate."""


def idle(scenario: Scenario) -> Scenario | None:
    """The same question, with nobody taking part in what contracts pay for; None without a contract.

    Money, offers, other programs and luck stay as they are.
    """
    used = scenario.programs.used
    payers = [source for source in scenario.funding.sources.values() if source.pays_if is not None]
    programs = {program for payer in payers for program in programs_of(payer, used)}
    return scenario.vary({f"programs.{name}.uptake_share": 0.0 for name in sorted(programs)}) if programs else None


def with_contracts(scenario: Scenario, result: RunResult, run: Run) -> RunResult:
    """A result with what its contracts came to, which takes a run more where there is one."""
    other = idle(scenario)
    if other is None:
        return result
    from reentrysim.policies.contracts import account

    pairs = zip(result.judged, run(other).judged, strict=True)
    return replace(result, judged=(), contracts=[account(one, without) for one, without in pairs])


def extra_runs(scenarios: Iterable[Scenario]) -> int:
    """How many of the scenarios take a run more in every replicate."""
    return sum(idle(scenario) is not None for scenario in scenarios)


def packed(rows: Sequence[ContractRow]) -> str:
    """Rows as text, every number whole."""
    return json.dumps(rows)


def unpacked(text: str) -> list[ContractRow]:
    """The rows that `packed` made text of."""
    from reentrysim.policies.contracts import ContractRow

    return [ContractRow(*row) for row in json.loads(text)]
