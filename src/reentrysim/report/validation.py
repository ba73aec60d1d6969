"""How the model stands beside published figures, on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from reentrysim.analysis.guide import STEP
from reentrysim.analysis.local import LocalReport
from reentrysim.analysis.validate import ValidationReport


def show_validation(report: ValidationReport) -> Iterator[str]:
    """The lines to print: the fit by family, broken promises, predictions by family, structures of the hazard."""
    yield "Fitted: this shows the fit and predicts nothing"
    yield _table(report.fit)
    yield f"Promises broken: {len(report.broken) or 'none'}"
    for _, line in report.broken.iterrows():
        figure = f"{line['row']}, {line['family']} ({line['subgroup']}), month {line['month']}"
        missed = f"{line['predicted']:.3f} for {line['target']:.3f}, promised within {line['tolerance']:.3f}"
        yield f"  {figure}: {missed}. {line['reason'] or 'NOT known to fall short'}"
    yield ""
    yield "Predicted: figures that set nothing, beside a naive rival (skill: share of the rival's miss removed)"
    yield _table(report.skill)
    for _, line in report.left_out.iterrows():
        yield f"Not asked of the model: {line['figures']} figures ({line['reason']})"
    yield ""
    yield "Structures of the hazard: differences from status-quo per 1,000 released, within three years"
    yield _table(report.structures)
    yield "Every figure: reentrysim validate --csv FILE"


def show_guide(moved: pd.DataFrame) -> Iterator[str]:
    """The lines to print: each parameter and what it moves most."""
    yield f"When a parameter of the baseline is larger by {STEP:g}, all others alike, it moves most:"
    for (parameter, unit), rows in moved.groupby(["parameter", "unit"], sort=False):
        yield f"{parameter} ({unit})"
        yield from (f"  {figure_moved(row)}" for _, row in rows.iterrows())


def figure_moved(row: pd.Series[Any]) -> str:
    """One figure of the guide in words: what, of whom, when, and by how much."""
    whom = "" if row["subgroup"] == "all" else f" ({row['subgroup'].replace('_', ' ').replace('offence', 'offense')})"
    when = f", month {row['month']}" if row["month"] else ""
    return f"{row['family']}{whom}{when}: {row['moved']:+.3f}"


def show_local(report: LocalReport) -> Iterator[str]:
    """The lines to print: each figure and how near it is met, what was moved, what was borrowed, how to use it."""
    yield _table(report.frame.assign(good=report.frame["good"].map({True: "yes", False: "NO"})))
    yield "sd: how sure each figure is; low, high: where 95% of the draws are; moved_by: what moves it most"
    yield ""
    yield "Moved by your figures (ratio: here against the nation):"
    yield _table(report.moved[["parameter", "moves", "ratio", "of"]])
    yield ""
    yield "Taken from your files, and borrowed from the nation:"
    yield from (f"- {line}" for line in report.assumed)
    yield ""
    yield f"Stored: {report.path}. A scenario beside it uses it by:"
    yield from (f'population.{key} = "{path}"' for key, path in report.used_by.items())


def _table(frame: pd.DataFrame) -> str:
    return frame.to_string(index=False, float_format=lambda number: f"{number:.3f}")
