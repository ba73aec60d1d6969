"""Compare scenarios: paired differences from the baseline, with intervals, as tidy tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reentrysim.analysis import answer, cautions
from reentrysim.analysis.intervals import Cell, summarize, summarize_difference
from reentrysim.analysis.ranking import ranking
from reentrysim.analysis.reach import reach
from reentrysim.analysis.tables import (
    COMPARISON_COLUMNS,
    CURVE_COLUMNS,
    LEDGER_COLUMNS,
    comparison_parts,
    curve_parts,
    draws_of,
    ledger_rows,
    outcome_parts,
)
from reentrysim.experiments import store
from reentrysim.experiments.plan import DEFAULT_SCENARIOS, Plan, plan_runs
from reentrysim.experiments.run import Progress, Runs, Simulate, at_horizon_only, no_progress, run_plan, simulate
from reentrysim.scenario import Scenario
from reentrysim.vocabulary import DAYS_PER_MONTH, LESS_IS_BETTER, InputError, nearest

COHORT_COLUMNS = ["scenario", "baseline", "outcome", "subgroup", "month", "difference", "cohort_low", "cohort_high"]
HEADLINE_MONTH = 36
SUMMARY = ("return_to_prison", "rearrest", "employed", "stably_housed", "cost_programs")
FEW_MEMBERS = 50
"""A subgroup of fewer people than this in the real system is never printed as precise."""


@dataclass(frozen=True)
class Comparison:
    """The result of a comparison, or of one scenario; every table is a tidy DataFrame."""

    runs: Runs

    @property
    def plan(self) -> Plan:
        """What was run."""
        return self.runs.plan

    @cached_property
    def comparison(self) -> pd.DataFrame:
        """Values and paired differences at months 12, 24, ... and the last one; columns COMPARISON_COLUMNS."""
        return pd.concat(comparison_parts(self.runs), ignore_index=True)[COMPARISON_COLUMNS]

    @cached_property
    def curves(self) -> pd.DataFrame:
        """Values at every month since release; columns CURVE_COLUMNS."""
        return pd.concat(curve_parts(self.runs), ignore_index=True)[CURVE_COLUMNS]

    @property
    def outcomes(self) -> pd.DataFrame:
        """Every replicate, wide: every month for everybody, every 12th for subgroups."""
        return pd.concat(outcome_parts(self.runs), ignore_index=True)

    @property
    def ledger(self) -> pd.DataFrame:
        """Every movement of money, in integer cents; columns LEDGER_COLUMNS."""
        return pd.DataFrame(list(ledger_rows(self.runs)), columns=LEDGER_COLUMNS)

    @property
    def notes(self) -> pd.DataFrame:
        """What the runs say about themselves, averaged over replicates: one row per scenario, one column per note."""
        rows = {name: {note: v.mean() for note, v in notes.items()} for name, notes in self.runs.notes.items()}
        return pd.DataFrame.from_dict(rows, orient="index").reindex(self.plan.names)

    @property
    def warnings(self) -> list[str]:
        """What a reader must know before trusting the intervals, in words."""
        return [
            *self.plan.notices,
            *cautions.doubts(self.plan, draws_of(self.plan)),
            *cautions.other_version(self.plan),
            *cautions.poor_fit(self.plan),
            *cautions.other_people(self.plan),
            *cautions.changed_files(self.plan),
            *cautions.numbers_of_their_own(self.plan),
            *cautions.coarse_samples(self.plan, self.notes),
            *cautions.restless_queues(self.notes, self.plan.participants),
            *cautions.idle_money(self.ledger, self.notes, self.plan.participants, last_releases(self.plan)),
        ]

    @property
    def assumed(self) -> list[str]:
        """Where people come from, and what is national about them, where they are of a place of one's own."""
        return list(self.plan.people)

    @property
    def headline_month(self) -> int:
        """The month that the answer is about: 36, or the last one if follow-up is shorter."""
        return min(HEADLINE_MONTH, self.plan.months)

    def value(self, scenario: str, outcome: str, month: int, subgroup: str = "all") -> Cell:
        """The expected value of one scenario. Raises InputError for a name or month that was not run."""
        return summarize(self._cells(scenario, outcome, month, subgroup), draws_of(self.plan)).at(0)

    def paired(self, scenario: str, outcome: str, month: int, subgroup: str = "all", luck: float = 0.0) -> Cell:
        """The expected paired difference from the baseline; `luck` adds that share of one run's luck."""
        values = self._cells(scenario, outcome, month, subgroup)
        group = self.runs.subgroups.index(subgroup)
        same = self.runs.of_the_same_people(scenario, outcome)[:, group, month - 1 : month]
        return summarize_difference(values, same, draws_of(self.plan), luck).at(0)

    def cohort_interval(self, outcome: str, month: int, subgroup: str = "all") -> pd.DataFrame:
        """What one cohort of the real system's size would see: 95% over evidence and luck together, by scenario.

        Wider than the interval of the expected difference. Luck shrinks with the size of the system, not with the
        number of people simulated.
        """
        share = self.plan.participants / self.plan.system_size
        rows = [(name, self.paired(name, outcome, month, subgroup, share)) for name in self.plan.names]
        cells = [(name, self.plan.baseline, outcome, subgroup, month, c.mean, c.low, c.high) for name, c in rows]
        return pd.DataFrame(cells, columns=COHORT_COLUMNS)

    def difference(
        self, outcome: str = answer.OUTCOME, month: int | None = None, subgroup: str = "all"
    ) -> pd.DataFrame:
        """Every scenario's value and paired difference at a month (default: the headline's), indexed by scenario.

        Columns as in `comparison`, and the people of the subgroup in a run. Of a group of fewer than FEW_MEMBERS people
        in the real system intervals are left out: its luck is most of what one would see.
        """
        month = self.headline_month if month is None else month
        rows = {name: self._difference_row(name, outcome, month, subgroup) for name in self.plan.names}
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("scenario")

    def summary(self) -> pd.DataFrame:
        """The headline outcomes of every scenario: value, difference, interval, and what one cohort would see.

        Rows by scenario and outcome (SUMMARY, at the headline month, money at the last); shares, months or dollars.
        """
        frames = []
        for outcome in SUMMARY:
            month = self.plan.months if at_horizon_only(outcome) else self.headline_month
            cohort = self.cohort_interval(outcome, month).set_index("scenario")[["cohort_low", "cohort_high"]]
            frames.append(self.difference(outcome, month).assign(outcome=outcome, month=month).join(cohort))
        frames.append(self.months_in_community())
        return pd.concat(frames).reset_index().set_index(["scenario", "outcome"]).loc[list(self.plan.names)]

    def months_in_community(self, month: int | None = None) -> pd.DataFrame:
        """Restricted mean months at liberty and alive within `month` months of release; columns as `difference`.

        Time in prison and jail is left out, whether after the first return or a later one, and so is time after death:
        the sum over months of the share alive at their end, less days in custody.
        """
        month = self.headline_month if month is None else month
        draws, rows = draws_of(self.plan), {}
        base = self._months_free(self.plan.baseline, month)
        for name in self.plan.names:
            values = self._months_free(name, month)
            cell, change = summarize(values, draws).at(0), summarize_difference(values, base, draws).at(0)
            rows[name] = {
                "outcome": "months_in_community",
                "month": month,
                **_row_of(cell, change, less_is_better=False),
            }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("scenario")

    def ranking(self, outcome: str = answer.OUTCOME, month: int | None = None, subgroup: str = "all") -> pd.DataFrame:
        """The probability of each rank (`ranking.ranking`), the best scenario first."""
        month = self.headline_month if month is None else month
        group = self.runs.subgroups.index(_known("subgroup", subgroup, self.runs.subgroups))
        differences = {
            name: self._cells(name, outcome, month, subgroup)[:, 0].astype(np.float64)
            - self.runs.of_the_same_people(name, outcome)[:, group, month - 1]
            for name in self.plan.names
        }
        return ranking(differences, draws_of(self.plan), LESS_IS_BETTER[outcome])

    def reach(self, scenario: str, outcome: str = answer.OUTCOME, month: int | None = None) -> pd.DataFrame:
        """Effects per person released, offered and served, beside the naive contrast (`reach.reach`)."""
        month = self.headline_month if month is None else month
        self._cells(scenario, outcome, month, "all")  # names and month are known
        return reach(self.runs, draws_of(self.plan), scenario, outcome, month)

    def sentence(self) -> str:
        """The answer in one sentence, in counts, with no digit beyond what the Monte Carlo error supports."""
        month, baseline = self.headline_month, self.plan.baseline
        kind = "luck alone, 95%" if self.plan.luck_only else "95%"
        if len(self.plan.names) == 1:
            return answer.one_scenario(self.value(baseline, answer.OUTCOME, month), baseline, month, kind)
        others = [name for name in self.plan.names if name != baseline]
        cells = {name: self.paired(name, answer.OUTCOME, month) for name in others}
        return answer.against_baseline(cells, baseline, month, kind)

    def files(self) -> dict[str, store.Writer]:
        """File name -> writer, for every table."""
        return {
            "comparison.csv": partial(store.write_csv, self.comparison),
            "curves.csv": partial(store.write_csv, self.curves),
            "outcomes.parquet": lambda path: store.write_parquet(outcome_parts(self.runs), path),
            "ledger.csv": lambda path: store.write_csv(self.ledger, path),
        }

    def default_folder(self) -> Path:
        """Where `save` writes when it is not told."""
        return default_folder(self.plan)

    def save(
        self,
        out: Path | None = None,
        more: Mapping[str, store.Writer] | None = None,
        about: Mapping[str, Any] | None = None,
    ) -> Path:
        """Write the tables, `more` files and a manifest; returns the folder. All or nothing (`store.save`)."""
        facts = {**store.about_plan(self.plan), "elapsed_seconds": self.runs.elapsed_seconds, **(about or {})}
        facts |= {"sentence": self.sentence(), "headline_month": self.headline_month}
        facts |= {"warnings": self.warnings, "people": self.assumed}
        folder = default_folder(self.plan) if out is None else out
        return store.save(folder, self.plan.digest, {**self.files(), **(more or {})}, facts)

    def _difference_row(self, scenario: str, outcome: str, month: int, subgroup: str) -> dict[str, Any]:
        value, change = (ask(scenario, outcome, month, subgroup) for ask in (self.value, self.paired))
        row = _row_of(value, change, LESS_IS_BETTER[outcome])
        members = float(self.runs.people[scenario][:, self.runs.subgroups.index(subgroup)].mean())
        row["people"] = members
        if members * self.plan.system_size / self.plan.participants < FEW_MEMBERS:
            row |= dict.fromkeys(("value_low", "value_high", "difference_low", "difference_high"), np.nan)
        return row

    def _months_free(self, scenario: str, month: int) -> NDArray[np.float64]:
        """(R, 1) months at liberty and alive."""
        series = self.runs.series[_known("scenario", scenario, self.plan.names)]
        everybody = self.runs.subgroups.index("all")
        dead, days = (series[name][:, everybody, :month].astype(np.float64) for name in ("deaths", "days_in_custody"))
        return np.asarray((1.0 - dead).sum(axis=1) - days[:, -1] / DAYS_PER_MONTH)[:, None]

    def _cells(self, scenario: str, outcome: str, month: int, subgroup: str) -> NDArray[np.float32]:
        """(R, 1) values of one cell."""
        group = self.runs.subgroups.index(_known("subgroup", subgroup, self.runs.subgroups))
        _known("month", str(month), [str(m) for m in range(1, self.plan.months + 1)])
        series = self.runs.series[_known("scenario", scenario, self.plan.names)]
        return series[_known("outcome", outcome, self.runs.outcomes)][:, group, month - 1 : month]


