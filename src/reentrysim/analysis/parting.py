"""Where two scenarios of one replicate part: the first person, the month, and the scarce thing through which it came.

Both runs have the same people and the same luck, so nobody differs without a cause. A cause is money, then staff, then
something scarce that one person gets and another does not; whatever else differs comes later, or follows from rules and
numbers that differ.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reentrysim.agents.columns import Flags, Ints
from reentrysim.experiments.plan import Plan
from reentrysim.model import ReentryModel
from reentrysim.outcomes import LedgerRow, ledger_rows
from reentrysim.randomness import Luck
from reentrysim.scenario.values import values_for
from reentrysim.vocabulary import NEVER, InputError

COLUMNS = ["person", "step", "month", "analyzed", "through", "column", "first", "other"]
BROUGHT_BACK = ["person", "back", "back_other", "month", "through", "why"]
COMPETING, EXPOSURE = "a competing event: would have died", "exposure: would have been in custody"
EARLY_END, LOCK_IN = "a program or match that ended early", "lock-in: a program job in place of a job"
COMPETITION = "competition: with less of a mentor, a place, a job or a home, which somebody else may have"
TURN = "no less of a mentor, a place, a job or a home: other rules or circumstances, or another turn of the same luck"
MENTOR, PLACE, JOB, HOME = "a mentor", "a place in", "a job", "a room or bed"
EVENT, LIFE, ANSWER = "an event under other rules or numbers", "how they lived in the month", "a standing answer"
_THROUGH = {
    MENTOR: [
        f"mentees.{name}"
        for name in ("mentor", "offered_step", "waiting_since", "contacts", "fit", "matches", "closed", "trust")
    ],
    JOB: [f"lives.{name}" for name in ("employer", "job_step", "good_job")],
    HOME: [f"lives.{name}" for name in ("provider", "home", "home_step", "moves")],
}
"""Scarce things, and the columns in which having them shows."""
_GAINED = ("contacts", "fit", "offered_step", "matches", "start_step", "dose", "job_step", "moves")
"""Columns that no arrest, return or death moves in its month."""
_COLUMNS = {
    "waiting_since": "the step since which they wait",
    "offered_step": "the step of the offer",
    "start_step": "the first step in it",
    "match_step": "the step of the match",
    "job_step": "the step of the hire",
    "home_step": "the step of the move",
    "willing": "whether they would accept",
    "provider": "whose home it is",
    "employer": "the employer",
}
"""Columns whose names are not words."""
LINE = ("willing", "lottery", "waiting_since", "first_waiting", "months_waited")
"""Columns that say where somebody stands in a line, and nothing of how they live."""
_LISTED = 5
_STEPS_OF_A_PLACE = ("waiting_since", "offered_step", "start_step", "place", "helped_until")


@dataclass(frozen=True)
class Parting:
    """How two runs of one replicate part."""

    names: tuple[str, str]
    people: pd.DataFrame
    """One row a person who ever differs, in order of step and person; columns COLUMNS.

    `month` is since release (negative before it), `through` the scarce thing, `first` and `other` what its column holds
    in each run.
    """
    money_step: int | None
    """First step in which a movement of money differs; None if none does. Likewise staff: posts funded or filled."""
    staff_step: int | None
    simulated: int
    """People in each run."""
    returns: tuple[int, int]
    """Of the analysis cohort: people whose first return differs, and all."""
    brought_back: pd.DataFrame
    """Of the analysis cohort, whoever the other scenario brings back earlier, or at all; columns BROUGHT_BACK.

    `back` and `back_other` are months since release of the first return (NEVER for none), `month` is that in which the
    person's paths part, `why` how a scenario that helps most can cost one.
    """

    @property
    def through(self) -> pd.Series[int]:
        """People by the scarce thing through which they first differ."""
        counts: pd.Series[int] = self.people["through"].value_counts()
        return counts

    @property
    def listed(self) -> pd.DataFrame:
        """`people`, and for whoever is brought back also `back`, `back_other` and `why`; else those are empty."""
        returns = self.brought_back[["person", "back", "back_other", "why"]]
        return self.people.merge(returns, on="person", how="left").astype({"back": "Int64", "back_other": "Int64"})


Look = Callable[[ReentryModel, ReentryModel], None]
"""Sees both models after every step, and changes nothing."""


def look_away(first: ReentryModel, other: ReentryModel) -> None:
    """See nothing."""


def part(plan: Plan, replicate: int = 0, look: Look = look_away, ignoring: Collection[str] = ()) -> Parting:
    """How the second scenario of a plan parts from its first in one replicate; columns named `ignoring` part nobody.

    Raises:
        InputError: for a replicate that the plan does not have, or a plan of other than two scenarios.
    """
    if len(plan.scenarios) != 2:
        raise InputError("a scenario does not part from itself", hint="Name two scenarios")
    if not 0 <= replicate < plan.replicates:
        hint = "They begin at 0" if replicate < 0 else f"They are 0 to {plan.replicates - 1}"
        raise InputError(f"there is no replicate {replicate}", hint=hint)
    first, other = (
        ReentryModel(one, values_for(one, plan.draw_of(replicate)), Luck(plan.seed, replicate), plan.participants)
        for one in plan.scenarios
    )
    lines, staff = _step_by_step(first, other, look, ignoring)
    for model in (first, other):
        model.world.ledger.close(model.steps)
    differ = _first_returns(first) != _first_returns(other)
    names = tuple(scenario.name for scenario in plan.scenarios)
    people = pd.DataFrame(lines, columns=COLUMNS).sort_values(["step", "person"], ignore_index=True)
    return Parting(
        names=(names[0], names[1]),
        people=people,
        money_step=_money_step(first, other),
        staff_step=staff,
        simulated=len(first.world.traits.age),
        returns=(int(differ.sum()), len(differ)),
        brought_back=_brought_back(first, other, people),
    )


def _first_returns(model: ReentryModel) -> Ints:
    """Month since release of the cohort's first returns; NEVER for none within the follow-up."""
    month = model.world.people.first_return[model.world.calendar.cohort]
    return np.where(month <= model.scenario.time.follow_up_months, month, NEVER)


