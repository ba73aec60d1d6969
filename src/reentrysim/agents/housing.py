"""Housing providers: landlords, shelters and beds of programs, with places, bars, and a willingness that learns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints, Small
from reentrysim.agents.employers import spread
from reentrysim.agents.intake import geometric
from reentrysim.randomness import Luck
from reentrysim.vocabulary import HousingKind

PROGRAMS = {
    HousingKind.TRANSITIONAL: "transitional_housing",
    HousingKind.SOBER_LIVING: "sober_living",
    HousingKind.SUPPORTIVE: "supportive_housing",
}
"""Whose money pays for the beds of a kind of provider."""


@dataclass
class HousingProviders:
    """Landlords first, then shelters, then those of programs by kind. Every array has shape (providers,)."""

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
    """Rooms free to rent this month, shelter beds that are open to participants, program beds that are paid."""

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
    program_beds: Mapping[HousingKind, int] | None = None,
) -> HousingProviders:
    """`landlords` landlords and as many of the others as hold their beds, each drawn by its own number."""
    rooms = 1 + geometric(luck.uniform("landlords.rooms", 0, landlords), values["housing.rooms_per_landlord"] - 1.0)
    beds = _beds(shelter_beds, int(values["housing.beds_per_shelter"]))
    bars = luck.uniform("shelters.bars_use", 0, len(beds)) < values["housing.shelters_barring_use_share"]
    willing = spread(luck.uniform("landlords.willing", 0, landlords), 1.0 - refusal_share)
    of_programs = [(kind, *_of_program(kind, total, values, luck)) for kind, total in (program_beds or {}).items()]
    kind = np.repeat(
        [HousingKind.LANDLORD, HousingKind.SHELTER, *(kind for kind, _, _ in of_programs)],
        [landlords, len(beds), *(len(each) for _, each, _ in of_programs)],
    )
    return HousingProviders(
        kind=kind.astype(np.int8),
        places=np.concatenate([rooms.astype(np.int64), beds, *(each for _, each, _ in of_programs)]),
        bars_use=np.concatenate(
            [np.zeros(landlords, dtype=np.bool_), bars, *(barring for _, _, barring in of_programs)]
        ),
        willing=np.concatenate([willing, np.ones(len(kind) - landlords)]),
        opinion=np.zeros(len(kind)),
        openings=np.zeros(len(kind), dtype=np.int64),
    )


def _of_program(kind: HousingKind, total: int, values: Mapping[str, float], luck: Luck) -> tuple[Ints, Flags]:
    """Beds of each provider that a program pays, and which of them take nobody who uses substances."""
    program, word = PROGRAMS[kind], kind.name.lower()
    each = _beds(total, int(values[f"{program}.beds_per_provider"]))
    u = luck.uniform(f"{word}.bars_use", 0, len(each))
    return each, np.asarray(u < values[f"{program}.barring_use_share"])


def _beds(total: int, each: int) -> Ints:
    """Beds of each provider: `each`, and what is left over in the last one."""
    full, rest = divmod(total, each)
    return np.array([each] * full + [rest] * (rest > 0), dtype=np.int64)
