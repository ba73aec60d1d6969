"""The record of a run as tidy numbers: outcomes by subgroup and month since release, the ledger, and notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from reentrysim import access, costs, feedback, queues, waits
from reentrysim.agents.columns import Flags, Floats, Ints, Small, rows
from reentrysim.agents.participants import Traits
from reentrysim.dynamics.market import willingness
from reentrysim.dynamics.recording import Record
from reentrysim.model import ReentryModel
from reentrysim.policies.contracts import ContractRow, Judged
from reentrysim.scenario.assessment import Assessment
from reentrysim.setup import World
from reentrysim.setup.assessing import first_reading, who_is_assessed
from reentrysim.setup.money import dollars
from reentrysim.tool_errors import HORIZON_MONTHS, Scored
from reentrysim.vocabulary import (
    AGE_BANDS,
    CENTS_PER_DOLLAR,
    DAYS_PER_MONTH,
    MONTHS_PER_YEAR,
    NEVER,
    Home,
    Offense,
    Race,
    Risk,
    Route,
)

PRIORS_BANDS = {"0-4": (0, 5), "5-9": (5, 10), "10+": (10, np.inf)}


class LedgerRow(NamedTuple):
    """Cents of one source and program in one step; only steps in which something moved."""

    source: str
    program: str
    step: int
    arrived: int
    spent: int
    lapsed: int
    unspent: int
    unpaid: int


@dataclass(frozen=True)
class RunResult:
    """What one run says about its analysis cohort."""

    subgroups: tuple[str, ...]
    people: Ints
    """Members of each subgroup, shape (subgroups,)."""
    series: dict[str, Floats]
    """Outcome -> shape (subgroups, months): value at months 1..M since release; nan for an empty subgroup."""
    ledger: list[LedgerRow]
    notes: dict[str, float]
    cohort: Cohort | None = None
    """The people themselves, as long as the runs of a replicate are together; never kept or sent."""
    counterpart: dict[str, Floats] = field(default_factory=dict)
    """Outcome -> shape (program groups, months): the same people who were offered or served here, in the baseline."""
    judged: tuple[Judged, ...] = ()
    """Contracts with the people they were judged on, as long as the runs of a replicate are together."""
    contracts: Sequence[ContractRow] = ()
    """What they came to."""
    errors: dict[str, Floats] = field(default_factory=dict)
    """Measure of the risk tool -> shape (groups of `tool_errors`,), against the rearrests of the baseline."""
    access: dict[str, Floats] = field(default_factory=dict)
    """`access.key` -> shape (fixed subgroups,): share who were eligible, offered, served or completed in the run."""
    queues: dict[str, Floats] = field(default_factory=dict)
    """`queues.key` -> shape (steps,): people in line, people with a place and workers of each program, by step."""

    def beside(self, baseline: RunResult) -> RunResult:
        """The same result with what the baseline gave the people whom programs reached here, and without the people.

        Raises:
            ValueError: when the people are gone from either result.
        """
        if self.cohort is None or baseline.cohort is None:
            raise ValueError("results of a replicate are put beside one another before their people are dropped")
        usual = baseline.cohort.happened["rearrest"]
        errors = self.cohort.scored.against(usual[:, min(HORIZON_MONTHS, usual.shape[1]) - 1])
        return replace(self, cohort=None, counterpart=baseline.cohort.count(self.cohort.reached), errors=errors)


REACH = ("offered", "served", "completed")


def program_groups(programs: Iterable[str]) -> tuple[str, ...]:
    """Subgroups whose members differ between scenarios: who was offered a place, had one, had it to the end."""
    return tuple(f"{how}={program}" for program in programs for how in REACH)


@dataclass(frozen=True)
class Cohort:
    """What happened to each person of the analysis cohort, to be counted in any group. Arrays: (people, months)."""

    happened: dict[str, Flags]
    """Cumulative outcomes: whether by each month."""
    counted: dict[str, Floats]
    """Whole numbers a person to each month: events and months."""
    each_stands_for: Floats
    """What of an arrest there would be at the usual enforcement, shape (people,)."""
    summed: dict[str, Floats]
    """Amounts a person to each month."""
    dead: Flags
    in_custody: Flags
    """All month, and alive; likewise the next."""
    lives: dict[str, Flags]
    program_job: Flags
    cost: float
    """Dollars of programs for each person released, and what volunteers gave in kind."""
    in_kind: float
    bill: costs.Bill
    """What events cost."""
    satisfaction: Floats
    """Of those whom programs served, shape (people,); nan for the others."""
    reached: Flags
    """Members of `program_groups`, shape (groups, people)."""
    scored: Scored
    """What the scenario's risk tool said of them."""

    def count(self, members: Flags) -> dict[str, Floats]:
        """Outcome -> shape (groups, months) for groups of shape (groups, people); nan for an empty group."""
        groups, people = members.astype(np.float64), members.sum(axis=1)
        size = np.where(people > 0, people, np.nan)[:, None]
        alive = groups @ (1.0 - self.dead)
        series = {name: (groups @ happened.astype(np.float64)) / size for name, happened in self.happened.items()}
        series |= {name: (groups @ counts) / size for name, counts in self.counted.items()}
        series |= self._offending(groups, series, size)
        # Days are no whole numbers: einsum adds them up in one order, whatever the number of threads.
        series |= {name: np.einsum("gp,pm->gm", groups, amounts) / size for name, amounts in self.summed.items()}
        inside = groups @ self.in_custody.astype(np.float64)
        with np.errstate(invalid="ignore", divide="ignore"):  # nobody of a small subgroup may be left alive, or free
            series["in_custody"] = inside / alive
            for name, lives in self.lives.items():
                living = groups @ lives.astype(np.float64)
                series[name] = living / alive
                series[f"{name}_if_free"] = living / (alive - inside)
            series["program_job"] = groups @ self.program_job.astype(np.float64) / alive
        series |= {name: _at_the_end(dollars, alive.shape) for name, dollars in self._money(series).items()}
        series["satisfaction"] = _at_the_end(self._satisfaction(groups), alive.shape)
        return series

    def _offending(self, groups: Floats, series: Mapping[str, Floats], size: Floats) -> dict[str, Floats]:
        """Arrests by kind as there would be at usual enforcement, a member to each month, shape (groups, months)."""
        kinds = {f"offending_{kind.name.lower()}": f"arrests_{kind.name.lower()}" for kind in Offense}
        if np.all(self.each_stands_for == 1.0):
            return {name: series[arrests] for name, arrests in kinds.items()}
        usual = groups * self.each_stands_for
        return {name: np.einsum("gp,pm->gm", usual, self.counted[arrests]) / size for name, arrests in kinds.items()}

    def _money(self, series: Mapping[str, Floats]) -> dict[str, Floats]:
        """Dollars a member at the end of follow-up, shape (groups,); programs' are the same for every group."""
        lines = self.bill.lines(series)
        each = np.where(np.isnan(lines["earnings"]), np.nan, 1.0)
        told = {"cost_programs": self.cost * each, "cost_in_kind": self.in_kind * each}
        told["cost_justice"] = np.asarray(sum(lines[line] for line in costs.JUSTICE))
        told["cost_victims"] = np.asarray(sum(lines[line] for line in costs.VICTIMS))
        told["net_benefit"] = np.asarray(lines["earnings"] - sum(told.values()))
        return told

    def _satisfaction(self, groups: Floats) -> Floats:
        """Mean score of those served, shape (groups,); nan in a group of whom nobody was."""
        told = ~np.isnan(self.satisfaction)
        answers = np.einsum("gp,p->g", groups, np.where(told, self.satisfaction, 0.0))
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(answers / (groups @ told.astype(np.float64)))


