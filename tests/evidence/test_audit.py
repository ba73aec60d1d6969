"""No shipped number rests on held-out evidence or says something else than its rows; bad ones are caught."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reentrysim.analysis.trials.files import shipped_trials
from reentrysim.evidence import (
    audit,
    disagreements,
    load_catalog,
    published_row,
    published_rows,
    row_faults,
    violations,
)
from reentrysim.evidence.audit import LEAKS, REPOOLED, leaks_beside

JUDGED: dict[str, object] = {"transform": "judgment", "grade": "D", "assumption": "An example."}
EFFECT = "sets an effect or a recidivism level, and its use is"
HELD_OUT_STUDY = "with held-out rows, which may not set anything"


def test_no_shipped_estimate_rests_on_held_out_evidence():
    assert len(load_catalog()) > 20
    assert violations(load_catalog()) == []


def test_every_shipped_estimate_is_what_its_rows_give():
    assert disagreements(load_catalog()) == []


def test_every_held_out_row_is_refused():
    held = [row.id for row in published_rows().values() if row.use == "holdout"]
    assert len(held) == 450
    assert [row_id for row_id in held if not list(row_faults(row_id, effect=False))] == []


@pytest.mark.parametrize(
    ("row_id", "why"),
    [
        ("PE104", "same source: Amity"),
        ("PE237", "same source and program: READI"),
        ("PE122", "a pool that contains held-out trials"),
        ("PE139", "same data set as held-out trials"),
        ("needs_065", "another reading of the same report: Second Chance Act"),
    ],
)
def test_other_rows_of_a_held_out_study_are_refused(read, row_id, why):
    found = violations(read(rows=[row_id], **JUDGED))
    assert [HELD_OUT_STUDY in fault for fault in found] == [True], why
    assert found[0].startswith(f"mentoring.uptake_share: {row_id} ")


def test_the_pool_without_held_out_trials_may_set_an_effect():
    assert [list(row_faults(row_id, effect=True)) for row_id in REPOOLED] == [[]]


def test_targets_are_judged_row_by_row():
    """One cohort has fitted and held-out months side by side."""
    rows = [row for row in published_rows().values() if row.source_id == "BJS_2008_10Y"]
    faulty = {row.id for row in rows if list(row_faults(row.id, effect=False))}
    assert faulty == {row.id for row in rows if row.use == "holdout"}
    assert 0 < len(faulty) < len(rows)


@pytest.fixture
def one_held_out(monkeypatch):
    """A world whose only held-out row is PE161, so that what follows from it can be seen."""
    held = replace(published_row("PE161"), use="holdout")
    rows = {row.id: replace(row, use="fit") for row in published_rows().values()} | {held.id: held}
    monkeypatch.setattr(audit, "table", lambda name: (held,))
    monkeypatch.setattr(audit, "published_row", rows.__getitem__)
    audit._held_out_studies.cache_clear()
    yield held, rows
    audit._held_out_studies.cache_clear()


def test_a_study_is_its_source_or_its_program(one_held_out):
    held, rows = one_held_out
    rows["PE070"] = replace(rows["PE070"], fields={"program": held.fields["program"]})
    assert [HELD_OUT_STUDY in fault for fault in row_faults("PE070", effect=False)] == [True]
    assert [HELD_OUT_STUDY in fault for fault in row_faults("PE162", effect=False)] == [True]
    assert list(row_faults("PE071", effect=False)) == []


def test_a_target_is_never_refused_for_its_source(one_held_out):
    held, rows = one_held_out
    rows["RT00001"] = replace(rows["RT00001"], source_id=held.source_id)
    assert list(row_faults("RT00001", effect=True)) == []


@pytest.mark.parametrize("row_id", ["mentor_052", "WSIPP_001", "PE162"])
def test_an_effect_rests_on_fitted_rows_only(read, row_id):
    changes = {"rows": [row_id], "brackets": False, **JUDGED}
    assert violations(read(**changes)) == []
    found = violations(read(**changes, effect=True))
    use = published_rows()[row_id].use
    assert found == ([] if use == "fit" else [f"mentoring.uptake_share: {row_id} {EFFECT} 'context'"])


def test_one_bad_row_among_good_ones_is_found(read):
    assert len(violations(read(rows=["mentor_052", "PE007", "mentor_012"], **JUDGED))) == 1


def test_another_value_than_the_row_is_found(read):
    assert disagreements(read(value=0.6)) == []
    assert disagreements(read(value=0.602)) == []  # within rounding
    assert disagreements(read(value=0.61)) == [
        "mentoring.uptake_share: is 0.61, but same over mentor_052 gives 0.6",
    ]


def test_the_arithmetic_is_worked_out(read):
    changes = {"rows": ["mentor_048"], "transform": "1 - mentor_048**(1/12)", "low": 0.01, "high": 0.03}
    assert disagreements(read(**changes, value=0.0184)) == []
    assert len(disagreements(read(**changes, value=0.0167))) == 1


def test_the_same_over_rows_that_differ_is_found(read):
    assert len(disagreements(read(rows=["mentor_052", "mentor_012"]))) == 1


def test_other_dollars_than_the_row_are_found(read):
    changes = {"rows": ["mentor_030"], "unit": "USD/hour", "value": 31.8, "low": 20, "high": 40}
    changes |= {"distribution": "lognormal"}
    assert disagreements(read(**changes, price_year=2022)) == []
    assert disagreements(read(**changes, price_year=2024)) == [
        "mentoring.uptake_share: is in dollars of 2024, but mentor_030 in those of 2022",
    ]


def test_a_judgment_lies_within_its_rows(read):
    two = {**JUDGED, "rows": ["mentor_012", "mentor_052"]}  # .44 and .60
    assert disagreements(read(**two, value=0.5)) == []
    assert len(disagreements(read(**two, value=0.7))) == 1
    assert disagreements(read(**two, value=0.7, brackets=False)) == []


def test_a_judgment_of_one_row_has_it_in_its_interval(read):
    one = {**JUDGED, "rows": ["mentor_052"]}
    assert disagreements(read(**one, value=0.5)) == []
    assert len(disagreements(read(**one, value=0.5, high=0.55))) == 1


def test_rows_in_another_unit_do_not_bracket(read):
    assert disagreements(read(**JUDGED, rows=["mentor_007"])) == []


def test_pools_that_may_hold_a_trial_are_told_beside_it_and_only_there():
    (told,) = leaks_beside("second-chance-act")
    assert told.startswith("PE161 ")
    assert "case_management.odds_ratio" in told
    assert {line.split()[0] for line in leaks_beside("amity")} == {"PE110", "PE111", "PE113"}
    assert leaks_beside("ceo-recent") == []


def test_every_pool_that_leaks_may_set_a_number_and_names_shipped_trials():
    for row_id, trials in LEAKS.items():
        assert list(row_faults(row_id, effect=True)) == []
        assert set(trials) <= set(shipped_trials())
