"""Counts as the terminal's tables write them."""

from __future__ import annotations

import textwrap

from reentrysim.analysis.answer import Counts


def difference(counts: Counts) -> str:
    """Signed counts: "-5 (-9 to -1)"."""
    if not counts.known:
        return signed(counts.mean)
    return f"{signed(counts.mean)} ({signed(counts.low)} to {signed(counts.high)})"


def signed(count: int) -> str:
    """-5 -> "-5", 2 -> "+2", 0 -> "0"."""
    return f"{count:+,}" if count else "0"


def wrapped(name: str, width: int) -> str:
    """A name on as many lines as its column needs."""
    return "\n".join(textwrap.wrap(name, width))
