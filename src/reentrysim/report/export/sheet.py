"""One sheet: a table whose cells hold what is printed, and how each column is shown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from reentrysim.analysis.answer import rounded, supported_unit

WHOLE, CENTS, PLAIN = "#,##0", "0.00", "General"
CHANCE_STEP = 0.05
"""Chances are not known more finely; as on the terminal."""


@dataclass(frozen=True)
class Sheet:
    """A table with its name and, by column, the format of numbers where it is not PLAIN."""

    name: str
    table: pd.DataFrame
    formats: Mapping[str, str] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """Name of its CSV file."""
        return f"{self.name.lower().replace(' ', '-')}.csv"


def supported(numbers: Iterable[Any], errors: Iterable[Any], scale: float = 1.0, finest: float = 1.0) -> list[Any]:
    """Numbers times `scale`, rounded to what their Monte Carlo standard errors support, and no finer than `finest`.

    Like `answer.Counts`; whole ones are integers, missing ones None.
    """
    return [_one(number, error, scale, finest) for number, error in zip(numbers, errors, strict=True)]


def _one(number: Any, error: Any, scale: float, finest: float) -> float | int | None:
    if number is None or not math.isfinite(number):
        return None
    unit = supported_unit(abs(float(error)) * scale / finest) if math.isfinite(error) else 1
    steps = rounded(float(number) * scale / finest, unit)
    return steps if finest == 1.0 else round(steps * finest, 9)


def chances(numbers: Iterable[float]) -> list[Any]:
    """Chances to CHANCE_STEP, kept off 0 and 1, which no number of draws shows."""
    return [None if math.isnan(one) else _chance(one) for one in numbers]


def _chance(one: float) -> float:
    step = round(one / CHANCE_STEP) * CHANCE_STEP
    return round(min(max(step, CHANCE_STEP), 1 - CHANCE_STEP), 9)


def two_digits(numbers: Iterable[float]) -> list[Any]:
    """With two digits, what an interval supports where there is no Monte Carlo error; as `answer.two_digits`."""
    return [None if not math.isfinite(one) else round(one, _decimals(one)) for one in numbers]


def _decimals(one: float) -> int:
    return 1 - math.floor(math.log10(abs(one))) if one else 0
