"""Who has access to each program, group by group: whom it is for, who is offered a place, has one, and to the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from reentrysim.agents.columns import Flags, Floats, rows
from reentrysim.agents.participants import Mentees
from reentrysim.setup import World
from reentrysim.setup.money import MENTORING
from reentrysim.vocabulary import NEVER

HOW = ("eligible", "offered", "served", "completed")
ANY = ""
"""In place of a program: any of them."""


def standing(world: World, program: str) -> dict[str, Flags]:
    """How far everybody of the cohort came with a program: HOW -> shape (cohort,). Nobody anywhere where there is none.

    `eligible`: met the program's own rules in some month (setting, month, risk, sex, need) and so joined its line,
    whether or not there was a place, money, or a rule of the line by which their turn could ever come. Who lost the
    right to be asked before that, by going back to prison, and whom its mode of delivery does not reach, never was.
    """
    cohort = world.calendar.cohort
    if program != MENTORING and program not in world.enrolled:
        return dict.fromkeys(HOW, np.zeros(cohort.stop - cohort.start, dtype=np.bool_))
    own = rows(world.mentees if program == MENTORING else world.enrolled[program], cohort)
    began = own.match_step if isinstance(own, Mentees) else own.start_step
    return {
        "eligible": own.first_waiting != NEVER,
        "offered": own.offered_step != NEVER,
        "served": began != NEVER,
        "completed": own.completed,
    }


def shares(world: World, members: Mapping[str, Flags], programs: Iterable[str]) -> dict[str, Floats]:
    """`key(how, program)` -> shape (groups,): share of each group's members; nan for an empty group.

    Args:
        members: group -> its members in the cohort, shape (cohort,).
        programs: those that are told; and any of them, under the name ANY.
    """
    each = {program: standing(world, program) for program in programs}
    flags = {key(how, program): found[how] for program, found in each.items() for how in HOW}
    none = np.zeros_like(next(iter(members.values())))
    flags |= {key(how, ANY): np.logical_or.reduce([none, *(found[how] for found in each.values())]) for how in HOW}
    groups = np.stack(list(members.values())).astype(np.float64)
    size = groups.sum(axis=1)
    counts = groups @ np.stack(list(flags.values()), axis=1).astype(np.float64)
    told = np.divide(counts, size[:, None], out=np.full(counts.shape, np.nan), where=size[:, None] > 0)
    return dict(zip(flags, told.T, strict=True))


def key(how: str, program: str) -> str:
    """The name of a share, as that of the subgroup of whom a program reached."""
    return f"{how}={program}"
