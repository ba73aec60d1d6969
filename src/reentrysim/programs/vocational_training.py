"""Vocational and soft-skills training: a trade counts where employers of that trade hire, soft skills everywhere."""

from __future__ import annotations

from typing import Literal

import numpy as np

from reentrysim.agents.columns import Floats, Ints, Small
from reentrysim.agents.participants import Enrollment
from reentrysim.programs.contract import Capacity, Channel, Gain, Month, Program, Trial
from reentrysim.scenario.fields import TradeName
from reentrysim.scenario.programs import PlacesTable
from reentrysim.vocabulary import Trade

NAME = "vocational_training"


class VocationalTraining(PlacesTable):
    """A trade, and how to communicate and work in a team."""

    trade: TradeName = "carpentry"
    """What is taught."""
    delivery: Literal["in_person", "simulation"] = "in_person"
    """In a workshop, or in virtual reality, of which nothing is published: all of its numbers are assumptions."""

    @property
    def mode(self) -> str:
        """How it reaches people."""
        return self.delivery


def trade_skill(month: Month, enrolled: Enrollment, who: Ints, trade: Small) -> Floats:
    """What the trade adds to the standing of people `who` (rows) with employers of the trades asked.

    Nothing for those whose trade it is already.
    """
    taught = Trade[month.table(NAME).trade.upper()]
    counts = (trade == taught) & (month.traits.trade[who] != taught)
    return np.asarray(month.values[f"{NAME}.trade_gain"] * enrolled.dose[who] * counts)


PROGRAM = Program(
    name=NAME,
    capacity=Capacity.PLACES,
    table=VocationalTraining,
    usual={
        "setting": "both",
        "eligible": {"risk": ["low", "medium", "high"], "sex": ["female", "male"], "from_month": -6, "to_month": 3},
        "length_months": 6,
    },
    what="vocational training",
    bound="the ceiling on vocational training",
    effects={Channel.STANDING: Gain(f"{NAME}.standing_gain")},
    trade_skill=trade_skill,
    trial=Trial(dollars_per_person=50_000.0),
)
