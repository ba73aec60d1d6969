"""The sentence tells a price and a driver where they are known, and neither where they are not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

import fakes
from analysis.economics.hand import books, economics
from reentrysim.analysis.beyond import price
from reentrysim.analysis.compare import Comparison, compare
from reentrysim.experiments.run import Job
from reentrysim.scenario.values import values_for

if TYPE_CHECKING:
    from reentrysim.outcomes import RunResult

RETURNS = ({"return_to_prison": 0.5}, {"return_to_prison": 0.4})
ESTIMATE = "mentoring.uptake_share"


def test_a_price_is_told_where_it_is_known() -> None:
    assert list(price(economics(books(*RETURNS)), "other", "95%")) == [
        "Each return averted costs $5,000 of program money (95%: $5,000 to $5,000)."
    ]


def test_the_same_money_is_told_where_nothing_more_is_spent() -> None:
    found = economics(books(*RETURNS, came={"usual": 1.0, "other": 1.0}))  # though more of it is spent
    assert list(price(found, "other", "95%")) == ["It has the same money as usual."]
    other = economics(books(*RETURNS, programs=(500.0, 500.0), came={"usual": 1.0, "other": 2.0}))
    assert list(price(other, "other", "95%")) == []


def _compared(patch: pytest.MonkeyPatch, strength: float) -> Comparison:
    """The more an estimate is, the fewer come back."""
    fakes.use_fake_inputs(patch)

    def driven(job: Job) -> RunResult:
        result = fakes.fake_simulate(job)
        if job.scenario.name == "status-quo":
            return result
        known = values_for(job.scenario, job.draw)[ESTIMATE]
        luck = np.random.default_rng([9, job.replicate]).standard_normal()
        fewer = 0.02 + 0.002 * (strength * known + luck)
        series = dict(result.series) | {
            "return_to_prison": fakes.fake_simulate(_usual(job)).series["return_to_prison"] - fewer
        }
        return replace(result, series=series)

    return compare(["more-mentors"], simulate=driven, replicates=60, jobs=1, months=36, participants=300)


def _usual(job: Job) -> Job:
    return replace(job, scenario=job.scenario.vary({}, name="status-quo"))


def test_the_driver_is_named_where_it_is_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    sentence = _compared(monkeypatch, strength=300.0).sentence()
    assert f"Of what is not known it goes most with {ESTIMATE} (rank correlation -" in sentence


def test_no_driver_is_named_where_all_is_luck(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "rank correlation" not in _compared(monkeypatch, strength=0.0).sentence()
