"""Pay-for-success: an evaluator who goes through the files one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import fsum
from typing import TYPE_CHECKING, Any

import numpy as np

from reentrysim.vocabulary import NEVER, Route

if TYPE_CHECKING:
    from twin.money import Source
    from twin.people import Person
    from twin.world import TwinModel

MENTORING = "mentoring"


class Evaluator:
    """Of the contract of one source."""

    def __init__(self, model: TwinModel, source: Source) -> None:
        self.model, self.source, self.terms = model, source, source.terms.pays_if
        time, terms = model.scenario.time, self.terms
        before = time.lead_months if time.intake == "cohort" else time.warmup_months
        self.from_step = terms.first_release_step or before + 1
        self.to_step = terms.last_release_step or before + time.window_months
        self.programs = terms.programs or source.terms.earmark or model.scenario.programs.used

    @property
    def due(self) -> int:
        """The step after the last month that counts and the months until reports are in."""
        return self.to_step + self.terms.month - 1 + self.terms.report_lag_months + 1

    def judge(self) -> tuple[Any, ...]:
        """People, their rate, those they are compared with, the rate expected, people left out, and cents earned."""
        cohort_slice = self.model.calendar.cohort
        released = [
            person
            for person in self.model.people[cohort_slice]
            if self.from_step <= person.traits.release_step <= self.to_step
        ]
        cohort = [person for person in released if self._counts(person)]
        others = [person for person in released if self._is_compared(person)]
        alike = Counter(self._kind(person) for person in others)
        leaves_out = self.terms.evaluator == "matched_group"
        matched = [person for person in cohort if not leaves_out or alike[self._kind(person)]]
        kinds = {self._kind(person) for person in matched}
        compared = [person for person in others if self._kind(person) in kinds]
        rate = self._rate(matched)
        expected = self._expected(matched, compared)
        cents = self._cents(matched, compared, rate, expected)
        return len(matched), rate, len(compared), expected, len(cohort) - len(matched), cents

    def _counts(self, person: Person) -> bool:
        return any(self._how_far(person, program) >= self._wanted_of_cohort() for program in self.programs)

    def _wanted_of_cohort(self) -> int:
        return ["eligible", "offered", "served"].index(self.terms.cohort) + 1

    @staticmethod
    def _how_far(person: Person, program: str) -> int:
        """0 never in line, 1 in line, 2 offered, 3 served."""
        if program == MENTORING:
            standing, began = person, person.match_step
        else:
            standing = person.standings[program]
            began = standing.start_step
        steps = [standing.first_waiting, standing.offered_step, began]
        return max((place for place, step in enumerate(steps, start=1) if step != NEVER), default=0)

    def _is_compared(self, person: Person) -> bool:
        if self.terms.evaluator == "waiting_list":
            return {1} == {self._how_far(person, program) for program in self.programs} - {0}
        if self.terms.evaluator == "matched_group":
            every = self.model.scenario.programs.used
            return all(self._how_far(person, program) < 3 for program in every) and not self._counts(person)
        return False

    def _kind(self, person: Person) -> tuple[int, ...]:
        """People of the same kind are compared with one another."""
        if self.terms.evaluator != "matched_group":
            return ()
        older = sum(person.traits.age >= age for age in (25, 30, 35, 40))
        return int(person.first_risk), int(person.traits.female), older

    def _failed(self, person: Person) -> bool:
        outcome = self.terms.outcome
        if outcome == "rearrest":
            month = person.first_arrest
        elif outcome == "reconviction":
            month = person.first_conviction
        else:
            month = person.first_return
            new_sentence = person.first_route == Route.NEW_SENTENCE
            if outcome == "return_new_sentence" and not new_sentence:
                month = NEVER
            if outcome == "return_technical" and new_sentence:
                month = NEVER
        return 1 <= month <= self.terms.month

    def _rate(self, people: Iterable[Person]) -> float:
        failed = [self._failed(person) for person in people]
        return sum(failed) / len(failed) if failed else np.nan

    def _expected(self, cohort: list[Person], others: list[Person]) -> float:
        if self.terms.evaluator == "historical_rate":
            return np.nan if self.terms.historical_share is None else self.terms.historical_share
        if not cohort or not others:
            return np.nan
        mine = Counter(self._kind(person) for person in cohort)
        rates = {kind: self._rate(one for one in others if self._kind(one) == kind) for kind in mine}
        return fsum(count * rates[kind] for kind, count in mine.items()) / len(cohort)

    def _cents(self, cohort: list[Person], others: list[Person], rate: float, expected: float) -> int:
        terms, scale = self.terms, self.model.scale
        groups = [cohort] if terms.evaluator == "historical_rate" else [cohort, others]
        if any(not group or len(group) * scale < terms.least_people for group in groups):
            return 0
        if terms.price_per_return_averted_dollars is not None:
            fewer = (expected - rate) * len(cohort) * scale
            owed = round(round(terms.price_per_return_averted_dollars * 100) * fewer)
            return max(0, min(owed, self.source.last_part))
        most = terms.at_most if terms.at_most is not None else terms.at_most_ratio * expected
        return self.source.last_part if rate <= most or abs(rate - most) <= 1e-9 * max(rate, most) else 0
