"""The published tables: complete, unambiguous, found by id and by address, and quick to read."""

from __future__ import annotations

import csv
import time
from collections import Counter

import pytest

from reentrysim.evidence import in_dollars_of, published_row, published_rows, source_of, target, targets
from reentrysim.evidence import published as tables
from reentrysim.evidence.sources import source, sources
from reentrysim.vocabulary import InputError

SIZES = {"recidivism_targets": 2265, "program_effects": 270, "context_parameters": 690, "wsipp_benefit_cost": 39}


def test_every_row_is_carried_over():
    assert {name: len(tables.table(name)) for name in SIZES} == SIZES
    assert len(published_rows()) == sum(SIZES.values())  # so no id stands twice


def test_every_source_is_found_and_stands_once():
    listed = [line["source_id"] for path in tables.FOLDER.glob("sources_*.csv") for line in read(path)]
    assert [name for name, count in Counter(listed).items() if count > 1] == []
    lacking = {row.id for row in published_rows().values() if row.source_id not in sources()}
    lacking |= {line["year"] for line in read(tables.FOLDER / "price_index.csv") if line["source_id"] not in sources()}
    assert lacking == set()


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_use_is_known():
    assert {row.use for row in published_rows().values()} == {"fit", "holdout", "context"}
    assert {row.use for name in ("context_parameters", "wsipp_benefit_cost") for row in tables.table(name)} == {
        "context"
    }


@pytest.mark.parametrize(
    ("row_id", "quantity", "value", "low", "unit", "months"),
    [
        ("RT00001", "cumulative_rearrest", 0.429, 0.422728, "fraction", 12),
        ("PE007", "ever arrested", -0.1, -0.2, "RD", 36),
        ("mentor_007", "volunteers_per_circle", 5.0, 4.0, "volunteers per core member", None),
        ("WSIPP_001", "Electronic monitoring (probation)", -1102.0, None, "USD/participant", None),
    ],
)
def test_a_row_of_each_table(row_id, quantity, value, low, unit, months):
    row = published_row(row_id)
    assert (row.quantity, row.value, row.low, row.unit, row.follow_up_months) == (quantity, value, low, unit, months)


def test_an_effect_in_words_has_no_figure():
    row = published_row("PE065")
    assert row.value is None
    assert row.fields["effect"].startswith("monotone")
    with pytest.raises(InputError, match="published in words"):
        row.number()


def test_columns_are_read_by_name():
    assert published_row("PE007").number("treated_value") == 0.491
    assert published_row("WSIPP_001").number("total_benefits") == 27363
    with pytest.raises(InputError, match="Did you mean 'treated_value'"):
        published_row("PE007").number("treated_values")


def test_an_unknown_row_names_only_a_near_one():
    with pytest.raises(InputError, match=r"no published row 'mentor_999'"):
        published_row("mentor_999")
    with pytest.raises(InputError, match=r"^no published row '\?'$"):
        published_row("?")


def test_targets_are_found_by_address():
    assert target("cumulative_rearrest", "sex=Female", 60).value == 0.663
    assert target("monthly_hazard_first_rearrest", "all", 1, source="BJS_2005_5Y").use == "fit"


@pytest.mark.parametrize(
    ("address", "message"),
    [
        (("cumulative_rearest", "all", 12), "Did you mean 'cumulative_rearrest'"),
        (("cumulative_rearrest", "sex=female", 12), "Did you mean 'sex=Female'"),
        (("annual_arrest", "sex=Male", 13), "Months: 12, 24"),
        (("cumulative_rearrest", "all", 12, "BJS_2008_10"), "Did you mean 'BJS_2008_10Y'"),
        (("cumulative_rearrest", "ethnicity=Hispanic", 36, "BJS_1994"), "^2 published targets"),
    ],
)
def test_a_target_that_is_not_one_is_refused(address, message):
    with pytest.raises(InputError, match=message):
        target(*address)


def test_a_curve_is_in_order_of_month():
    curve = targets("monthly_hazard_first_rearrest", source="BJS_2005_5Y")
    assert [row.follow_up_months for row in curve] == list(range(1, 61))
    assert targets("nothing") == ()


def test_reading_everything_takes_less_than_60_milliseconds():
    def seconds() -> float:
        for cached in (tables.table, tables.published_rows):
            cached.cache_clear()
        start = time.perf_counter()
        published_rows()
        return time.perf_counter() - start

    assert min(seconds() for _ in range(5)) < 0.060


def test_a_row_leads_to_its_publication():
    publication = source_of(published_row("RT00001"))
    assert (publication.year, publication.identifier) == ("2021", "NCJ 256094")
    with pytest.raises(InputError, match="Did you mean 'BJS_2008_10Y'"):
        source("BJS_2008_10y")


def test_dollars_follow_consumer_prices():
    assert in_dollars_of(100.0, 2000, 2024) == pytest.approx(100 * 313.689 / 172.2)
    assert in_dollars_of(in_dollars_of(7.0, 2006, 2024), 2024, 2006) == pytest.approx(7.0)
    assert in_dollars_of(0.1, 2015, 2015) == pytest.approx(0.1)


@pytest.mark.parametrize("years", [(1999, 2024), (2024, 2025)])
def test_a_year_without_prices_is_refused(years):
    with pytest.raises(InputError, match="Years 2000 to 2024"):
        in_dollars_of(1.0, *years)
