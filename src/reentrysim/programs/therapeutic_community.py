"""Therapeutic communities in prison for people who use substances: what is left outside, aftercare decides."""

from __future__ import annotations

import numpy as np

from reentrysim.agents.columns import Floats, Ints
from reentrysim.agents.participants import Enrollment
from reentrysim.programs import needs
from reentrysim.programs.contract import Capacity, Channel, Month, Multiple, Program, Trial
from reentrysim.scenario.programs import Places, ProgramTable, Setting

NAME = "therapeutic_community"


class TherapeuticCommunity(ProgramTable):
    """A unit of its own in prison where people who use substances live and work on it together."""

    places: Places = None
    """Most places at a time, whatever the money; without it, as many as the money buys."""

    @property
    def where(self) -> Setting:
        """Where people take part."""
        return "custody"


def relapse(month: Month, enrolled: Enrollment, who: Ints) -> Floats:
    """Relapse in units of that without it, shape (len(who),): outside without treatment little of it is left."""
    share = np.where(month.treated[who], 1.0, month.values[f"{NAME}.share_without_aftercare"])
    return np.asarray(np.exp(np.log(month.values[f"{NAME}.relapse_ratio"]) * (enrolled.dose[who] * share)))


PROGRAM = Program(
    name=NAME,
    capacity=Capacity.PLACES,
    table=TherapeuticCommunity,
    usual={
        "eligible": {"risk": ["medium", "high"], "sex": ["female", "male"], "from_month": -6, "to_month": -1},
        "length_months": 6,
    },
    what="the therapeutic community",
    bound="the ceiling on the therapeutic community",
    needs=needs.treatment_for_use,
    effects={Channel.USE: relapse, Channel.TREATMENT: Multiple(f"{NAME}.treatment_entry_ratio")},
    trial=Trial(
        dollars_per_person=50_000.0,
        changes={
            "time.lead_months": 12,
            f"programs.{NAME}": {
                "eligible": {"risk": ["low", "medium", "high"], "from_month": -12},
                "length_months": 9,
            },
        },
    ),
)
