"""Job readiness, placement and retention: a resume and an interview, employers called, and help to keep the job."""

from __future__ import annotations

import numpy as np

from reentrysim.agents.columns import Flags
from reentrysim.programs.contract import Capacity, Channel, Gain, Month, Multiple, Program, Trial
from reentrysim.scenario.programs import PlacesTable

NAME = "job_placement"


class JobPlacement(PlacesTable):
    """A job developer who prepares people, calls employers for them, and stays in touch once they are hired."""


def looks_for_work(month: Month) -> Flags:
    """Who would work, shape (people,)."""
    return np.asarray(month.traits.looks_for_work)


PROGRAM = Program(
    name=NAME,
    capacity=Capacity.PLACES,
    table=JobPlacement,
    usual={
        "setting": "both",
        "eligible": {"risk": ["low", "medium", "high"], "sex": ["female", "male"], "from_month": -2, "to_month": 6},
        "length_months": 8,
    },
    what="job placement",
    bound="the ceiling on job placement",
    needs=looks_for_work,
    effects={
        Channel.STANDING: Gain(f"{NAME}.readiness_gain"),
        Channel.JOB_SEARCH: Multiple(f"{NAME}.placement_ratio"),
        Channel.JOB_LOSS: Gain(f"{NAME}.retention_loss_ratio", is_ratio=True),
    },
    trial=Trial(effect="hazard_ratio", dollars_per_person=50_000.0),
)
