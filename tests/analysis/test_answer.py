"""The sentence: true, in counts, and without a digit that the Monte Carlo error does not support."""

from __future__ import annotations

import math

import pytest

from reentrysim.analysis.answer import (
    against_baseline,
    clearest,
    one_scenario,
    period,
    price,
    rounded,
    span,
    supported_unit,
)
from reentrysim.analysis.intervals import Cell


def _cell(mean: float, low: float, high: float, mcse: float = 0.0006) -> Cell:
    return Cell(mean / 1000, low / 1000, high / 1000, mcse, 0.5, 60)


def _answer(month: int = 36, **cells: Cell) -> str:
    return against_baseline({name.replace("_", "-"): cell for name, cell in cells.items()}, "status-quo", month, "95%")


def test_the_largest_clear_improvement_is_told() -> None:
    text = _answer(smaller_caseloads=_cell(-5.2, -9.1, -1.3), other=_cell(-9, -20, 2), worse=_cell(30, 20, 40))
    assert text == (
        "Of 1,000 people released, 5 fewer are back in prison within 3 years under smaller-caseloads "
        "than under status-quo (95%: 1 to 9 fewer)."
    )


def test_nothing_clear_is_said_to_be_so() -> None:
    assert _answer(x=_cell(-2, -6, 2), y=_cell(1, -1, 3)) == (
        "No scenario changes the number back in prison within 3 years clearly: the largest difference is "
        "2 fewer of 1,000 under x than under status-quo (95%: 6 fewer to 2 more)."
    )


def test_clear_harm_is_told_when_nothing_helps() -> None:
    text = _answer(month=12, x=_cell(4, 2, 6), y=_cell(9, 7, 11))
    assert "9 more are back in prison within 1 year under y than under status-quo (95%: 7 to 11 more)" in text


def test_one_person_is_one_person() -> None:
    assert "1 fewer is back" in _answer(x=_cell(-1.2, -1.9, -0.6))


def test_a_sign_that_rounds_away_is_not_called_clear() -> None:
    assert _answer(x=_cell(-0.4, -0.6, -0.2)).endswith(
        "the largest difference is less than 1 of 1,000 under x (95%: 0 to 1 fewer)."
    )


def test_digits_follow_the_monte_carlo_error() -> None:
    text = _answer(x=_cell(-12.6, -22.2, -6.1, mcse=0.0031))
    assert "about 15 fewer are back" in text
    assert "(95%: 5 to 20 fewer)" in text


def test_no_difference_at_all() -> None:
    text = _answer(x=_cell(0, 0, 0, mcse=0), y=_cell(0, 0, 0, mcse=0))
    assert text == (
        "In these runs exactly as many people are back in prison within 3 years under every scenario as under "
        "status-quo."
    )


def test_too_few_draws_claim_nothing() -> None:
    text = _answer(month=30, x=_cell(-8, math.nan, math.nan))
    assert text == (
        "Too few runs to say whether a scenario changes the number back in prison within 30 months: "
        "the largest difference is 8 fewer of 1,000 under x than under status-quo, without an interval."
    )


def test_one_scenario_gives_its_level() -> None:
    assert one_scenario(_cell(372.4, 350.2, 391.9), "status-quo", 36, "95%") == (
        "Of 1,000 people released, 372 are back in prison within 3 years under status-quo (95%: 350 to 392)."
    )


@pytest.mark.parametrize(
    ("error", "unit"),
    [(0, 1), (0.4, 1), (1, 1), (1.01, 2), (2.1, 5), (5.1, 10), (11, 20), (21, 50), (60, 100), (math.nan, 1)],
)
def test_units_are_no_finer_than_the_error(error: float, unit: int) -> None:
    assert supported_unit(error) == unit


def test_rounding_keeps_to_the_unit() -> None:
    assert [rounded(x, 5) for x in (12.4, 12.6, -12.6, 2.4)] == [10, 15, -15, 0]


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (-9, -1, "1 to 9 fewer"),
        (-6, 2, "6 fewer to 2 more"),
        (2, 6, "2 to 6 more"),
        (-3, 0, "0 to 3 fewer"),
        (0, 4, "0 to 4 more"),
        (0, 0, "0 to 0"),
        (-1200, -3, "3 to 1,200 fewer"),
    ],
)
def test_spans(low: int, high: int, words: str) -> None:
    assert span(low, high) == words


def test_periods() -> None:
    assert [period(m) for m in (1, 12, 18, 36)] == ["1 month", "1 year", "18 months", "3 years"]


def test_a_price_is_told_with_its_set_or_not_at_all() -> None:
    assert price(123_456.0, 81_111.0, 456_789.0, "95%") == (
        "Each return averted costs $120,000 of program money (95%: $81,000 to $460,000)."
    )
    assert price(math.nan, math.nan, math.nan, "95%") == ""


def test_the_scenario_that_is_priced_is_the_one_that_is_named() -> None:
    cells = {"good": _cell(-5, -9, -1), "better": _cell(-7, -12, -2), "unclear": _cell(-9, -20, 2)}
    assert clearest(cells) == "better"
    assert clearest({"unclear": cells["unclear"]}) == ""
    assert clearest({"worse": _cell(30, 20, 40), "bad": _cell(9, 7, 11)}) == "worse"
