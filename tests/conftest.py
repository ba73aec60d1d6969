"""How tests are shared out among processes: those that share something costly together, and the longest first."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:] = [entry for entry in sys.path if Path(entry).resolve() != HERE.parent]
"""`python -m pytest` would add the folder above: other processes would then find tests' own functions there, and
under `pytest` alone they would not."""

LONG = (
    *("golden/test_golden", "twin/test_twin", "analysis/test_trial", "programs/test_outside", "test_interrupts"),
    *("scenario/test_estimates", "behavior/test_programs", "behavior/test_combinations", "behavior/test_laws"),
)
"""Files whose tests take seconds each: at the end, one of them would leave the other processes with nothing to do."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In a worker of xdist (`--dist=loadgroup`); one process alone goes in the order of the files."""
    if not hasattr(config, "workerinput"):
        return
    items.sort(key=lambda item: not item.path.with_suffix("").as_posix().endswith(LONG))
    for item in items:
        if _makes_once(item.path):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@cache
def _makes_once(path: Path) -> bool:
    """Whether tests of a file use what is made once for all of them, and would be made again in each process."""
    return 'scope="module"' in path.read_text(encoding="utf-8")
