"""Pools of people and mentors with traits as the evidence draws them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from behavior.small_runs import numbers, small
from reentrysim.agents.intake import cohort_calendar, draw_traits
from reentrysim.agents.mentors import create_posts, recruit
from reentrysim.evidence.population import load_profile
from reentrysim.policies import matching
from reentrysim.policies.assignment import Pool
from reentrysim.randomness import Luck
from reentrysim.vocabulary import Origin

VALUES = numbers(small())
WEIGHTS = {"sex": 2.0, **dict.fromkeys(("lived_experience", "culture", "interests", "style", "age", "place"), 1.0)}
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Drawn:
    """People who leave prison and mentors with lived experience or without."""

    def __init__(self, people: int, mentors: int, seed: int) -> None:
        self.luck = Luck(seed, 0)
        self.gap = VALUES["matching.age_gap_years"]
        calendar = cohort_calendar(people, lead=1, window=1, follow_up=1)
        self.traits = draw_traits(load_profile("us_2008"), calendar, VALUES, self.luck)
        shares = {Origin.VOLUNTEER: 0.6, Origin.LIVED_EXPERIENCE: 0.4}
        self.mentors = create_posts(mentors, shares, VALUES, self.luck)
        self.mentors.tenure[:] = 0
        recruit(self.mentors, np.arange(mentors), 1, VALUES, self.luck)

    def table(self, people: Ints, posts: Ints) -> Floats:
        """Fit of everybody with everybody, shape (people, posts)."""
        couples = matching.pairs(self.traits, people, self.mentors, posts, crossed=True)
        return matching.fit(couples, WEIGHTS, self.gap)

    def fits(self, people: Ints, posts: Ints) -> Floats:
        """Of each with their own."""
        couples = matching.pairs(self.traits, people, self.mentors, posts, crossed=False)
        return matching.fit(couples, WEIGHTS, self.gap)

    def lucks(self, people: Ints, posts: Ints) -> Floats:
        """Luck of pairs, shape (people, posts)."""
        return self.luck.pair("matching.mentoring", people, self.mentors.identity[posts])

    def pool(self, who: Ints, posts: Ints) -> Pool:
        """As the month puts it together."""
        return Pool(
            score=lambda people, some: self.table(who[people], posts[some]),
            luck=lambda people, some: self.lucks(who[people], posts[some]),
            likenesses=matching.likenesses(self.traits, who, self.mentors, posts, WEIGHTS, self.gap),
        )
