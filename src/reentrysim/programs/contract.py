"""One contract for every program: whom it is for, what a month of it gives, what that moves, what it costs.

A program is a module with a `PROGRAM` and an evidence file of its name. Its functions are pure: they read columns of
the month and give back columns; the stages of the month keep its line, its places, its money and its record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple, Protocol

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints, Small
from reentrysim.agents.participants import Enrollment, Lives, Participants, Traits
from reentrysim.randomness import MonthLuck
from reentrysim.scenario.programs import ProgramTable
from reentrysim.vocabulary import Home, HousingKind


class Capacity(Enum):
    """What there is only so much of."""

    PLACES = "places that money buys by the month"
    BEDS = "beds of housing providers that money pays"
    WORKERS = "workers with caseloads"


class Channel(Enum):
    """Where programs act on what happens to people, beside their own mediators, and what no program at all means."""

    JOB_SEARCH = ("employers asked, in units of those without programs", 1.0)
    STANDING = ("standing among applicants for a job, in standard deviations", 0.0)
    JOB_LOSS = ("log hazard of losing a job", 0.0)
    TAKEN_IN = ("log odds that others take somebody in", 0.0)
    RENT = ("who can pay a rent: more than nothing", 0.0)
    HOME_LOSS = ("risk that a home ends, in units of that without programs", 1.0)
    HOMELESS_AT_RELEASE = ("homelessness at release, in units of that without programs", 1.0)
    TREATMENT = ("entry into treatment, in units of that without programs", 1.0)
    USE = ("relapse into use, in units of that without programs", 1.0)
    QUIT_USE = ("ending use, in units of that without programs", 1.0)
    BELONGING = ("where self-efficacy and ties are drawn to", 0.0)
    TIES = ("where ties alone are drawn to", 0.0)
    DEATH = ("deaths outside, in units of those without programs", 1.0)
    ARREST = ("log hazard of arrest, beyond all of these: the direct path", 0.0)
    VIOLATION = ("log hazard of a rule violation", 0.0)

    def __init__(self, about: str, nothing: float) -> None:
        self.about = about
        self.nothing = nothing
        """What no program is."""
        self.multiplies = nothing > 0.0
        """Whether what several programs do is multiplied; else it is added up."""


class Month(Protocol):
    """What a program may read of the month; columns have shape (people,)."""

    step: int
    values: Mapping[str, float]
    """The evidence by catalog name, and what was solved."""
    people: Participants
    traits: Traits
    lives: Lives
    month_luck: MonthLuck
    """`of(decision, rows)`: luck of the month, by a decision named after the program."""
    own: Mapping[str, Mapping[str, Floats]]
    """Mediators that programs brought, by program and name."""

    @property
    def treated(self) -> Flags:
        """Who is in treatment for substance use, a program's or another's, shape (people,)."""

    def table(self, program: str) -> Any:
        """What the scenario sets of a program that it has."""

    @property
    def free(self) -> Floats:
        """Share of the month at liberty."""

    @property
    def risk(self) -> Small:
        """Assessed risk band, as an agency has it now."""

    @property
    def plain_risk(self) -> Small:
        """The band of a first reading without bias, drift or oracle: what an agency believes changes nobody."""


Effect = Callable[[Month, Enrollment, Ints], Floats]
"""What the program does in a channel to people `who` (rows) who have had a place, shape (len(who),).

To others no program does anything: its effects are not asked.
"""


@dataclass(frozen=True)
class Gain:
    """An effect in a channel that adds up: its estimate, or the logarithm of a ratio, times the dose."""

    estimate: str
    """Catalog name."""
    is_ratio: bool = False

    def __call__(self, month: Month, enrolled: Enrollment, who: Ints) -> Floats:
        """What the dose gives people `who` (rows), shape (len(who),)."""
        value = month.values[self.estimate]
        return np.asarray((np.log(value) if self.is_ratio else value) * enrolled.dose[who])


@dataclass(frozen=True)
class Multiple:
    """An effect in a channel that multiplies: its estimate, a ratio, to the power of the dose."""

    estimate: str
    """Catalog name."""

    def __call__(self, month: Month, enrolled: Enrollment, who: Ints) -> Floats:
        """What the dose makes of it for people `who` (rows), shape (len(who),)."""
        return np.asarray(np.exp(np.log(month.values[self.estimate]) * enrolled.dose[who]))


class Beds(NamedTuple):
    """Whose beds a program's places are, and what living there is."""

    kind: HousingKind
    home: Home
    for_now: bool
    """Whether people look for another home while they live there."""


