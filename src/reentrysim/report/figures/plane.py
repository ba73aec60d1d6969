"""The cost-effectiveness plane: returns to prison averted, and what the public pays for them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reentrysim.analysis.answer import PEOPLE, period
from reentrysim.analysis.economics.economics import Economics
from reentrysim.analysis.estimates import Estimates
from reentrysim.report import words
from reentrysim.report.economics import averted_counts, net_public_cost
from reentrysim.report.figures.style import (
    QUIET,
    Drawn,
    Styles,
    caption,
    footer,
    heading,
    label_ends,
    look,
    short,
    styles_of,
    zero_inside,
)

_CORNERS = (
    (0.98, 0.03, "right", "bottom", "fewer returns,\nand it saves money"),
    (0.98, 0.97, "right", "top", "fewer returns,\nat a price"),
    (0.02, 0.97, "left", "top", "more returns,\nand it costs money"),
    (0.02, 0.03, "left", "bottom", "more returns,\nbut it saves money"),
)
_CORNER: Any = {
    "fontsize": "small",
    "color": QUIET,
    "zorder": 3,
    "bbox": {"facecolor": "white", "alpha": 0.85, "linewidth": 0, "pad": 1.5},
}
_ROOM = 0.17
"""Around the points, for words in the corners."""
_SEEN = 400
"""Points of a scenario that are drawn; more only make the file larger."""


def plane(results: Estimates) -> Drawn:
    """Net public cost against returns averted per 1,000 released, a faint point a draw and a mark at each mean.

    Raises:
        InputError: without a second scenario, or where a folder keeps no prices.
    """
    economics = results.economics()
    points, table = economics.plane(), plane_table(economics)
    months = economics.terms.months
    spans = means(economics)
    told = "; ".join(_in_words(row, *spans[row["scenario"]]) for row in table.to_dict("records"))
    brackets = ", in brackets 95% intervals" if economics.averted["averted_low"].notna().any() else ""
    alt = (
        f"Returns averted per {PEOPLE:,} released and net public cost over {period(months)}, against "
        f"{results.facts.baseline}. Means{brackets}: {told}."
    )
    return Drawn(
        "plane", "What the public pays for fewer returns", _figure(results, economics, points, table), alt,
        _caption(results, economics), table,
    )  # fmt: skip


def _in_words(row: Mapping[Hashable, Any], averted: str, cost: str) -> str:
    both = f"fewer returns and money saved in {row['draws_both']} of {row['draws']} draws"
    return f"{row['scenario']}: {averted} averted, net public cost {cost} a person, {both}"


def means(economics: Economics) -> dict[str, tuple[str, str]]:
    """Scenario -> returns averted and net public cost with their intervals, as the tables of economics have them."""
    balance = economics.balance
    government = balance[balance["perspective"] == "government"].to_dict("records")
    cost = {row["scenario"]: net_public_cost(row) for row in government}
    counts = {row["scenario"]: averted_counts(row) for row in economics.averted.to_dict("records")}
    return {name: (words.difference(counts[name]), cost[name]) for name in cost}


def plane_table(economics: Economics) -> pd.DataFrame:
    """One row a scenario: means over draws, and in how many draws it is on which side."""
    rows = []
    for name, part in economics.plane().groupby("scenario", sort=False):
        fewer, cheaper = part["averted"] > 0, part["net_public_cost"] < 0
        rows.append(
            {
                "scenario": name,
                "averted_per_1000": PEOPLE * float(part["averted"].mean()),
                "net_public_cost": float(part["net_public_cost"].mean()),
                "draws_fewer_returns": int(fewer.sum()),
                "draws_saving_money": int(cheaper.sum()),
                "draws_both": int((fewer & cheaper).sum()),
                "draws": len(part),
            }
        )
    return pd.DataFrame(rows)


def _caption(results: Estimates, economics: Economics) -> str:
    one = "run gives" if results.facts.luck_only else "draw of the evidence says, luck removed as far as it is sure"
    points = f"Faint points: what each {one}; large marks: means"
    cost = "what the government pays more for programs, less what it saves"
    what = f"{points}. Net public cost: {cost}, in {economics.terms.words()}"
    return caption(results, what)


def _figure(results: Estimates, economics: Economics, points: pd.DataFrame, table: pd.DataFrame) -> Figure:
    styles, months = styles_of(results), economics.terms.months
    with look():
        figure = Figure(figsize=(10, 6.2), layout="constrained")
        panel = figure.subplots()
        for name, part in points.groupby("scenario", sort=False):
            seen = part.head(_SEEN)
            style = styles[str(name)]
            panel.plot(PEOPLE * seen["averted"], seen["net_public_cost"], **style.dot, markersize=4, alpha=0.3)
        zero_inside([panel], "x", _ROOM)
        zero_inside([panel], "y", _ROOM)
        _means(panel, table, styles)
        for x, y, across, along, text in _CORNERS:
            panel.text(x, y, text, ha=across, va=along, transform=panel.transAxes, **_CORNER)
        panel.set_xlabel(f"Returns to prison averted within {period(months)}, per {PEOPLE:,} people released")
        panel.set_ylabel("Net public cost, dollars per person released")
        panel.yaxis.set_major_formatter(lambda value, _: f"{'-' if value < 0 else ''}${abs(value):,.0f}")
        heading(figure, f"What the public pays for fewer returns, compared with {results.facts.baseline}")
        footer(figure, _caption(results, economics))
    return figure


def _means(panel: Axes, table: pd.DataFrame, styles: Styles) -> None:
    """A large mark at each mean, with its name at the right."""
    ends = {}
    for row in table.to_dict("records"):
        name, place = str(row["scenario"]), (float(row["averted_per_1000"]), float(row["net_public_cost"]))
        panel.plot(
            [place[0]], [place[1]], **styles[name].dot, markersize=11, markeredgecolor="white", markeredgewidth=1.2,
            label=name, zorder=4,
        )  # fmt: skip
        ends[name] = place
    label_ends(panel, ends, styles, {name: short(name) for name in ends})
