"""The catalog, a scenario's own numbers in it, and the values drawn from it."""

from __future__ import annotations

import pickle

import pytest

from reentrysim.evidence import Values, load_catalog, read_catalog
from reentrysim.evidence.catalog import Catalog
from reentrysim.randomness import Luck
from reentrysim.vocabulary import InputError

NAME = "mentoring.uptake_share"
PRISON_YEARS = [f"prices.prison_year_{cost}" for cost in ("short_run", "marginal", "average")]


def test_the_shipped_catalog_is_read_once():
    assert load_catalog() is load_catalog()


def test_an_unknown_estimate_names_the_nearest(read):
    catalog = read()
    with pytest.raises(InputError, match=r"no estimate 'mentoring.uptake'. Did you mean 'mentoring.uptake_share'\?"):
        catalog["mentoring.uptake"]
    assert NAME in catalog
    assert "mentoring.uptake" not in catalog
    assert (list(catalog), len(catalog)) == ([NAME], 1)


def test_values_are_central_without_a_draw(read):
    assert dict(read().values()) == {NAME: 0.6}


def test_a_draw_is_addressed_by_seed_draw_and_name(read):
    catalog = read()
    uniform = Luck(7, 0).uniform(f"draw/{NAME}", 3, 1)[0]
    assert catalog.values(draw=3, seed=7)[NAME] == catalog[NAME].at(uniform)
    others = {catalog.values(draw=d, seed=s)[NAME] for d, s in ((3, 7), (4, 7), (3, 8), (0, 0), (0, 7))}
    assert len(others) == 5


def test_other_estimates_never_move_a_draw():
    catalog = load_catalog()
    name, estimate = next((name, estimate) for name, estimate in catalog.items() if estimate.uncertain)
    assert Catalog({name: estimate}).values(5, 1)[name] == catalog.values(5, 1)[name]


def test_draws_have_the_stated_median_and_spread(read):
    catalog = read()
    drawn = sorted(catalog.values(draw, 1)[NAME] for draw in range(2000))
    assert drawn[1000] == pytest.approx(0.6, abs=0.01)
    assert sum(0.4 <= value <= 0.75 for value in drawn) / 2000 == pytest.approx(0.95, abs=0.02)


def test_values_are_a_mapping_nobody_can_change():
    values = Values({"a": 1.0})
    with pytest.raises(InputError, match=r"^no value 'b'\. Known: a$"):
        values["b"]
    with pytest.raises(TypeError):
        values["a"] = 2.0
    assert ("b" in values, values.get("b"), values.get("a")) == (False, None, 1.0)
    assert pickle.loads(pickle.dumps(values)) == values


def test_values_do_not_follow_the_mapping_they_came_from():
    given = {"a": 1.0}
    values = Values(given)
    given["a"] = 2.0
    assert values["a"] == 1.0


def test_merging_gives_new_values_and_the_later_wins():
    values = Values({"a": 1.0, "b": 2.0})
    assert dict(values.merged({"b": 3.0, "c": 4.0})) == {"a": 1.0, "b": 3.0, "c": 4.0}
    assert dict(values) == {"a": 1.0, "b": 2.0}


def test_an_override_replaces_number_and_origin(read):
    catalog = read()
    own = catalog.with_overrides({NAME: {"value": 0.5, "low": 0.3, "high": 0.6, "source": "County report 2023"}})
    estimate = own[NAME]
    assert (estimate.value, estimate.low, estimate.high, estimate.distribution) == (0.5, 0.3, 0.6, "logitnormal")
    assert (estimate.rows, estimate.grade, estimate.source) == ((), "D", "County report 2023")
    assert estimate.at(0.975) == pytest.approx(0.6)
    assert catalog[NAME].value == 0.6


def test_an_override_without_an_interval_is_certain(read):
    own = read().with_overrides({NAME: {"value": 1, "assumption": "Everybody accepts."}})
    assert {own.values(draw, 1)[NAME] for draw in range(5)} == {1.0}


