"""The next dollar: a scenario again, once for each of its programs, which has a sum more and nothing else changed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reentrysim.scenario import Scenario, load_scenario
from reentrysim.vocabulary import InputError

SOURCE = "next_dollars"
"""Id of the source that pays the sum."""
MOST_DOLLARS = 1e12
KINDS = ("government", "philanthropy", "business")
_TERMS = ("first_step", "last_step", "spend", "unspent", "overhead_share")


@dataclass(frozen=True)
class NextDollar:
    """A sum, and which scenarios have it."""

    dollars: float
    pairs: tuple[tuple[str, str, str], ...]
    """Scenario, program, and the scenario in which that program has the sum more."""


def with_more(
    scenarios: Sequence[Scenario | str | Path], dollars: float
) -> tuple[list[Scenario], NextDollar, Iterator[str]]:
    """The scenarios, each followed by itself with `dollars` more for each of its programs; and what to know of it.

    Raises:
        InputError: for a sum that is none.
    """
    if not (math.isfinite(dollars) and 0.0 < dollars <= MOST_DOLLARS):
        hint = "It is a sum of dollars for the whole run, such as 100000"
        raise InputError(f"{dollars:g} is out of range", where="--marginal", hint=hint)
    listed, pairs, notes = list[Scenario](), list[tuple[str, str, str]](), list[str]()
    for asked in scenarios:
        scenario = load_scenario(asked) if isinstance(asked, str | Path) else asked
        more = {program: _with(scenario, program, dollars) for program in funded(scenario)}
        listed += [scenario, *more.values()]
        pairs += [(scenario.name, program, other.name) for program, other in more.items()]
        notes.append(_note(scenario, dollars))
    return listed, NextDollar(dollars, tuple(pairs)), iter(notes)


def funded(scenario: Scenario) -> tuple[str, ...]:
    """Programs that have a share of the money, or an earmark; some has, because shares sum to 1."""
    money, earmarked = scenario.funding, {name for one in scenario.funding.sources.values() for name in one.earmark}
    return tuple(name for name in scenario.programs.used if money.shares.get(name, 0.0) > 0.0 or name in earmarked)


def _with(scenario: Scenario, program: str, dollars: float) -> Scenario:
    like = scenario.funding.sources[_largest(scenario)]
    source: dict[str, Any] = {key: getattr(like, key) for key in _TERMS}
    source |= {"kind": like.kind if like.kind in KINDS else KINDS[0], "total_dollars": dollars, "earmark": [program]}
    name = f"{scenario.name}-plus-{program.replace('_', '-')}"
    return scenario.vary({f"funding.sources.{SOURCE}": source}, name=name)


def _largest(scenario: Scenario) -> str:
    """The source whose terms the sum has: the largest, of those that simply pay if there is one."""
    sources = scenario.funding.sources
    simple = {name: one for name, one in sources.items() if one.kind in KINDS and one.spend} or sources
    return max(simple, key=lambda name: (simple[name].total_dollars, name))


def _note(scenario: Scenario, dollars: float) -> str:
    name = _largest(scenario)
    terms = scenario.funding.sources[name]
    return (
        f"Each program of {scenario.name} in turn has ${dollars:,.0f} more, for it alone, on the terms of {name}: "
        f"steps {terms.first_step} to {terms.last_step}, {(terms.spend or 'even').replace('_', ' ')}, "
        f"{terms.overhead_share:.0%} of it overhead."
    )
