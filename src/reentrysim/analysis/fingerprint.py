"""A digest of the code that a calibration rests on, by which a stale one is recognized."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from reentrysim.evidence.entries import OF_PROGRAMS

_PACKAGE = Path(__file__).parent.parent
_MONTH = ("agents", "dynamics", "policies", "programs", "setup", "stages")
_OF_RESULTS = ("OUTCOMES", "LESS_IS_BETTER", "_MORE_IS_BETTER")
FIT_FILES = (
    *(f"analysis/{name}.py" for name in ("baseline", "calibrate", "cohorts", "fitting", "history")),
    *(f"analysis/{name}.py" for name in ("livelihood", "promises", "selection", "structures", "targets", "trial")),
)
"""How the fit and the simulated trials are made, whatever a month is."""
_FILES = (
    *("vocabulary.py", "randomness.py", "model.py", "scenario/values.py"),
    *(f"evidence/{name}.py" for name in ("arithmetic", "catalog", "estimate", "population", "prices", "published")),
    *FIT_FILES,
)


def calibrated_code() -> list[Path]:
    """The files whose change can move what a calibration solves; views only look on.

    Programs whose numbers no calibration rests on are solved after it (`analysis.solving`).
    """
    folders = [path for folder in _MONTH for path in sorted((_PACKAGE / folder).glob("*.py"))]
    later = {path.stem for path in OF_PROGRAMS.glob("*.toml")}
    return [
        *(path for path in folders if path.stem not in {"__init__", "views", *later}),
        *(_PACKAGE / file for file in _FILES),
    ]


def code_digest() -> str:
    """SHA-256 (hex) over the code without comments on lines of their own, blank lines and docstrings."""
    return _digest(calibrated_code())


def files_digest(files: Iterable[str]) -> str:
    """The same of other files of the package, by path in it."""
    return _digest(_PACKAGE / file for file in files)


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update("\n".join(_bare_lines(path.read_text(encoding="utf-8"))).encode())
    return digest.hexdigest()


def _bare_lines(source: str) -> Iterator[str]:
    prose = {line for node in ast.walk(ast.parse(source)) for line in (*_docstring_lines(node), *_result_lines(node))}
    for number, line in enumerate(source.splitlines(), start=1):
        if number not in prose and line.strip() and not line.lstrip().startswith("#"):
            yield line


def _result_lines(node: ast.AST) -> range:
    """Lines that name what results are called, which no run reads."""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in _OF_RESULTS:
        return range(node.lineno, (node.end_lineno or node.lineno) + 1)
    return range(0)


def _docstring_lines(node: ast.AST) -> range:
    """Lines of a string that stands alone: a docstring, of a module, class, function or attribute."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        return range(node.lineno, (node.end_lineno or node.lineno) + 1)
    return range(0)
