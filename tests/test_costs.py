"""Events in dollars, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from reentrysim.costs import BASES, EVENTS, KINDS, discount_factors, discounted, prices, unit_costs
from reentrysim.evidence.catalog import load_catalog
from reentrysim.evidence.prices import in_dollars_of
from reentrysim.vocabulary import DAYS_PER_MONTH

CENTRAL = load_catalog().values()


def test_prices_are_moved_to_one_year_and_shares_are_not() -> None:
    price = prices(CENTRAL, 2024)
    assert price["prison_year_average"] == in_dollars_of(33_274, 2015, 2024)
    assert price["earnings_tax_share"] == CENTRAL["prices.earnings_tax_share"]
    assert price["offenses_per_arrest"] == CENTRAL["prices.offenses_per_arrest"]


def test_a_month_in_prison_is_paid_once() -> None:
    for basis in BASES:
        units = unit_costs(prices(CENTRAL, 2024), basis)
        month = {"months_in_prison": 1.0, "days_in_custody": DAYS_PER_MONTH}
        paid = {
            line: sum(month.get(name, 0.0) * dollars for name, dollars in each.items()) for line, each in units.items()
        }
        assert paid["jail"] == pytest.approx(0.0, abs=1e-9)
        assert sum(paid.values()) == pytest.approx(paid["prison"])
        assert {name for each in units.values() for name in each} <= set(EVENTS)


def test_prices_fall_from_average_to_marginal_to_those_of_the_short_run() -> None:
    price = prices(CENTRAL, 2024)
    short, lasting, average = (
        unit_costs(price, basis)["prison"]["months_in_prison"] for basis in ("short_run", "marginal", "average")
    )
    assert short < lasting < average
    assert average == pytest.approx(price["prison_year_average"] / 12)


def test_an_arrest_stands_for_offenses_of_its_kind_alone() -> None:
    price = prices(CENTRAL, 2024)
    each = unit_costs(price)["victims_tangible"]
    assert set(each) == {f"offending_{kind}" for kind in KINDS}
    assert each["offending_property"] == pytest.approx(price["victim_tangible_property"] * price["offenses_per_arrest"])


def test_discounting_by_hand() -> None:
    assert discount_factors(0.0, 3).tolist() == [1.0, 1.0, 1.0]
    factors = discount_factors(0.21, 24)
    assert factors[12] / factors[0] == pytest.approx(1 / 1.21)
    assert factors[0] == pytest.approx(1.21 ** (-1 / 24))
    assert discounted(np.array([[1.0, 1.0, 4.0]]), np.array([1.0, 0.5, 0.25])).tolist() == [[1.0, 1.0, 1.75]]
