"""The arithmetic and the signs of published benefit-cost tables of programs (Washington State Institute for Public
Policy): benefits to taxpayers and to others add up, cost is positive where money is spent, and where a program saves
money there is a net benefit and no ratio.
"""

from __future__ import annotations

import math

import pandas as pd

from reentrysim.evidence.published import read_lines

COLUMNS = [
    *("program", "year", "taxpayers", "others", "cost", "benefit", "benefit_published"),
    *("net", "ratio", "ratio_published", "ratio_rounding", "source_id"),
]
DOLLAR, CENT = 1.0, 0.01
"""To what published amounts and ratios are rounded."""


def balance(taxpayers: float, others: float, cost: float) -> tuple[float, float, float]:
    """Benefit, net benefit, and benefit over cost (nan where nothing is spent) of dollars per participant."""
    benefit = taxpayers + others
    return benefit, benefit - cost, benefit / cost if cost > 0.0 else math.nan


def published_rows() -> pd.DataFrame:
    """Every published row by our arithmetic beside what was printed; columns COLUMNS.

    `ratio_rounding` is how far a ratio may be off because it, its benefits (a sum of two) and its cost are rounded.
    """
    rows = []
    for line in read_lines("wsipp_benefit_cost"):
        parts = [float(line[name]) for name in ("taxpayer_benefits", "non_taxpayer_benefits", "costs")]
        # A cost that was printed with a minus sign is money saved, and so is ours.
        benefit, net, over = balance(*parts)
        printed = float(line["benefit_cost_ratio"]) if line["benefit_cost_ratio"] else math.nan
        rounding = CENT / 2 + abs(over) * (DOLLAR / abs(benefit) + DOLLAR / 2 / abs(parts[2]))
        own = (line["program"], int(line["year"]), *parts, benefit, float(line["total_benefits"]), net, over, printed)
        rows.append((*own, rounding, line["source_id"]))
    return pd.DataFrame(rows, columns=COLUMNS)
