"""Each of a few estimates at its low and at its high end, everything else at the center, under the same luck.

A number that runs read is put in place. One that only the calibration reads and that sets direct paths has them solved
again at both ends and at the center, in the simulated trials of `analysis.trial`, all with the same people and luck;
what the end moves is added to the level that is stored, so that the trial's own luck cancels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from reentrysim.analysis.answer import PEOPLE
from reentrysim.analysis.sensitivity.asked import Question, Sample
from reentrysim.analysis.sensitivity.layout import LIST
from reentrysim.analysis.sensitivity.tornado import tornado
from reentrysim.analysis.trial import SHARE, Trial, solve_level
from reentrysim.analysis.why.drivers import candidates
from reentrysim.analysis.why.judgment import direct_paths
from reentrysim.analysis.why.runs import Floats, Progress, Run, Runner
from reentrysim.evidence.catalog import Catalog, Values
from reentrysim.experiments.plan import DEFAULT_BASELINE
from reentrysim.experiments.run import side_by_side
from reentrysim.experiments.sweeps.design import Design, FactorInfo
from reentrysim.experiments.sweeps.estimates import leader_of, uniform_of
from reentrysim.randomness import Luck
from reentrysim.scenario import load_scenario
from reentrysim.scenario.values import catalog_of, values_for
from reentrysim.vocabulary import InputError, nearest

MOST_REPLICATES = 12
"""Luck repeats at every end, so few are enough."""
PUT, SOLVED = "put in place", "direct path solved again"
COLUMNS = [
    *("estimate", "grade", "low", "high", "at_low_per_1000", "at_high_per_1000"),
    *("per_1000", "per_1000_low", "per_1000_high", "clear", "how"),
]
_TRIAL_PEOPLE, _REPLICATE = 6_000, 1 << 38  # people whom neither comparisons nor the calibration ever see
Numbers = tuple[tuple[str, float], ...]
Place = tuple[str, str, float]
"""Where a direct path is solved: its program, an estimate and its value; at the center without an estimate."""


@dataclass(frozen=True)
class Bar:
    """One estimate, and the numbers that runs read at its two ends."""

    name: str
    low: float
    high: float
    how: str
    at_low: Numbers
    at_high: Numbers


def settable(runner: Runner) -> tuple[str, ...]:
    """Estimates of which both ends can be set: those that runs read, and those that set a direct path of a program."""
    two = [runner.scenarios[name] for name in (runner.scenario, runner.baseline)]
    own = {name for scenario in two for name in scenario.estimates}
    catalog, solved = catalog_of(two[0]), set(_paths(runner))
    return tuple(
        name for name in candidates(two) if name not in own and (catalog[name].read_by == "run" or name in solved)
    )


def check_asked(runner: Runner, asked: Sequence[str]) -> None:
    """InputError for a name that can't be set."""
    known = settable(runner)
    for name in asked:
        if name not in known:
            hint = nearest(name, known) if name not in catalog_of(runner.scenarios[runner.scenario]) else _WHY_NOT
            raise InputError(f"{name!r} is no estimate of which both ends can be set", where="--estimate", hint=hint)


_WHY_NOT = (
    "It is certain, of a program that neither scenario has, drawn with another, set by a scenario, or one that only "
    "the calibration reads"
)


def chosen(runner: Runner, drivers: pd.DataFrame, count: int, asked: Sequence[str]) -> list[str]:
    """Those asked for, and `count` others: first what is clear by rank, then effects, both by the size of their rank.

    Without ranks, effects of programs come before those of work, homes and use.
    """
    known = set(settable(runner))
    catalog = catalog_of(runner.scenarios[runner.scenario])
    ranked = [name for name in drivers["estimate"] if name in known]
    paths = _paths(runner)
    ranked = ranked or sorted(settable(runner), key=lambda name: name not in paths)  # what programs do comes first
    clear = set(drivers.loc[drivers["clear"].astype(bool), "estimate"])
    first = [name for name in ranked if name in clear]
    effects = [name for name in ranked if name not in clear and catalog[name].effect]
    return list(dict.fromkeys([*asked, *[*first, *effects][:count]]))


def _paths(runner: Runner) -> dict[str, list[Trial]]:
    """The trials that an estimate sets, by its name."""
    found = dict[str, list[Trial]]()
    for trial in direct_paths(runner.plan.programs):
        for name in (trial.effect, *([SHARE] if trial.demonstrations else [])):
            found.setdefault(name, []).append(trial)
    return found


def bars(runner: Runner, names: Sequence[str], progress: Progress = lambda *_: None) -> list[Bar]:
    """The numbers at both ends of each estimate; direct paths are solved again where they must be."""
    scenario = runner.scenarios[runner.scenario]
    catalog, paths, center = catalog_of(scenario), _paths(runner), values_for(scenario)
    asked = list(
        dict.fromkeys(
            place
            for name in names
            for trial in paths.get(name, [])
            for place in (
                (trial.program, "", 0.0),
                (trial.program, name, catalog[name].low),
                (trial.program, name, catalog[name].high),
            )
        )
    )
    # What a scenario sets of its programs is none of a trial's business: levels are solved once for all scenarios.
    usual = load_scenario(DEFAULT_BASELINE).vary({"population.calibration": scenario.population.calibration})
    solve = partial(_solve, runner.plan.seed, values_for(usual))
    solved = dict[Place, float]()
    made = map(solve, asked) if runner.plan.jobs == 1 else side_by_side(solve, asked, runner.plan.jobs)
    for done, (key, level) in enumerate(made, start=1):
        solved[key] = level
        progress(f"{done} of {len(asked)} direct paths solved", done / len(asked))
    return [_bar(name, catalog, center, paths.get(name, []), solved) for name in names]


