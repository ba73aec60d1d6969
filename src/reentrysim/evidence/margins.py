"""Margins of one's own place: shares of the people released, trait by trait, in place of the national ones.

What is not given stays national: traits without a line, how traits go together, and how people spread within a band.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit, logit

from reentrysim.evidence.cells import Columns, filled, read_lines, share
from reentrysim.evidence.population import Margin, PopulationProfile, closed_means, mean_beyond, proportional_fit
from reentrysim.vocabulary import InputError, Offense, Race, nearest

Floats = NDArray[np.float64]

YES, NO = "yes", "no"
NEEDS = ("mental_illness", "substance_use_disorder", "trauma", "minor_children")
WORDS: Mapping[str, tuple[str, ...]] = {
    "sex": ("male", "female"),
    "race": tuple(race.name.lower() for race in Race),
    "offense": tuple(offense.name.lower() for offense in Offense),
    "release": ("unconditional", "conditional"),
    **dict.fromkeys(NEEDS, (NO, YES)),
}
"""Traits in words, in the order of their codes."""
BANDS: Mapping[str, tuple[int, int]] = {"age": (16, 65), "priors": (0, 100), "months_served": (0, 80)}
"""Traits in bands: where the first may begin, and the open last one at the latest."""
TRAITS = (*WORDS, *BANDS)
_COLUMNS = Columns(("subgroup", "share"))
_BAND = re.compile(r"(\d{1,4})(?:-(\d{1,4})|\+)")
_FEWEST = 1e-9
_ROUNDING = 0.02
"""How far published shares of a trait may be from summing to one: they are rounded."""


def read_margins(path: Path) -> dict[str, Floats | Margin]:
    """Own shares by trait: arrays in the order of WORDS, or bands.

    Columns `subgroup, share`; subgroups in the words of results, such as `sex=female`, `age=18-24`, `priors=10+`,
    `mental_illness=yes`. Of two words one is enough; all others need every word or band.

    Raises:
        InputError: for anything else, naming file, line and column.
    """
    shares: dict[str, dict[str, float]] = {}
    for where, line in read_lines(path, _COLUMNS):
        filled(line, _COLUMNS.required, where)
        trait, word = _subgroup(line["subgroup"], where)
        if word in shares.setdefault(trait, {}):
            raise InputError(f"{line['subgroup']} stands twice", where=where, hint="Leave one out")
        shares[trait][word] = share(line["share"], "share", where)
    if not shares:
        raise InputError("has no shares", where=str(path), hint="One line is enough, such as: sex=female,0.12")
    return {trait: _margin(trait, given, f"{path}, {trait}") for trait, given in shares.items()}


def _subgroup(text: str, where: str) -> tuple[str, str]:
    if ";" in text:
        raise InputError(f"{text!r} is of two traits", where=where, hint="Margins are of one trait at a time")
    trait, _, word = (part.strip().lower() for part in text.partition("="))
    if trait not in TRAITS:
        raise InputError(f"unknown subgroup {text!r}", where=where, hint=nearest(trait, TRAITS))
    if trait in WORDS and word not in WORDS[trait]:
        raise InputError(f"unknown subgroup {text!r}", where=where, hint=nearest(word, WORDS[trait]))
    if trait in BANDS and not _BAND.fullmatch(word):
        raise InputError(f"{text!r} is no band", where=where, hint=f"Write {trait}=10-19, or {trait}=20+ for the last")
    return trait, word


def _margin(trait: str, given: Mapping[str, float], where: str) -> Floats | Margin:
    if trait in BANDS:
        return _bands(trait, given, where)
    words = WORDS[trait]
    if len(words) == 2 and len(given) == 1:
        given = {word: given.get(word, 1.0 - sum(given.values())) for word in words}
    for word in words:
        if word not in given:
            raise InputError(f"{trait}={word} is missing", where=where, hint="Give every share of it, 0 for none")
    return _rescaled(np.array([given[word] for word in words]), where)


def _bands(trait: str, given: Mapping[str, float], where: str) -> Margin:
    first, last = BANDS[trait]
    spans = sorted((int(start), end, word) for word in given for start, end in [_ends(word)])
    for (_, end, word), (start, _, following) in pairwise(spans):
        if end is None or start != end + 1:
            hint = "Bands follow one another without gap or overlap, and only the last is open, such as 40+"
            raise InputError(f"{word} and {following} don't fit together", where=where, hint=hint)
    start, end, word = spans[-1]
    if end is not None:
        hint = f"Make the last band open: {start}+"
        raise InputError(f"nobody is in a band beyond {word}", where=where, hint=hint)
    if trait == "priors" and len(spans) > 1 and spans[1][0] <= 1:
        hint = "Count the arrest that led to prison, so that everybody has at least one"
        raise InputError(f"nobody released has {spans[0][2]} prior arrests", where=where, hint=hint)
    if spans[0][0] < first:
        raise InputError(f"{spans[0][2]} begins below {first}", where=where, hint=f"Begin at {first} or later")
    if start > last:
        raise InputError(f"{word} begins above {last}", where=where, hint=f"Join the bands from {last} on")
    shares = _rescaled(np.array([given[word] for *_, word in spans]), where)
    return Margin(np.array([float(start) for start, *_ in spans]), shares)


def _ends(word: str) -> tuple[int, int | None]:
    start, end = _BAND.fullmatch(word).groups()  # type: ignore[union-attr]
    return int(start), None if end is None else int(end)


def _rescaled(shares: Floats, where: str) -> Floats:
    if abs(shares.sum() - 1.0) > _ROUNDING:
        hint = "Give every share of it, 0 for none"
        raise InputError(f"shares sum to {shares.sum():.3g}, not to 1", where=where, hint=hint)
    return np.asarray(shares / shares.sum(), dtype=np.float64)


def with_margins(nation: PopulationProfile, own: Mapping[str, Floats | Margin]) -> PopulationProfile:
    """The national profile with one's own margins in it; the odds between groups of different traits stay national."""
    shares = {trait: margin for trait, margin in own.items() if not isinstance(margin, Margin)}
    bands = {trait: margin for trait, margin in own.items() if isinstance(margin, Margin)}
    of_nation = np.array([1.0 - nation.female_share, nation.female_share])
    sexes, offenses = shares.get("sex", of_nation), shares.get("offense", of_nation @ nation.offense_shares)
    by_sex = proportional_fit(nation.offense_shares * sexes[:, None], sexes, offenses)
    needs = {need: _shifted(groups, sexes, shares.get(need)) for need, groups in nation.need_shares.items()}
    ill = float(sexes @ needs["mental_illness"])
    use = _shifted(nation.substance_use_shares, np.array([1.0 - ill, ill]), shares.get("substance_use_disorder"))
    place = replace(
        nation,
        female_share=float(sexes[1]),
        conditional_share=float(shares["release"][1]) if "release" in shares else nation.conditional_share,
        race_shares=shares.get("race", nation.race_shares),
        offense_shares=_by_row(by_sex, nation.offense_shares),
        need_shares=needs,
        substance_use_shares=use,
    )
    if "age" in bands:
        place = replace(place, age=rebanded(nation.age, bands["age"]))
    if "priors" in bands:
        priors, mean = _priors(nation, bands["priors"])
        place = replace(place, priors=priors, mean_priors=mean)
    if "months_served" in bands:
        place = replace(place, months_served=_served(nation, offenses, bands["months_served"]))
    return place


