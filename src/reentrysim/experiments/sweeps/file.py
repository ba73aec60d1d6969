"""A sweep as a file: which scenarios, what varies in them, by which design, and what is kept of the runs."""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import Field, PrivateAttr, ValidationError, field_validator, model_validator

from reentrysim.experiments.plan import (
    DEFAULT_SEED,
    FEWEST_PARTICIPANTS,
    LONGEST_FOLLOW_UP,
    MOST_PARTICIPANTS,
    RUNS_PER_DRAW,
)
from reentrysim.experiments.sweeps.checking import check, loaded
from reentrysim.experiments.sweeps.constraints import Constraints
from reentrysim.experiments.sweeps.expanding import expand
from reentrysim.experiments.sweeps.factors import Cell, Factor, near
from reentrysim.experiments.sweeps.kinds import DesignTable, Seed
from reentrysim.experiments.sweeps.lists import read_points
from reentrysim.scenario import Scenario
from reentrysim.scenario.fields import PlainText, Strict
from reentrysim.scenario.known import known_paths
from reentrysim.scenario.loading import SUFFIX, check_name
from reentrysim.scenario.messages import Layer, explain, refuse
from reentrysim.vocabulary import OUTCOMES, InputError, nearest

_IN_WHEEL = Path(__file__).parents[2] / "shipped_sweeps"
_IN_CHECKOUT = Path(__file__).parents[4] / "sweeps"
_LABELS = ("name", "title", "question")
_OF_SCENARIOS = {"based_on", "population", "funding", "programs", "policies", "circumstances"}
_OF_TRIALS = {"arms", "published", "primary"}


class Held(NamedTuple):
    """What a sweep reads from other files."""

    scenarios: tuple[Scenario, ...]
    columns: Mapping[str, list[Cell]]
    """Of a list, by path."""


