"""A scenario's effect by mediator: channels that programs act through, switched off under the same luck."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

import numpy as np
import pandas as pd

from reentrysim.analysis.effects import THROUGH
from reentrysim.analysis.why.orders import Parts, contributions, sets_needed
from reentrysim.analysis.why.runs import ENDS, Run, Runner, per_1000
from reentrysim.experiments.next_dollar import funded
from reentrysim.programs import mentoring
from reentrysim.programs.contract import Channel, Program
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario
from reentrysim.scenario.offered import offered
from reentrysim.scenario.own_rules import is_own
from reentrysim.setup.money import MENTORING

MEDIATORS: Mapping[str, tuple[Channel, ...]] = {
    "work": THROUGH["work"],
    "housing": THROUGH["homes"],
    "use and treatment": THROUGH["use"],
    "self-efficacy and ties": THROUGH["ties"],
    "deaths": (Channel.DEATH,),
    "rule violations": (Channel.VIOLATION,),
    "direct path": (Channel.ARREST,),
}
"""Every channel belongs to one of them."""
PLACES, TOTAL = "places themselves, and what they displace", "total"
COLUMNS = ["mediator", "acts", *(f"per_1000{end}" for end in ENDS)]


def acting(scenario: Scenario) -> frozenset[str]:
    """The mediators that any program of a scenario acts on which can ever have money."""
    paid = scenario.programs.used if is_own(scenario.funding.rule) else funded(scenario)
    channels = {channel for name in paid for channel in _channels(name)}
    return frozenset(name for name, mine in MEDIATORS.items() if channels & set(mine))


def _channels(name: str) -> Iterator[Channel]:
    """Through which a program acts; a trade that it teaches is part of one's standing with employers."""
    if name == MENTORING:
        yield from mentoring.EFFECTS
        return
    program = cast(Program, offered()[name])
    yield from program.effects
    if program.trial is not None:
        yield Channel.ARREST
    if program.trade_skill is not None:
        yield Channel.STANDING


def mediators_of(runner: Runner) -> tuple[str, ...]:
    """Those on which programs of the scenario or of the baseline act, in order."""
    there = acting(runner.scenarios[runner.scenario]) | acting(runner.scenarios[runner.baseline])
    return tuple(name for name in MEDIATORS if name in there)


def pair(runner: Runner, replicate: int, active: Parts) -> tuple[Run, Run]:
    """The scenario and the baseline where only these mediators are moved."""
    left_out = [name for name in mediators_of(runner) if name not in active]
    silent = frozenset(channel for name in left_out for channel in MEDIATORS[name])
    return runner.both(replicate, silent=silent)


def runs(runner: Runner) -> Iterator[Run]:
    """What the table needs."""
    for replicate in range(runner.plan.replicates):
        for active in sets_needed(mediators_of(runner), Luck(runner.plan.seed, replicate)):
            yield from pair(runner, replicate, active)


def by_replicate(runner: Runner) -> dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """Contribution of each mediator that acts, and of places, in each replicate, shape (R,); shares of people."""
    there, found = mediators_of(runner), list[dict[str, float]]()
    for replicate in range(runner.plan.replicates):

        def worth(active: Parts, replicate: int = replicate) -> float:
            return runner.difference(pair(runner, replicate, active))

        parts = contributions(there, Luck(runner.plan.seed, replicate), worth)
        found.append(parts | {PLACES: worth(frozenset())})
    return {name: np.array([one[name] for one in found]) for name in (*there, PLACES)}


def table(runner: Runner) -> pd.DataFrame:
    """One row a mediator, then places themselves and the total, which is their sum; COLUMNS."""
    found, draws = by_replicate(runner), runner.draws
    zero = np.zeros(runner.plan.replicates)
    rows = [
        {"mediator": name, "acts": name in found, **per_1000(found.get(name, zero), draws, nothing=name not in found)}
        for name in (*MEDIATORS, PLACES)
    ]
    whole = np.array([runner.difference(runner.both(replicate)) for replicate in range(runner.plan.replicates)])
    rows.append({"mediator": TOTAL, "acts": True, **per_1000(whole, draws)})
    return pd.DataFrame(rows, columns=COLUMNS)
