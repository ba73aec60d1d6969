"""A made-up program, which the package knows nothing of: a theater group that meets in prison and after it."""

from __future__ import annotations

from typing import Literal

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints
from reentrysim.agents.participants import Enrollment
from reentrysim.programs.contract import Capacity, Channel, Mediator, Month, Program, Trial
from reentrysim.scenario.programs import PlacesTable
from reentrysim.vocabulary import NEVER

NAME = "theater_group"


class TheaterGroup(PlacesTable):
    """Rehearsals and a play, with people who are inside and people who are out."""

    delivery: Literal["in_person", "video"] = "in_person"
    """Whether the group meets in a room or on a screen."""

    @property
    def mode(self) -> str:
        """How it reaches people."""
        return self.delivery


def likes_company(month: Month) -> Flags:
    """Everybody but those with a mental illness, shape (people,)."""
    return ~month.traits.mental_illness


def confidence(month: Month, enrolled: Enrollment, before: Floats) -> Floats:
    """Confidence after the month: some evenings applause makes it jump, without the group it wears off."""
    on_stage = np.flatnonzero(enrolled.place != NEVER)
    applause = month.month_luck.of(f"{NAME}.applause", on_stage) < month.values[f"{NAME}.applause_chance"]
    after = before * (1.0 - month.values[f"{NAME}.wears_off"])
    after[on_stage[applause]] = 1.0
    return after


def belonging(month: Month, _enrolled: Enrollment, who: Ints) -> Floats:
    """What confidence adds to where self-efficacy and ties are drawn to."""
    return np.asarray(month.values[f"{NAME}.belonging_gain"] * month.own[NAME]["confidence"][who])


def rehearsals_cost_time(month: Month, enrolled: Enrollment, who: Ints) -> Floats:
    """Employers asked in units of those asked without the group."""
    return np.where(enrolled.place[who] != NEVER, month.values[f"{NAME}.lock_in_ratio"], 1.0)


PROGRAM = Program(
    name=NAME,
    capacity=Capacity.PLACES,
    table=TheaterGroup,
    usual={
        "setting": "both",
        "eligible": {"risk": ["low", "medium", "high"], "sex": ["female", "male"], "from_month": -4, "to_month": 2},
        "length_months": 8,
    },
    what="the theater group",
    bound="the ceiling on the theater group",
    needs=likes_company,
    mediators={"confidence": Mediator(0.0, confidence)},
    effects={Channel.BELONGING: belonging, Channel.JOB_SEARCH: rehearsals_cost_time},
    trial=Trial(dollars_per_person=20_000.0),
)
