"""Effects of several studies pooled: the center, and where the effect of another study of their kind would be."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from reentrysim.evidence.published import Row
from reentrysim.vocabulary import InputError

TRANSFORM = re.compile(r"pooled (0?\.\d+)")
""""pooled 0.22": over its rows, with a between-study standard deviation of .22 in log ratios."""
_Z = 1.959964  # two-sided 95%
_Z_OF_P = {"<0.05": _Z, "<0.01": 2.575829, "<0.001": 3.290527}
_RATIOS = ("HR", "OR", "RR")


@dataclass(frozen=True)
class Study:
    """One study's log ratio and its standard error."""

    log_ratio: float
    error: float


@dataclass(frozen=True)
class Pool:
    """Ratios: the center, and the ends of the 95% prediction interval for another study."""

    value: float
    low: float
    high: float


def study(row: Row) -> Study:
    """A published effect as a log ratio.

    Ratios as they stand, by their interval; without one, the standard error is the largest that the stated p allows.
    A relative reduction x counts as the ratio 1 - x, which understates a hazard ratio. Two shares of known groups give
    the ratio of their cumulative hazards, its error by the delta method.

    Raises:
        InputError: for an effect published in words, or without an error.
    """
    fields = row.fields
    measure = fields["effect_measure"]
    if measure == "RD" and all(fields[key] for key in ("treated_value", "control_value", "n_treated", "n_control")):
        return _of_shares(*(row.number(key) for key in ("treated_value", "control_value", "n_treated", "n_control")))
    if measure not in (*_RATIOS, "relative_reduction") or row.value is None:
        raise InputError(f"{row.id} can't be pooled: it gives {measure} {fields['effect']!r}")
    log_ratio = math.log(row.value if measure in _RATIOS else 1.0 - row.value)
    if measure in _RATIOS and row.low is not None and row.high is not None:
        return Study(log_ratio, (math.log(row.high) - math.log(row.low)) / (2 * _Z))
    if fields["p_value"] not in _Z_OF_P:
        raise InputError(f"{row.id} can't be pooled: it says nothing about its error")
    return Study(log_ratio, abs(log_ratio) / _Z_OF_P[fields["p_value"]])


def _of_shares(treated: float, control: float, n_treated: float, n_control: float) -> Study:
    def hazard_and_variance(share: float, people: float) -> tuple[float, float]:
        hazard = -math.log1p(-share)
        return hazard, share / (people * (1.0 - share) * hazard**2)

    (one, of_one), (other, of_other) = hazard_and_variance(treated, n_treated), hazard_and_variance(control, n_control)
    return Study(math.log(one / other), math.sqrt(of_one + of_other))


def pool(rows: Iterable[Row], between: float) -> Pool:
    """Random-effects mean with a between-study standard deviation that is given, and its prediction interval.

    Source: Higgins, Thompson and Spiegelhalter 2009, "A re-evaluation of random-effects meta-analysis", with the
    normal in place of t because the spread is not estimated from these few studies.
    """
    studies = [study(row) for row in rows]
    weights = [1.0 / (one.error**2 + between**2) for one in studies]
    mean = sum(w * one.log_ratio for w, one in zip(weights, studies, strict=True)) / sum(weights)
    spread = math.sqrt(1.0 / sum(weights) + between**2)
    return Pool(math.exp(mean), math.exp(mean - _Z * spread), math.exp(mean + _Z * spread))
