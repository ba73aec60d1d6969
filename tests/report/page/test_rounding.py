"""Whom programs reach and what they spend, of runs of the model: no digit that the runs do not support."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from behavior.small_runs import TOTAL, small
from reentrysim.analysis.answer import supported_unit
from reentrysim.analysis.compare import compare as run_compare
from reentrysim.analysis.compare import run
from reentrysim.report.page.page import page
from reentrysim.results import Comparison
from report.page.reading import read

OPTIONS: dict[str, Any] = {"replicates": 4, "jobs": 1, "participants": 300}
WHOM = ("offered", "served", "completed")


def scenario(name: str, dollars: float) -> Any:
    return small({"time.follow_up_months": 12, TOTAL: dollars}, size=300).vary({}, name=name)


@pytest.fixture(scope="module")
def compared() -> Comparison:
    scarce, rich = scenario("scarce", 200_000.0), scenario("rich", 600_000.0)
    return Comparison(run_compare([rich], baseline=scarce, **OPTIONS).runs)


def error(sample: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    """Of the mean of draws, each of two runs."""
    draws = sample.reshape(-1, 2).mean(axis=1)
    return float(draws.std(ddof=1) / np.sqrt(len(draws)))


def told_and_plain(outcomes: pd.DataFrame, name: str, whom: str) -> tuple[int, int]:
    """Of 1,000, how many a program reaches: as coarse as the error asks, and to one."""
    wide = outcomes[(outcomes["scenario"] == name) & (outcomes["month"] == 12)]
    people = wide.pivot(index="replicate", columns="subgroup", values="people")
    share = 1000 * (people[f"{whom}=mentoring"] / people["all"]).to_numpy()
    unit = supported_unit(error(share))
    return round(share.mean() / unit) * unit, round(share.mean())


def check(cells: list[str], outcomes: pd.DataFrame, name: str) -> None:
    told, plain = zip(*(told_and_plain(outcomes, name, whom) for whom in WHOM[: len(cells)]), strict=True)
    assert [int(cell) for cell in cells] == list(told)
    assert told != plain  # or nothing is rounded here


def test_counts_are_as_coarse_as_their_error(compared: Comparison) -> None:
    rows = read(page(compared)).tables["reach"][1:]
    assert [row[:2] for row in rows] == [["scarce", "mentoring"], ["rich", "mentoring"]]
    for name, _, *cells in rows:
        check(cells[:3], compared.outcomes, name)


def test_those_of_one_scenario_too() -> None:
    alone = Comparison(run(scenario("alone", 400_000.0), **OPTIONS).runs)
    ((name, *cells),) = read(page(alone)).tables["reach"][1:]
    assert name == "mentoring"
    check(cells, alone.outcomes, "alone")


def test_the_money_of_programs_is_that_of_the_ledger_adds_up_and_is_as_in_the_picture(compared: Comparison) -> None:
    found, ledger = read(page(compared)), compared.ledger
    heads, *millions = found.tables["behind-budget"]
    unit = 1000  # three digits of $600,000, which is all there is
    for name, program, came, spent, left, _ in found.tables["spent"][1:]:
        own = ledger[(ledger["scenario"] == name) & (ledger["program"] == program)]
        dollars = own.groupby("replicate")["spent"].sum().to_numpy() / 100
        in_all, used, rest = (int(told.strip("$").replace(",", "")) for told in (came, spent, left))
        assert used == round(dollars.mean() / unit) * unit
        assert abs(in_all - used - rest) <= unit
        (shown,) = (row[heads.index(program.capitalize())] for row in millions if row[0] == name)
        assert round(float(shown) * 1e6) == round(dollars.mean() / unit) * unit
