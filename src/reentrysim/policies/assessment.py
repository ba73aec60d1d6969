"""What an agency can see of risk: a noisy reading, banded; never the truth."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.special import ndtri

from reentrysim.agents.columns import Floats, Small
from reentrysim.vocabulary import Risk


def assessed_risk(
    arrest_log_hazard: Floats, noise: Floats, auc: float, values: Mapping[str, float]
) -> tuple[Floats, Small]:
    """Scores and bands of a risk tool whose area under the curve for rearrest by month 36 is `auc`.

    The score mixes the standardized log hazard of arrest with noise; `truth_share` says how much truth gives which
    area. The mean and spread of the log hazard come from the calibration. Shapes (people,).
    """
    mean, sd = values["assessment.mean_log_hazard"], values["assessment.sd_log_hazard"]
    truth = truth_share(auc, values)
    score = truth * (arrest_log_hazard - mean) / sd + np.sqrt(1.0 - truth * truth) * noise
    low = ndtri(values["assessment.low_band_share"])
    high = ndtri(1.0 - values["assessment.high_band_share"])
    bands = np.where(score >= high, Risk.HIGH, np.where(score >= low, Risk.MEDIUM, Risk.LOW))
    return score, bands.astype(np.int8)


def truth_share(auc: float, values: Mapping[str, float]) -> float:
    """Correlation of score and truth at which the tool's area under the curve is `auc`.

    The normal score of the area is proportional to the correlation (binormal curve), scaled by the area of the truth
    itself; a tool cannot see more than the truth, so the share stops at 1.
    """
    return float(min(ndtri(auc) / ndtri(values["assessment.auc_of_truth"]), 1.0))
