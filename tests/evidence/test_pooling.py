from __future__ import annotations

import math
from dataclasses import replace
from types import MappingProxyType

import pytest

from reentrysim.evidence.audit import disagreements
from reentrysim.evidence.catalog import Catalog, load_catalog
from reentrysim.evidence.pooling import pool, study
from reentrysim.evidence.published import Row, published_row
from reentrysim.vocabulary import InputError


def row(measure: str, effect: str, low: str = "", high: str = "", p: str = "", **shares: str) -> Row:
    """A published effect like PE047 with other figures."""
    like = published_row("PE047")
    fields = dict(like.fields) | {"effect_measure": measure, "effect": effect, "p_value": p, **shares}

    def number(text: str) -> float | None:
        return float(text) if text else None

    return replace(like, value=number(effect), low=number(low), high=number(high), fields=MappingProxyType(fields))


def test_a_ratio_with_an_interval_by_hand() -> None:
    one = study(row("HR", "0.8", "0.5", "1.28"))
    assert one.log_ratio == pytest.approx(math.log(0.8))
    assert one.error == pytest.approx(math.log(1.28 / 0.5) / 3.92, rel=1e-4)


def test_a_p_below_a_bound_gives_the_largest_error_that_it_allows() -> None:
    assert study(row("OR", "0.5", p="<0.05")).error == pytest.approx(math.log(2) / 1.96, rel=1e-4)
    assert study(row("OR", "0.5", p="<0.001")).error < study(row("OR", "0.5", p="<0.05")).error


def test_a_relative_reduction_is_a_ratio() -> None:
    assert study(row("relative_reduction", "0.3", p="<0.05")).log_ratio == pytest.approx(math.log(0.7))


def test_shares_of_two_groups_by_hand() -> None:
    shares = {"treated_value": "0.2", "control_value": "0.4", "n_treated": "100", "n_control": "50"}
    one = study(row("RD", "-0.2", **shares))
    assert one.log_ratio == pytest.approx(math.log(math.log(0.8) / math.log(0.6)))
    # var log(-log(1 - p)) = p / (n (1 - p) log(1 - p)^2)
    expected = 0.2 / (100 * 0.8 * math.log(0.8) ** 2) + 0.4 / (50 * 0.6 * math.log(0.6) ** 2)
    assert one.error == pytest.approx(math.sqrt(expected))


@pytest.mark.parametrize(
    ("measure", "effect", "p", "message"),
    [("direction", "", "ns", "gives direction"), ("HR", "0.8", "ns", "nothing about its error")],
)
def test_words_and_errors_unknown_cannot_be_pooled(measure: str, effect: str, p: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        study(row(measure, effect, p=p))


def test_one_study_pooled_is_itself_with_the_spread_between_studies() -> None:
    alone = pool([row("HR", "0.8", "0.5", "1.28")], between=0.3)
    error = math.log(1.28 / 0.5) / (2 * 1.959964)
    assert alone.value == pytest.approx(0.8)
    assert math.log(alone.high / alone.low) / (2 * 1.959964) == pytest.approx(math.sqrt(error**2 + 2 * 0.3**2))


def test_the_more_certain_study_counts_for_more() -> None:
    sure, unsure = row("HR", "0.5", "0.45", "0.55"), row("HR", "1.0", "0.5", "2.0")
    near, equal = pool([sure, unsure], 0.01), pool([sure, unsure], 50.0)
    assert 0.5 < near.value < 0.52
    assert equal.value == pytest.approx(math.sqrt(0.5), rel=1e-3)  # so different studies count alike


def test_a_shipped_pool_is_worked_out_again_interval_and_all() -> None:
    catalog = load_catalog()
    pooled = catalog["mentoring.hazard_ratio"]
    assert disagreements(catalog) == []
    for key, wrong in (("value", 0.75), ("low", 0.5), ("high", 1.0)):
        found = disagreements(Catalog({pooled.name: replace(pooled, **{key: wrong})}))
        assert len(found) == 1
        assert "pooled 0.22 over PE047, PE072, PE169 gives" in found[0]
