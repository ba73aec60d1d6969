"""Money: what each source pays in a month, and where every cent of it goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from reentrysim.scenario.funding import FundingSource
from reentrysim.vocabulary import CENTS_PER_DOLLAR, MONTHS_PER_YEAR

ARRIVED, SPENT, LAPSED, UNSPENT, UNPAID = range(5)
OVERHEAD = "overhead"


class Source:
    """A payer, and the money of it that each program has on hand."""

    def __init__(self, name: str, terms: FundingSource, inflation: float) -> None:
        self.name, self.terms, self.inflation = name, terms, inflation
        self.total_cents = round(terms.total_dollars * CENTS_PER_DOLLAR)
        self.on_hand: dict[str, int] = defaultdict(int)
        self.last_part = round(self.total_cents * terms.pays_if.last_part_share) if terms.pays_if else 0
        self.kept_back = self.last_part if terms.advanced_by == "provider" else 0
        self.matched = self.seen = 0

    def worth(self, step: int) -> float:
        """What a dollar buys that was written down when it began to pay."""
        if self.terms.indexed or self.terms.match_of or not self.inflation:
            return 1.0
        return (1.0 + self.inflation) ** (-(step - self.terms.first_step) / MONTHS_PER_YEAR)

    def matches(self, step: int, spent: int) -> int:
        """Cents a match pays for what the other source spent in the step before."""
        if not self.terms.first_step <= step - 1 <= self.terms.last_step:
            return 0
        self.seen += spent
        before, self.matched = self.matched, min(round(self.terms.match_ratio * self.seen), self.total_cents)
        return self.matched - before

    def paid_by(self, step: int) -> int:
        """Cents due in all by the end of a step."""
        if self.terms.match_of:
            return 0
        first, last = self.terms.first_step, self.terms.last_step
        x = min(max((step - (first - 1)) / (last - first + 1), 0.0), 1.0)
        if self.terms.spend == "front_loaded":
            share = 1.0 - (1.0 - x) * (1.0 - x)
        else:
            share = x * x if self.terms.spend == "late" else x
        return round(share * (self.total_cents - self.kept_back))

    def pays(self, step: int) -> int:
        """Cents paid in a step."""
        return self.paid_by(step) - self.paid_by(step - 1)

    def rank(self) -> tuple[bool, bool, int, str]:
        """Whose money goes first: earmarked money, then what others match, then what ends first."""
        return not self.terms.earmark, self.terms.match_of is not None, self.terms.last_step, self.name

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
        self.last_parts: dict[tuple[str, int], int] = defaultdict(int)
        self._lines: dict[tuple[int, int, int], list[int]] = defaultdict(lambda: [0] * 5)

    def _line(self, row: int, program: str, step: int) -> list[int]:
        return self._lines[row, self.programs.index(program), step]

    def receive(
        self, step: int, wanted: Mapping[str, float] | None, turns: Sequence[Mapping[str, int]] = ()
    ) -> list[dict[str, int]]:
        """Administration takes its share of what arrives at once; `turns` are paid before the rest, and left over."""
        unmet = [dict(turn) for turn in turns]
        for row, source in enumerate(self.sources):
            self._arrive(row, self._due(source, step), step, wanted, unmet)
            if source.terms.match_of and step - 1 == source.terms.last_step:
                self._give_up(row, step)
        return unmet

    def _arrive(
        self, row: int, due: int, step: int, wanted: Mapping[str, float] | None, unmet: list[dict[str, int]]
    ) -> None:
        source, cents = self.sources[row], due
        if source.worth(step) != 1.0:
            cents = round(due * source.worth(step))
        overhead = round(source.terms.overhead_share * cents)
        self._line(row, OVERHEAD, step)[ARRIVED] += overhead
        self._line(row, OVERHEAD, step)[SPENT] += overhead
        shares, left = source.divides(self.shares, wanted), cents - overhead
        for turn in unmet:
            left -= self._pay_turn(row, turn, shares, left, step)
        for program, part in self._parts(left, [shares.get(name, 0.0) for name in self.programs[:-1]]):
            self._pay_in(row, program, part, step)
        self._lose(row, due - cents, step)

    def _due(self, source: Source, step: int) -> int:
        if not source.terms.match_of:
            return source.pays(step)
        (other,) = (row for row, one in enumerate(self.sources) if one.name == source.terms.match_of)
        lines = [self._lines[other, column, step - 1] for column in range(len(self.programs))]
        return source.matches(step, sum(line[SPENT] for line in lines))

    def _pay_turn(self, row: int, turn: dict[str, int], shares: Mapping[str, float], left: int, step: int) -> int:
        """Everything that is wanted, or of what is left as much as anybody's part of the wishes; how much it was."""
        mine = {name: cents for name, cents in turn.items() if shares.get(name, 0.0) > 0.0 and cents > 0}
        paid = mine
        if sum(mine.values()) > left:
            weights = [cents / sum(mine.values()) for cents in mine.values()]
            paid = {name: part for name, (_, part) in zip(mine, self._parts(left, weights), strict=True)}
        for name, part in paid.items():
            turn[name] -= part
            self._pay_in(row, name, part, step)
        return sum(paid.values())

    def _parts(self, cents: int, weights: Sequence[float]) -> list[tuple[str, int]]:
        """Rounded at the borders between them, so that nothing is lost."""
        parts, given, up_to = [], 0, np.float64(0.0)
        for number, weight in enumerate(weights, start=1):
            up_to += weight
            edge = cents if number == len(weights) else int(np.rint(up_to * cents))
            parts.append(edge - given)
            given = edge
        return list(zip(self.programs, parts, strict=False))

    def _pay_in(self, row: int, program: str, cents: int, step: int) -> None:
        self._line(row, program, step)[ARRIVED] += cents
        self.sources[row].on_hand[program] += cents

    def _lose(self, row: int, cents: int, step: int) -> None:
        """Promised, and never there."""
        source = self.sources[row]
        overhead = round(source.terms.overhead_share * cents)
        shares = source.divides(self.shares, None)
        parts = self._parts(cents - overhead, [shares.get(name, 0.0) for name in self.programs[:-1]])
        for program, part in [*parts, (OVERHEAD, overhead)]:
            self._line(row, program, step)[ARRIVED] += part
            self._line(row, program, step)[UNPAID] += part

    def _give_up(self, row: int, step: int) -> None:
        source = self.sources[row]
        self._lose(row, source.total_cents - source.matched, step)
        source.matched = source.total_cents

    def settle(
        self, source: Source, step: int, earned: int, wanted: Mapping[str, float] | None, unmet: list[dict[str, int]]
    ) -> None:
        """A last part is due: what was earned comes at once, and of the rest it is only noted that it does not."""
        row = self.sources.index(source)
        before = {program: source.on_hand[program] for program in self.programs[:-1]}
        self._arrive(row, earned, step, wanted, unmet)
        for program, cents in before.items():
            self.last_parts[program, step] += source.on_hand[program] - cents
        self._lose(row, source.last_part - earned, step)

    def available(self, program: str) -> int:
        """Cents on hand."""
        return sum(source.on_hand[program] for source in self.sources)

    def plan(self, program: str, step: int, fixed: int = 0) -> int:
        """Cents a program may use: what has just arrived, and a twelfth of what was there before, less what is gone."""
        lines = [self._line(row, program, step) for row in range(len(self.sources))]
        arrived = sum(line[ARRIVED] - line[UNPAID] for line in lines)
        arrived -= self.last_parts[program, step]  # which come once, and not for the month
        there = self.available(program) + fixed
        return max(min(arrived, there) + max(there - arrived, 0) // MONTHS_PER_YEAR - fixed, 0)

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
        for row, source in enumerate(self.sources):
            self._book_the_rest(row, step, UNSPENT)
            if source.terms.match_of:
                self._give_up(row, step)

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


class Office:
    """What a program costs beside its places: once before it opens, and every month from then on."""

    def __init__(self, ledger: Ledger, program: str, settings: Any) -> None:
        self.ledger, self.program = ledger, program
        self.to_start = round(settings.start_up_dollars * CENTS_PER_DOLLAR)
        self.monthly = round(settings.fixed_dollars_per_month * CENTS_PER_DOLLAR)

    def opens(self, step: int) -> bool:
        """As soon as the money to start is there at once, in every month that can pay for the office."""
        if self.to_start and self.ledger.available(self.program) >= self.to_start:
            self.ledger.spend(self.program, step, self.to_start)
            self.to_start = 0
        if self.to_start or self.ledger.available(self.program) < self.monthly:
            return False
        self.ledger.spend(self.program, step, self.monthly)
        return True

    def plan(self, step: int) -> int:
        """Cents for posts or places."""
        return self.ledger.plan(self.program, step, self.monthly)
