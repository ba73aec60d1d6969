"""How long people waited, reckoned again month by month and person by person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from behavior.small_runs import TOTAL, model_of, small
from reentrysim import waits
from reentrysim.analysis.compare import Comparison, compare
from reentrysim.model import ReentryModel
from reentrysim.outcomes import tabulate
from reentrysim.vocabulary import NEVER, Risk

CASES = "case_management"


def beside(changes: Mapping[str, Any] | None = None) -> ReentryModel:
    money = {"funding.shares": {"mentoring": 0.5, CASES: 0.5}, f"programs.{CASES}": {}, TOTAL: 600_000.0}
    return model_of(small(money | dict(changes or {})))


def test_months_waited_are_counted_person_by_person() -> None:
    model = beside()
    seen = np.zeros((2, len(model.world.risk)), dtype=np.int64)
    while model.running:
        model.step()
        for row, table in enumerate((model.world.mentees, model.world.enrolled[CASES])):
            seen[row] += (table.waiting_since != NEVER) & (table.waiting_since <= model.steps)
    assert np.array_equal(model.world.enrolled[CASES].months_waited, seen[1])
    assert (model.world.mentees.months_waited <= seen[0]).all()  # nobody dead waits for a mentor
    cohort, told = model.world.calendar.cohort, waits.notes(model, model.world.assessed.first)
    asked = (model.world.mentees.first_waiting != NEVER)[cohort]
    high = asked & (model.world.assessed.first[cohort] == Risk.HIGH)
    mine = np.sort(model.world.mentees.months_waited[cohort][high])
    assert told[waits.key("mentoring", "risk=high", "asked")] == high.sum() > 20
    assert told[waits.key("mentoring", "risk=high", "mean")] == pytest.approx(mine.mean())
    assert told[waits.key("mentoring", "risk=high", "median")] == mine[int(np.ceil(len(mine) / 2)) - 1]
    assert np.isnan(told[waits.key("mentoring", "risk=low", "mean")])  # nobody of them may ask
    bands = [told[waits.key(CASES, f"risk={band.name.lower()}", "in_line")] for band in Risk]
    sexes = [told[waits.key(CASES, f"sex={sex}", "in_line")] for sex in ("female", "male")]
    assert sum(bands) == pytest.approx(sum(sexes)) == pytest.approx(told[waits.key(CASES, "all", "in_line")])


def test_the_line_of_a_window_is_about_as_long_as_its_people_wait() -> None:
    steady = {"time.warmup_months": 36, "time.window_months": 24, "time.tail_months": 24}
    long = {"population.size": 1200, TOTAL: 1_500_000.0, "funding.sources.state_grant.last_step": 84}
    model = beside({**steady, **long})
    model.run()
    first = model.world.calendar.warmup_steps
    line = model.world.record.in_line[0, first + 1 : first + 25].mean()
    assert line > 5
    told = waits.notes(model, model.world.assessed.first)
    assert told[waits.key(CASES, "all", "in_line")] == pytest.approx(line, rel=0.25)


def test_a_band_is_that_of_the_same_people_whatever_the_scenario_reads() -> None:
    usual = beside().scenario
    own = {"reassess_months": 3, "bias": {"male": 1.0, "female": 1.0}}
    model = beside({f"policies.assessment.{key}": value for key, value in own.items()})
    told = tabulate(model.run(), tool=usual.policies.assessment)
    asked = model.world.enrolled[CASES].first_waiting != NEVER
    plain, cohort = beside().world.assessed.first, model.world.calendar.cohort
    for band in Risk:
        group = f"risk={band.name.lower()}"
        found = told.notes[waits.key(CASES, group, "asked")]
        assert found == (asked & (plain == band))[cohort].sum()
        assert found <= told.people[told.subgroups.index(group)]
    now, first = model.world.risk[cohort], plain[cohort]
    assert (now != first).mean() > 0.2  # or the test shows nothing


def test_who_may_be_placed_is_counted_where_a_rule_asks_for_a_band() -> None:
    line = {f"policies.matching.{CASES}": {"rule": "threshold", "only_risk": ["high", "low"]}}
    model = beside(line).run()
    told = waits.notes(model, model.world.assessed.first)
    bands = {band: told[waits.key(CASES, f"risk={band}", "in_line")] for band in ("low", "medium", "high")}
    placed = told[waits.key(CASES, waits.MAY_BE_PLACED, "in_line")]
    assert placed == pytest.approx(bands["low"] + bands["high"])
    assert placed < bands["medium"]  # who goes on waiting
    assert waits.key(CASES, waits.MAY_BE_PLACED, "in_line") not in waits.notes(beside(), model.world.assessed.first)


@pytest.fixture(scope="module")
def result() -> Comparison:
    base = small({"population.size": 2000, "programs.mentoring.eligible.risk": ["low", "medium", "high"]}, size=2000)
    rule = {"policies.matching.mentoring.rule": "risk_high_first"}
    options = {"replicates": 2, "jobs": 1, "participants": 400, "months": 6}
    return compare([base.vary(rule, name="high-first")], baseline=base.vary({}, name="lottery"), **options)


def test_the_table_says_who_waits_longer_under_which_rule(result: Comparison) -> None:
    table = result.waits().set_index(["scenario", "program", "subgroup"])
    assert set(table.index.get_level_values("subgroup")) == set(waits.groups())
    high, low = (table.loc[("high-first", "mentoring", f"risk={band}")] for band in ("high", "low"))
    assert high["began_share"] > low["began_share"] + 0.1
    assert high["mean_months"] < low["mean_months"]
    assert high["median_months"] <= high["ninth_tenth_months"]
    whole = table.loc[("high-first", "mentoring", "all"), "waiting_at_a_time"]
    assert whole == pytest.approx(
        sum(table.loc[("high-first", "mentoring", f"sex={s}"), "waiting_at_a_time"] for s in ("female", "male"))
    )
