"""Twenty-four people who are outside or inside, solved by hand: from what happened to the printed difference."""

from __future__ import annotations

import numpy as np
import pytest

from behavior.small_runs import TOTAL, model_of, small
from reentrysim.analysis.compare import Comparison, compare
from reentrysim.experiments.run import Job
from reentrysim.outcomes import RunResult, tabulate
from reentrysim.vocabulary import DAYS_PER_MONTH, Route, Status

MONTHS = {"time.window_months": 1, "time.warmup_months": 2, "time.tail_months": 0, "time.follow_up_months": 4}
PEOPLE = 24
RETURNS = {
    # person: month of the first return, its route, months inside
    "status-quo": {0: (1, Route.NEW_SENTENCE, [2, 3]), 1: (2, Route.RULE_VIOLATION, [3])},
    "better": {1: (4, Route.RULE_VIOLATION, [])},
}
DIED_IN_MONTH_3 = 2


def happened(job: Job) -> RunResult:
    """A run in which these people return, one dies, and nothing else happens to anybody."""
    model = model_of(job.scenario)
    cohort, record = model.world.calendar.cohort, model.world.record
    people = model.world.people
    people.status[cohort] = Status.COMMUNITY
    for person, (month, route, inside) in RETURNS[job.scenario.name].items():
        people.first_return[cohort.start + person] = month
        people.first_route[cohort.start + person] = route
        record.custody_days[np.array(inside, dtype=int) - 1, person] = DAYS_PER_MONTH
        record.in_custody[np.array(inside, dtype=int) - 1, person] = True
    people.death[cohort.start + DIED_IN_MONTH_3] = 3
    return tabulate(model)


@pytest.fixture(scope="module")
def result() -> Comparison:
    base = small({**MONTHS, TOTAL: 0.0}, size=PEOPLE)
    asked = {"replicates": 24, "jobs": 1, "participants": PEOPLE}
    return compare(
        [base.vary({}, name="better")], baseline=base.vary({}, name="status-quo"), simulate=happened, **asked
    )


BY_HAND = {
    # outcome: sums over the 24 people by month, in the baseline and in the scenario
    "return_to_prison": ([1, 2, 2, 2], [0, 0, 0, 1]),
    "return_new_sentence": ([1, 1, 1, 1], [0, 0, 0, 0]),
    "return_technical": ([0, 1, 1, 1], [0, 0, 0, 1]),
    "deaths": ([0, 0, 1, 1], [0, 0, 1, 1]),
    # free and alive: 24, then one inside, then two inside and one dead, then one dead
    "months_in_community": ([24, 47, 68, 91], [24, 48, 71, 94]),
}


@pytest.mark.parametrize("outcome", BY_HAND)
def test_incidence_restricted_mean_and_difference_are_exact(result: Comparison, outcome: str) -> None:
    for month in range(1, 5):
        usual, better = (sums[month - 1] / PEOPLE for sums in BY_HAND[outcome])
        row = result.difference(outcome, month).loc["better"]
        assert row["value"] == np.float32(better)
        assert result.value("status-quo", outcome, month).mean == np.float32(usual)
        assert row["difference"] == float(np.float32(better)) - float(np.float32(usual))
        sure = result.paired("better", outcome, month)  # the table leaves intervals of so few people out
        assert (sure.low, sure.high, sure.mcse) == (row["difference"], row["difference"], 0.0)
        assert np.isnan(row["difference_low"])


def test_what_is_sure_is_sure(result: Comparison) -> None:
    table = result.difference("months_in_community", 4)
    assert table["probability_better"].tolist() == [0.5, 1.0]
    ranks = result.ranking("months_in_community", 4).set_index("scenario")
    assert ranks.loc["better", "rank_1"] == 1.0
    assert ranks.loc["status-quo", "rank_2"] == 1.0
    assert "42 fewer are back in prison within 4 months" in result.sentence()  # 1 of 24
