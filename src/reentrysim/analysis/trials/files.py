"""A trial as a file: who was randomized, what each arm got, how they were followed, and what was published."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from reentrysim.analysis.trials.watching import OUTCOMES
from reentrysim.evidence.cells import Columns, filled, number, read_lines, share
from reentrysim.evidence.place import Place
from reentrysim.evidence.published import published_row
from reentrysim.scenario.fields import PlainText, RiskBand, Strict
from reentrysim.scenario.loading import check_name
from reentrysim.scenario.messages import Layer, explain, refuse
from reentrysim.scenario.offered import shipped
from reentrysim.scenario.programs import Programs
from reentrysim.vocabulary import InputError, nearest

_IN_WHEEL = Path(__file__).parents[2] / "shipped_scenarios" / "trials"
_IN_CHECKOUT = Path(__file__).parents[4] / "scenarios" / "trials"
_COLUMNS = Columns(("outcome", "months"), ("program", "control", "row"))
_LONGEST = 120


class Arm(Strict):
    """One arm: how many were randomized to it, and what is different from no program at all."""

    people: Annotated[int, Field(ge=1, le=1_000_000)] = 0
    """People randomized to this arm, as published; may be left out only of a trial that can't be run yet."""
    programs: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)
    """Programs offered to everybody in it, with settings as in a scenario's [programs]; {} for the usual ones."""
    circumstances: Mapping[str, Any] = Field(default_factory=dict)
    """Settings of a scenario's [circumstances] that hold for this arm."""

    @model_validator(mode="after")
    def _programs_are_known(self) -> Self:
        for name in self.programs:
            if name not in Programs.names():
                raise refuse(f"unknown program {name!r}", nearest(name, Programs.names()), ("programs", name))
        return self


class Arms(Strict):
    """The two arms."""

    program: Arm
    """Those who were offered it."""
    control: Arm
    """Those who were not; what they got instead."""


class Who(Strict):
    """Who was randomized."""

    margins: str | None = None
    """CSV of who they are (subgroup, share), beside this file; without it they are like those released nationally."""
    risk: Annotated[tuple[RiskBand, ...], Field(strict=False, min_length=1)] = ("low", "medium", "high")
    """Bands of assessed risk that were taken."""
    needs: Annotated[tuple[str, ...], Field(strict=False)] = ()
    """Programs for people like whom they all were when they were randomized: without a job, with a disorder."""
    enrolled_month: Annotated[int, Field(ge=1, le=60)] = 1
    """Month since release in which they were randomized, at liberty; what happened before doesn't count."""

    @model_validator(mode="after")
    def _needs_are_those_of_programs(self) -> Self:
        for name in self.needs:
            if name not in shipped():
                raise refuse(f"unknown program {name!r}", nearest(name, shipped()), ("needs",))
        return self


class Protocol(Strict):
    """A trial's file."""

    schema_version: Annotated[Literal[1], Field(alias="schema")]
    """Version of this file format."""
    title: PlainText
    """What it is called."""
    place: PlainText
    """Where and when."""
    published: str
    """CSV of what was published, beside this file: outcome, months, and shares (program, control) or a row's id."""
    primary: str
    """The outcome, at the end of the follow-up, that was declared before the first run."""
    follow_up_months: Annotated[int, Field(ge=1, le=_LONGEST)]
    """Months since randomization over which the primary outcome is counted."""
    who: Who = Field(default_factory=Who)
    """Who was randomized."""
    arms: Arms
    """What each arm got."""
    needs: Annotated[tuple[PlainText, ...], Field(strict=False)] = ()
    """What the model does not have yet and the trial can't do without; then it is listed and not run."""
    assumed: Annotated[tuple[PlainText, ...], Field(strict=False)] = ()
    """What was not published and is assumed here, in sentences."""

    @model_validator(mode="after")
    def _arms_have_people(self) -> Self:
        for name in ("program", "control"):
            if not self.needs and not getattr(self.arms, name).people:
                raise refuse("nobody is in this arm", "Set people as published", ("arms", name, "people"))
        return self


@dataclass(frozen=True)
class Published:
    """One published outcome; shares are nan where none were published."""

    outcome: str
    months: int
    program: float
    control: float
    row: str
    """Id of the published row, or "" for figures of one's own."""

    @property
    def in_numbers(self) -> bool:
        """Whether both arms' shares are known."""
        return math.isfinite(self.program) and math.isfinite(self.control)


@dataclass(frozen=True)
class Trial:
    """A trial, read and checked."""

    name: str
    protocol: Protocol
    outcomes: tuple[Published, ...]
    at: Place
    """Where its people come from."""

    @property
    def primary(self) -> Published:
        """The outcome declared before the first run."""
        asked = self.protocol.primary, self.protocol.follow_up_months
        return next(one for one in self.outcomes if (one.outcome, one.months) == asked)

    @property
    def months(self) -> int:
        """Months since randomization that any outcome needs."""
        return max(one.months for one in self.outcomes)


