"""Cognitive-behavioral groups: sessions on how one thinks and acts; routine delivery does less than small trials."""

from __future__ import annotations

import numpy as np

from reentrysim.agents.columns import Floats, Ints
from reentrysim.programs.contract import Capacity, Month, Program, Trial
from reentrysim.scenario.programs import SessionsTable

NAME = "cognitive_behavioral_groups"


class CognitiveBehavioralGroups(SessionsTable):
    """Groups that train how to think and act otherwise, in custody, after it, or through the gate."""


def dose_of_sessions(month: Month, held: Ints, _load: Ints) -> Floats:
    """Dose of a month's sessions, 1 at most, shape (len(held),)."""
    return np.full(len(held), min(month.table(NAME).share_of_usual, 1.0))


PROGRAM = Program(
    name=NAME,
    capacity=Capacity.PLACES,
    table=CognitiveBehavioralGroups,
    usual={
        "setting": "both",
        "eligible": {"risk": ["medium", "high"], "sex": ["female", "male"], "from_month": -4, "to_month": 3},
        "length_months": 3,
    },
    what="cognitive-behavioral groups",
    bound="the ceiling on cognitive-behavioral groups",
    dose=dose_of_sessions,
    trial=Trial(
        dollars_per_person=20_000.0, changes={f"programs.{NAME}": {"eligible": {"risk": ["low", "medium", "high"]}}}
    ),
)
