"""Workshops on anger, life skills and money: nothing admissible says that they move reoffending by themselves."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from reentrysim.agents.columns import Floats, Ints
from reentrysim.agents.participants import Enrollment
from reentrysim.programs.contract import Capacity, Channel, Month, Program
from reentrysim.scenario.programs import SessionsTable

NAME = "workshops"
Topics = Annotated[
    tuple[Literal["anger_management", "life_skills", "financial_literacy"], ...], Field(min_length=1, strict=False)
]


class Workshops(SessionsTable):
    """Groups on anger management, life skills or financial literacy."""

    topics: Topics = ("life_skills",)
    """What they are about; each topic has sessions of its own."""

    @property
    def cost_multiple(self) -> float:
        """By sessions and topics."""
        return self.share_of_usual * len(set(self.topics))


def dose_of_sessions(month: Month, held: Ints, _load: Ints) -> Floats:
    """Dose of a month's sessions, 1 at most, shape (len(held),)."""
    return np.full(len(held), min(month.table(NAME).share_of_usual, 1.0))


def loss(month: Month, enrolled: Enrollment, who: Ints) -> Floats:
    """What anger management adds to the log hazard of losing a job, shape (len(who),)."""
    return np.asarray(
        np.log(month.values[f"{NAME}.job_loss_ratio"]) * _learned(month, enrolled, who, "anger_management")
    )


def belonging(month: Month, enrolled: Enrollment, who: Ints) -> Floats:
    """What life skills add to where self-efficacy and ties are drawn to, shape (len(who),)."""
    return np.asarray(month.values[f"{NAME}.belonging_gain"] * _learned(month, enrolled, who, "life_skills"))


def home_loss(month: Month, enrolled: Enrollment, who: Ints) -> Floats:
    """Risk that a home ends for who can keep a budget, in units of that of others, shape (len(who),)."""
    learned = _learned(month, enrolled, who, "financial_literacy")
    return np.asarray(np.exp(np.log(month.values[f"{NAME}.home_loss_ratio"]) * learned))


def _learned(month: Month, enrolled: Enrollment, who: Ints, topic: str) -> Floats:
    return enrolled.dose[who] * float(topic in month.table(NAME).topics)


PROGRAM = Program(
    name=NAME,
    capacity=Capacity.PLACES,
    table=Workshops,
    usual={
        "setting": "both",
        "eligible": {"risk": ["low", "medium", "high"], "sex": ["female", "male"], "from_month": -4, "to_month": 3},
        "length_months": 3,
    },
    what="workshops",
    bound="the ceiling on workshops",
    dose=dose_of_sessions,
    effects={Channel.JOB_LOSS: loss, Channel.BELONGING: belonging, Channel.HOME_LOSS: home_loss},
)
