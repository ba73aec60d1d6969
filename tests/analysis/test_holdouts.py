from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from reentrysim.analysis import holdouts as module
from reentrysim.analysis.holdouts import (
    ADMISSION,
    COHORT_GROUPS,
    COHORTS,
    FEDERAL,
    LATER,
    MONTHS,
    OFFENSE,
    YEARS_6_TO_9,
    Holdout,
    holdouts,
)
from reentrysim.analysis.targets import fit_targets
from reentrysim.analysis.validate import SHORTFALLS, ValidationReport
from reentrysim.evidence.published import published_row, table

ASKED, LEFT = holdouts()


def of(row_id: str) -> Holdout:
    return next(one for one in ASKED if one.row.id == row_id)


def test_every_held_out_row_is_asked_or_says_why_not() -> None:
    held = [row for row in table("recidivism_targets") if row.use == "holdout"]
    assert len(ASKED) + sum(LEFT.values()) == len(held)
    assert {one.family for one in ASKED} == {COHORTS, COHORT_GROUPS, YEARS_6_TO_9, LATER, OFFENSE, ADMISSION, FEDERAL}


def test_nothing_that_is_predicted_was_fitted() -> None:
    fitted = {target.row_id for target in fit_targets()}
    assert not fitted & {one.row.id for one in ASKED}
    assert all(one.row.follow_up_months <= MONTHS for one in ASKED)


def test_race_and_ethnicity_are_not_scored() -> None:
    assert not [one for one in ASKED if one.row.subgroup.startswith(("race", "ethnicity"))]


@pytest.mark.parametrize(
    ("row_id", "family", "rival"),
    [
        ("RT00351", ADMISSION, 0.429),  # everybody's average at year 1
        ("RT00231", OFFENSE, 0.429),
        ("RT03182", COHORTS, 0.580 + 0.440 - 0.429),  # 2008, shifted to the first year of 1994
        ("RT03224", COHORTS, 0.662),  # 1983 has no first year
        ("RT02445", YEARS_6_TO_9, 0.290),
        # 2008's rises of years 4 and 5 are .050 and .036; the sixth is .036 * .036 / .050. And the shift of 2005.
        ("RT02205", YEARS_6_TO_9, 0.748 + 0.036**2 / 0.050 + 0.439 - 0.429),
        ("RT03179", COHORTS, 0.486 / 2),
    ],
)
def test_rivals_by_hand(row_id: str, family: str, rival: float) -> None:
    one = of(row_id)
    assert one.family == family
    assert one.rival == pytest.approx(rival)
    assert one.value == published_row(row_id).number()


def test_later_years_go_on_as_the_first_ones_did() -> None:
    first = [published_row(f"RT0049{n}").number() for n in (1, 2, 3)]  # reconviction, years 1-3
    shrinks = (first[2] - first[1]) / (first[1] - first[0])
    assert of("RT00494").rival == pytest.approx(first[2] + (first[2] - first[1]) * shrinks)


def test_the_risk_gradient_is_in_units_of_everybody() -> None:
    high, everybody = published_row("RT03297").number(), published_row("RT03265").number()
    assert of("RT03297").value == pytest.approx(np.log(1 - high) / np.log(1 - everybody))
    assert of("RT03297").rival == 1.0


def test_a_finer_kind_of_offense_is_predicted_as_the_kind_it_belongs_to() -> None:
    finer = {one.row.subgroup.partition("=")[2] for one in ASKED if one.row.subgroup.startswith("offence")}
    assert finer <= {*module._BROAD, "Violent", "Property", "Drug", "Public order"}


def test_skill_by_hand() -> None:
    columns: dict[str, Any] = {
        "family": ["a", "a", "b"],
        "target": [0.5, 0.5, 0.2],
        "low": [0.4, 0.55, 0.1],
        "high": [0.6, 0.60, 0.3],
        "miss": [0.02, -0.04, 0.0],
        "rival_miss": [-0.06, 0.06, 0.01],
    }
    empty = pd.DataFrame()
    skill = ValidationReport(empty, pd.DataFrame(columns), empty, empty).skill.set_index("family")
    assert skill.loc["a"].to_dict() == pytest.approx(
        {"figures": 2, "mean_miss": 0.03, "rival_mean_miss": 0.06, "skill": 0.5, "inside": 0.5}
    )
    assert skill.loc["b", "skill"] == 1.0


def test_the_fit_by_family_by_hand() -> None:
    frame = pd.DataFrame(
        {
            "row": ["RT00395", "RT1", "RT2"],
            "family": ["a", "a", "b"],
            "miss": [0.02, -0.04, 0.5],
            "tolerance": [0.03, 0.03, np.nan],
            "ok": [True, False, None],
        }
    )
    report = ValidationReport(frame, pd.DataFrame(), pd.DataFrame(), pd.DataFrame())
    fit = report.fit.set_index("family")
    assert fit.loc["a"].to_dict() == pytest.approx(
        {"figures": 2, "mean_miss": 0.03, "largest_miss": 0.04, "promised": 2, "kept": 1}
    )
    assert fit.loc["b", "promised"] == 0
    assert report.broken["row"].tolist() == ["RT1"]
    assert not report.passed
    frame.loc[0, "ok"], frame.loc[1, "ok"] = False, True
    assert (report.broken["reason"] == SHORTFALLS["RT00395"]).all()
    assert report.passed  # known, and named
