"""Who stands in line for each program, who has a place in it, and who works there, step by step of a run."""

from __future__ import annotations

from reentrysim.agents.columns import Floats
from reentrysim.setup import World
from reentrysim.setup.money import MENTORING

IN_LINE, PLACED, WORKERS = "in_line", "placed", "workers"
WHAT = (IN_LINE, PLACED, WORKERS)
"""What is told of a program at the end of each step; of workers only where a program has caseloads."""


def key(what: str, program: str) -> str:
    """ "in_line=mentoring"."""
    return f"{what}={program}"


def by_step(world: World) -> dict[str, Floats]:
    """`key` -> shape (steps,), simulated people and workers at the ends of steps 1, 2, ...

    A circle of volunteers is one worker.
    """
    record = world.record
    told = {key(IN_LINE, MENTORING): record.waiting, key(PLACED, MENTORING): record.matched}
    for row, program in enumerate(world.enrolled):
        told |= {key(IN_LINE, program): record.in_line[row], key(PLACED, program): record.held[row]}
    told |= {key(WORKERS, program): record.workers[row] for row, program in enumerate(world.teams)}
    return {name: values[1:] for name, values in told.items()}
