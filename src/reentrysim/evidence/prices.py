"""Dollars of one year in those of another, by US consumer prices: CPI-U, annual means (published/price_index.csv)."""

from __future__ import annotations

from functools import cache

from reentrysim.evidence.published import read_lines
from reentrysim.vocabulary import InputError


def in_dollars_of(amount: float, from_year: int, to_year: int) -> float:
    """`amount` of `from_year` in dollars of `to_year`; InputError for a year without a price index."""
    return amount * _price_level(to_year) / _price_level(from_year)


@cache
def _price_levels() -> dict[int, float]:
    return {int(line["year"]): float(line["cpi_u"]) for line in read_lines("price_index")}


def _price_level(year: int) -> float:
    levels = _price_levels()
    if year not in levels:
        raise InputError(f"no consumer prices for {year}", hint=f"Years {min(levels)} to {max(levels)} have them")
    return levels[year]
