"""A plan refuses what cannot be compared, pairs replicates with draws, and is named by what decides the results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fakes import use_fake_inputs
from reentrysim.experiments.plan import plan_runs
from reentrysim.scenario import load_scenario
from reentrysim.setup import calendar_of
from reentrysim.vocabulary import InputError


@pytest.fixture(autouse=True)
def _inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_inputs(monkeypatch)


def test_the_baseline_comes_first_when_nobody_listed_it() -> None:
    assert plan_runs(["more-mentors"]).names == ("status-quo", "more-mentors")


def test_scenarios_keep_the_order_they_were_asked_in() -> None:
    plan = plan_runs(["more-mentors", "status-quo", "grant-ends-early"])
    assert plan.names == ("more-mentors", "status-quo", "grant-ends-early")
    assert plan.baseline == "status-quo"


def test_another_baseline_leaves_status_quo_out() -> None:
    plan = plan_runs(["more-mentors"], baseline="grant-ends-early")
    assert plan.names == ("grant-ends-early", "more-mentors")


def test_two_replicates_share_a_draw_and_draws_come_round_again(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_inputs(monkeypatch, draws=3)
    plan = plan_runs(["more-mentors"], replicates=8)
    assert [plan.draw_of(r) for r in range(8)] == [0, 0, 1, 1, 2, 2, 0, 0]
    assert not plan.luck_only


def test_fixed_parameters_use_the_central_values() -> None:
    plan = plan_runs(["more-mentors"], fixed_parameters=True)
    assert plan.draw_of(17) is None
    assert plan.luck_only


def test_one_stored_draw_leaves_luck_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_inputs(monkeypatch, draws=1)
    plan = plan_runs(["more-mentors"])
    assert plan.draw_of(5) == 0
    assert plan.luck_only


def test_an_odd_number_of_replicates_becomes_even_and_says_so() -> None:
    plan = plan_runs(["more-mentors"], replicates=7)
    assert plan.replicates == 8
    assert "8 replicates are run instead of 7" in plan.notices[0]
    assert plan_runs(["more-mentors"], replicates=8).notices == ()


def test_a_run_that_ends_before_a_source_says_how_much_of_its_money_arrives() -> None:
    status_quo, more = load_scenario("status-quo"), load_scenario("more-mentors")
    end = calendar_of(status_quo.vary({"time.follow_up_months": 12}), status_quo.population.size).last_step
    grant = {"total_dollars": 4e6, "spend": "even", "first_step": 1, "last_step": end + 10}
    even = {f"funding.sources.state_grant.{key}": value for key, value in grant.items()}
    base, other = status_quo.vary(even), more.vary(even)
    (notice,) = plan_runs([other], baseline=base, months=12).notices
    assert notice.startswith("Under status-quo, more-mentors: ")
    share = f"only {100 * end // (end + 10)}% of the money of state_grant"
    assert all(words in notice for words in (share, f"at step {end} ", f"at step {end + 10}."))
    assert len(plan_runs([other], baseline=base, months=21).notices) == 1
    assert plan_runs([other], baseline=base, months=22).notices == ()


def test_a_source_without_money_cannot_come_too_late() -> None:
    broke = load_scenario("status-quo").vary({"funding.sources.state_grant.total_dollars": 0.0}, name="no-money")
    assert plan_runs([broke], baseline=broke, months=12).notices == ()


def test_seed_0_is_a_seed() -> None:
    assert plan_runs(["more-mentors"], seed=0).seed == 0
    assert plan_runs(["more-mentors"], seed=0).digest != plan_runs(["more-mentors"], seed=1).digest


def test_months_change_the_follow_up_of_every_scenario() -> None:
    plan = plan_runs(["more-mentors"], months=18)
    assert {scenario.time.follow_up_months for scenario in plan.scenarios} == {18}
    assert plan.months == 18
    assert plan.names == ("status-quo", "more-mentors")


def test_participants_default_to_the_size_of_the_system() -> None:
    assert plan_runs(["more-mentors"]).participants == load_scenario("status-quo").population.size
    assert plan_runs(["more-mentors"], participants=300).participants == 300


@pytest.mark.parametrize(
    "options",
    [
        {"replicates": 0},
        {"replicates": -2},
        {"seed": -1},
        {"seed": 2**63},
        {"jobs": 0},
        {"jobs": 100_000},
        {"participants": 23},
        {"months": 0},
        {"months": 121},
    ],
)
def test_options_out_of_range_are_refused_by_name(options: dict[str, Any]) -> None:
    with pytest.raises(InputError) as error:
        plan_runs(["more-mentors"], **options)
    assert f"--{next(iter(options))}: " in str(error.value)
    assert str(next(iter(options.values()))) in str(error.value)


def test_a_scenario_listed_twice_is_refused() -> None:
    with pytest.raises(InputError, match="'more-mentors' is listed twice"):
        plan_runs(["more-mentors", "more-mentors"])


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "more-mentors.toml").write_text('schema = 1\ntitle = "x"\nbased_on = "status-quo"\n')
    with pytest.raises(InputError, match="listed twice"):
        plan_runs(["more-mentors", tmp_path / "more-mentors.toml"])


def test_a_file_named_like_the_baseline_but_different_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "status-quo.toml"
    path.write_text('schema = 1\ntitle = "x"\nbased_on = "more-mentors"\n')
    with pytest.raises(InputError, match="not the baseline of that name"):
        plan_runs([path])


@pytest.mark.parametrize(
    ("key", "value"), [("population.size", 500), ("time.window_months", 6), ("time.price_year", 2020)]
)
def test_scenarios_about_other_people_or_times_cannot_be_paired(key: str, value: int) -> None:
    other = load_scenario("more-mentors").vary({key: value})
    with pytest.raises(InputError) as error:
        plan_runs([other])
    assert f"{key} is {value} in more-mentors" in str(error.value)
    assert "status-quo" in str(error.value)


def test_what_an_event_costs_is_the_same_in_all_scenarios() -> None:
    own = {"estimates.prices.conviction": 5_000.0}
    with pytest.raises(InputError, match=r"prices.conviction.* is set in dearer and otherwise in status-quo"):
        plan_runs([load_scenario("status-quo").vary(own, name="dearer")])
    both = [load_scenario(name).vary(own, name=f"{name}-dearer") for name in ("status-quo", "more-mentors")]
    assert plan_runs([both[1]], baseline=both[0]).names == ("status-quo-dearer", "more-mentors-dearer")


def test_the_digest_ignores_processes_and_sees_everything_else() -> None:
    plan = plan_runs(["more-mentors"], jobs=1)
    assert plan_runs(["more-mentors"], jobs=2).digest == plan.digest
    changed: list[dict[str, Any]] = [
        {"seed": 2},
        {"replicates": 2},
        {"participants": 100},
        {"months": 12},
        {"fixed_parameters": True},
    ]
    digests = {plan_runs(["more-mentors"], **options).digest for options in changed}
    digests.add(plan_runs(["grant-ends-early"]).digest)
    assert len(digests | {plan.digest}) == len(changed) + 2


def test_the_digest_sees_the_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    before = plan_runs(["more-mentors"]).digest
    use_fake_inputs(monkeypatch, draws=41)
    assert plan_runs(["more-mentors"]).digest != before