class Sweep(Strict):
    """One question asked at many points."""

    schema_version: Annotated[Literal[1], Field(alias="schema")]
    """Version of this file format."""
    title: PlainText
    """What it is called."""
    question: PlainText
    """What it asks, in one sentence."""
    scenarios: Annotated[tuple[str, ...], Field(strict=False, min_length=1)]
    """Shipped names, or paths relative to this file: every point is run in each of them."""
    baseline: str | None = None
    """Which of them the others are compared with; the first without it."""
    design: DesignTable
    """How the points are chosen."""
    factors: Mapping[str, Factor] = Field(default_factory=dict)
    """What varies, by dotted path; "estimates.*" stands for every uncertain estimate. None beside a list."""
    constraints: Constraints = Field(default_factory=Constraints)
    """What holds at every point."""
    outcomes: Annotated[tuple[str, ...], Field(strict=False, min_length=1)] = ("return_to_prison",)
    """What is kept of each run."""
    months: Annotated[tuple[int, ...], Field(strict=False, min_length=1)] | None = None
    """Months since release at which it is kept; the end of follow-up without it."""
    subgroups: Annotated[tuple[str, ...], Field(strict=False, min_length=1)] = ("all",)
    """Of whom it is kept."""
    replicates: Annotated[int, Field(ge=2, le=100_000)] = 2
    """Runs of each scenario at each point, an even number: two share a draw."""
    seed: Seed = DEFAULT_SEED
    """Seed of the runs, the same at every point, so that points differ by their factors and not by luck."""
    participants: Annotated[int, Field(ge=FEWEST_PARTICIPANTS, le=MOST_PARTICIPANTS)] | None = None
    """People simulated in the analysis cohort; as in the scenario without it."""
    follow_up_months: Annotated[int, Field(ge=1, le=LONGEST_FOLLOW_UP)] | None = None
    """Months of follow-up; as in the scenario without it."""
    fixed_parameters: bool = False
    """Whether every replicate has the central values of what does not vary, instead of a draw."""

    _name: str = PrivateAttr(default="")
    _label: str = PrivateAttr(default="")
    _loaded: tuple[Scenario, ...] = PrivateAttr(default=())
    _columns: Mapping[str, list[Cell]] = PrivateAttr(default_factory=dict)
    _expanded: Mapping[str, Factor] = PrivateAttr(default_factory=dict)

    @classmethod
    def build(
        cls,
        tables: Mapping[str, Any],
        name: str,
        folder: str | Path = ".",
        label: str = "",
        held: Held | None = None,
    ) -> Self:
        """The sweep that plain tables describe, checked; `folder` is where its files lie, `label` its own for messages.

        With `held`, its scenarios and the columns of its list are these, and no file is read.

        Raises:
            InputError: for anything that is wrong whatever the point: keys, paths, values, scenarios, months.
        """
        label = label or name
        check_name(name, label)
        given = {key: value for key, value in tables.items() if key != "name"}
        try:
            sweep = cls.model_validate(given if held else _beside(given, Path(folder)))
        except ValidationError as error:
            told = explain(error, known_paths(cls.model_json_schema()), [Layer(label, dict(given))])
            hint = "Set it: docs/sweeps.md has every key" if told.what.startswith("this key is missing") else told.hint
            raise InputError(told.what, where=told.where, hint=hint) from None
        sweep._name, sweep._label = name, label
        if held is None:
            columns = read_points(Path(sweep.design.file)) if sweep.design.file is not None else {}
            held = Held(loaded(sweep), columns)
        sweep._loaded, sweep._columns = held
        sweep._expanded = expand(sweep, sweep._columns)
        check(sweep)
        return sweep

    @field_validator("factors", mode="before")
    @classmethod
    def _paths_stand_in_quotes(cls, factors: Any) -> Any:
        for key, table in factors.items() if isinstance(factors, dict) else ():
            inner = isinstance(table, dict) and not table.keys() & Factor.model_fields.keys()
            if inner and any(isinstance(value, dict) for value in table.values()):
                raise refuse(
                    "the path of a factor stands in quotes", f'Write "{_first_path(key, table)}" = ...', (key,)
                )
        return factors

    @field_validator("outcomes")
    @classmethod
    def _outcomes_are_known(cls, outcomes: tuple[str, ...]) -> tuple[str, ...]:
        for outcome in outcomes:
            if outcome not in OUTCOMES:
                raise refuse(f"unknown outcome {outcome!r}", nearest(outcome, OUTCOMES))
        return _once(outcomes)

    @field_validator("scenarios", "subgroups")
    @classmethod
    def _names_stand_once(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return _once(names)

    @field_validator("months")
    @classmethod
    def _months_are_in_order(cls, months: tuple[int, ...] | None) -> tuple[int, ...] | None:
        if months is not None and min(months) < 1:
            raise refuse(f"month {min(months)} is before release", "The month of release is 1")
        return None if months is None else tuple(sorted(_once(months)))

    @field_validator("replicates")
    @classmethod
    def _replicates_are_even(cls, replicates: int) -> int:
        if replicates % RUNS_PER_DRAW:
            what = f"two replicates share each draw, so they come in twos, not {replicates}"
            raise refuse(what, f"Set it to {replicates - 1} or {replicates + 1}")
        return replicates

    @model_validator(mode="after")
    def _factors_stand_in_one_place(self) -> Self:
        if self.design.kind == "list" and self.factors:
            raise refuse("the columns of a list are its factors", "Leave one of the two out", ("factors",))
        if self.design.kind != "list" and not self.factors:
            what = "nothing varies"
            raise refuse(what, 'Name a path: "policies.caseload.mentoring.per_worker" = { ... }', ("factors",))
        return self

    @property
    def name(self) -> str:
        """The kebab-case name of the sweep's file."""
        return self._name

    @property
    def label(self) -> str:
        """What messages call it: the file that its reader named."""
        return self._label

    @property
    def loaded(self) -> tuple[Scenario, ...]:
        """The scenarios, in the order in which they are named."""
        return self._loaded

    @property
    def columns(self) -> Mapping[str, list[Cell]]:
        """The columns of a list by path; none of another design."""
        return self._columns

    @property
    def base(self) -> Scenario:
        """The scenario that the others are compared with."""
        names = {one.name: one for one in self._loaded}
        return names[
            Path(self.baseline).stem if self.baseline in self.scenarios else self.baseline or next(iter(names))
        ]

    @property
    def expanded(self) -> Mapping[str, Factor]:
        """Every factor by path, in the order of the design: each estimate, and the columns of a list."""
        return self._expanded

    @property
    def points(self) -> tuple[tuple[Cell, ...], ...]:
        """The points of a list, in the order of its lines; none of another design."""
        return tuple(zip(*self._columns.values(), strict=True))

    @property
    def reported_months(self) -> tuple[int, ...]:
        """Months since release at which outcomes are kept."""
        return self.months or (self.last_month,)

    @property
    def last_month(self) -> int:
        """The last month of follow-up in any scenario's runs, the same in all."""
        return self.follow_up_months or int(self._loaded[0].time.follow_up_months)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the question itself: scenarios and lists by what they hold, not by what they are called."""
        asked = {key: value for key, value in self.resolved().items() if key not in _LABELS}
        asked["scenarios"] = [[one.name, one.digest] for one in self._loaded]
        asked["baseline"] = self.base.name
        asked["design"] = {**asked["design"], "file": self._columns if self._columns else None}
        asked["factors"] = [[path, factor] for path, factor in asked["factors"].items()]  # whose order is the design's
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()

    def resolved(self) -> dict[str, Any]:
        """Everything it says, defaults too, as plain tables under the keys of a file, and its name."""
        return {"name": self.name, **self.model_dump(mode="json", by_alias=True, exclude_none=True)}


def shipped_sweeps() -> dict[str, Path]:
    """The sweeps that come with the package, by name."""
    folder = _IN_WHEEL if _IN_WHEEL.is_dir() else _IN_CHECKOUT
    return {path.stem: path for path in sorted(folder.glob(f"*{SUFFIX}"))}


def load_sweep(name_or_path: str | Path) -> Sweep:
    """The sweep of a shipped name or a path; InputError says what is wrong, where, and what to do."""
    name = str(name_or_path)
    path = _locate(name)
    label = name if _is_path(name) else path.name
    return Sweep.build(_read(path, label), path.stem, path.parent, label)


def _is_path(name: str) -> bool:
    return name.endswith(SUFFIX) or "/" in name or os.sep in name


def _locate(name: str) -> Path:
    if _is_path(name):
        path = Path(name)
        if not path.is_file():
            beside = [other.stem for other in path.parent.glob(f"*{SUFFIX}")] if path.parent.is_dir() else []
            what = "is a folder" if path.is_dir() else "there is no such file"
            hint = near(path.stem, beside, "Check the folder and the spelling")
            raise InputError(what, where=name, hint=hint.replace("'?", f"{SUFFIX}'?"))
        return path
    shipped = shipped_sweeps()
    if name not in shipped:
        close = nearest(name, shipped)
        stop = "" if close.endswith("?") else "."
        hint = f"{close}{stop} A file of your own is named by its path, ending in {SUFFIX}"
        raise InputError(f"unknown sweep {name!r}", hint=hint)
    return shipped[name]


def _read(path: Path, label: str) -> dict[str, Any]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"is not a readable TOML file ({error})", where=label, hint="Correct that line") from None
    if not table.keys() & {"design", "factors"}:
        if table.keys() & _OF_TRIALS:
            raise InputError("is the file of a trial, and no sweep", where=label, hint="`reentrysim trials` takes it")
        if table.keys() & _OF_SCENARIOS:
            hint = "`reentrysim run` and `reentrysim compare` take it; a sweep names it among its scenarios"
            raise InputError("is a scenario, and no sweep", where=label, hint=hint)
    return table


def _beside(tables: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The same tables with paths of scenarios and of a list relative to where the sweep lies."""
    moved = dict(tables)
    if isinstance(names := tables.get("scenarios"), list | tuple):
        moved["scenarios"] = [
            os.path.normpath(folder / name) if isinstance(name, str) and _is_path(name) else name for name in names
        ]
    if isinstance(base := tables.get("baseline"), str) and _is_path(base):
        moved["baseline"] = os.path.normpath(folder / base)
    design = tables.get("design")
    if isinstance(design, Mapping) and isinstance(design.get("file"), str):
        moved["design"] = {**design, "file": os.path.normpath(folder / design["file"])}
    return moved


def _first_path(key: str, table: Mapping[str, Any]) -> str:
    """The dotted path that nested tables spell, down to what looks like a factor."""
    for inner, value in table.items():
        if isinstance(value, dict) and not value.keys() & Factor.model_fields.keys():
            return f"{key}.{_first_path(inner, value)}"
        return f"{key}.{inner}"
    return key


def _once(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(set(values)) < len(values):
        raise refuse("names something twice", "Name each once")
    return values