def _brought_back(first: ReentryModel, other: ReentryModel, people: pd.DataFrame) -> pd.DataFrame:
    """Who comes back earlier in the other run, or only there, and why."""
    cohort = first.world.calendar.cohort
    back, back_other = _first_returns(first), _first_returns(other)
    earlier = np.flatnonzero((back_other != NEVER) & ((back == NEVER) | (back_other < back)))
    parted = people.set_index("person")
    lines = []
    for row in earlier.tolist():
        own = parted.loc[row + cohort.start]
        why = _why(first, other, row, int(back_other[row]), int(own["step"]))
        lines.append((row + cohort.start, int(back[row]), int(back_other[row]), int(own["month"]), own["through"], why))
    return pd.DataFrame(lines, columns=BROUGHT_BACK)


def _why(first: ReentryModel, other: ReentryModel, row: int, month: int, parted: int) -> str:
    """How it came that a member of the cohort is back in a month of the other run, and not in the first by then."""
    person = row + first.world.calendar.cohort.start
    death = int(first.world.people.death[person])
    if death != NEVER and death <= month:
        return COMPETING
    days, jobs = (
        [float(getattr(model.world.record, name)[: month - 1, row].sum()) for model in (first, other)]
        for name in ("custody_days", "employed")
    )
    if days[0] > days[1]:
        return EXPOSURE
    if _ended_early(other, person, parted) and not _ended_early(first, person, parted):
        return EARLY_END
    if jobs[1] < jobs[0] and other.world.record.program_job[: month - 1, row].any():
        return LOCK_IN
    return COMPETITION if _has_less(first, other, row, month) else TURN


