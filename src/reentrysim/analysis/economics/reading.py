"""The books of a comparison: from its runs, or from the folder that it was written to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reentrysim.analysis.clocks import otherwise_sentenced
from reentrysim.analysis.economics import spending
from reentrysim.analysis.economics.books import Books, Floats, Terms
from reentrysim.costs import prices
from reentrysim.experiments.plan import Plan
from reentrysim.experiments.run import Runs
from reentrysim.scenario import Scenario
from reentrysim.scenario.values import values_for
from reentrysim.vocabulary import CENTS_PER_DOLLAR, MONTHS_PER_YEAR

PRICE_COLUMNS = ["draw", "price", "value"]
CENTRAL = -1
"""The draw of central values."""
_NOBODY = {"government": 1.0}
_PAYER = {"government": "government", "pay_for_success": "government"}
"""Who pays sources of a kind: a contract's payer is the government, and what it does not pay back is another line."""


def from_runs(runs: Runs, draws: NDArray[np.int64]) -> Books:
    """The books of runs; `draws` (R,) says which draw each replicate has."""
    plan, base = runs.plan, _baseline(runs.plan)

    def last(name: str, outcome: str) -> Floats:
        return runs.series[name][outcome][:, 0, -1].astype(np.float64)

    return Books(
        names=plan.names,
        baseline=plan.baseline,
        draws=draws,
        paths=lambda name, outcome: runs.series[name][outcome][:, 0, :].astype(np.float64),
        programs={name: last(name, "cost_programs") for name in plan.names},
        came={name: money_that_came(runs, name) for name in plan.names},
        in_kind={name: last(name, "cost_in_kind") for name in plan.names},
        payers={one.name: payer_shares(runs, one) for one in plan.scenarios},
        unpaid={name: _unpaid(runs, name) for name in plan.names},
        spending=[row for name in plan.names for row in spending.rows(runs, name)],
        prices=by_replicate(price_table(base, draws), draws),
        elsewhere=frozenset(otherwise_sentenced(plan)),
        uneven=frozenset(one.name for one in plan.scenarios if is_uneven(one, base)),
        yearly_releases=yearly_releases(base),
        terms=Terms(base.time.price_year, base.time.discount_rate_share, plan.months),
    )


def from_folder(outcomes: pd.DataFrame, price_frame: pd.DataFrame, money: Mapping[str, Any], facts: Any) -> Books:
    """The books of a folder: its outcomes of everybody, its prices, and what its manifest says of money."""
    everybody = dict(list(outcomes[outcomes["subgroup"] == "all"].groupby("scenario", sort=False)))

    def paths(name: str, outcome: str) -> Floats:
        found = everybody[name][outcome].to_numpy(dtype="float64")
        return np.asarray(found.reshape(len(facts.draws), facts.months))

    def spread(kept: float | list[float]) -> Floats:
        return np.broadcast_to(np.asarray(kept, dtype=np.float64), (len(facts.draws),))

    terms = Terms(int(money["price_year"]), float(money["discount_rate_share"]), facts.months)
    return Books(
        names=facts.names,
        baseline=facts.baseline,
        draws=facts.draws,
        paths=paths,
        programs={name: paths(name, "cost_programs")[:, -1] for name in facts.names},
        came=dict(money["came"]),
        in_kind={name: paths(name, "cost_in_kind")[:, -1] for name in facts.names},
        payers={name: {who: spread(of) for who, of in money["payers"][name].items()} for name in facts.names},
        unpaid={name: spread(money["unpaid"].get(name, 0.0)) for name in facts.names},
        spending=list(money["spending"]),
        prices=by_replicate(price_frame, facts.draws),
        elsewhere=frozenset(money["elsewhere"]),
        uneven=frozenset(money["uneven"]),
        yearly_releases=float(money["yearly_releases"]),
        terms=terms,
    )


def told(books: Books) -> dict[str, Any]:
    """What a manifest must say so that a folder has the same books."""
    return {
        "price_year": books.terms.price_year,
        "discount_rate_share": books.terms.discount_rate,
        "yearly_releases": books.yearly_releases,
        "came": dict(books.came),
        "uneven": sorted(books.uneven),
        "spending": [dict(row) for row in books.spending],
        "elsewhere": sorted(books.elsewhere),
        "payers": {name: {who: _kept(of) for who, of in shares.items()} for name, shares in books.payers.items()},
        "unpaid": {name: _kept(lost) for name, lost in books.unpaid.items() if lost.any()},
    }


