"""Entries of number files to break one key at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reentrysim.evidence import Catalog, read_catalog

SHARE: dict[str, object] = {
    "description": "Share of participants mentored when mentoring is offered",
    "value": 0.6,
    "low": 0.4,
    "high": 0.75,
    "interval": "95% belief",
    "unit": "share",
    "distribution": "logitnormal",
    "population": "Ready4Work, 11 US cities",
    "grade": "C",
    "rows": ["mentor_052"],
    "transform": "same",
}

Read = Callable[..., Catalog]


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads the catalog of one file mentoring.toml with one entry: SHARE with some keys changed, None for absent."""

    def read_entry(key: str = "uptake_share", **changes: object) -> Catalog:
        entry = {name: value for name, value in {**SHARE, **changes}.items() if value is not None}
        lines = [f"[{key}]", *(f"{name} = {_toml(value)}" for name, value in entry.items())]
        (tmp_path / "mentoring.toml").write_text("\n".join(lines), encoding="utf-8")
        return read_catalog(tmp_path)

    return read_entry
