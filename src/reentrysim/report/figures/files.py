"""Pictures as files: PNG, and SVG whose bytes depend on the numbers alone."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from reentrysim.analysis.estimates import Estimates
from reentrysim.experiments.store import Writer
from reentrysim.report.figures.curves import recidivism
from reentrysim.report.figures.forest import differences

DOTS_PER_INCH = 150
_SVG: Any = {"svg.hashsalt": "reentrysim", "svg.fonttype": "none"}
"""The same ids every time; words as words, which are small, can be searched and read aloud."""


def figure_files(results: Estimates) -> dict[str, Writer]:
    """File name -> writer; without a second scenario there are no differences to draw."""
    files: dict[str, Writer] = {"figures/recidivism.png": partial(_write, recidivism, results)}
    if len(results.facts.names) > 1:
        files["figures/differences.png"] = partial(_write, differences, results)
    return files


def svg(figure: Figure) -> str:
    """The picture as an SVG document."""
    held = io.StringIO()
    with mpl.rc_context(_SVG):
        figure.savefig(held, format="svg", metadata={"Date": None, "Creator": None})
    return held.getvalue()


def png(figure: Figure) -> bytes:
    """The picture as a PNG, at DOTS_PER_INCH."""
    held = io.BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(held, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    return held.getvalue()


def _write(draw: Callable[[Estimates], Figure], results: Estimates, path: Path) -> None:
    path.write_bytes(png(draw(results)))
