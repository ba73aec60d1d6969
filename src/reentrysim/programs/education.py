"""Education in prison: basic, secondary or postsecondary; it works through work, and beyond it."""

from __future__ import annotations

from typing import Literal

from reentrysim.programs.contract import Capacity, Channel, Gain, Program, Trial
from reentrysim.scenario.programs import IN_PERSON, Places, ProgramTable, Setting

NAME = "education"


class Education(ProgramTable):
    """Classes in prison."""

    level: Literal["basic", "secondary", "postsecondary"] = "secondary"
    """What is taught; to postsecondary education come only those who have finished school."""
    places: Places = None
    """Most places at a time, whatever the money; without it, as many as the money buys."""

    @property
    def where(self) -> Setting:
        """Where people take part."""
        return "custody"

    @property
    def mode(self) -> str:
        """Whom it can reach, and at what cost."""
        return IN_PERSON if self.level == "secondary" else self.level


PROGRAM = Program(
    name=NAME,
    capacity=Capacity.PLACES,
    table=Education,
    usual={
        "eligible": {
            "risk": ["low", "medium", "high"],
            "sex": ["female", "male"],
            "from_month": -6,
            "to_month": -1,
        },
        "length_months": 6,
    },
    what="education",
    bound="the ceiling on education",
    effects={Channel.STANDING: Gain(f"{NAME}.standing_gain")},
    trial=Trial(
        dollars_per_person=50_000.0,
        changes={
            "time.lead_months": 12,
            f"programs.{NAME}": {"eligible": {"from_month": -12}, "length_months": 12},
        },
    ),
)
