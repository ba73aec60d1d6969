"""The next dollar: each program in turn has a sum more, and a return averted costs what both differences say."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import fakes
from fakes import fake_simulate, use_fake_inputs
from reentrysim.analysis.compare import Comparison, compare
from reentrysim.analysis.marginal import HARM, NO_MONEY, TOO_FEW, UNCLEAR, cost_per_return
from reentrysim.experiments.next_dollar import SOURCE, with_more
from reentrysim.report.marginal import marginal_key
from reentrysim.scenario import load_scenario
from reentrysim.setup import sources
from reentrysim.vocabulary import InputError

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


def test_a_sure_cost_gives_the_interval_of_its_inverse() -> None:
    averted = 0.02 + 0.003 * np.random.default_rng(1).standard_normal(60)
    from reentrysim.analysis.intervals import summarize

    cell = summarize(averted[:, None], DRAWS).at(0)
    told = cost_per_return(np.full(60, 100.0), averted, DRAWS)
    assert told[3] == ""
    assert told[0] == pytest.approx(100.0 / cell.mean)
    assert told[1:3] == pytest.approx((100.0 / cell.high, 100.0 / cell.low))


def test_no_cost_where_none_can_be_told() -> None:
    luck = np.random.default_rng(2)
    noise, cost = 0.01 * luck.standard_normal(60), 100.0 + luck.standard_normal(60)
    assert cost_per_return(cost, 0.001 + noise, DRAWS)[3] == UNCLEAR
    assert cost_per_return(cost, -0.05 + noise, DRAWS)[3] == HARM
    assert cost_per_return(np.zeros(60), noise, DRAWS)[3] == NO_MONEY
    assert cost_per_return(cost[:4], 0.05 + noise[:4], DRAWS[:4])[3] == TOO_FEW
    assert all(math.isnan(number) for number in cost_per_return(cost, 0.001 + noise, DRAWS)[:3])


def test_the_interval_covers_the_true_cost_as_often_as_it_says() -> None:
    luck, covered, asked = np.random.default_rng(3), 0, 400
    for _ in range(asked):
        evidence = luck.standard_normal((30, 2)).repeat(2, axis=0)
        noise = luck.standard_normal((60, 2))
        cost = 100.0 + 10.0 * evidence[:, 0] + 5.0 * noise[:, 0]
        averted = 0.02 + 0.01 * evidence[:, 1] + 0.01 * noise[:, 1]
        _, low, high, _ = cost_per_return(cost, averted, np.repeat(np.arange(30), 2))
        # One draw's evidence is what is not known, so the true cost is that of a draw of it.
        truth = (100.0 + 10.0 * luck.standard_normal(1)) / (0.02 + 0.01 * luck.standard_normal(1))
        covered += bool(math.isnan(low) or low <= truth[0] <= high)
    assert covered / asked >= 0.93
