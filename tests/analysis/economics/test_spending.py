"""What programs' dollars are spent on, and what a person served costs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from behavior.small_runs import model_of, small
from reentrysim.access import key
from reentrysim.analysis.compare import Comparison, compare
from reentrysim.analysis.economics.spending import table
from reentrysim.outcomes import spent_for

COSTS = {"programs.mentoring.start_up_dollars": 40_000.0, "programs.mentoring.fixed_dollars_per_month": 1_500.0}


@pytest.fixture(scope="module")
def compared() -> Comparison:
    other = small(COSTS).vary({}, name="with-an-office")
    return compare([other], baseline=small(), replicates=2, jobs=1, participants=200)


def of(frame: pd.DataFrame, scenario: str, column: str = "purpose") -> dict[str, float]:
    rows = frame[(frame["scenario"] == scenario) & (frame[column] != "")]
    return dict(zip(rows[column], rows["dollars"], strict=True))


def test_purposes_add_up_to_what_was_spent(compared: Comparison) -> None:
    for name in compared.plan.names:
        spent = of(compared.economics().spending(), name)
        parts = [spent[purpose] for purpose in ("overhead", "start_up", "fixed", "recruiting", "service")]
        assert sum(parts) == pytest.approx(spent["whole"])
        assert spent["whole"] == pytest.approx(
            compared.value(name, "cost_programs", compared.plan.months).mean, rel=1e-5
        )
        assert spent["in_kind"] == pytest.approx(
            compared.value(name, "cost_in_kind", compared.plan.months).mean, rel=1e-5
        )
        assert min(spent["recruiting"], spent["service"], spent["overhead"]) > 0.0


def test_an_office_is_paid_whoever_comes_and_a_beginning_once(compared: Comparison) -> None:
    usual, office = (of(compared.economics().spending(), name) for name in compared.plan.names)
    assert usual["start_up"] == usual["fixed"] == 0.0
    model = model_of(small(COSTS)).run()
    told = spent_for(model)
    assert told["start_up_dollars"] == 40_000.0
    assert told["fixed_dollars"] % 1_500.0 == 0.0 and 0.0 < told["fixed_dollars"] <= 1_500.0 * model.steps
    assert office["start_up"] > 0.0 and office["fixed"] > 0.0


def test_what_a_person_served_costs_is_a_ratio_of_means(compared: Comparison) -> None:
    frame = compared.economics().spending()
    (row,) = frame[(frame["program"] == "mentoring") & (frame["scenario"] == compared.plan.baseline)].to_dict("records")
    served = compared.runs.access[compared.plan.baseline][key("served", "mentoring")][:, 0].mean()
    assert row["served"] == pytest.approx(float(served))
    assert row["dollars_per_served"] == pytest.approx(row["dollars"] / row["served"])
    assert row["dollars_per_completed"] > row["dollars_per_served"]


def test_nobody_served_has_no_cost() -> None:
    rows = [{"scenario": "x", "purpose": "", "program": "p", "dollars": 5.0, "served": 0.0, "completed": None}]
    frame = table(rows)
    assert np.isnan(frame["dollars_per_served"]).all() and np.isnan(frame["dollars_per_completed"]).all()
