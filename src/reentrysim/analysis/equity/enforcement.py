"""What enforcement alone does to measured recidivism: a scenario against itself with the usual intensity for all.

People and luck are the same in both; arrests of the same offending are all that differs at first. Later custody, lost
jobs and homes, and what an own recent arrest does to risk follow from them, so offending is told too: per month at
liberty, where it can only rise through these, and per person, where custody lowers it.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reentrysim.analysis.answer import PEOPLE, Counts, period
from reentrysim.analysis.equity.gaps import COLUMNS as ESTIMATED
from reentrysim.analysis.equity.gaps import Sides, columns
from reentrysim.analysis.equity.groups import Group, groups, in_words
from reentrysim.analysis.estimates import HEADLINE_MONTH
from reentrysim.analysis.intervals import Cell
from reentrysim.analysis.tables import draws_of, is_few
from reentrysim.experiments.plan import Plan, plan_runs
from reentrysim.experiments.run import Job, Progress, Runs, no_progress, run_plan
from reentrysim.model import ReentryModel
from reentrysim.outcomes import memberships, tabulate
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario, load_scenario
from reentrysim.scenario.values import values_for
from reentrysim.vocabulary import InputError, Race

if TYPE_CHECKING:
    from reentrysim.outcomes import RunResult

MEASURED = ("rearrest", "return_to_prison")
PER_MONTH, PER_PERSON = "offending_per_month_free", "offending_per_person"
COLUMNS = ["subgroup", "reference", "intensity", "measure", "month", "people", *ESTIMATED]
USUAL = {race.name.lower(): 1.0 for race in Race}
THE_SAME = 0.01
"""Offending that changes by less than this share, whole interval, is called the same."""
Floats = NDArray[np.float64]


class Watched(ReentryModel):
    """A model that adds up offending and time at liberty of the cohort, over the months since release that count."""

    def __init__(self, job: Job) -> None:
        values, luck = values_for(job.scenario, job.draw), Luck(job.seed, job.replicate)
        super().__init__(job.scenario, values, luck, job.participants)
        self.months = min(HEADLINE_MONTH, job.scenario.time.follow_up_months)
        self.offending, self.months_free = np.zeros(job.participants), np.zeros(job.participants)

    def the_month_is_recorded(self) -> None:
        """The record as usual, and the two sums."""
        super().the_month_is_recorded()
        cohort, window = self.world.calendar.cohort, self.now.window
        stop = max(min(cohort.stop, window.stop), cohort.start)
        mine, here = slice(0, stop - cohort.start), slice(cohort.start - window.start, stop - window.start)
        since = self.steps - self.now.traits.release_step[here] + 1
        counts = (since >= 1) & (since <= self.months)
        self.offending[mine] += self.now.events.offending[here] * counts
        self.months_free[mine] += self.now.free[here] * counts  # as it was before the month's arrests


def enforcement(
    scenario: Scenario | str | Path,
    replicates: int = 54,
    *,
    progress: Progress = no_progress,
    **options: Any,
) -> Enforcement:
    """What the scenario's `circumstances.arrest_intensity` makes of measured recidivism, and leaves of offending.

    `options` are the keywords of `plan_runs` beside `baseline`. Writes nothing.

    Raises:
        InputError: for wrong input, or a scenario in which every intensity is the usual one.
        RunError: when a run fails.
    """
    plan = plan_enforcement(scenario, replicates=replicates, **options)
    return Enforcement(run_plan(plan, watched, progress))


def plan_enforcement(scenario: Scenario | str | Path, **options: Any) -> Plan:
    """The scenario against itself with the usual intensity for all; raises InputError where that is the same."""
    asked = load_scenario(scenario) if isinstance(scenario, str | Path) else scenario
    if not asked.circumstances.arrest_intensity.unusual:
        what = f"enforcement is as usual in {asked.name}: every circumstances.arrest_intensity is 1"
        raise InputError(what, hint="Set one, such as circumstances.arrest_intensity.black = 2.0")
    usual = asked.vary({"circumstances.arrest_intensity": USUAL}, name=f"{asked.name}-usual-enforcement")
    return plan_runs([asked], baseline=usual, **options)


def watched(job: Job) -> RunResult:
    """One run, with the offending of everybody and of each race among its notes."""
    model = Watched(job)
    model.run()
    result = tabulate(model, job.programs, job.tool)
    return replace(result, notes={**result.notes, **dict(_offending(model))})


def _offending(model: Watched) -> Iterator[tuple[str, float]]:
    for group, members in memberships(model.world).items():
        if group == "all" or group.startswith("race="):
            total, free, people = model.offending[members].sum(), model.months_free[members].sum(), members.sum()
            yield f"{PER_MONTH}.{group}", float(total / free) if free else math.nan
            yield f"{PER_PERSON}.{group}", float(total / people) if people else math.nan


@dataclass(frozen=True)
class Enforcement:
    """The runs of a scenario and of itself at the usual enforcement, and what they come to."""

    runs: Runs

    @property
    def scenario(self) -> Scenario:
        """The one whose enforcement is asked about."""
        return next(one for one in self.runs.plan.scenarios if one.name != self.runs.plan.baseline)

    @property
    def month(self) -> int:
        """Months since release that the measures are of."""
        return min(HEADLINE_MONTH, self.runs.plan.months)

    @property
    def table(self) -> pd.DataFrame:
        """One row a measure and race, and everybody; columns COLUMNS.

        `before` is at the usual intensity for all, `change` and `gap_change` are what enforcement alone makes. Rearrest
        and return are shares; offending is a number of offenses that would each be an arrest at the usual enforcement,
        per month at liberty and per person, which nobody could measure.
        """
        listed = [one for one in groups(self.runs.subgroups) if one.dimension in ("all", "race")]
        names = (*MEASURED, PER_MONTH, PER_PERSON)
        return pd.concat([self._rows(listed, name) for name in names], ignore_index=True)[COLUMNS]

    def _rows(self, listed: list[Group], measure: str) -> pd.DataFrame:
        runs, name = self.runs, self.scenario.name
        rows = np.array([runs.subgroups.index(one.subgroup) for one in listed])
        reference = np.array([next(i for i, r in enumerate(listed) if r.subgroup == one.reference) for one in listed])
        people = runs.people[name].mean(axis=0)[rows]
        few = np.asarray(is_few(people, runs.plan.participants, runs.plan.system_size))
        after, before = (self._values(one, measure, listed, rows) for one in (name, runs.plan.baseline))
        own: Mapping[str, float] = self.scenario.circumstances.arrest_intensity.model_dump()
        about = {
            "subgroup": [one.subgroup for one in listed],
            "reference": [one.reference for one in listed],
            "intensity": [own.get(one.subgroup.partition("=")[2], math.nan) for one in listed],
            "measure": measure,
            "month": self.month,
            "people": people,
        }
        sides = Sides(after, before, reference, few, draws_of(runs.plan), itself=False)
        return pd.DataFrame({**about, **columns(sides, is_share=measure in MEASURED)})

    def _values(self, scenario: str, measure: str, listed: list[Group], rows: NDArray[np.int64]) -> Floats:
        """Shape (R, groups)."""
        if measure in MEASURED:
            return self.runs.series[scenario][measure][:, rows, self.month - 1].astype(np.float64)
        notes = self.runs.notes[scenario]
        return np.stack([notes[f"{measure}.{one.subgroup}"] for one in listed], axis=1)

    def sentence(self) -> str:
        """What enforcement alone does to the gap that it bears on most, and whether offending has to do with it."""
        group = self._most_unlike()
        lines = {line["measure"]: line for line in self.table.to_dict("records") if line["subgroup"] == group}
        line, offending = lines["rearrest"], in_percent(lines[PER_MONTH])
        within, name = f"within {period(self.month)}", self.scenario.name
        if group == "all":
            value, before, made = (_counts(line, of) for of in ("value", "before", "change"))
            return (
                f"Of {PEOPLE:,} participants {_said(value)} are rearrested {within} under {name}, {_said(before)} with "
                f"the usual enforcement: {_known(made)} are enforcement alone. {offending}"
            )
        gap, usual, made = (_counts(line, of) for of in ("gap", "gap_before", "gap_change"))
        return (
            f"Of the gap in measured rearrest {within} between {in_words(group)} and {in_words(line['reference'])}, "
            f"{_said(gap)} of {PEOPLE:,} under {name}, {_known(made)} are enforcement alone: with the usual "
            f"enforcement for all the gap is {_said(usual)}. {offending}"
        )

    def _most_unlike(self) -> str:
        """The race whose intensity is most unlike its reference's; "all" where it is the same for all."""
        table = self.table.drop_duplicates("subgroup").set_index("subgroup")
        own = table["intensity"].dropna()
        of = own.reindex(table.loc[own.index, "reference"]).to_numpy()
        unlike = pd.Series(np.abs(np.log(own.to_numpy() / of)), own.index)
        return str(unlike.idxmax()) if unlike.max() > 0.0 else "all"


