"""What programs spend: for what, and for each person served and each who completes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from reentrysim.access import key
from reentrysim.experiments.run import Runs
from reentrysim.policies.funding import OVERHEAD, PURPOSES
from reentrysim.vocabulary import CENTS_PER_DOLLAR

COLUMNS = [
    *("scenario", "purpose", "program", "dollars", "served", "completed"),
    *("dollars_per_served", "dollars_per_completed"),
]
WHOLE, SERVICE, IN_KIND = "whole", "service", "in_kind"


def table(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows as a table with the cost of a person served and of one who completes, ratios of means; columns COLUMNS."""
    frame = pd.DataFrame(list(rows), columns=COLUMNS[:-2])
    for what in ("served", "completed"):
        share = pd.to_numeric(frame[what])
        frame[f"dollars_per_{what}"] = frame["dollars"] / share.where(share > 0)
    return frame


def rows(runs: Runs, name: str) -> Iterator[dict[str, Any]]:
    """What a scenario spends per person released, by purpose and by program, means over the replicates."""
    each = _per_person(runs, name)
    spent = _by_program(runs, name)
    notes = {note: float(values.mean()) for note, values in runs.notes[name].items()}
    whole = sum(spent.values())
    apart = {purpose: notes.get(f"{purpose}_dollars", 0.0) for purpose in ("overhead", *PURPOSES)}
    by_purpose = {WHOLE: whole, **apart, SERVICE: whole - sum(apart.values())}
    by_purpose[IN_KIND] = notes.get("volunteer_dollars", 0.0)
    for purpose, dollars in by_purpose.items():
        yield _row(name, purpose, "", dollars * each)
    for program, dollars in spent.items():
        if program != OVERHEAD:
            shares = (_share(runs, name, how, program) for how in ("served", "completed"))
            yield _row(name, "", program, dollars * each, *shares)


def _row(
    scenario: str, purpose: str, program: str, dollars: float, served: float = math.nan, completed: float = math.nan
) -> dict[str, Any]:
    about = {"scenario": scenario, "purpose": purpose, "program": program, "dollars": dollars}
    known = {"served": served, "completed": completed}
    return about | {what: None if math.isnan(share) else share for what, share in known.items()}


def _by_program(runs: Runs, name: str) -> dict[str, float]:
    """Dollars of the real system that each program spent in the whole run, overhead last, means of the replicates."""
    spent = Counter[str]()
    for ledger in runs.ledger[name]:
        for row in ledger:
            spent[row.program] += row.spent
    return {program: cents / CENTS_PER_DOLLAR / len(runs.ledger[name]) for program, cents in spent.items() if cents}


def _per_person(runs: Runs, name: str) -> float:
    """What a person released costs over what all of them cost: one over how many they are; 0 without money."""
    whole = sum(_by_program(runs, name).values())
    return float(runs.series[name]["cost_programs"][:, 0, -1].mean()) / whole if whole else 0.0


def _share(runs: Runs, name: str, how: str, program: str) -> float:
    """Share of the analysis cohort; nan where it is not known."""
    found = runs.access.get(name, {}).get(key(how, program))
    return math.nan if found is None else float(found[:, 0].mean())