def _by_row(joint: Floats, usual: Floats) -> Floats:
    """Shares within each row; the usual ones where nobody is in it."""
    total = joint.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(joint, total, out=usual.copy(), where=total > 0.0), dtype=np.float64)


def rebanded(nation: Margin, own: Margin) -> Margin:
    """One's own bands, and within each of them people spread as in the nation (evenly where the nation has none)."""
    starts = np.union1d(nation.starts, own.starts)
    starts = starts[starts >= own.starts[0]]
    mass = _mass(nation, starts)
    band = np.searchsorted(own.starts, starts, side="right") - 1
    width = np.append(np.diff(starts), 1.0)
    total = np.bincount(band, mass, len(own.starts))
    empty = total[band] == 0.0
    mass = np.where(empty, width, mass)
    total = np.bincount(band, mass, len(own.starts))
    return Margin(starts, own.shares[band] * mass / total[band])


def _mass(nation: Margin, starts: Floats) -> Floats:
    """The nation's share from each of the starts to the next; its last band is open and lies whole in the last."""
    upper = np.append(0.0, np.cumsum(nation.shares[:-1]))
    below = np.interp(starts, nation.starts, upper)
    return np.diff(np.append(below, 1.0))


def _priors(nation: PopulationProfile, own: Margin) -> tuple[Margin, float]:
    """Own bands of prior arrests, and the mean that they have when more than the last start falls off as nationally."""
    starts = np.maximum(own.starts, nation.priors.starts[0])  # the arrest that led to prison counts
    own = Margin(starts, np.append(own.shares[:-1], max(own.shares[-1], _FEWEST)))  # whose mean beyond is defined
    beyond = mean_beyond(nation.priors, nation.mean_priors)
    last = nation.priors.starts[-1]
    tail = own.starts[own.starts > last]
    # The national tail is geometric, so what is beyond any point of it falls off alike.
    left = (beyond / (1.0 + beyond)) ** (np.concatenate([[last], tail]) - last)
    cut = Margin(
        np.concatenate([nation.priors.starts, tail]),
        np.concatenate([nation.priors.shares[:-1], nation.priors.shares[-1] * -np.diff(np.append(left, 0.0))]),
    )
    margin = rebanded(cut, own)
    means = np.append(closed_means(margin), margin.starts[-1] + beyond)
    return margin, float(margin.shares @ means)


def _served(nation: PopulationProfile, offenses: Floats, own: Margin) -> tuple[Margin, ...]:
    """Own bands of months served over all offenses; who served longer for what stays national."""
    fine = [rebanded(margin, Margin(own.starts, _band_shares(margin, own))) for margin in nation.months_served]
    by_band = np.array([_band_shares(margin, own) for margin in nation.months_served])
    joint = proportional_fit(by_band * offenses[:, None], offenses, own.shares)
    wanted = _by_row(joint, by_band)
    return tuple(rebanded(margin, Margin(own.starts, shares)) for margin, shares in zip(fine, wanted, strict=True))


def _band_shares(margin: Margin, own: Margin) -> Floats:
    mass = _mass(margin, own.starts)
    return np.asarray(mass / mass.sum(), dtype=np.float64)


def _shifted(by_group: Floats, groups: Floats, wanted: Floats | None) -> Floats:
    """Shares of two groups moved by one shift of their log odds so that all together have the wanted ones, if any."""
    if wanted is None:
        return by_group
    share_of_all = float(wanted[1])
    if share_of_all in (0.0, 1.0):
        return np.full(len(by_group), share_of_all)
    shift = brentq(lambda by: groups @ expit(logit(by_group) + by) - share_of_all, -30.0, 30.0)
    return np.asarray(expit(logit(by_group) + shift), dtype=np.float64)
