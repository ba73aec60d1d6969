"""Both models side by side, month by month, until they part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

import numpy as np

from reentrysim.evidence.catalog import Values
from reentrysim.model import ReentryModel
from reentrysim.outcomes import ledger_rows
from reentrysim.programs.contract import Channel
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario
from reentrysim.scenario.values import values_for
from reentrysim.vocabulary import NEVER
from twin.world import TwinModel

_CALLED = {"search": "job_search", "relapse": "use", "quit": "quit_use"}
"""Channels that the twin calls otherwise."""


@dataclass(frozen=True)
class Case:
    """One run that both models make."""

    name: str
    scenario: Scenario
    participants: int
    luck: Luck
    draw: int | None = None
    silent: tuple[str, ...] = ()
    """Channels in which programs do nothing, as the twin calls them."""

    @property
    def values(self) -> Values:
        return values_for(self.scenario, self.draw)

    @property
    def last_step(self) -> int:
        """Steps of the run by its calendar: of both models' reckoning neither."""
        time = self.scenario.time
        before = time.lead_months if time.intake == "cohort" else time.warmup_months
        return before + time.window_months + time.follow_up_months - 1

    def fast(self) -> ReentryModel:
        silent = {Channel[_CALLED.get(name, name).upper()] for name in self.silent}
        return ReentryModel(self.scenario, self.values, self.luck, self.participants, silent=silent)

    def twin(self) -> TwinModel:
        return TwinModel(self.scenario, self.values, self.luck, self.participants, self.silent)


def run_side_by_side(
    case: Case, disturb: Callable[[TwinModel], object] = id, watch: Callable[[ReentryModel], object] = id
) -> ReentryModel:
    """Both models to the end, the same in every step; the model of columns.

    Args:
        disturb: done to the twin before the first month.
        watch: done with the model of columns after every month.

    Raises:
        AssertionError: naming the first month, person or post, and column in which the two are not equal bit by bit.
    """
    fast, twin = case.fast(), case.twin()
    disturb(twin)
    _assert_together(case, fast, twin)
    while fast.running:
        fast.step()
        twin.step()
        _assert_together(case, fast, twin)
        watch(fast)
    assert not twin.running, f"{case.name}: the twin goes on after step {fast.steps}"
    fast.world.ledger.close(fast.steps)
    twin.close()
    _assert_same_money(case, fast, twin)
    _assert_same_judgments(case, fast, twin)
    return fast


def _assert_together(case: Case, fast: ReentryModel, twin: TwinModel) -> None:
    parted = next(_differences(fast, twin), None)
    assert parted is None, f"{case.name}: in step {fast.steps} {parted}"


def _differences(fast: ReentryModel, twin: TwinModel) -> Iterator[str]:
    """Sentences on what differs now, people before mentors before the record."""
    yield from _of_people(fast, twin)
    for kind, table, own in (
        ("mentor post", fast.world.mentors, twin.posts),
        ("caseworker", fast.world.caseworkers, twin.caseworkers),
        ("employer", fast.world.employers, twin.employers),
        ("housing provider", fast.world.providers, twin.providers),
    ):
        for name, column in _columns(table).items():
            for number, what in _unequal(column, [*map(attrgetter(name), own)]):
                yield f"{kind} {number} parts in column {name}: {what}"
    yield from _of_record(fast, twin)
    if fast.world.community.acceptance != twin.acceptance:
        yield f"acceptance parts: the model has {fast.world.community.acceptance!r}, the twin {twin.acceptance!r}"


def _of_people(fast: ReentryModel, twin: TwinModel) -> Iterator[str]:
    world = fast.world
    columns = {
        "score": world.score,
        "risk": world.risk,
        "plain_risk": world.assessed.plain,
        **_columns(world.people),
        **_columns(world.lives),
    }
    columns |= _columns(world.mentees)
    for program, enrolled in world.enrolled.items():
        columns |= {f"{program}.{name}": column for name, column in _columns(enrolled).items()}
        columns |= {f"{program}.own.{name}": column for name, column in world.own[program].items()}
    for name, column in columns.items():
        for person, what in _unequal(column, _twin_column(twin, name)):
            month = twin.people[person].month_since_release(twin.steps)
            yield f"person {person} (month {month} since release) parts in column {name}: {what}"


def _twin_column(twin: TwinModel, name: str) -> list[Any]:
    if ".own." in name:
        program, name = name.split(".own.")
        return [person.standings[program].own[name] for person in twin.people]
    if "." in name:
        program, name = name.split(".")
        own = [*map(attrgetter(name), [person.standings[program] for person in twin.people])]
        return [NEVER if one is None else one.number for one in own] if name == "place" else own
    if name in ("mentor", "employer", "provider"):
        others = [*map(attrgetter(name), twin.people)]
        return [NEVER if other is None else other.number for other in others]
    return [*map(attrgetter(name), twin.people)]


def _of_record(fast: ReentryModel, twin: TwinModel) -> Iterator[str]:
    for name, table in _columns(fast.world.record).items():
        own = getattr(twin.record, name)
        for place, what in _unequal(table.ravel(), own.ravel(), shapes=(table.shape, own.shape)):
            where = np.unravel_index(place, table.shape)
            member = f" of person {where[1] + twin.calendar.cohort.start}" if len(where) == 2 else ""
            month = f"month {where[0] + 1}{member}" if member else f"step {where[0]}"
            yield f"the record parts in column {name}, {month}: {what}"


def _columns(table: Any) -> dict[str, Any]:
    return {field.name: getattr(table, field.name) for field in fields(table)}


def _unequal(model: Any, twin: Any, shapes: tuple[Any, Any] | None = None) -> Iterator[tuple[int, str]]:
    """The first place where two columns differ, and how; nothing if they are equal."""
    one, other = np.asarray(model), np.asarray(twin)
    first, second = shapes or (one.shape, other.shape)
    assert first == second, f"the model has shape {first}, the twin {second}"
    if not np.array_equal(one, other):
        place = int(np.flatnonzero(one != other)[0])
        yield place, f"the model has {one[place].item()!r}, the twin {other[place].item()!r}"


def _assert_same_money(case: Case, fast: ReentryModel, twin: TwinModel) -> None:
    model_rows = [tuple(row) for row in ledger_rows(fast.world)]
    twin_rows = [tuple(row) for row in twin.ledger.rows()]
    parted = sorted(set(model_rows) ^ set(twin_rows), key=lambda row: row[2])
    first = [("model" if row in model_rows else "twin", *row) for row in parted[:2]]
    assert not parted, f"{case.name}: the ledgers part in step {parted[0][2]}: {first}"
    assert model_rows == twin_rows, f"{case.name}: the ledgers have the same rows in another order"


def _assert_same_judgments(case: Case, fast: ReentryModel, twin: TwinModel) -> None:
    """Of every contract; a rate of nobody is nobody's."""
    counted = ("people", "rate", "comparison_people", "comparison_rate", "dropped", "paid")
    mine = {one.contract.source: [getattr(one.judgment, name) for name in counted] for one in fast.world.judged}
    assert mine.keys() == twin.judgments.keys(), f"{case.name}: not all contracts are judged"
    for source, judged in mine.items():
        np.testing.assert_array_equal(judged, twin.judgments[source], f"{case.name}: the contract of {source}")
