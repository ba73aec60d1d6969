"""Outpatient treatment for substance use: a slot is treatment, as is that which people find for themselves."""

from __future__ import annotations

from reentrysim.programs import needs
from reentrysim.programs.contract import Capacity, Channel, Multiple, Program, Trial
from reentrysim.scenario.programs import PlacesTable

NAME = "outpatient_treatment"


class OutpatientTreatment(PlacesTable):
    """Treatment slots for people who use substances; after a therapeutic community, its aftercare."""


PROGRAM = Program(
    name=NAME,
    capacity=Capacity.PLACES,
    table=OutpatientTreatment,
    usual={
        "eligible": {"risk": ["low", "medium", "high"], "sex": ["female", "male"], "from_month": 1, "to_month": 6},
        "length_months": 6,
    },
    what="outpatient treatment",
    bound="the ceiling on treatment slots",
    needs=needs.treatment_for_use,
    is_treatment=True,
    effects={Channel.DEATH: Multiple(f"{NAME}.death_ratio")},
    trial=Trial(dollars_per_person=50_000.0),
)
