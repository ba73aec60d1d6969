"""The benefits by one published price for everything that a new sentence brings, beside our own sum of its parts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from reentrysim.analysis.economics import accounts
from reentrysim.analysis.economics.accounts import Account
from reentrysim.analysis.economics.books import Books, Terms
from reentrysim.analysis.economics.ratios import cell
from reentrysim.costs import JUSTICE, VICTIMS

CHECK_COLUMNS = ["scenario", "events_averted", "all_in", "all_in_low", "all_in_high", "own", "own_low", "own_high"]
EVENT = "convictions"
"""What the published price counts as one recidivism event: a conviction after release."""


def table(books: Books, terms: Terms, changes: Mapping[str, Account]) -> pd.DataFrame:
    """One row a scenario, dollars per person released; columns CHECK_COLUMNS.

    `all_in` is convictions averted x the all-in price of an event, undiscounted; `own` our lines of justice and
    victims. The two need not agree: the one is what a conviction costs in one state with average prices of custody, the
    other what these events cost at marginal ones. It is a check, and no result rests on it.
    """
    rows = []
    for name, account in changes.items():
        mine, theirs = (books.paths(one, EVENT)[:, terms.months - 1] for one in (name, books.baseline))
        fewer = np.asarray(theirs - mine, dtype=np.float64)
        own = accounts.total(account, len(fewer), lines=(*JUSTICE, *VICTIMS))
        told = [cell(sample, books.draws) for sample in (fewer * books.prices["event_all_in"], own)]
        rows.append((name, float(fewer.mean()), *(v for one in told for v in (one.mean, one.low, one.high))))
    return pd.DataFrame(rows, columns=CHECK_COLUMNS)
