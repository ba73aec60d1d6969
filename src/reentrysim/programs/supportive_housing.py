"""Supportive housing: a home with services for people who have none."""

from __future__ import annotations

from reentrysim.programs import needs
from reentrysim.programs.contract import Beds, Capacity, Channel, Multiple, Program, Trial
from reentrysim.scenario.programs import OutsideTable
from reentrysim.vocabulary import Home, HousingKind

NAME = "supportive_housing"


class SupportiveHousing(OutsideTable):
    """A home of one's own, as long as the program lasts, with somebody who calls; nobody is barred for using."""


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
    needs=needs.a_home,
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
