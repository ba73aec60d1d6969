"""Pay-for-success: what a contract owes for what was observed."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints

NO_GROUP = "historical_rate"
"""The evaluator that needs no comparison group."""
MATCHED = "matched_group"
"""The one that leaves out whom it has nobody to compare with."""


@dataclass(frozen=True)
class Contract:
    """The contract of one source of money, in steps, people and cents."""

    source: str
    advanced_by: str
    outcome: str
    month: int
    evaluator: str
    cohort: str
    programs: tuple[str, ...]
    first_release_step: int
    last_release_step: int
    judged_step: int
    """Step at whose start it is judged."""
    at_stake: int
    """Cents that hang on the judgment: the last part, and the most that is paid."""
    least_people: int
    """People of the real system, in either group."""
    scale: float
    """People of the real system to a simulated one."""
    at_most: float | None = None
    at_most_ratio: float | None = None
    price: int | None = None
    """Cents for each person of the real system who was expected to have the outcome and has not."""
    historical_share: float | None = None

    @property
    def holds_back(self) -> bool:
        """Whether the last part reaches services only when it has been earned."""
        return self.advanced_by == "provider"


@dataclass(frozen=True)
class Observed:
    """What records show of the people released in the window. Every array has shape (people,)."""

    cohort: Flags
    comparison: Flags
    failed: Flags
    """Had the outcome by the contract's month."""
    stratum: Ints
    """Within which the groups are compared, from 0 on; one for all where they are not matched."""


@dataclass(frozen=True)
class Judgment:
    """What an evaluator finds."""

    people: int
    """Simulated people of the cohort who are counted: without those whom nobody compares with."""
    rate: float
    """Share of them with the outcome; nan without people, likewise the next rates."""
    comparison_people: int
    comparison_rate: float
    """Of the comparison group, weighted to the cohort's composition; the contract's own where it is historical."""
    dropped: int
    """Simulated people of the cohort whose stratum has nobody in the comparison group."""
    threshold: float
    """Highest rate for which a threshold pays; nan for a price schedule."""
    judged: bool
    """False where there were too few people: nothing is paid."""
    paid: int
    """Cents of the last part that are earned."""


@dataclass(frozen=True)
class Judged:
    """A judgment with what it rests on, so that the same people can be judged by other outcomes."""

    contract: Contract
    observed: Observed
    judgment: Judgment


class ContractRow(NamedTuple):
    """What a contract came to in a run. Rates are shares of people with the outcome, None where there was nobody."""

    source: str
    evaluator: str
    outcome: str
    month: int
    step: int
    """In which it was judged."""
    people: int
    """Simulated people of the cohort who were counted; likewise the other counts."""
    rate: float | None
    comparison_people: int
    comparison_rate: float | None
    dropped: int
    """Of the cohort, because nobody in the comparison group was like them."""
    threshold: float | None
    """Highest rate that pays; None for a price schedule."""
    judged: int
    """1, or 0 where there were too few people, so that nothing is paid."""
    at_stake_cents: int
    paid_cents: int
    lost_cents: int
    lost_by: str
    """Who bears what is not paid: who had advanced the money."""
    rate_if_idle: float | None
    """Of the same people in a run with the same luck in which nobody takes part in the contract's programs."""
    comparison_rate_if_idle: float | None
    paid_cents_if_idle: int


def account(one: Judged, without: Judged) -> ContractRow:
    """What was judged, beside the same contract on the same people's outcomes in the run `without` the programs."""
    contract, found = one.contract, one.judgment
    idle = judge(contract, replace(one.observed, failed=without.observed.failed))
    return ContractRow(
        source=contract.source,
        evaluator=contract.evaluator,
        outcome=contract.outcome,
        month=contract.month,
        step=contract.judged_step,
        people=found.people,
        rate=_known(found.rate),
        comparison_people=found.comparison_people,
        comparison_rate=_known(found.comparison_rate),
        dropped=found.dropped,
        threshold=_known(found.threshold),
        judged=int(found.judged),
        at_stake_cents=contract.at_stake,
        paid_cents=found.paid,
        lost_cents=contract.at_stake - found.paid,
        lost_by=contract.advanced_by,
        rate_if_idle=_known(idle.rate),
        comparison_rate_if_idle=_known(idle.comparison_rate),
        paid_cents_if_idle=idle.paid,
    )


def _known(rate: float) -> float | None:
    return None if math.isnan(rate) else rate


def judge(contract: Contract, seen: Observed) -> Judgment:
    """What a contract owes for what was seen."""
    matched, weights, rates = _matched(contract, seen)
    counted = seen.cohort & matched[seen.stratum]
    people = int(np.count_nonzero(counted))
    others = int(np.count_nonzero(seen.comparison & (weights > 0)[seen.stratum]))
    rate = _ratio(int(np.count_nonzero(counted & seen.failed)), people)
    expected = _expected(contract, weights, rates, people if others else 0)
    fewest = people if contract.evaluator == NO_GROUP else min(people, others)
    judged = fewest > 0 and fewest * contract.scale >= contract.least_people
    return Judgment(
        people=people,
        rate=rate,
        comparison_people=others,
        comparison_rate=expected,
        dropped=int(np.count_nonzero(seen.cohort)) - people,
        threshold=_threshold(contract, expected),
        judged=judged,
        paid=_owed(contract, rate, expected, people) if judged else 0,
    )


def _matched(contract: Contract, seen: Observed) -> tuple[Flags, Floats, Floats]:
    """Of each stratum: whether it can be compared, how many of the cohort it then has, and the others' rate."""
    strata = int(seen.stratum.max(initial=0)) + 1
    mine = np.bincount(seen.stratum[seen.cohort], minlength=strata)
    others = np.bincount(seen.stratum[seen.comparison], minlength=strata)
    failed = np.bincount(seen.stratum[seen.comparison & seen.failed], minlength=strata)
    matched = others > 0 if contract.evaluator == MATCHED else np.ones(strata, dtype=np.bool_)
    return matched, np.where(matched, mine, 0).astype(np.float64), failed / np.maximum(others, 1)


def _expected(contract: Contract, weights: Floats, rates: Floats, people: int) -> float:
    """The rate that the cohort is measured against; nan where there is none, or no `people` to compare."""
    if contract.evaluator == NO_GROUP:
        return math.nan if contract.historical_share is None else contract.historical_share
    return _ratio(math.fsum((weights * rates).tolist()), people)  # the same sum in whatever order


def _ratio(part: float, whole: int) -> float:
    return part / whole if whole else math.nan


def _threshold(contract: Contract, expected: float) -> float:
    if contract.at_most is not None:
        return contract.at_most
    return math.nan if contract.at_most_ratio is None else contract.at_most_ratio * expected


def _owed(contract: Contract, rate: float, expected: float, people: int) -> int:
    """Cents: all or nothing by a threshold, which a rate that is equal but for rounding meets, or by the price."""
    if contract.price is not None:
        averted = (expected - rate) * people * contract.scale
        return min(max(round(contract.price * averted), 0), contract.at_stake)
    threshold = _threshold(contract, expected)
    return contract.at_stake if rate <= threshold or math.isclose(rate, threshold) else 0
