"""Law 5: how much of a difference's noise the shared luck removes, on the shipped comparison and where few are touched.

python benchmarks/pairing.py [REPLICATES]

Prints the variance of the paired headline difference over that of a difference of independent runs, at central values,
and what the law allows. `tests/statistical/test_pairing.py` holds both halves.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
from joblib import Parallel, delayed

from reentrysim.experiments.plan import DEFAULT_BASELINE, DEFAULT_SCENARIOS
from reentrysim.model import ReentryModel
from reentrysim.outcomes import tabulate
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario, load_scenario
from reentrysim.scenario.values import values_for

REPLICATES, MONTH, SEED = 48, 36, 5
OF_ALL, OF_FEW = 1 / 4, 1 / 20
"""What the law allows on the shipped comparison, and where a policy touches one in twenty."""
MONEY, LITTLE = "funding.sources.state_grant.total_dollars", 1_600_000


def returned(scenario: Scenario, replicate: int) -> float:
    """Share back in prison by MONTH, at central values."""
    model = ReentryModel(scenario, values_for(scenario), Luck(SEED, replicate)).run()
    return float(tabulate(model).series["return_to_prison"][0, MONTH - 1])


def mentored(scenario: Scenario) -> float:
    """Share of the cohort that has a mentor at some time."""
    return tabulate(ReentryModel(scenario, values_for(scenario), Luck(SEED, 0)).run()).notes["served"]


def pairs() -> Iterator[tuple[Scenario, Scenario, float]]:
    """Scenario, baseline, and the share of the variance that the law allows."""
    months = {"time.follow_up_months": MONTH}
    base = load_scenario(DEFAULT_BASELINE).vary(months)
    for name in DEFAULT_SCENARIOS:
        yield load_scenario(name).vary(months), base, OF_ALL
    nothing = load_scenario(DEFAULT_BASELINE).vary(months | {MONEY: 0}, name="no-money")
    yield nothing.vary({MONEY: LITTLE}, name="a-mentor-for-one-in-twenty"), nothing, OF_FEW


def main(replicates: int) -> None:
    """Measure and print."""
    print(f"{replicates} replicates a scenario, return to prison by month {MONTH}, central values, seed {SEED}")
    print(f"{'scenario':<30}{'mentored':>10}{'paired/independent':>20}{'allowed':>9}")
    with Parallel(n_jobs=-1) as pool:
        shares: dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]] = {}
        for scenario, base, allowed in pairs():
            for one in (scenario, base):
                if one.name not in shares:
                    shares[one.name] = np.array(pool(delayed(returned)(one, r) for r in range(replicates)))
            first, second = shares[scenario.name], shares[base.name]
            ratio = np.var(first - second, ddof=1) / (np.var(first, ddof=1) + np.var(second, ddof=1))
            verdict = "" if ratio <= allowed else "  BROKEN"
            print(f"{scenario.name:<30}{mentored(scenario):>10.3f}{ratio:>20.3f}{allowed:>9.2f}{verdict}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else REPLICATES)