def compare(
    scenarios: Iterable[Scenario | str | Path] = (),
    *,
    simulate: Simulate = simulate,
    progress: Progress = no_progress,
    **options: Any,
) -> Comparison:
    """Run `scenarios` (names, paths or loaded; none: DEFAULT_SCENARIOS) and their baseline, paired, and compare them.

    `options` are the keywords of `plan_runs`: baseline, replicates, seed, jobs, participants, months,
    fixed_parameters. Raises InputError for wrong input and RunError when a run fails. Writes nothing.
    """
    return Comparison(run_plan(plan_comparison(scenarios, **options), simulate, progress))


def run(
    scenario: Scenario | str | Path,
    *,
    simulate: Simulate = simulate,
    progress: Progress = no_progress,
    **options: Any,
) -> Comparison:
    """Run one scenario, with nothing to compare it with; otherwise like `compare`."""
    return Comparison(run_plan(plan_runs([scenario], baseline=scenario, **options), simulate, progress))


def plan_comparison(scenarios: Iterable[Scenario | str | Path] = (), **options: Any) -> Plan:
    """The plan of `compare`: without scenarios, the analyst's question (DEFAULT_SCENARIOS)."""
    return plan_runs(list(scenarios) or DEFAULT_SCENARIOS, **options)


def default_folder(plan: Plan) -> Path:
    """results/compare-<hash>, or the scenario's own name when there is one only."""
    return store.default_folder("compare" if len(plan.names) > 1 else plan.baseline, plan)


def last_releases(plan: Plan) -> dict[str, int]:
    """The step of each scenario's last release."""
    times = {scenario.name: scenario.time for scenario in plan.scenarios}
    before = {name: time.lead_months if time.intake == "cohort" else time.warmup_months for name, time in times.items()}
    return {name: before[name] + time.window_months + time.tail_months for name, time in times.items()}


def _row_of(value: Cell, change: Cell, less_is_better: bool) -> dict[str, Any]:
    return {
        "value": value.mean,
        "value_low": value.low,
        "value_high": value.high,
        "difference": change.mean,
        "difference_low": change.low,
        "difference_high": change.high,
        "difference_mcse": change.mcse,
        "probability_better": change.below if less_is_better else 1.0 - change.below,
        "replicates": change.replicates,
    }


def _known(kind: str, word: str, known: Iterable[str]) -> str:
    names = list(known)
    if word not in names:
        raise InputError(f"no {kind} {word!r} in these results", hint=nearest(word, names))
    return word
