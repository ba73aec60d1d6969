"""Sweeps in words: what one would do, how far it is, and what came of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from reentrysim.analysis.intervals import FEWEST_DRAWS
from reentrysim.experiments.plan import RUNS_PER_DRAW
from reentrysim.experiments.sweeps.estimates import PREFIX
from reentrysim.experiments.sweeps.plan import SweepPlan
from reentrysim.experiments.sweeps.sweeping import MEGABYTE, Ahead, Status, Swept
from reentrysim.experiments.sweeps.working import Tally

MINUTE, HOUR = 60.0, 3600.0
FEW_NAMES = 10


def told(swept: Swept, quiet: bool = False) -> Iterator[str]:
    """What came of a sweep, in lines."""
    tally, plan = swept.tally, swept.plan
    for file in swept.damaged:
        yield f"warning: {file} was damaged and is put aside; what it held was run again."
    yield from cautions(plan)
    if (same := plan.size - tally.total) > 0:
        yield (
            f"warning: {same:,} of {plan.size:,} pairs of runs are those of another point or scenario: there, factors "
            "change nothing, or make scenarios alike."
        )
    for death in dict.fromkeys(tally.died):
        yield f"warning: a process ended while it ran ({death}); what it had not finished was run again."
    if not quiet and tally.ran and tally.work_seconds:
        runs = RUNS_PER_DRAW * tally.ran
        each = tally.work_seconds / runs
        yield (
            f"Elapsed: {duration(tally.elapsed)}; {runs:,} runs, {runs / tally.elapsed:.2g} a second; "
            f"{each:.2g} s of one core a run."
        )
    before = f", {tally.already:,} of them before" if tally.already else ""
    points = len(plan.design.table)
    yield f"{points:,} points: {tally.done:,} of {tally.total:,} pairs of runs finished{before}. Tables: {swept.folder}"
    if tally.failed:
        yield (
            f"Failed: {tally.failed:,} of {tally.total:,} pairs of runs; {swept.folder / 'failures.csv'} says why. "
            "Where a point is to blame, change the sweep's file; "
            f"`reentrysim sweep-retry {swept.folder}` runs all of them again."
        )
    else:
        yield f"What drives the answer: `reentrysim sensitivity {swept.folder}`"


def ahead_in_words(ahead: Ahead, jobs: int) -> Iterator[str]:
    """What a sweep would do, in lines."""
    plan = ahead.plan
    runs = ahead.units * RUNS_PER_DRAW
    yield (
        f"Would run {len(plan.design.table):,} points ({plan.design.kind}) of {len(plan.scenarios)} "
        f"scenario{'' if len(plan.scenarios) == 1 else 's'} with {plan.sweep.replicates} replicates of "
        f"{plan.setting.participants:,} people: {runs:,} different runs."
    )
    names = [factor.path for factor in plan.design.factors]
    more = f", and {len(names) - FEW_NAMES} more" if len(names) > FEW_NAMES else ""
    yield f"Factors: {', '.join(names[:FEW_NAMES])}{more}"
    yield from cautions(plan)
    if ahead.there:
        yield f"{RUNS_PER_DRAW * ahead.there:,} of them are there already."
    if ahead.refused:
        yield f"{RUNS_PER_DRAW * ahead.refused:,} of them are no scenarios, and will fail without being run."
    if ahead.missing:
        seconds = ahead.missing * ahead.seconds_each / jobs
        megabytes = ahead.missing * ahead.bytes_each / MEGABYTE
        yield (
            f"About {duration(seconds)} on {jobs} process{'' if jobs == 1 else 'es'} "
            f"({ahead.seconds_each / RUNS_PER_DRAW:.2g} s a run, from one pair), and at most {megabytes:,.1f} MB."
        )
    yield f"Folder: {ahead.folder}"


def cautions(plan: SweepPlan) -> Iterator[str]:
    """What a reader must know before trusting a sweep's points."""
    draws = plan.sweep.replicates // RUNS_PER_DRAW
    if not plan.sweep.fixed_parameters and draws < FEWEST_DRAWS:
        yield (
            f"warning: {plan.sweep.replicates} replicates are {draws} draw{'' if draws == 1 else 's'} of what is not "
            "known beside the factors, and no central one. Set fixed_parameters = true, or more replicates."
        )
    if any(factor.path.startswith(PREFIX) for factor in plan.design.factors):
        yield (
            "warning: numbers are replaced and nothing is fitted again, so levels move; differences between scenarios "
            "are what to read."
        )


def status_in_words(found: Status, folder: Path) -> Iterator[str]:
    """How far a sweep is, in lines."""
    left = found.units - found.done - found.failed
    yield f"{found.sweep.name}: {found.sweep.title}"
    yield f"{found.done:,} of {found.units:,} pairs of runs finished, {found.failed:,} failed, {left:,} left."
    yield f"{found.files} files, {found.megabytes:,.1f} MB in {folder}"
    if left:
        yield "`reentrysim sweep` with the sweep's file and this folder goes on with them."
    if found.failed:
        yield f"`reentrysim sweep-retry {folder}` runs again what failed."


def duration(seconds: float) -> str:
    """ "45 s", "3 min", "5 h 12 min"."""
    if math.isnan(seconds):
        return "an unknown time"
    if seconds < 2 * MINUTE:
        return f"{seconds:.0f} s"
    minutes = round(seconds / MINUTE)
    return f"{minutes} min" if seconds < HOUR else f"{minutes // 60} h {minutes % 60} min"


def progress(tally: Tally) -> str:
    """How far it is, in a line."""
    if tally.named is not None:
        return f"{tally.named:,} of {tally.total:,} pairs of runs have their names"
    rate = RUNS_PER_DRAW * tally.ran / tally.elapsed if tally.ran else 0.0
    failed = f", {tally.failed:,} failed" if tally.failed else ""
    return (
        f"{tally.done:,} of {tally.total:,} pairs of runs{failed}; {rate:.2g} runs a second, "
        f"{duration(tally.left_seconds)} left"
    )
