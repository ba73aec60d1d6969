"""What a rule of a user's own sees and must return: what an agency could see, and an order or shares."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from reentrysim.scenario.own_rules import function_of, named
from reentrysim.vocabulary import InputError, Race, Risk

Ints = NDArray[np.int64]
SUM_TOLERANCE = 1e-9
NO_ROWS = "does not return whole numbers, the rows of people in order"
View = TypeVar("View", "Waiting", "Programs")
_RACES = np.array([race.name.lower() for race in Race])
_BANDS = np.array([band.name.lower() for band in Risk])


@dataclass(frozen=True)
class Waiting:
    """Who waits in a line, in no order that means anything. Columns have shape (people,), and can't be written to."""

    step: int
    female: NDArray[np.bool_]
    age: NDArray[np.float64]
    """Years, at release."""
    race: NDArray[np.str_]
    """white, black, hispanic or other."""
    risk: NDArray[np.str_]
    """Assessed band of the current reading: low, medium or high."""
    score: NDArray[np.float64]
    """Its score, in standard deviations."""
    months_waited: Ints
    months_since_release: Ints
    """1 in the month of release, -1 in the month before it."""
    prior_arrests: Ints
    """Before release."""
    place: Ints
    """Where in the region somebody lives, as mentors do."""
    lottery: NDArray[np.float64]
    """A standing lot in [0, 1) that breaks ties."""

    def __len__(self) -> int:
        return len(self.age)


@dataclass(frozen=True)
class Programs:
    """The programs that have money, as at the end of last month. Columns have shape (programs,)."""

    step: int
    names: tuple[str, ...]
    served: Ints
    """People who have a mentor or a place, of those simulated."""
    waiting: Ints
    """People in line, of those simulated."""
    cost_per_person: NDArray[np.float64]
    """Dollars a month of one person simulated, with those who stand behind them."""
    on_hand: NDArray[np.float64]
    """Dollars left from before, of the real system."""
    fixed_shares: NDArray[np.float64]
    """What `funding.shares` says."""


def waiting(step: int, *, race: Any, risk: Any, release_step: Any, since: Any, **columns: Any) -> Waiting:
    """What an agency sees of people; race and risk by number, release and begin of the wait by step."""
    after = step - np.asarray(release_step)
    return _sealed(
        Waiting(
            step=step,
            race=_RACES[np.asarray(race, dtype=np.int64)],
            risk=_BANDS[np.asarray(risk, dtype=np.int64)],
            months_waited=np.maximum(step - np.asarray(since), 0),
            months_since_release=np.where(after >= 0, after + 1, after),
            **{name: np.array(column) for name, column in columns.items()},
        )
    )


def ordered(rule: str, people: Waiting, where: str) -> Ints:
    """Who is asked, first in line first, by a rule of one's own: rows of `people`; who is left out goes on waiting.

    Raises:
        InputError: saying where, if the rule raises, or returns anything but rows, or a row twice.
    """
    answer = _ask(rule, people, where)
    try:
        told = np.asarray(answer)
    except (TypeError, ValueError):  # lists in lists, of several lengths
        raise _wrong(rule, where, NO_ROWS) from None
    if told.size == 0:
        return np.empty(0, dtype=np.int64)
    if told.ndim != 1 or not np.issubdtype(told.dtype, np.integer):
        raise _wrong(rule, where, NO_ROWS)
    if (strange := told[(told < 0) | (told >= len(people))]).size:
        raise _wrong(rule, where, f"returns {strange[0]}, and there are people 0 to {len(people) - 1}")
    rows, times = np.unique(told, return_counts=True)
    if len(rows) < len(told):
        raise _wrong(rule, where, f"returns person {rows[times.argmax()]} twice")
    return told.astype(np.int64)


def shared(rule: str, programs: Programs, where: str) -> dict[str, float]:
    """Each program's share of the money by a rule of one's own.

    Raises:
        InputError: saying where, if the rule raises, or returns anything but shares of one whole.
    """
    told = _ask(rule, _sealed(programs), where)
    if isinstance(told, Mapping):
        if set(told) - set(programs.names):
            raise _wrong(
                rule, where, f"names {sorted(map(str, set(told) - set(programs.names)))[0]!r}, no program here"
            )
        told = [told.get(name, 0.0) for name in programs.names]
    try:
        shares = np.asarray(told, dtype=np.float64)
    except (TypeError, ValueError):
        raise _wrong(rule, where, "does not return shares") from None
    if shares.shape != (len(programs.names),):
        raise _wrong(rule, where, f"does not return {len(programs.names)} shares, one a program")
    if not np.isfinite(shares).all() or (shares < 0.0).any():
        raise _wrong(rule, where, f"returns {shares.tolist()}, and shares are numbers from 0 to 1")
    if abs(shares.sum() - 1.0) > SUM_TOLERANCE:
        raise _wrong(rule, where, f"returns shares that sum to {shares.sum():.12g}, not to 1")
    return dict(zip(programs.names, shares.tolist(), strict=True))


def _ask(rule: str, seen: Any, where: str) -> Any:
    try:
        told = function_of(rule)(seen)
    except (Exception, SystemExit) as error:
        line = _line_of(error, str(named(rule).path))
        raise _wrong(rule, where, f"fails{line} ({type(error).__name__}: {error})") from error
    if told is None:
        raise _wrong(rule, where, "returns nothing")
    return told


def _line_of(error: BaseException, path: str) -> str:
    """ " in line 12", the last of the rule's own file that was run."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    return f" in line {lines[-1]}" if lines else ""


def _wrong(rule: str, where: str, what: str) -> InputError:
    return InputError(f"the rule {named(rule).words} {what}", where=where, hint="See docs/own-rules.md")


def _sealed(view: View) -> View:
    """The same view, its columns closed for writing."""
    for field in fields(view):
        column = getattr(view, field.name)
        if isinstance(column, np.ndarray):
            column.flags.writeable = False
    return view