def _has_less(first: ReentryModel, other: ReentryModel, row: int, month: int) -> bool:
    """Whether a member of the cohort has less of a mentor, a place, work or a home in the other run."""
    person = row + first.world.calendar.cohort.start

    def had(model: ReentryModel) -> list[float]:
        world = model.world
        begun = sum(table.start_step[person] != NEVER for table in world.enrolled.values())
        lived = [getattr(world.record, name)[: month - 1, row].sum() for name in ("employed", "stably_housed")]
        return [float(world.mentees.contacts[person]), float(begun), *map(float, lived)]

    return any(less < more for less, more in zip(had(other), had(first), strict=True))


def _ended_early(model: ReentryModel, person: int, parted: int) -> bool:
    """Whether the person had a mentor or a place when paths parted, or before, and not to the end."""
    mentees, enrolled = model.world.mentees, model.world.enrolled.values()
    began = [(mentees.match_step, mentees.completed), *((one.start_step, one.completed) for one in enrolled)]
    return any(step[person] != NEVER and step[person] <= parted and not done[person] for step, done in began)


def _step_by_step(
    first: ReentryModel, other: ReentryModel, look: Look, ignoring: Collection[str]
) -> tuple[list[tuple[Any, ...]], int | None]:
    """A line for each person at the first difference, and the first step in which staff differ."""
    parted = np.zeros(len(first.world.traits.age), dtype=np.bool_)
    lines: list[tuple[Any, ...]] = []
    staff: int | None = None
    lines += _new(first, other, parted, ignoring)
    while first.running:
        first.step()
        other.step()
        look(first, other)
        lines += _new(first, other, parted, ignoring)
        if staff is None and _staff_differ(first, other):
            staff = first.steps
    return lines, staff


def _new(
    first: ReentryModel, other: ReentryModel, parted: Flags, ignoring: Collection[str]
) -> Iterator[tuple[Any, ...]]:
    """Who differs for the first time, through what; `parted` is brought up to date."""
    programs = first.world.enrolled.keys() | other.world.enrolled.keys()
    one, two = _columns(first, programs), _columns(other, programs)
    cohort, released = first.world.calendar.cohort, first.world.calendar.release_steps
    shown: Mapping[str, str] = {column: through for through, columns in _THROUGH.items() for column in columns}
    looked_at = [column for column in one.keys() & two.keys() if column.partition(".")[2] not in ignoring]
    for column in sorted(looked_at, key=lambda name: _priority(name, shown)):
        who: Ints = np.flatnonzero((one[column] != two[column]) & ~parted)
        parted[who] = True
        through = _through(column, shown)
        for person in who.tolist():
            since = first.steps - int(released[person])
            month = since + 1 if since >= 0 else since
            analyzed = cohort.start <= person < cohort.stop
            values = one[column][person].item(), two[column][person].item()
            yield person, first.steps, month, analyzed, through, column, *values


def _columns(model: ReentryModel, programs: Iterable[str]) -> dict[str, NDArray[Any]]:
    """Everything that can differ about people, by table and column; nobody is in a program that there is not."""
    world = model.world
    tables = {"mentees": world.mentees, "lives": world.lives, "people": world.people, **world.enrolled}
    held = {f"{table}.{f.name}": getattr(rows, f.name) for table, rows in tables.items() for f in fields(rows)}
    nobody = np.full(len(world.traits.age), NEVER)
    missing = [program for program in programs if program not in world.enrolled]
    return held | {f"{program}.{column}": nobody for program in missing for column in _STEPS_OF_A_PLACE}


def _priority(column: str, shown: Mapping[str, str]) -> tuple[int, int, str]:
    """Causes before what follows from them within the month.

    Standing answers; what only a scarce thing can move; events, which end matches, jobs and homes; then these.
    """
    table, _, name = column.partition(".")
    order = [ANSWER, MENTOR, PLACE, JOB, HOME, EVENT, LIFE]
    through = _through(column, shown)
    rank = order.index(PLACE if through.startswith(PLACE) else through)
    if through == ANSWER or name in _GAINED:
        return 0, rank, column
    return 1 if table == "people" else 2, rank, column