def in_percent(line: Mapping[Hashable, Any]) -> str:
    """What becomes of offending per month at liberty, in a sentence; a line of the table of PER_MONTH."""
    change, low, high = (float(line[f"change{end}"]) / float(line["before"]) for end in ("", "_low", "_high"))
    what, span = "Offending per month at liberty", f"{low:+.0%} to {high:+.0%}"
    if math.isnan(low):
        return f"{what} differs by {change:+.0%}, from too few runs for an interval."
    if max(abs(low), abs(high)) < THE_SAME:
        return f"{what} is the same."
    if low <= 0.0 <= high:
        return f"{what} does not change clearly: by {change:+.0%} (95%: {span})."
    through = "what arrests lead to" if change > 0.0 else "who is in custody"
    return f"{what} changes by {change:+.0%} (95%: {span}), through {through} alone."


def _counts(line: Mapping[Hashable, Any], name: str) -> Counts:
    low, high, mcse = (float(line.get(f"{name}{end}", math.nan)) for end in ("_low", "_high", "_mcse"))
    return Counts(Cell(float(line[name]), low, high, mcse, math.nan, 0))


def _said(counts: Counts) -> str:
    return f"{counts.about}{counts.mean:,}"


def _known(counts: Counts) -> str:
    return _said(counts) + (f" (95%: {counts.low:,} to {counts.high:,})" if counts.known else "")
