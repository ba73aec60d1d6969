"""Economics on the terminal: the numbers of the tables, and why some are missing."""

from __future__ import annotations

import io
import re
from typing import Any

import numpy as np
from rich.console import Console

from analysis.economics.hand import RUNS, books, economics
from analysis.economics.test_economics import OTHER, USUAL
from reentrysim.report.economics import balance_table, economics_key, net_span, show_economics


def told(**changes: Any) -> str:
    console = Console(width=120, record=True, file=io.StringIO())
    show_economics(economics(books(USUAL, OTHER, **changes)), console)
    return console.export_text()


def test_the_tables_say_what_the_frames_say() -> None:
    text = told()
    row = economics(books(USUAL, OTHER)).balance.iloc[0]
    society = re.search(r"other\s+society\s+\$500\s+\$([\d,]+)\s+\$([\d,]+)", text)
    assert society
    assert [int(one.replace(",", "")) for one in society.groups()] == [round(row["benefit"]), round(row["net"])]
    assert "5,000 (5,000 to 5,000)" in text  # dollars a return averted
    assert re.search(r"programs\s+-\$500", text)
    assert re.search(r"in all, participants\s+\$750", text)
    assert "taxes" not in text.split("in all")[0]  # nothing for society


def test_what_is_missing_is_explained() -> None:
    text = " ".join(told(programs=(500.0, 505.0)).split())
    assert "No price of a return averted is told (other: it spends as much as the baseline)." in text


def test_no_digit_beyond_the_monte_carlo_error() -> None:
    row = {"net": 1234.0, "net_low": -987.0, "net_high": 3333.0, "net_mcse": 150.0}
    assert net_span(row) == "$1,200 (-$1,000 to $3,400)"
    assert net_span(row | {"net_low": float("nan")}) == "$1,200"


def test_terms_are_beside_the_numbers() -> None:
    found = economics(books(USUAL, OTHER, in_kind={"usual": np.zeros(RUNS), "other": np.ones(RUNS)}), prison="average")
    assert "average prices of custody" in economics_key(found)[0]
    assert balance_table(found).row_count == 2


def test_the_least_known_line_is_named() -> None:
    assert "Victims' costs are the largest line and the least known" in told()
