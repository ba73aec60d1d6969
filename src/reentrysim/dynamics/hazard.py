"""What a hazard does in a month."""

from __future__ import annotations

import numpy as np

from reentrysim.agents.columns import Flags, Floats, rows_where


def strikes(hazard: Floats, u: Floats) -> Flags:
    """Whom a hazard a month strikes, by uniforms `u`: with probability 1 - exp(-hazard); of the same shape."""
    struck = u < hazard  # nobody else, because 1 - exp(-hazard) is less
    near = rows_where(struck)
    struck[near] = u[near] < -np.expm1(-hazard[near])
    return struck