def _through(column: str, shown: Mapping[str, str]) -> str:
    table, _, name = column.partition(".")
    if name in ("willing", "lottery"):
        return ANSWER
    if table not in ("mentees", "lives", "people"):
        return f"{PLACE} {table}"
    return shown.get(column, EVENT if table == "people" else LIFE)


def _staff_differ(first: ReentryModel, other: ReentryModel) -> bool:
    teams = (first.world.teams, other.world.teams)
    if teams[0].keys() != teams[1].keys():
        return True
    counts = [
        [int(np.count_nonzero(team.posts.active(model.steps))) for team in of.values()]
        for model, of in zip((first, other), teams, strict=True)
    ]
    return counts[0] != counts[1]


def _money_step(first: ReentryModel, other: ReentryModel) -> int | None:
    """The first step in which a row of one ledger is not in the other."""
    one, two = set[LedgerRow](ledger_rows(first.world)), set[LedgerRow](ledger_rows(other.world))
    return min((row.step for row in one ^ two), default=None)


def in_words(parting: Parting) -> Iterator[str]:
    """What happened, cause by cause."""
    one, two = parting.names
    yield _when("Money moves otherwise", parting.money_step, "The same money moves in both")
    yield _when("Staff differ", parting.staff_step, "Both have as many staff in every step")
    if parting.people.empty:
        yield f"Nobody differs between {one} and {two}: the same {parting.simulated:,} people live the same lives."
        return
    first = parting.people.iloc[0]
    whose = "in the analysis cohort" if first["analyzed"] else "not in the analysis cohort, but competing with it"
    yield (
        f"The first person who differs is {first['person']} ({whose}), in step {first['step']}, month "
        f"{first['month']} since release, through {resource_in_words(first['through'])}: "
        f"{column_in_words(first['column'])} is {value_in_words(first['first'])} under {one} and "
        f"{value_in_words(first['other'])} under {two}."
    )
    counts = ", ".join(f"{count:,} through {resource_in_words(str(what))}" for what, count in parting.through.items())
    yield f"In the end {len(parting.people):,} of {parting.simulated:,} people differ: first {counts}."
    differ, everybody = parting.returns
    back = parting.brought_back
    has, comes = ("has" if differ == 1 else "have"), ("comes" if len(back) == 1 else "come")
    yield f"Of the {everybody:,} people analyzed, {differ:,} {has} another first return to prison, or one and none."
    if later := differ - len(back):
        yield f"Under {two} {later:,} of them {'comes' if later == 1 else 'come'} back later, or not at all."
    if len(back):
        reasons = ", ".join(f"{count:,} by {why}" for why, count in back["why"].value_counts().items())
        yield f"Under {two} {len(back):,} {comes} back earlier, or at all: {reasons}."
        yield from (_return_in_words(row, one) for row in back.head(_LISTED).to_dict("records"))
        if len(back) > _LISTED:
            yield f"  and {len(back) - _LISTED:,} more: --csv lists everybody"


def _return_in_words(row: Mapping[Any, Any], first: str) -> str:
    instead = "never" if row["back"] == NEVER else f"in month {row['back']}"
    parted = f"paths part in month {row['month']} through {resource_in_words(row['through'])}"
    return f"  person {row['person']}: in month {row['back_other']}, under {first} {instead}; {parted}; {row['why']}"


def resource_in_words(through: str) -> str:
    """The scarce thing: "a place in case_management" -> "a place in case management"."""
    return through.replace("_", " ")


def column_in_words(column: str) -> str:
    """What differs: "case_management.waiting_since" -> "waiting since (case management)"."""
    table, _, name = column.partition(".")
    whose = {"mentees": " (mentoring)", "lives": "", "people": ""}.get(table, f" ({resource_in_words(table)})")
    return f"{_COLUMNS.get(name, resource_in_words(name))}{whose}"


def _when(what: str, step: int | None, never: str) -> str:
    return f"{never}." if step is None else f"{what} from step {step} on."


def value_in_words(value: Any) -> str:
    """What a column holds: "yes", "none", "3"."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value == NEVER else f"{value:g}"
