"""Rent help: part of a rent is paid, so that people without a job can rent, and keep what they have."""

from __future__ import annotations

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints
from reentrysim.agents.participants import Enrollment
from reentrysim.programs.contract import Capacity, Channel, Month, Multiple, Program
from reentrysim.scenario.programs import OutsideTable
from reentrysim.vocabulary import NEVER, Home

NAME = "rent_help"


class RentHelp(OutsideTable):
    """A voucher or a deposit for people who have no home of their own."""


def needs_a_room(month: Month) -> Flags:
    """Who is at liberty without a home of their own and could not pay for one without work, shape (people,)."""
    return np.asarray((month.free > 0.0) & (month.lives.home != Home.OWN) & ~month.traits.can_rent_without_work)


def pays(_month: Month, enrolled: Enrollment, who: Ints) -> Floats:
    """1 where the program pays, shape (len(who),)."""
    return np.asarray(enrolled.place[who] != NEVER, dtype=np.float64)


PROGRAM = Program(
    name=NAME,
    capacity=Capacity.PLACES,
    table=RentHelp,
    usual={
        "eligible": {"risk": ["low", "medium", "high"], "sex": ["female", "male"], "from_month": 1, "to_month": 6},
        "length_months": 6,
    },
    what="rent help",
    bound="the ceiling on rent help",
    needs=needs_a_room,
    effects={Channel.RENT: pays, Channel.HOME_LOSS: Multiple(f"{NAME}.home_loss_ratio")},
)
