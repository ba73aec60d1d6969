"""The tables of a comparison: columns, months, order, exact zeros, and the same bytes however it was run."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from fakes import SUBGROUPS, FakeLedgerRow, fake_simulate, use_fake_inputs
from reentrysim.analysis.cautions import idle_money, longer_than_is_left, restless_queues, without_ceiling
from reentrysim.analysis.compare import Comparison, compare, run
from reentrysim.analysis.intervals import Summary
from reentrysim.analysis.loaded import load
from reentrysim.analysis.tables import possible
from reentrysim.experiments.plan import plan_runs
from reentrysim.experiments.run import Job, at_horizon_only
from reentrysim.experiments.store import write_csv
from reentrysim.outcomes import RunResult
from reentrysim.scenario import Scenario, load_scenario
from reentrysim.vocabulary import OUTCOMES, InputError

NAMES = ["smaller-mentor-caseloads", "compatible-matching"]


@pytest.fixture(autouse=True)
def _inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_inputs(monkeypatch)


def _compare(scenarios: list[Any] = NAMES, **options: Any) -> Comparison:
    defaults: dict[str, Any] = {"replicates": 40, "jobs": 1, "participants": 200, "months": 40}
    return compare(scenarios, simulate=fake_simulate, **{**defaults, **options})


def _bytes(frame: pd.DataFrame, tmp_path: Path) -> bytes:
    write_csv(frame, tmp_path / "frame.csv")
    return (tmp_path / "frame.csv").read_bytes()


def test_columns_are_the_contract() -> None:
    result = _compare()
    assert ",".join(result.comparison.columns) == (
        "scenario,baseline,outcome,subgroup,month,value,value_low,value_high,difference,difference_low,"
        "difference_high,difference_mcse,probability_better,replicates"
    )
    assert ",".join(result.curves.columns) == "scenario,outcome,subgroup,month,value,value_low,value_high,replicates"
    assert ",".join(result.ledger.columns) == (
        "scenario,replicate,source,program,step,arrived,spent,lapsed,unspent,unpaid"
    )
    assert list(result.outcomes.columns) == ["scenario", "replicate", "subgroup", "month", "people", *OUTCOMES]


@pytest.mark.parametrize(
    ("follow_up", "months"), [(60, [12, 24, 36, 48, 60]), (40, [12, 24, 36, 40]), (12, [12]), (7, [7]), (1, [1])]
)
def test_months_are_every_twelfth_and_the_last(follow_up: int, months: list[int]) -> None:
    assert plan_runs(["more-mentors"], months=follow_up, jobs=1).reported_months == months


def test_rows_follow_scenario_outcome_subgroup_month() -> None:
    frame = _compare().comparison
    keys = frame[["scenario", "outcome", "subgroup", "month"]].apply(tuple, axis=1).tolist()
    assert keys == [
        (scenario, outcome, subgroup, month)
        for scenario in ["status-quo", *NAMES]
        for outcome in OUTCOMES
        for subgroup in SUBGROUPS
        for month in ([40] if at_horizon_only(outcome) else [12, 24, 36, 40])
    ]


def test_costs_have_one_point_on_the_curve() -> None:
    curves = _compare().curves
    assert curves[curves["outcome"] == "cost_programs"]["month"].unique().tolist() == [40]
    assert sorted(curves[curves["outcome"] == "rearrest"]["month"].unique()) == list(range(1, 41))


def test_the_baseline_and_a_scenario_without_effect_differ_by_exactly_nothing() -> None:
    frame = _compare().comparison
    for name in ("status-quo", "compatible-matching"):
        rows = frame[frame["scenario"] == name]
        numbers = rows[["difference", "difference_low", "difference_high", "difference_mcse"]].to_numpy()
        assert (numbers == 0).all()
        assert (rows["probability_better"] == 0.5).all()


def test_an_effect_is_found_with_the_right_sign() -> None:
    frame = _compare().comparison
    row = frame.query("scenario == 'smaller-mentor-caseloads' and outcome == 'rearrest' and month == 40").iloc[0]
    truth = -0.012 * (1 - np.exp(-2)) / 3
    assert row["difference_low"] < truth < row["difference_high"]
    assert row["difference"] < 0
    assert row["probability_better"] > 0.9
    assert row["difference"] == pytest.approx(row["value"] - _base(frame, row)["value"])


def _base(frame: pd.DataFrame, row: Any) -> Any:
    key = {"scenario": "status-quo", **{name: row[name] for name in ("outcome", "subgroup", "month")}}
    return frame[(frame[list(key)] == pd.Series(key)).all(axis=1)].iloc[0]


def test_an_empty_subgroup_is_left_out_and_counted() -> None:
    frame = _compare().comparison
    assert (frame[frame["subgroup"] == "risk=high"]["replicates"] == 39)[frame["outcome"] != "cost_programs"].all()
    assert (frame[frame["subgroup"] == "all"]["replicates"] == 40).all()


def test_a_subgroup_that_is_always_empty_gives_empty_cells(tmp_path: Path) -> None:
    def without_women(job: Any) -> Any:
        result = fake_simulate(job)
        for values in result.series.values():
            values[1] = np.nan
        return result

    result = compare(NAMES, simulate=without_women, replicates=4, jobs=1, months=12)
    text = _bytes(result.comparison.query("subgroup == 'sex=female' and outcome == 'deaths'"), tmp_path).decode()
    assert text.splitlines()[1] == "status-quo,status-quo,deaths,sex=female,12,,,,,,,,,0"


def test_few_draws_have_empty_intervals_and_a_warning(tmp_path: Path) -> None:
    result = _compare(replicates=18)
    row = result.comparison.query("scenario == 'smaller-mentor-caseloads' and outcome == 'rearrest'").iloc[0]
    assert np.isnan([row["difference_low"], row["difference_high"], row["probability_better"]]).all()
    assert np.isfinite([row["difference"], row["difference_mcse"]]).all()
    assert "18 replicates hold 9 independent draws, fewer than 10" in result.warnings[0]
    assert b",,," in _bytes(result.comparison, tmp_path)
    assert "without an interval" in result.sentence()


def test_a_calibration_with_few_draws_is_named_as_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_inputs(monkeypatch, draws=6)
    assert _compare(replicates=20).warnings == [
        "No intervals: 20 replicates hold 6 independent draws, fewer than 10. The calibration stores no more."
    ]


def test_enough_draws_warn_of_nothing() -> None:
    assert _compare(replicates=20).warnings == []


def test_fixed_parameters_say_what_the_interval_holds() -> None:
    result = _compare(fixed_parameters=True)
    assert "Monte Carlo error only" in result.warnings[0]
    assert "(luck alone, 95%:" in result.sentence()
    cell = result.paired("smaller-mentor-caseloads", "rearrest", 36)
    assert (cell.high - cell.low) / 2 == pytest.approx(2.0227 * cell.mcse, rel=1e-4)  # t with 39 degrees of freedom


def test_processes_change_no_byte(tmp_path: Path) -> None:
    alone, together = _compare(jobs=1), _compare(jobs=2)
    for name in ("comparison", "curves", "outcomes", "ledger"):
        assert _bytes(getattr(alone, name), tmp_path) == _bytes(getattr(together, name), tmp_path)


def test_order_of_scenarios_moves_rows_and_nothing_else(tmp_path: Path) -> None:
    ahead, back = _compare(["status-quo", *NAMES]), _compare([*NAMES[::-1], "status-quo"])
    for name in ("comparison", "curves"):
        lines = [_bytes(getattr(result, name), tmp_path).splitlines() for result in (ahead, back)]
        assert sorted(lines[0]) == sorted(lines[1])
        assert lines[0] != lines[1]


def test_seed_0_is_a_seed_like_any_other() -> None:
    assert not _compare(seed=0).comparison.equals(_compare(seed=1).comparison)


def test_outcomes_keep_every_month_for_everybody_and_each_twelfth_for_subgroups() -> None:
    frame = _compare().outcomes
    assert sorted(frame[frame["subgroup"] == "all"]["month"].unique()) == list(range(1, 41))
    assert sorted(frame[frame["subgroup"] == "sex=male"]["month"].unique()) == [12, 24, 36, 40]
    assert len(frame) == 3 * 40 * (40 + 3 * 4)
    row = frame.query("scenario == 'compatible-matching' and replicate == 5 and subgroup == 'sex=male' and month == 24")
    runs = _compare().runs
    assert row["rearrest"].item() == runs.series["compatible-matching"]["rearrest"][5, 2, 23]
    assert row["people"].item() == 190


def test_a_cohort_sees_more_than_the_expectation_and_larger_systems_less() -> None:
    def width(result: Comparison) -> float:
        frame = result.cohort_interval("return_to_prison", 36)
        row = frame[frame["scenario"] == "smaller-mentor-caseloads"].iloc[0]
        assert row["difference"] == result.paired("smaller-mentor-caseloads", "return_to_prison", 36).mean
        return float(row["cohort_high"] - row["cohort_low"])

    same_size = _compare(participants=2040)  # luck of one replicate is luck of one cohort
    cell = same_size.paired("smaller-mentor-caseloads", "return_to_prison", 36)
    assert width(same_size) > cell.high - cell.low
    assert width(_compare(participants=204)) < width(same_size)


def test_one_scenario_alone() -> None:
    result = run("more-mentors", simulate=fake_simulate, replicates=20, jobs=1, months=12, participants=100)
    assert result.comparison["scenario"].unique().tolist() == ["more-mentors"]
    assert (result.comparison["difference"] == 0).all()
    assert result.sentence().startswith("Of 1,000 people released, ")
    assert result.default_folder().name.startswith("more-mentors-")


def test_without_scenarios_what_an_analyst_asks_first_follows_the_baseline() -> None:
    plan = compare(simulate=fake_simulate, replicates=2, jobs=1, months=1, participants=24).plan
    programs = ("more-mentors", "jobs-first", "housing-first", "smaller-caseworker-caseloads", "balanced")
    assert plan.names == ("status-quo", *programs)


def test_intervals_of_values_hold_nothing_impossible_and_those_of_differences_may() -> None:
    def rare(job: Job) -> RunResult:
        result = fake_simulate(job)
        own = np.random.default_rng(job.replicate // 2).exponential(0.01, (len(SUBGROUPS), 1))
        shares = {name: np.minimum(own * np.ones_like(v), 1.0) for name, v in result.series.items()}
        return replace(result, series=shares | {"employed": 1.0 - shares["deaths"], "arrests": shares["deaths"]})

    result = compare(["more-mentors"], simulate=rare, replicates=20, jobs=1, months=12)
    deaths, employed, arrests = (result.value("status-quo", what, 12) for what in ("deaths", "employed", "arrests"))
    assert (deaths.low, employed.high, arrests.low) == (0.0, 1.0, 0.0)
    assert deaths.high > deaths.mean > 0.0
    for table in (result.comparison, result.curves):
        shares = table[~table["outcome"].isin(["cost_programs", "net_benefit"])]
        assert shares["value_low"].min() == 0.0
        assert shares["value_high"].max() == 1.0


@pytest.mark.parametrize(("outcome", "high"), [("rearrest", 1.0), ("satisfaction", 1.0), ("arrests", 3.0)])
def test_shares_end_at_one_and_amounts_nowhere(outcome: str, high: float) -> None:
    wide = Summary(*(np.array([value]) for value in (0.5, -2.0, 3.0, 1.0, 0.5)), np.array([4]))
    cell = possible(outcome, wide).at(0)
    assert (cell.low, cell.high) == (0.0, high)


def test_only_the_baseline_itself_has_an_interval_of_few_draws(tmp_path: Path) -> None:
    path = tmp_path / "my-own.toml"
    path.write_text('schema = 1\ntitle = "x"\nbased_on = "status-quo"\n')
    frame = _compare([path], replicates=4).comparison.query("subgroup == 'all'").set_index("scenario")
    assert (frame.loc["status-quo", ["difference_low", "difference_high"]] == 0).to_numpy().all()
    assert frame.loc["my-own", ["difference_low", "difference_high", "probability_better"]].isna().to_numpy().all()


def test_a_scenario_under_another_name_differs_by_nothing(tmp_path: Path) -> None:
    path = tmp_path / "my-own.toml"
    path.write_text('schema = 1\ntitle = "x"\nbased_on = "status-quo"\n')
    frame = _compare([path]).comparison
    assert (frame["difference"] == 0).all()
    assert (frame[["difference_low", "difference_high", "difference_mcse"]] == 0).to_numpy().all()


def test_what_was_not_run_is_named_with_the_nearest() -> None:
    result = _compare()
    with pytest.raises(InputError, match=r"no outcome 'rearest' in these results\. Did you mean 'rearrest'"):
        result.value("status-quo", "rearest", 12)
    with pytest.raises(InputError, match=r"no month 41 in these results\. They have months 1 to 40"):
        result.cohort_interval("rearrest", 41)


def test_saved_tables_read_back(tmp_path: Path) -> None:
    result = _compare()
    folder = result.save(tmp_path / "out")
    read = pd.read_csv(io.BytesIO((folder / "comparison.csv").read_bytes()))
    assert read["difference"].to_numpy() == pytest.approx(result.comparison["difference"].to_numpy(), nan_ok=True)
    assert len(pd.read_parquet(folder / "outcomes.parquet")) == len(result.outcomes)


def test_notes_are_averaged_over_replicates() -> None:
    notes = _compare(replicates=4).notes
    assert list(notes.index) == ["status-quo", *NAMES]
    assert notes["mean_wait_months"].tolist() == [3.5] * 3


def test_loaded_scenarios_are_welcome() -> None:
    scenario: Scenario = load_scenario("more-mentors")
    assert _compare([scenario], replicates=2).plan.names == ("status-quo", "more-mentors")


def test_money_that_nothing_could_be_done_with_is_told() -> None:
    def mostly_idle(job: Job) -> RunResult:
        result = fake_simulate(job)
        return replace(result, ledger=[FakeLedgerRow("grant", "mentoring", 1, 100, 60, 10, 30, 0)])

    (warning,) = compare(["smaller-mentor-caseloads"], simulate=mostly_idle, replicates=20, jobs=1).warnings
    assert "40% under status-quo, 40% under smaller-mentor-caseloads was left or lapsed" in warning


def test_numbers_of_a_scenarios_own_are_told() -> None:
    own = load_scenario("smaller-mentor-caseloads").vary({"estimates.reoffending.age_bend_years": 45})
    (warning,) = compare([own], simulate=fake_simulate, replicates=20, jobs=1).warnings
    assert "smaller-mentor-caseloads replaces reoffending.age_bend_years" in warning
    assert "not fitted again" in warning


def test_a_queue_that_has_not_settled_is_told() -> None:
    def restless(job: Job) -> RunResult:
        return replace(fake_simulate(job), notes={"queue_drift": 0.3, "waiting": job.participants / 2})

    (told,) = compare(["smaller-mentor-caseloads"], simulate=restless, replicates=20, jobs=1).warnings
    assert "queue for mentors was still growing or shrinking" in told
    assert "under status-quo (+30%), smaller-mentor-caseloads (+30%): " in told


@pytest.mark.parametrize(
    ("program", "waiting", "bound"),
    [
        ("mentoring", 0.0, "eligible people who accept"),
        ("mentoring", 400.0, "mentors, and the time to find them"),
        ("case_management", 400.0, "caseworkers, and the time to find them"),
        ("transitional_housing", 400.0, "beds: a ceiling, the providers"),
        ("transitional_housing", 3.0, "eligible people who accept"),
        ("transitional_jobs", 400.0, "the ceiling on program jobs"),
    ],
)
def test_unspent_money_names_its_program_and_what_bound_it(program: str, waiting: float, bound: str) -> None:
    ledger = pd.DataFrame(
        {
            "scenario": ["rich", "rich", "rich", "thrifty"],
            "program": [program, program, "overhead", program],
            "step": [1, 1, 1, 1],
            "arrived": [100, 100, 50, 100],
            "spent": [40, 40, 50, 99],
            "lapsed": [0, 50, 0, 0],
            "unspent": [0, 70, 0, 1],
            "unpaid": [0, 0, 0, 0],
        }
    )
    length = "waiting" if program == "mentoring" else f"{program}.waiting"
    notes = pd.DataFrame({length: [waiting, 5.0]}, index=["rich", "thrifty"])
    (told,) = idle_money(ledger, notes, 2040, {"rich": 9, "thrifty": 9})
    assert f"money of {program.replace('_', ' ')} was spent: 60% under rich was left or lapsed" in told
    assert bound in told
    (told,) = idle_money(ledger, notes, 2040, {"rich": 9, "thrifty": 9}, {("rich", program)})
    assert ("the month: in some, more people wait" if waiting == 400.0 else bound) in told
    (told,) = idle_money(ledger, notes, 2040, {"rich": 0, "thrifty": 9})
    assert "people: most of it came after the run's last release" in told


def test_a_line_for_beds_that_has_not_settled_is_told() -> None:
    notes = pd.DataFrame(
        {"waiting": [200.0], "queue_drift": [0.01], "unsheltered": [300.0], "unsheltered_drift": [0.4]},
        index=["crowded"],
    )
    (told,) = restless_queues(notes, participants=2040)
    assert "line for shelter beds was still growing" in told and "under crowded (+40%)" in told
    mentors = notes.assign(queue_drift=0.4, unsheltered_drift=0.0)
    assert not list(restless_queues(mentors, 2040, spent=set()))  # who waits for no money waits for nothing
    assert len(list(restless_queues(mentors, 2040, spent={("crowded", "mentoring")}))) == 1
    assert not list(restless_queues(notes.assign(unsheltered_drift=0.05), participants=2040))


def test_too_few_places_in_a_sample_are_told() -> None:
    def few(job: Job) -> RunResult:
        notes = {"active_mentors": 30.0, "transitional_jobs.held": 4.0}
        return replace(fake_simulate(job), notes=notes)

    (told,) = compare(["jobs-first"], simulate=few, replicates=20, jobs=1, participants=500).warnings
    assert told.startswith("500 people stand for 2,040, so fewer than 5 posts or places are simulated of ")
    assert "of transitional jobs under jobs-first: whole ones show" in told
    assert not compare(["jobs-first"], simulate=few, replicates=20, jobs=1).warnings


@pytest.mark.parametrize("spent", [0, 97_000])
def test_money_that_served_nobody_is_told_with_the_program_too_small_to_hold_a_post(spent: int) -> None:
    def empty(job: Job) -> RunResult:
        notes = {"active_mentors": 30.0, "case_management.held": 0.0, "case_management.served": 0.0}
        row = FakeLedgerRow("state_grant", "case_management", 1, spent, spent, 0, 0, 0)
        return replace(fake_simulate(job), notes=notes, ledger=[row])

    told = compare(["smaller-caseworker-caseloads"], simulate=empty, replicates=20, jobs=1, participants=500).warnings
    if not spent:
        assert told == []
        return
    few, nobody = told
    assert "posts or places are simulated of case management under smaller-caseworker-caseloads: whole" in few
    assert nobody == (
        "Under smaller-caseworker-caseloads, money was spent on case management, and nobody analyzed was served."
    )


def test_only_places_have_a_ceiling_and_only_where_a_scenario_sets_one() -> None:
    every = load_scenario("balanced")
    limited = every.vary({"programs.transitional_jobs.places": 9})
    nonprofits = every.vary({"circumstances.nonprofit_places_per_100": 5.0})

    def found(scenario: Scenario) -> set[tuple[str, str]]:
        return without_ceiling(plan_runs([scenario], replicates=2, jobs=1))

    assert found(every) == {("balanced", "transitional_jobs")}
    assert not found(limited)
    assert not found(nonprofits)


def test_a_program_in_prison_that_nobody_can_complete_is_told() -> None:
    usual = load_scenario("education")
    plan = plan_runs([usual.vary({"programs.education.length_months": 7})], replicates=2, jobs=1)
    (told,) = longer_than_is_left(plan)
    assert "nobody completes education: it stops at release, lasts 7 months, and begins 6 before" in told
    assert not list(longer_than_is_left(plan_runs([usual], replicates=2, jobs=1)))


def test_no_interval_of_what_programs_cost_goes_beyond_the_money_that_came(tmp_path: Path) -> None:
    """Costs that are what came in most draws and far less in one have a wide interval that money alone cuts off."""

    def simulate(job: Job) -> RunResult:
        made = cast(Any, fake_simulate(job))
        cost = 300.0 if job.draw == 4 else 990.0
        made.series["cost_programs"] = np.full_like(made.series["cost_programs"], cost)
        row = FakeLedgerRow("state_grant", "mentoring", 1, 100_000, round(cost) * 100, 0, 0, 0)
        return cast("RunResult", replace(made, ledger=[row]))

    result = compare(["more-mentors"], replicates=24, jobs=1, participants=100, simulate=simulate)
    cost = result.value("more-mentors", "cost_programs", 60)
    assert cost.mean == pytest.approx(932.5)  # of one draw in twelve
    assert cost.high == pytest.approx(1000.0) and cost.low < 600.0
    folder = result.save(tmp_path / "here")
    table = pd.read_csv(folder / "comparison.csv").query("scenario == 'more-mentors' and outcome == 'cost_programs'")
    assert table["value_high"].to_numpy() == pytest.approx(1000.0)
    assert load(folder).value("more-mentors", "cost_programs", 60).high == pytest.approx(cost.high, rel=1e-6)
