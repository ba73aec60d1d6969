"""The picture of the caseload curve."""

from __future__ import annotations

from textwrap import wrap

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from reentrysim.analysis.caseload_curve import verdict

DOTS_PER_INCH = 150
TITLE_WIDTH = 62
"""Letters of a line above a panel."""
_COLORS = sns.color_palette("colorblind")


def picture(curves: pd.DataFrame) -> Figure:
    """People back in prison of 1,000, less those without the money, by people a worker; a panel a program."""
    with sns.axes_style("whitegrid"), sns.plotting_context("notebook"):
        programs = list(dict.fromkeys(curves["program"]))
        figure = Figure(figsize=(6.2 * len(programs), 4.2), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots(1, len(programs), squeeze=False)[0]
        for number, (panel, program) in enumerate(zip(axes, programs, strict=True)):
            _draw(panel, curves[curves["program"] == program], _COLORS[number])
    return figure


def _draw(panel: Axes, curve: pd.DataFrame, color: tuple[float, float, float]) -> None:
    panel.fill_between(curve["per_worker"], curve["low"], curve["high"], color=color, alpha=0.2, linewidth=0)
    sns.lineplot(data=curve, x="per_worker", y="difference", marker="o", color=color, ax=panel, errorbar=None)
    panel.axhline(0, color="0.25", linewidth=1)
    panel.set_xscale("log", base=2)
    panel.set_xticks(curve["per_worker"].tolist(), [str(count) for count in curve["per_worker"]], fontsize="small")
    panel.minorticks_off()
    panel.set_xlabel("People a worker (log scale)")
    panel.set_ylabel(f"Back in prison by month {curve['month'].iloc[0]}, of 1,000,\nless those without the money")
    panel.set_title(_wrapped(verdict(curve)), loc="left", fontsize="small")


def _wrapped(sentence: str) -> str:
    return "\n".join(wrap(sentence, TITLE_WIDTH))
