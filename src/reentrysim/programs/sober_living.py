"""Sober living: a bed among people who don't use, paid for some months; who uses has to leave."""

from __future__ import annotations

import numpy as np

from reentrysim.agents.columns import Flags
from reentrysim.agents.participants import Enrollment
from reentrysim.programs import needs
from reentrysim.programs.contract import Beds, Capacity, Channel, Gain, Month, Multiple, Program, Trial
from reentrysim.scenario.programs import OutsideTable
from reentrysim.vocabulary import NEVER, Home, HousingKind

NAME = "sober_living"


class SoberLiving(OutsideTable):
    """A bed in a house whose people keep one another from using."""


def needs_a_sober_home(month: Month) -> Flags:
    """Who has a substance use disorder and no home, and doesn't use now, shape (people,)."""
    return np.asarray(needs.a_home(month) & needs.treatment_for_use(month) & ~month.lives.using)


def uses_again(month: Month, enrolled: Enrollment) -> Flags:
    """Who has relapsed in the house, shape (people,)."""
    return np.asarray(month.lives.using & (enrolled.place != NEVER))


PROGRAM = Program(
    name=NAME,
    capacity=Capacity.BEDS,
    table=SoberLiving,
    usual={
        "eligible": {"risk": ["low", "medium", "high"], "sex": ["female", "male"], "from_month": 1, "to_month": 6},
        "length_months": 6,
    },
    what="sober living",
    bound="beds: a ceiling, or the houses",
    queue="beds",
    costs="cost_per_day",
    housing=Beds(HousingKind.SOBER_LIVING, Home.SOBER_LIVING, for_now=True),
    needs=needs_a_sober_home,
    expels=uses_again,
    effects={Channel.USE: Multiple(f"{NAME}.relapse_ratio"), Channel.BELONGING: Gain(f"{NAME}.belonging_gain")},
    trial=Trial(
        effect="hazard_ratio",
        dollars_per_person=500_000.0,
        changes={"circumstances.beds_per_100.sober_living": 200.0},
    ),
)