def _solve(seed: int, center: Values, asked: Place) -> tuple[Place, float]:
    """The level at which the trial gives what it must, at the center but for one estimate."""
    program, name, value = asked
    (trial,) = direct_paths([program])
    values = center.merged({name: value}) if name else center
    return asked, solve_level(trial, values, _TRIAL_PEOPLE, Luck(seed, _REPLICATE))


def _bar(
    name: str,
    catalog: Catalog,
    center: Values,
    trials: Sequence[Trial],
    solved: dict[Place, float],
) -> Bar:
    estimate = catalog[name]
    if not trials:
        ends = (_moved(name, end, catalog) for end in (estimate.low, estimate.high))
        return Bar(name, estimate.low, estimate.high, PUT, *ends)

    def levels(end: float) -> Numbers:
        return tuple(
            (one.level, center[one.level] + solved[one.program, name, end] - solved[one.program, "", 0.0])
            for one in trials
        )

    return Bar(name, estimate.low, estimate.high, SOLVED, levels(estimate.low), levels(estimate.high))


def _moved(name: str, end: float, catalog: Catalog) -> Numbers:
    """The estimate at an end, and what is drawn with its luck or against it where that then is."""
    luck = uniform_of(catalog[name], end)
    others = {
        other: one.at(1.0 - luck if one.drawn_against else luck)
        for other, one in catalog.items()
        if leader_of(other) == name
    }
    return ((name, end), *sorted(others.items()))


def runs(runner: Runner, asked: Sequence[Bar]) -> Iterator[Run]:
    """What the table needs: both scenarios at the center and at every end."""
    for replicate in range(_replicates(runner)):
        for numbers in _points(asked):
            yield from _pair(runner, replicate, numbers)


def _replicates(runner: Runner) -> int:
    return min(runner.plan.replicates, MOST_REPLICATES)


def _points(asked: Sequence[Bar]) -> list[Numbers]:
    return [(), *(numbers for bar in asked for numbers in (bar.at_low, bar.at_high))] if asked else []


def _pair(runner: Runner, replicate: int, numbers: Numbers) -> tuple[Run, Run]:
    first, second = (Run(name, replicate, None, numbers=numbers) for name in (runner.scenario, runner.baseline))
    return first, second


def table(runner: Runner, asked: Sequence[Bar]) -> pd.DataFrame:
    """What the high end of each estimate has more than its low end, the largest that are clear first; COLUMNS.

    The interval is that of luck alone, and `clear` told at 5% divided by the number of estimates, both by
    `analysis.sensitivity.tornado`.
    """
    if not asked:
        return pd.DataFrame(columns=COLUMNS)
    frame, _ = tornado(_sample(runner, asked))
    if frame is None:
        return pd.DataFrame(columns=COLUMNS)
    by_name, catalog = {bar.name: bar for bar in asked}, catalog_of(runner.scenarios[runner.scenario])
    told = {
        "estimate": frame["factor"],
        "grade": [catalog[name].grade for name in frame["factor"]],
        "low": frame["low"],
        "high": frame["high"],
        "at_low_per_1000": PEOPLE * frame["at_low"],
        "at_high_per_1000": PEOPLE * frame["at_high"],
        "per_1000": PEOPLE * frame["difference"],
        "per_1000_low": PEOPLE * frame["difference_low"],
        "per_1000_high": PEOPLE * frame["difference_high"],
        "clear": frame["clear"],
        "how": [by_name[name].how for name in frame["factor"]],
    }
    return pd.DataFrame(told)[COLUMNS]


def _sample(runner: Runner, asked: Sequence[Bar]) -> Sample:
    """The runs as those of a sweep over a list of points, one estimate moved at each."""
    catalog = catalog_of(runner.scenarios[runner.scenario])
    center = {bar.name: catalog[bar.name].value for bar in asked}
    rows = [center, *({**center, bar.name: end} for bar in asked for end in (bar.low, bar.high))]
    infos = tuple(
        FactorInfo(bar.name, "values", bar.low, bar.high, center[bar.name], catalog[bar.name].grade) for bar in asked
    )
    runs = [[_pair(runner, k, numbers) for k in range(_replicates(runner))] for numbers in _points(asked)]
    values: dict[str, Floats] = {
        name: np.array([[runner.known[pair[side]] for pair in point] for point in runs])
        for side, name in enumerate((runner.scenario, runner.baseline))
    }
    question = Question(runner.outcome, runner.month, "all", runner.scenario, runner.baseline)
    design = Design(LIST, infos, pd.DataFrame(rows).rename_axis("point"), None)
    return Sample(question, design, values, _replicates(runner), False, runner.plan.participants)
