"""Medication for opioid use disorder: relapse is rarer and fewer die; whether fewer are arrested is not shown."""

from __future__ import annotations

from reentrysim.agents.columns import Flags
from reentrysim.programs.contract import Capacity, Channel, Month, Multiple, Program, Trial
from reentrysim.scenario.programs import PlacesTable

NAME = "medication_treatment"


class MedicationTreatment(PlacesTable):
    """Methadone, buprenorphine or naltrexone for people who use opioids, begun in custody or after it."""


def uses_opioids(month: Month) -> Flags:
    """Who has an opioid use disorder, shape (people,)."""
    return month.traits.opioid_use_disorder


PROGRAM = Program(
    name=NAME,
    capacity=Capacity.PLACES,
    table=MedicationTreatment,
    usual={
        "setting": "both",
        "eligible": {"risk": ["low", "medium", "high"], "sex": ["female", "male"], "from_month": -3, "to_month": 6},
        "length_months": 12,
    },
    what="medication",
    bound="the ceiling on places with medication",
    needs=uses_opioids,
    effects={
        Channel.USE: Multiple(f"{NAME}.relapse_ratio"),
        Channel.TREATMENT: Multiple(f"{NAME}.treatment_entry_ratio"),
        Channel.DEATH: Multiple(f"{NAME}.death_ratio"),
    },
    trial=Trial(dollars_per_person=50_000.0, values={"participants.opioid_share": 1.0}),
)