def _at_the_end(values: Floats, shape: tuple[int, ...]) -> Floats:
    """What is told of the end of follow-up alone, shape (groups, months)."""
    series = np.full(shape, np.nan)
    series[:, -1] = values
    return series


def tabulate(model: ReentryModel, programs: Sequence[str] | None = None, tool: Assessment | None = None) -> RunResult:
    """The result of a finished run, with subgroups of those whom `programs` reached (default: the scenario's).

    Bands of risk are first readings by `tool` (default: the scenario's), so that they hold the same people in scenarios
    that read otherwise.
    """
    told = model.scenario.programs.used if programs is None else programs
    groups_of = program_groups(told)
    bands = _bands(model, tool)
    fixed = memberships(model.world, bands)
    cohort = cohort_of(model, groups_of, fixed)
    groups = np.concatenate([np.stack(list(fixed.values())), cohort.reached])
    return RunResult(
        subgroups=(*fixed, *groups_of),
        people=groups.sum(axis=1).astype(np.int64),
        series=cohort.count(groups),
        ledger=ledger_rows(model.world),
        notes=_notes(model, bands),
        cohort=cohort,
        judged=tuple(model.world.judged),
        access=access.shares(model.world, fixed, told),
        queues=queues.by_step(model.world),
    )


def _bands(model: ReentryModel, tool: Assessment | None) -> Small:
    """Bands of the first readings by a tool, shape (people,)."""
    world: World = model.world
    own, traits = world.assessed, world.traits
    if tool is None or tool == model.scenario.policies.assessment:
        return own.first
    known = who_is_assessed(tool, len(own.noise), model.luck)
    return first_reading(tool, traits, own.standing, own.noise, known, model.values).band


