"""Transitional jobs: a program job is a state of its own, no job; it leaves less time to look for one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints
from reentrysim.agents.participants import Enrollment
from reentrysim.vocabulary import NEVER

NAME = "transitional_jobs"


def search(enrolled: Enrollment, who: Ints, values: Mapping[str, float], step: int) -> Floats:
    """Employers asked by people `who` (rows) in units of those asked without the program, shape (len(who),)."""
    busy = np.where(enrolled.place[who] != NEVER, values[f"{NAME}.lock_in_ratio"], 1.0)
    return busy * np.where(helped(enrolled, who, step), values[f"{NAME}.placement_ratio"], 1.0)


def loss(enrolled: Enrollment, who: Ints, values: Mapping[str, float], step: int) -> Floats:
    """What help to keep a job adds to the log hazard of losing it, shape (len(who),)."""
    return np.asarray(np.log(values[f"{NAME}.retention_loss_ratio"]) * helped(enrolled, who, step))


def helped(enrolled: Enrollment, who: Ints, step: int) -> Flags:
    """Who has a job developer this month, shape (len(who),)."""
    return np.asarray(enrolled.helped_until[who] >= step)
