"""The programs that a scenario can offer: one module of `programs/` each, and those that a user adds.

Scenario files are read before anything is simulated, and what a program lets them set stands in its own module. So
this is the one place below the package's root that imports by name: a program is a file, and no list of them exists.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from reentrysim.vocabulary import InputError

if TYPE_CHECKING:
    from reentrysim.scenario.programs import ProgramTable

_FOLDER = "reentrysim.programs"


class Offered(Protocol):
    """What a scenario file needs to know of a program; the whole is `programs.contract.Program`."""

    @property
    def name(self) -> str:
        """snake_case: the program's word in scenarios, evidence, decisions and results."""

    @property
    def table(self) -> type[ProgramTable]:
        """What [programs.<name>] can set."""

    @property
    def usual(self) -> Mapping[str, Any]:
        """What that table says when it says nothing."""

    @property
    def line(self) -> str:
        """The table of [policies.matching] that says who goes first."""

    @property
    def usual_caseload(self) -> int:
        """People one worker has when [policies.caseload.<name>] says nothing; 0 where there are no workers."""

    @property
    def worker_hours(self) -> object | None:
        """Hours for people that one worker has in a month; None where a caseload can't be told in hours."""

    @property
    def trial(self) -> object | None:
        """How the level of its direct path is solved; None where it has none."""

    @property
    def level(self) -> str:
        """The name of that level among the numbers."""

    @property
    def what(self) -> str:
        """What people wait for, in the words of a report."""

    @property
    def housing(self) -> object | None:
        """Whose beds its places are; None where they are no beds."""

    @property
    def bound(self) -> str:
        """What there may be too little of for its money."""


@dataclass(frozen=True)
class Added:
    """A program that a user added, and where it came from."""

    program: Offered
    path: Path
    """Its module; its evidence lies beside it, and so do the levels that were solved for it."""
    digest: str
    """SHA-256 (hex) of all three."""
    levels: Mapping[str, Any] | None
    """Solved level of its direct path by calibration; None before `reentrysim calibrate --program`."""


_added: dict[str, Added] = {}


@cache
def shipped() -> dict[str, Offered]:
    """The package's own programs beside mentoring, in order of name."""
    folder = importlib.import_module(_FOLDER)
    modules = [importlib.import_module(f"{_FOLDER}.{one.name}") for one in pkgutil.iter_modules(folder.__path__)]
    programs = [module.PROGRAM for module in modules if hasattr(module, "PROGRAM")]
    return {program.name: program for program in programs}


def offered() -> dict[str, Offered]:
    """Every program beside mentoring by name, the package's own in order of name before those that were added."""
    return {**shipped(), **{name: one.program for name, one in _added.items()}}


def added() -> Mapping[str, Added]:
    """The programs that a user added, in the order in which that happened."""
    return dict(_added)


def register(one: Added) -> None:
    """Let scenarios offer one more program, in this process.

    Raises:
        InputError: if a program of the package, or mentoring, has its name.
    """
    name = one.program.name
    if name in shipped() or name == "mentoring":
        raise InputError(f"there is a program {name!r} already", where=str(one.path), hint="Give yours another name")
    _added[name] = one


def forget(name: str) -> None:
    """The same scenarios as before the program was added."""
    _added.pop(name, None)
