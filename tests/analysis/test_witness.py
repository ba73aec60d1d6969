"""The witness: what would change the runs that a calibration rests on changes it, and nothing else does."""

from __future__ import annotations

from typing import Any

import pytest

from reentrysim.analysis import witness as module
from reentrysim.analysis.trial import LATER, TRIALS
from reentrysim.analysis.witness import baseline_events, evidence_that_counts, moved, renew_digests, trial_events
from reentrysim.evidence.calibration import load_calibration
from reentrysim.evidence.catalog import load_catalog

STORED = load_calibration("us_2008")


def with_number(monkeypatch: pytest.MonkeyPatch, name: str, factor: float) -> None:
    """Every run reads another value of one number."""
    usual = module.values_for
    monkeypatch.setattr(module, "values_for", lambda *a: (v := usual(*a)).merged({name: v[name] * factor}))


def test_the_baseline_sees_a_number_that_it_reads_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    before = baseline_events(None, None, 300)
    assert baseline_events(0, None, 300) != before
    with_number(monkeypatch, "mentoring.kept_share", 0.5)
    assert baseline_events(None, None, 300) == before
    with_number(monkeypatch, "work.turnover_monthly", 0.5)
    assert baseline_events(None, None, 300) != before


def test_a_trial_sees_its_own_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    education = next(trial for trial in LATER if trial.program == "education")
    before = [trial_events(trial, 300) for trial in (TRIALS[0], education)]
    with_number(monkeypatch, "education.quit_monthly_risk", 3.0)
    after = [trial_events(trial, 300) for trial in (TRIALS[0], education)]
    assert [now == then for now, then in zip(after, before, strict=True)] == [True, False]


def test_numbers_that_came_later_move_nothing() -> None:
    names = sorted(load_catalog())
    assert evidence_that_counts(names[:5], 2, 1) == evidence_that_counts(names[:5], 2, 1)
    assert evidence_that_counts(names[:5], 2, 1) != evidence_that_counts(names[:6], 2, 1)
    assert evidence_that_counts(names[:5], 2, 1) != evidence_that_counts(names[:5], 2, 2)


def test_what_moved_is_named() -> None:
    before = {"fit": "a", "evidence": "b", "baseline": "c", "trials": {"mentoring": "d", "education": "e"}}
    assert moved(before, before) == []
    now = before | {"baseline": "x", "trials": {"mentoring": "d", "education": "y", "theater": "z"}}
    assert moved(before, now) == ["baseline", "education", "theater"]


def stamp(monkeypatch: pytest.MonkeyPatch, now: dict[str, Any]) -> tuple[list[str], list[Any]]:
    """What `renew_digests` asks to be solved again, and what it would store, if the witness found `now`."""
    kept: list[Any] = []
    monkeypatch.setattr(module, "witness", lambda *_, **__: STORED["witness"] | now)
    monkeypatch.setattr(module, "save_calibration", lambda _, stored: kept.append(stored))
    return renew_digests(), kept


def test_only_what_stands_is_stamped(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match=r"calibrate again: .* fit$"):
        stamp(monkeypatch, {"fit": "x"})
    with pytest.raises(ValueError, match="mentoring"):
        stamp(monkeypatch, {"trials": STORED["witness"]["trials"] | {"mentoring": "x"}})
    again, kept = stamp(monkeypatch, {"trials": STORED["witness"]["trials"] | {"education": "x"}})
    assert again == ["education"]
    changed = {key for key in kept[0] if kept[0][key] != STORED[key]}
    assert changed <= {"code_digest", "evidence_digest", "question_digest"}
