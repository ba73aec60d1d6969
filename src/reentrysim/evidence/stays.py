"""Stays of one's own place: how long people are back in prison, or in jail, in place of the national stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from reentrysim.evidence.cells import Columns, filled, number, read_lines, share
from reentrysim.evidence.population import PopulationProfile, Survival
from reentrysim.vocabulary import DAYS_PER_MONTH, InputError, Route, nearest

JAIL = "jail"
ROUTES: Mapping[str, Route] = {route.name.lower(): route for route in Route}
LONGEST_MONTHS = 600.0
_COLUMNS = Columns(("stay", "months_at_least", "share"))


def read_stays(path: Path) -> dict[str, Survival]:
    """Own stays by kind: `new_sentence`, `revoked_after_arrest`, `rule_violation` (prison), and `jail`.

    Columns `stay, months_at_least, share`: the share of stays that last at least so many months, falling to 0 at the
    longest.

    Raises:
        InputError: for anything else, naming file, line and column.
    """
    points: dict[str, list[tuple[float, float, str]]] = {}
    for where, line in read_lines(path, _COLUMNS):
        filled(line, _COLUMNS.required, where)
        stay = line["stay"]
        if stay not in (*ROUTES, JAIL):
            raise InputError(f"unknown stay {stay!r}", where=where, hint=nearest(stay, (*ROUTES, JAIL)))
        months = number(line["months_at_least"], "months_at_least", where)
        if not 0.0 <= months <= LONGEST_MONTHS:
            hint = f"Months, 0 to {LONGEST_MONTHS:.0f}; ten days are 0.33"
            raise InputError(f"months_at_least: {months:g} is no such stay", where=where, hint=hint)
        points.setdefault(stay, []).append((months, share(line["share"], "share", where), where))
    if not points:
        raise InputError("has no stays", where=str(path), hint="Two lines are enough for a kind of stay")
    return {stay: _survival(stay, sorted(of_stay)) for stay, of_stay in points.items()}


def _survival(stay: str, points: list[tuple[float, float, str]]) -> Survival:
    for (before, more, _), (after, less, where) in pairwise(points):
        if before == after:
            raise InputError(f"{stay} of at least {after:g} months stands twice", where=where, hint="Leave one out")
        if less > more:
            what = f"more {stay} stays last at least {after:g} months ({less:g}) than {before:g} ({more:g})"
            raise InputError(what, where=where, hint="Shares fall with the months")
    if points[0][0] == 0.0 and points[0][1] < 1.0:
        hint = f"{stay},0,1; a stay that doesn't begin is none"
        raise InputError(f"only {points[0][1]:g} of {stay} stays last at least 0 months", where=points[0][2], hint=hint)
    last, left, where = points[-1]
    if left > 0.0:
        hint = f"Add the longest stay: {stay},{2 * last or 1:g},0 if none lasted as long as that"
        raise InputError(f"{left:g} of {stay} stays go on beyond {last:g} months", where=where, hint=hint)
    if last == 0.0:
        raise InputError(f"no {stay} stay lasts any time", where=where, hint="Give the shares of longer ones")
    falling = [(0.0, 1.0), *((months, part) for months, part, _ in points if months > 0.0)]
    return Survival(np.array([months for months, _ in falling])[::-1], np.array([part for _, part in falling])[::-1])


def with_stays(nation: PopulationProfile, own: Mapping[str, Survival]) -> PopulationProfile:
    """The profile with one's own stays in it."""
    place = replace(nation, prison_stays={ROUTES[stay]: lasts for stay, lasts in own.items() if stay != JAIL})
    if JAIL not in own:
        return place
    jail = own[JAIL]
    days, shares = jail.months[::-1][1:] * DAYS_PER_MONTH, jail.shares[::-1][1:]
    return replace(place, jail_days=days, jail_survival=np.stack([shares, shares]))
