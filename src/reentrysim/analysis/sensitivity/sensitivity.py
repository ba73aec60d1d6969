"""What drives an answer, from the stored runs of a sweep."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from reentrysim.analysis.sensitivity.asked import Question, Sample, sample_of
from reentrysim.analysis.sensitivity.discovery import Discovery, discover
from reentrysim.analysis.sensitivity.grades import by_grade
from reentrysim.analysis.sensitivity.indices import morris_effects, sobol_indices
from reentrysim.analysis.sensitivity.information import value_of_information
from reentrysim.analysis.sensitivity.layout import SOBOL
from reentrysim.analysis.sensitivity.noise import Noise, noise_of, times_its_error
from reentrysim.analysis.sensitivity.ranks import rank_correlations
from reentrysim.analysis.sensitivity.tornado import tornado
from reentrysim.experiments.sweeps.results import SweepResults
from reentrysim.vocabulary import InputError

FEWEST_POINTS = 3
_HARDLY = 10.0
"""Times its standard error that an effect seldom is."""


@dataclass(frozen=True)
class Sensitivity:
    """What the points of a sweep differ by, and through which factors; a table that a design can't give is None.

    Every table has 95% intervals, each for itself. `clear` is stricter: it allows for the number of factors and for
    luck that all points share, so that with nothing but luck one of the factors is told as clear in 5% of sweeps or
    less. Only clear rows have ranks.
    """

    question: Question
    design: str
    factors: tuple[str, ...]
    points: int
    """Points with a value, of `asked`."""
    asked: int
    replicates: int
    people: int
    """Fewest people that a run's value is of."""
    mean: float
    spread: float
    """Standard deviation of the points' means, noise included."""
    noise: Noise
    sobol: pd.DataFrame | None
    pairs: pd.DataFrame | None
    morris: pd.DataFrame | None
    ranks: pd.DataFrame | None
    tornado: pd.DataFrame | None
    grades: pd.DataFrame | None
    information: pd.DataFrame | None
    discovery: Discovery
    notes: tuple[str, ...]
    """What the tables rest on, and why others are missing."""

    @property
    def tree(self) -> pd.DataFrame | None:
        """The regions of scenario discovery."""
        return self.discovery.table

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table that there is, by name."""
        names = ("sobol", "pairs", "morris", "ranks", "tornado", "grades", "information", "tree")
        return {name: table for name in names if (table := getattr(self, name)) is not None}


def sensitivity(
    results: SweepResults,
    outcome: str | None = None,
    month: int | None = None,
    subgroup: str = "all",
    scenario: str | None = None,
    difference: bool = True,
) -> Sensitivity:
    """What drives an outcome over the points of a sweep, or its paired difference from the baseline.

    Without names: the first outcome of the sweep, its last month, and the first scenario that is no baseline.

    Raises:
        InputError: for a name that the sweep doesn't have, or fewer than three points with a value.
    """
    sample = sample_of(results, outcome, month, subgroup, scenario, difference)
    points = int(sample.whole.sum())
    if points < FEWEST_POINTS:
        hint = "Let the sweep go on, or see why its points fail"
        raise InputError(f"{points} points of the sweep have a value in every replicate", hint=hint)
    noise = noise_of(sample.runs)
    indices = sobol_indices(sample)
    morris, no_morris = morris_effects(sample)
    ranks, no_ranks = rank_correlations(sample)
    ends, no_ends = tornado(sample)
    grades, no_grades = by_grade(sample, indices, noise)
    information, no_information = value_of_information(sample)
    found = discover(sample)
    missing = (indices.note, no_morris, *no_ranks, *no_ends, no_grades, *no_information, found.note)
    known = sample.values[sample.whole]
    return Sensitivity(
        question=sample.question,
        design=sample.design.kind,
        factors=tuple(factor.path for factor in sample.design.factors),
        points=points,
        asked=len(sample.values),
        replicates=sample.replicates,
        people=sample.people,
        mean=float(known.mean()),
        spread=float(np.std(known, ddof=1)),
        noise=noise,
        sobol=indices.table,
        pairs=indices.pairs,
        morris=morris,
        ranks=ranks,
        tornado=ends,
        grades=grades,
        information=information,
        discovery=found,
        notes=(*_basis(sample, noise, points), *filter(None, missing)),
    )


def _basis(sample: Sample, noise: Noise, points: int) -> Iterator[str]:
    """What everything rests on."""
    if points < len(sample.values):
        left = f"{len(sample.values) - points} of {len(sample.values)} points"
        yield f"{left} have not run, or failed, and are left out: all is about the others."
    if sample.design.kind == SOBOL:
        yield "Correlations, ends of ranges, information and regions rest on the base points, a random sample."
    if sample.draws < 2:
        yield "One replicate a point: noise can't be told from factors, and nothing is clear."
    elif noise.drowns and np.isfinite(noise.share):
        yield "Noise may be all that the points differ by: more replicates, or more participants, before anything else."
    if sample.draws > 1:
        yield from _shared(sample)
    if sample.replicates > 1 and not sample.by_draw:
        yield "Estimates that the sweep leaves alone have one draw: what is not known of them is in no interval."


def _shared(sample: Sample) -> Iterator[str]:
    """What all points having the same luck does to what is told."""
    same = f"{sample.draws} {'draws' if sample.by_draw else 'replicates'}"
    yield f"All points have the luck of the same {same}; only intervals of ends of ranges and all estimates hold it."
    factors = len(sample.design.factors)
    times = times_its_error(sample.draws, factors)
    if times > _HARDLY:
        yield f"From {same} it can hardly be told which of {factors} factors are clear: take ten or more."
    else:
        yield f"A factor is clear if what it does is {times:.1f} times its standard error over these {same}, or more."
