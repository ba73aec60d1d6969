"""What every point of a sweep keeps to, so that its points are compared at equal spending."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from reentrysim.experiments.sweeps.factors import is_number
from reentrysim.scenario import Scenario
from reentrysim.scenario.fields import Strict
from reentrysim.scenario.messages import refuse, shown
from reentrysim.vocabulary import InputError

AS_IN_SCENARIO = "as_in_scenario"
_SHARES = "funding.shares."
Changes = dict[str, Any]


def _total(value: object) -> object:
    if value == AS_IN_SCENARIO or (is_number(value) and value > 0):  # type: ignore[operator]
        return value
    what = f'must be "{AS_IN_SCENARIO}" or dollars above 0, not {shown(value)}'
    raise refuse(what, "Write 4_900_000 for 4.9 million dollars")


class Constraints(Strict):
    """What is made to hold at every point, after the factors are set."""

    total_dollars: Annotated[Literal["as_in_scenario"] | float | None, BeforeValidator(_total)] = None
    """What all sources pay together, as in the scenario or so many dollars; their totals are rescaled together."""
    shares: Literal["rescaled"] | None = None
    """Whether the funding shares of a point are rescaled together so that they sum to 1."""


def constrained(changes: Mapping[str, Any], constraints: Constraints, scenario: Scenario) -> Changes:
    """The changes of a point (by dotted path) with what the constraints make of its money.

    Raises:
        InputError: if there is nothing that could be rescaled.
    """
    made = dict(changes)
    if constraints.total_dollars is not None:
        made |= _rescaled_totals(made, constraints.total_dollars, scenario)
    if constraints.shares is not None:
        made |= _rescaled_shares(made, scenario)
    return made


def _rescaled_totals(changes: Mapping[str, Any], total: str | float, scenario: Scenario) -> Changes:
    before = {
        f"funding.sources.{name}.total_dollars": one.total_dollars for name, one in scenario.funding.sources.items()
    }
    now = {path: _amount(changes.get(path, dollars), path) for path, dollars in before.items()}
    target = math.fsum(before.values()) if isinstance(total, str) else total
    if math.fsum(now.values()) == 0:
        what = "no source pays anything, so nothing can be rescaled"
        raise InputError(what, where="constraints.total_dollars", hint="Give one of them dollars")
    _refuse_undone(now, changes)
    return {path: dollars * target / math.fsum(now.values()) for path, dollars in now.items()}


def _refuse_undone(rescaled: Mapping[str, float], changes: Mapping[str, Any]) -> None:
    """One amount alone is rescaled to the same, whatever a factor made of it."""
    if len(rescaled) == 1 and (undone := rescaled.keys() & changes.keys()):
        what = "is rescaled to the same at every point, because it is the only one"
        raise InputError(what, where=next(iter(undone)), hint="Leave this factor or the constraint out")


def _rescaled_shares(changes: Mapping[str, Any], scenario: Scenario) -> Changes:
    asked = {path: value for path, value in changes.items() if path.startswith(_SHARES)}
    now = {f"{_SHARES}{name}": share for name, share in scenario.funding.shares.items()} | asked
    now = {path: _amount(value, path) for path, value in now.items()}
    if math.fsum(now.values()) == 0:
        what = "all shares are 0, so nothing can be rescaled"
        raise InputError(what, where="constraints.shares", hint="Give one program a share above 0")
    _refuse_undone(now, asked)
    return {path: share / math.fsum(now.values()) for path, share in now.items()}


def _amount(value: Any, path: str) -> float:
    if not is_number(value) or not math.isfinite(value) or value < 0:
        raise InputError(f"{shown(value)} can't be rescaled", where=path, hint="It takes a number from 0 on")
    return float(value)
