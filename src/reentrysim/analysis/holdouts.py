"""Published figures that set nothing, and the naive rival that each family of predictions must beat.

The model is asked as it is: the people and the level of 2008, whatever the cohort. Rivals may use more than the model
does, such as a cohort's own first year. Race and ethnicity are for reporting and are not scored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from reentrysim.agents.columns import Flags
from reentrysim.analysis.history import History, members
from reentrysim.analysis.targets import COHORT_2008, arrested_in_year, first_events, share_by
from reentrysim.evidence.published import Row, published_row, table, target
from reentrysim.vocabulary import MONTHS_PER_YEAR, NEVER, Route

MONTHS = 108
"""Follow-up of the longest figure."""
YEARS_6_TO_9 = "2005 cohort, years 6-9"
COHORTS, COHORT_GROUPS = "other cohorts (1994, 1983), everybody", "other cohorts (1994, 1983), groups"
LATER, OFFENSE, ADMISSION = "2008 reconviction and return, years 4-5", "2008 by offense", "2008 by admission"
FEDERAL = "federal risk gradient"
_SHIFTED = "2008 curve, shifted to the cohort's own first year"
_CONTINUED = "years 1-3 continued: each year's rise shrinks as the last one did"
_AVERAGE = "everybody's average"
_NO_GRADIENT = "no gradient"
_EVENTS = ("cumulative_rearrest", "cumulative_reconviction", "cumulative_return_to_prison")
_BY_ROUTE = {"cumulative_return_new_sentence": True, "cumulative_return_technical": False}
"""Returns of one kind, and whether by a new sentence."""
_BROAD = {
    # Kinds of offense that the tables break down further: the model has only the four.
    **dict.fromkeys(("Homicide", "Murder/nonnegligent manslaughter", "Negligent manslaughter"), "Violent"),
    **dict.fromkeys(("Rape/sexual assault", "Robbery", "Assault", "Other violent", "Rape"), "Violent"),
    **dict.fromkeys(("Other sexual assault",), "Violent"),
    **dict.fromkeys(("Burglary", "Larceny/motor vehicle theft", "Fraud/forgery", "Other property"), "Property"),
    **dict.fromkeys(("Larceny", "Motor vehicle theft", "Stolen property"), "Property"),
    **dict.fromkeys(("Drug possession", "Drug trafficking", "Other drug"), "Drug"),
    **dict.fromkeys(("Weapons", "Other public order", "DUI"), "Public order"),
}
_AGES = {"18-24": (0, 25), "30-34": (30, 35), "40-44": (40, 45), "45 or older": (45, 200)}
_BANDS = ("Low", "Low/Moderate", "Moderate", "High")
_BY_VIOLATION = {"New court commitment": False, "Conditional release violation": True}
_FIRST_YEARS = {"2005": "RT02200", "1994": "RT03181"}
"""The published first year of cohorts, which only their rivals see."""


@dataclass(frozen=True)
class Holdout:
    """One figure to predict."""

    row: Row
    family: str
    observe: Callable[[History], float]
    rival: float
    rival_is: str
    value: float
    """The published figure; in the risk gradient the ratio of its hazard to everybody's."""


def holdouts() -> tuple[list[Holdout], Counter[str]]:
    """Every held-out row of recidivism that the model can be asked, and why how many others can't."""
    asked, left = [], Counter[str]()
    for row in table("recidivism_targets"):
        if row.use == "holdout":
            found = _holdout(row)
            if isinstance(found, str):
                left[found] += 1
            else:
                asked.append(found)
    return asked, left


def _holdout(row: Row) -> Holdout | str:
    """The figure to predict, or why it can't be."""
    key = row.subgroup.partition("=")[0]
    if key in ("race", "ethnicity"):
        return "race or ethnicity: reported, not scored"
    if row.source_id == "JOHNSON_2023":
        return _gradient(row) if key == "risk" else "federal level: other people, other supervision"
    if row.quantity == "annual_arrest" and row.subgroup == "all":
        observe = partial(arrested_in_year, subgroup="all", month=row.follow_up_months or 0)
        return Holdout(
            row, YEARS_6_TO_9, observe, _value("annual_arrest", "all", 60), "2008's fifth year", row.number()
        )
    if row.id in _FIRST_YEARS.values():
        return "a cohort's first year: its rival sees it"
    if row.quantity == "first_arrest_in_year_share":
        return "differences of figures that are predicted"
    if row.quantity not in (*_EVENTS, *_BY_ROUTE):
        return f"the model is not asked for {row.quantity}"
    who = _who(row.subgroup)
    if who is None:
        return f"no such group in the model: {key}"
    observe = partial(share_of, quantity=row.quantity, who=who, month=_month(row))
    family, rival, rival_is = _rival(row, key)
    return Holdout(row, family, observe, rival, rival_is, row.number())


def share_of(history: History, quantity: str, who: Callable[[History], Flags], month: int) -> float:
    """Share of people `who` with a first event of a cumulative quantity by a month; returns of one route too."""
    happened = first_events(history.people, quantity)
    by = (happened != NEVER) & (happened <= month)
    if quantity in _BY_ROUTE:
        by &= (history.people.first_route == Route.NEW_SENTENCE) == _BY_ROUTE[quantity]
    return float(np.mean(by[who(history)]))


