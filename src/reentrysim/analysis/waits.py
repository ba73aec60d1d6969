"""Who waits how long for each program, by assessed risk and sex: means over runs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from reentrysim import waits as of_run
from reentrysim.analysis.answer import PEOPLE
from reentrysim.analysis.tables import is_few
from reentrysim.experiments.run import Runs

COLUMNS = [
    *("scenario", "program", "subgroup", "asked_per_1000", "began_share", "waiting_at_a_time"),
    *("mean_months", *(f"{name}_months" for name in of_run.QUANTILES)),
]


def waits(runs: Runs) -> pd.DataFrame:
    """One row a scenario, program and subgroup; columns COLUMNS.

    `asked_per_1000`: of 1,000 members released, how many stood in line. `began_share`: of those, who got a place.
    `waiting_at_a_time`: members of the real system in line, at a steady rate of releases. Months in line are those of
    everybody who stood in it; quantiles are means over runs of each run's own. Waits of few people are left out.
    """
    lines = [
        _line(runs, scenario.name, program, group)
        for scenario in runs.plan.scenarios
        for program in scenario.programs.used
        for group in of_run.groups()
        if of_run.key(program, group, "asked") in runs.notes[scenario.name]
    ]
    return pd.DataFrame(lines, columns=COLUMNS)


def _line(runs: Runs, scenario: str, program: str, group: str) -> dict[str, Any]:
    told = {what: runs.notes[scenario][of_run.key(program, group, what)] for what in of_run.WHAT}
    people = runs.people[scenario][:, runs.subgroups.index(group)]
    asked, plan = float(told["asked"].mean()), runs.plan
    months = {"mean_months": "mean", **{f"{name}_months": name for name in of_run.QUANTILES}}
    few = is_few(asked, plan.participants, plan.system_size)
    return {
        "scenario": scenario,
        "program": program,
        "subgroup": group,
        "asked_per_1000": PEOPLE * asked / float(people.mean()) if people.any() else np.nan,
        "began_share": float(told["began"].mean()) / asked if asked else np.nan,
        "waiting_at_a_time": float(told["in_line"].mean()) * plan.system_size / plan.participants,
        **{column: np.nan if few else float(told[what][told["asked"] > 0].mean()) for column, what in months.items()},
    }
