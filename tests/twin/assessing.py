"""How an agency reads one person's risk: first when they enter, and again every so many months after release."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from reentrysim.vocabulary import NEVER, Race, Risk, Status
from twin.risk import risk_band, risk_score, score_with

if TYPE_CHECKING:
    from twin.people import Person

_TINY = 2.0**-53


class Readings:
    """The readings of one person; `noise` is the error of the first."""

    def __init__(self, person: Person, noise: float) -> None:
        self.person, self.model = person, person.model
        self.tool = person.model.scenario.policies.assessment
        self.log_hazard = person.liable.arrest
        share = self.tool.assessed_share
        self.known = share == 1.0 or person.model.draws("assessment.assessed", 0, person.number) < share
        self.arrests = 0
        plain = risk_score(self.log_hazard, noise, self.tool.auc_share, self.model.values)
        person.plain_risk = risk_band(plain, self.model.values)
        person.score, person.risk = self._first(noise)
        person.first_risk = person.risk

    def _first(self, noise: float) -> tuple[float, Risk]:
        values = self.model.values
        if self.tool.tool == "oracle":
            score = score_with(self.log_hazard, noise, 1.0, values)
            return score, risk_band(score, values)
        if not self.known:
            return 0.0, Risk[self.tool.unassessed.upper()]
        entry = self.person.traits.entry_step
        score = risk_score(self.log_hazard, noise, self._auc(entry), values) + self._bias()
        return score, risk_band(score, values)

    def _auc(self, step: int) -> float:
        years = (max(step, 1) - 1) / 12
        return max(self.tool.auc_share - self.tool.drift_per_year * years, 0.5) if years else self.tool.auc_share

    def _bias(self) -> float:
        traits, of = self.person.traits, self.tool.bias
        total = of.female if traits.female else of.male
        total += getattr(of, Race(traits.race).name.lower())
        return total + (of.under_25 if traits.age < 25 else 0.0)

    def again(self, step: int) -> None:
        """A new reading when it is due, by what has been seen since release."""
        months, person, values = self.tool.reassess_months, self.person, self.model.values
        self.arrests += person.last_arrest == step - 1
        since = step - person.traits.release_step
        if not months or since <= 0 or since % months or not self.known or person.status == Status.DEAD:
            return
        u = person.draw("assessment.noise_again", step)
        noise = ndtri(u * (1.0 - _TINY) + _TINY / 2)
        seen = values["assessment.score_per_arrest"] * self.arrests
        seen -= values["assessment.score_per_year_free"] * (self._months_free(step) / 12)
        person.score = risk_score(self.log_hazard, noise, self._auc(step), values) + self._bias() + seen
        person.risk = risk_band(person.score, values)

    def _months_free(self, step: int) -> int:
        person = self.person
        if person.status != Status.COMMUNITY:
            return 0
        arrested = person.released_step if person.last_arrest == NEVER else person.last_arrest
        return int(step - np.maximum(person.released_step, arrested))
