"""The arithmetic of transforms computes what it says, and nothing else is evaluated."""

from __future__ import annotations

import math

import pytest

from reentrysim.evidence.arithmetic import evaluate
from reentrysim.vocabulary import InputError

FIGURES = {("a", ""): 0.8, ("b", ""): 4.0, ("a", "low"): 0.5}


def lookup(row: str, column: str) -> float:
    try:
        return FIGURES[row, column]
    except KeyError:
        raise InputError(f"no {row}") from None


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 - a**(1/12)", 1 - 0.8 ** (1 / 12)),
        ("-log(1 - a) / b", -math.log(0.2) / 4),
        ("sqrt(b) + exp(a.low) * +2", 2 + math.exp(0.5) * 2),
        ("(a + b) / 2", 2.4),
        ("1e3", 1000.0),
    ],
)
def test_arithmetic(expression, value):
    assert evaluate(expression, lookup) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "a +",
        "c",
        "True",
        "'a'",
        "1j",
        "a if b else 1",
        "a < b",
        "[a]",
        "max(a, b)",
        "log(a, b)",
        "log(x=a)",
        "__import__('os')",
        "a.low.real",
        "(lambda: 1)()",
        "a // b",
        "b % 3",
        "~1",
        "f'{a}'",
    ],
)
def test_what_is_not_arithmetic_is_refused(expression):
    with pytest.raises(InputError):
        evaluate(expression, lookup)


@pytest.mark.parametrize("expression", ["1 / (b - 4)", "log(-a)", "(-a)**0.5", "9**9**9**9", "exp(b*1000)", "1e999"])
def test_what_has_no_finite_value_is_refused(expression):
    with pytest.raises(InputError):
        evaluate(expression, lookup)


@pytest.mark.parametrize(("expression", "value"), [("(" * 150 + "a" + ")" * 150, 0.8), ("-" * 390 + "a", 0.8)])
def test_nesting_up_to_the_longest_transform_is_read(expression, value):
    assert evaluate(expression, lookup) == value


def test_a_transform_too_long_to_read_is_refused():
    with pytest.raises(InputError, match="20001 characters"):
        evaluate("1" + "+1" * 10_000, lookup)
