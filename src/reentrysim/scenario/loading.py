"""From a name or a path to a checked scenario: find, read, inherit."""

from __future__ import annotations

import os
import re
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import reduce
from pathlib import Path
from typing import Any

from reentrysim.evidence.place import OWN_FILES
from reentrysim.scenario.merging import Table, merge
from reentrysim.scenario.messages import Layer
from reentrysim.scenario.own_rules import PREFIX, is_own
from reentrysim.scenario.schema import Scenario
from reentrysim.vocabulary import InputError, nearest

SUFFIX, CALIBRATION_SUFFIX = ".toml", ".json"
_LARGEST_BYTES = 1_000_000
_DEEPEST = 20  # tables within tables; the schema has five
_KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TRIALS = "trials"  # which are files of another kind
_OF_TRIALS = {"arms", "published", "primary"}
_OF_SWEEPS = {"design", "factors"}
_IN_WHEEL = Path(__file__).parents[1] / "shipped_scenarios"
_IN_CHECKOUT = Path(__file__).parents[3] / "scenarios"


def shipped_scenarios() -> dict[str, Path]:
    """The scenarios that come with the package, by name."""
    folder = _IN_WHEEL if _IN_WHEEL.is_dir() else _IN_CHECKOUT
    files = [*folder.glob(f"*{SUFFIX}"), *folder.glob(f"*/*{SUFFIX}")]
    return {path.stem: path for path in sorted(files, key=lambda path: path.stem) if path.parent.name != _TRIALS}


def load_scenario(name_or_path: str | Path) -> Scenario:
    """The scenario of a shipped name or a path; InputError says what is wrong, where, and what to do."""
    layers = _layers(str(name_or_path))
    tables = reduce(_inherit, layers, Table())
    label = layers[-1].label
    name = Path(label).stem
    if len(layers) > 1:
        tables.setdefault("title", name.replace("-", " ").capitalize())
        tables.setdefault("question", f"How does this compare with {Path(layers[-2].label).stem}?")
    scenario = Scenario.build(tables, name, layers)
    check_name(name, label)
    return scenario


def check_name(name: str, where: str = "") -> None:
    """InputError unless a scenario can have this name, which stands in tables, folders and commands."""
    if not _KEBAB.fullmatch(name):
        plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
        better = "-".join(re.findall(r"[a-z0-9]+", plain))
        hint = f"Call it {better!r}" if better else "For example 'more-mentors'"
        raise InputError(f"a name is kebab-case, {name!r} is not", where=where, hint=hint)


def _inherit(base: Table, layer: Layer) -> Table:
    # What a scenario is called belongs to it alone: an inherited title would name another question.
    inherited = {key: value for key, value in base.items() if key not in ("title", "question")}
    return merge(inherited, {key: value for key, value in layer.table.items() if key != "based_on"})


def _layers(argument: str) -> list[Layer]:
    """The files a scenario is merged from, the root first."""
    path, label = _locate(argument, Path(), "")
    seen: dict[str, str] = {}
    layers: list[Layer] = []
    while True:
        identity = os.path.realpath(path)
        if identity in seen:
            chain = [*list(seen.values())[list(seen).index(identity) :], seen[identity]]
            raise InputError(
                f"based_on goes in a circle: {' -> '.join(chain)}",
                where=f"{layers[0].label}: based_on",
                hint='End the chain in a complete file, such as "status-quo"',
            )
        seen[identity] = Path(label).stem
        layers.insert(0, Layer(label, _rules_beside(_beside(_read(path, label), path.parent), path.parent)))
        base = layers[0].table.get("based_on")
        if base is None:
            return layers
        path, label = _base(base, path, label)


def _beside(table: Table, folder: Path) -> Table:
    """The same table with the paths of files of a place relative to the scenario's file that names them."""
    population = table.get("population")
    if not isinstance(population, dict):
        return table
    named = {key: value for key, value in population.items() if key in OWN_FILES and isinstance(value, str)}
    name = population.get("calibration")
    if isinstance(name, str) and (name.endswith(CALIBRATION_SUFFIX) or "/" in name or os.sep in name):
        named["calibration"] = name
    moved = {key: os.path.normpath(folder / path) for key, path in named.items()}
    return {**table, "population": {**population, **moved}}


def _rules_beside(table: Table, folder: Path) -> Table:
    """The same table with the files of rules of one's own relative to the scenario's file that names them."""
    return {key: _moved(value, folder) if key in ("funding", "policies") else value for key, value in table.items()}


