"""A guide to which parameters of the baseline move which published figures, seen by moving each of them alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from reentrysim.agents.columns import Floats
from reentrysim.analysis.baseline import NAMES, PARAMETERS, predict
from reentrysim.analysis.fitting import Progress
from reentrysim.analysis.targets import fit_targets
from reentrysim.evidence.calibration import load_calibration
from reentrysim.evidence.catalog import load_catalog
from reentrysim.randomness import Luck

STEP = 0.1
_REPLICATE = 1 << 36  # people whom no fit ever sees
_PEOPLE = 20_000
_TOLD = 3


def guide(
    name: str = "us_2008", people: int = _PEOPLE, jobs: int = 2, progress: Progress = lambda *_: None
) -> pd.DataFrame:
    """What each parameter moves most, in units of how sure the figures are, when it is larger by STEP.

    Columns parameter, unit, family, quantity, subgroup, month, moved (in the figure's own unit): the three figures of
    different families that it moves most. All cohorts share their luck.
    """
    stored = load_calibration(name)
    center = dict(zip(stored["names"], stored["center"], strict=True))
    theta = np.array([center[parameter] for parameter in NAMES])
    points = [theta, *(theta + STEP * np.eye(len(theta)))]
    run = load_catalog().values(), people, Luck(1, _REPLICATE)
    with Parallel(n_jobs=jobs, return_as="generator") as pool:
        here, *there = _counted(pool(delayed(predict)(point, *run) for point in points), len(points), progress)
    lines = [line for n, moved in enumerate(there) for line in _told(n, moved - here)]
    columns = ["parameter", "unit", "family", "quantity", "subgroup", "month", "moved"]
    return pd.DataFrame(lines, columns=columns)


def _counted(predicted: Iterable[Floats], total: int, progress: Progress) -> Iterator[Floats]:
    for done, one in enumerate(predicted, start=1):
        progress(f"moving parameter {done - 1} of {total - 1}", done / total)
        yield one


def _told(parameter: int, moved: Floats) -> Iterator[tuple[object, ...]]:
    """The figures that it moves most, one a family."""
    targets, seen = fit_targets(), set[str]()
    strength = np.abs(moved) / np.array([target.sd for target in targets])
    for n in np.argsort(-strength).tolist():
        target = targets[n]
        if target.family not in seen and moved[n] != 0.0:
            seen.add(target.family)
            of = PARAMETERS[parameter]
            yield of.name, of.unit, target.family, target.quantity, target.subgroup, target.month, moved[n]
        if len(seen) == _TOLD:
            return
