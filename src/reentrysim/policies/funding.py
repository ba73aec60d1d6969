"""Money: sources arrive, shares divide it among programs, a ledger in integer cents conserves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reentrysim.agents.columns import Ints
from reentrysim.policies.allocation import FIXED, Claims, Turn, pay_in_turn, split, within
from reentrysim.vocabulary import CENTS_PER_DOLLAR, MONTHS_PER_YEAR

OVERHEAD = "overhead"


@dataclass(frozen=True)
class Source:
    """One source of money, as the ledger needs it."""

    name: str
    total_cents: int
    first_step: int
    last_step: int
    spend: str
    lapses: bool
    overhead_share: float
    shares: Mapping[str, float]
    """Share of each program in what is left after overhead; sums to 1."""
    earmark: tuple[str, ...] = ()
    """Programs that alone may have its money."""
    held_back: int = 0
    """Cents of the total that arrive only if they are earned (`policies.contracts`), whenever that is judged."""
    match_of: str = ""
    """The source whose spending in these steps it matches, a month later; "" for one that pays by itself."""
    match_ratio: float = 0.0
    """Cents for each cent that the other has spent."""
    inflation: float = 0.0
    """Rise of prices a year that takes value from it, from its first step on."""

    @property
    def earmarked(self) -> bool:
        """Whether only some programs may have its money."""
        return bool(self.earmark)

    def divided(self, wanted: Mapping[str, float]) -> Mapping[str, float]:
        """Shares in proportion to what its programs want, of those that have one; its own where none wants anything."""
        mine = {name: amount for name, amount in wanted.items() if self.shares.get(name, 0.0) > 0.0}
        return within((), mine) if any(mine.values()) else self.shares

    def worth(self, step: int) -> float:
        """What a dollar that it pays in a step buys, in dollars of its first step."""
        return float((1.0 + self.inflation) ** (-(step - self.first_step) / MONTHS_PER_YEAR))


def arrivals(source: Source, steps: int) -> Ints:
    """Cents due in steps 1..steps (index 0 unused), shape (steps + 1,); none of a match, which another's spending sets.

    The cumulative share follows x (even), 1 - (1 - x)^2 (front loaded) or x^2 (late), x running from 0 to 1 over the
    source's steps; cents are differences of rounded cumulative amounts, so a whole source arrives to the cent,
    but for what is held back.
    """
    if source.match_of:
        return np.zeros(steps + 1, dtype=np.int64)
    length = source.last_step - source.first_step + 1
    x = np.clip((np.arange(steps + 1) - (source.first_step - 1)) / length, 0.0, 1.0)
    share = {"even": x, "front_loaded": 1.0 - (1.0 - x) ** 2, "late": x**2}[source.spend]
    arrived = np.rint(share * (source.total_cents - source.held_back)).astype(np.int64)
    return np.concatenate([[0], np.diff(arrived)])


PURPOSES = ("start_up", "fixed", "recruiting")
"""What programs pay for beside their service: before their first place, whoever comes, and to find and train staff."""


class Ledger:
    """Every cent of every source, step by step.

    Tables have shape (steps + 1, sources, programs + 1) in cents, the last program being overhead. What is due counts
    as arrived, and what of it was not paid, or lost its value to prices, as unpaid. At any step, what has arrived is
    what has been spent, has lapsed, was not paid, and is in the balance; `close` books the balance as unspent.
    """

    def __init__(self, sources: Sequence[Source], programs: Sequence[str], steps: int) -> None:
        # An earmark is spent first, then what a match waits for, then what ends first: as an agency would.
        self.sources = sorted(sources, key=lambda s: (not s.earmarked, bool(s.match_of), s.last_step, s.name))
        self.programs = [*programs, OVERHEAD]
        self._arrivals = [arrivals(source, steps) for source in self.sources]
        rows = {source.name: row for row, source in enumerate(self.sources)}
        self._matched = {row: rows[one.match_of] for row, one in enumerate(self.sources) if one.match_of}
        self._seen, self._paid = dict.fromkeys(self._matched, 0), dict.fromkeys(self._matched, 0)
        shape = (steps + 1, len(self.sources), len(self.programs))
        self.arrived = np.zeros(shape, dtype=np.int64)
        self.spent = np.zeros(shape, dtype=np.int64)
        self.lapsed = np.zeros(shape, dtype=np.int64)
        self.unspent = np.zeros(shape, dtype=np.int64)
        self.unpaid = np.zeros(shape, dtype=np.int64)
        self.late = np.zeros((steps + 1, len(self.programs)), dtype=np.int64)
        """Of what arrived: last parts that were held back and earned; no month's money, so none is planned with."""
        self.balance = np.zeros(shape[1:], dtype=np.int64)
        self.purposes = dict.fromkeys(PURPOSES, 0)
        """Cents spent for each purpose but the service itself, all programs together."""

    def receive(self, step: int, claims: Claims = FIXED) -> list[Turn]:
        """Book this step's arrivals: overhead is spent at once, the rest waits in the programs' accounts.

        `claims` say what programs ask for where money is not divided by fixed shares; what they still want is returned.
        """
        turns = claims.still_wanted()
        for row in range(len(self.sources)):
            due = self._match(row, step) if row in self._matched else int(self._arrivals[row][step])
            self._book(row, step, due, claims, turns)
        return turns

    def settle(self, source: str, step: int, earned: int, lost: int, claims: Claims, turns: Sequence[Turn]) -> None:
        """A last part that was held back falls due: what was earned arrives like any money, the rest stays unpaid."""
        row = next(row for row, one in enumerate(self.sources) if one.name == source)
        self.late[step] += self._book(row, step, earned, claims, turns)
        self.not_paid(row, step, lost)

    def _book(self, row: int, step: int, due: int, claims: Claims, turns: Sequence[Turn]) -> Ints:
        """Cents that are due come, less what prices took of them; what each program got, overhead last."""
        source = self.sources[row]
        cents = int(np.rint(due * source.worth(step))) if source.inflation else due
        overhead, rest = split(cents, [source.overhead_share, 1.0 - source.overhead_share])
        parts = np.array([*self._divided(source, rest, claims, turns), overhead], dtype=np.int64)
        self.arrived[step, row] += parts
        self.spent[step, row, -1] += overhead
        self.balance[row, :-1] += parts[:-1]
        self.not_paid(row, step, due - cents)
        return parts

    def _divided(self, source: Source, cents: int, claims: Claims, turns: Sequence[Turn]) -> list[int]:
        """Cents of a source for each program, in order."""
        names = self.programs[:-1]
        shares = source.shares if claims.together is None else source.divided(claims.together)
        if not turns:
            return split(cents, [shares.get(name, 0.0) for name in names])
        paid = pay_in_turn(cents, turns, shares)
        rest = split(cents - sum(paid.values()), [shares.get(name, 0.0) for name in names])
        return [paid.get(name, 0) + part for name, part in zip(names, rest, strict=True)]

    def _match(self, row: int, step: int) -> int:
        """Cents that a match owes by now for what the other source has spent in its steps, and has not paid."""
        source, before = self.sources[row], step - 1
        if not source.first_step <= before <= source.last_step:
            return 0
        self._seen[row] += int(self.spent[before, self._matched[row]].sum())
        owed = min(round(source.match_ratio * self._seen[row]), source.total_cents)
        due, self._paid[row] = owed - self._paid[row], owed
        if before == source.last_step:
            self._give_up(row, step)
        return due

    def _give_up(self, row: int, step: int) -> None:
        """What a match has not paid for want of spending to match is never paid."""
        self.not_paid(row, step, self.sources[row].total_cents - self._paid[row])
        self._paid[row] = self.sources[row].total_cents

    def not_paid(self, row: int, step: int, cents: int) -> None:
        """Book cents that were due and don't come, to the programs that would have had them by the shares."""
        if cents:
            source = self.sources[row]
            overhead, rest = split(cents, [source.overhead_share, 1.0 - source.overhead_share])
            parts = [*split(rest, [source.shares.get(name, 0.0) for name in self.programs[:-1]]), overhead]
            self.arrived[step, row] += parts
            self.unpaid[step, row] += parts

    def largest_arrival(self) -> int:
        """Most cents that can arrive in one step, all sources together, a match with all it has."""
        matches = sum(self.sources[row].total_cents for row in self._matched)
        return int(np.sum(self._arrivals, axis=0).max()) + matches

    def available(self, program: str) -> int:
        """Cents on hand for a program."""
        return int(self.balance[:, self.programs.index(program)].sum())

    def plan(self, program: str, step: int, paid: int = 0) -> int:
        """Cents a program plans to spend on staff this step: this step's money and a twelfth of what was left over.

        `paid` of it are gone already, for what does not depend on staff.
        """
        column = self.programs.index(program)
        arriving = int((self.arrived - self.unpaid)[step, :, column].sum() - self.late[step, column])
        on_hand = self.available(program) + paid
        left_over = max(on_hand - arriving, 0)
        return max(min(arriving, on_hand) + left_over // MONTHS_PER_YEAR - paid, 0)

    def spend(self, program: str, step: int, cents: int, purpose: str = "") -> None:
        """Pay from the program's accounts in the order of the sources; for the service, or for one of PURPOSES.

        Raises:
            ValueError: if there is less on hand.
        """
        column = self.programs.index(program)
        if not 0 <= cents <= self.available(program):
            raise ValueError(f"{program} cannot spend {cents} cents: {self.available(program)} on hand")
        if purpose:
            self.purposes[purpose] += cents
        for row in range(len(self.sources)):
            paid = min(cents, int(self.balance[row, column]))
            self.balance[row, column] -= paid
            self.spent[step, row, column] += paid
            cents -= paid

    def lapse(self, step: int) -> None:
        """At each 12th step, money of lapsing sources that was not spent goes back."""
        if step % MONTHS_PER_YEAR:
            return
        for row, source in enumerate(self.sources):
            if source.lapses:
                self.lapsed[step, row] += self.balance[row]
                self.balance[row] = 0

    def close(self, step: int) -> None:
        """Book what is left at the end of the run as unspent, and what matches have not paid as unpaid."""
        self.unspent[step] += self.balance
        self.balance[:] = 0
        for row in self._matched:
            self._give_up(row, step)

    def conserves(self) -> bool:
        """Whether everything that arrived was spent, lapsed, left unspent or not paid, to the cent."""
        gone = self.spent + self.lapsed + self.unspent + self.unpaid
        return bool(np.array_equal(self.arrived.sum(axis=0), gone.sum(axis=0) + self.balance))


def cents(dollars: float) -> int:
    """Whole cents of an amount in dollars."""
    return round(dollars * CENTS_PER_DOLLAR)
