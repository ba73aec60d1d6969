"""Transitional housing: a bed for some months. Who is at low risk is harmed by it more than others."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from reentrysim.agents.columns import Floats, Small
from reentrysim.vocabulary import Risk

NAME = "transitional_housing"


def harm_at_low_risk(dose: Floats, risk: Small, values: Mapping[str, float]) -> Floats:
    """What the dose adds to the log hazard of arrest of people at low assessed risk, of the same shape."""
    return np.asarray(np.log(values[f"{NAME}.low_risk_hazard_ratio"]) * dose * (risk == Risk.LOW))
