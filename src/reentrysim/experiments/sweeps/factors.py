"""A factor of a sweep: the values that one path takes, listed, between two ends, or from a distribution."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import BeforeValidator, Field, model_validator
from scipy import stats

from reentrysim.evidence import Estimate
from reentrysim.randomness import Floats
from reentrysim.scenario.fields import Strict
from reentrysim.scenario.messages import refuse, shown
from reentrysim.vocabulary import nearest

Cell = int | float | str | bool
"""What a factor can be at a point: one number, word or truth value."""
Grade = Literal["A", "B", "C", "D"]

LOW_TAIL, HIGH_TAIL = 0.025, 0.975
"""Between these quantiles lie 95 in 100 draws: what stands for the ends of a distribution."""
_FIRST, _LAST = 2.0**-54, 1.0 - 2.0**-53
"""Nearest to 0 and 1 that a quantile is taken at, where a normal distribution is still finite."""

_KEYS: dict[str, tuple[str, ...]] = {
    "normal": ("mean", "sd"),
    "lognormal": ("median", "sd_log"),
    "uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "beta": ("a", "b"),
    "evidence": (),
}
_FAMILIES: dict[str, Callable[..., Any]] = {
    "normal": stats.norm,
    "lognormal": lambda median, sd_log: stats.lognorm(sd_log, scale=median),
    "uniform": lambda low, high: stats.uniform(low, high - low),
    "triangular": lambda low, mode, high: stats.triang((mode - low) / (high - low), low, high - low),
    "beta": stats.beta,
}
_NUMBERS = tuple(dict.fromkeys(key for keys in _KEYS.values() for key in keys))
_LARGEST = {"sd_log": 10.0}
_LARGEST_NUMBER = 1e15
"""Beyond it nothing is meant; a logarithm that varies by more than 10 is none of anything either."""
_ABOVE_ZERO = ("sd", "median", "sd_log", "a", "b")


def _cell(value: object) -> object:
    if isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    hint = "Make a scenario of each and name them in scenarios" if isinstance(value, list | dict) else ""
    raise refuse(f"holds numbers, words, true and false, not {shown(value)}", hint)


class Factor(Strict):
    """What varies at one path: `values`, a `range`, or a `distribution` with its own keys."""

    values: Annotated[tuple[Annotated[Cell, BeforeValidator(_cell)], ...], Field(strict=False)] | None = None
    """The values themselves."""
    range: Annotated[tuple[float, ...], Field(strict=False)] | None = None
    """Lowest and highest value, all between them alike."""
    scale: Literal["linear", "log"] = "linear"
    """Whether a range is even in the number or in its logarithm."""
    whole: bool = False
    """Whether a range or a distribution gives whole numbers."""
    distribution: Literal["normal", "lognormal", "uniform", "triangular", "beta", "evidence"] | None = None
    """The family from which values come; "evidence" for that which the catalog states of an estimate."""
    mean: float | None = None
    """Mean of a normal distribution."""
    sd: float | None = None
    """Standard deviation of a normal distribution."""
    median: float | None = None
    """Median of a lognormal distribution."""
    sd_log: float | None = None
    """Standard deviation of the logarithm of a lognormal distribution."""
    low: float | None = None
    """Lowest value of a uniform or triangular distribution."""
    mode: float | None = None
    """Likeliest value of a triangular distribution."""
    high: float | None = None
    """Highest value of a uniform or triangular distribution."""
    a: float | None = None
    """First parameter of a beta distribution, which lies between 0 and 1."""
    b: float | None = None
    """Second parameter of a beta distribution."""
    grade: Annotated[tuple[Grade, ...], Field(strict=False, min_length=1)] | None = None
    """Grades of the estimates that "estimates.*" stands for; all without it."""
    subject: Annotated[tuple[str, ...], Field(strict=False, min_length=1)] | None = None
    """Subjects (the word before the point) of the estimates that "estimates.*" stands for; all without it."""

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        given = [key for key in ("values", "range", "distribution") if getattr(self, key) is not None]
        if len(given) != 1:
            what = f"{' and '.join(given)} stand together" if given else "says nothing of its values"
            raise refuse(what, "A factor has values = [...], range = [low, high] or a distribution", tuple(given[1:2]))
        if self.values is not None:
            self._check_values(self.values)
        if self.range is not None:
            self._check_range(self.range)
        self._check_numbers()
        self._check_other_keys()
        return self

    def _check_values(self, values: tuple[Cell, ...]) -> None:
        if not values:
            raise refuse("has no values", "List them: values = [2, 4, 8]", ("values",))
        told = [(type(value) is bool, value) for value in values]
        if len(set(told)) < len(told):
            raise refuse("names a value twice", "Name each once", ("values",))
        if self.whole:
            raise refuse("does nothing for values that are listed", "Leave it out", ("whole",))

    def _check_range(self, ends: tuple[float, ...]) -> None:
        path = ("range",)
        if len(ends) != 2:
            raise refuse(f"has two ends, not {len(ends)}", "Write range = [low, high]", path)
        low, high = ends
        if max(-low, high) > _LARGEST_NUMBER:
            raise refuse(f"must lie within {_LARGEST_NUMBER:g} of 0", "A wrong unit?", path)
        if low == high:
            raise refuse(f"is empty: both ends are {low:g}", "Move one, or list it: values = [...]", path)
        if low > high:
            raise refuse(f"runs backwards, from {low:g} to {high:g}", f"Write [{high:g}, {low:g}]", path)
        if self.scale == "log" and low <= 0:
            raise refuse(f"has no logarithm at {low:g}", 'Begin above 0, or leave scale = "log" out', path)
        if self.whole and not (low.is_integer() and high.is_integer()):
            raise refuse("has ends that are not whole", "Write whole ones, or leave whole = true out", path)

    def _check_numbers(self) -> None:
        takes = _KEYS.get(self.distribution or "", ())
        for key in _NUMBERS:
            value = getattr(self, key)
            if value is not None and key not in takes:
                whose = f"a {self.distribution} distribution" if self.distribution else "a factor without distribution"
                hint = f"It takes {', '.join(takes)}" if takes else "Leave it out"
                raise refuse(f"does nothing for {whose}", hint, (key,))
            if value is None and key in takes:
                raise refuse(f"a {self.distribution} distribution needs it", f"It takes {', '.join(takes)}", (key,))
            if value is not None and key in _ABOVE_ZERO and value <= 0:
                raise refuse(f"must be more than 0, not {value:g}", "", (key,))
            if value is not None and abs(value) > (most := _LARGEST.get(key, _LARGEST_NUMBER)):
                raise refuse(f"must be at most {most:g}, not {value:g}", "A wrong unit?", (key,))
        if self.low is not None and self.high is not None:
            middle = self.low if self.mode is None else self.mode
            if not (self.low <= middle <= self.high and self.low < self.high):
                what = f"low, mode and high are out of order: {self.low:g}, {middle:g}, {self.high:g}"
                raise refuse(
                    what if self.mode is not None else f"high must be more than low: {self.high:g}", "Swap them"
                )

    def _check_other_keys(self) -> None:
        if self.scale == "log" and self.range is None:
            raise refuse("does nothing without a range", "Leave it out", ("scale",))
        if self.whole and self.distribution == "evidence":
            raise refuse("does nothing for an estimate", "Leave it out", ("whole",))
        for key in ("grade", "subject"):
            if getattr(self, key) is not None and self.distribution != "evidence":
                raise refuse('goes with distribution = "evidence"', 'It narrows the key "estimates.*"', (key,))

    @property
    def kind(self) -> str:
        """Which of the ways of saying values it has: "values", "range", or the name of a distribution."""
        return self.distribution or ("values" if self.values is not None else "range")

    def at(self, unit: Floats, estimate: Estimate | None = None) -> list[Any]:
        """The values at numbers in [0, 1], shape (n,), by inverse transform; those of `estimate` for "evidence"."""
        found, places = np.unique(unit, return_inverse=True)  # a design comes back to the same numbers again and again
        values = self._at(found, estimate)
        return [values[place] for place in places]

    def _at(self, unit: Floats, estimate: Estimate | None) -> list[Any]:
        if self.values is not None:
            last = len(self.values) - 1
            return [self.values[min(int(u * len(self.values)), last)] for u in unit]
        inside = np.clip(unit, _FIRST, _LAST)
        if estimate is not None:
            return [estimate.at(float(u)) for u in inside]
        if self.range is not None:
            return self._between(unit, self.range[0], self.range[1])
        drawn = self._family().ppf(inside)
        return [int(value) for value in np.rint(drawn)] if self.whole else drawn.tolist()

    def _between(self, unit: Floats, low: float, high: float) -> list[Any]:
        # Whole numbers: each of them has an equal part, the last one too.
        end = high + 1 if self.whole else high
        if self.scale == "log":
            values = np.exp(np.log(low) + unit * (np.log(end) - np.log(low)))
        else:
            values = low + unit * (end - low)
        values = np.clip(np.floor(values) if self.whole else values, low, high)
        return [int(value) for value in values] if self.whole else values.tolist()

    def _family(self) -> Any:
        assert self.distribution is not None  # values and ranges have returned before
        return _FAMILIES[self.distribution](*(getattr(self, key) for key in _KEYS[self.distribution]))

    def levels(self, count: int, estimate: Estimate | None = None) -> list[Any]:
        """The values of a grid: those listed, `count` from end to end of a range, or as many mid-quantiles."""
        if self.values is not None:
            return list(self.values)
        if self.range is None:
            return list(dict.fromkeys(self.at((np.arange(count) + 0.5) / count, estimate)))
        low, high = self.range
        spaced = np.geomspace(low, high, count) if self.scale == "log" else np.linspace(low, high, count)
        values = np.clip(spaced, low, high)
        return list(dict.fromkeys(int(value) for value in np.rint(values))) if self.whole else values.tolist()

    def ends(self, estimate: Estimate | None = None) -> tuple[float | None, float | None]:
        """The ends of a range or of numbers listed, the 2.5% and 97.5% quantiles of a distribution; None of words."""
        if self.range is not None:
            return self.range[0], self.range[1]
        if self.values is None:
            low, high = self.at(np.array([LOW_TAIL, HIGH_TAIL]), estimate)
            return float(low), float(high)
        numbers = [float(value) for value in self.values if is_number(value)]
        return (min(numbers), max(numbers)) if len(numbers) == len(self.values) else (None, None)

    def native(self, value: Any) -> Any:
        """A value of a table as a scenario takes it: whole numbers whole, though a table made them all decimals."""
        plain = value.item() if isinstance(value, np.generic) else value
        if self.values is not None:
            return next((one for one in self.values if one == plain and _same_kind(one, plain)), plain)
        return int(plain) if self.whole and is_number(plain) and float(plain).is_integer() else plain


def is_number(value: object) -> bool:
    """Whether it is a number, and no truth value."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def subjects_of(names: Sequence[str]) -> tuple[str, ...]:
    """The subjects of estimates, each once, in order."""
    return tuple(dict.fromkeys(name.split(".")[0] for name in names))


def near(word: str, known: Sequence[str], otherwise: str) -> str:
    """The nearest right spelling, or something else to do where nothing is near."""
    close = nearest(word, known)
    return close if close.startswith("Did") else otherwise


def _same_kind(one: object, other: object) -> bool:
    return isinstance(one, bool) == isinstance(other, bool)
