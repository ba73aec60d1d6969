"""Peer support: groups and talks with people who have been there; it brings people to services and to one another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from reentrysim.agents.columns import Floats, Ints
from reentrysim.programs.contract import Capacity, Channel, Gain, Month, Multiple, Program, Trial
from reentrysim.scenario.programs import StaffTable

NAME = "peer_support"


class PeerSupport(StaffTable):
    """Paid peers who lead groups or see people one by one, in custody, after it, or on a screen."""

    format: Literal["group", "one_to_one"] = "group"
    """Whether a peer's hours are shared by groups or by single people."""
    delivery: Literal["in_person", "virtual"] = "in_person"
    """Whether people meet in a room or on a screen."""

    @property
    def mode(self) -> str:
        """How it reaches people."""
        return self.delivery


def worker_hours(values: Mapping[str, float], table: Any) -> float:
    """Hours for people that a peer has in a month; in a group each hour counts for everybody in it."""
    together = values[f"{NAME}.group_size"] if table.format == "group" else 1.0
    return values[f"{NAME}.hours_per_month"] * together


def dose_of_hours(month: Month, _held: Ints, load: Ints | Floats) -> Floats:
    """Dose that each of a peer's people gets at a load of people, 1 at most, of the shape of `load`."""
    hours = worker_hours(month.values, month.table(NAME)) / np.maximum(load, 1)
    return np.minimum(hours / month.values[f"{NAME}.full_dose_hours_per_month"], 1.0)


PROGRAM = Program(
    name=NAME,
    capacity=Capacity.WORKERS,
    table=PeerSupport,
    usual={
        "eligible": {"risk": ["low", "medium", "high"], "sex": ["female", "male"], "from_month": -3, "to_month": 6},
        "length_months": 9,
        "hire_lag_months": 1,
        "train_lag_months": 1,
    },
    what="peer support",
    bound="peers, and the time to find them",
    usual_caseload=40,
    dose=dose_of_hours,
    worker_hours=worker_hours,
    effects={
        Channel.BELONGING: Gain(f"{NAME}.belonging_gain"),
        Channel.TREATMENT: Multiple(f"{NAME}.treatment_entry_ratio"),
    },
    trial=Trial(
        effect="hazard_ratio",
        dollars_per_person=50_000.0,
        changes={f"programs.{NAME}": {"hire_lag_months": 0, "train_lag_months": 0}},
    ),
)
