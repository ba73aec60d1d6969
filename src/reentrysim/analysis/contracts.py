"""Whether contracts pay: how often, how much, how often for nothing, and how often they miss a success.

A contract sees one cohort once, so luck pays as well as success does; and who is served is not like who is not. Both
show in the same contract judged on the same people in runs with the same luck in which nobody takes part in its
programs (`experiments.contracts`). Whether a program did better in a run is told by these pairs too: it is the paired
simulated effect on the people counted, which no evaluator can see.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reentrysim.analysis.intervals import FEWEST_DRAWS, components
from reentrysim.experiments.run import Runs
from reentrysim.vocabulary import CENTS_PER_DOLLAR

Floats = NDArray[np.float64]
CONTRACT_COLUMNS = [
    *("scenario", "replicate", "source", "evaluator", "outcome", "month", "step"),
    *("people", "rate", "comparison_people", "comparison_rate", "dropped", "threshold", "judged"),
    *("at_stake_cents", "paid_cents", "lost_cents", "lost_by"),
    *("rate_if_idle", "comparison_rate_if_idle", "paid_cents_if_idle"),
]
_KEYS = ["scenario", "source"]
_MEANS = (
    *("people", "comparison_people", "dropped", "rate", "comparison_rate"),
    *("rate_if_idle", "comparison_rate_if_idle"),
)


def contract_frame(runs: Runs) -> pd.DataFrame:
    """One row a scenario, replicate and contract; columns CONTRACT_COLUMNS, in order of scenario."""
    rows = [
        {"scenario": name, "replicate": replicate, **row._asdict()}
        for name in runs.plan.names
        for replicate, found in enumerate(runs.contracts[name])
        for row in found
    ]
    return pd.DataFrame(rows, columns=CONTRACT_COLUMNS)


def payments(frame: pd.DataFrame, draws: NDArray[np.int64]) -> pd.DataFrame:
    """One row a contract: what it comes to over all runs, each probability with its Monte Carlo standard error.

    `draws` (R,) says which draw each replicate has. `probability_unpaid_if_better` is among the runs in which fewer of
    the people counted had the outcome than without the programs; nan without such runs.
    """
    lines = [_line(dict(zip(_KEYS, key, strict=True)), own, draws) for key, own in frame.groupby(_KEYS, sort=False)]
    return pd.DataFrame(lines)


def _line(keys: dict[str, Any], own: pd.DataFrame, draws: NDArray[np.int64]) -> dict[str, Any]:
    own = own.sort_values("replicate")
    which = draws[own["replicate"].to_numpy()]
    most = float(own["at_stake_cents"].iloc[0]) / CENTS_PER_DOLLAR
    dollars, idle_dollars = (_numbers(own, name) / CENTS_PER_DOLLAR for name in ("paid_cents", "paid_cents_if_idle"))
    better = _numbers(own, "rate") < _numbers(own, "rate_if_idle")
    paid = np.where(dollars > 0, 1.0, 0.0)
    return {
        **keys,
        "runs": len(own),
        "at_stake_dollars": most,
        "lost_by": own["lost_by"].iloc[0],
        **_known("probability_paid", paid, which),
        **_known("expected_paid_dollars", dollars, which, most),
        **_known("probability_paid_if_idle", np.where(idle_dollars > 0, 1.0, 0.0), which),
        **_known("expected_paid_if_idle_dollars", idle_dollars, which, most),
        "runs_better": int(better.sum()),
        **_known("probability_unpaid_if_better", np.where(better, 1.0 - paid, np.nan), which),
        "probability_not_judged": 1.0 - _mean(_numbers(own, "judged")),
        **{name: _mean(_numbers(own, name)) for name in _MEANS},
    }


def _numbers(own: pd.DataFrame, name: str) -> Floats:
    return own[name].to_numpy(dtype=np.float64)


def _mean(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else math.nan


def _known(name: str, sample: Floats, draws: NDArray[np.int64], most: float = 1.0) -> dict[str, float]:
    """The mean of a sample and its Monte Carlo standard error."""
    return {name: _mean(sample), f"{name}_mcse": monte_carlo_error(sample, draws, most)}


def monte_carlo_error(sample: Floats, draws: NDArray[np.int64], most: float = 1.0) -> float:
    """Standard error of the mean of numbers from 0 to `most`, clustered by draw; nan from fewer than FEWEST_DRAWS.

    Runs that all say the same hide that another could differ: then as if one more had said 0 and one more `most`.
    """
    known = sample[np.isfinite(sample)]
    luck_only = len(np.unique(draws)) == 1
    if (len(known) if luck_only else len(np.unique(draws[np.isfinite(sample)]))) < FEWEST_DRAWS:
        return math.nan
    if np.ptp(known) == 0.0:
        share = 1.0 / (len(known) + 2)
        return most * math.sqrt(share * (1.0 - share) / (len(known) + 2))
    return components(sample, draws).error


def doubts(frame: pd.DataFrame, participants: int, system_size: int) -> Iterator[str]:
    """What a reader must know before trusting the probabilities."""
    if frame.empty:
        return
    if participants < system_size:
        yield (
            f"Contracts are judged on a cohort of {participants:,} in place of {system_size:,}, so luck decides more "
            f"of them than it would. --participants {system_size} judges them at their size."
        )
    for (name, source), own in frame.groupby(_KEYS, sort=False):
        few = int((own["judged"] == 0).sum())
        if few:
            yield f"Under {name}, {source} found too few people to judge in {few} of {len(own)} runs, and did not pay."
        dropped = own["dropped"].sum() / max(own["dropped"].sum() + own["people"].sum(), 1)
        if round(dropped, 3):  # as it is printed
            yield f"Under {name}, the evaluator of {source} drops {dropped:.1%} of the cohort: nobody is like them."
