"""Imports point one way, heavy packages stay where they belong, and numbers stay in the evidence."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"
PACKAGE = SOURCE / "reentrysim"
TABLE = (
    {"_version", "vocabulary"},
    {"disk", "randomness"},
    {"evidence"},
    {"scenario"},
    {"agents"},
    {"programs", "policies", "dynamics"},
    {"setup"},
    {"stages"},
    {"model"},
    {"access", "costs", "feedback", "queues", "tool_errors", "waits"},
    {"outcomes"},
    {"experiments"},
    {"analysis"},
    {"report"},
    {"results"},
    {"console"},
    {"calibrating", "explaining", "sweeping"},
    {"cli"},
    {"__main__"},
)
"""Parts of the package, lowest first: each imports from parts above its own line, and from itself."""
LEVEL = {part: level for level, parts in enumerate(TABLE) for part in parts}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")
WITHOUT_NUMBERS = ("programs", "policies", "dynamics")
PLAIN = (0, 1, 2, 12)
HEAVY = ("mesa", "pandas", "matplotlib", "seaborn", "scipy", "pyarrow", "pydantic", "joblib", "typer")


class Import(NamedTuple):
    """An imported name, wherever in a file it stands."""

    line: int
    name: str
    relative: bool = False


def imports(source: str) -> Iterator[Import]:
    """Every import of a source, inside functions and type-checking blocks too; `from a import b` as a.b."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (Import(node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield Import(node.lineno, f"{node.module or ''}.{alias.name}", node.level > 0)


def part_of(path: Path) -> str:
    """The folder of a module, or its own name if it stands at the top."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def literals(source: str) -> Iterator[tuple[int, object]]:
    """Line and value of every numeric literal that isn't plain, but for what a program says of scenarios.

    And but for how many arrays are made at once (`for _ in range(3)`), which is nothing of the month.
    """
    tree = ast.parse(source)
    choices = {id(node) for setting in (*_settings(tree), *_counts(tree)) for node in ast.walk(setting)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or type(node.value) not in (int, float, complex):
            continue
        if id(node) not in choices and node.value not in PLAIN:
            yield node.lineno, node.value


def _settings(tree: ast.Module) -> Iterator[ast.expr]:
    """What scenarios and trials say of a program when they say nothing: choices, and no evidence."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Program":
            yield from (word.value for word in node.keywords if word.arg in ("usual", "usual_caseload", "trial"))


def _counts(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.comprehension) and isinstance(node.target, ast.Name) and node.target.id == "_":
            yield node.iter


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def here(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def test_every_module_has_its_place_in_the_table() -> None:
    assert {part_of(path) for path in MODULES} == set(LEVEL)


@pytest.mark.parametrize("path", MODULES, ids=here)
def test_imports_point_one_way(path: Path) -> None:
    own = part_of(path)
    wrong = []
    for found in imports(read(path)):
        assert not found.relative, f"line {found.line}: write the whole name"
        steps = found.name.split(".")
        if steps[0] != "reentrysim":
            continue
        part = steps[1] if len(steps) > 1 else ""
        if part not in LEVEL:
            wrong.append(f"line {found.line}: {found.name} is the package root")
        elif part != own and LEVEL[part] >= LEVEL[own]:
            wrong.append(f"line {found.line}: {own} imports {part}")
    assert not wrong


def test_only_the_package_root_and_the_registry_of_programs_import_by_name_at_run_time() -> None:
    by_name = [here(path) for path in MODULES if re.search(r"importlib\.import_module|__import__\(", read(path))]
    assert by_name == ["reentrysim/scenario/offered.py"]


def test_pictures_are_drawn_in_one_place() -> None:
    drawing = {
        part_of(path)
        for path in MODULES
        for found in imports(read(path))
        if found.name.split(".")[0] in ("seaborn", "matplotlib")
    }
    assert drawing == {"report"}


def test_importing_the_package_is_silent_and_light() -> None:
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    quiet = _python("import reentrysim, sys", environment)
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    asked = f"import reentrysim, sys; print(*(name for name in {HEAVY} if name in sys.modules))"
    assert _python(asked, environment).stdout.strip() == ""


def _python(code: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "always", "-c", code]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("path", [p for p in MODULES if part_of(p) in WITHOUT_NUMBERS], ids=here)
def test_numbers_stand_in_the_evidence_and_not_in_the_month(path: Path) -> None:
    found = [f"line {line}: {value}" for line, value in literals(read(path))]
    assert not found, "a number of the month belongs in evidence/numbers, or in vocabulary as a unit"


def test_the_checks_see_what_they_look_for() -> None:
    hidden = "def f():\n    if True:\n        from reentrysim.cli import app\n"
    assert list(imports(hidden)) == [Import(3, "reentrysim.cli.app")]
    assert list(imports("from . import model")) == [Import(1, ".model", relative=True)]
    assert list(imports("import reentrysim")) == [Import(1, "reentrysim")]
    assert sorted(literals("x = 0.5 * y[2] + 12 - True\nz = [1.0, 36]")) == [(1, 0.5), (2, 36)]
    assert list(literals("a, b, c = (zeros() for _ in range(3))\nfor month in range(6): pass")) == [(2, 6)]
    assert list(literals("PROGRAM = Program(usual={'length_months': 3}, needs=lambda m: m > 5)")) == [(1, 5)]


def test_the_architecture_page_shows_this_table() -> None:
    page = read(ROOT / "docs" / "architecture.md")
    start = page.index("| Part |")
    rows = page[start : page.index("\n\n", start)].splitlines()[2:]
    shown = [set(re.findall(r"`(\w+?)(?:\.py|/)?`", row.split("|")[1])) for row in rows]
    assert shown == [set(parts) for parts in TABLE]
