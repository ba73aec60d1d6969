"""The cost-effectiveness plane, and how likely a scenario is worth it by what a return averted is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from reentrysim.analysis.economics import averting
from reentrysim.analysis.economics.accounts import Account
from reentrysim.analysis.economics.books import Books, Terms
from reentrysim.analysis.economics.ratios import cell
from reentrysim.analysis.intervals import plausible_means
from reentrysim.analysis.ranking import ranking

PLANE_COLUMNS = ["scenario", "draw", "averted", "net_public_cost"]
CURVE_COLUMNS = ["scenario", "dollars_per_averted", "chance_worth_it", "chance_best"]
WILLING = (0.0, *(float(x) for x in np.geomspace(1_000, 1_000_000, 25).round(-2)))
"""Dollars that a return averted may be worth."""


def plane(books: Books, terms: Terms, changes: Mapping[str, Account]) -> pd.DataFrame:
    """One point a scenario and draw, luck taken off as far as it is sure; columns PLANE_COLUMNS.

    `averted` per person released on the one axis, dollars that the government pays more, its savings taken off, on the
    other (`intervals.plausible_means`).
    """
    frames = []
    for name, account in changes.items():
        averted = averting.returns_averted(books, name, terms.months)
        both = np.stack([averted, averting.public_cost(account, len(averted))], axis=1)
        means = plausible_means(both, books.draws)
        which = np.unique(books.draws) if len(means) == len(np.unique(books.draws)) else np.arange(len(means))
        columns = {"scenario": name, "draw": which, "averted": means[:, 0], "net_public_cost": means[:, 1]}
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)[PLANE_COLUMNS] if frames else pd.DataFrame(columns=PLANE_COLUMNS)


def curve(
    books: Books, terms: Terms, changes: Mapping[str, Account], willing: Sequence[float] | None = None
) -> pd.DataFrame:
    """Chance that a scenario is worth what the public pays for it, and that it is the best; columns CURVE_COLUMNS.

    At each worth of a return averted: worth x averted - net public cost, against the baseline. The baseline itself is
    among those that can be best.
    """
    runs, rows = len(books.draws), []
    averted = {name: averting.returns_averted(books, name, terms.months) for name in changes}
    cost = {name: averting.public_cost(account, runs) for name, account in changes.items()}
    for worth in WILLING if willing is None else willing:
        gained = {name: worth * averted[name] - cost[name] for name in changes}
        order = ranking({books.baseline: np.zeros(runs), **gained}, books.draws, less_is_better=False)
        best = order.set_index("scenario")["rank_1"]
        rows += [
            (name, float(worth), 1.0 - cell(gained[name], books.draws).below, float(best[name])) for name in changes
        ]
    return pd.DataFrame(rows, columns=CURVE_COLUMNS)
