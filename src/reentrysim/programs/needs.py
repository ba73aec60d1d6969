"""Whom several programs are for, beside being eligible."""

from __future__ import annotations

import numpy as np

from reentrysim.agents.columns import Flags
from reentrysim.programs.contract import Month
from reentrysim.vocabulary import Home


def a_home(month: Month) -> Flags:
    """Who is at liberty without a home, shape (people,)."""
    homeless = (month.lives.home == Home.STREET) | (month.lives.home == Home.SHELTER)
    return np.asarray(homeless & (month.free > 0.0))


def treatment_for_use(month: Month) -> Flags:
    """Who has a substance use disorder, shape (people,)."""
    return month.traits.substance_use_disorder