def cohort_of(model: ReentryModel, groups: Sequence[str], members: Mapping[str, Flags]) -> Cohort:
    """The analysis cohort of a finished run, and who of them belongs to `program_groups` and other `members`."""
    world, months = model.world, model.scenario.time.follow_up_months
    people, record = rows(world.people, world.calendar.cohort), model.world.record
    served, never = world.traits.months_served[world.calendar.cohort], people.first_arrest == NEVER
    days = np.cumsum(record.custody_days, axis=0).T
    new_sentence, dead = people.first_route == Route.NEW_SENTENCE, by_month(people.death, months)
    return Cohort(
        happened={
            "rearrest": by_month(people.first_arrest, months),
            "rearrest_since_sentence": by_month(np.where(never, NEVER, people.first_arrest + served), months),
            "reconviction": by_month(people.first_conviction, months),
            "return_to_prison": by_month(people.first_return, months),
            "return_new_sentence": by_month(np.where(new_sentence, people.first_return, NEVER), months),
            "return_technical": by_month(np.where(new_sentence, NEVER, people.first_return), months),
            "deaths": dead,
        },
        counted={name: np.cumsum(events, axis=0, dtype=np.float64).T for name, events in _events(record).items()},
        each_stands_for=1.0 / world.arrest_intensity[world.traits.race[world.calendar.cohort]],
        summed={
            "days_in_custody": days,
            "days_in_custody_since_sentence": since_sentence(days, served),
            "months_in_community": np.cumsum(~dead * (1.0 - record.custody_days.T / DAYS_PER_MONTH), axis=1),
            "earnings": np.cumsum(record.earned, axis=0).T,
        },
        dead=dead,
        in_custody=record.in_custody.T,
        lives={name: lives.T for name, lives in _lives(record).items()},
        program_job=record.program_job.T,
        cost=cost_per_release(model),
        in_kind=in_kind(model)["volunteer_dollars"] / released(model),
        bill=bill(model),
        satisfaction=feedback.satisfaction(model),
        reached=np.stack([_reached(world, group) for group in groups]),
        scored=_scored(world, members),
    )


def _scored(world: World, members: Mapping[str, Flags]) -> Scored:
    """What the scenario's own tool first said of the cohort."""
    first, cohort = world.assessed, world.calendar.cohort
    return Scored(first.score[cohort], first.first[cohort], first.known[cohort], members)


def since_sentence(days: Floats, served: Ints) -> Floats:
    """Days in custody to each month since the sentence began, from those since release, shape (people, months)."""
    month = np.arange(1, days.shape[1] + 1)
    inside = np.minimum(month, served[:, None]) * DAYS_PER_MONTH
    since_release = month - served[:, None]
    after = np.take_along_axis(days, np.maximum(since_release - 1, 0), axis=1)
    return np.asarray(inside + np.where(since_release > 0, after, 0.0))


def _reached(world: World, group: str) -> Flags:
    """Who of the cohort was offered a place in a program, had one (`served=…`), or had it for all its months."""
    how, _, program = group.partition("=")
    return access.standing(world, program)[how]


