"""Published figures on work, homes and use after release, and the observers that count them in a simulated cohort.

Job finding and loss, employment after a year, and two shares of homes at 14 months are fitted; every other figure here
is only predicted.
The Maryland figures are on men until their first arrest; shares of homes leave out people in institutions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from reentrysim.agents.columns import Flags
from reentrysim.analysis.history import History, Target
from reentrysim.evidence.published import published_row
from reentrysim.vocabulary import MONTHS_PER_YEAR, NEVER, Home

_ALLOWED = {"job finding": 0.02, "job loss": 0.02, "work": 0.02, "homes": 0.02}
"""Standard deviations of the fit: beliefs about transfer (one state, the 1970s; a multi-site survey), not published."""
_PERIODS = {"months 1-3": (1, 3), "months 4-6": (4, 6), "months 7-12": (7, 12)}
_FINDING = ("employment_061", "employment_063", "employment_065")
_LOSS = ("employment_062", "employment_064", "employment_066")
_EMPLOYED = {1: "employment_071", 2: "employment_072", 3: "employment_073", 6: "employment_074", 9: "employment_075"}
_SPELLS = {1: "employment_082", 2: "employment_083", 3: "employment_084", 6: "employment_085"}
_HOMES = {Home.OWN: "housing_034", Home.OTHERS: "housing_033"}
_INSTITUTION, _HOMELESS = "housing_036", "housing_035"
_TWO_WEEKS, _FOURTEEN_MONTHS = 1, 14
_EIGHT_MONTHS, _NINE_MONTHS = 8, 9
_TWO_YEARS = 2 * MONTHS_PER_YEAR
_LATE = ("employment_076", 36)
"""Employment at a year is assumed to be that at three years: nothing is published beyond a year that says otherwise."""


def livelihood_targets() -> list[Target]:
    """What sets the levels of work and housing."""
    periods = [*_by_period("job finding", _FINDING, finding), *_by_period("job loss", _LOSS, losing)]
    row, month = _LATE
    value, observe = published_row(row).number(), partial(employed_men, month=month)
    late = Target(row, "work", "employed, men not yet arrested", "all", month, value, "fit", _ALLOWED["work"], observe)
    return [*periods, late, _home_at_14(_HOMES[Home.OWN], "own home", is_at(Home.OWN)), _homeless_at_14("fit")]


def livelihood_predictions() -> list[Target]:
    """What may be set against the model and sets nothing."""
    return [*_work_predictions(), *_home_predictions()]


def _by_period(family: str, rows: tuple[str, ...], observer: Callable[..., float]) -> Iterator[Target]:
    for (name, (first, last)), row in zip(_PERIODS.items(), rows, strict=True):
        value = published_row(row).number()

        observe = partial(observer, first=first, last=last)
        yield Target(row, family, "a month", name, last, value, "fit", _ALLOWED[family], observe)


def _predicted(row: str, family: str, what: str, month: int, observe: Callable[[History], float]) -> Target:
    return Target(row, family, what, "all", month, published_row(row).number(), "predicted", float("nan"), observe)


def _work_predictions() -> Iterator[Target]:
    for month, row in _EMPLOYED.items():
        yield _predicted(row, "work", "employed, men not yet arrested", month, partial(employed_men, month=month))
    for month, row in _SPELLS.items():
        yield _predicted(row, "work", "jobs that last as long", month, partial(spells_lasting, months=month))
    year = MONTHS_PER_YEAR
    yield _predicted("employment_067", "work", "ever employed, men", year, lambda h: ever_employed(h, year, men(h)))
    yield _predicted(
        "employment_032", "work", "ever employed, men", _EIGHT_MONTHS, lambda h: ever_employed(h, _EIGHT_MONTHS, men(h))
    )
    yield _predicted(
        "employment_033",
        "work",
        "employed, men",
        _EIGHT_MONTHS,
        lambda h: float(h.employed[_EIGHT_MONTHS - 1, men(h)].mean()),
    )
    yield _predicted("employment_001", "work", "any earnings", year, lambda h: ever_employed(h, year, everybody(h)))


def _home_predictions() -> Iterator[Target]:
    at_release = {"housing_029": Home.OTHERS, "housing_030": Home.OWN, "housing_032": Home.INSTITUTION}
    for row, home in at_release.items():
        name = home.name.lower().replace("others", "others' home").replace("own", "own home")
        yield _predicted(row, "homes", name, _TWO_WEEKS, partial(share, there=is_at(home), month=_TWO_WEEKS))
    yield _predicted("housing_031", "homes", "homeless", _TWO_WEEKS, lambda h: share(h, is_homeless, _TWO_WEEKS))
    others = _home_at_14(_HOMES[Home.OTHERS], "others' home", is_at(Home.OTHERS))
    yield Target(**{**vars(others), "use": "predicted", "sd": float("nan")})
    yield _predicted("housing_006", "homes", "in a shelter by then", _TWO_YEARS, sheltered)
    yield _predicted("housing_016", "homes", "moves a year", MONTHS_PER_YEAR, moves_a_year)
    yield _predicted("needs_064", "use", "recent use", _NINE_MONTHS, using)


def _home_at_14(row: str, name: str, there: Callable[[History], Flags]) -> Target:
    value = published_row(row).number() / (1.0 - published_row(_INSTITUTION).number())
    return Target(
        row,
        "homes",
        name,
        "all",
        _FOURTEEN_MONTHS,
        value,
        "fit",
        _ALLOWED["homes"],
        lambda history: share_at_home(history, there, _FOURTEEN_MONTHS),
    )


def _homeless_at_14(use: str) -> Target:
    return Target(**{**vars(_home_at_14(_HOMELESS, "homeless", is_homeless)), "use": use})


def men(history: History) -> Flags:
    """Shape (survivors,)."""
    return np.asarray(~history.traits.female)


def everybody(history: History) -> Flags:
    """Shape (survivors,)."""
    return np.ones_like(history.traits.female)


def _spared(history: History, month: int) -> Flags:
    """Men without an arrest up to the month, shape (survivors,)."""
    first = history.people.first_arrest
    return np.asarray(men(history) & ((first == NEVER) | (first > month)))


def _transitions(history: History, first: int, last: int) -> Iterator[tuple[Flags, Flags]]:
    """Work at the start and end of months first..last, of men not yet arrested."""
    before = np.zeros_like(history.traits.female)
    for month in range(1, last + 1):
        after = history.employed[month - 1]
        if month >= first:
            spared = _spared(history, month)
            yield before[spared], after[spared]
        before = after


def finding(history: History, first: int, last: int) -> float:
    """Share of men without work at the start of a month who have some at its end, months first..last."""
    pairs = list(_transitions(history, first, last))
    return float(sum((~b & a).sum() for b, a in pairs) / sum((~b).sum() for b, _ in pairs))


def losing(history: History, first: int, last: int) -> float:
    """Share of men with work at the start of a month who have none at its end, months first..last."""
    pairs = list(_transitions(history, first, last))
    return float(sum((b & ~a).sum() for b, a in pairs) / max(sum(b.sum() for b, _ in pairs), 1))


def employed_men(history: History, month: int) -> float:
    """Share of men not yet arrested who have work at the end of the month."""
    return float(history.employed[month - 1, _spared(history, month)].mean())


def spells_lasting(history: History, months: int) -> float:
    """Share of men's jobs found in the first nine months that last at least so many months."""
    lasting = found = 0
    for start in range(_NINE_MONTHS):
        before = history.employed[start - 1] if start else np.zeros_like(history.traits.female)
        new = history.employed[start] & ~before & men(history)
        found += int(new.sum())
        lasting += int((history.employed[start : start + months + 1].all(axis=0) & new).sum())
    return lasting / found


