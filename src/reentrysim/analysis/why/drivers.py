"""Which estimates the answer goes with over the draws that were run, by rank."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import ndtri
from scipy.stats import rankdata

from reentrysim.analysis.intervals import LOWER, UPPER, components
from reentrysim.analysis.sensitivity.ranks import FEWEST_POINTS, interval
from reentrysim.analysis.why.runs import Floats, Runner
from reentrysim.evidence.catalog import load_catalog
from reentrysim.experiments.sweeps.estimates import leader_of, movable
from reentrysim.scenario import Scenario
from reentrysim.scenario.programs import Programs
from reentrysim.scenario.values import values_for
from reentrysim.vocabulary import PER_CENT

COLUMNS = ["estimate", "grade", "effect", "spearman", "spearman_low", "spearman_high", "clear", "draws"]
_STEPS = 50


def candidates(scenarios: Sequence[Scenario]) -> tuple[str, ...]:
    """Uncertain estimates that the answer can rest on, those that only the calibration reads among them.

    Left out are those of programs that neither scenario has, what a run reads something else in place of, and what is
    drawn with the luck of another estimate, which stands for it.
    """
    used = {program for scenario in scenarios for program in scenario.programs.used}
    unused, read = set(Programs.names()) - used, set(movable(scenarios))
    solved = {name for name, one in load_catalog().items() if one.read_by == "calibration" and one.uncertain}
    unused.add("prices")  # which move nothing that happens to anybody
    names = [name for name in load_catalog() if name in read | solved and name.partition(".")[0] not in unused]
    return tuple(name for name in names if leader_of(name) not in names)


def by_draw(runner: Runner) -> tuple[list[int], Floats]:
    """The draws that were run, and the mean paired difference in each, shape (draws,)."""
    draws = runner.draws
    found = np.array([runner.difference(runner.both(replicate)) for replicate in range(runner.plan.replicates)])
    numbers = np.unique(draws).tolist()
    return numbers, np.array([found[draws == draw].mean() for draw in numbers])


def table(runner: Runner) -> tuple[pd.DataFrame, list[str]]:
    """Spearman's correlation of each estimate with the difference over draws, largest first; or why there is none.

    With its 95% interval (`sensitivity.ranks`), and `clear` where that at 5% divided by the number of estimates has 0
    outside. Two replicates a draw leave much luck in the difference of a draw, which makes every correlation smaller.
    """
    empty = pd.DataFrame(columns=COLUMNS)
    if runner.plan.luck_only:
        return empty, ["Rank correlations: every run has the same numbers, so there are no draws to rank."]
    numbers, differences = by_draw(runner)
    if len(numbers) < FEWEST_POINTS:
        what = f"Rank correlations: {len(numbers)} draws of at least {FEWEST_POINTS}; more --replicates give more."
        return empty, [what]
    if np.ptp(differences) == 0.0:
        return empty, ["Rank correlations: the difference is the same in every draw."]
    frame = ranked(runner.scenarios[runner.scenario], runner.scenarios[runner.baseline], numbers, differences)
    return frame, [_how_much_is_luck(runner, len(numbers), len(frame), int(frame["clear"].sum()))]


def ranked(scenario: Scenario, baseline: Scenario, draws: Sequence[int], differences: Floats) -> pd.DataFrame:
    """The correlations of `table`, from the mean paired difference in each draw, shape (draws,)."""
    names = candidates([scenario, baseline])
    values = _values(scenario, draws, names)
    varied = np.ptp(values, axis=0) > 0.0
    kept = [name for name, varies in zip(names, varied, strict=True) if varies]
    return _correlations(kept, values[:, varied], differences)


def _values(scenario: Scenario, draws: Sequence[int], names: Sequence[str]) -> Floats:
    """(draws, names): what each draw says, of what only the calibration reads too."""
    every = [values_for(scenario, draw) for draw in draws]
    return np.array([[one[name] for name in names] for one in every])


def _correlations(names: Sequence[str], values: Floats, differences: Floats) -> pd.DataFrame:
    ranks, outcome = rankdata(values, axis=0), rankdata(differences)
    together = np.corrcoef(np.column_stack([ranks, outcome]), rowvar=False)[-1, :-1]
    low, high = interval(together, len(differences), UPPER)
    safe_low, safe_high = interval(together, len(differences), 1.0 - LOWER / len(names))
    catalog = load_catalog()
    frame = pd.DataFrame(
        {
            "estimate": names,
            "grade": [catalog[name].grade for name in names],
            "effect": [catalog[name].effect for name in names],
            "spearman": together,
            "spearman_low": low,
            "spearman_high": high,
            "clear": (safe_low > 0.0) | (safe_high < 0.0),
            "draws": len(differences),
        }
    )
    order = np.argsort(-frame["spearman"].abs().to_numpy(), kind="stable")
    return frame.iloc[order].reset_index(drop=True)[COLUMNS]


def _how_much_is_luck(runner: Runner, draws: int, estimates: int, clear: int) -> str:
    sample = np.array([runner.difference(runner.both(replicate)) for replicate in range(runner.plan.replicates)])
    found = components(sample, runner.draws)
    per_draw = runner.plan.replicates / draws
    whole = found.evidence + found.luck / per_draw
    luck = PER_CENT * found.luck / per_draw / whole if whole > 0.0 else 0.0
    least = _least_that_is_clear(draws, estimates)
    said = "none is" if not clear else f"{clear} {'is' if clear == 1 else 'are'}"
    return (
        f"Rank correlations of {estimates} estimates over {draws} draws: {said} clear of chance, which takes about "
        f"{least:.2f} with so many of them; {luck:.0f}% of what draws differ by is luck."
    )


def _least_that_is_clear(draws: int, estimates: int) -> float:
    """The correlation from which on the safe interval has 0 outside, by iteration."""
    least, z = 0.0, float(ndtri(1.0 - LOWER / estimates))
    for _ in range(_STEPS):
        least = float(np.tanh(z * np.sqrt((1.0 + least**2 / 2.0) / (draws - 3))))
    return least
