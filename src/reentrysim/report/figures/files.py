"""Pictures as files: PNG, and SVG whose bytes depend on the numbers alone."""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from reentrysim.analysis.estimates import Estimates
from reentrysim.experiments.store import Writer
from reentrysim.report.figures.kinds import draw_all
from reentrysim.report.figures.style import Drawn, settle

DOTS_PER_INCH = 150
_SVG: Any = {"svg.hashsalt": "reentrysim", "svg.fonttype": "none"}
"""The same ids every time; words as words, which are small, can be searched and read aloud."""
_FONT, _FONTS = "'DejaVu Sans'", "'DejaVu Sans', Verdana, sans-serif"
"""Verdana's letters are as wide, where a reader has no DejaVu."""


def figure_files(results: Estimates) -> dict[str, Writer]:
    """File name -> writer, of every picture that the results have the numbers for."""
    return picture_files(draw_all(results).values())


def picture_files(pictures: Iterable[Drawn]) -> dict[str, Writer]:
    """File name -> writer: a PNG and an SVG of each picture."""
    files = dict[str, Writer]()
    for one in pictures:
        files[f"figures/{one.file}.png"] = partial(_write, one.figure, png)
        files[f"figures/{one.file}.svg"] = partial(_write, one.figure, _svg_bytes)
    return files


def svg(figure: Figure) -> str:
    """The picture as an SVG document."""
    held = io.StringIO()
    settle(figure)
    with mpl.rc_context(_SVG):
        figure.savefig(held, format="svg", metadata={"Date": None, "Creator": None})
    return held.getvalue().replace(_FONT, _FONTS)


def png(figure: Figure) -> bytes:
    """The picture as a PNG, at DOTS_PER_INCH; either way it keeps its layout from now on."""
    held = io.BytesIO()
    FigureCanvasAgg(figure)
    settle(figure)
    figure.savefig(held, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    return held.getvalue()


def _svg_bytes(figure: Figure) -> bytes:
    return svg(figure).encode()


def _write(figure: Figure, how: Any, path: Path) -> None:
    path.write_bytes(how(figure))
