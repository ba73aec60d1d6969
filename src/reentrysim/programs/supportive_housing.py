"""Supportive housing: a home with services for people who have none; most of it works through homelessness."""

from __future__ import annotations

import numpy as np

from reentrysim.agents.columns import Flags
from reentrysim.agents.participants import Enrollment
from reentrysim.programs.contract import Beds, Capacity, Channel, Month, Multiple, Program, Trial
from reentrysim.scenario.programs import OutsideTable
from reentrysim.vocabulary import Home, HousingKind

NAME = "supportive_housing"


class SupportiveHousing(OutsideTable):
    """A home of one's own, as long as the program lasts, with somebody who calls; nobody is barred for using."""


def needs_a_home(month: Month) -> Flags:
    """Who is at liberty without a home, shape (people,)."""
    homeless = (month.lives.home == Home.STREET) | (month.lives.home == Home.SHELTER)
    return np.asarray(homeless & (month.free > 0.0))


def lives_elsewhere(month: Month, _enrolled: Enrollment) -> Flags:
    """Who lives elsewhere by now, shape (people,)."""
    return np.asarray(month.lives.home != Home.SUPPORTIVE)


PROGRAM = Program(
    name=NAME,
    capacity=Capacity.BEDS,
    table=SupportiveHousing,
    usual={
        "eligible": {"risk": ["medium", "high"], "sex": ["female", "male"], "from_month": 1, "to_month": 6},
        "length_months": 12,
    },
    what="supportive housing",
    bound="homes: a ceiling, or the providers",
    queue="beds",
    housing=Beds(HousingKind.SUPPORTIVE, Home.SUPPORTIVE, for_now=False),
    needs=needs_a_home,
    over=lives_elsewhere,
    effects={Channel.TREATMENT: Multiple(f"{NAME}.treatment_entry_ratio")},
    trial=Trial(
        effect="hazard_ratio",
        dollars_per_person=500_000.0,
        changes={
            f"programs.{NAME}": {"eligible": {"risk": ["low", "medium", "high"]}},
            "circumstances.beds_per_100.supportive": 200.0,
        },
    ),
)
