"""Women's services: gender-responsive groups and care; they act through women's needs, and without fidelity not."""

from __future__ import annotations

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints
from reentrysim.agents.participants import Enrollment
from reentrysim.programs.contract import Capacity, Channel, Month, Program, Trial
from reentrysim.scenario.programs import PlacesTable

NAME = "womens_services"


class WomensServices(PlacesTable):
    """Groups and care for women, built on trauma, mental health, and children."""


def is_a_woman(month: Month) -> Flags:
    """Women, shape (people,)."""
    return month.traits.female


def belonging(month: Month, enrolled: Enrollment, who: Ints) -> Floats:
    """What it adds to where self-efficacy and ties are drawn to, shape (len(who),), by trauma and mental illness."""
    traits = month.traits
    needs = traits.trauma[who].astype(np.float64) + traits.mental_illness[who]
    return np.asarray(month.values[f"{NAME}.belonging_gain"] * needs * enrolled.dose[who])


def ties(month: Month, enrolled: Enrollment, who: Ints) -> Floats:
    """What it adds to the ties of mothers of minor children, shape (len(who),)."""
    return np.asarray(
        month.values[f"{NAME}.children_ties_gain"] * month.traits.minor_children[who] * enrolled.dose[who]
    )


def relapse(month: Month, enrolled: Enrollment, who: Ints) -> Floats:
    """Relapse of women with a history of abuse in units of that without it, shape (len(who),)."""
    counts = enrolled.dose[who] * month.traits.trauma[who]
    return np.asarray(np.exp(np.log(month.values[f"{NAME}.relapse_ratio"]) * counts))


PROGRAM = Program(
    name=NAME,
    capacity=Capacity.PLACES,
    table=WomensServices,
    usual={
        "setting": "both",
        "eligible": {"risk": ["low", "medium", "high"], "sex": ["female"], "from_month": -4, "to_month": 6},
        "length_months": 6,
    },
    what="women's services",
    bound="the ceiling on women's services",
    needs=is_a_woman,
    effects={Channel.BELONGING: belonging, Channel.TIES: ties, Channel.USE: relapse},
    trial=Trial(dollars_per_person=50_000.0, margins="women.csv"),
)
