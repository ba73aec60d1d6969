"""The next dollar: a scenario again, once for each of its programs, which has a sum more, for it alone.

Nothing else changes in the scenario; under rules that pay in turn, other money may go to other programs for it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reentrysim.scenario import Scenario, load_scenario
from reentrysim.scenario.funding import FundingSource
from reentrysim.vocabulary import InputError

SOURCE = "next_dollars"
"""Id of the source that pays the sum; with a number, where the scenario has one of that name."""
MOST_DOLLARS = 1e12
KINDS = ("government", "philanthropy", "business")
_TERMS = ("first_step", "last_step", "spend", "unspent", "overhead_share", "indexed")
IN_TURN = ("risk_high_first", "risk_low_first", "next_dollar")
"""Funding rules that pay one claim after the other: what pays one of them leaves other money to the next."""
_FREED = (
    " Under its rule {rule} the sum pays claims that other money would have paid, and that goes to other programs: the "
    "differences are those of both."
)


@dataclass(frozen=True)
class NextDollar:
    """A sum, and which scenarios have it."""

    dollars: float
    pairs: tuple[tuple[str, str, str], ...]
    """Scenario, program, and the scenario in which that program has the sum more."""

    @property
    def further(self) -> frozenset[str]:
        """Names of the scenarios in which a program has the sum more."""
        return frozenset(more for _, _, more in self.pairs)


def with_more(
    scenarios: Sequence[Scenario | str | Path], dollars: float
) -> tuple[list[Scenario], NextDollar, Iterator[str]]:
    """The scenarios, each followed by itself with `dollars` more for each of its programs; and what to know of it.

    Raises:
        InputError: for a sum that is none.
    """
    if not (math.isfinite(dollars) and 0.0 < dollars <= MOST_DOLLARS):
        hint = f"It is a sum of dollars for the whole run, such as 100000, up to {MOST_DOLLARS:,.0f}"
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


def the_sum(scenario: Scenario, more: Scenario) -> FundingSource:
    """The source that `more` has beside those of the scenario."""
    (name,) = more.funding.sources.keys() - scenario.funding.sources.keys()
    return more.funding.sources[name]


def _with(scenario: Scenario, program: str, dollars: float) -> Scenario:
    like = scenario.funding.sources[_largest(scenario)]
    source: dict[str, Any] = {key: getattr(like, key) for key in _TERMS}
    source |= {"kind": like.kind if like.kind in KINDS else KINDS[0], "total_dollars": dollars, "earmark": [program]}
    name = f"{scenario.name}-plus-{program.replace('_', '-')}"
    return scenario.vary({f"funding.sources.{_free_id(scenario)}": source}, name=name)


def _free_id(scenario: Scenario) -> str:
    """An id that no source of the scenario has."""
    names = (SOURCE, *(f"{SOURCE}_{number}" for number in range(2, len(scenario.funding.sources) + 2)))
    return next(name for name in names if name not in scenario.funding.sources)


def _largest(scenario: Scenario) -> str:
    """The source whose terms the sum has: the largest that pays by itself, of those that simply pay if there is one."""
    sources = {name: one for name, one in scenario.funding.sources.items() if one.match_of is None}
    simple = {name: one for name, one in sources.items() if one.kind in KINDS} or sources
    return max(simple, key=lambda name: (simple[name].total_dollars, name))


def _note(scenario: Scenario, dollars: float) -> str:
    name, rule = _largest(scenario), scenario.funding.rule
    terms = scenario.funding.sources[name]
    freed = _FREED.format(rule=rule) if rule in IN_TURN else ""
    return (
        f"Each program of {scenario.name} in turn has ${dollars:,.0f} more, for it alone, on the terms of {name}: "
        f"steps {terms.first_step} to {terms.last_step}, {(terms.spend or 'even').replace('_', ' ')}, "
        f"{terms.overhead_share:.0%} of it overhead{', rising with prices' if terms.indexed else ''}.{freed}"
    )
