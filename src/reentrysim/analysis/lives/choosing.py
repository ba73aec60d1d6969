"""How many of 1,000 people are of each kind, and how many of those shown: both by rule, neither by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from reentrysim.agents.columns import Floats, Ints
from reentrysim.analysis.answer import OUTCOME, PEOPLE, Counts, rounded, supported_unit
from reentrysim.analysis.estimates import Estimates
from reentrysim.analysis.intervals import summarize
from reentrysim.analysis.lives.lives import Kind


def of_1000(results: Estimates, scenario: str, month: int, again: Sequence[int], joint: Floats) -> tuple[Ints, Floats]:
    """People of 1,000 of each kind, summing to 1,000, and their Monte Carlo standard errors; shapes (kinds,).

    Whose lives cross is only known where both runs were made again, who comes back more often from all replicates. So
    the rarer of improved and worsened is its mean over the replicates made `again` (`joint`: shape (replicates, kinds),
    shares), and the other is that plus the printed difference of all. Who is back under the baseline, improved or both,
    is its printed value. Errors treat these estimates as independent.
    """
    base = results.value(results.facts.baseline, OUTCOME, month)
    change = results.paired(scenario, OUTCOME, month)
    rarer, other = (Kind.WORSENED, Kind.IMPROVED) if change.mean < 0 else (Kind.IMPROVED, Kind.WORSENED)
    crossing = summarize(joint[:, rarer][:, None], results.facts.draws[list(again)]).at(0)
    # Few replicates may agree by chance: no count is known better than one of as many people can be.
    fewest_error = math.sqrt(crossing.mean / (len(again) * results.facts.participants))
    error = crossing.mcse if math.isnan(crossing.mcse) else max(crossing.mcse, fewest_error)
    errors = np.zeros(len(Kind))
    errors[rarer], errors[other] = error, math.hypot(error, change.mcse)
    errors[Kind.BOTH] = math.hypot(base.mcse, errors[Kind.IMPROVED])
    errors[Kind.NEITHER] = math.hypot(base.mcse, errors[Kind.WORSENED])
    fewer = -Counts(change).mean
    fewest = rounded(crossing.mean * PEOPLE, supported_unit(error * PEOPLE))
    return _adding_up(fewest + max(fewer, 0), fewest + max(-fewer, 0), Counts(base).mean), errors * PEOPLE


def units(errors: Floats, runs: Ints) -> list[int]:
    """The unit that the number of each kind supports, of its standard error and its people in the runs made again.

    None is finer than one of these people is. 0 where a kind is of nobody: nobody was found, and nothing differs.
    """
    finest = PEOPLE / int(runs.sum())
    found = [supported_unit(float(error)) for error in np.fmax(errors, finest)]
    changed = [Kind.IMPROVED, Kind.WORSENED]
    alike = not (runs[changed].any() or errors[changed].any())
    return [0 if alike and kind in changed else unit for kind, unit in zip(Kind, found, strict=True)]


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
