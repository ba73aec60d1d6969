"""Economics: what scenarios cost, save and gain against the baseline, by line and payer, with intervals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from reentrysim.analysis.economics import acceptance, accounts, averting, check, spending, steps
from reentrysim.analysis.economics.accounts import Account
from reentrysim.analysis.economics.books import PAYERS, Books, Floats, Terms
from reentrysim.analysis.economics.ratios import NOTHING_BELOW, UNEVEN, Ratio, cell, none, ratio
from reentrysim.analysis.intervals import Cell

LINE_COLUMNS = ["scenario", "line", "payer", "change", "change_low", "change_high", "change_mcse"]
BALANCE_COLUMNS = [
    *("scenario", "perspective", "cost", "cost_low", "cost_high", "cost_mcse"),
    *("benefit", "benefit_low", "benefit_high", "benefit_mcse"),
    *("net", "net_low", "net_high", "net_mcse", "chance_net_positive"),
    *("ratio", "ratio_low", "ratio_high", "no_ratio_because"),
]
SOCIETY, ALL = "society", "all"
PERSPECTIVES = (SOCIETY, "government", "participants", "victims")


@dataclass(frozen=True, repr=False)
class Economics:
    """Changes against the baseline of the same people and luck, per person released; positive is gained."""

    books: Books
    terms: Terms

    def __repr__(self) -> str:
        return f"<Economics of {', '.join(self.books.names)}: {self.terms.words()}>"

    @property
    def others(self) -> tuple[str, ...]:
        """The scenarios that are compared with the baseline."""
        return self.books.others

    @cached_property
    def changes(self) -> Mapping[str, Account]:
        """Scenario -> (line, payer) -> (R,) what changes."""
        return {name: accounts.changes(self.books, name, self.terms) for name in self.others}

    @cached_property
    def lines(self) -> pd.DataFrame:
        """Every line and all of them for every payer and for society, their sum; columns LINE_COLUMNS and the terms."""
        return pd.DataFrame(list(self._line_rows()), columns=LINE_COLUMNS).assign(**self.terms.columns)

    @cached_property
    def balance(self) -> pd.DataFrame:
        """Cost, benefit and what is left by perspective; columns BALANCE_COLUMNS.

        Cost is what programs (and, for society, volunteers) cost more than in the baseline; benefit is everything else
        that changes. `ratio` is benefit over cost, where both are told to be something.
        """
        rows = [self._balance_row(name, who) for name in self.others for who in PERSPECTIVES]
        return pd.DataFrame(rows, columns=BALANCE_COLUMNS).assign(**self.terms.columns)

    @cached_property
    def averted(self) -> pd.DataFrame:
        """What a return averted costs, or why no price is told (`averting.table`)."""
        return averting.table(self.books, self.terms, self.changes).assign(**self.terms.columns)

    def spending(self) -> pd.DataFrame:
        """What programs spend on what, and for each person served (`spending.table`); the baseline's too."""
        return spending.table(self.books.spending)

    def plane(self) -> pd.DataFrame:
        """The cost-effectiveness plane: a point a scenario and draw (`acceptance.plane`)."""
        return acceptance.plane(self.books, self.terms, self.changes)

    def acceptability(self, willing: list[float] | None = None) -> pd.DataFrame:
        """How likely each scenario is worth it, by what a return averted is worth (`acceptance.curve`)."""
        return acceptance.curve(self.books, self.terms, self.changes, willing)

    def custody(self) -> pd.DataFrame:
        """What fewer people in prison save a year, by four ways of counting (`steps.table`)."""
        return steps.table(self.books, self.terms)

    def cross_check(self) -> pd.DataFrame:
        """The same benefits by a published price for everything at once (`check.table`)."""
        return check.table(self.books, self.terms, self.changes)

    def net(self, scenario: str, who: str = SOCIETY) -> Floats:
        """(R,) what is left of everything, for society or one payer."""
        return accounts.total(self.changes[scenario], len(self.books.draws), who="" if who == SOCIETY else who)

    def _line_rows(self) -> Iterator[tuple[Any, ...]]:
        for name, account in self.changes.items():
            for line in accounts.LINES:
                own = {who: of for (one, who), of in account.items() if one == line}
                for who in (*(one for one in PAYERS if one in own), *((SOCIETY,) if own else ())):
                    sample = np.sum(list(own.values()), axis=0) if who == SOCIETY else own[who]
                    yield name, line, who, *_told(cell(sample, self.books.draws))
            for who in (*(one for one in PAYERS if any(payer == one for _, payer in account)), SOCIETY):
                yield name, ALL, who, *_told(cell(self.net(name, who), self.books.draws))

    def _balance_row(self, name: str, who: str) -> tuple[Any, ...]:
        payer, runs = "" if who == SOCIETY else who, len(self.books.draws)
        benefits = tuple(line for line in accounts.LINES if line not in accounts.COSTS)
        cost = -accounts.total(self.changes[name], runs, lines=accounts.COSTS, who=payer)
        benefit = accounts.total(self.changes[name], runs, lines=benefits, who=payer)
        parts = [cell(sample, self.books.draws) for sample in (cost, benefit, benefit - cost)]
        spans = [value for one in parts for value in (one.mean, one.low, one.high, one.mcse)]
        over = self._benefit_cost(name, payer, cost, benefit)
        return name, who, *spans, 1.0 - parts[2].below, over.value, over.low, over.high, over.reason

    def _benefit_cost(self, name: str, payer: str, cost: Floats, benefit: Floats) -> Ratio:
        if not cost.any():
            return none("programs cost them nothing")
        if name in self.books.uneven:
            return none(UNEVEN)
        if averting.has_the_same_money(self.books, name):
            return none(averting.GIVEN)
        usual = accounts.account(self.books, self.books.baseline, self.terms)
        before = -accounts.total(usual, len(cost), lines=accounts.COSTS, who=payer)
        if averting.is_the_same(float((before + cost).mean()), float(before.mean())):
            return none(averting.SAME)
        if cost.mean() < 0.0:
            return none("it costs less than the baseline")
        found = ratio(benefit, cost, self.books.draws)
        return none("it may cost nothing more") if found.reason == NOTHING_BELOW else found


def _told(one: Cell) -> tuple[float, float, float, float]:
    return one.mean, one.low, one.high, one.mcse
