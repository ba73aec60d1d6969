"""Transitional housing: a bed for some months. Who is at low risk is harmed by it more than others."""

from __future__ import annotations

import numpy as np

from reentrysim.agents.columns import Floats, Ints
from reentrysim.agents.participants import Enrollment
from reentrysim.programs import needs
from reentrysim.programs.contract import Beds, Capacity, Channel, Month, Program, Trial
from reentrysim.scenario.programs import OutsideTable
from reentrysim.vocabulary import Home, HousingKind, Risk

NAME = "transitional_housing"


class TransitionalHousing(OutsideTable):
    """A bed for some months for people who have no home, while they look for one."""


def harm_at_low_risk(month: Month, enrolled: Enrollment, who: Ints) -> Floats:
    """What the dose adds to the log hazard of arrest of people `who` (rows) at low assessed risk."""
    ratio = month.values[f"{NAME}.low_risk_hazard_ratio"]
    return np.asarray(np.log(ratio) * enrolled.dose[who] * (month.plain_risk[who] == Risk.LOW))


PROGRAM = Program(
    name=NAME,
    capacity=Capacity.BEDS,
    table=TransitionalHousing,
    usual={
        "eligible": {"risk": ["medium", "high"], "sex": ["female", "male"], "from_month": 1, "to_month": 6},
        "length_months": 6,
    },
    what="transitional housing",
    bound="beds: a ceiling, the providers, or those who bar who uses substances",
    queue="beds",
    costs="cost_per_day",
    housing=Beds(HousingKind.TRANSITIONAL, Home.TRANSITIONAL, for_now=True),
    needs=needs.a_home,
    effects={Channel.ARREST: harm_at_low_risk},
    trial=Trial(
        dollars_per_person=500_000.0,
        changes={
            "programs.transitional_housing": {"eligible": {"risk": ["low", "medium", "high"]}},
            "circumstances.beds_per_100.transitional": 200.0,
        },
    ),
)
