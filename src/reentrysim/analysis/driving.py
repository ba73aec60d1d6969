"""What each scenario's difference goes with most of all that is not known, over the draws that were run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from reentrysim.analysis.answer import OUTCOME
from reentrysim.analysis.estimates import Estimates, Floats
from reentrysim.analysis.sensitivity.ranks import FEWEST_POINTS
from reentrysim.analysis.why import drivers
from reentrysim.experiments.plan import Plan

DRIVERS = "drivers.csv"
COLUMNS = ["scenario", *drivers.COLUMNS, "estimates"]
MOST = 5
"""Estimates told of a scenario, clear or not."""


def by_draw(results: Estimates, scenario: str) -> tuple[list[int], Floats]:
    """The draws that were run, and in each the mean difference in the share back in prison at the headline month."""
    asked, draws = (scenario, OUTCOME, results.headline_month, "all"), results.facts.draws
    change = results.sample(*asked) - results.same_people(*asked)
    numbers = np.unique(draws)
    return numbers.tolist(), np.array([change[draws == draw].mean() for draw in numbers])


def table(results: Estimates, plan: Plan) -> pd.DataFrame:
    """The MOST estimates by rank correlation with each difference, the largest first; columns COLUMNS.

    `estimates` is how many were looked at, which `clear` allows for. No rows of a scenario with fewer than
    FEWEST_POINTS draws, or with the same difference in each.
    """
    frames = list(_of_scenarios(results, plan))
    return pd.concat(frames, ignore_index=True)[COLUMNS] if frames else pd.DataFrame(columns=COLUMNS)


def _of_scenarios(results: Estimates, plan: Plan) -> Iterator[pd.DataFrame]:
    scenarios = {one.name: one for one in plan.scenarios}
    for name in plan.names:
        numbers, each = by_draw(results, name)
        if name != plan.baseline and len(numbers) >= FEWEST_POINTS and np.ptp(each) > 0.0:
            found = drivers.ranked(scenarios[name], scenarios[plan.baseline], numbers, each)
            yield found.head(MOST).assign(scenario=name, estimates=len(found))
