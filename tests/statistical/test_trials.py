"""The validation page quotes what `reentrysim trials` predicts today, misses included.

Run by `pytest -n 2 tests/statistical`.
"""

from __future__ import annotations

from golden import published
from reentrysim.analysis.effects import effects
from reentrysim.analysis.trials.record import run_trials


def test_the_validation_page_quotes_todays_predictions() -> None:
    report = run_trials()
    for mark, made in published.TRIALS.items():
        assert published.quoted(published.VALIDATION, mark) == made(report), mark


def test_the_validation_page_quotes_todays_checks_of_the_solver() -> None:
    for mark, (table, checks) in published.CHECKS.items():
        frame = checks()
        assert published.quoted(published.VALIDATION, mark) == table(frame), mark
        if mark == "solved":
            assert frame["z"].abs().max() < 4.0
            assert frame.groupby("program")["draw"].nunique().min() > 4
        elif mark == "dose":
            later = frame.groupby("dose").cumcount() > 0
            assert (frame["step"] <= 2 * frame["error"])[later].all()
        else:
            assert (frame["rival_holds"] == "yes").sum() < (frame["model_holds"] == "yes").sum()


def test_the_programs_page_quotes_todays_effects_of_some_programs() -> None:
    some = published.effects_table(effects(["education", "supportive_housing", "workshops"])).splitlines()
    assert len(some) == 5  # two lines of headings
    assert set(some) <= set(published.quoted(published.PROGRAMS, "effects").splitlines())
