"""Commands about scenario files: list, write, check, and their schema."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reentrysim.cli.app import WRONG_INPUT, AllowCode, add_code, app, complain
from reentrysim.disk import write_new
from reentrysim.vocabulary import InputError


@app.command()
def scenarios() -> None:
    """List the shipped scenarios."""
    from reentrysim.scenario import load_scenario, shipped_scenarios

    shipped = shipped_scenarios()
    width = max(map(len, shipped), default=0)
    families = {path.parent for path in shipped.values()}
    for folder in sorted(families, key=lambda one: (len(one.parts), one.name)):
        if len(folder.parts) > min(len(one.parts) for one in families):
            print(f"\n{folder.name}:")
        for name, path in shipped.items():
            if path.parent == folder:
                print(f"{name:<{width}}  {load_scenario(name).title}")


@app.command()
def new(name: Annotated[str, typer.Argument(help="Name of the scenario, such as more-beds.")]) -> None:
    """Write a commented scenario file NAME.toml, ready to edit."""
    from reentrysim.scenario import shipped_scenarios, template

    stem = name.removesuffix(".toml")
    if stem in shipped_scenarios():
        raise InputError(f"a shipped scenario is called {stem!r}", hint="Choose another name, which no table mixes up")
    path = Path(f"{stem}.toml")
    write_new(path, template(stem))
    print(f"{path} written. Edit it, then: reentrysim check {path}")


@app.command()
def check(
    files: Annotated[list[str], typer.Argument(help="Scenario files or names.")], allow_code: AllowCode = None
) -> None:
    """Check scenario files: what is wrong, where, and the nearest right spelling."""
    add_code(allow_code)
    from reentrysim.experiments.plan import plan_runs
    from reentrysim.scenario import load_scenario

    wrong = 0
    for file in files:
        try:
            scenario = load_scenario(file)
            print(f"{file}: right ({scenario.title})")
            if scenario.population.place.own_files:
                print("\n".join(f"  {line}" for line in scenario.population.place.assumed()))
            for notice in plan_runs([scenario], baseline=scenario).notices:
                print(f"  warning: {notice}")
        except InputError as error:
            complain("\n  also: ".join([str(error), *getattr(error, "others", ())]))
            wrong += 1
    if wrong:
        raise typer.Exit(WRONG_INPUT)


@app.command()
def schema(allow_code: AllowCode = None) -> None:
    """Print the JSON Schema of scenario files."""
    add_code(allow_code)
    import json

    from reentrysim.scenario import json_schema

    print(json.dumps(json_schema(), indent=2))