@dataclass(frozen=True)
class Mediator:
    """A column of the program's own, such as coping: where it starts, and what a month makes of it."""

    start: float
    change: Callable[[Month, Enrollment, Floats], Floats]
    """From the column before the month to that after it, shape (people,)."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """How the level of the direct path is solved: a cohort, places for everybody in it, and the published effect."""

    effect: str = "odds_ratio"
    """The program's estimate that the trial must give, an odds ratio or a hazard ratio of rearrest by month 36."""
    dollars_per_person: float
    """Far more than a place costs."""
    changes: Mapping[str, Any] = field(default_factory=dict)
    """To `status-quo`: who is offered a place, and workers with time for them."""
    values: Mapping[str, float] = field(default_factory=dict)
    """Numbers that the trial sets, such as how many have what the program is for, so that it reaches many."""
    margins: str = ""
    """A file of populations/ that says who is released, where the program is for some of all people only."""


def anybody(month: Month) -> Flags:
    """A program for all who are eligible."""
    return np.ones(len(month.people.status), dtype=np.bool_)


def whole(_month: Month, held: Ints, _load: Ints) -> Floats:
    """A month in a place is a whole month."""
    return np.ones(len(held))


def nobody(_month: Month, _enrolled: Enrollment) -> Flags | bool:
    """Who has a place keeps it."""
    return False


@dataclass(frozen=True, kw_only=True)
class Program:
    """What a program is. Its evidence file has at least uptake_share, quit_monthly_risk and half_life_months.

    And: onset_months; what a place costs (places, beds), or salary, support_share, training_weeks and
    leave_monthly_risk (workers); for each `mode` of its table beside "in_person" <mode>_reach_share, <mode>_cost_ratio
    and <mode>_dose_ratio; and what its own functions read.
    """

    name: str
    capacity: Capacity
    table: type[ProgramTable]
    """What [programs.<name>] can set."""
    usual: Mapping[str, Any]
    """What that table says when it says nothing: choices of a scenario, no evidence."""
    what: str
    """What people wait for, in the words of a report: "program jobs"."""
    bound: str
    """What there may be too little of for its money, so that some stays unspent: "the ceiling on program jobs"."""
    queue: str = ""
    """The table of [policies.matching] that says who goes first, where it is not called as the program."""
    costs: str = "cost_per_month"
    """Its estimate of what a place costs, in USD/month or USD/day."""
    usual_caseload: int = 0
    """People one worker has when [policies.caseload.<name>] says nothing."""
    needs: Callable[[Month], Flags] = anybody
    """Who has what it takes to be offered a place beside being eligible, shape (people,)."""
    dose: Callable[[Month, Ints, Any], Floats] = whole
    """What a month at liberty gives people `held` (rows), whose worker has `load` people, 0 to 1, shape (len(held),).

    Where a caseload is told in hours, `load` is how many people like each would share all of a worker's time.

    Multiplied by fidelity and by the share of the month at liberty (1 before release).
    """
    worker_hours: Callable[[Mapping[str, float], Any], float] | None = None
    """Of workers: hours for people that one has in a month, from the numbers and the program's table.

    Without it a caseload can't be told in hours.
    """
    over: Callable[[Month, Enrollment], Flags | bool] = nobody
    """Who has found what the program is for and leaves it for good, shape (people,); where its places are beds, so
    does whoever lives elsewhere."""
    effects: Mapping[Channel, Effect] = field(default_factory=dict)
    """What it moves, beside the direct path that its trial solves."""
    mediators: Mapping[str, Mediator] = field(default_factory=dict)
    """Columns that it brings along."""
    expels: Callable[[Month, Enrollment], Flags | bool] = nobody
    """Who has to leave for breaking its rules, shape (people,)."""
    trade_skill: Callable[[Month, Enrollment, Ints, Small], Floats] | None = None
    """What it adds to the standing of people `who` (rows) with employers of the trades asked, shape (len(who),)."""
    housing: Beds | None = None
    """Of Capacity.BEDS: which beds."""
    is_treatment: bool = False
    """Whether a place is treatment for substance use, for those who need it."""
    is_paid_work: bool = False
    """Whether a place is a job of its own kind: no job to keep, but a wage."""
    trial: Trial | None = None
    """How the direct path is solved; without it the program works through mediators alone."""

    @property
    def line(self) -> str:
        """The table of [policies.matching] that says who goes first."""
        return self.queue or self.name

    @property
    def price(self) -> str:
        """Catalog name of what a place costs."""
        return f"{self.name}.{self.costs}"

    @property
    def level(self) -> str:
        """The solved number: what full dose changes in the log hazard of arrest."""
        return f"{self.name}.log_hazard_at_full_dose"
