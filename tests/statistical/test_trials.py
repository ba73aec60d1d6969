"""The validation page quotes what `reentrysim trials` predicts today, misses included.

Run by `pytest -n 2 tests/statistical`.
"""

from __future__ import annotations

from golden import published
from reentrysim.analysis.trials.record import run_trials


def test_the_validation_page_quotes_todays_predictions() -> None:
    report = run_trials()
    for mark, made in published.TRIALS.items():
        assert published.quoted(published.VALIDATION, mark) == made(report), mark
