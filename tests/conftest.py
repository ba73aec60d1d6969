"""How tests are shared out among processes: those that share something costly together, and the longest first."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any

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
TOGETHER = ('scope="module"', "case_alike(number)[")
"""What stands in a file whose tests share something costly, which would be made again in each process."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In a worker of xdist; one process alone goes in the order of the files."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: not item.path.with_suffix("").as_posix().endswith(LONG))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Tests one by one, but those of a file that makes something once for all of them together."""
    from xdist.scheduler.loadscope import LoadScopeScheduling

    class Sharing(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.split("::")[0]
            return file if _makes_once(config.rootpath / file) else nodeid

    return Sharing(config, log)


@cache
def _makes_once(path: Path) -> bool:
    text = path.read_text(encoding="utf-8")
    return any(mark in text for mark in TOGETHER)
