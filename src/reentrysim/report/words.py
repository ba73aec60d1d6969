"""Numbers as every table, page and picture writes them: no digit that the Monte Carlo error does not support."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Hashable, Mapping
from typing import Any

from reentrysim.analysis.answer import PEOPLE, Counts, rounded, supported_unit
from reentrysim.analysis.intervals import Cell

USE = "For comparing policies; never for deciding about a real individual."
"""What results are for, and what not."""
PROBABILITY_STEP = 0.05
"""Tail shares of a few dozen draws are not known more finely."""
NOTHING, ANOTHER_CLOCK = "-", "another clock"
HUNDREDTHS = 100
"""Of a month: the finest that is shown."""
DIGITS = 3
"""Of the money of a scenario: as many are shown at most."""


def difference(counts: Counts) -> str:
    """Signed counts: "-5 (-9 to -1)"."""
    if not counts.known:
        return signed(counts.mean)
    return f"{signed(counts.mean)} ({signed(counts.low)} to {signed(counts.high)})"


def signed(count: int) -> str:
    """-5 -> "-5", 2 -> "+2", 0 -> "0"."""
    return f"{count:+,}" if count else "0"


def wrapped(name: str, width: int) -> str:
    """A name on as many lines as its column needs."""
    return "\n".join(textwrap.wrap(name, width))


def months(cell: Cell) -> str:
    """Signed months, no finer than the Monte Carlo error supports: "+0.1 (-0.1 to +0.3)"."""
    return _spanned([_months(number, cell.mcse, "+") for number in (cell.mean, cell.low, cell.high)])


def months_level(cell: Cell) -> str:
    """Months of one scenario: "29.2 (28.9 to 29.5)"."""
    return _spanned([f"{number:.1f}" if math.isfinite(number) else "" for number in (cell.mean, cell.low, cell.high)])


def _months(number: float, mcse: float, sign: str) -> str:
    unit = supported_unit(mcse * HUNDREDTHS)
    digits = 2 if unit < HUNDREDTHS // 10 else 1 if unit < HUNDREDTHS else 0
    return f"{rounded(number * HUNDREDTHS, unit) / HUNDREDTHS:{sign}.{digits}f}" if math.isfinite(number) else ""


def _spanned(told: list[str]) -> str:
    """A number and, if known, the ends of its interval."""
    mean, *ends = told
    return (f"{mean} ({' to '.join(ends)})" if all(ends) else mean) or NOTHING


def probability(share: float) -> str:
    """A probability no finer than PROBABILITY_STEP: "0.90", ">0.95", "<0.05"."""
    if math.isnan(share):
        return NOTHING
    step = round(share / PROBABILITY_STEP) * PROBABILITY_STEP
    if step >= 1:
        return f">{1 - PROBABILITY_STEP:.2f}"
    return f"{step:.2f}" if step > 0 else f"<{PROBABILITY_STEP:.2f}"


def dollars(cell: Cell) -> str:
    """Dollars rounded to what the Monte Carlo error supports."""
    return NOTHING if math.isnan(cell.mean) else whole_dollars(cell.mean, unit_of(cell.mcse))


def dollars_span(cell: Cell) -> str:
    """Dollars with their interval: "$390 ($380 to $400)"."""
    unit = unit_of(cell.mcse)
    return _spanned(
        [whole_dollars(one, unit) if math.isfinite(one) else "" for one in (cell.mean, cell.low, cell.high)]
    )


def unit_of(mcse: float) -> int:
    """The finest unit of dollars that a Monte Carlo error supports; 1 where the error is not known."""
    return supported_unit(mcse) if math.isfinite(mcse) else 1


def whole_dollars(amount: float, unit: int) -> str:
    """Signed, no finer than `unit`: "-$120"."""
    if math.isnan(amount):
        return NOTHING
    whole = rounded(amount, unit)
    return f"{'-' if whole < 0 else ''}${abs(whole):,}"


def budget_unit(most: float) -> int:
    """The unit in dollars in which a budget is told, where scenarios have `most` dollars or less: DIGITS digits of it.

    Budgets are accounts of the runs that were made, and parts of one unit add up.
    """
    return int(10 ** max(len(str(round(most))) - DIGITS, 0))


def counts(row: Mapping[Hashable, Any], what: str) -> Counts:
    """Counts of the columns `what`, `what`_low, `what`_high, `what`_mcse of a row of shares."""
    mean, low, high, mcse = (float(row.get(f"{what}{end}", math.nan)) for end in ("", "_low", "_high", "_mcse"))
    return Counts(Cell(mean, low, high, mcse, math.nan, 0))


def before_and_now(row: Mapping[Hashable, Any]) -> tuple[int, int]:
    """A row's shares `before` and `value` per 1,000, rounded alike.

    What was before is the value less its change: its error is that of both, as if they were independent.
    """
    unit = supported_unit(PEOPLE * math.hypot(float(row["value_mcse"]), float(row["change_mcse"])))
    return rounded(PEOPLE * float(row["before"]), unit), rounded(PEOPLE * float(row["value"]), unit)


def level(counts: Counts) -> str:
    """Counts of one scenario: "485 (470 to 500)"."""
    return f"{counts.mean:,} ({counts.low:,} to {counts.high:,})" if counts.known else f"{counts.mean:,}"
