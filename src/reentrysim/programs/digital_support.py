"""Digital support: an app and online groups reach many at little cost, and do less; some have no way in."""

from __future__ import annotations

from reentrysim.programs.contract import Capacity, Channel, Gain, Multiple, Program, Trial
from reentrysim.scenario.programs import OutsideTable

NAME = "digital_support"


class DigitalSupport(OutsideTable):
    """An app with messages, online groups and referrals."""

    @property
    def mode(self) -> str:
        """Who has no phone, no plan or no practice is not reached."""
        return "online"


PROGRAM = Program(
    name=NAME,
    capacity=Capacity.PLACES,
    table=DigitalSupport,
    usual={
        "eligible": {"risk": ["low", "medium", "high"], "sex": ["female", "male"], "from_month": 1, "to_month": 6},
        "length_months": 12,
    },
    what="digital support",
    bound="the ceiling on digital support",
    effects={
        Channel.BELONGING: Gain(f"{NAME}.belonging_gain"),
        Channel.TREATMENT: Multiple(f"{NAME}.treatment_entry_ratio"),
    },
    trial=Trial(effect="hazard_ratio", dollars_per_person=20_000.0),
)
