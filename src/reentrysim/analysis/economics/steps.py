"""What fewer people in prison save a year: at marginal prices, at average ones, and by whole facilities."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from reentrysim.analysis.economics.books import Books, Floats, Terms
from reentrysim.analysis.economics.ratios import cell
from reentrysim.vocabulary import MONTHS_PER_YEAR

WAYS = ("short_run", "marginal", "average", "by_facility")
CUSTODY_COLUMNS = ["scenario", "way", "people_fewer", "dollars_a_year", "dollars_a_year_low", "dollars_a_year_high"]


def table(books: Books, terms: Terms) -> pd.DataFrame:
    """One row a scenario and way of counting; columns CUSTODY_COLUMNS.

    `people_fewer` is the fall of the average daily number in prison among people released for the first time in the
    horizon, once releases have gone on for as long: people released a year x years in prison saved by each (Little
    1961, "A proof for the queuing formula L = λW", Operations Research 9). `by_facility` saves short-run prices for
    everybody, and the budget of a facility for every `facility_people` fewer, whole ones alone.
    """
    rows = [_row(books, terms, name, way) for name in books.others for way in WAYS]
    return pd.DataFrame(rows, columns=CUSTODY_COLUMNS)


def people_fewer(books: Books, terms: Terms, name: str) -> Floats:
    """(R,) people fewer in prison on an average day."""
    mine, theirs = (books.paths(one, "months_in_prison")[:, terms.months - 1] for one in (name, books.baseline))
    return np.asarray((theirs - mine) / MONTHS_PER_YEAR * books.yearly_releases, dtype=np.float64)


def by_facility(fewer: Floats, books: Books) -> Floats:
    """(R,) dollars a year: short-run prices for everybody, and what whole facilities that close cost beside them.

    `facility_year` is for each of the `facility_people` of one. How many close (or open) follows from the mean of those
    fewer and the median size: closing is one decision, and not one for each draw.
    """
    size = float(np.median(books.prices["facility_people"]))
    closed = np.trunc(fewer.mean() / size) * size
    return np.asarray(fewer * books.prices["prison_year_short_run"] + closed * books.prices["facility_year"])


def _row(books: Books, terms: Terms, name: str, way: str) -> tuple[Any, ...]:
    fewer = people_fewer(books, terms, name)
    saved = by_facility(fewer, books) if way == "by_facility" else fewer * books.prices[f"prison_year_{way}"]
    told = cell(saved, books.draws)
    return name, way, float(fewer.mean()), told.mean, told.low, told.high
