"""The next dollar: each program in turn has a sum more, and a return averted costs what both differences say."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

import fakes
from fakes import FakeLedgerRow, fake_simulate, use_fake_inputs
from reentrysim.analysis.compare import Comparison, compare
from reentrysim.analysis.economics.ratios import NO_MONEY, UNEVEN
from reentrysim.analysis.marginal import is_even
from reentrysim.experiments.next_dollar import SOURCE, the_sum, with_more
from reentrysim.experiments.run import Job
from reentrysim.report.marginal import marginal_key
from reentrysim.results import load
from reentrysim.scenario import load_scenario
from reentrysim.setup import sources
from reentrysim.vocabulary import InputError

if TYPE_CHECKING:
    from reentrysim.outcomes import RunResult

DRAWS = np.repeat(np.arange(30), 2)


@pytest.fixture
def next_dollar(monkeypatch: pytest.MonkeyPatch) -> Comparison:
    use_fake_inputs(monkeypatch)
    monkeypatch.setitem(fakes.EFFECTS, "jobs-first-plus-mentoring", -0.02)
    options = {"replicates": 40, "jobs": 1, "participants": 200}
    return compare(["jobs-first"], simulate=fake_simulate, marginal=100_000.0, **options)


def test_each_program_with_money_has_the_sum_in_turn() -> None:
    base = load_scenario("jobs-first")
    listed, asked, _ = with_more(["jobs-first", load_scenario("second-chance-employers")], 50_000.0)
    assert [one.name for one in listed] == [
        "jobs-first",
        "jobs-first-plus-mentoring",
        "jobs-first-plus-transitional-jobs",
        "second-chance-employers",
        "second-chance-employers-plus-job-placement",
        "second-chance-employers-plus-vocational-training",  # and nothing for mentoring, which has no share
    ]
    assert asked.pairs[1] == ("jobs-first", "transitional_jobs", "jobs-first-plus-transitional-jobs")
    for scenario in listed[1:3]:
        theirs = {source.name: source for source in sources(scenario)}
        usual = {source.name: source for source in sources(base)}
        assert theirs.keys() - usual.keys() == {SOURCE}
        assert theirs[SOURCE].total_cents == 5_000_000
        grant = usual["state_grant"]
        assert (theirs[SOURCE].first_step, theirs[SOURCE].last_step) == (grant.first_step, grant.last_step)
        assert theirs[SOURCE].overhead_share == grant.overhead_share
    assert {source.name: source.earmark for source in sources(listed[2])}[SOURCE] == ("transitional_jobs",)
    same = load_scenario("jobs-first").resolved()
    more = listed[1].resolved()
    assert {key: more[key] for key in more if key not in ("name", "funding")} == {
        key: same[key] for key in same if key not in ("name", "funding")
    }


@pytest.mark.parametrize("dollars", [0.0, -1.0, math.nan, math.inf, 1e13])
def test_a_sum_that_is_none_is_refused(dollars: float) -> None:
    with pytest.raises(InputError, match="--marginal"):
        with_more(["jobs-first"], dollars)


def test_the_sum_takes_nothing_from_a_source_of_its_name() -> None:
    grant = "funding.sources.state_grant"
    terms = {"kind": "business", "total_dollars": 7.0, "first_step": 1, "last_step": 84, "spend": "even"}
    own = terms | {"unspent": "carry_over", "overhead_share": 0.0}
    rich = load_scenario("status-quo").vary({f"funding.sources.{SOURCE}": own})
    _, more = with_more([rich], 50_000.0)[0]
    assert more.funding.sources[SOURCE] == rich.funding.sources[SOURCE]
    assert the_sum(rich, more).total_dollars == 50_000.0
    assert more.funding.sources.keys() == {"state_grant", SOURCE, f"{SOURCE}_2"}
    match = {key: own[key] for key in own if key != "spend"} | {"match_of": "state_grant", "match_ratio": 9.0}
    paid_for = {f"{grant}.{key}": value for key, value in _BY_CONTRACT.items()}
    matched = load_scenario("status-quo").vary({"funding.sources.match": match | {"total_dollars": 1e9}, **paid_for})
    base, more = with_more([matched], 50_000.0)[0]
    assert the_sum(base, more).spend == "late"  # the contract's terms


_BY_CONTRACT = {
    "kind": "pay_for_success",
    "spend": "late",
    "advanced_by": "investors",
    "pays_if": {
        "outcome": "return_to_prison",
        "month": 12,
        "evaluator": "historical_rate",
        "at_most": 0.5,
        "last_part_share": 0.3,
    },
}


@pytest.mark.parametrize("indexed", [True, False])
def test_the_sum_rises_with_prices_where_the_source_does(indexed: bool) -> None:
    keys = {"funding.inflation_share": 0.03, "funding.sources.state_grant.indexed": indexed}
    base, more = with_more([load_scenario("status-quo").vary(keys)], 50_000.0)[0]
    assert the_sum(base, more).indexed is indexed


@pytest.mark.parametrize("rule", ["fixed_shares", "risk_low_first", "next_dollar"])
def test_a_rule_that_frees_other_money_is_told(rule: str) -> None:
    (told,) = with_more([load_scenario("jobs-first").vary({"funding.rule": rule})], 50_000.0)[2]
    assert ("goes to other programs" in told) == (rule != "fixed_shares")


@pytest.mark.parametrize(
    ("keys", "even"),
    [
        ({}, True),
        ({"last_step": 72}, True),
        ({"last_step": 71}, False),
        ({"first_step": 2}, False),
        ({"spend": "late"}, False),
    ],
)
def test_no_cost_where_those_analyzed_had_another_part_of_the_sum(
    keys: dict[str, Any], even: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_inputs(monkeypatch)
    asked = load_scenario("status-quo").vary(
        {f"funding.sources.state_grant.{key}": v for key, v in keys.items()}, "asked"
    )
    more = {"asked-plus-mentoring": 50.0}

    def dearer(job: Job) -> RunResult:
        result = fake_simulate(job)
        result.series["cost_programs"] = result.series["cost_programs"] + more.get(job.scenario.name, 0.0)
        return result

    monkeypatch.setitem(fakes.EFFECTS, "asked-plus-mentoring", -0.02)
    options = {"replicates": 40, "jobs": 1, "participants": 200}
    found = compare([asked], simulate=dearer, marginal=1e5, **options).marginal().iloc[0]
    assert found["cost_difference"] == pytest.approx(50.0)
    assert (found["why_no_cost"] == UNEVEN) != even
    assert math.isnan(found["cost_per_return_averted"]) != even


def test_one_cohort_had_all_of_the_sum_whenever_it_comes() -> None:
    keys = {"time.intake": "cohort", "time.warmup_months": 0, "time.tail_months": 0}
    base, more = with_more(
        [load_scenario("status-quo").vary(keys | {"funding.sources.state_grant.spend": "late"})], 5e4
    )[0]
    assert is_even(base, more, 18)


def test_what_was_never_paid_was_not_left(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_inputs(monkeypatch)

    def eaten(job: Job) -> RunResult:
        """Prices take half of the sum more; the program spends the other half."""
        rows = [FakeLedgerRow("state_grant", "mentoring", 1, 100_000, 97_000, 0, 3_000, 0)]
        if "plus" in job.scenario.name:
            rows.append(FakeLedgerRow(SOURCE, "mentoring", 1, 10_000, 5_000, 0, 0, 5_000))
        return replace(fake_simulate(job), ledger=rows)

    options = {"replicates": 20, "jobs": 1, "participants": 200}
    asked = load_scenario("status-quo").vary({}, name="asked")
    (row,) = compare([asked], simulate=eaten, marginal=100.0, **options).marginal().to_dict("records")
    assert (row["spent"], row["limited_by"]) == (50.0, "")


def test_effects_are_against_the_same_scenario_without_the_sum(next_dollar: Comparison) -> None:
    table = next_dollar.marginal().set_index("program")
    assert list(table.index) == ["mentoring", "transitional_jobs"]
    by_hand = next_dollar.sample("jobs-first-plus-mentoring", "rearrest", 36, "all") - next_dollar.sample(
        "jobs-first", "rearrest", 36, "all"
    )
    assert table.loc["mentoring", "rearrest_difference"] == pytest.approx(by_hand.mean())
    assert table.loc["mentoring", "rearrest_difference_high"] < 0.0
    assert table.loc["transitional_jobs", "rearrest_difference"] == 0.0
    assert list(table["why_no_cost"]) == [NO_MONEY, NO_MONEY]  # in the stand-in nothing costs more
    assert list(table["limited_by"]) == ["", ""]  # and no more money comes
    assert "no more was spent" in marginal_key(next_dollar)
    assert any("$100,000 more" in line for line in next_dollar.warnings)


def test_the_table_is_written_only_where_it_was_asked_for(next_dollar: Comparison, tmp_path: Path) -> None:
    folder = next_dollar.save(tmp_path / "here")
    assert (folder / "marginal.csv").read_text().startswith("scenario,program,dollars,spent,month,return_difference,")
    plain = compare(["jobs-first"], simulate=fake_simulate, replicates=2, jobs=1, participants=200)
    assert "marginal.csv" not in plain.files()
    with pytest.raises(InputError, match="no further dollar"):
        plain.marginal()


def test_what_a_sum_more_does_is_told_in_its_own_table_alone(next_dollar: Comparison, tmp_path: Path) -> None:
    asked = ["status-quo", "jobs-first"]
    assert list(next_dollar.facts.names) == asked == list(next_dollar.ranking()["scenario"])
    assert set(next_dollar.comparison["scenario"]) == set(next_dollar.curves["scenario"]) == set(asked)
    assert list(next_dollar.notes.index) == asked
    assert not any("-plus-" in line for line in next_dollar.warnings)
    assert len(next_dollar.headline_samples()) == 3  # jobs-first, and its two programs with the sum
    folder = next_dollar.save(tmp_path / "here")
    assert list(load(folder).facts.names) == asked
    held = set(pd.read_parquet(folder / "outcomes.parquet")["scenario"])
    assert {"jobs-first-plus-mentoring", "jobs-first-plus-transitional-jobs"} < held  # every run can be looked into


def test_one_scenario_alone_may_have_more(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    use_fake_inputs(monkeypatch)
    options = {"replicates": 20, "jobs": 1, "participants": 200}
    alone = compare(["status-quo"], simulate=fake_simulate, marginal=100.0, **options)
    assert list(alone.plan.names) == ["status-quo"]
    assert "marginal.csv" in alone.files() and "ranking.csv" not in alone.files()
    assert alone.marginal()["program"].tolist() == ["mentoring"]


def test_a_sum_that_the_run_cuts_off_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_inputs(monkeypatch)
    base = load_scenario("jobs-first").vary({"funding.sources.state_grant.last_step": 4 * 84})
    options = {"replicates": 20, "jobs": 1, "participants": 200, "baseline": base.vary({}, name="base")}
    found = compare([base], simulate=fake_simulate, marginal=100.0, **options)
    said = [line for line in found.plan.notices if "because the run ends" in line]
    assert len(said) == 2 and "of state_grant arrives" in said[0] and f"of {SOURCE} arrives" in said[1]
