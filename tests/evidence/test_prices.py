"""Prices of events agree with each other, and with a published total that none of them rests on."""

from __future__ import annotations

import pytest

from reentrysim.evidence import Values, in_dollars_of, load_catalog, published_row

KINDS = {"violent": "RT01252", "property": "RT01258", "drug": "RT01263", "public_order": "RT01267"}
YEAR = 2017


def in_2017(values: Values, key: str) -> float:
    name = f"prices.{key}"
    year = load_catalog()[name].price_year
    assert year is not None
    return in_dollars_of(values[name], year, YEAR)


def test_closing_a_prison_never_saves_more_than_the_average_cost():
    for draw in range(500):
        values = load_catalog().values(draw, seed=2)
        saved = in_2017(values, "prison_year_short_run") + in_2017(values, "facility_year")
        assert saved < in_2017(values, "prison_year_average")


def test_victims_of_the_arrests_behind_a_conviction_cost_about_what_illinois_says():
    """Two arrests for each new conviction, give or take one."""
    values = load_catalog().values()
    share = {kind: published_row(row).number() for kind, row in KINDS.items()}
    per_offense = {
        kind: in_2017(values, f"victim_tangible_{kind}") + in_2017(values, f"victim_intangible_{kind}")
        for kind in KINDS
    }
    per_arrest = sum(share[kind] * per_offense[kind] for kind in KINDS) / sum(share.values())
    per_arrest *= values["prices.offenses_per_arrest"]
    assert per_arrest < values["prices.event_all_in_victims"] < 3 * per_arrest


@pytest.mark.parametrize("part", ["tangible", "intangible"])
def test_homicide_is_most_of_what_violence_costs_its_victims(part):
    """So whoever doubts how often it comes, or its price, doubts the whole line."""
    murder = published_row({"tangible": "recidivism_cost_021", "intangible": "recidivism_cost_022"}[part]).number()
    kinds = [published_row(f"RT0{number}").number() for number in range(1253, 1258)]
    homicides = kinds[0] / 1.6 / (kinds[0] / 1.6 + sum(kinds[1:]))
    assert 0.5 < homicides * murder / load_catalog()[f"prices.victim_{part}_violent"].value < 1
    assert 0.007 < homicides < 0.02  # 0.7% of violent arrests of all adults, more among people who were in prison


def test_what_the_published_total_says_sets_nothing():
    total = {"recidivism_cost_015", "recidivism_cost_016", "recidivism_cost_017"}
    resting = {name for name, one in load_catalog().items() if total & set(one.rows)}
    assert resting == {f"prices.event_all_in{part}" for part in ("", "_victims", "_taxpayers")}
