"""The points of a sweep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class FactorInfo:
    """One factor of a sweep."""

    path: str
    kind: str
    low: float | None
    high: float | None
    central: Any
    grade: str = ""
    scale: str = "linear"


@dataclass(frozen=True)
class Design:
    """The points of a sweep, one row each."""

    kind: str
    factors: tuple[FactorInfo, ...]
    table: pd.DataFrame
    unit: pd.DataFrame | None

    def problem(self) -> dict[str, Any]:
        """SALib's problem on the unit cube."""
        names = [factor.path for factor in self.factors]
        return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
