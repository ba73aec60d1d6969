"""Who has access to programs, who gains, and what becomes of gaps: by sex, age, race and ethnicity, risk and need.

Members of a group are the same people in every scenario of a replicate, so a change is theirs and not that of another
selection. Gaps are told of what is measured; what enforcement alone makes of it is in `enforcement.py`, and how a risk
tool errs for whom in `assessment.csv`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reentrysim.access import ANY, HOW, key
from reentrysim.analysis.equity.gaps import COLUMNS as ESTIMATED
from reentrysim.analysis.equity.gaps import Sides, columns
from reentrysim.analysis.equity.groups import Group, groups
from reentrysim.analysis.tables import is_few
from reentrysim.experiments.run import Runs

OUTCOMES = ("return_to_prison", "rearrest", "employed", "stably_housed")
"""In what people can gain, at the headline month."""
COLUMNS = ["scenario", "dimension", "subgroup", "reference", "program", "measure", "month", "people", *ESTIMATED]
Floats = NDArray[np.float64]


def equity(
    runs: Runs, draws: NDArray[np.int64], month: int, references: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """One row a scenario, measure, program and group; columns COLUMNS.

    Measures: HOW (shares of the group, in the whole run; `program` "" for any of them) and OUTCOMES at `month` (no
    program). `references` as in `groups`. Groups of few people, and gaps to one, have no intervals.
    """
    listed = groups(runs.subgroups, references)
    tables = [
        _table(runs, draws, scenario, listed, measure)
        for scenario in runs.plan.names
        for measure in _measures(runs, scenario, month)
    ]
    return pd.concat(tables, ignore_index=True)[COLUMNS] if tables else pd.DataFrame(columns=COLUMNS)


class _Measure(NamedTuple):
    """What is told of groups: under the scenario and its baseline, shape (R, groups)."""

    name: str
    program: str
    month: int
    after: Floats
    before: Floats


def _measures(runs: Runs, scenario: str, month: int) -> Iterator[_Measure]:
    base = runs.plan.baseline
    for program in (ANY, *runs.plan.programs) if runs.access[scenario] else ():
        for how in HOW:
            mine, usual = (runs.access[name][key(how, program)].astype(np.float64) for name in (scenario, base))
            yield _Measure(how, program, runs.plan.months, mine, usual)
    for outcome in OUTCOMES:
        if outcome in runs.outcomes:
            mine, usual = (runs.series[name][outcome][:, :, month - 1].astype(np.float64) for name in (scenario, base))
            yield _Measure(outcome, "", month, mine, usual)


def _table(
    runs: Runs,
    draws: NDArray[np.int64],
    scenario: str,
    listed: list[Group],
    measure: _Measure,
) -> pd.DataFrame:
    """All groups of one measure."""
    rows = np.array([runs.subgroups.index(one.subgroup) for one in listed])
    there = {one.subgroup: place for place, one in enumerate(listed)}
    reference = np.array([there.get(one.reference, -1) for one in listed])
    people = runs.people[scenario].mean(axis=0)[rows]
    few = np.asarray(is_few(people, runs.plan.participants, runs.plan.system_size))
    mine, usual = measure.after[:, rows], measure.before[:, rows]
    sides = Sides(mine, usual, reference, few, draws, scenario == runs.plan.baseline)
    found = columns(sides)
    about = {
        "scenario": scenario,
        "dimension": [one.dimension for one in listed],
        "subgroup": [one.subgroup for one in listed],
        "reference": [one.reference for one in listed],
        "program": measure.program,
        "measure": measure.name,
        "month": measure.month,
        "people": people,
    }
    return pd.DataFrame({**about, **_without(found, reference < 0)})


def _without(found: dict[str, NDArray[np.float64]], lonely: NDArray[np.bool_]) -> dict[str, NDArray[np.float64]]:
    """The same without gaps of groups whose reference is not in the results."""
    return {name: np.where(lonely, np.nan, own) if name.startswith("gap") else own for name, own in found.items()}
