"""Running notebooks as a reader would: in a kernel of its own, in an empty folder."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
NOTEBOOKS = ROOT / "notebooks"
SECONDS = 120
"""What a notebook may take at most, on a slow core."""


def executed(name: str, folder: Path, patch: pytest.MonkeyPatch) -> nbformat.NotebookNode:
    """The notebook of that name after it ran in `folder`; raises for the first cell that fails."""
    patch.setenv("PYTHONPATH", os.fspath(ROOT / "src"))
    with warnings.catch_warnings(action="ignore"):  # what Jupyter says of itself
        book = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
        client = NotebookClient(book, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": folder}})
        return client.execute()


def printed(book: nbformat.NotebookNode) -> str:
    """Everything that its cells printed."""
    shown = [out for cell in book.cells if cell.cell_type == "code" for out in cell.outputs]
    return "".join(out.text for out in shown if out.output_type == "stream" and out.name == "stdout")


def pictures(book: nbformat.NotebookNode) -> int:
    """How many pictures its cells show."""
    shown = [out for cell in book.cells if cell.cell_type == "code" for out in cell.outputs]
    return sum("image/png" in out.get("data", {}) for out in shown)
