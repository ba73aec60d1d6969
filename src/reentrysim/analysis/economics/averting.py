"""What a return to prison averted costs, at equal spending what a scenario averts, and which averts most."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from reentrysim.analysis.economics import accounts
from reentrysim.analysis.economics.accounts import Account
from reentrysim.analysis.economics.books import Books, Floats, Terms
from reentrysim.analysis.economics.ratios import UNEVEN, Ratio, cell, cost_per_return, none
from reentrysim.analysis.ranking import ranking

OUTCOME = "return_to_prison"
AVERTED_COLUMNS = [
    *("scenario", "spent", "spent_mcse", "spent_more", "same_money"),
    *("averted", "averted_low", "averted_high", "averted_mcse", "rank", "chance_averts_most"),
    *("net_public_cost", "net_public_cost_low", "net_public_cost_high"),
    *("dollars_per_averted", "dollars_per_averted_low", "dollars_per_averted_high", "no_price_because"),
]
GIVEN = "it has the same money as the baseline"
SAME, LESS = "it spends as much as the baseline", "it spends less than the baseline"
SAME_SPENDING, SAME_MONEY = 0.02, 0.001
"""Shares of the baseline's within which a scenario spends the same, and has the same money."""


def table(books: Books, terms: Terms, changes: Mapping[str, Account]) -> pd.DataFrame:
    """One row a scenario; columns AVERTED_COLUMNS.

    `spent` is dollars of programs per person released in the whole run, `spent_mcse` the Monte Carlo error of that.
    `averted` is people per person released who are not back in prison by the horizon and would be in the baseline.
    `spent_more` is dollars of programs, `net_public_cost` what the government is left with when its savings are taken
    off. `dollars_per_averted` is the one over the other, a ratio of means with its set: dollars spent more for each
    return averted; no ratio where the returns averted may be none, or where nothing more is spent. `rank` is among
    scenarios to which the same money comes as to the baseline, the baseline with them; 1 averts most on average, and
    `chance_averts_most` says how sure that is.
    """
    frame = pd.DataFrame([_row(books, terms, changes[name], name) for name in changes], columns=AVERTED_COLUMNS)
    same = [name for name in changes if has_the_same_money(books, name)]
    averted = {name: returns_averted(books, name, terms.months) for name in same}
    order = ranking({books.baseline: np.zeros(len(books.draws)), **averted}, books.draws, less_is_better=False)
    means = pd.Series({name: own.mean() for name, own in averted.items()} | {books.baseline: 0.0}, dtype="float64")
    frame["rank"] = frame["scenario"].map(means.rank(ascending=False, method="min").drop(books.baseline))
    frame["chance_averts_most"] = frame["scenario"].map(order.set_index("scenario")["rank_1"])
    return frame


def is_the_same(mine: float, theirs: float) -> bool:
    """Whether two amounts of spending count as one."""
    return abs(mine - theirs) <= SAME_SPENDING * abs(theirs)


def has_the_same_money(books: Books, name: str) -> bool:
    """Whether as much money comes as in the baseline, whatever is spent of it."""
    mine, theirs = books.came[name], books.came[books.baseline]
    return abs(mine - theirs) <= SAME_MONEY * abs(theirs)


def returns_averted(books: Books, name: str, month: int) -> Floats:
    """(R,) people not back in prison by a month, per person released."""
    mine, theirs = (books.paths(one, OUTCOME)[:, month - 1] for one in (name, books.baseline))
    return np.asarray(theirs - mine, dtype=np.float64)


def public_cost(changes: Account, runs: int) -> Floats:
    """(R,) what the government pays more, its savings taken off."""
    return -accounts.total(changes, runs, who="government")


def price(books: Books, name: str, averted: Floats) -> Ratio:
    """Dollars of programs for each return averted, or why none is told."""
    mine, theirs = books.programs[name], books.programs[books.baseline]
    more = mine - theirs
    if name in books.uneven:
        return none(UNEVEN)
    if has_the_same_money(books, name):
        return none(GIVEN)
    if is_the_same(float(mine.mean()), float(theirs.mean())):
        return none(SAME)
    if more.mean() < 0.0:
        return none(LESS)
    return cost_per_return(more, averted, books.draws)


def _row(books: Books, terms: Terms, changes: Account, name: str) -> tuple[Any, ...]:
    averted = returns_averted(books, name, terms.months)
    known, public = (cell(one, books.draws) for one in (averted, public_cost(changes, len(averted))))
    found = price(books, name, averted)
    spent = cell(books.programs[name], books.draws)
    more = spent.mean - float(books.programs[books.baseline].mean())
    return (
        *(name, spent.mean, spent.mcse, more, has_the_same_money(books, name)),
        *(known.mean, known.low, known.high, known.mcse, math.nan, math.nan),
        *(public.mean, public.low, public.high),
        *(found.value, found.low, found.high, found.reason),
    )
