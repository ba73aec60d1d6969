"""Targets of one's own: a CSV of what was counted in a place, read strictly."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import pairwise
from pathlib import Path

from reentrysim.analysis.history import History, Target, members
from reentrysim.analysis.holdouts import share_of
from reentrysim.analysis.own_hazards import AT_MONTHS, HAZARDS, Hazard, curve
from reentrysim.analysis.targets import arrested_in_year
from reentrysim.evidence.cells import Columns, filled, number, read_lines, share
from reentrysim.vocabulary import MONTHS_PER_YEAR, InputError, nearest

REQUIRED = ("quantity", "subgroup", "follow_up_months", "value")
OPTIONAL = ("n", "low", "high")
QUANTITIES = ("rearrest", "reconviction", "return_to_prison", "return_new_sentence", "return_technical")
IN_YEAR = "annual_arrest"
MOST_MONTHS = 60
UNSURE, LEAST = 0.01, 0.003
"""Standard deviation of a figure that comes without n or interval, and of the surest one: no count is that exact."""
_PREFIX = "cumulative_"
_TWICE = f"Leave one out; a hazard table says the shares by months {', '.join(map(str, AT_MONTHS))} itself"
_SUBGROUPS = {
    # The words of results -> those of the published tables; both are understood.
    "sex": {"male": "sex=Male", "female": "sex=Female"},
    "age": {
        "18-24": "age_at_release=24 or younger",
        "25-29": "age_at_release=25-29",
        "30-34": "age_at_release=30-34",
        "35-39": "age_at_release=35-39",
        "40+": "age_at_release=40 or older",
        "25-39": "age_at_release=25-39",
        "40-54": "age_at_release=40-54",
        "55-64": "age_at_release=55-64",
        "65+": "age_at_release=65 or older",
    },
    "priors": {
        "0-4": "prior_arrests=4 or fewer",
        "5-9": "prior_arrests=5-9",
        "10+": "prior_arrests=10 or more",
        "0-2": "prior_arrests=2 or fewer",
        "3-4": "prior_arrests=3-4",
    },
    "offense": {
        "violent": "offence=Violent",
        "property": "offence=Property",
        "drug": "offence=Drug",
        "public_order": "offence=Public order",
    },
}
_KNOWN = [f"{key}={word}" for key, words in _SUBGROUPS.items() for word in words]


def read_targets(path: Path) -> list[Target]:
    """The targets of a CSV file, in its order, those of hazard tables last.

    Columns `quantity, subgroup, follow_up_months, value`, and if known `n`, `low`, `high` (a 95% interval). Quantities
    are shares by a month (rearrest, reconviction, return_to_prison, return_new_sentence, return_technical),
    annual_arrest, the share arrested in the year that ends there, or whole tables of monthly hazards (HAZARDS).

    Raises:
        InputError: for anything else, naming file, line and column.
    """
    targets: list[Target] = []
    tables: dict[tuple[str, str], list[Hazard]] = {}
    for where, line in read_lines(path, Columns(REQUIRED, OPTIONAL)):
        target = _target(line, where)
        if target.quantity in HAZARDS:
            given = target.sd**2 if any(line.get(name) for name in OPTIONAL) else None
            table = tables.setdefault((target.quantity, target.subgroup), [])
            table.append(Hazard(where, target.month, target.value, given))
        else:
            targets.append(target)
    for (quantity, subgroup), table in tables.items():
        targets += _of_hazards(HAZARDS[quantity], subgroup, table)
    if not targets:
        raise InputError("has no targets", where=str(path), hint="One line is enough, such as: rearrest,all,12,0.35")
    _check_curves(targets)
    return targets


def _of_hazards(quantity: str, subgroup: str, table: list[Hazard]) -> Iterator[Target]:
    for where, month, value, sd in curve(table):
        sure = UNSURE if sd is None else max(sd, LEAST)
        observe = _observer(quantity, subgroup, month)
        yield Target(where, "own", quantity, subgroup, month, value, "fit", sure, observe)


def _target(line: Mapping[str, str], where: str) -> Target:
    filled(line, REQUIRED, where)
    quantity = line["quantity"].removeprefix(_PREFIX)
    if quantity not in (*QUANTITIES, IN_YEAR, *HAZARDS):
        hint = nearest(quantity, (*QUANTITIES, IN_YEAR, *HAZARDS))
        raise InputError(f"unknown quantity {line['quantity']!r}", where=where, hint=hint)
    parts = [_subgroup(part.strip(), where) for part in line["subgroup"].split(";")]
    traits = [part.partition("=")[0] for part in parts]
    if len(set(traits)) < len(traits):
        raise InputError(f"{line['subgroup']!r} names a trait twice", where=where, hint="Nobody can be both")
    subgroup = ";".join(parts)
    month, value = _month(line["follow_up_months"], where), share(line["value"], "value", where)
    if quantity == IN_YEAR and month < MONTHS_PER_YEAR:
        raise InputError("annual_arrest needs a whole year", where=where, hint="follow_up_months from 12 on")
    error = _error(line, value, where, least=0.0 if quantity in HAZARDS else LEAST)
    return Target(where, "own", quantity, subgroup, month, value, "fit", error, _observer(quantity, subgroup, month))


def _observer(quantity: str, subgroup: str, month: int) -> Callable[[History], float]:
    if quantity == IN_YEAR:
        return partial(arrested_in_year, subgroup=subgroup, month=month)
    return partial(share_of, quantity=f"{_PREFIX}{quantity}", who=lambda h: members(subgroup, h.traits), month=month)


def _subgroup(condition: str, where: str) -> str:
    """A condition in the words of the published tables."""
    if condition == "all":
        return condition
    key, _, word = condition.partition("=")
    found = _SUBGROUPS.get(key.lower(), {}).get(word.lower())
    if found:
        return found
    published = {one for words in _SUBGROUPS.values() for one in words.values()}
    if condition not in published:
        hint = nearest(condition, ["all", *_KNOWN])
        raise InputError(f"unknown subgroup {condition!r}", where=where, hint=hint)
    return condition


def in_words_of_results(subgroup: str) -> str:
    """A subgroup of the published tables in the words of results."""
    words = {published: f"{key}={word}" for key, of_key in _SUBGROUPS.items() for word, published in of_key.items()}
    return ";".join(words.get(part, part) for part in subgroup.split(";"))


def _month(text: str, where: str) -> int:
    months = number(text, "follow_up_months", where)
    if months != int(months) or not 1 <= months <= MOST_MONTHS:
        hint = f"Whole months since release, 1 to {MOST_MONTHS}; three years are 36"
        raise InputError(f"follow_up_months: {text} is no such month", where=where, hint=hint)
    return int(months)


def _error(line: Mapping[str, str], value: float, where: str, least: float = LEAST) -> float:
    """Standard deviation of a figure: from its interval, or its n, or as unsure as figures usually are."""
    low, high, n = (line.get(name, "") for name in ("low", "high", "n"))
    if bool(low) != bool(high):
        raise InputError("low and high go together", where=where, hint="Give both, or neither")
    if low:
        ends = share(low, "low", where), share(high, "high", where)
        if ends[0] > ends[1]:
            raise InputError(f"low {low} is above high {high}", where=where, hint="Swap them")
        if not ends[0] <= value <= ends[1]:
            raise InputError(f"value {value:g} is outside low to high, {low} to {high}", where=where)
        return max((ends[1] - ends[0]) / 3.92, least)
    if n:
        people = number(n, "n", where)
        if people < 1:
            raise InputError(f"n: {n} is no number of people", where=where, hint="People counted, from 1 on")
        return max(math.sqrt(value * (1.0 - value) / people), least)
    return UNSURE


def _check_curves(targets: list[Target]) -> None:
    """No figure twice, and shares by a month never fall with the months."""
    seen: dict[tuple[str, str, int], Target] = {}
    for target in targets:
        key = target.quantity, target.subgroup, target.month
        if key in seen:
            what = f"{target.quantity} of {target.subgroup} at month {target.month} stands twice"
            raise InputError(what, where=f"{target.row_id} and {seen[key].row_id}", hint=_TWICE)
        seen[key] = target
    for key, target in seen.items():
        arrested = seen.get(("rearrest", *key[1:]))
        if target.quantity == "reconviction" and arrested and target.value > arrested.value:
            what = (
                f"more are reconvicted ({target.value:g}) than rearrested ({arrested.value:g}) by month {target.month}"
            )
            hint = "Convictions are dated at the arrest that led to them, so they cannot be more"
            raise InputError(what, where=f"{target.row_id} and {arrested.row_id}", hint=hint)
    curves: dict[tuple[str, str], list[Target]] = {}
    for target in targets:
        if target.quantity != IN_YEAR:
            curves.setdefault((target.quantity, target.subgroup), []).append(target)
    for points in curves.values():
        by_month = sorted(points, key=lambda one: one.month)
        for before, after in pairwise(by_month):
            if after.value < before.value:
                what = f"{after.quantity} falls from {before.value:g} to {after.value:g} between months {before.month} "
                hint = "Shares by a month count everybody up to then, so they never fall"
                raise InputError(f"{what}and {after.month}", where=after.row_id, hint=hint)