def shipped_trials() -> dict[str, Path]:
    """The trials that come with the package, by name."""
    folder = _IN_WHEEL if _IN_WHEEL.is_dir() else _IN_CHECKOUT
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def load_trial(name_or_path: str | Path) -> Trial:
    """The trial of a shipped name or a path.

    Raises:
        InputError: for an unknown name, a file that can't be read, or anything in it that is wrong.
    """
    path = _locate(str(name_or_path))
    check_name(path.stem, str(path))
    protocol = _read(path)
    place = Place(margins=None if protocol.who.margins is None else str(path.parent / protocol.who.margins))
    place.people()
    outcomes = tuple(_outcomes(path.parent / protocol.published))
    trial = Trial(path.stem, protocol, outcomes, place)
    _check_primary(trial, str(path))
    return trial


def _locate(name: str) -> Path:
    if name.endswith(".toml") or "/" in name:
        path = Path(name)
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "there is no such file"
            hint = "Name the files of its trials" if path.is_dir() else "Check the folder and the spelling"
            raise InputError(what, where=name, hint=hint)
        return path
    shipped = shipped_trials()
    if name not in shipped:
        hint = f"{nearest(name, shipped)} A file of your own is named by its path, ending in .toml"
        raise InputError(f"unknown trial {name!r}", hint=hint)
    return shipped[name]


def _read(path: Path) -> Protocol:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"is not a readable TOML file ({error})", where=str(path)) from None
    try:
        return Protocol.model_validate(table)
    except ValidationError as error:
        told = explain(error, frozenset(_known(Protocol.model_json_schema())), [Layer(str(path), table)])
        hint = "Set it: docs/trials.md has every key" if told.what.startswith("this key is missing") else told.hint
        raise InputError(told.what, where=told.where, hint=hint) from None


def _known(schema: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Every key path of the file format."""
    from reentrysim.scenario.known import known_paths

    yield from known_paths(dict(schema))


def _outcomes(path: Path) -> Iterator[Published]:
    seen, found = set[tuple[str, int]](), list[Published]()
    for where, line in read_lines(path, _COLUMNS):
        filled(line, _COLUMNS.required, where)
        outcome, months = line["outcome"], number(line["months"], "months", where)
        if outcome not in OUTCOMES:
            raise InputError(f"the model has no outcome {outcome!r}", where=where, hint=nearest(outcome, OUTCOMES))
        if months != int(months) or not 1 <= months <= _LONGEST:
            raise InputError(f"months: {months:g}", where=where, hint=f"A whole number from 1 to {_LONGEST}")
        if (outcome, int(months)) in seen:
            raise InputError(f"{outcome} at month {months:g} stands twice", where=where, hint="Leave one out")
        seen.add((outcome, int(months)))
        found.append(Published(outcome, int(months), *_shares(line, where), line.get("row", "")))
        if fallen := [one for one in found if _falls(one, found[-1])]:
            what = f"fewer {outcome} by month {max(one.months for one in (fallen[0], found[-1]))} than before"
            raise InputError(what, where=where, hint="Shares count everybody with at least one event by the month")
    yield from found
    if not seen:
        raise InputError("has no outcomes", where=str(path), hint="One line is enough, such as: arrest,36,0.49,0.59")


def _falls(one: Published, other: Published) -> bool:
    """Whether fewer had an outcome by the later of two months, in either arm."""
    first, last = sorted((one, other), key=lambda each: each.months)
    same = one.outcome == other.outcome and one.months != other.months
    return same and (last.program < first.program or last.control < first.control)


def _shares(line: Mapping[str, str], where: str) -> tuple[float, float]:
    """Shares of the program arm and the control arm: in the line, or in the published row that it names."""
    own = [line.get(arm, "") for arm in ("program", "control")]
    if line.get("row"):
        if any(own):
            raise InputError("has shares and a row that holds them", where=where, hint="Leave one of them out")
        try:
            row = published_row(line["row"])
        except InputError as error:
            raise InputError(error.what, where=where, hint=error.hint) from None
        values = [row.fields.get(column, "") for column in ("treated_value", "control_value")]
        program, control = (_share(value) for value in values)
        return program, control
    filled({"program": own[0], "control": own[1]}, ("program", "control"), where)
    return share(own[0], "program", where), share(own[1], "control", where)


def _share(text: str) -> float:
    """A share; nan for a number per person, and for what was published in words."""
    value = float(text) if text else math.nan
    return value if value <= 1.0 else math.nan


def _check_primary(trial: Trial, where: str) -> None:
    protocol = trial.protocol
    if protocol.primary not in OUTCOMES:
        hint = nearest(protocol.primary, OUTCOMES)
        raise InputError(f"the model has no outcome {protocol.primary!r}", where=f"{where}: primary", hint=hint)
    asked = protocol.primary, protocol.follow_up_months
    if asked not in {(one.outcome, one.months) for one in trial.outcomes}:
        there = ", ".join(f"{one.outcome} at {one.months}" for one in trial.outcomes)
        what = f"{protocol.primary} at month {protocol.follow_up_months} is not among what was published"
        raise InputError(what, where=f"{where}: primary", hint=f"{protocol.published} has {there}")