def _moved(value: Any, folder: Path) -> Any:
    if isinstance(value, dict):
        return {key: _moved(inner, folder) for key, inner in value.items()}
    if not (isinstance(value, str) and is_own(value)):
        return value
    path, colon, function = value.removeprefix(PREFIX).rpartition(":")
    return f"{PREFIX}{os.path.normpath(folder / path)}{colon}{function}" if path else value


def _base(base: Any, path: Path, label: str) -> tuple[Path, str]:
    """The file that based_on names, relative to the file that says so."""
    where = f"{label}: based_on"
    if not isinstance(base, str):
        raise InputError("must be text", where=where, hint="A shipped name, or a path relative to this file")
    return _locate(base, path.parent, where)


def _locate(argument: str, folder: Path, where: str) -> tuple[Path, str]:
    """The file of a shipped name or a path relative to `folder`, and what to call it in a message."""
    if argument.endswith(SUFFIX) or os.sep in argument or "/" in argument:
        path = Path(os.path.normpath(folder / argument))
        if not os.path.lexists(path):
            raise InputError(f"no such file {argument!r}", where=where, hint=_near_file(path))
        return path, argument
    shipped = shipped_scenarios()
    if argument not in shipped:
        advice = nearest(argument, shipped)
        advice = advice if advice.endswith("?") else "`reentrysim scenarios` lists those that are shipped"
        stop = "" if advice.endswith("?") else "."
        hint = f"{advice}{stop} A file of your own is named by its path, ending in {SUFFIX}"
        raise InputError(f"unknown scenario {argument!r}", where=where, hint=hint)
    return shipped[argument], f"{argument}{SUFFIX}"


def _near_file(path: Path) -> str:
    """The nearest name among the scenario files beside a missing one."""
    try:
        beside: Sequence[str] = [other.stem for other in path.parent.glob(f"*{SUFFIX}")]
    except (OSError, ValueError):
        beside = []
    close = nearest(path.stem, beside)  # without the ending, which makes all alike
    return close.replace("'?", f"{SUFFIX}'?") if close.startswith("Did") else "Check the folder and the spelling"


def _read(path: Path, label: str) -> Table:
    """The tables of one file."""
    try:
        table = tomllib.loads(_text(path, label))
    except RecursionError:
        raise _too_deep(label) from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"is not valid TOML: {error}", where=label, hint="Correct that line") from None
    except ValueError:
        raise InputError("holds a number of thousands of digits", where=label, hint="Shorten it") from None
    if not table:
        raise InputError("is empty", where=label, hint="`reentrysim new NAME` writes a scenario to start from")
    if table.keys() & _OF_TRIALS:
        raise InputError("is the file of a trial, and no scenario", where=label, hint="`reentrysim trials` takes it")
    if table.keys() & _OF_SWEEPS:
        raise InputError("is the file of a sweep, and no scenario", where=label, hint="`reentrysim sweep` takes it")
    if _depth(table) > _DEEPEST:
        raise _too_deep(label)
    return table


def _text(path: Path, label: str) -> str:
    try:
        if not path.is_file():
            kind = "a folder" if path.is_dir() else "not a regular file"
            raise InputError(f"is {kind}", where=label, hint=f"Name a scenario file, ending in {SUFFIX}")
        with path.open("rb") as file:
            data = file.read(_LARGEST_BYTES + 1)
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=label, hint="Check its permissions") from None
    if len(data) > _LARGEST_BYTES:
        raise InputError("is larger than 1 MB, so it is no scenario file", where=label, hint="Is it another file?")
    try:
        return data.decode("utf-8-sig")  # editors on Windows put a mark before the first line
    except UnicodeDecodeError as error:
        what = f"is not text in UTF-8 (byte {error.start + 1}), so it is no scenario file"
        raise InputError(what, where=label, hint="Save it as UTF-8, or name another file") from None


def _too_deep(label: str) -> InputError:
    return InputError(f"nests more than {_DEEPEST} tables or lists", where=label, hint="A scenario needs five levels")


def _depth(table: Table) -> int:
    """How deep tables and lists lie in one another, counted without recursion."""
    level: list[Any] = [table]
    depth = 0
    while level:
        depth += 1
        inner = (value for one in level for value in (one.values() if isinstance(one, dict) else one))
        level = [value for value in inner if isinstance(value, dict | list)]
    return depth
