"""Number files are read strictly: each broken rule is an InputError that names file, entry and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from reentrysim.evidence import read_catalog
from reentrysim.vocabulary import InputError

BROKEN: list[tuple[dict[str, object], str]] = [
    ({"intervall": "95%"}, r"mentoring.toml: uptake_share: unknown key 'intervall'. Did you mean 'interval'\?"),
    ({"value": None}, "key 'value' is missing"),
    ({"interval": None}, "interval missing"),
    ({"low": None}, "low missing"),
    ({"value": "0.6"}, "uptake_share.value: '0.6' is not a number"),
    ({"value": True}, "True is not a number"),
    ({"effect": 1}, "1 is not true or false"),
    ({"value": float("nan")}, "not a finite number"),
    ({"high": float("inf")}, "not a finite number"),
    ({"value": 0.3}, "0.3 is outside its interval 0.4 to 0.75"),
    ({"value": 60.0, "high": 75.0}, "uptake_share.value: 60 is outside 0 to 1, its bounds in 'share'. A wrong unit"),
    ({"unit": "shares"}, r"unknown unit 'shares'. Did you mean 'share'\?"),
    ({"grade": "E"}, "unknown grade 'E'"),
    ({"distribution": "beta"}, "unknown distribution 'beta'"),
    ({"description": " "}, "uptake_share.description: is empty"),
    ({"interval": "wide"}, "doesn't say kind and level"),
    ({"price_year": 2024}, "uptake_share.price_year: stands exactly where the unit is USD"),
    ({"unit": "USD"}, "uptake_share.price_year: stands exactly where the unit is USD"),
    ({"distribution": "fixed"}, "is fixed exactly where the interval has no width"),
    ({"low": 0.6, "high": 0.6}, "is fixed exactly where the interval has no width"),
    ({"low": 0.0}, "strictly between 0 and 1"),
    ({"low": 0.0, "distribution": "lognormal"}, "a lognormal interval lies above 0"),
    ({"rows": []}, "needs published rows or a written assumption"),
    ({"rows": [], "assumption": "A guess."}, "'same' has no rows to work on"),
    ({"rows": ["mentor_52"]}, r"uptake_share.rows: no published row 'mentor_52'. Did you mean 'mentor_052'\?"),
    ({"rows": ["mentor_052", "mentor_052"]}, "not a list of different row ids"),
    ({"rows": [52]}, "not a list of different row ids"),
    ({"rows": "mentor_052"}, "is not a list"),
    ({"transform": "judgment", "grade": "D"}, "a judgment needs a written assumption"),
    ({"transform": "judgment", "assumption": "A guess."}, "a judgment has grade D, not C"),
    ({"brackets": False}, "needs the reason in `assumption`"),
    ({"at_least": 0.5}, "uptake_share.low: 0.4 is outside 0.5 to 1"),
    ({"at_most": 0.7}, "uptake_share.high: 0.75 is outside 0 to 0.7"),
    ({"at_least": "0.5"}, "uptake_share.at_least: '0.5' is not a number"),
    ({"read_by": "calibrate"}, r"unknown read_by 'calibrate'. Did you mean 'calibration'\?"),
    ({"transform": "mentor_048 / 2"}, "uptake_share.transform: 'mentor_048' is not among its rows"),
    ({"transform": "mentor_052.width"}, "mentor_052 has no column 'width'"),
    ({"transform": "mentor_052.low"}, "mentor_052 has no number in 'low'"),
    ({"rows": ["PE065"]}, "PE065 has no number, it is published in words"),
]


@pytest.mark.parametrize(("changes", "message"), BROKEN, ids=[message[:40] for _, message in BROKEN])
def test_a_broken_rule_is_refused_by_name(read, changes, message):
    with pytest.raises(InputError, match=message):
        read(**changes)


def test_an_entry_reads_as_it_is_written(read):
    estimate = read()["mentoring.uptake_share"]
    assert (estimate.name, estimate.value, estimate.low, estimate.high) == ("mentoring.uptake_share", 0.6, 0.4, 0.75)
    assert (estimate.rows, estimate.grade, estimate.transform) == (("mentor_052",), "C", "same")
    assert (estimate.effect, estimate.brackets, estimate.assumption, estimate.price_year) == (False, True, "", None)


def test_bounds_of_its_own_narrow_those_of_the_unit_and_never_widen_them(read):
    assert read()["mentoring.uptake_share"].bounds == (0.0, 1.0)
    assert read(at_least=0.2, at_most=0.9)["mentoring.uptake_share"].bounds == (0.2, 0.9)
    assert read(at_least=-1, at_most=2)["mentoring.uptake_share"].bounds == (0.0, 1.0)


def test_a_number_that_only_the_calibration_reads_cannot_be_overridden(read):
    own = {"mentoring.uptake_share": {"value": 0.5, "assumption": "Guess."}}
    assert read().with_overrides(own)["mentoring.uptake_share"].value == 0.5
    with pytest.raises(InputError, match="only the calibration reads it, so a number here would change nothing"):
        read(read_by="calibration").with_overrides(own)


def test_a_fixed_number_needs_no_interval(read):
    estimate = read(distribution="fixed", low=None, high=None, interval=None)["mentoring.uptake_share"]
    assert (estimate.low, estimate.high, estimate.uncertain) == (0.6, 0.6, False)


def test_an_assumption_alone_is_enough_for_a_judgment(read):
    estimate = read(rows=[], transform="judgment", grade="D", assumption="Nobody has counted.")[
        "mentoring.uptake_share"
    ]
    assert estimate.rows == ()


def test_dollars_carry_their_year(read):
    changes = {"value": 31.8, "low": 20, "high": 40, "unit": "USD/hour", "distribution": "lognormal"}
    estimate = read(**changes, rows=["mentor_030"], price_year=2022)["mentoring.uptake_share"]
    assert (estimate.in_dollars, estimate.price_year) == (True, 2022)


@pytest.mark.parametrize("key", ["Uptake", "uptake-share", "a.b"])
def test_names_are_flat_and_snake_case(read, key):
    with pytest.raises(InputError, match=r"snake_case|unknown key"):
        read(key=key, **({"rows": []} if key == "a.b" else {}))


@pytest.mark.parametrize("content", [b"x = [", b"\xff\xfe\x00", b"x = " + b"[" * 3000, b"x = 1"])
def test_a_file_that_is_no_table_of_entries_is_named(tmp_path, content):
    (tmp_path / "bad.toml").write_bytes(content)
    with pytest.raises(InputError, match=r"bad\.toml"):
        read_catalog(tmp_path)


def test_a_missing_folder_is_refused():
    with pytest.raises(InputError, match="no such folder"):
        read_catalog(Path("nowhere"))
