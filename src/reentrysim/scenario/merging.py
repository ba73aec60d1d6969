"""How a scenario inherits: tables merge key by key, everything else replaces whole."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

Table = dict[str, Any]
"""A TOML table as tomllib returns it: text, numbers, booleans, dates, lists and tables."""

_WHOLE = (
    "funding.shares",
    "programs.*.staff.origin",
    "programs.*.contact.*",
    "policies.matching.*.weights",
    "estimates.*",
)
"""Tables that are one value: half of somebody's shares, or a number under somebody else's source, means nothing."""

WHO = ("profile", "margins", "file")
"""Keys of [population] of which exactly one says who is released."""

TERMS = ("at_most", "at_most_ratio", "price_per_return_averted_dollars", "historical_share")
"""Keys by which a contract pays: the first three are rules, of which it has one; the last goes with a price."""

_BY_THE_MONTH, _BY_MATCH = ("spend", "indexed"), ("match_of", "match_ratio")
"""Keys of a source that pays by the month, and of one that pays as another does: who says one kind drops the other."""

_STEADY_ONLY = ("warmup_months", "tail_months")


def is_whole(path: str) -> bool:
    """Whether the table at this dotted path replaces whole instead of merging key by key."""
    return any(fnmatchcase(path, pattern) for pattern in _WHOLE)


def merge(base: Mapping[str, Any], change: Mapping[str, Any], path: str = "") -> Table:
    """`base` with the keys of `change` laid over it; neither is altered."""
    merged = dict(base)
    if path == "time" and change.get("intake") == "cohort":
        # A cohort has no warm-up and no tail, so it doesn't inherit those of a steady intake.
        merged = {key: value for key, value in base.items() if key not in _STEADY_ONLY}
    if path == "population" and any(key in change for key in WHO):
        merged = {key: value for key, value in base.items() if key not in WHO}  # one takes the place of another
    if fnmatchcase(path, "funding.sources.*.pays_if") and any(key in change for key in TERMS[:-1]):
        merged = {key: value for key, value in merged.items() if key not in TERMS}  # likewise
    if fnmatchcase(path, "funding.sources.*"):
        merged = _of_one_kind(merged, change)
    for key, value in change.items():
        inner = f"{path}.{key}" if path else key
        old = merged.get(key)
        if isinstance(old, Mapping) and isinstance(value, Mapping) and not is_whole(inner):
            value = merge(old, value, inner)
        merged[key] = value
    return merged


def _of_one_kind(source: Table, change: Mapping[str, Any]) -> Table:
    """An inherited source without the terms of the kind that it no longer is."""
    gone = _BY_THE_MONTH if "match_of" in change else _BY_MATCH if "spend" in change else ()
    return {key: value for key, value in source.items() if key not in gone}
