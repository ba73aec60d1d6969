"""Money: sources arrive, shares divide it among programs, a ledger in integer cents conserves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reentrysim.agents.columns import Ints
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

    @property
    def earmarked(self) -> bool:
        """Whether only some programs may have its money."""
        return bool(self.earmark)

    def divided(self, wanted: Mapping[str, float]) -> Mapping[str, float]:
        """Shares in proportion to what its programs want, of those that have one; its own where none wants anything."""
        mine = {name: amount for name, amount in wanted.items() if self.shares.get(name, 0.0) > 0.0}
        return within((), mine) if any(mine.values()) else self.shares


def within(earmark: Sequence[str], shares: Mapping[str, float]) -> dict[str, float]:
    """Shares among the earmarked programs, or among all without an earmark; even ones if none has a share."""
    chosen = {name: shares.get(name, 0.0) for name in (earmark or shares)}
    total = sum(chosen.values())
    return {name: share / total if total > 0 else 1 / len(chosen) for name, share in chosen.items()}


def arrivals(source: Source, steps: int) -> Ints:
    """Cents that arrive in steps 1..steps (index 0 unused), shape (steps + 1,).

    The cumulative share follows x (even), 1 - (1 - x)^2 (front loaded) or x^2 (late), x running from 0 to 1 over the
    source's steps; cents are differences of rounded cumulative amounts, so a whole source arrives to the cent,
    but for what is held back.
    """
    length = source.last_step - source.first_step + 1
    x = np.clip((np.arange(steps + 1) - (source.first_step - 1)) / length, 0.0, 1.0)
    share = {"even": x, "front_loaded": 1.0 - (1.0 - x) ** 2, "late": x**2}[source.spend]
    arrived = np.rint(share * (source.total_cents - source.held_back)).astype(np.int64)
    return np.concatenate([[0], np.diff(arrived)])


def split(cents: int, shares: Sequence[float]) -> list[int]:
    """Whole cents by shares that sum to 1, conserving the total."""
    edges = np.rint(np.cumsum([0.0, *shares]) * cents).astype(np.int64)
    edges[-1] = cents
    return [int(part) for part in np.diff(edges)]


class Ledger:
    """Every cent of every source, step by step.

    Tables have shape (steps + 1, sources, programs + 1) in cents, the last program being overhead. At any step, what
    has arrived is what has been spent, has lapsed, and is in the balance; `close` books the balance as unspent.
    """

    def __init__(self, sources: Sequence[Source], programs: Sequence[str], steps: int) -> None:
        # An earmark is spent first, then what ends first: as an agency would.
        self.sources = sorted(sources, key=lambda s: (not s.earmarked, s.last_step, s.name))
        self.programs = [*programs, OVERHEAD]
        self._arrivals = [arrivals(source, steps) for source in self.sources]
        shape = (steps + 1, len(self.sources), len(self.programs))
        self.arrived = np.zeros(shape, dtype=np.int64)
        self.spent = np.zeros(shape, dtype=np.int64)
        self.lapsed = np.zeros(shape, dtype=np.int64)
        self.unspent = np.zeros(shape, dtype=np.int64)
        self.unpaid = np.zeros(shape, dtype=np.int64)
        self.late = np.zeros((steps + 1, len(self.programs)), dtype=np.int64)
        """Of what arrived: last parts that were held back, paid or not; no month's money, so none is planned with."""
        self.balance = np.zeros(shape[1:], dtype=np.int64)

    def receive(self, step: int, wanted: Mapping[str, float] | None = None) -> None:
        """Book this step's arrivals: overhead is spent at once, the rest waits in the programs' accounts.

        `wanted` says what each program wants where money is divided by that and not by fixed shares.
        """
        for row, source in enumerate(self.sources):
            cents = int(self._arrivals[row][step])
            overhead, rest = split(cents, [source.overhead_share, 1.0 - source.overhead_share])
            shares = source.shares if wanted is None else source.divided(wanted)
            parts = split(rest, [shares.get(name, 0.0) for name in self.programs[:-1]])
            self.arrived[step, row] = [*parts, overhead]
            self.spent[step, row, -1] = overhead
            self.balance[row, :-1] += parts

    def largest_arrival(self) -> int:
        """Most cents that arrive in one step, all sources together."""
        return int(np.sum(self._arrivals, axis=0).max())

    def available(self, program: str) -> int:
        """Cents on hand for a program."""
        return int(self.balance[:, self.programs.index(program)].sum())

    def plan(self, program: str, step: int) -> int:
        """Cents a program plans to spend on staff this step: this step's money and a twelfth of what was left over."""
        column = self.programs.index(program)
        arriving = int(self.arrived[step, :, column].sum() - self.late[step, column])
        left_over = max(self.available(program) - arriving, 0)
        return min(arriving, self.available(program)) + left_over // MONTHS_PER_YEAR

    def spend(self, program: str, step: int, cents: int) -> None:
        """Pay from the program's accounts in the order of the sources.

        Raises:
            ValueError: if there is less on hand.
        """
        column = self.programs.index(program)
        if not 0 <= cents <= self.available(program):
            raise ValueError(f"{program} cannot spend {cents} cents: {self.available(program)} on hand")
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
        """Book what is left at the end of the run as unspent."""
        self.unspent[step] += self.balance
        self.balance[:] = 0

    def conserves(self) -> bool:
        """Whether everything that arrived was spent, lapsed, left unspent or not paid, to the cent."""
        gone = self.spent + self.lapsed + self.unspent + self.unpaid
        return bool(np.array_equal(self.arrived.sum(axis=0), gone.sum(axis=0) + self.balance))


def cents(dollars: float) -> int:
    """Whole cents of an amount in dollars."""
    return round(dollars * CENTS_PER_DOLLAR)
