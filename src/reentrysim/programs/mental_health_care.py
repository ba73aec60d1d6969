"""Mental health and trauma care: a slot with a clinician, for people with a mental illness or a history of abuse."""

from __future__ import annotations

import numpy as np

from reentrysim.agents.columns import Flags
from reentrysim.programs.contract import Capacity, Channel, Gain, Month, Multiple, Program, Trial
from reentrysim.scenario.programs import PlacesTable

NAME = "mental_health_care"


class MentalHealthCare(PlacesTable):
    """Slots with clinicians for people with a mental illness or a history of abuse."""


def needs_care(month: Month) -> Flags:
    """Who has a mental illness or a history of abuse, shape (people,)."""
    return np.asarray(month.traits.mental_illness | month.traits.trauma)


PROGRAM = Program(
    name=NAME,
    capacity=Capacity.PLACES,
    table=MentalHealthCare,
    usual={
        "setting": "both",
        "eligible": {"risk": ["low", "medium", "high"], "sex": ["female", "male"], "from_month": -3, "to_month": 6},
        "length_months": 12,
    },
    what="mental health care",
    bound="the ceiling on mental health care",
    needs=needs_care,
    effects={
        Channel.BELONGING: Gain(f"{NAME}.belonging_gain"),
        Channel.USE: Multiple(f"{NAME}.relapse_ratio"),
        Channel.TREATMENT: Multiple(f"{NAME}.treatment_entry_ratio"),
    },
    trial=Trial(dollars_per_person=50_000.0),
)
