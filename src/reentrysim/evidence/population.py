"""A population profile: published margins and cross-tables, each share read from the row that it names."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reentrysim.evidence.published import published_row
from reentrysim.vocabulary import InputError, Route, nearest

Floats = NDArray[np.float64]
FOLDER = Path(__file__).parent / "populations"


@dataclass(frozen=True)
class Margin:
    """Shares of ordered bands: band i starts at starts[i] (years, arrests, months or days)."""

    starts: Floats
    shares: Floats


@dataclass(frozen=True)
class Survival:
    """How long stays last: share of stays of at least so many months, straight lines between the points."""

    months: Floats
    """Descending to 0, shape (points,)."""
    shares: Floats
    """Ascending from 0 to 1, shape (points,)."""

    def at(self, u: Floats) -> Floats:
        """Months at uniforms `u`, by inverse survival."""
        return np.asarray(np.interp(u, self.shares, self.months), dtype=np.float64)


@dataclass(frozen=True)
class People:
    """Participants by trait, one row a person: codes in the order of the vocabulary, or numbers; nan where unknown."""

    count: int = 0
    traits: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)


@dataclass(frozen=True)
class PopulationProfile:
    """Everything published about who is released, as arrays in the order of the vocabulary's enums."""

    name: str
    female_share: float
    conditional_share: float
    race_shares: Floats
    """Shape (4,)."""
    age: Margin
    priors: Margin
    mean_priors: float
    offense_shares: Floats
    """Shape (2, 4): men, women; matches the offense margin and the sex odds ratios of the prison stock."""
    months_served: tuple[Margin, ...]
    """One margin an offense, starts in months."""
    need_shares: dict[str, Floats]
    """Need -> shape (2,): men, women."""
    substance_use_shares: Floats
    """Shape (2,): without and with a mental illness."""
    jail_days: Floats
    """Shape (bands,): days of the published survival table."""
    jail_survival: Floats
    """Shape (2, bands): share of stays of at least so many days, men and women."""
    new_arrest_shares: Floats
    """Shape (4,): split of new arrests by seriousness."""
    row_ids: tuple[str, ...]
    """Every published row that the profile rests on."""
    people: People = field(default_factory=People)
    """Participants of one's own, whose traits are drawn together in place of the margins above."""
    prison_stays: Mapping[Route, Survival] = field(default_factory=dict)
    """Stays of one's own, in place of those that fall off exponentially around a published mean."""


def profile_names() -> list[str]:
    """Names of the shipped population profiles."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


@cache
def load_profile(name: str) -> PopulationProfile:
    """The shipped profile `name`.

    Raises:
        InputError: if there is no such profile.
    """
    if name not in profile_names():
        raise InputError(f"there is no population profile {name!r}", hint=nearest(name, profile_names()))
    table = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    rows = _Rows()
    sexes = rows.shares([table["sex"]["male"], table["sex"]["female"]])
    offenses = rows.shares(list(table["offense"].values()))
    return PopulationProfile(
        name=name,
        female_share=float(sexes[1]),
        conditional_share=float(rows.shares(list(table["release"].values()))[0]),
        race_shares=rows.shares(list(table["race"].values())),
        age=rows.margin(table["age"]),
        priors=rows.margin({k: v for k, v in table["priors"].items() if k != "mean"}),
        mean_priors=rows.value(table["priors"]["mean"]),
        offense_shares=offenses_by_sex(
            offenses, sexes, np.array([rows.values(table["offense_by_sex"][sex]) for sex in ("male", "female")])
        ),
        months_served=tuple(
            rows.margin({start: ids[offense] for start, ids in table["months_served"].items()})
            for offense in range(len(offenses))
        ),
        need_shares={need: rows.values(ids) for need, ids in table["needs"].items()},
        substance_use_shares=rows.values(table["substance_use_disorder"]["share"]),
        jail_days=np.array([float(days) for days in table["jail_days_at_least"]]),
        jail_survival=np.array([rows.values(ids) for ids in table["jail_days_at_least"].values()]).T,
        new_arrest_shares=_by_poisson_rate(rows.values(list(table["new_arrest"].values()))),
        row_ids=tuple(rows.used),
    )


class _Rows:
    """Reads values of published rows and remembers which."""

    def __init__(self) -> None:
        self.used: list[str] = []

    def value(self, ids: str | Sequence[str]) -> float:
        names = [ids] if isinstance(ids, str) else list(ids)
        self.used += names
        return sum(published_row(name).number() for name in names)

    def values(self, ids: Sequence[str | Sequence[str]]) -> Floats:
        return np.array([self.value(one) for one in ids])

    def shares(self, ids: Sequence[str | Sequence[str]]) -> Floats:
        values = self.values(ids)
        return np.asarray(values / values.sum(), dtype=np.float64)

    def margin(self, bands: dict[str, str]) -> Margin:
        return Margin(np.array([float(start) for start in bands]), self.shares(list(bands.values())))


def closed_means(margin: Margin) -> Floats:
    """Mean of each band but the last, of whole numbers evenly from its start to before the next."""
    return np.asarray((margin.starts[:-1] + margin.starts[1:] - 1) / 2, dtype=np.float64)


def mean_beyond(margin: Margin, mean: float) -> float:
    """By how much those in the open last band exceed its start, on average, when everybody has this mean."""
    if margin.shares[-1] == 0.0:
        return 0.0
    return float((mean - margin.shares[:-1] @ closed_means(margin)) / margin.shares[-1] - margin.starts[-1])


def offenses_by_sex(offenses: Floats, sexes: Floats, stock: Floats) -> Floats:
    """Shares of offenses within each sex, shape (2, 4): margins of who is released, odds ratios of who is in prison."""
    joint = proportional_fit(stock * sexes[:, None], sexes, offenses)
    return np.asarray(joint / joint.sum(axis=1, keepdims=True), dtype=np.float64)


def proportional_fit(joint: Floats, rows: Floats, columns: Floats) -> Floats:
    """A table with these sums of rows and columns, and the odds ratios of `joint`; shapes (r, c), (r,) and (c,).

    Iterative proportional fitting (Deming and Stephan 1940). A row or column whose sum is 0 becomes 0.
    """
    for _ in range(200):  # converges in about twenty
        joint = joint * _factor(columns, joint.sum(axis=0))
        joint = joint * _factor(rows, joint.sum(axis=1))[:, None]
    return np.asarray(joint, dtype=np.float64)


def _factor(wanted: Floats, there: Floats) -> Floats:
    return np.divide(wanted, there, out=np.zeros(len(there)), where=there > 0.0)


def _by_poisson_rate(ever: Floats) -> Floats:
    """Split of events by kind when `ever` people had at least one of each: rates are -log(1 - share)."""
    rates = -np.log1p(-ever)
    return np.asarray(rates / rates.sum(), dtype=np.float64)
