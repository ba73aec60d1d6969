"""The answer in one sentence that can be quoted: counts of people, and no digit that the runs do not support."""

from __future__ import annotations

import math
from collections.abc import Mapping

from reentrysim.analysis.intervals import Cell
from reentrysim.vocabulary import MONTHS_PER_YEAR

OUTCOME = "return_to_prison"
ARRESTED, DAYS = "rearrest_since_sentence", "days_in_custody_since_sentence"
"""What is told where months since release are another clock (`clocks.py`)."""
PEOPLE = 1000
"""Counts are per 1,000 people released."""


_SPELLED = {"womens_services": "women's services"}


def program_words(program: str) -> str:
    """A program's name as it is said: "case_management" -> "case management"."""
    return _SPELLED.get(program, program.replace("_", " "))


def supported_unit(error: float) -> int:
    """The finest of 1, 2, 5, 10, 20, 50, ... that is not finer than the Monte Carlo standard error `error`."""
    decade = 1
    while math.isfinite(error):
        for unit in (decade, 2 * decade, 5 * decade):
            if unit >= error:
                return unit
        decade *= 10
    return 1


def rounded(number: float, unit: int) -> int:
    """The multiple of `unit` nearest to `number`."""
    return round(number / unit) * unit


def more_or_fewer(count: int) -> str:
    """-5 -> "5 fewer", 2 -> "2 more", 0 -> "0"."""
    return f"{abs(count):,} {'fewer' if count < 0 else 'more'}" if count else "0"


def span(low: int, high: int) -> str:
    """An interval of differences in words: "1 to 9 fewer", "6 fewer to 2 more"."""
    if low <= high <= 0 and low:
        return f"{-high:,} to {-low:,} fewer"
    if high >= low >= 0 and high:
        return f"{low:,} to {high:,} more"
    return f"{more_or_fewer(low)} to {more_or_fewer(high)}"


def period(month: int) -> str:
    """36 -> "3 years", 12 -> "1 year", 30 -> "30 months"."""
    count, word = (month // MONTHS_PER_YEAR, "year") if month % MONTHS_PER_YEAR == 0 else (month, "month")
    return f"{count} {word}{'' if count == 1 else 's'}"


class Counts:
    """A cell of shares as counts per PEOPLE, rounded to what its Monte Carlo error supports."""

    def __init__(self, cell: Cell) -> None:
        self.unit = supported_unit(cell.mcse * PEOPLE)
        self.mean = rounded(cell.mean * PEOPLE, self.unit)
        self.known = math.isfinite(cell.low)
        self.low = rounded(cell.low * PEOPLE, self.unit) if self.known else 0
        self.high = rounded(cell.high * PEOPLE, self.unit) if self.known else 0

    @property
    def about(self) -> str:
        """The word that goes before a count rounded to more than one."""
        return "about " if self.unit > 1 else ""

    @property
    def clear(self) -> bool:
        """Whether the interval, as printed, lies on one side of 0."""
        return self.known and (self.low > 0 or self.high < 0)


def one_scenario(cell: Cell, scenario: str, month: int, kind: str) -> str:
    """The sentence of a single scenario."""
    counts = Counts(cell)
    within = f" ({kind}: {counts.low:,} to {counts.high:,})" if counts.known else ""
    verb = "is" if counts.mean == 1 else "are"
    return (
        f"Of {PEOPLE:,} people released, {counts.about}{counts.mean:,} {verb} back in prison within {period(month)} "
        f"under {scenario}{within}."
    )


def against_baseline(cells: Mapping[str, Cell], baseline: str, month: int, kind: str) -> str:
    """The sentence of a comparison: `cells` are the differences from the baseline, by scenario."""
    counts = {name: Counts(cell) for name, cell in cells.items()}
    best = clearest(cells)
    if best:
        return _clear(counts[best], best, baseline, month, kind)
    return _unclear(cells, counts, baseline, month, kind)


def clearest(cells: Mapping[str, Cell]) -> str:
    """The scenario that the sentence names because its difference is clear; "" where none is."""
    counts = {name: Counts(cell) for name, cell in cells.items()}
    clear = [name for name in counts if counts[name].clear]
    if not clear:
        return ""
    best = min(clear, key=lambda name: cells[name].mean)
    # Where only harm is clear, the largest.
    return max(clear, key=lambda name: cells[name].mean) if counts[best].mean > 0 else best


def _clear(counts: Counts, name: str, baseline: str, month: int, kind: str) -> str:
    verb = "is" if abs(counts.mean) == 1 else "are"
    return (
        f"Of {PEOPLE:,} people released, {counts.about}{more_or_fewer(counts.mean)} {verb} back in prison within "
        f"{period(month)} under {name} than under {baseline} ({kind}: {span(counts.low, counts.high)})."
    )


def _unclear(cells: Mapping[str, Cell], counts: Mapping[str, Counts], baseline: str, month: int, kind: str) -> str:
    if all(cell.mean == 0 and cell.mcse == 0 for cell in cells.values()):
        return (
            f"In these runs exactly as many people are back in prison within {period(month)} under every scenario as "
            f"under {baseline}."
        )
    largest = max(cells, key=lambda name: abs(cells[name].mean))
    of = counts[largest]
    size = f"{of.about}{more_or_fewer(of.mean)}" if of.mean else f"less than {of.unit:,}"
    where = f"of {PEOPLE:,} under {largest} than under {baseline}" if of.mean else f"of {PEOPLE:,} under {largest}"
    if not of.known:
        return (
            f"Too few runs to say whether a scenario changes the number back in prison within {period(month)}: "
            f"the largest difference is {size} {where}, without an interval."
        )
    return (
        f"No scenario changes the number back in prison within {period(month)} clearly: the largest difference is "
        f"{size} {where} ({kind}: {span(of.low, of.high)})."
    )


def two_digits(number: float) -> str:
    """With the digits that an interval here supports: 123456 -> "120,000", 1.234 -> "1.2"."""
    size = 1 - math.floor(math.log10(abs(number))) if number else 0
    return f"{round(number, size):,.{max(size, 0)}f}"


def price(value: float, low: float, high: float, kind: str) -> str:
    """What a return averted costs, as a sentence of its own; "" where no price is told (nan)."""
    if not math.isfinite(value):
        return ""
    ends = f"{kind}: {_dollars(low)} to {_dollars(high)}"
    return f"Each return averted costs ${two_digits(value)} of program money ({ends})."


def driver(estimate: str, correlation: float) -> str:
    """What the difference goes with most of all that is not known, as a sentence of its own."""
    return f"Of what is not known it goes most with {estimate} (rank correlation {correlation:+.2f})."


def _dollars(amount: float) -> str:
    return f"{'-' if amount < 0 else ''}${two_digits(abs(amount))}"
