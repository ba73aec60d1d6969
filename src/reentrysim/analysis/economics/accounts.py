"""Who is better or worse off by how much: one line for each kind of cost, one column for each payer."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from reentrysim.analysis.economics.books import Books, Floats, Terms
from reentrysim.costs import EVENTS, JUSTICE, VICTIMS, discount_factors, discounted, sum_of, unit_costs
from reentrysim.vocabulary import MONTHS_PER_YEAR

Account = dict[tuple[str, str], Floats]
"""(line, payer) -> (R,) dollars per person released; what is paid is negative."""
LINES = (
    *("programs", "in_kind", "unpaid_contracts"),
    *JUSTICE,
    *VICTIMS,
    *("earnings", "taxes", "liberty", "deadweight"),
)
COSTS = ("programs", "in_kind")
"""Lines that are what the scenario's programs cost; all others are what it changes."""
TRANSFERS = ("taxes", "unpaid_contracts")
"""Lines that only move dollars from one to another: nothing for society."""


def account(books: Books, name: str, terms: Terms) -> Account:
    """What everybody pays and gets in a scenario, at each replicate's own prices."""
    worth = _present_values(books, name, terms)
    units = unit_costs(books.prices, terms.prison)
    dollars = {line: sum_of(worth, each) for line, each in units.items()}
    found: Account = {("programs", who): -share * books.programs[name] for who, share in books.payers[name].items()}
    found["in_kind", "volunteers"] = -books.in_kind[name]
    found |= _transfer("unpaid_contracts", books.unpaid[name], payer="investors", getter="government")
    found |= {(line, "government"): -dollars[line] for line in JUSTICE}
    found |= {(line, "victims"): -dollars[line] for line in VICTIMS}
    found["earnings", "participants"] = dollars["earnings"]
    taxes = books.prices["earnings_tax_share"] * dollars["earnings"]
    found |= _transfer("taxes", taxes, payer="participants", getter="government")
    if terms.liberty:
        years = worth["months_in_community"] / MONTHS_PER_YEAR
        found["liberty", "participants"] = years * books.prices["liberty_year"]
    if terms.deadweight:
        public = sum((of for (_, who), of in found.items() if who == "government"), np.zeros(len(books.draws)))
        found["deadweight", "economy"] = books.prices["tax_deadweight_share"] * public
    return found


def changes(books: Books, name: str, terms: Terms) -> Account:
    """What a scenario changes for everybody against the baseline with the same luck: positive is gained."""
    mine, theirs = account(books, name, terms), account(books, books.baseline, terms)
    nothing = np.zeros(len(books.draws))
    return {key: mine.get(key, nothing) - theirs.get(key, nothing) for key in {**theirs, **mine}}


def total(
    parts: Mapping[tuple[str, str], Floats], draws: int, *, lines: tuple[str, ...] = LINES, who: str = ""
) -> Floats:
    """(R,) the sum of some lines, of one payer or of all."""
    chosen = [of for (line, payer), of in parts.items() if line in lines and who in ("", payer)]
    return sum(chosen, np.zeros(draws))


def _present_values(books: Books, name: str, terms: Terms) -> dict[str, Floats]:
    """(R,) each priced amount to the horizon, discounted to the release."""
    factors = discount_factors(terms.discount_rate, terms.months)
    return {event: discounted(books.paths(name, event)[:, : terms.months], factors)[:, -1] for event in EVENTS}


def _transfer(line: str, dollars: Floats, *, payer: str, getter: str) -> Account:
    return {(line, payer): -dollars, (line, getter): dollars}
