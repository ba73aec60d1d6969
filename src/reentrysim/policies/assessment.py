"""What an agency can see of risk: a noisy reading, banded; never the truth, but for an oracle that is called one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from reentrysim.agents.columns import Flags, Floats, Ints, Small
from reentrysim.vocabulary import MONTHS_PER_YEAR, Risk

COIN = 1 / 2
"""Area under the curve of a tool that sees nothing."""


@dataclass
class Assessed:
    """What the current readings rest on. Every array has shape (people,)."""

    standing: Floats
    """Log hazard of arrest that a tool reads, before anything is made of it."""
    noise: Floats
    """Error of the first reading, a standard normal."""
    bias: Floats
    """Standard deviations that the tool adds for the groups somebody belongs to."""
    known: Flags
    """Who is assessed at all."""
    score: Floats
    """The first reading, as the agency had it, and its band."""
    first: Small
    plain: Small
    """Band of a first reading of everybody without bias, drift or oracle: no agency's belief, and for nature only."""
    arrests: Ints
    """Arrests since release that an agency has counted; stays 0 where nobody is read again."""


def assessed_risk(
    arrest_log_hazard: Floats, noise: Floats, auc: float | Floats, values: Mapping[str, float]
) -> tuple[Floats, Small]:
    """Scores and bands of a risk tool whose area under the curve for rearrest by month 36 is `auc`.

    The score mixes the standardized log hazard of arrest with noise; `truth_share` says how much truth gives which
    area. The mean and spread of the log hazard come from the calibration. Shapes (people,); `auc` one or (people,).
    """
    score = scores(arrest_log_hazard, noise, truth_share(auc, values), values)
    return score, bands(score, values)


def scores(arrest_log_hazard: Floats, noise: Floats, truth: float | Floats, values: Mapping[str, float]) -> Floats:
    """Scores in standard deviations, of which `truth` is the correlation with the truth; shape (people,)."""
    mean, sd = values["assessment.mean_log_hazard"], values["assessment.sd_log_hazard"]
    return np.asarray(truth * (arrest_log_hazard - mean) / sd + np.sqrt(1.0 - truth * truth) * noise)


def bands(score: Floats, values: Mapping[str, float]) -> Small:
    """Low, medium or high: by cuts that a tool without error or bias puts where the published shares are."""
    low = ndtri(values["assessment.low_band_share"])
    high = ndtri(1.0 - values["assessment.high_band_share"])
    return np.where(score >= high, Risk.HIGH, np.where(score >= low, Risk.MEDIUM, Risk.LOW)).astype(np.int8)


def truth_share(auc: float | Floats, values: Mapping[str, float]) -> float | Floats:
    """Correlation of score and truth at which the tool's area under the curve is `auc`.

    The normal score of the area is proportional to the correlation (binormal curve), scaled by the area of the truth
    itself; a tool cannot see more than the truth, so the share stops at 1.
    """
    share = np.minimum(ndtri(auc) / ndtri(values["assessment.auc_of_truth"]), 1.0)
    return float(share) if np.ndim(share) == 0 else share


def worn(auc: float, lost_per_year: float, steps: Ints | int) -> float | Floats:
    """Area under the curve at `steps` of a tool validated when the run began, no lower than that of a coin."""
    if not lost_per_year:
        return auc
    years = (np.maximum(steps, 1) - 1) / MONTHS_PER_YEAR
    return np.asarray(np.maximum(auc - lost_per_year * years, COIN))


def observed(arrests: Ints, months_free: Ints, values: Mapping[str, float]) -> Floats:
    """Standard deviations that a new reading adds for what an agency has seen since release; shape (people,).

    Args:
        arrests: since release.
        months_free: at liberty since the latest of release and arrest.
    """
    up = values["assessment.score_per_arrest"] * arrests
    return np.asarray(up - values["assessment.score_per_year_free"] * (months_free / MONTHS_PER_YEAR))
