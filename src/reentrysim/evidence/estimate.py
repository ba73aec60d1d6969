"""An estimate: a number from published evidence with its interval, unit, population, grade and source rows."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit, ndtri

from reentrysim.vocabulary import InputError, nearest

_LARGEST = 1e6  # beyond it nothing is meant, and whole numbers of cents or steps no longer hold
ANY = (-_LARGEST, _LARGEST)
POSITIVE = (0.0, _LARGEST)
# The model divides by these, so none is 0.
MONTHS = (0.01, 1200.0)
YEARS = (1.0, 150.0)
HOURS = (0.01, 744.0)
KINDS = (1.0, 100.0)

UNITS: dict[str, tuple[float, float]] = {
    "share": (0.0, 1.0),
    "probability": (0.0, 1.0),
    "per month": (0.0, 1.0),
    "per year": (0.0, 1.0),
    "days": POSITIVE,
    "weeks": POSITIVE,
    "months": MONTHS,
    "years": YEARS,
    "hours": HOURS,
    "hours/month": HOURS,
    "contacts/month": POSITIVE,
    "arrests/year": POSITIVE,
    "count": KINDS,
    "ratio": POSITIVE,
    "hazard ratio": POSITIVE,
    "odds ratio": POSITIVE,
    "relative risk": POSITIVE,
    "standard deviation": POSITIVE,
    "log hazard": ANY,
    "log odds": ANY,
    "points": ANY,
    "index": ANY,
    "correlation": (-1.0, 1.0),
    "USD": POSITIVE,
    "USD/hour": POSITIVE,
    "USD/day": POSITIVE,
    "USD/month": POSITIVE,
    "USD/year": POSITIVE,
    "USD/participant": POSITIVE,
    "USD/event": POSITIVE,
}
"""Known units and the bounds, ends included, of a quantity in them: physical, and such that the model can reckon."""

GRADES = {"A": "randomized", "B": "quasi-experimental", "C": "descriptive", "D": "judgment"}
DISTRIBUTIONS = ("normal", "lognormal", "logitnormal", "uniform", "fixed")
READERS = ("run", "calibration")
JUDGMENT = "judgment"
SAME = "same"

Scale = Callable[[float], float]
_SCALES: dict[str, tuple[Scale, Scale]] = {
    "normal": (float, float),
    "lognormal": (np.log, np.exp),
    "logitnormal": (logit, expit),
}
"""To the scale on which a family is normal, and back."""

_LEVEL = re.compile(r"(\d{2})% \S")
_USUAL_LEVEL = 0.95
_SMALLEST_UNIFORM = 2.0**-54  # a uniform of exactly 0 would be minus infinity on the normal scale


@dataclass(frozen=True, slots=True)
class Estimate:
    """One entry of numbers/<subject>.toml, or a scenario's own number in its place.

    `value`, `low` and `high` are in `unit`, dollars in those of `price_year`. `rows` are ids of published rows and
    `transform` says how the value follows from them. `effect` marks an effect on reoffending or a recidivism level.
    `source` is what a scenario names as the origin of its own number. `at_least` and `at_most` narrow the bounds of
    the unit. `read_by` is "calibration" where a run reads only what was solved from the number. `drawn_with` names an
    estimate whose luck it shares, so that every draw keeps their order; `drawn_against` one whose luck it has turned
    round, so that every draw keeps their sum.
    """

    name: str
    description: str
    value: float
    low: float
    high: float
    interval: str
    unit: str
    distribution: str
    population: str
    grade: str
    rows: tuple[str, ...]
    transform: str
    assumption: str = ""
    price_year: int | None = None
    effect: bool = False
    brackets: bool = True
    source: str = ""
    at_least: float = -math.inf
    at_most: float = math.inf
    read_by: str = "run"
    drawn_with: str = ""
    drawn_against: str = ""

    @property
    def bounds(self) -> tuple[float, float]:
        """Least and largest value it may have: the bounds of its unit, or narrower ones of its own."""
        lowest, highest = UNITS[self.unit]
        return max(lowest, self.at_least), min(highest, self.at_most)

    @property
    def in_dollars(self) -> bool:
        """Whether the unit is money (and so has a price year)."""
        return self.unit.startswith("USD")

    @property
    def uncertain(self) -> bool:
        """Whether draws of it differ."""
        return self.distribution != "fixed"

    def at(self, uniform: float) -> float:
        """The value at a uniform in [0, 1), by inverse transform, within its bounds.

        Normal families: split normal by quantile on the transformed scale, so that the central value is the median
        and `low` and `high` are the ends of the interval at its level (95% for a range), asymmetric or not.
        """
        if self.distribution == "fixed":
            return self.value
        if self.distribution == "uniform":
            return self.low + (self.high - self.low) * uniform
        z = float(ndtri(max(uniform, _SMALLEST_UNIFORM))) / _half_width(self.interval)
        there, back = _SCALES[self.distribution]
        center = there(self.value)
        side = center - there(self.low) if z < 0 else there(self.high) - center
        lowest, highest = self.bounds
        return float(min(max(back(center + side * z), lowest), highest))


def check(estimate: Estimate, where: str) -> Estimate:
    """The estimate itself when it keeps the rules of this module; else InputError naming file and key."""
    for key, what, hint in _problems(estimate):
        raise InputError(what, where=f"{where}.{key}" if key else where, hint=hint)
    return estimate


def _half_width(interval: str) -> float:
    """Half the interval's width in standard deviations; a range without a level is read as 95%."""
    level = _LEVEL.match(interval)
    return float(ndtri(0.5 + (int(level[1]) / 100 if level else _USUAL_LEVEL) / 2))


