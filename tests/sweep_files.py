"""Sweeps for tests: small, and made from plain tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reentrysim.experiments.sweeps.file import Sweep

CASELOAD = "policies.caseload.mentoring.per_worker"
DOLLARS = "funding.sources.state_grant.total_dollars"
FEW_ESTIMATES = {"estimates.*": {"distribution": "evidence", "subject": ["custody"]}}


def tables(factors: dict[str, Any] | None = None, design: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """The tables of a sweep of two factors over a grid, or of others."""
    usual = {CASELOAD: {"values": [2, 4]}, DOLLARS: {"range": [1e6, 5e6]}}
    given = {"factors": usual if factors is None else factors, "design": design or {"kind": "grid", "levels": 3}}
    said = {"schema": 1, "title": "A sweep", "question": "What if?", "scenarios": ["status-quo"]}
    return {**said, **given, **more}


def sweep(
    factors: dict[str, Any] | None = None, design: dict[str, Any] | None = None, folder: Path = Path(), **more: Any
) -> Sweep:
    """That sweep, checked."""
    return Sweep.build(tables(factors, design, **more), "a-sweep", folder, "a-sweep.toml")
