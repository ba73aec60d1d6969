"""Ranks that say no more than their intervals do."""

from __future__ import annotations

import numpy as np
import pandas as pd


def ordered(frame: pd.DataFrame, size: str, low: str, high: str) -> pd.DataFrame:
    """The rows that are `clear` by `size`, largest first, then the others as they stand, without a rank.

    `rank` is one more than the number of clear rows that lie wholly above by their intervals `low` to `high`, so rows
    that can't be told apart may share one.
    """
    clear = frame["clear"].to_numpy(dtype=np.bool_)
    lows, highs = (np.where(clear, frame[name].to_numpy(dtype=np.float64), np.nan) for name in (low, high))
    above = (lows[None, :] > highs[:, None]).sum(axis=1) + 1
    ranked = frame.assign(rank=pd.array(above, dtype="Int64"))
    ranked.loc[~clear, "rank"] = pd.NA
    key = np.where(clear, -frame[size].to_numpy(dtype=np.float64), np.inf)
    return ranked.iloc[np.argsort(key, kind="stable")].reset_index(drop=True)
