"""Compare scenarios: paired differences from the baseline, with intervals, as tidy tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reentrysim.analysis import answer, cautions
from reentrysim.analysis.intervals import Cell, Summary, summarize, summarize_difference
from reentrysim.experiments import store
from reentrysim.experiments.plan import DEFAULT_SCENARIOS, Plan, plan_runs
from reentrysim.experiments.run import Progress, Runs, Simulate, at_horizon_only, no_progress, run_plan, simulate
from reentrysim.scenario import Scenario
from reentrysim.vocabulary import LESS_IS_BETTER, MONTHS_PER_YEAR, InputError, nearest

COMPARISON_COLUMNS = [
    *("scenario", "baseline", "outcome", "subgroup", "month", "value", "value_low", "value_high"),
    *("difference", "difference_low", "difference_high", "difference_mcse", "probability_better", "replicates"),
]
CURVE_COLUMNS = ["scenario", "outcome", "subgroup", "month", "value", "value_low", "value_high", "replicates"]
AMOUNTS = ("arrived", "spent", "lapsed", "unspent", "unpaid")
LEDGER_COLUMNS = ["scenario", "replicate", "source", "program", "step", *AMOUNTS]
COHORT_COLUMNS = ["scenario", "baseline", "outcome", "subgroup", "month", "difference", "cohort_low", "cohort_high"]
HEADLINE_MONTH = 36


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
        return pd.concat(_comparison_parts(self.runs), ignore_index=True)[COMPARISON_COLUMNS]

    @cached_property
    def curves(self) -> pd.DataFrame:
        """Values at every month since release; columns CURVE_COLUMNS."""
        return pd.concat(_curve_parts(self.runs), ignore_index=True)[CURVE_COLUMNS]

    @property
    def outcomes(self) -> pd.DataFrame:
        """Every replicate, wide: every month for everybody, every 12th for subgroups."""
        return pd.concat(_outcome_parts(self.runs), ignore_index=True)

    @property
    def ledger(self) -> pd.DataFrame:
        """Every movement of money, in integer cents; columns LEDGER_COLUMNS."""
        return pd.DataFrame(list(_ledger_rows(self.runs)), columns=LEDGER_COLUMNS)

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
            *cautions.poor_fit(self.plan),
            *cautions.other_people(self.plan),
            *cautions.numbers_of_their_own(self.plan),
            *cautions.coarse_samples(self.plan, self.notes),
            *cautions.restless_queues(self.notes, self.plan.participants),
            *cautions.idle_money(self.ledger, self.notes, self.plan.participants, last_releases(self.plan)),
        ]

    @property
    def assumed(self) -> list[str]:
        """Where people come from, and what is national about them, where they are of a place of one's own."""
        place = self.plan.scenarios[0].population.place
        return place.assumed() if place.own_files else []

    @property
    def headline_month(self) -> int:
        """The month that the answer is about: 36, or the last one if follow-up is shorter."""
        return min(HEADLINE_MONTH, self.plan.months)

    def value(self, scenario: str, outcome: str, month: int, subgroup: str = "all") -> Cell:
        """The expected value of one scenario. Raises InputError for a name or month that was not run."""
        return summarize(self._cells(scenario, outcome, month, subgroup), draws_of(self.plan)).at(0)

    def difference(self, scenario: str, outcome: str, month: int, subgroup: str = "all", luck: float = 0.0) -> Cell:
        """The expected paired difference from the baseline; `luck` adds that share of one run's luck."""
        values = self._cells(scenario, outcome, month, subgroup)
        baseline = self._cells(self.plan.baseline, outcome, month, subgroup)
        return summarize_difference(values, baseline, draws_of(self.plan), luck).at(0)

    def cohort_interval(self, outcome: str, month: int, subgroup: str = "all") -> pd.DataFrame:
        """What one cohort of the real system's size would see: 95% over evidence and luck together, by scenario.

        Wider than the interval of the expected difference. Luck shrinks with the size of the system, not with the
        number of people simulated.
        """
        share = self.plan.participants / self.plan.system_size
        rows = [(name, self.difference(name, outcome, month, subgroup, share)) for name in self.plan.names]
        cells = [(name, self.plan.baseline, outcome, subgroup, month, c.mean, c.low, c.high) for name, c in rows]
        return pd.DataFrame(cells, columns=COHORT_COLUMNS)

    def sentence(self) -> str:
        """The answer in one sentence, in counts, with no digit beyond what the Monte Carlo error supports."""
        month, baseline = self.headline_month, self.plan.baseline
        kind = "luck alone, 95%" if self.plan.luck_only else "95%"
        if len(self.plan.names) == 1:
            return answer.one_scenario(self.value(baseline, answer.OUTCOME, month), baseline, month, kind)
        others = [name for name in self.plan.names if name != baseline]
        cells = {name: self.difference(name, answer.OUTCOME, month) for name in others}
        return answer.against_baseline(cells, baseline, month, kind)

    def files(self) -> dict[str, store.Writer]:
        """File name -> writer, for every table."""
        return {
            "comparison.csv": partial(store.write_csv, self.comparison),
            "curves.csv": partial(store.write_csv, self.curves),
            "outcomes.parquet": lambda path: store.write_parquet(_outcome_parts(self.runs), path),
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
        facts["people"] = self.assumed
        folder = default_folder(self.plan) if out is None else out
        return store.save(folder, self.plan.digest, {**self.files(), **(more or {})}, facts)

    def _cells(self, scenario: str, outcome: str, month: int, subgroup: str) -> NDArray[np.float64]:
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


def draws_of(plan: Plan) -> NDArray[np.int64]:
    """(R,) the draw of each replicate; -1 for central values."""
    draws = (plan.draw_of(replicate) for replicate in range(plan.replicates))
    return np.array([-1 if draw is None else draw for draw in draws], dtype=np.int64)


def report_months(months: int) -> list[int]:
    """12, 24, ... and the last month of follow-up."""
    return sorted({*range(MONTHS_PER_YEAR, months + 1, MONTHS_PER_YEAR), months})


def _known(kind: str, word: str, known: Iterable[str]) -> str:
    names = list(known)
    if word not in names:
        raise InputError(f"no {kind} {word!r} in these results", hint=nearest(word, names))
    return word


def _months_of(outcome: str, months: list[int]) -> list[int]:
    return months[-1:] if at_horizon_only(outcome) else months


def _grid(scenario: str, outcome: str, subgroups: tuple[str, ...], months: list[int]) -> dict[str, Any]:
    """Key columns of subgroup x month, months running fastest."""
    return {
        "scenario": scenario,
        "outcome": outcome,
        "subgroup": np.repeat(np.array(subgroups, dtype=object), len(months)),
        "month": np.tile(months, len(subgroups)),
    }


def _value_columns(summary: Summary) -> dict[str, Any]:
    return {
        "value": summary.mean.ravel(),
        "value_low": summary.low.ravel(),
        "value_high": summary.high.ravel(),
        "replicates": summary.replicates.ravel(),
    }


def _difference_columns(outcome: str, summary: Summary) -> dict[str, Any]:
    better = summary.below if LESS_IS_BETTER[outcome] else 1 - summary.below
    return {
        "difference": summary.mean.ravel(),
        "difference_low": summary.low.ravel(),
        "difference_high": summary.high.ravel(),
        "difference_mcse": summary.mcse.ravel(),
        "probability_better": better.ravel(),
        "replicates": summary.replicates.ravel(),
    }


def _curve_parts(runs: Runs) -> Iterator[pd.DataFrame]:
    draws, every = draws_of(runs.plan), list(range(1, runs.plan.months + 1))
    for name in runs.plan.names:
        for outcome, values in runs.series[name].items():
            months = _months_of(outcome, every)
            summary = summarize(values[:, :, np.array(months) - 1], draws)
            yield pd.DataFrame({**_grid(name, outcome, runs.subgroups, months), **_value_columns(summary)})


def _comparison_parts(runs: Runs) -> Iterator[pd.DataFrame]:
    draws, baseline = draws_of(runs.plan), runs.plan.baseline
    for name in runs.plan.names:
        for outcome, series in runs.series[name].items():
            months = _months_of(outcome, report_months(runs.plan.months))
            at = np.array(months) - 1
            values, others = series[:, :, at], runs.series[baseline][outcome][:, :, at]
            columns = {
                **_grid(name, outcome, runs.subgroups, months),
                "baseline": baseline,
                **_value_columns(summarize(values, draws)),
                **_difference_columns(outcome, summarize_difference(values, others, draws)),
            }
            yield pd.DataFrame(columns)


def _outcome_parts(runs: Runs) -> Iterator[pd.DataFrame]:
    """One frame per scenario: replicate x subgroup x month, one column per outcome."""
    months = np.arange(1, runs.plan.months + 1)
    everybody = np.array(runs.subgroups) == "all"
    kept = everybody[:, None] | (months % MONTHS_PER_YEAR == 0)
    group, month = np.nonzero(kept)
    for name in runs.plan.names:
        count = runs.plan.replicates
        columns: dict[str, Any] = {
            "scenario": name,
            "replicate": np.repeat(np.arange(count), len(group)),
            "subgroup": np.tile(np.array(runs.subgroups, dtype=object)[group], count),
            "month": np.tile(months[month], count),
            "people": runs.people[name][:, group].ravel(),
        }
        columns |= {outcome: values[:, group, month].ravel() for outcome, values in runs.series[name].items()}
        yield pd.DataFrame(columns)


def _ledger_rows(runs: Runs) -> Iterator[tuple[Any, ...]]:
    for name in runs.plan.names:
        for replicate, rows in enumerate(runs.ledger[name]):
            for r in rows:
                yield (name, replicate, r.source, r.program, r.step, *(getattr(r, amount) for amount in AMOUNTS))
