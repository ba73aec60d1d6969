"""How often contracts pay, by hand; and their file, their words and their warnings in whole comparisons."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from experiments.test_contracts import plan
from reentrysim.analysis.compare import carry_out, run
from reentrysim.analysis.contracts import CONTRACT_COLUMNS, doubts, monte_carlo_error, payments
from reentrysim.experiments.store import read_manifest
from reentrysim.report.contracts import _chance, contract_lines
from reentrysim.report.terminal import show
from reentrysim.results import Comparison, load

LUCK = np.full(12, -1, dtype=np.int64)


def frame(rows: list[tuple[float, float, int, int]], **changes: Any) -> pd.DataFrame:
    """(rate, rate without the programs, cents paid, cents paid without them) of each replicate; $10 are at stake."""
    usual = dict.fromkeys(CONTRACT_COLUMNS, 0) | {"scenario": "pfs", "source": "fund", "lost_by": "investors"}
    usual |= {"judged": 1, "people": 20, "at_stake_cents": 1000, "comparison_rate": math.nan}
    lines = [
        {**usual, "replicate": k, "rate": a, "rate_if_idle": b, "paid_cents": c, "paid_cents_if_idle": d, **changes}
        for k, (a, b, c, d) in enumerate(rows)
    ]
    return pd.DataFrame(lines, columns=CONTRACT_COLUMNS)


TWELVE = [
    (0.3, 0.4, 1000, 0),  # better and paid
    (0.3, 0.4, 1000, 1000),  # better, and paid in any case
    (0.45, 0.5, 0, 0),  # better and not paid
    (0.5, 0.5, 0, 0),
    (0.4, 0.4, 1000, 1000),  # paid for nothing
    (0.5, 0.4, 0, 1000),  # worse
    (0.42, 0.5, 500, 0),  # better, and half paid
    (0.48, 0.55, 0, 0),  # better and not paid
    *[(0.5, 0.5, 0, 0)] * 4,
]


def test_payments_by_hand() -> None:
    (row,) = payments(frame(TWELVE), LUCK).to_dict("records")
    assert row["probability_paid"] == 4 / 12
    paid = [1, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]
    assert row["probability_paid_mcse"] == pytest.approx(np.std(paid, ddof=1) / math.sqrt(12))
    assert row["expected_paid_dollars"] == pytest.approx(35 / 12)
    assert row["probability_paid_if_idle"] == 3 / 12
    assert row["expected_paid_if_idle_dollars"] == pytest.approx(30 / 12)
    assert row["runs_better"] == 5
    assert row["probability_unpaid_if_better"] == pytest.approx(2 / 5)
    assert math.isnan(row["comparison_rate"])
    assert row["probability_not_judged"] == 0.0


def test_replicates_of_a_draw_count_as_one_in_the_error() -> None:
    sample, draws = np.repeat([1.0, 0.0] * 5, 2), np.arange(20) // 2
    assert monte_carlo_error(sample, draws) == pytest.approx(np.std([1, 0] * 5, ddof=1) / math.sqrt(10))
    assert monte_carlo_error(sample, draws) > monte_carlo_error(sample, np.full(20, -1))


def test_a_few_draws_have_no_error() -> None:
    sample = np.array([1.0, 0.0] * 9)
    assert math.isnan(monte_carlo_error(sample, np.arange(18) // 2))  # nine draws
    assert math.isnan(monte_carlo_error(sample[:9], LUCK[:9]))
    assert "Monte Carlo" not in _chance({"paid": 0.5, "runs": 18, "paid_mcse": math.nan}, "paid")


def test_runs_that_all_say_the_same_are_not_certain() -> None:
    share = 1 / 14
    expected = math.sqrt(share * (1 - share) / 14)
    for value in (0.0, 1.0):
        assert monte_carlo_error(np.full(12, value), LUCK) == pytest.approx(expected)
    assert monte_carlo_error(np.full(12, 420.0), LUCK, most=420.0) == pytest.approx(420 * expected)
    assert math.isnan(monte_carlo_error(np.full(12, math.nan), LUCK))


def test_a_program_that_never_lowers_the_rate_misses_no_success() -> None:
    (row,) = payments(frame([(0.5, 0.5, 0, 0)] * 12), LUCK).to_dict("records")
    assert row["runs_better"] == 0
    assert math.isnan(row["probability_unpaid_if_better"])


def test_doubts_are_told_where_they_are_due() -> None:
    assert list(doubts(frame(TWELVE), 2040, 2040)) == []
    assert list(doubts(frame([]), 100, 2040)) == []
    (sample,) = doubts(frame(TWELVE), 300, 2040)
    assert "a cohort of 300 in place of 2,040" in sample
    (few,) = doubts(frame(TWELVE, judged=0), 2040, 2040)
    assert few == "Under pfs, fund found too few people to judge in 12 of 12 runs, and did not pay."
    (dropped,) = doubts(frame(TWELVE, dropped=5), 2040, 2040)
    assert "drops 20.0% of the cohort" in dropped
    assert list(doubts(frame([*TWELVE * 400], dropped=0).assign(dropped=[1] + [0] * 4799), 2040, 2040)) == []


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return Comparison(carry_out(plan()).runs)


def test_the_file_of_contracts_is_there_where_there_is_one_and_reads_back(
    comparison: Comparison, tmp_path: Path
) -> None:
    folder = comparison.save(tmp_path / "out")
    manifest = read_manifest(folder)
    assert manifest is not None
    assert "contracts.csv" in manifest["files"]
    read = load(folder)
    assert list(read.contracts.columns) == CONTRACT_COLUMNS
    assert read.contracts["paid_cents"].tolist() == comparison.contracts["paid_cents"].tolist()
    pd.testing.assert_frame_equal(read.payments(), comparison.payments(), check_dtype=False)
    assert set(comparison.contracts["scenario"]) == {"fund"}
    whole = comparison.contracts
    assert (whole["paid_cents"] + whole["lost_cents"] == whole["at_stake_cents"]).all()
    assert set(whole["at_stake_cents"]) == {60_000 * 100}


def test_without_a_contract_there_is_no_such_file(tmp_path: Path) -> None:
    alone = Comparison(run(plan().scenarios[0], replicates=2, jobs=1).runs)
    assert "contracts.csv" not in alone.files()
    assert alone.payments().empty
    assert list(contract_lines(alone)) == []
    assert load(alone.save(tmp_path / "out")).contracts.empty


def test_the_words_say_what_the_table_says(comparison: Comparison, tmp_path: Path) -> None:
    (row,) = comparison.payments().to_dict("records")
    (line,) = contract_lines(comparison)
    assert line.startswith("Contract state_grant under fund: pays in ")
    assert f"{round(4 * row['probability_paid'])} of 4 runs ({row['probability_paid']:.0%})" in line  # of two draws
    assert "of $60,000 at stake on average; investors lose the rest. It would pay in" in line
    console = Console(record=True, width=200)
    show(comparison, console, tmp_path)
    text = console.export_text()
    assert line.partition(";")[0][:100] in text
