"""How many of 1,000 people are of each kind, and how many of those shown: both by rule, neither by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from reentrysim.agents.columns import Floats, Ints
from reentrysim.analysis.answer import OUTCOME, PEOPLE, Counts, rounded, supported_unit
from reentrysim.analysis.estimates import Estimates
from reentrysim.analysis.intervals import summarize


def of_1000(results: Estimates, scenario: str, month: int, again: Sequence[int], joint: Floats) -> tuple[Ints, Floats]:
    """People of 1,000 of each kind, summing to 1,000, and their Monte Carlo standard errors; shapes (kinds,).

    Who fares differently (improved and worsened together) is only known where both runs were made again; who comes
    back more often is known from all replicates. So improved + worsened is the mean over the replicates made `again`
    (`joint`: shape (replicates, kinds), shares), and improved - worsened is the printed difference of all. Likewise
    improved + both is the baseline's printed value. The error treats the two estimates as independent.
    """
    base = results.value(results.facts.baseline, OUTCOME, month)
    change = results.paired(scenario, OUTCOME, month)
    differ = summarize(joint[:, :2].sum(axis=1)[:, None], results.facts.draws[list(again)]).at(0)
    of_those = math.hypot(differ.mcse, change.mcse) / 2
    of_same = math.hypot(base.mcse, of_those)
    fewer = -Counts(change).mean
    neither_way = max(differ.mean - abs(change.mean), 0.0) / 2 * PEOPLE
    smaller = rounded(neither_way, supported_unit(of_those * PEOPLE))
    counts = _adding_up(smaller + max(fewer, 0), smaller + max(-fewer, 0), Counts(base).mean)
    return counts, np.array([of_those, of_those, of_same, of_same]) * PEOPLE


def _adding_up(improved: int, worsened: int, back: int) -> Ints:
    """The four kinds from two of them and from who is back under the baseline."""
    both = max(back - improved, 0)
    return np.array([improved, worsened, both, max(PEOPLE - improved - worsened - both, 0)])


def in_proportion(weights: Ints, places: int, start: float) -> Ints:
    """Whole numbers that sum to `places`, in proportion to weights; shape as weights.

    Systematic sampling: with `start` uniform in [0, 1) each is its exact part rounded down or up, and is that part on
    average. Rounding to the nearest instead would leave a rare kind out under every seed.
    """
    ends = np.cumsum(weights) * places / weights.sum()
    reached = np.where(ends < places, np.ceil(ends - start), places).astype(np.int64)
    return np.asarray(np.diff(reached, prepend=0))


def shown_of(weights: Ints, there: Ints, people: int, start: float) -> tuple[Ints, Ints]:
    """People shown in proportion, and extras, of each kind; shapes (kinds,).

    A kind of which anybody is `there` and that proportion leaves out has one extra, beside the others. Where fewer are
    there than proportion asks for, all of them are shown.
    """
    among = np.minimum(in_proportion(weights, people, start), there)
    return among, ((among == 0) & (there > 0)).astype(np.int64)


def label(number: int) -> str:
    """0 -> "Participant A", 25 -> "Participant Z", 26 -> "Participant AA"."""
    letters = ""
    number += 1
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"Participant {letters}"


def spread(replicates: int, count: int) -> list[int]:
    """`count` of the replicates, evenly apart, so that as many draws of the evidence are among them as can be."""
    return [n * replicates // count for n in range(count)]
