"""Published targets, and the observers that count a simulated cohort as the Bureau of Justice Statistics counted.

The Bureau left out people known to have died in the follow-up, kept people in custody in the denominator, and dated
convictions and new sentences at the arrest that led to them (stated for the 2005 cohort, taken over for 2008).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from reentrysim.agents.columns import Ints
from reentrysim.agents.participants import Participants
from reentrysim.analysis.history import History, Target, members
from reentrysim.analysis.livelihood import livelihood_targets
from reentrysim.evidence.catalog import load_catalog
from reentrysim.evidence.published import Row, table
from reentrysim.vocabulary import MONTHS_PER_YEAR, NEVER, Route

COHORT_2008, COHORT_2005, CELLS_2005 = "BJS_2008_10Y", "BJS_2005_5Y", "BJS_PRAT2005"


def first_events(people: Participants, quantity: str) -> Ints:
    """Month of each person's first event of a cumulative quantity, NEVER without one."""
    if quantity.endswith("rearrest"):
        return people.first_arrest
    if quantity.endswith("reconviction"):
        return people.first_conviction
    return people.first_return


def share_by(history: History, quantity: str, subgroup: str, month: int) -> float:
    """Share of a subgroup with a first event by `month`."""
    first = first_events(history.people, quantity)[members(subgroup, history.traits)]
    return float(np.mean((first != NEVER) & (first <= month)))


def hazard_in(history: History, quantity: str, month: int) -> float:
    """Share with a first event in `month` among those without one before."""
    first = first_events(history.people, quantity)
    at_risk = (first == NEVER) | (first >= month)
    return float(np.mean(first[at_risk] == month))


def arrested_in_year(history: History, subgroup: str, month: int) -> float:
    """Share of a subgroup arrested at least once in the twelve months to `month`."""
    year = history.arrests[month - MONTHS_PER_YEAR : month][:, members(subgroup, history.traits)]
    return float(np.mean(year.any(axis=0)))


def arrests_per_person(history: History, month: int) -> float:
    """Arrests a person in the twelve months to `month`."""
    return float(history.arrests[month - MONTHS_PER_YEAR : month].sum() / history.arrests.shape[1])


def technical_share(history: History, month: int) -> float:
    """Share of first returns by `month` that came without a new sentence."""
    first, route = history.people.first_return, history.people.first_route
    returned = (first != NEVER) & (first <= month)
    return float(np.mean(route[returned] != Route.NEW_SENTENCE))


def _of(quantity: str, subgroup: str, month: int) -> Callable[[History], float]:
    if quantity == "annual_arrest":
        return lambda history: arrested_in_year(history, subgroup, month)
    if quantity == "mean_arrests_per_person_year":
        return lambda history: arrests_per_person(history, month)
    if quantity.startswith("monthly_hazard"):
        return lambda history: hazard_in(history, quantity, month)
    return lambda history: share_by(history, quantity, subgroup, month)


_ALLOWED = {
    # Discrepancy allowed beyond the published standard error, by family: a belief about how well so plain a model
    # can transfer (other states, other years), not a published figure. The sixty monthly points of a curve share
    # their errors, so each counts for little.
    "rearrest": 0.003,
    "rearrest by group": 0.010,
    "arrested in the year": 0.004,
    "arrested in the year by group": 0.012,
    "arrests per person": 0.008,
    "reconviction": 0.006,
    "reconviction by group": 0.015,
    "return": 0.005,
    "return by group": 0.015,
    "monthly hazard 2005": 0.0025,
    "monthly return hazard 2005": 0.006,
    "rearrest by offense 2005": 0.010,
    "age by priors 2005": 0.040,
}
_FAMILIES = {
    "cumulative_rearrest": "rearrest",
    "annual_arrest": "arrested in the year",
    "mean_arrests_per_person_year": "arrests per person",
    "cumulative_reconviction": "reconviction",
    "cumulative_return_to_prison": "return",
}


def _target(row: Row, family: str, value: float, observer: Callable[[History], float]) -> Target:
    error = (row.high - row.low) / 3.92 if row.high is not None and row.low is not None else 0.0
    sd = float(np.hypot(error, _ALLOWED[family]))
    return Target(row.id, family, row.quantity, row.subgroup, row.follow_up_months or 0, value, row.use, sd, observer)


