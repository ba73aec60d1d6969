"""Files of pictures: a PNG and an SVG of each."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from reentrysim.analysis.estimates import Estimates
from reentrysim.experiments.store import Writer
from reentrysim.report.figures.kinds import draw_all
from reentrysim.report.figures.rendering import png
from reentrysim.report.figures.style import Drawn


def figure_files(results: Estimates) -> dict[str, Writer]:
    """File name -> writer, of every picture that the results have the numbers for."""
    return picture_files(draw_all(results).values())


def picture_files(pictures: Iterable[Drawn]) -> dict[str, Writer]:
    """File name -> writer: a PNG and an SVG of each picture."""
    files = dict[str, Writer]()
    for one in pictures:
        files[f"figures/{one.file}.png"] = partial(_write_png, one)
        files[f"figures/{one.file}.svg"] = partial(_write_svg, one)
    return files


def _write_png(one: Drawn, path: Path) -> None:
    path.write_bytes(png(one.figure))


def _write_svg(one: Drawn, path: Path) -> None:
    path.write_bytes(one.svg.encode())