def _who(subgroup: str) -> Callable[[History], Flags] | None:
    """Members of a subgroup in the tables' words; None for one that the model cannot tell apart."""
    key, _, word = subgroup.partition("=")
    if subgroup.startswith("all"):
        return partial(_members, subgroup="all")
    if key == "admission":
        return partial(_admitted, by_violation=_BY_VIOLATION[word])
    if key == "offence":
        broad = _BROAD.get(word, word)
        return partial(_members, subgroup=f"offence={broad}")
    if key == "prior_arrests" and word.isdecimal():
        return partial(_with_priors, priors=int(word))
    if key == "age_at_release" and word in _AGES:
        return partial(_aged, band=_AGES[word])
    return partial(_members, subgroup=subgroup) if key in ("sex", "age_at_release") else None


def _members(history: History, subgroup: str) -> Flags:
    return members(subgroup, history.traits)


def _admitted(history: History, by_violation: bool) -> Flags:
    return history.violators if by_violation else ~history.violators


def _with_priors(history: History, priors: int) -> Flags:
    return np.asarray(history.traits.priors == priors)


def _aged(history: History, band: tuple[int, int]) -> Flags:
    return np.asarray((history.traits.age >= band[0]) & (history.traits.age < band[1]))


def _month(row: Row) -> int:
    return row.follow_up_months or 0


def _gradient(row: Row) -> Holdout:
    """A band's cumulative hazard in units of everybody's, among bands of the published sizes by the model's own score.

    Hazards, because shares near 1 leave no room for ratios.
    """
    bands = [_federal(f"risk={band}", _month(row)) for band in _BANDS]
    ends = np.cumsum([band.number("n") for band in bands]) / sum(band.number("n") for band in bands)
    place = _BANDS.index(row.subgroup.partition("=")[2])
    observe = partial(_ratio, month=_month(row), low=float(ends[place - 1]) if place else 0.0, high=float(ends[place]))
    value = _hazard(row.number()) / _hazard(_federal("all", _month(row)).number())
    return Holdout(row, FEDERAL, observe, 1.0, _NO_GRADIENT, value)


def _federal(subgroup: str, month: int) -> Row:
    return target("cumulative_rearrest", subgroup, month, source="JOHNSON_2023")


def _ratio(history: History, month: int, low: float, high: float) -> float:
    rank = np.argsort(np.argsort(history.score)) / len(history.score)
    everybody = share_by(history, "cumulative_rearrest", "all", month)
    band = share_of(history, "cumulative_rearrest", lambda _: (rank >= low) & (rank < high), month)
    return _hazard(band) / _hazard(everybody)


def _hazard(share: float) -> float:
    """Cumulative hazard behind a share."""
    return float(-np.log1p(-share))


def _rival(row: Row, key: str) -> tuple[str, float, str]:
    month, cohort = _month(row), row.fields["cohort"]
    if row.source_id == COHORT_2008 and key in ("offence", "admission"):
        return (OFFENSE if key == "offence" else ADMISSION), _curve(row.quantity, "all", month), _AVERAGE
    if row.source_id == COHORT_2008:
        return LATER, _curve(row.quantity, row.subgroup, month), _CONTINUED
    first = next((published_row(first) for year, first in _FIRST_YEARS.items() if year in cohort), None)
    shift = 0.0
    if first and row.quantity == "cumulative_rearrest":
        shift = first.number() - _value(row.quantity, "all", MONTHS_PER_YEAR)
    group = row.subgroup if (row.quantity, row.subgroup, MONTHS_PER_YEAR) in _fitted() else "all"
    family = YEARS_6_TO_9 if "2005" in cohort else COHORTS if key.startswith("all") else COHORT_GROUPS
    if row.quantity in _BY_ROUTE:
        half = _curve("cumulative_return_to_prison", "all", month) / 2
        return family, half, "half of 2008's returns"
    return family, _curve(row.quantity, group, month) + shift, _SHIFTED if shift else "2008 curve"


def _curve(quantity: str, subgroup: str, month: int) -> float:
    """The fitted 2008 figure; straight lines between its years, and beyond them rises that shrink as the last did."""
    years = [year for year in range(1, 6) if (quantity, subgroup, year * MONTHS_PER_YEAR) in _fitted()]
    values = [0.0, *(_value(quantity, subgroup, year * MONTHS_PER_YEAR) for year in years)]
    shrinks = (values[-1] - values[-2]) / (values[-2] - values[-3])
    while (len(values) - 1) * MONTHS_PER_YEAR < month:
        values.append(values[-1] + (values[-1] - values[-2]) * shrinks)
    return float(np.interp(month, np.arange(len(values)) * MONTHS_PER_YEAR, values))


def _value(quantity: str, subgroup: str, month: int) -> float:
    return _fitted()[quantity, subgroup, month]


@cache
def _fitted() -> dict[tuple[str, str, int], float]:
    """Figures of 2008 that the fit has seen."""
    return {
        (row.quantity, row.subgroup, _month(row)): row.number()
        for row in table("recidivism_targets")
        if row.source_id == COHORT_2008 and row.use == "fit" and row.value is not None
    }
