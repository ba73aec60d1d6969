"""Case management: caseworkers share their hours among their people, and refer to work, homes and treatment."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from reentrysim.agents.columns import Floats, Ints

NAME = "case_management"


def dose_of_hours(load: Ints, values: Mapping[str, float]) -> Floats:
    """Dose that each of a caseworker's people gets at a load of people, 1 at most, of the same shape."""
    hours = values[f"{NAME}.hours_per_month"] / np.maximum(load, 1)
    return np.minimum(hours / values[f"{NAME}.full_dose_hours_per_month"], 1.0)


def search(dose: Floats, values: Mapping[str, float]) -> Floats:
    """Employers asked in units of those asked without the program, of the same shape."""
    return np.asarray(np.exp(values[f"{NAME}.search_gain"] * dose))


def home(dose: Floats, values: Mapping[str, float]) -> Floats:
    """What the dose adds to the log odds of being taken in, of the same shape."""
    return values[f"{NAME}.home_log_odds"] * dose


def homeless_at_release(dose: Floats, values: Mapping[str, float]) -> Floats:
    """Homelessness at release in units of that without the program, of the same shape."""
    return 1.0 - (1.0 - values[f"{NAME}.homeless_at_release_ratio"]) * dose


def treatment(dose: Floats, values: Mapping[str, float]) -> Floats:
    """Entry into treatment in units of that without the program, of the same shape."""
    return np.asarray(np.exp(np.log(values[f"{NAME}.treatment_entry_ratio"]) * dose))
