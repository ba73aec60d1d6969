from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from behavior.small_runs import model_of, numbers, small
from reentrysim.evidence import load_catalog
from reentrysim.evidence.prices import in_dollars_of
from reentrysim.model import ReentryModel
from reentrysim.randomness import Luck
from reentrysim.scenario import load_scenario
from reentrysim.scenario.offered import offered, shipped
from reentrysim.scenario.values import values_for
from reentrysim.setup.ranking import order, ranking

NAMES = ("mentoring", *shipped())
EVERY: dict[str, Any] = {
    "funding.shares": dict.fromkeys(NAMES, 1 / len(NAMES)),
    **{f"programs.{name}": {} for name in shipped()},
}


def test_one_program_by_hand() -> None:
    scenario = load_scenario("status-quo").vary({**EVERY, "programs.education": {"length_months": 5}})
    found = {one.program: one for one in ranking(scenario)}["education"]
    catalog = load_catalog()
    odds = 0.662 / 0.338 * catalog["education.odds_ratio"].value  # 66.2 in 100 are rearrested within three years
    assert found.averted == pytest.approx(0.662 - odds / (1 + odds))
    price = catalog[offered()["education"].price]  # type: ignore[attr-defined]
    month = in_dollars_of(price.value, price.price_year or 2024, 2024)
    assert found.dollars == pytest.approx(catalog["education.uptake_share"].value * 5 * month)


def test_who_has_nothing_published_or_nothing_good_comes_last() -> None:
    ranked = ranking(load_scenario("status-quo").vary(EVERY))
    assert [one.program for one in ranked] == list(order(load_scenario("status-quo").vary(EVERY)))
    assert {one.program for one in ranked} == set(NAMES)
    helps = [one.averted > 0.0 for one in ranked]
    assert helps == sorted(helps, reverse=True)
    worth = [one.averted / one.dollars for one in ranked if one.averted > 0.0]
    assert worth == sorted(worth, reverse=True)
    last = [one.program for one in ranked if not one.averted > 0.0]
    assert last == sorted(last)
    assert {"rent_help", "workshops", "transitional_jobs"} <= set(last)
    assert np.isnan(next(one.ratio for one in ranked if one.program == "workshops"))


def test_an_agency_reads_no_draw_and_nothing_solved() -> None:
    scenario = load_scenario("next-dollar")
    ranked = {
        ReentryModel(scenario, values_for(scenario, draw), Luck(1, 0), participants=60).world.ranked
        for draw in (None, 0, 3)
    }
    strange = numbers(scenario, {"mentoring.log_hazard_at_full_trust": 5.0, "education.cost_per_month": 1e6})
    ranked.add(ReentryModel(scenario, strange, Luck(1, 0), participants=60).world.ranked)
    assert ranked == {order(scenario)}


def test_what_the_scenario_says_of_costs_counts() -> None:
    def dollars(changes: dict[str, Any]) -> dict[str, float]:
        scenario = load_scenario("next-dollar").vary(changes)
        return {one.program: one.dollars for one in ranking(scenario)}

    usual = dollars({})
    longer = dollars({"programs.mentoring.length_months": 36, "policies.caseload.case_management.per_worker": 30})
    assert longer["mentoring"] == pytest.approx(2 * usual["mentoring"])
    assert longer["case_management"] == pytest.approx(2 * usual["case_management"])
    assert longer["education"] == usual["education"]
    circles = {"programs.mentoring.format": "circle", "policies.caseload.mentoring.per_worker": 1}
    size = load_catalog()["mentoring.circle_size"].value
    assert dollars(circles)["mentoring"] == pytest.approx(2 * size * usual["mentoring"], rel=1e-5)  # whole cents


def test_other_rules_rank_nothing() -> None:
    assert model_of(small()).world.ranked == ()