Problem = tuple[str, str, str]
"""(key, what is wrong, what to do)."""


def _problems(e: Estimate) -> Iterator[Problem]:
    yield from _word_problems(e)
    yield from _number_problems(e)
    yield from _distribution_problems(e)
    yield from _origin_problems(e)


def _word_problems(e: Estimate) -> Iterator[Problem]:
    for key, word, known in (
        ("unit", e.unit, UNITS),
        ("grade", e.grade, GRADES),
        ("distribution", e.distribution, DISTRIBUTIONS),
        ("read_by", e.read_by, READERS),
    ):
        if word not in known:
            yield key, f"unknown {key} {word!r}", nearest(word, known)
    for key, text in (("description", e.description), ("population", e.population)):
        if not text.strip():
            yield key, "is empty", "Say it in a few words"
    if e.in_dollars != (e.price_year is not None):
        yield "price_year", "stands exactly where the unit is USD", f"The unit is {e.unit!r}"


def _number_problems(e: Estimate) -> Iterator[Problem]:
    lowest, highest = e.bounds
    for key, number in (("value", e.value), ("low", e.low), ("high", e.high)):
        if not math.isfinite(number):
            yield key, f"{number} is not a finite number", ""
        if not lowest <= number <= highest:
            yield key, f"{number:g} is outside {lowest:g} to {highest:g}, its bounds in {e.unit!r}", "A wrong unit?"
    if not e.low <= e.value <= e.high:
        yield "value", f"{e.value:g} is outside its interval {e.low:g} to {e.high:g}", ""


def _distribution_problems(e: Estimate) -> Iterator[Problem]:
    if (e.distribution == "fixed") != (e.low == e.high):
        yield "distribution", "is fixed exactly where the interval has no width", f"{e.low:g} to {e.high:g} is given"
    if e.distribution == "lognormal" and e.low <= 0:
        yield "low", "a lognormal interval lies above 0", "Use normal or uniform"
    if e.distribution == "logitnormal" and not 0 < e.low <= e.high < 1:
        yield "low", "a logitnormal interval lies strictly between 0 and 1", "Use uniform"
    if e.uncertain and not (_LEVEL.match(e.interval) or e.interval.startswith("range")):
        yield "interval", f"{e.interval!r} doesn't say kind and level", 'For example "95% CI", "95% belief" or "range"'


def _origin_problems(e: Estimate) -> Iterator[Problem]:
    stated = bool(e.assumption.strip() or e.source.strip())
    if not e.rows and not stated:
        yield "assumption", "a number needs published rows or a written assumption", "Name the rows or say why"
    if not e.rows and e.transform != JUDGMENT:
        yield "transform", f"{e.transform!r} has no rows to work on", 'Without rows the transform is "judgment"'
    if e.transform == JUDGMENT and not stated:
        yield "assumption", "a judgment needs a written assumption", "Say what it rests on"
    if e.transform == JUDGMENT and e.grade != "D":
        yield "grade", f"a judgment has grade D, not {e.grade}", ""
    if not e.brackets and not e.assumption.strip():
        yield "brackets", "a judgment outside its rows needs the reason in `assumption`", ""
