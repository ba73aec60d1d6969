"""What an explanation comes to, in sentences that can be quoted."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from reentrysim.analysis.answer import PEOPLE, Counts, more_or_fewer, period, span
from reentrysim.analysis.intervals import Cell
from reentrysim.analysis.why.judgment import WITHOUT
from reentrysim.analysis.why.mediators import PLACES, TOTAL
from reentrysim.analysis.why.runs import ENDS
from reentrysim.experiments.plan import Plan

Row = Mapping[Hashable, Any]


def counts(row: Row) -> Counts:
    """A row's difference as counts per 1,000."""
    mean, low, high, mcse = (float(row[f"per_1000{end}"]) / PEOPLE for end in ENDS)
    return Counts(Cell(mean, low, high, mcse, 0.5, 0))


def in_words(row: Row, kind: str) -> str:
    """ "about 10 fewer (95%: 2 to 20 fewer)", or less than what the runs can tell."""
    if float(row["per_1000"]) == float(row["per_1000_mcse"]) == 0.0:
        return "exactly 0 in these runs"
    of = counts(row)
    size = f"{of.about}{more_or_fewer(of.mean)}" if of.mean else f"less than {of.unit:,} more or fewer"
    return f"{size} ({kind}: {span(of.low, of.high)})" if of.known else size


def sentence(
    plan: Plan,
    what: str,
    month: int,
    mediators: pd.DataFrame,
    programs: pd.DataFrame,
    without_judgment: pd.DataFrame,
) -> str:
    """The total, what is clear of it by mediator and by program, and what is left without judgment."""
    kind = "luck alone, 95%" if plan.luck_only else "95%"
    other = next(name for name in plan.names if name != plan.baseline)
    rows = {str(row["mediator"]): row for row in mediators.to_dict("records")}
    whole = (
        f"{what.replace('_', ' ').capitalize()} at {period(month)}, of {PEOPLE:,} people released: "
        f"{in_words(rows[TOTAL], kind)} under {other} than under {plan.baseline}."
    )
    through = [name for name in rows if name != TOTAL and counts(rows[name]).clear]
    parts = _clear("by what programs act on", through, rows)
    by_program = {str(row["program"]): row for row in programs.to_dict("records")}
    clear = [name for name in by_program if name != TOTAL and counts(by_program[name]).clear]
    parts += _clear("by program", clear, by_program) if len(by_program) > _ONE_AND_REST_AND_TOTAL else ""
    (row,) = without_judgment[without_judgment["case"] == WITHOUT].to_dict("records")
    without = f"With every effect on reoffending that is judgment (grade D) set to none it is {in_words(row, kind)}."
    return f"{whole}{parts} {without}"


_ONE_AND_REST_AND_TOTAL = 3


def _clear(how: str, names: list[str], rows: Mapping[str, Row]) -> str:
    """What is clear of chance of some parts."""
    if not names:
        return f" Nothing is clear of chance {how}."
    told = (f"{_short(name)} {more_or_fewer(counts(rows[name]).mean)}" for name in names)
    return f" Clear of chance {how}: {', '.join(told)}."


def _short(name: str) -> str:
    return "places themselves" if name == PLACES else name.replace("_", " ")
