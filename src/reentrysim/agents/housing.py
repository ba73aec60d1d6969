"""Housing providers: landlords, shelters and transitional housing, with places, bars, and a willingness that learns."""

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
    """Landlords first, then shelters, then transitional housing. Every array has shape (providers,)."""

    kind: Small
    places: Ints
    """Rooms of a landlord, beds of the others."""
    bars_use: Flags
    """Takes nobody who uses substances."""
    willing: Floats
    """Chance that it considers somebody with a record before it has learned anything; 1 for the others."""
    opinion: Floats
    """What it has learned from tenancies so far: -1 at worst, 1 at best; only landlords learn."""
    openings: Ints
    """Rooms free to rent this month, shelter beds that are open to participants, transitional beds that are paid."""

    def rows_of(self, kind: HousingKind) -> slice:
        """The rows of one kind."""
        first, stop = np.searchsorted(self.kind, [kind, kind + 1])
        return slice(int(first), int(stop))


def create_providers(
    landlords: int,
    shelter_beds: int,
    refusal_share: float,
    values: Mapping[str, float],
    luck: Luck,
    transitional_beds: int = 0,
) -> HousingProviders:
    """`landlords` landlords and as many of the others as hold their beds, each drawn by its own number."""
    rooms = 1 + geometric(luck.uniform("landlords.rooms", 0, landlords), values["housing.rooms_per_landlord"] - 1.0)
    beds = _beds(shelter_beds, int(values["housing.beds_per_shelter"]))
    bars = luck.uniform("shelters.bars_use", 0, len(beds)) < values["housing.shelters_barring_use_share"]
    program_beds = _beds(transitional_beds, int(values["transitional_housing.beds_per_provider"]))
    sober = luck.uniform("transitional.bars_use", 0, len(program_beds))
    sober_only = sober < values["transitional_housing.barring_use_share"]
    willing = spread(luck.uniform("landlords.willing", 0, landlords), 1.0 - refusal_share)
    kind = np.repeat(list(HousingKind), [landlords, len(beds), len(program_beds)])
    return HousingProviders(
        kind=kind.astype(np.int8),
        places=np.concatenate([rooms.astype(np.int64), beds, program_beds]),
        bars_use=np.concatenate([np.zeros(landlords, dtype=np.bool_), bars, sober_only]),
        willing=np.concatenate([willing, np.ones(len(kind) - landlords)]),
        opinion=np.zeros(len(kind)),
        openings=np.zeros(len(kind), dtype=np.int64),
    )


def _beds(total: int, each: int) -> Ints:
    """Beds of each provider: `each`, and what is left over in the last one."""
    full, rest = divmod(total, each)
    return np.array([each] * full + [rest] * (rest > 0), dtype=np.int64)
