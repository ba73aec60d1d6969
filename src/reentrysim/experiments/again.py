"""The plan of a finished comparison, from what its folder says: to run part of it again, or all of it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from reentrysim._version import VERSION
from reentrysim.evidence.calibration import calibration_id
from reentrysim.experiments.plan import Plan, plan_runs
from reentrysim.scenario import Scenario, load_scenario, shipped_scenarios
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
        what = f"cannot be run again here: {' and '.join(_differing(manifest, plan))}"
        raise InputError(what, where=str(scenarios.parent), hint="Compare again with this installation")
    return plan


def _differing(manifest: Mapping[str, Any], plan: Plan) -> Iterator[str]:
    """What of a folder is otherwise here, so that its plan would run something else."""
    kept, here = manifest["version"], VERSION
    inputs = plan.inputs
    said = {
        f"another version of reentrysim wrote it ({kept}; this is {here})": kept != here,
        "its evidence is other than here": manifest["evidence"] != inputs.evidence,
        "its calibration is other than here": manifest["calibration"] != inputs.calibration,
        "its scenarios are read otherwise": manifest["scenarios"] != {one.name: one.digest for one in plan.scenarios},
    }
    told = [words for words, differs in said.items() if differs]
    yield from told or ["something else differs that decides results"]


def read_scenarios(path: Path) -> list[Scenario]:
    """What was asked, as `write_scenarios` wrote it: to tell of it, not to run it, for files of one's own are not kept.

    Raises:
        InputError: if one has programs or rules of one's own that are not allowed here.
    """
    listed = json.loads(path.read_text(encoding="utf-8"))
    return [_built(table["scenario"]) for table in listed]


def command_again(plan: Plan) -> str:
    """The command that runs the plan again, options spelled out; a scenario that is not shipped by its file's name."""
    asked = plan.asked
    others = [one for one in asked.scenarios if one.name != asked.baseline]
    base = next(one for one in asked.scenarios if one.name == asked.baseline)
    words = ["compare", *map(_named, others), "--baseline", _named(base)] if others else ["run", _named(base)]
    for option in ("replicates", "seed", "participants", "months"):
        words += [f"--{option}", str(getattr(plan, option))]
    words += ["--fixed-parameters"] if plan.fixed_parameters else []
    words += ["--marginal", f"{plan.next_dollar.dollars:g}"] if plan.next_dollar else []
    return shlex.join(["reentrysim", *words])


def _named(scenario: Scenario) -> str:
    """A shipped scenario by its name, as long as nothing but the follow-up, which is an option, is another."""
    if scenario.name in shipped_scenarios():
        months = {"time.follow_up_months": scenario.time.follow_up_months}
        if load_scenario(scenario.name).vary(months).digest == scenario.digest:
            return scenario.name
    return f"{scenario.name}.toml"


def _told(scenario: Scenario) -> dict[str, Any]:
    tables = scenario.resolved()
    own = [key for key in _OWN if tables["population"].get(key) is not None]
    if calibration_id(scenario.population.calibration) != scenario.population.calibration:
        own.append("calibration")
    population = {key: value for key, value in tables["population"].items() if key not in own}
    kept = {**tables, "population": population}
    return {"own_files": own, "own_code": bool(scenario.code), "scenario": kept}


def _scenario(table: Mapping[str, Any]) -> Scenario:
    if table["own_files"] or table["own_code"]:
        what = f"{table['scenario']['name']} rests on files of your own, which the folder does not keep"
        raise InputError(what, hint="Run the command of its manifest again, with those files")
    return _built(table["scenario"])


def _built(tables: Mapping[str, Any]) -> Scenario:
    kept = dict(tables)
    name = str(kept.pop("name"))
    return Scenario.build(kept, name, [Layer(name, kept)])
