"""Money: what each source pays in a month, and where every cent of it goes."""

from __future__ import annotations

from collections import defaultdict

from reentrysim.scenario.tables import FundingSource
from reentrysim.vocabulary import CENTS_PER_DOLLAR, MONTHS_PER_YEAR

ARRIVED, SPENT, LAPSED, UNSPENT, UNPAID = range(5)
PROGRAM, OVERHEAD = "mentoring", "overhead"


class Source:
    """A payer, and the money of it that mentoring has on hand."""

    def __init__(self, name: str, terms: FundingSource) -> None:
        self.name, self.terms = name, terms
        self.total_cents = round(terms.total_dollars * CENTS_PER_DOLLAR)
        self.on_hand = 0

    def paid_by(self, step: int) -> int:
        """Cents paid in all by the end of a step."""
        first, last = self.terms.first_step, self.terms.last_step
        x = min(max((step - (first - 1)) / (last - first + 1), 0.0), 1.0)
        if self.terms.spend == "front_loaded":
            share = 1.0 - (1.0 - x) * (1.0 - x)
        else:
            share = x * x if self.terms.spend == "late" else x
        return round(share * self.total_cents)

    def pays(self, step: int) -> int:
        """Cents paid in a step."""
        return self.paid_by(step) - self.paid_by(step - 1)

    def rank(self) -> tuple[bool, int, str]:
        """Whose money goes first: earmarked money, then what ends first."""
        return not self.terms.earmark, self.terms.last_step, self.name


class Ledger:
    """Mentoring is the only program, so it has all that administration leaves."""

    def __init__(self, sources: list[Source]) -> None:
        self.sources = sorted(sources, key=Source.rank)
        self._lines: dict[tuple[int, str, int], list[int]] = defaultdict(lambda: [0] * 5)

    def receive(self, step: int) -> None:
        """Administration takes its share of what arrives at once."""
        for row, source in enumerate(self.sources):
            cents = source.pays(step)
            overhead = round(source.terms.overhead_share * cents)
            self._lines[row, OVERHEAD, step][ARRIVED] = overhead
            self._lines[row, OVERHEAD, step][SPENT] = overhead
            self._lines[row, PROGRAM, step][ARRIVED] = cents - overhead
            source.on_hand += cents - overhead

    def available(self) -> int:
        """Cents on hand."""
        return sum(source.on_hand for source in self.sources)

    def plan(self, step: int) -> int:
        """Cents that may go to staff: what has just arrived, and a twelfth of what was there before."""
        arrived = sum(self._lines[row, PROGRAM, step][ARRIVED] for row in range(len(self.sources)))
        left_over = max(self.available() - arrived, 0)
        return min(arrived, self.available()) + left_over // MONTHS_PER_YEAR

    def spend(self, step: int, cents: int) -> None:
        """Empty one source after the other."""
        assert 0 <= cents <= self.available()
        for row, source in enumerate(self.sources):
            paid = min(cents, source.on_hand)
            source.on_hand -= paid
            self._lines[row, PROGRAM, step][SPENT] += paid
            cents -= paid

    def lapse(self, step: int) -> None:
        """Once a year some sources want back what is left of their money."""
        for row, source in enumerate(self.sources):
            if step % MONTHS_PER_YEAR == 0 and source.terms.unspent == "lapse":
                self._lines[row, PROGRAM, step][LAPSED] = source.on_hand
                source.on_hand = 0

    def close(self, step: int) -> None:
        """What is left at the end stays unspent."""
        for row, source in enumerate(self.sources):
            self._lines[row, PROGRAM, step][UNSPENT] = source.on_hand
            source.on_hand = 0

    def rows(self) -> list[tuple[str | int, ...]]:
        """(source, program, step, arrived, spent, lapsed, unspent, unpaid) wherever a cent moved."""
        return [
            (self.sources[row].name, program, step, *cents)
            for (row, program, step), cents in sorted(self._lines.items())
            if any(cents)
        ]
