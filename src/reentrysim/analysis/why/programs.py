"""A scenario's effect by program: each as the scenario or as the baseline has it, under the same luck."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from reentrysim.analysis.why.mixing import MONEY, REST, mixed, money_goes_with_programs, players, programs_of
from reentrysim.analysis.why.orders import Parts, contributions, sets_needed
from reentrysim.analysis.why.runs import ENDS, Run, Runner, per_1000
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario

TOTAL = "total"
COLUMNS = ["program", "differs", *(f"per_1000{end}" for end in ENDS)]
JOINT = (
    "Money is a part of its own: one of the two divides it by another rule than fixed shares, under other rises of "
    "prices, by a match or by a contract, so that no dollar belongs to one program; what a program does that only one "
    "of the two has is in it, too."
)


def parts_of(runner: Runner) -> tuple[str, ...]:
    """What differs between the two: programs, money where it is no program's, everything else."""
    if runner.parts is None:
        runner.parts = players(*_both(runner))
    return runner.parts


def _both(runner: Runner) -> tuple[Scenario, Scenario]:
    return runner.scenarios[runner.baseline], runner.scenarios[runner.scenario]


def name_of(runner: Runner, chosen: Parts) -> str:
    """The scenario in which these parts are as in the scenario, the others as in the baseline; made if need be."""
    parts = parts_of(runner)
    if not chosen or len(chosen) == len(parts):
        return runner.scenario if chosen else runner.baseline
    inside = ".".join(str(number) for number, part in enumerate(parts) if part in chosen)
    name = f"{runner.scenario}-mixed-{inside}-{runner.baseline}"
    if name not in runner.scenarios:
        runner.scenarios[name] = mixed(*_both(runner), chosen, name)
    return name


def runs(runner: Runner) -> Iterator[Run]:
    """What the table needs.

    Raises:
        InputError: if what the two scenarios say can't stand together in one between them.
    """
    for replicate in range(runner.plan.replicates):
        for chosen in sets_needed(parts_of(runner), Luck(runner.plan.seed, replicate)):
            yield runner.at(name_of(runner, chosen), replicate)


def notes(runner: Runner) -> list[str]:
    """What a reader must know of the table."""
    return [] if money_goes_with_programs(*_both(runner)) else [JOINT]


def table(runner: Runner) -> pd.DataFrame:
    """One row a program, then money where it is a part of its own, everything else, and the total; COLUMNS."""
    parts, found = parts_of(runner), list[dict[str, float]]()
    for replicate in range(runner.plan.replicates):

        def worth(chosen: Parts, replicate: int = replicate) -> float:
            return runner.known[runner.at(name_of(runner, chosen), replicate)]

        found.append(contributions(parts, Luck(runner.plan.seed, replicate), worth))
    by_part = {part: np.array([one[part] for one in found]) for part in parts}
    zero = np.zeros(runner.plan.replicates)
    every = (*programs_of(*_both(runner)), *([] if money_goes_with_programs(*_both(runner)) else [MONEY]), REST)
    rows = [
        {
            "program": name,
            "differs": name in parts,
            **per_1000(by_part.get(name, zero), runner.draws, nothing=name not in parts),
        }
        for name in every
    ]
    whole = np.array([runner.difference(runner.both(replicate)) for replicate in range(runner.plan.replicates)])
    rows.append({"program": TOTAL, "differs": True, **per_1000(whole, runner.draws)})
    return pd.DataFrame(rows, columns=COLUMNS)
