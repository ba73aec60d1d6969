"""What tests of commands share: small runs, runs without a model, files written, real processes."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

import fakes
from reentrysim.analysis import compare as compare_module
from reentrysim.experiments import run as run_module
from reentrysim.experiments.plan import Plan
from reentrysim.experiments.run import Runs

ROOT = Path(__file__).parents[1]
SMALL = ["--replicates", "4", "--jobs", "1", "--participants", "60", "--months", "12"]


def fake_runs(patch: pytest.MonkeyPatch) -> None:
    """Commands run made-up people."""
    fakes.use_fake_inputs(patch)
    real = run_module.run_plan

    def run_fakes(plan: Plan, _: object, *others: Any, **more: Any) -> Runs:
        return real(plan, fakes.fake_simulate, *others, **more)

    patch.setattr(compare_module, "run_plan", run_fakes)


def written() -> list[str]:
    """Every file and folder here."""
    return sorted(path.as_posix() for path in Path().rglob("*"))


def raise_(error: BaseException) -> None:
    """What a lambda cannot."""
    raise error


def process(*words: str) -> list[str]:
    """The command line of a real process."""
    return [sys.executable, "-m", "reentrysim", *words]


def environment() -> dict[str, str]:
    """In which it finds the package."""
    return {**os.environ, "PYTHONPATH": str(ROOT / "src")}