def ever_employed(history: History, month: int, who: Flags) -> float:
    """Share of people `who` with work at the end of any month up to `month`."""
    return float(history.employed[:month, who].any(axis=0).mean())


def is_at(home: Home) -> Callable[[History], Flags]:
    """Who lives in a kind of home, shape (months, survivors)."""
    return lambda history: np.asarray(history.home == home)


def is_homeless(history: History) -> Flags:
    """Who is on the street or in a shelter, shape (months, survivors)."""
    return np.asarray((history.home == Home.STREET) | (history.home == Home.SHELTER))


def share(history: History, there: Callable[[History], Flags], month: int) -> float:
    """Share of people at liberty who live there at the end of a month."""
    free = history.home[month - 1] != Home.NONE
    return float(there(history)[month - 1, free].mean())


def share_at_home(history: History, there: Callable[[History], Flags], month: int) -> float:
    """As `share`, of those who are in no institution either."""
    free = (history.home[month - 1] != Home.NONE) & (history.home[month - 1] != Home.INSTITUTION)
    return float(there(history)[month - 1, free].mean())


def sheltered(history: History) -> float:
    """Share in a shelter at the end of any of the first 24 months."""
    return float((history.home[:_TWO_YEARS] == Home.SHELTER).any(axis=0).mean())


def moves_a_year(history: History) -> float:
    """Moves a year at liberty, over the whole follow-up."""
    return float(history.lives.moves.sum() / (history.home != Home.NONE).sum() * MONTHS_PER_YEAR)


def using(history: History) -> float:
    """Share of people at liberty with active use at the end of the ninth month."""
    free = history.home[_NINE_MONTHS - 1] != Home.NONE
    return float(history.active_use[_NINE_MONTHS - 1, free].mean())
