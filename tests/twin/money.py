"""Money: what each source pays in a month, and where every cent of it goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from reentrysim.scenario.funding import FundingSource
from reentrysim.vocabulary import CENTS_PER_DOLLAR, MONTHS_PER_YEAR

ARRIVED, SPENT, LAPSED, UNSPENT, UNPAID = range(5)
OVERHEAD = "overhead"


class Source:
    """A payer, and the money of it that each program has on hand."""

    def __init__(self, name: str, terms: FundingSource) -> None:
        self.name, self.terms = name, terms
        self.total_cents = round(terms.total_dollars * CENTS_PER_DOLLAR)
        self.on_hand: dict[str, int] = defaultdict(int)

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

    def divides(self, fixed: Mapping[str, float], wanted: Mapping[str, float] | None) -> dict[str, float]:
        """Each program's share: fixed, or by what is wanted as long as anything is."""
        mine = {name: fixed.get(name, 0.0) for name in (self.terms.earmark or fixed)}
        if not sum(mine.values()):
            mine = dict.fromkeys(mine, 1.0)
        if wanted is not None:
            asked = {name: cents for name, cents in wanted.items() if mine.get(name, 0.0) > 0.0}
            mine = asked if sum(asked.values()) > 0 else mine
        return {name: weight / sum(mine.values()) for name, weight in mine.items()}


class Ledger:
    """What administration leaves goes to the programs."""

    def __init__(self, sources: list[Source], programs: Sequence[str], shares: Mapping[str, float]) -> None:
        self.sources = sorted(sources, key=Source.rank)
        self.programs, self.shares = [*programs, OVERHEAD], shares
        self._lines: dict[tuple[int, int, int], list[int]] = defaultdict(lambda: [0] * 5)

    def _line(self, row: int, program: str, step: int) -> list[int]:
        return self._lines[row, self.programs.index(program), step]

    def receive(self, step: int, wanted: Mapping[str, float] | None) -> None:
        """Administration takes its share of what arrives at once."""
        for row, source in enumerate(self.sources):
            cents = source.pays(step)
            overhead = round(source.terms.overhead_share * cents)
            self._line(row, OVERHEAD, step)[ARRIVED] = overhead
            self._line(row, OVERHEAD, step)[SPENT] = overhead
            shares, given, up_to = source.divides(self.shares, wanted), 0, np.float64(0.0)
            for program in self.programs[:-1]:
                up_to += shares.get(program, 0.0)
                last = program == self.programs[-2]
                edge = cents - overhead if last else int(np.rint(up_to * (cents - overhead)))
                self._line(row, program, step)[ARRIVED] = edge - given
                source.on_hand[program] += edge - given
                given = edge

    def available(self, program: str) -> int:
        """Cents on hand."""
        return sum(source.on_hand[program] for source in self.sources)

    def plan(self, program: str, step: int) -> int:
        """Cents a program may use: what has just arrived, and a twelfth of what was there before."""
        arrived = sum(self._line(row, program, step)[ARRIVED] for row in range(len(self.sources)))
        left_over = max(self.available(program) - arrived, 0)
        return min(arrived, self.available(program)) + left_over // MONTHS_PER_YEAR

    def spend(self, program: str, step: int, cents: int) -> None:
        """Empty one source after the other."""
        assert 0 <= cents <= self.available(program)
        for row, source in enumerate(self.sources):
            paid = min(cents, source.on_hand[program])
            source.on_hand[program] -= paid
            self._line(row, program, step)[SPENT] += paid
            cents -= paid

    def lapse(self, step: int) -> None:
        """Once a year some sources want back what is left of their money."""
        for row, source in enumerate(self.sources):
            if step % MONTHS_PER_YEAR == 0 and source.terms.unspent == "lapse":
                self._book_the_rest(row, step, LAPSED)

    def close(self, step: int) -> None:
        """What is left at the end stays unspent."""
        for row in range(len(self.sources)):
            self._book_the_rest(row, step, UNSPENT)

    def _book_the_rest(self, row: int, step: int, column: int) -> None:
        on_hand = self.sources[row].on_hand
        for program in self.programs[:-1]:
            self._line(row, program, step)[column] = on_hand[program]
            on_hand[program] = 0

    def rows(self) -> list[tuple[str | int, ...]]:
        """(source, program, step, arrived, spent, lapsed, unspent, unpaid) wherever a cent moved."""
        return [
            (self.sources[row].name, self.programs[program], step, *cents)
            for (row, program, step), cents in sorted(self._lines.items())
            if any(cents)
        ]
