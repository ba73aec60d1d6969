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

from reentrysim.analysis import answer
from reentrysim.analysis.intervals import FEWEST_DRAWS, Cell, Summary, summarize, summarize_difference
from reentrysim.experiments import store
from reentrysim.experiments.plan import DEFAULT_BASELINE, Plan, plan_runs
from reentrysim.experiments.run import Progress, Runs, Simulate, at_horizon_only, no_progress, run_plan, simulate
from reentrysim.scenario import Scenario, shipped_scenarios
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

STEADY_DRIFT = 0.10
"""A queue that changes by less than this share in the last half year of the warm-up counts as stationary."""
SHORT_QUEUE_SHARE = 0.02
"""A queue below this share of the cohort is too short for its drift to be told from chance."""
IDLE_SHARE = 0.10
"""Money left or lapsed beyond this share of what arrived is worth a warning."""


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
            *_doubts(self.plan),
            *_numbers_of_their_own(self.plan),
            *_restless_queues(self.notes, self.plan.participants),
            *_idle_money(self.ledger, self.notes, self.plan.participants),
        ]

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
    """Run `scenarios` (names, paths or loaded; none: all shipped ones) and their baseline, paired, and compare them.

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
    """The plan of `compare`: without scenarios, all shipped ones after the baseline."""
    asked = list(scenarios) or [name for name in shipped_scenarios() if name != DEFAULT_BASELINE]
    return plan_runs(asked, **options)


def default_folder(plan: Plan) -> Path:
    """results/compare-<hash>, or the scenario's own name when there is one only."""
    return store.default_folder("compare" if len(plan.names) > 1 else plan.baseline, plan)


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


def _doubts(plan: Plan) -> Iterator[str]:
    draws = plan.replicates if plan.luck_only else len(set(draws_of(plan)))
    if draws < FEWEST_DRAWS:
        what = "runs" if plan.luck_only else "draws"
        short = not plan.luck_only and draws == plan.inputs.stored_draws
        advice = "The calibration stores no more." if short else "Use more --replicates."
        held = f"{plan.replicates} replicates hold {draws} independent {what}"
        yield f"No intervals: {held}, fewer than {FEWEST_DRAWS}. {advice}"
    elif plan.luck_only:
        yield (
            "The intervals hold Monte Carlo error only: every replicate has the same parameters, so what is not "
            "known about the evidence is left out."
        )


def _numbers_of_their_own(plan: Plan) -> Iterator[str]:
    for scenario in plan.scenarios:
        if scenario.estimates:
            yield (
                f"{scenario.name} replaces {', '.join(scenario.estimates)}. The baseline and the effect of mentoring "
                "were fitted with the published numbers and are not fitted again, so a difference may be a misfit."
            )


def _idle_money(ledger: pd.DataFrame, notes: pd.DataFrame, participants: int) -> Iterator[str]:
    """Scenarios that could not spend much of their money, and what bound them."""
    sums = ledger.groupby("scenario", sort=False)[list(AMOUNTS)].sum()
    idle = (sums["unspent"] + sums["lapsed"]) / sums["arrived"].where(sums["arrived"] > 0)
    waiting = notes["waiting"] if "waiting" in notes.columns else pd.Series(dtype=float)
    bound: dict[str, list[str]] = {}
    for name, share in idle[idle > IDLE_SHARE].items():
        few = waiting.get(name, np.inf) <= SHORT_QUEUE_SHARE * participants
        what = "eligible people who accept: hardly anybody waits" if few else "mentors, and the time to find them"
        bound.setdefault(what, []).append(f"{share:.0%} under {name}")
    for what, scenarios in bound.items():
        yield f"Not all money was spent: {', '.join(scenarios)} was left or lapsed. What bound it is {what}."


_QUEUES = {"waiting": ("queue_drift", "queue for mentors"), "unsheltered": ("unsheltered_drift", "line for beds")}


def _restless_queues(notes: pd.DataFrame, participants: int) -> Iterator[str]:
    """Scenarios with a queue that was not stationary at the end of the warm-up, if it is long enough to tell."""
    for length, (drift_name, queue) in _QUEUES.items():
        if not {drift_name, length} <= set(notes.columns):
            continue
        long = notes[length] > SHORT_QUEUE_SHARE * participants
        for name, drift in notes.loc[long & (notes[drift_name].abs() > STEADY_DRIFT), drift_name].items():
            yield (
                f"The {queue} under {name} was still {'growing' if drift > 0 else 'shrinking'} at the end of "
                f"the warm-up ({drift:+.0%} in half a year), so its results depend on when the run began. "
                "A longer time.warmup_months lets it settle."
            )


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
