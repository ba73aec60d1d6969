"""Family contact: visits, calls and reconnection; the network outlasts the program, more of it for parents."""

from __future__ import annotations

import numpy as np

from reentrysim.agents.columns import Floats, Ints
from reentrysim.agents.participants import Enrollment
from reentrysim.programs.contract import Capacity, Channel, Gain, Month, Program, Trial
from reentrysim.scenario.programs import PlacesTable

NAME = "family_contact"


class FamilyContact(PlacesTable):
    """Help with visits and calls in custody, and with living together again after it."""


def ties(month: Month, enrolled: Enrollment, who: Ints) -> Floats:
    """What contact adds to where ties are drawn to, shape (len(who),): more for parents of minor children."""
    values, parents = month.values, month.traits.minor_children[who]
    gain = values[f"{NAME}.ties_gain"] + values[f"{NAME}.children_ties_gain"] * parents
    return np.asarray(gain * enrolled.dose[who])


PROGRAM = Program(
    name=NAME,
    capacity=Capacity.PLACES,
    table=FamilyContact,
    usual={
        "setting": "both",
        "eligible": {"risk": ["low", "medium", "high"], "sex": ["female", "male"], "from_month": -6, "to_month": 3},
        "length_months": 12,
    },
    what="help with family contact",
    bound="the ceiling on help with family contact",
    effects={Channel.TIES: ties, Channel.TAKEN_IN: Gain(f"{NAME}.home_log_odds")},
    trial=Trial(effect="hazard_ratio", dollars_per_person=20_000.0),
)
