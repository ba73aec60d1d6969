"""Mentor posts: what one costs, who fills it, how tired they get, and how well they fit a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import mesa

from reentrysim.evidence import load_catalog
from reentrysim.evidence.prices import in_dollars_of
from reentrysim.scenario.scarcity import HoursByRisk
from reentrysim.vocabulary import CENTS_PER_DOLLAR, MINUTES_PER_HOUR, NEVER, Origin

if TYPE_CHECKING:
    from twin.people import Person
    from twin.world import TwinModel

_TENURES_A_POST = 1 << 20
_ALUMNI = 1 << 60
_WAGES = {
    Origin.LIVED_EXPERIENCE: "mentors.peer_wage_per_hour",
    Origin.PROFESSIONAL: "mentors.professional_wage_per_hour",
}


class Costs:
    """What posts cost in cents: dollars of their own years in those of the scenario, at the scale of the run."""

    def __init__(self, values: Mapping[str, float], price_year: int, scale: float, support: float) -> None:
        self._values, self._price_year, self._scale, self._support = values, price_year, scale, support

    def _dollars(self, name: str) -> float:
        return in_dollars_of(self._values[name], load_catalog()[name].price_year, self._price_year)

    def month_of(self, origin: Origin) -> int:
        """Support for everybody, and a wage with benefits for who is paid."""
        hours = self._values[f"mentors.{origin.name.lower()}_hours_per_month"]
        loaded = 1.0 + self._values["mentors.fringe_share"]
        wages = self._dollars(_WAGES[origin]) * hours * loaded if origin in _WAGES else 0.0
        support = self._dollars("mentors.support_cost_per_month") * self._support
        return round((wages + support) * self._scale * CENTS_PER_DOLLAR)

    def of(self, what: str) -> int:
        """Screening or training."""
        return round(self._dollars(f"mentors.{what}_cost") * self._scale * CENTS_PER_DOLLAR)


class MentorPost(mesa.Agent):
    """A post that money can open, and whoever holds it now."""

    def __init__(self, model: TwinModel, number: int, monthly_cents: Mapping[Origin, int]) -> None:
        super().__init__(model)
        self.number = number
        self.origin = self._origin()
        self.monthly_cents = monthly_cents[self.origin]
        self.hours_per_month = model.values[f"mentors.{self.origin.name.lower()}_hours_per_month"]
        self.leave_monthly_risk = model.values[f"mentors.{self.origin.name.lower()}_leave_monthly_risk"]
        self.tenure = NEVER
        self.ready_step = NEVER
        self.female = False
        self.age = 0.0
        self.culture = self.interest = self.style = self.place = 0
        self.strain = 0.0
        self.alumnus = NEVER
        self.mentees: list[Person] = []
        self.hours_wanted = 0.0

    def _origin(self) -> Origin:
        shares = self.model.scenario.programs.mentoring.staff.origin
        u = self.model.post_draws("mentors.origin", 0, self.number)
        volunteer = float(shares.volunteer)
        if u < volunteer:
            return Origin.VOLUNTEER
        return Origin.LIVED_EXPERIENCE if u < volunteer + shares.lived_experience else Origin.PROFESSIONAL

    @property
    def filled(self) -> bool:
        """In training or at work."""
        return self.ready_step != NEVER

    @property
    def identity(self) -> int:
        """A number of its own for everybody who ever holds the post."""
        return self.number * _TENURES_A_POST + self.tenure if self.alumnus == NEVER else _ALUMNI + self.alumnus

    def active(self, step: int) -> bool:
        """Trained, and able to meet people."""
        return self.filled and self.ready_step <= step

    def free_seats(self, step: int, most: int) -> int:
        """How many more people the mentor takes."""
        return max(most - len(self.mentees), 0) if self.active(step) else 0

    def screen(self) -> bool:
        """A candidate comes, and passes or not."""
        self.tenure += 1
        return self._drawn("screening") < self.model.values["mentors.screening_pass_share"]

    def fails_training(self, step: int) -> bool:
        """At the end of it."""
        return self.ready_step == step and self._drawn("training") >= self.model.values["mentors.training_pass_share"]

    def recruit(self, ready_step: int) -> None:
        """Who passed begins, fresh."""
        values = self.model.values
        self.ready_step = ready_step
        self.strain = 0.0
        self.alumnus = NEVER
        self.female = self._drawn("female") < values["mentors.female_share"]
        youngest, oldest = values["mentors.youngest_age"], values["mentors.oldest_age"]
        self.age = youngest + (oldest - youngest) * self._drawn("age")
        self.culture = int(self._drawn("culture") * values["participants.culture_kinds"])
        self.interest = int(self._drawn("interest") * values["participants.interest_kinds"])
        self.style = int(self._drawn("style") * values["participants.style_kinds"])
        self.place = int(self._drawn("place") * values["participants.place_kinds"])

    def become(self, person: Person) -> None:
        """The candidate is somebody who was mentored."""
        self.alumnus, traits = person.number, person.traits
        person.mentors_others = True
        self.female, self.age = traits.female, traits.age
        self.culture, self.interest = traits.culture, traits.interest
        self.style, self.place = traits.style, traits.place

    def stops_mentoring(self, step: int) -> bool:
        """A former participant in trouble, or too long out."""
        if not self.filled or self.alumnus == NEVER:
            return False
        person = self.model.people[self.alumnus]
        return not (person.does_well() and self.model._watches(person, step))

    def _drawn(self, trait: str) -> float:
        return self.model.post_draws.of(f"mentors.{trait}", self.tenure, self.number)

    def minutes_left(self, multiple: float) -> int:
        """Of so many times the hours of a month."""
        have = int(int(self.hours_per_month * MINUTES_PER_HOUR) * multiple)
        return have - sum(person.minutes_kept() for person in self.mentees)

    def share_delivered(self) -> float:
        """How much of what people want there are hours for."""
        return min(self.hours_per_month, self.hours_wanted) / self.hours_wanted if self.hours_wanted > 0.0 else 0.0

    def tire(self) -> None:
        """Strain moves towards the month's overload; an empty post rests."""
        overload = min(max(self.hours_wanted / self.hours_per_month - 1.0, 0.0), 1.0)
        self.strain += (overload - self.strain) * self.model.values["mentors.strain_speed"]

    def leavers(self, step: int) -> int:
        """How many of the post's volunteers leave; tired ones sooner, well supported ones later."""
        if not self.active(step):
            return 0
        values, support = self.model.values, self.model.scenario.programs.mentoring.staff.support_share
        supported = support ** -values["mentors.support_leave_elasticity"]
        raised = 1.0 + values["mentors.strain_leave_multiple"] * self.strain
        risk = min(self.leave_monthly_risk * raised * supported, 1.0)
        draws = [self.model.post_draws.of("mentors.leave", step, self.number, k) for k in range(self.model.volunteers)]
        return sum(u < risk for u in draws)

    def fall_vacant(self, first_step_without: int) -> None:
        """The mentor is gone; the people may queue again after a while."""
        self.ready_step = self.alumnus = NEVER
        for person in list(self.mentees):
            person.lose_mentor(first_step_without)


def minutes_of(hours: HoursByRisk, risk: int) -> int:
    """Kept for one person."""
    return max(round((hours.low, hours.medium, hours.high)[risk] * MINUTES_PER_HOUR), 1)


def fit(person: Person, post: MentorPost, weights: Mapping[str, float], widest_age_gap: float) -> float:
    """How well two people fit, 0 to 1: the weighted share of likenesses."""
    traits = person.traits
    likeness = {
        "sex": traits.female == post.female,
        "lived_experience": post.origin == Origin.LIVED_EXPERIENCE,
        "culture": traits.culture == post.culture,
        "interests": traits.interest == post.interest,
        "style": traits.style == post.style,
        "age": max(1.0 - abs(traits.age - post.age) / widest_age_gap, 0.0),
        "place": traits.place == post.place,
    }
    total = score = 0.0
    for trait, alike in likeness.items():
        total += weights[trait]
        score += weights[trait] * alike
    return score / total if total > 0.0 else score
