"""How the model stands beside published figures, on the terminal."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

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


def show_local(report: LocalReport) -> Iterator[str]:
    """The lines to print: each figure and how near it is met, what was moved, what was borrowed, how to use it."""
    yield _table(report.frame.assign(good=report.frame["good"].map({True: "yes", False: "NO"})))
    yield ""
    yield "Moved by your figures:"
    yield _table(report.moved)
    yield ""
    yield "Borrowed from the nation, because no figure of yours speaks of it:"
    yield from (f"- {line}" for line in report.assumed)
    yield ""
    yield f'Stored: {report.path}. A scenario uses it by: population.calibration = "{report.path.name}"'


def _table(frame: pd.DataFrame) -> str:
    return frame.to_string(index=False, float_format=lambda number: f"{number:.3f}")
