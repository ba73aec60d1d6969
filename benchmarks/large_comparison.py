"""How long and how large the analysis of a large comparison is: six scenarios, 500 replicates, every file written.

python benchmarks/large_comparison.py

The runs are made up (shares that rise, moved by draw and luck), so that nothing but the analysis is measured.
"""

from __future__ import annotations

import resource
import tempfile
import time
from pathlib import Path

import numpy as np

from reentrysim.analysis.compare import Comparison, plan_comparison
from reentrysim.experiments.plan import Plan
from reentrysim.experiments.run import Runs, Series
from reentrysim.model import ReentryModel
from reentrysim.outcomes import RunResult, program_groups, tabulate
from reentrysim.randomness import Luck
from reentrysim.scenario import load_scenario
from reentrysim.scenario.values import values_for
from reentrysim.vocabulary import OUTCOMES

REPLICATES = 500
KILOBYTES_PER_GB = 1_000_000


def real(plan: Plan) -> RunResult:
    """A real run, whose subgroups and ledger all made-up ones have."""
    scenario = load_scenario("balanced").vary({"time.follow_up_months": 1})
    run = ReentryModel(scenario, values_for(scenario), Luck(0, 0), participants=60).run()
    return tabulate(run, plan.programs)


def made_up(plan: Plan) -> Runs:
    """Runs of which only the numbers are made up."""
    one = real(plan)
    runs, names, reached = Runs(plan, subgroups=one.subgroups), plan.names, len(program_groups(plan.programs))
    reported = np.array(plan.reported_months) - 1
    rise = 1.0 - np.exp(-np.arange(1, plan.months + 1) / 20.0)
    for number, name in enumerate(names):
        random = np.random.default_rng(number)
        runs.people[name] = np.full((plan.replicates, len(runs.subgroups)), 300)
        runs.people[name][:, 0] = plan.participants
        runs.ledger[name] = [one.ledger for _ in range(plan.replicates)]
        runs.contracts[name] = [[] for _ in range(plan.replicates)]
        runs.notes[name] = {note: np.full(plan.replicates, value) for note, value in one.notes.items()}
        runs.errors[name] = {
            measure: random.random((plan.replicates, len(values)), dtype=np.float32)
            for measure, values in one.errors.items()
        }
        runs.series[name], runs.counterparts[name] = {}, {}
        for outcome in OUTCOMES:
            level = 0.5 + 0.02 * random.standard_normal((plan.replicates, len(runs.subgroups), 1), dtype=np.float32)
            values: Series = (level * rise).astype(np.float32)
            runs.series[name][outcome] = values
            runs.counterparts[name][outcome] = values[:, -reached:][:, :, reported].copy()
    return runs


def main() -> None:
    """Measure and print."""
    plan = plan_comparison(replicates=REPLICATES, jobs=1)
    runs = made_up(plan)
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES_PER_GB
    started = time.perf_counter()
    comparison = Comparison(runs)
    frames = comparison.comparison, comparison.curves
    analyzed = time.perf_counter() - started
    money = comparison.economics()
    _ = money.balance, money.lines, money.averted, money.acceptability(), money.plane(), money.custody()
    priced = time.perf_counter() - started - analyzed
    with tempfile.TemporaryDirectory() as folder:
        for name, write in comparison.files().items():
            write(Path(folder) / name)
    written = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES_PER_GB
    size = f"{len(runs.subgroups)} subgroups, {plan.months} months"
    rows = " and ".join(f"{len(frame):,}" for frame in frames)
    print(f"{len(plan.names)} scenarios x {plan.replicates} replicates, {size}")
    print(f"analyzed in {analyzed:.1f} s ({rows} rows), economics {priced:.1f} s, with all files {written:.1f} s")
    print(f"peak memory {peak:.2f} GB, of which the runs with the program {held:.2f} GB")


if __name__ == "__main__":
    main()
