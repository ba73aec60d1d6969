"""reentrysim: compare reentry programs and policies by simulating the people, mentors and money they bring together.

    >>> import reentrysim
    >>> result = reentrysim.compare(["smaller-mentor-caseloads"], replicates=60)  # doctest: +SKIP
    >>> print(result.sentence())  # doctest: +SKIP

It compares policies. It must never be used to decide about a real individual.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from reentrysim._version import VERSION
from reentrysim.vocabulary import InputError

if TYPE_CHECKING:
    from reentrysim.analysis.equity.enforcement import enforcement as enforcement
    from reentrysim.analysis.sensitivity.sensitivity import sensitivity as sensitivity
    from reentrysim.analysis.trials.record import run_trials as run_trials
    from reentrysim.analysis.validate import validate as validate
    from reentrysim.analysis.verifying.verify import verify as verify
    from reentrysim.analysis.why.why import Why as Why
    from reentrysim.analysis.why.why import why as why
    from reentrysim.evidence import load_catalog as load_catalog
    from reentrysim.experiments.sweeps.file import Sweep as Sweep
    from reentrysim.experiments.sweeps.file import load_sweep as load_sweep
    from reentrysim.experiments.sweeps.file import shipped_sweeps as shipped_sweeps
    from reentrysim.experiments.sweeps.results import load_results as load_results
    from reentrysim.model import ReentryModel as ReentryModel
    from reentrysim.randomness import Luck as Luck
    from reentrysim.report.brief.brief import brief as brief
    from reentrysim.report.export.export import export as export
    from reentrysim.results import Comparison as Comparison
    from reentrysim.results import compare as compare
    from reentrysim.results import load as load
    from reentrysim.results import run as run
    from reentrysim.results import story as story
    from reentrysim.scenario import Scenario as Scenario
    from reentrysim.scenario import load_scenario as load_scenario
    from reentrysim.scenario import shipped_scenarios as shipped_scenarios
    from reentrysim.scenario.adding import add_program as add_program
    from reentrysim.scenario.own_rules import allow_rules as allow_rules
    from reentrysim.sweeping import sweep as sweep

__version__ = VERSION

_HOME = {
    "Comparison": "results",
    "compare": "results",
    "run": "results",
    "story": "results",
    "load": "results",
    "run_trials": "analysis.trials.record",
    "validate": "analysis.validate",
    "brief": "report.brief.brief",
    "export": "report.export.export",
    "verify": "analysis.verifying.verify",
    "load_catalog": "evidence",
    "enforcement": "analysis.equity.enforcement",
    "ReentryModel": "model",
    "Luck": "randomness",
    "Scenario": "scenario",
    "load_scenario": "scenario",
    "shipped_scenarios": "scenario",
    "add_program": "scenario.adding",
    "allow_rules": "scenario.own_rules",
    "Sweep": "experiments.sweeps.file",
    "load_sweep": "experiments.sweeps.file",
    "shipped_sweeps": "experiments.sweeps.file",
    "sweep": "sweeping",
    "load_results": "experiments.sweeps.results",
    "sensitivity": "analysis.sensitivity.sensitivity",
    "Why": "analysis.why.why",
    "why": "analysis.why.why",
}
"""Public name -> the module it is loaded from when somebody first asks for it."""

__all__ = ["InputError", "__version__", *sorted(_HOME)]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'reentrysim' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"reentrysim.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
