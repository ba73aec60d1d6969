"""What a sweep found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from reentrysim.experiments.sweeps.design import Design


@dataclass(frozen=True)
class SweepResults:
    """The runs of a sweep in design order, and those that failed."""

    sweep: Any
    design: Design
    scenarios: tuple[str, ...]
    baseline: str
    runs: pd.DataFrame
    failures: pd.DataFrame
