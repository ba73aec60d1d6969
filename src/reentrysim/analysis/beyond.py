"""What the sentence adds to the count where it is known well enough: the price of a return averted, and its driver."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from reentrysim.analysis import answer
from reentrysim.analysis.economics.economics import Economics


def price(found: Economics, name: str, kind: str) -> Iterator[str]:
    """What a return averted costs under a scenario, or that it has the baseline's money; nothing if neither is so."""
    frame = found.averted
    if name not in found.others:
        return
    (row,) = frame[frame["scenario"] == name].to_dict("records")
    value, low, high = (float(row[f"dollars_per_averted{end}"]) for end in ("", "_low", "_high"))
    if told := answer.price(value, low, high, kind):
        yield told
    elif row["same_money"]:
        yield f"It has the same money as {found.books.baseline}."


def driver(found: pd.DataFrame, name: str) -> Iterator[str]:
    """The estimate that a scenario's difference goes with most (`driving.table`), where that is clear of chance."""
    first = found[found["scenario"] == name].head(1)
    for row in first[first["clear"].astype(bool)].to_dict("records"):
        yield answer.driver(str(row["estimate"]), float(row["spearman"]))
