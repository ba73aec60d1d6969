"""A population profile: published margins and cross-tables, each share read from the row that it names."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reentrysim.evidence.published import published_row
from reentrysim.vocabulary import InputError, nearest

Floats = NDArray[np.float64]
FOLDER = Path(__file__).parent / "populations"


@dataclass(frozen=True)
class Margin:
    """Shares of ordered bands: band i starts at starts[i] (years, arrests, months or days)."""

    starts: Floats
    shares: Floats


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


def offenses_by_sex(offenses: Floats, sexes: Floats, stock: Floats) -> Floats:
    """Shares of offenses within each sex, shape (2, 4).

    The released population's margins with the odds ratios of the prison stock, by iterative proportional fitting
    (Deming and Stephan 1940).
    """
    joint = stock * sexes[:, None]
    for _ in range(200):  # converges in about twenty
        joint = joint * (offenses / joint.sum(axis=0))
        joint = joint * (sexes / joint.sum(axis=1))[:, None]
    return np.asarray(joint / joint.sum(axis=1, keepdims=True), dtype=np.float64)


def _by_poisson_rate(ever: Floats) -> Floats:
    """Split of events by kind when `ever` people had at least one of each: rates are -log(1 - share)."""
    rates = -np.log1p(-ever)
    return np.asarray(rates / rates.sum(), dtype=np.float64)
