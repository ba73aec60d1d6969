"""The caseload curve: what a fixed budget does at one person a worker, at sixty, between, and where more tire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from reentrysim.analysis.answer import OUTCOME, PEOPLE
from reentrysim.analysis.compare import Comparison, compare
from reentrysim.analysis.intervals import Cell, summarize
from reentrysim.scenario import Scenario, load_scenario

PROGRAMS: Mapping[str, Mapping[str, Any]] = {
    "mentoring": {},
    "case_management": {
        "funding.shares": {"mentoring": 0.0, "case_management": 1.0},
        "programs.case_management": {},
    },
}
"""What of the status quo each curve changes: all the money for the program."""
CASELOADS = (1, 2, 3, 4, 6, 8, 12, 16, 20, 30, 40, 50, 60)
TIRING = {"case_management": (90, 120)}
"""Where a curve goes on: up to sixty people tire no caseworker, and more do."""
COLUMNS = ["program", "per_worker", "month", "served_share", "difference", "low", "high", "from_best", "from_best_low"]
_WITHOUT = "without"


def caseload_curve(program: str, caseloads: Iterable[int] = CASELOADS, **options: Any) -> pd.DataFrame:
    """One row a caseload, those of TIRING last: what the money changes in people back in prison of 1,000; COLUMNS.

    `difference, low, high`: from the same people without the money, and its 95% interval. `from_best, from_best_low`:
    how many more return than at the best caseload of the curve, and the lower end of that interval. `options` are those
    of `compare`.
    """
    caseloads = [*caseloads, *TIRING.get(program, ())]
    scenarios = [_at(program, count) for count in caseloads]
    without = load_scenario("status-quo").vary({"funding.sources.state_grant.total_dollars": 0.0}, name=_WITHOUT)
    result = compare(scenarios, baseline=without, **options)
    return _table(result, program, {scenario.name: count for scenario, count in zip(scenarios, caseloads, strict=True)})


def _at(program: str, per_worker: int) -> Scenario:
    policy = f"policies.caseload.{program}"
    changes = {**PROGRAMS[program], f"{policy}.per_worker": per_worker}
    if per_worker in TIRING.get(program, ()):
        changes[f"{policy}.overload"] = "strains"
    return load_scenario("status-quo").vary(changes, name=f"{program.replace('_', '-')}-{per_worker}")


def _table(result: Comparison, program: str, caseloads: Mapping[str, int]) -> pd.DataFrame:
    month = result.headline_month
    cells = {name: result.paired(name, OUTCOME, month) for name in caseloads}
    best = min(cells, key=lambda name: cells[name].mean)
    served = "served" if program == "mentoring" else f"{program}.served"
    lines = []
    for name, count in caseloads.items():
        gap = _gap(result, name, best, month)
        told = [cells[name].mean, cells[name].low, cells[name].high, gap.mean, gap.low]
        lines.append([program, count, month, result.notes.loc[name, served], *(PEOPLE * number for number in told)])
    return pd.DataFrame(lines, columns=COLUMNS)


def _gap(result: Comparison, name: str, best: str, month: int) -> Cell:
    """How much more one scenario's share is than another's, replicate by replicate."""
    asked = OUTCOME, month, "all"
    gap = result.sample(name, *asked) - result.sample(best, *asked)
    return summarize(gap[:, None], result.facts.draws).at(0)


def verdict(curve: pd.DataFrame) -> str:
    """Whether the best caseload of a curve lies within it, and how sure that is, in a sentence."""
    lines = curve.to_dict("records")
    best, ends = min(lines, key=lambda line: line["difference"]), (lines[0], lines[-1])
    where, program = best["per_worker"], best["program"].replace("_", " ")
    if not any(line["served_share"] > 0.0 for line in lines):
        return f"{program}: nobody was served, so the curve says nothing; simulate more people, for whole workers"
    if best in ends:
        which = "smallest" if best == ends[0] else "largest"
        return f"{program}: no best caseload within the curve: the {which}, {where}, does most"
    sure = all(end["from_best_low"] > 0.0 for end in ends)
    told = "both ends do less beyond their intervals" if sure else "the intervals don't tell it from an end"
    return f"{program}: {where} people a worker do most, within the curve; {told}"