def memberships(world: World, bands: Small | None = None) -> dict[str, Flags]:
    """Subgroup -> members of the analysis cohort, shape (cohort,); `bands` (people,) default to the first readings."""
    traits = rows(world.traits, world.calendar.cohort)
    risk = (world.assessed.first if bands is None else bands)[world.calendar.cohort]
    present = traits.release_step <= world.calendar.last_step  # all but those the run was told to leave out
    members = {"all": np.ones(len(traits.age), dtype=np.bool_)}
    members |= {"sex=female": traits.female, "sex=male": ~traits.female}
    members |= {f"age={name}": _between(traits.age, band) for name, band in AGE_BANDS.items()}
    members |= {f"priors={name}": _between(traits.priors, band) for name, band in PRIORS_BANDS.items()}
    members |= {f"race={race.name.lower()}": traits.race == race for race in Race}
    members |= {f"risk={band.name.lower()}": risk == band for band in Risk}
    members |= {f"offense={offense.name.lower()}": traits.offense == offense for offense in Offense}
    conditional = world.conditional[world.calendar.cohort]
    members |= {"release=conditional": conditional, "release=unconditional": ~conditional}
    violators = world.violators[world.calendar.cohort]
    members |= {"admission=violation": violators, "admission=new_commitment": ~violators}
    members |= _by_need(traits, world.no_home[world.calendar.cohort])
    return {name: chosen & present for name, chosen in members.items()}


def _by_need(traits: Traits, no_home: Flags) -> dict[str, Flags]:
    """Groups by need, which overlap, and who has none of these; settled before any program acts."""
    needs = {
        "need=substance_use": traits.substance_use_disorder,
        "need=mental_illness": traits.mental_illness,
        "need=no_home": no_home,
    }
    return needs | {"need=none": ~np.logical_or.reduce(list(needs.values()))}


def _between(values: Floats | Ints, band: tuple[float, float]) -> Flags:
    return np.asarray((values >= band[0]) & (values < band[1]))


def by_month(first: Ints, months: int) -> Flags:
    """Whether each person has had a first event by months 1..M, shape (people, months)."""
    when = np.arange(1, months + 1)
    return np.asarray((first[:, None] != NEVER) & (first[:, None] <= when))


def _events(record: Record) -> dict[str, Flags]:
    """What happens with the law in each month, shape (months, cohort)."""
    arrested = record.arrests > 0
    return {
        "arrests": arrested,
        **{f"arrests_{kind.name.lower()}": arrested & (record.seriousness == kind) for kind in Offense},
        "convictions": record.convicted,
        "prison_admissions": record.returned,
        "months_in_prison": record.in_prison,
        "months_supervised": record.supervised,
    }


def _lives(record: Record) -> dict[str, Flags]:
    """How people live at the end of each month, shape (months, cohort)."""
    return {
        "employed": record.employed,
        "stably_housed": record.stably_housed,
        "homeless": (record.home == Home.STREET) | (record.home == Home.SHELTER),
        "active_use": record.active_use,
    }


def cost_per_release(model: ReentryModel) -> float:
    """Dollars spent over the whole run for each person released in it (overhead included)."""
    return float(model.world.ledger.spent.sum() / CENTS_PER_DOLLAR / released(model))


def released(model: ReentryModel) -> float:
    """People of the real system whom a whole run releases."""
    simulated = np.count_nonzero(model.world.traits.release_step <= model.world.calendar.last_step)
    return float(simulated * model.scenario.population.size / model.participants)


def bill(model: ReentryModel) -> costs.Bill:
    """What events cost by the run's own numbers, at marginal prices, in dollars of its price year."""
    time = model.scenario.time
    units = costs.unit_costs(costs.prices(model.values, time.price_year))
    return costs.Bill(units, costs.discount_factors(time.discount_rate_share, time.follow_up_months))


def ledger_rows(world: World) -> list[LedgerRow]:
    """Every step of every account in which money moved, sources and programs in the ledger's order."""
    ledger = world.ledger
    tables = (ledger.arrived, ledger.spent, ledger.lapsed, ledger.unspent, ledger.unpaid)
    moved = np.logical_or.reduce([table != 0 for table in tables]).transpose(1, 2, 0)
    return [
        LedgerRow(
            ledger.sources[source].name,
            ledger.programs[program],
            step,
            *(int(table[step, source, program]) for table in tables),
        )
        for source, program, step in np.argwhere(moved).tolist()
    ]


