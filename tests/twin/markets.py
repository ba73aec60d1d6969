"""Employers, landlords and shelters: what they have to give, whom they consider, whom they choose, what they learn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import mesa
import numpy as np

from reentrysim.agents.intake import geometric
from reentrysim.evidence import load_catalog
from reentrysim.evidence.prices import in_dollars_of
from reentrysim.vocabulary import HousingKind, Trade
from twin.draws import Draws

if TYPE_CHECKING:
    from twin.people import Person
    from twin.world import TwinModel

Values = Mapping[str, float]
PROGRAMS = ("transitional_housing", "sober_living", "supportive_housing")
"""Who pays for beds, by kind of provider."""


class Provider(mesa.Agent):
    """Somebody who has places to give: an employer, a landlord, a shelter."""

    def __init__(self, model: TwinModel, number: int, places: int, willing: float) -> None:
        super().__init__(model)
        self.number, self.places, self.willing = number, places, willing
        self.opinion = 0.0
        self.openings = 0

    def willingness(self, most: float) -> float:
        """Chance to consider somebody with a record, as learned so far."""
        return min(max(self.willing + most * self.opinion, 0.0), 1.0)

    def learn(self, lasted: int, failed: int, subject: str, expected: float) -> None:
        """Be surprised by how many hires or tenancies lasted, and forget a little."""
        values = self.model.values
        surprise = lasted * (1.0 - expected) - failed * expected
        fade = 2.0 ** (-1.0 / values[f"{subject}.opinion_half_life_months"])
        opinion = self.opinion * fade + values[f"{subject}.learning_step"] * surprise
        self.opinion = min(max(opinion, -1.0), 1.0)


class Employer(Provider):
    """Somebody who hires."""

    def __init__(self, model: TwinModel, number: int, draws: Draws) -> None:
        values, hires = model.values, model.values["work.willing_employers_share"]
        seats = 1 + int(geometric(draws("employers.seats", 0, number), values["work.seats_per_employer"] - 1.0))
        super().__init__(model, number, seats, spread(draws("employers.willing", 0, number), hires))
        self.good = draws("employers.good", 0, number) < values["work.good_job_share"]
        self.place = int(draws("employers.place", 0, number) * values["participants.place_kinds"])
        self.trade = int(draws("employers.trade", 0, number) * len(Trade))
        year = load_catalog()["work.wage_per_hour"].price_year
        usual = in_dollars_of(values["work.wage_per_hour"], year, model.scenario.time.price_year)
        self.wage = usual * (values["work.good_job_wage_ratio"] if self.good else 1.0)

    @property
    def seats(self) -> int:
        """Entry-level places."""
        return self.places


class HousingProvider(Provider):
    """A landlord, or a shelter."""

    def __init__(
        self, model: TwinModel, number: int, kind: HousingKind, places: int, willing: float, bars_use: bool
    ) -> None:
        super().__init__(model, number, places, willing)
        self.kind, self.bars_use = kind, bars_use


def spread(u: float, mean: float) -> float:
    """Evenly around the mean, as widely as 0 and 1 allow."""
    return mean + min(mean, 1.0 - mean) * (2.0 * u - 1.0)


def landlords_and_shelters(
    model: TwinModel, landlords: int, beds: int, program_beds: dict[str, int]
) -> list[HousingProvider]:
    """Landlords, shelters, houses of programs; beds go to providers of equal size, what is left over to the last."""
    values, draws = model.values, Draws(model.luck, max(landlords, beds, *program_beds.values(), 1))
    found = []
    for number in range(landlords):
        rooms = 1 + int(geometric(draws("landlords.rooms", 0, number), values["housing.rooms_per_landlord"] - 1.0))
        willing = spread(draws("landlords.willing", 0, number), 1.0 - values["housing.landlord_refusal_share"])
        found.append(HousingProvider(model, number, HousingKind.LANDLORD, rooms, willing, False))
    for kind, total, size, decision, barring in (
        (HousingKind.SHELTER, beds, "housing.beds_per_shelter", "shelters", "housing.shelters_barring_use_share"),
        *(
            (HousingKind[word.upper()], total, f"{name}.beds_per_provider", word, f"{name}.barring_use_share")
            for (word, total), name in zip(program_beds.items(), PROGRAMS, strict=True)
        ),
    ):
        each = int(values[size])
        for house, first in enumerate(range(0, total, each)):
            bars = draws(f"{decision}.bars_use", 0, house) < values[barring]
            found.append(HousingProvider(model, len(found), kind, min(each, total - first), 1.0, bars))
    return found


class Market:
    """Places of one kind that many want, in one scenario: jobs of employers, or rooms of landlords."""

    def __init__(
        self, model: TwinModel, subject: str, providers: Sequence[Provider], usual: float, tightness: float
    ) -> None:
        """`usual` is the share of places that open in a month."""
        values, world = model.values, model.scenario.circumstances
        self.model, self.subject, self.providers = model, subject, providers
        jobs = subject == "work"
        self.scarce = (world.vacancies if jobs else world.rooms) == "fixed"
        demand = world.background_demand.jobs if jobs else world.background_demand.beds
        rivals = values["work.rivals_per_opening" if jobs else "housing.rivals_per_room"]
        self.peers_share = values["work.seeking_share" if jobs else "housing.rooms_seeking_share"]
        self.openings = [provider.places * usual * (tightness * self._of_trade(provider)) for provider in providers]
        self.rivals = [provider.places * usual * rivals * demand for provider in providers]
        self.owner = [provider for provider in providers for _ in range(provider.places)]
        self.draws = Draws(model.luck, len(providers))
        self.applicants: dict[Provider, list[tuple[float, Person]]] = {}

    def _of_trade(self, provider: Provider) -> float:
        if self.subject != "work":
            return 1.0
        return getattr(self.model.scenario.circumstances.vacancies_by_trade, Trade(provider.trade).name.lower())

    def open(self, step: int) -> None:
        """This month's openings; nobody has applied."""
        self.applicants = {}
        for provider, mean in zip(self.providers, self.openings, strict=True):
            u = self.draws.of(f"{self.subject}.openings", step, provider.number)
            provider.openings = int(np.floor(mean + u))

    def ask(self, u: float) -> tuple[Provider, float]:
        """Whose place a uniform falls on, and where in it."""
        place = int(u * len(self.owner))
        return self.owner[place], u * len(self.owner) - place

    def apply(self, person: Person, provider: Provider, standing: float) -> None:
        """Somebody asks in earnest."""
        self.applicants.setdefault(provider, []).append((standing, person))

    def chosen(self, step: int) -> list[tuple[Person, Provider]]:
        """Who gets a place: each provider takes the best, participants or rivals."""
        taken = []
        for provider, applicants in self.applicants.items():
            rivals = self._rivals(provider, step)
            for ahead, (standing, person) in enumerate(sorted(applicants, key=lambda one: -one[0])):
                better = sum(rival > standing for rival in rivals)
                if better + (ahead if self.scarce else 0) < provider.openings:
                    taken.append((person, provider))
        return taken

    def _rivals(self, provider: Provider, step: int) -> list[float]:
        peers = self.model.unseen(self.scarce, step) * self.peers_share
        share = provider.places / max(len(self.owner), 1)
        mean = self.rivals[provider.number] + peers * share
        count = int(np.floor(mean + self.draws.of(f"{self.subject}.rivals", step, provider.number)))
        name = "work.rival" if self.subject == "work" else "housing.rival"
        return [self.draws.of(name, step, provider.number, number) for number in range(count)]
