"""The notebooks run from start to end, and are kept without what they printed."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from notebook import NOTEBOOKS, executed, pictures, printed

QUICK = ("3-illustrating-impact-honestly",)
SLOW = ("1-first-comparison", "2-a-sweep-and-its-sensitivity", "4-my-own-state", "5-how-a-saving-shrinks")
"""Run with the statistical suite."""


def test_every_notebook_is_run_somewhere() -> None:
    assert {path.stem for path in NOTEBOOKS.glob("*.ipynb")} == {*QUICK, *SLOW}


@pytest.mark.parametrize("name", [*QUICK, *SLOW])
def test_they_are_thin_cleared_and_say_that_they_are_too_few(name: str) -> None:
    book = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    nbformat.validate(book)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert sum(len(cell.source.splitlines()) for cell in code) < 110
    assert "Too few to conclude from" in book.cells[0].source


@pytest.mark.parametrize("name", QUICK)
def test_it_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = executed(name, tmp_path, monkeypatch)
    said = printed(book)
    assert "Back in prison within 3 years: " in said
    assert pictures(book) == 1
    assert list(tmp_path.iterdir()) == []  # nothing is left lying about