def test_an_interval_around_a_fixed_estimate_is_uniform(read):
    catalog = read(distribution="fixed", low=None, high=None, interval=None)
    own = catalog.with_overrides({NAME: {"value": 0.5, "low": 0.0, "high": 1.0, "assumption": "Who knows."}})
    assert (own[NAME].distribution, own[NAME].at(0.25)) == ("uniform", 0.25)


@pytest.mark.parametrize(
    ("name", "entry", "message"),
    [
        ("mentoring.uptake", {"value": 0.5, "assumption": "x"}, f"Did you mean '{NAME}'"),
        (NAME, {"value": 0.5}, 'estimates."mentoring.uptake_share": a number needs a source or an assumption'),
        (NAME, {"value": 0.5, "assumption": " "}, "needs a source or an assumption"),
        (NAME, {"assumption": "x"}, "key 'value' is missing"),
        (NAME, {"value": 0.5, "low": 0.4, "assumption": "x"}, "low and high go together"),
        (NAME, {"value": 40, "assumption": "x"}, "40 is outside 0 to 1"),
        (NAME, {"value": 0.5, "grade": "A", "assumption": "x"}, "unknown key 'grade'"),
        (NAME, {"value": True, "assumption": "x"}, "True is not a number"),
        (NAME, {"value": 0.5, "low": 0.6, "high": 0.7, "assumption": "x"}, "outside its interval"),
    ],
)
def test_a_bad_override_is_refused(read, name, entry, message):
    with pytest.raises(InputError) as caught:
        read().with_overrides({name: entry})
    assert message in str(caught.value)


def test_homes_at_release_never_sum_to_more_than_everybody():
    """The rest is homeless: no draw may leave fewer than nobody."""
    homes = [load_catalog()[f"housing.{home}_at_release"] for home in ("others", "own", "institution")]
    assert sum(home.high for home in homes) <= 1 + 1e-9


def test_every_draw_keeps_orders_and_sums():
    shares = ("housing.others_at_release", "housing.own_at_release", "housing.institution_at_release")
    stays = ("custody.rule_violation_stay_months", "custody.revocation_stay_months", "custody.new_sentence_stay_months")
    for draw in range(500):
        values = load_catalog().values(draw, seed=2)
        assert [values[name] for name in stays] == sorted(values[name] for name in stays)
        assert values["work.willing_employers_share"] <= values["work.assured_willing_share"]
        assert values["assessment.low_band_share"] + values["assessment.high_band_share"] < 0.9
        assert sum(values[name] for name in shares) <= 1
        assert values["mortality.annual_death_rate"] < values["mortality.first_weeks_death_rate"]
        assert values["mentors.youngest_age"] < values["mentors.oldest_age"]
        assert [values[name] for name in PRISON_YEARS] == sorted(values[name] for name in PRISON_YEARS)
        for paid in ("jail", "supervision"):
            assert values[f"prices.{paid}_year_marginal"] < values[f"prices.{paid}_year_average"]


def test_shared_and_turned_luck(tmp_path):
    entry = """
[{name}]
description = "x"
value = 0.5
low = 0.0
high = 1.0
interval = "range"
unit = "share"
distribution = "uniform"
population = "any"
grade = "D"
rows = []
transform = "judgment"
assumption = "x"
{more}
"""
    more = {"a": "", "b": 'drawn_with = "demo.a"', "c": 'drawn_against = "demo.a"'}
    file = tmp_path / "demo.toml"
    file.write_text("".join(entry.format(name=name, more=line) for name, line in more.items()))
    values = read_catalog(tmp_path).values(3, seed=1)
    assert values["demo.b"] == values["demo.a"]
    assert values["demo.c"] == pytest.approx(1 - values["demo.a"])
    file.write_text(entry.format(name="a", more='drawn_with = "demo.d"'))
    with pytest.raises(InputError, match=r"no estimate 'demo\.d'"):
        read_catalog(tmp_path)


def test_nobody_shares_the_luck_of_one_that_shares_anothers():
    followed = {estimate.drawn_with or estimate.drawn_against for _, estimate in load_catalog().items()} - {""}
    assert len(followed) == 6
    assert not any(load_catalog()[name].drawn_with or load_catalog()[name].drawn_against for name in followed)
