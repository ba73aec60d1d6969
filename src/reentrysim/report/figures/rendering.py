"""A picture as SVG text or PNG bytes, which depend on its numbers alone."""

from __future__ import annotations

import io
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

DOTS_PER_INCH = 150
_SVG: Any = {"svg.hashsalt": "reentrysim", "svg.fonttype": "none"}
"""The same ids every time; words as words, which are small, can be searched and read aloud."""
_FONT, _FONTS = "'DejaVu Sans'", "'DejaVu Sans', Verdana, sans-serif"
"""Verdana's letters are as wide, where a reader has no DejaVu."""
_MARGIN_INCHES = 0.1


def settle(figure: Figure) -> None:
    """Places everything once and for all: each further drawing would move it a little, and change the file's bytes."""
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(w_pad=_MARGIN_INCHES)  # readers without the font may have a wider one
        figure.draw_without_rendering()
        figure.set_layout_engine("none")


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
