"""The slow notebooks: a comparison, a sweep, a fit to one's own figures, and how much of a saving is luck."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from notebook import executed, pictures, printed


def test_a_first_comparison_ends_with_its_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = executed("1-first-comparison", tmp_path, monkeypatch)
    assert "files are what the run wrote" in printed(book)
    assert pictures(book) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_sweep_is_taken_up_again_and_says_what_it_can_not_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = printed(executed("2-a-sweep-and-its-sensitivity", tmp_path, monkeypatch))
    assert "20 points, mean " in said and "Sobol' indices need a design" in said


def test_my_own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = printed(executed("4-my-own-state", tmp_path, monkeypatch))
    assert "under more-here" in said and "who is released" in said.lower()
    assert list(tmp_path.iterdir()) == []


def test_a_single_unpaired_run_could_have_reported_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = executed("5-how-a-saving-shrinks", tmp_path, monkeypatch)
    found = [float(one) for one in re.findall(r"run: standard deviation ([\d.]+) points", printed(book))]
    paired, unpaired = found
    assert unpaired > 2 * paired > 0  # Utah's were 3.7 and 1.7
    assert pictures(book) == 1