def _notes(model: ReentryModel, bands: Small) -> dict[str, float]:
    world, record = model.world, model.world.record
    cohort = world.calendar.cohort
    mentees = rows(world.mentees, cohort)
    served = mentees.matches > 0
    first = world.calendar.warmup_steps + 1
    window = slice(first, first + model.scenario.time.window_months)
    return {
        "offered": float(np.mean(mentees.offered_step != NEVER)),
        "served": float(np.mean(served)),
        "contacts_per_served": float(mentees.contacts[served].mean()) if served.any() else 0.0,
        "active_mentors": float(record.active_mentors[window].mean()),
        "matched": float(record.matched[window].mean()),
        "waiting": float(record.waiting[window].mean()),
        "queue_drift": queue_drift(record.waiting, world.calendar.warmup_steps),
        "unsheltered": float(record.unsheltered[window].mean()),
        "unsheltered_drift": queue_drift(record.unsheltered, world.calendar.warmup_steps),
        "willing_employers": _mean_willingness(model),
        "acceptance": world.community.acceptance,
        **in_kind(model),
        **spent_for(model),
        "mentor_satisfaction": feedback.of_mentors(model, window),
        **{f"{name}.referred": record.referred[row, window].mean() for row, name in enumerate(world.teams)},
        **_program_notes(model, window),
        "rematched": float(np.mean(mentees.matches[served] > 1)) if served.any() else 0.0,
        "failing_matches_ended": float(record.noticed[window].mean()),
        **waits.notes(model, bands),
    }


def in_kind(model: ReentryModel) -> dict[str, float]:
    """Hours that volunteers of the real system gave in the whole run, and what as many paid hours would have cost.

    Volunteers give no money, so neither is in the ledger.
    """
    each = model.world.design.volunteers(model.values) * model.scenario.population.size / model.participants
    hours = float(model.world.record.volunteer_hours.sum()) * each
    value = dollars("mentors.volunteer_value_per_hour", model.values, model.scenario.time.price_year)
    return {"volunteer_hours": hours, "volunteer_dollars": hours * value}


def spent_for(model: ReentryModel) -> dict[str, float]:
    """Dollars of the real system that a whole run spent for something other than the service of its programs."""
    ledger = model.world.ledger
    told = {"overhead": int(ledger.spent[:, :, -1].sum()), **ledger.purposes}
    return {f"{purpose}_dollars": cents / CENTS_PER_DOLLAR for purpose, cents in told.items()}


def _program_notes(model: ReentryModel, window: slice) -> dict[str, float]:
    """What happened in each program other than mentoring: shares of the cohort, and means over the window's steps."""
    world, cohort, notes = model.world, model.world.calendar.cohort, dict[str, float]()
    for row, (name, everybody) in enumerate(world.enrolled.items()):
        enrolled, line = rows(everybody, cohort), world.record.in_line[row]
        notes[f"{name}.offered"] = float(np.mean(enrolled.offered_step != NEVER))
        notes[f"{name}.served"] = float(np.mean(enrolled.start_step != NEVER))
        notes[f"{name}.held"] = float(world.record.held[row, window].mean())
        notes[f"{name}.waiting"] = float(line[window].mean())
        notes[f"{name}.queue_drift"] = queue_drift(line, world.calendar.warmup_steps)
    return notes


def _mean_willingness(model: ReentryModel) -> float:
    """Mean chance that an employer considers a record at the end of the run, as learned; nan without employers."""
    employers, most = model.world.employers, model.values["work.learning_most"]
    return float(np.mean(willingness(employers.willing, employers.opinion, most))) if len(employers.seats) else np.nan


def queue_drift(waiting: Floats, warmup_steps: int) -> float:
    """Change of the queue within the last year of the warm-up, as a share of its mean; nan without such a year."""
    if warmup_steps < MONTHS_PER_YEAR:
        return float("nan")
    half = MONTHS_PER_YEAR // 2
    last = waiting[warmup_steps + 1 - half : warmup_steps + 1].mean()
    before = waiting[warmup_steps + 1 - 2 * half : warmup_steps + 1 - half].mean()
    mean = (last + before) / 2
    return float((last - before) / mean) if mean > 0 else 0.0
