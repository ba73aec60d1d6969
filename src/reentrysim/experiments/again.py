"""The plan of a finished comparison, from what its folder says: to run part of it again, or all of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reentrysim.evidence.calibration import calibration_id
from reentrysim.experiments.plan import Plan, plan_runs
from reentrysim.scenario import Scenario
from reentrysim.scenario.messages import Layer
from reentrysim.vocabulary import InputError

SCENARIOS = "scenarios.json"
_OWN = ("margins", "file", "stays")
"""Keys of [population] that name files of one's own, which are never written down."""


def write_scenarios(plan: Plan, path: Path) -> None:
    """Everything that every scenario says, but the names of files of a place of one's own."""
    path.write_text(json.dumps([_told(one) for one in plan.scenarios], indent=1) + "\n", encoding="utf-8")


def plan_again(manifest: Mapping[str, Any], scenarios: Path) -> Plan:
    """The plan that a folder's manifest and its scenarios describe.

    Raises:
        InputError: if people, fit or programs came from files of one's own, which the folder does not keep, or if this
            installation would run something else (another version, evidence or calibration).
    """
    listed = [_scenario(table) for table in json.loads(scenarios.read_text(encoding="utf-8"))]
    base = next(one for one in listed if one.name == manifest["baseline"])
    plan = plan_runs(
        listed,
        baseline=base,
        replicates=int(manifest["replicates"]),
        seed=int(manifest["seed"]),
        participants=int(manifest["participants"]),
        fixed_parameters=bool(manifest["fixed_parameters"]),
    )
    if plan.family != manifest["family"]:
        what = "this is another version of reentrysim, or it has other evidence or another calibration"
        raise InputError(what, where=str(scenarios.parent), hint=f"The folder was written by {manifest['version']}")
    return plan


def _told(scenario: Scenario) -> dict[str, Any]:
    tables = scenario.resolved()
    own = [key for key in _OWN if tables["population"].get(key) is not None]
    if calibration_id(scenario.population.calibration) != scenario.population.calibration:
        own.append("calibration")
    population = {key: value for key, value in tables["population"].items() if key not in own}
    kept = {**tables, "population": population}
    return {"own_files": own, "own_code": bool(scenario.code), "scenario": kept}


def _scenario(table: Mapping[str, Any]) -> Scenario:
    kept = dict(table["scenario"])
    name = str(kept.pop("name"))
    if table["own_files"] or table["own_code"]:
        what = f"{name} rests on files of your own, which the folder does not keep"
        raise InputError(what, hint="Run the command of its manifest again, with those files")
    return Scenario.build(kept, name, [Layer(name, kept)])
