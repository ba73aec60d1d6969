"""Housing providers: private landlords and shelters, one row each, with places, bars, and a willingness that learns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints, Small
from reentrysim.agents.employers import spread
from reentrysim.agents.intake import geometric
from reentrysim.randomness import Luck
from reentrysim.vocabulary import HousingKind


@dataclass
class HousingProviders:
    """Landlords first, then shelters. Every array has shape (providers,)."""

    kind: Small
    places: Ints
    """Rooms of a landlord, beds of a shelter."""
    bars_use: Flags
    """Takes nobody who uses substances."""
    willing: Floats
    """Chance that it considers somebody with a record before it has learned anything; 1 for shelters."""
    opinion: Floats
    """What it has learned from tenancies so far: -1 at worst, 1 at best; shelters don't learn."""
    openings: Ints
    """Rooms free to rent this month, beds that are open to participants."""


def create_providers(
    landlords: int, shelter_beds: int, refusal_share: float, values: Mapping[str, float], luck: Luck
) -> HousingProviders:
    """`landlords` landlords and as many shelters as hold `shelter_beds` beds, each drawn by its own number."""
    rooms = 1 + geometric(luck.uniform("landlords.rooms", 0, landlords), values["housing.rooms_per_landlord"] - 1.0)
    beds = _beds(shelter_beds, int(values["housing.beds_per_shelter"]))
    bars = luck.uniform("shelters.bars_use", 0, len(beds)) < values["housing.shelters_barring_use_share"]
    willing = spread(luck.uniform("landlords.willing", 0, landlords), 1.0 - refusal_share)
    kind = np.repeat([HousingKind.LANDLORD, HousingKind.SHELTER], [landlords, len(beds)])
    return HousingProviders(
        kind=kind.astype(np.int8),
        places=np.concatenate([rooms.astype(np.int64), beds]),
        bars_use=np.concatenate([np.zeros(landlords, dtype=np.bool_), bars]),
        willing=np.concatenate([willing, np.ones(len(beds))]),
        opinion=np.zeros(len(kind)),
        openings=np.zeros(len(kind), dtype=np.int64),
    )


def _beds(total: int, each: int) -> Ints:
    """Beds of each shelter: `each`, and what is left over in the last one."""
    full, rest = divmod(total, each)
    return np.array([each] * full + [rest] * (rest > 0), dtype=np.int64)