def _targets_2008(row: Row) -> Target:
    family = _FAMILIES[row.quantity] + ("" if row.subgroup == "all" else " by group")
    month = row.follow_up_months or 0
    return _target(row, family, row.number(), _of(row.quantity, row.subgroup, month))


def _hazard_2005(row: Row) -> Target:
    family = "monthly hazard 2005" if row.quantity.endswith("rearrest") else "monthly return hazard 2005"
    return _target(row, family, row.number(), _of(row.quantity, "all", row.follow_up_months or 0))


def _offense_2005(row: Row, overall: float) -> Target:
    """Offense groups of 2005 enter as their distance from that cohort's average: the shape, not its level."""
    month = row.follow_up_months or 0

    def distance(history: History) -> float:
        return share_by(history, row.quantity, row.subgroup, month) - share_by(history, row.quantity, "all", month)

    return _target(row, "rearrest by offense 2005", row.number() - overall, distance)


@cache
def _cells_2005(month: int) -> tuple[tuple[Row, ...], ...]:
    """Rows of men of each age and priors cell, one row a race or ethnicity."""
    cells: dict[str, list[Row]] = {}
    for row in table("recidivism_targets"):
        if row.source_id == CELLS_2005 and row.use == "fit" and row.follow_up_months == month:
            cell = ";".join(part for part in row.subgroup.split(";") if not part.startswith("race"))
            cells.setdefault(cell, []).append(row)
    return tuple(tuple(rows) for rows in cells.values())


_RACES = {"White": "RT01447", "Black": "RT01448", "Hispanic": "RT01449"}


def _cell_targets(month: int) -> list[Target]:
    """Age by priors among men, averaged over race by the margin, as distances from the mean of the cells."""
    shares = {r.id: r.number() for r in table("recidivism_targets") if r.id in _RACES.values()}
    values, names, first = [], [], []
    for cell in _cells_2005(month):
        weights = {row.id: shares[_RACES[race]] for row in cell if (race := _race(row)) in _RACES}
        values.append(sum(row.number() * weights[row.id] for row in cell if row.id in weights) / sum(weights.values()))
        names.append(";".join(part for part in cell[0].subgroup.split(";") if not part.startswith("race")))
        first.append(cell[0])
    mean = float(np.mean(values))

    def distance(name: str) -> Callable[[History], float]:
        def observer(history: History) -> float:
            levels = {cell: share_by(history, "rearrest", cell, month) for cell in names}
            return levels[name] - float(np.mean(list(levels.values())))

        return observer

    return [
        Target(
            row.id,
            "age by priors 2005",
            row.quantity,
            name,
            month,
            value - mean,
            row.use,
            _ALLOWED["age by priors 2005"],
            distance(name),
        )
        for row, name, value in zip(first, names, values, strict=True)
    ]


def _race(row: Row) -> str:
    return next(part.split("=")[1] for part in row.subgroup.split(";") if part.startswith("race"))


def _technical_target() -> Target:
    """The technical share of returns: definitions differ, so it enters as a wide prior and not as a published level."""
    prior = load_catalog()["reoffending.technical_share_of_returns"]
    sd = (prior.high - prior.low) / 3.92
    month = 36
    return Target(
        prior.rows[0],
        "technical share",
        "share_return_technical",
        "all",
        month,
        prior.value,
        "context",
        sd,
        lambda history: technical_share(history, month),
    )


def fit_targets() -> list[Target]:
    """Every figure the baseline may be fitted to (`use = fit`), and the wide prior on the technical share."""
    fit = [row for row in table("recidivism_targets") if row.use == "fit"]
    of_2008 = [
        _targets_2008(row)
        for row in fit
        if row.source_id == COHORT_2008 and row.quantity in _FAMILIES and "age_first_arrest" not in row.subgroup
    ]
    hazards = [
        _hazard_2005(row)
        for row in fit
        if row.quantity in ("monthly_hazard_first_rearrest", "monthly_hazard_first_return_to_prison")
    ]
    month_60 = [
        r
        for r in fit
        if r.source_id == COHORT_2005 and r.quantity == "cumulative_rearrest" and r.follow_up_months == 60
    ]
    overall = next(row.number() for row in month_60 if row.subgroup == "all")
    offenses = [_offense_2005(row, overall) for row in month_60 if row.subgroup.startswith("offence")]
    return [*of_2008, *hazards, *offenses, *_cell_targets(36), _technical_target(), *livelihood_targets()]
