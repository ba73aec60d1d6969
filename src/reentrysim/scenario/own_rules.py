"""Rules of a user's own: Python functions that a scenario names, and that run only from files which the user allowed.

`rule = "code:my_rules.py:oldest_first"` names the function `oldest_first` of a file beside the scenario's. The file is
read and run when a user names it too, with `--allow-code` or `allow_rules`, and never because a scenario does.
"""

from __future__ import annotations

import ast
import hashlib
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from reentrysim.scenario.messages import refuse
from reentrysim.vocabulary import InputError, nearest

PREFIX = "code:"
_HINT = "Write code:FILE.py:FUNCTION"


class Named(NamedTuple):
    """A rule as a scenario names it."""

    path: Path
    """Whole path of its file."""
    function: str

    @property
    def words(self) -> str:
        """For messages."""
        return f"{self.function} of {self.path.name}"


@dataclass(frozen=True)
class Allowed:
    """A file that a user allowed to run."""

    path: Path
    digest: str
    """SHA-256 (hex) of its contents."""
    functions: Mapping[str, Callable[..., Any]]


_allowed: dict[Path, Allowed] = {}


def is_own(rule: str) -> bool:
    """Whether a rule is a function of a user's own."""
    return rule.startswith(PREFIX)


def named(rule: str) -> Named:
    """The file and the function of a rule of one's own; ValueError for another text."""
    path, _, function = rule.removeprefix(PREFIX).rpartition(":")
    if not path.endswith(".py") or not function.isidentifier():
        raise ValueError(rule)
    return Named(Path(path).resolve(), function)


def allow_rules(path: str | Path) -> tuple[str, ...]:
    """Let scenarios of this process name functions of a Python file, which is run; the functions' names.

    A file that was allowed is read again.

    Raises:
        InputError: if it can't be read or run, or has no function.
    """
    place = Path(path).resolve()
    contents = _read(place)
    module = _run(place, contents)
    functions = {
        name: value
        for name, value in vars(module).items()
        if callable(value) and getattr(value, "__module__", "") == module.__name__ and not isinstance(value, type)
    }
    if not functions:
        raise InputError("has neither a PROGRAM nor a function", where=str(place), hint="See docs/own-rules.md")
    _allowed[place] = Allowed(place, hashlib.sha256(contents).hexdigest(), functions)
    return tuple(functions)


def forget_rules(path: str | Path) -> None:
    """No scenario can name its functions any more."""
    _allowed.pop(Path(path).resolve(), None)


def holds_program(path: Path) -> bool:
    """Whether a Python file sets PROGRAM, or evidence lies beside it; it is read, and not run."""
    try:
        tree = ast.parse(_read(path), str(path))
    except (SyntaxError, ValueError):
        tree = ast.Module([], [])  # whoever runs it says what is wrong
    return any("PROGRAM" in _targets(node) for node in tree.body) or _is_evidence(path.with_suffix(".toml"))


def _is_evidence(path: Path) -> bool:
    """Whether this is a file of numbers, and no scenario, which may have the name of its rules."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(tables) and all(isinstance(table, dict) and "grade" in table for table in tables.values())


def digests(rules: Iterator[str] | None = None) -> dict[Path, str]:
    """Digest of each allowed file, or of those that some rules name, by whole path."""
    paths = _allowed if rules is None else sorted({named(rule).path for rule in rules})
    return {path: _allowed[path].digest for path in paths}


def ensure_rules(those: Mapping[Path, str]) -> None:
    """Allow these files, as they were when they had these digests.

    Raises:
        InputError: if one has changed since.
    """
    for path, digest in those.items():
        if path not in _allowed or _allowed[path].digest != digest:
            allow_rules(path)
        if _allowed[path].digest != digest:
            raise InputError("has changed while it was used", where=str(path), hint="Start again")


def function_of(rule: str) -> Callable[..., Any]:
    """The function that a checked scenario names."""
    asked = named(rule)
    return _allowed[asked.path].functions[asked.function]


class OwnRule:
    """Beside a field's words, takes a rule of one's own, whose file was allowed."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The field's own, around which a rule of one's own is looked up."""
        plain = core_schema.simple_ser_schema("str")
        return core_schema.no_info_wrap_validator_function(_own_or, handler(source), serialization=plain)

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The words, or a text that begins with `code:`."""
        return {"anyOf": [handler(core), {"type": "string", "pattern": r"^code:.+\.py:\w+$"}]}


def _own_or(value: Any, handler: Callable[[Any], Any]) -> Any:
    if not (isinstance(value, str) and is_own(value)):
        return handler(value)
    try:
        asked = named(value)
    except ValueError:
        raise refuse(f"{value!r} names no rule", _HINT) from None
    if asked.path not in _allowed:
        what = f"{asked.words} is code, and no code runs because a scenario names it"
        raise refuse(what, f"Read it first; then run it with --allow-code {asked.path.name}")
    functions = _allowed[asked.path].functions
    if asked.function not in functions:
        raise refuse(f"there is no {asked.words}", nearest(asked.function, functions))
    return f"{PREFIX}{asked.path}:{asked.function}"  # wherever the process is that runs it


def _read(path: Path) -> bytes:
    if path.suffix != ".py" or not path.is_file():
        beside = [other.name for other in path.parent.glob("*.py")] if path.parent.is_dir() else []
        if path.is_dir():
            raise InputError("is a folder", where=str(path), hint="Name a Python file in it")
        what = "no such file" if path.suffix == ".py" else "is not a Python file"
        raise InputError(what, where=str(path), hint=nearest(path.name, beside))
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=str(path)) from error


def _run(path: Path, contents: bytes) -> ModuleType:
    """The module of these very contents: a compiled file beside it may be of others."""
    module = ModuleType(f"reentrysim_rules_{path.stem}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module  # where annotations written as text are looked up
    try:
        exec(compile(contents, str(path), "exec"), vars(module))
    except (Exception, SystemExit) as error:
        raise InputError(f"does not run ({type(error).__name__}: {error})", where=str(path)) from error
    return module


def _targets(node: ast.stmt) -> set[str]:
    """Names that a statement sets."""
    if isinstance(node, ast.Assign):
        return {target.id for target in node.targets if isinstance(target, ast.Name)}
    return {node.target.id} if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) else set()