def _kept(values: Floats) -> float | list[float]:
    """One number where all are the same."""
    return float(values[0]) if np.all(values == values[0]) else values.tolist()


def prices_told(books: Books) -> pd.DataFrame:
    """Every price in every draw, as books have them; columns PRICE_COLUMNS."""
    which, first = np.unique(books.draws, return_index=True)
    frames = [pd.DataFrame({"draw": which, "price": name, "value": of[first]}) for name, of in books.prices.items()]
    return pd.concat(frames).sort_values(["draw", "price"], kind="stable", ignore_index=True)[PRICE_COLUMNS]


def price_table(scenario: Scenario, draws: NDArray[np.int64]) -> pd.DataFrame:
    """Every price in every draw, in dollars of the scenario's price year; columns PRICE_COLUMNS."""
    rows = [
        (draw, name, value)
        for draw in np.unique(draws).tolist()
        for name, value in prices(
            values_for(scenario, None if draw == CENTRAL else draw), scenario.time.price_year
        ).items()
    ]
    return pd.DataFrame(rows, columns=PRICE_COLUMNS)


def by_replicate(frame: pd.DataFrame, draws: NDArray[np.int64]) -> dict[str, Floats]:
    """Price -> (R,)."""
    wide = frame.pivot(index="draw", columns="price", values="value").loc[draws]
    return {str(name): wide[name].to_numpy(dtype="float64") for name in wide}


def money_that_came(runs: Runs, name: str) -> float:
    """Dollars that came in all replicates, what was due and not paid left out."""
    cents = sum(row.arrived - row.unpaid for rows in runs.ledger[name] for row in rows)
    return float(cents / CENTS_PER_DOLLAR)


def payer_shares(runs: Runs, scenario: Scenario) -> dict[str, Floats]:
    """Who pays a scenario's programs: payer -> (R,) share of what was spent; the government where nothing was."""
    spent = [Counter[str]() for _ in runs.ledger[scenario.name]]
    for counted, rows in zip(spent, runs.ledger[scenario.name], strict=True):
        for row in rows:
            kind = scenario.funding.sources[row.source].kind
            counted[_PAYER.get(kind, kind)] += row.spent
    shares = [{who: cents / of.total() for who, cents in of.items()} if of.total() else _NOBODY for of in spent]
    payers = sorted({who for one in shares for who in one})
    return {who: np.array([one.get(who, 0.0) for one in shares]) for who in payers}


def is_uneven(scenario: Scenario, base: Scenario) -> bool:
    """Whether money that is not the same in both comes unevenly over all releases; all of a cohort are analyzed."""
    mine, theirs = scenario.funding.sources, base.funding.sources
    other = [one for name, one in mine.items() if one != theirs.get(name)]
    other += [one for name, one in theirs.items() if one != mine.get(name)]
    time = base.time
    last = time.warmup_months + time.window_months + time.tail_months
    if time.intake == "cohort":
        return False
    return any(one.spend != "even" or one.first_step > 1 or one.last_step < last for one in other)


def yearly_releases(scenario: Scenario) -> float:
    """People of the real system released in a year."""
    return float(scenario.population.size) * MONTHS_PER_YEAR / scenario.time.window_months


def _unpaid(runs: Runs, name: str) -> Floats:
    """(R,) dollars per person released that investors advanced, programs spent, and contracts did not pay back.

    What is spent over what it costs a person is the people released.
    """
    lost = np.array([_lost(rows, ledger) for rows, ledger in zip(runs.contracts[name], runs.ledger[name], strict=True)])
    spent = np.array([sum(row.spent for row in rows) for rows in runs.ledger[name]], dtype=np.float64)
    each = runs.series[name]["cost_programs"][:, 0, -1].astype(np.float64)
    return np.divide(lost * each, spent, out=np.zeros(len(lost)), where=spent > 0)


def _lost(contracts: Iterable[Any], ledger: Sequence[Any]) -> float:
    """Cents of one run."""
    mine = {row.source: row.lost_cents for row in contracts if row.lost_by == "investors"}
    spent = {source: sum(row.spent for row in ledger if row.source == source) for source in mine}
    return float(sum(min(lost, spent[source]) for source, lost in mine.items()))


def _baseline(plan: Plan) -> Scenario:
    return next(one for one in plan.scenarios if one.name == plan.baseline)
