"""Who waited how long for each program: the analysis cohort by assessed risk and sex, as notes of a run.

A month is waited when somebody stands in line at its end. Who gets a place in the month of asking has waited none, and
whoever never gets one has waited for as long as the line was open to them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from reentrysim.agents.columns import Flags, Ints, Small, rows
from reentrysim.agents.participants import Mentees
from reentrysim.model import ReentryModel
from reentrysim.setup.money import MENTORING
from reentrysim.vocabulary import NEVER, Risk

QUANTILES = {"median": 0.5, "ninth_tenth": 0.9}
"""Waits that half and nine tenths of those who stood in line do not exceed."""
WHAT = ("asked", "began", "mean", *QUANTILES, "in_line")
MAY_BE_PLACED = "may_be_placed"
"""Those in line whom a rule that asks for risk bands would place: a note beside the groups, where there is one."""


class Waits(NamedTuple):
    """How the cohort fared in one program. Shape (cohort,)."""

    asked: Flags
    """Stood in line, or would have at the end of the month had there been no place."""
    began: Flags
    months: Ints


def notes(model: ReentryModel, bands: Small) -> dict[str, float]:
    """By `key`: people who stood in line and who got a place, months waited, and people in line at a time.

    `bands`: assessed risk, shape (people,), by which subgroups of the run's other outcomes are divided too.
    """
    found, months = dict[str, float](), model.scenario.time.window_months
    for program in model.scenario.programs.used:
        waits = _of(model, program)
        for group, members in _groups(model, bands):
            found |= {key(program, group, what): value for what, value in _told(waits, members, months)}
        if (may := _may_be_placed(model, program)) is not None:
            found[key(program, MAY_BE_PLACED, "in_line")] = _in_line(waits, may, months)
    return found


def key(program: str, group: str, what: str) -> str:
    """The name of a note."""
    return f"{program}.waits.{group}.{what}"


def groups() -> list[str]:
    """Everybody, assessed risk bands, and sexes, by their names as subgroups."""
    return ["all", *(f"risk={band.name.lower()}" for band in Risk), "sex=female", "sex=male"]


def _of(model: ReentryModel, program: str) -> Waits:
    cohort = model.world.calendar.cohort
    if program == MENTORING:
        mentees: Mentees = rows(model.world.mentees, cohort)
        return Waits(mentees.first_waiting != NEVER, mentees.matches > 0, mentees.months_waited)
    enrolled = rows(model.world.enrolled[program], cohort)
    return Waits(enrolled.first_waiting != NEVER, enrolled.start_step != NEVER, enrolled.months_waited)


def _groups(model: ReentryModel, bands: Small) -> Iterator[tuple[str, Flags]]:
    cohort = model.world.calendar.cohort
    risk, female = bands[cohort], model.world.traits.female[cohort]
    members = [np.ones(len(risk), dtype=np.bool_), *(risk == band for band in Risk), female, ~female]
    yield from zip(groups(), members, strict=True)


def _told(waits: Waits, members: Flags, window_months: int) -> Iterator[tuple[str, float]]:
    """What WHAT says of some members. As many are in line at a time as a month's releases wait months in all."""
    asked = waits.asked & members
    months = waits.months[asked]
    yield "asked", float(np.count_nonzero(asked))
    yield "began", float(np.count_nonzero(asked & waits.began))
    yield "mean", float(months.mean()) if len(months) else np.nan
    for name, share in QUANTILES.items():
        yield name, float(np.quantile(months, share, method="inverted_cdf")) if len(months) else np.nan
    yield "in_line", _in_line(waits, members, window_months)


def _in_line(waits: Waits, members: Flags, window_months: int) -> float:
    return float(waits.months[members].sum() / window_months)


def _may_be_placed(model: ReentryModel, program: str) -> Flags | None:
    """Members whom a rule that asks for bands places, as the scenario's own tool first read them; None without one."""
    if program == MENTORING or (only := model.scenario.policies.matching.line_of(program).only_risk) is None:
        return None
    first = model.world.assessed.first[model.world.calendar.cohort]
    return np.isin(first, [Risk[band.upper()] for band in only])
