"""Compare scenarios: paired differences from the baseline, with intervals, as tidy tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from reentrysim.analysis import answer, beyond, cautions, clocks, contracts, driving, tool
from reentrysim.analysis.delays import delayed_not_lost
from reentrysim.analysis.economics import reading, spending
from reentrysim.analysis.economics.books import Books
from reentrysim.analysis.equity import enforced
from reentrysim.analysis.equity.equity import equity
from reentrysim.analysis.estimates import SUMMARY, Estimates, Facts, Floats
from reentrysim.analysis.leaving_out import leaving_out
from reentrysim.analysis.marginal import marginal
from reentrysim.analysis.precision import error_of, more_replicates
from reentrysim.analysis.queues import queues
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
from reentrysim.analysis.waits import waits
from reentrysim.experiments import store
from reentrysim.experiments.again import SCENARIOS, command_again, write_scenarios
from reentrysim.experiments.keeping import Kept
from reentrysim.experiments.next_dollar import with_more
from reentrysim.experiments.plan import DEFAULT_SCENARIOS, Plan, late_sums, plan_runs
from reentrysim.experiments.run import Progress, Runs, Simulate, no_progress, run_plan, simulate
from reentrysim.outcomes import REACH
from reentrysim.scenario import Scenario
from reentrysim.vocabulary import InputError

REACH_OUTCOMES = ("return_to_prison", "rearrest")
"""Outcomes of which the files tell what programs change for those they reach."""


@dataclass(frozen=True, repr=False)
class Comparison(Estimates):
    """The result of a comparison, or of one scenario; every table is a tidy DataFrame."""

    runs: Runs
    """All of them, with those of the next dollar."""

    @cached_property
    def told(self) -> Runs:
        """The runs of the scenarios that were asked for; what a sum more does to them is told in `marginal` alone."""
        return replace(self.runs, plan=self.runs.plan.asked)

    @cached_property
    def facts(self) -> Facts:
        """What the results are about."""
        plan = self.plan
        return Facts(
            names=plan.names,
            baseline=plan.baseline,
            months=plan.months,
            draws=draws_of(plan),
            participants=plan.participants,
            system_size=plan.system_size,
            outcomes=self.runs.outcomes,
            subgroups=self.runs.subgroups,
            elsewhere=clocks.otherwise_sentenced(plan),
        )

    def sample(self, scenario: str, outcome: str, month: int, subgroup: str) -> Floats:
        """(R,) the value of one scenario in each replicate."""
        group = self.runs.subgroups.index(subgroup)
        return self.runs.series[scenario][outcome][:, group, month - 1].astype(np.float64)

    def same_people(self, scenario: str, outcome: str, month: int, subgroup: str) -> Floats:
        """(R,) what the baseline gave the same people; InputError for a month in which they were not counted."""
        if subgroup.partition("=")[0] in REACH:
            self._check_counted(subgroup, month)
        group = self.runs.subgroups.index(subgroup)
        return self.runs.of_the_same_people(scenario, outcome, [month])[:, group, 0].astype(np.float64)

    def _check_counted(self, who: str, month: int) -> None:
        reported = self.plan.reported_months
        if month not in reported:
            what = f"what the baseline gave the same people ({who}) is not counted at month {month}"
            raise InputError(what, hint=f"It is at months {', '.join(map(str, reported))}")

    def titles(self) -> dict[str, tuple[str, str]]:
        """Scenario -> its title and its question."""
        return {one.name: (one.title, one.question) for one in self.runs.plan.scenarios}

    @cached_property
    def books(self) -> Books:
        """What the replicates hold about money."""
        return reading.from_runs(self.told, self.facts.draws)

    def members(self, scenario: str, subgroup: str) -> float:
        """People of a subgroup in a run, on average."""
        return float(self.runs.people[scenario][:, self.runs.subgroups.index(subgroup)].mean())

    @property
    def plan(self) -> Plan:
        """What was asked for."""
        return self.told.plan

    @cached_property
    def comparison(self) -> pd.DataFrame:
        """Values and paired differences at months 12, 24, ... and the last one; columns COMPARISON_COLUMNS."""
        return pd.concat(comparison_parts(self.told), ignore_index=True)[COMPARISON_COLUMNS]

    @cached_property
    def curves(self) -> pd.DataFrame:
        """Values at every month since release; columns CURVE_COLUMNS."""
        return pd.concat(curve_parts(self.told), ignore_index=True)[CURVE_COLUMNS]

    @property
    def outcomes(self) -> pd.DataFrame:
        """Every replicate of every run, wide: all months for everybody, every 12th and the last for subgroups."""
        return pd.concat(outcome_parts(self.runs), ignore_index=True)

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """Every movement of money in every run, in integer cents; columns LEDGER_COLUMNS."""
        return pd.DataFrame(list(ledger_rows(self.runs)), columns=LEDGER_COLUMNS)

    @cached_property
    def queues(self) -> pd.DataFrame:
        """Lines, places and workers by step of the run, in people of the real system (`queues.queues`)."""
        return queues(self.told)

    @cached_property
    def contracts(self) -> pd.DataFrame:
        """What every contract came to in each replicate, in integer cents; columns CONTRACT_COLUMNS."""
        return contracts.contract_frame(self.told)

    def payments(self) -> pd.DataFrame:
        """How often and how much each contract pays, also if its programs do nothing (`contracts.payments`)."""
        return contracts.payments(self.contracts, self.facts.draws)

    @property
    def notes(self) -> pd.DataFrame:
        """What the runs say about themselves, averaged over replicates: one row per scenario, one column per note."""
        return self._all_notes.loc[list(self.plan.names)]

    @cached_property
    def _all_notes(self) -> pd.DataFrame:
        rows = {name: {note: v.mean() for note, v in notes.items()} for name, notes in self.runs.notes.items()}
        return pd.DataFrame.from_dict(rows, orient="index").reindex(self.runs.plan.names)

    @cached_property
    def warnings(self) -> list[str]:
        """What a reader must know before trusting the intervals, in words."""
        ledger = self.ledger[self.ledger["scenario"].isin(self.plan.names)]
        spent = cautions.funded(ledger)
        return [
            *self.plan.notices,
            *tool.perfect_information(self.plan),
            *enforced.in_measure(self.plan),
            *delayed_not_lost(self),
            *clocks.doubts(self.plan),
            *cautions.doubts(self.plan, draws_of(self.plan)),
            *cautions.other_version(self.plan),
            *cautions.imprecise(self.plan, self.precision),
            *cautions.poor_fit(self.plan),
            *cautions.other_people(self.plan),
            *cautions.changed_files(self.plan),
            *cautions.numbers_of_their_own(self.plan),
            *cautions.coarse_samples(self.plan, self.notes, spent),
            *cautions.longer_than_is_left(self.plan),
            *cautions.nobody_served(self.plan, self.notes, spent),
            *cautions.restless_queues(self.notes, self.plan.participants, spent),
            *contracts.doubts(self.contracts, self.plan.participants, self.plan.system_size),
            *cautions.idle_money(
                ledger,
                self.notes,
                self.plan.participants,
                last_releases(self.plan),
                cautions.without_ceiling(self.plan),
                leaving_out(self.plan),
            ),
        ]

    @property
    def precision(self) -> dict[str, Any]:
        """What was asked of the Monte Carlo error, and what was reached with how many replicates; empty if nothing."""
        asked = self.plan.precision
        if asked is None:
            return {}
        reached = error_of(self.headline_samples(), self.facts.draws)
        return {"asked": asked.error, "reached": reached, "first": asked.first, "replicates": self.plan.replicates}

    @property
    def assumed(self) -> list[str]:
        """Where people come from, and what is national about them, where they are of a place of one's own."""
        return list(self.plan.people)

    def reach(self, scenario: str, outcome: str = answer.OUTCOME, month: int | None = None) -> pd.DataFrame:
        """Effects per person released, offered, served and completing, beside the naive contrast (`reach.reach`)."""
        month = self.headline_month if month is None else month
        self._check(scenario, outcome, month, "all")
        self._check_counted("who is reached", month)
        return reach(self.told, draws_of(self.plan), scenario, outcome, month)

    def rankings(self) -> pd.DataFrame:
        """The probability of each rank by the headline outcomes, at the headline month (money: the last)."""
        frames = [self.ranking(outcome).assign(outcome=outcome) for outcome in SUMMARY]
        table = pd.concat(frames, ignore_index=True)
        return table[["outcome", *table.columns[:-1]]]

    def reached(self) -> pd.DataFrame:
        """Whom every scenario's programs reach and what that changes, for the outcomes of REACH_OUTCOMES."""
        asked = [(name, outcome) for outcome in REACH_OUTCOMES for name in self.plan.names]
        return pd.concat([self.reach(*one) for one in asked], ignore_index=True)

    def assessment(self) -> pd.DataFrame:
        """Errors of every scenario's risk tool by group, against the rearrests of the baseline (`tool.errors`)."""
        return tool.errors(self.told, draws_of(self.plan))

    def equity(self, references: Mapping[str, str] | None = None) -> pd.DataFrame:
        """Access, gains and gaps by sex, age, race, risk and need, at the headline month (`equity.equity`).

        `references`: other reference groups than usual by dimension, such as {"race": "black"}.
        """
        if references is None:
            return self._equity
        return equity(self.told, draws_of(self.plan), self.headline_month, references)

    @cached_property
    def _equity(self) -> pd.DataFrame:
        return equity(self.told, draws_of(self.plan), self.headline_month)

    def averted(self) -> pd.DataFrame:
        """Returns averted and what one costs, at the headline month and at the end (`economics.averting`)."""
        months = sorted({self.headline_month, self.plan.months})
        return pd.concat([self.economics(months=month).averted for month in months], ignore_index=True)

    def marginal(self) -> pd.DataFrame:
        """What the next dollar does in each program (`marginal.marginal`); InputError where none was asked for."""
        asked = self.plan.next_dollar
        if asked is None:
            raise InputError("no further dollar was asked for", hint="compare(..., marginal=100_000)")
        last = last_releases(self.runs.plan)
        return marginal(self.runs, self.facts.draws, asked, self.headline_month, self._all_notes, last)

    @cached_property
    def drivers(self) -> pd.DataFrame:
        """What each difference goes with most of all that is not known (`driving.table`)."""
        return driving.table(self, self.plan)

    def waits(self) -> pd.DataFrame:
        """Who waits how long for each program, by assessed risk and sex."""
        return waits(self.told)

    def sentence(self) -> str:
        """The answer in one sentence, in counts, with no digit beyond what the Monte Carlo error supports."""
        return self._answer() + tool.label(self.plan) + enforced.label(self.plan)

    def _answer(self) -> str:
        month, baseline = self.headline_month, self.plan.baseline
        kind = "luck alone, 95%" if self.plan.luck_only else "95%"
        if len(self.plan.names) == 1:
            return answer.one_scenario(self.value(baseline, answer.OUTCOME, month), baseline, month, kind)
        told = [clocks.since_sentence(self, name, kind) for name in self.facts.elsewhere]
        if self.facts.outcome != answer.OUTCOME:
            return " ".join(told)
        cells = {name: self.paired(name, answer.OUTCOME, month) for name in self.facts.alike}
        best = answer.clearest(cells)
        more = self._beyond(best, kind) if best and cells[best].mean < 0 else []
        return " ".join([answer.against_baseline(cells, baseline, month, kind), *more, *told])

    def _beyond(self, name: str, kind: str) -> list[str]:
        """Price and driver of the difference that is told."""
        priced = beyond.price(self.economics(months=self.headline_month), name, kind)
        return [*priced, *beyond.driver(self.drivers, name)]

    def files(self) -> dict[str, store.Writer]:
        """File name -> writer, for every table; without a second scenario nothing is ranked or changed."""
        compared = {
            "ranking.csv": lambda path: store.write_csv(self.rankings(), path),
            "reach.csv": lambda path: store.write_csv(self.reached(), path),
            "assessment.csv": lambda path: store.write_csv(self.assessment(), path),
            "economics.csv": lambda path: store.write_csv(self.economics().balance, path),
            "benefits.csv": lambda path: store.write_csv(self.economics().lines, path),
            "averted.csv": lambda path: store.write_csv(self.averted(), path),
            "equity.csv": lambda path: store.write_csv(self.equity(), path),
            driving.DRIVERS: lambda path: store.write_csv(self.drivers, path),
        }
        by_contract = {"contracts.csv": partial(store.write_csv, self.contracts)}
        by_program = {"marginal.csv": lambda path: store.write_csv(self.marginal(), path)}
        return {
            SCENARIOS: partial(write_scenarios, self.runs.plan),
            "comparison.csv": partial(store.write_csv, self.comparison),
            "curves.csv": partial(store.write_csv, self.curves),
            "outcomes.parquet": lambda path: store.write_parquet(outcome_parts(self.runs), path),
            "ledger.csv": lambda path: store.write_csv(self.ledger, path),
            "spending.csv": lambda path: store.write_csv(spending.table(self.books.spending), path),
            "prices.csv": lambda path: store.write_csv(reading.prices_told(self.books), path),
            "waits.csv": lambda path: store.write_csv(self.waits(), path),
            "queues.csv": lambda path: store.write_csv(self.queues, path),
            **(by_contract if len(self.contracts) else {}),
            **(compared if len(self.plan.names) > 1 else {}),
            **(by_program if self.plan.next_dollar else {}),
        }

    def headline_samples(self) -> list[Floats]:
        """What precision is about: every headline difference in each replicate, of a sum more too; the share of one."""
        asked = answer.OUTCOME, self.headline_month, "all"
        others = [name for name in self.plan.names if name != self.plan.baseline]
        pairs = self.plan.next_dollar.pairs if self.plan.next_dollar else ()
        if not (others or pairs):
            return [self.sample(self.plan.baseline, *asked)]
        return [
            *(self.sample(name, *asked) - self.same_people(name, *asked) for name in others),
            *(self.sample(more, *asked) - self.sample(base, *asked) for base, _, more in pairs),
        ]

    def default_folder(self) -> Path:
        """Where `save` writes when it is not told."""
        return default_folder(self.runs.plan)

    @property
    def said(self) -> dict[str, Any]:
        """What the manifest says of the plan, the software, and the command that runs it again."""
        plan = self.runs.plan
        return {"run": plan.digest, **store.about_plan(plan), "again": command_again(plan)}

    def save(self, out: str | Path | None = None, about: Mapping[str, Any] | None = None) -> Path:
        """Write every file and a manifest, which says `about` too; returns the folder. All or nothing."""
        facts = {**self.said, "elapsed_seconds": self.runs.elapsed_seconds, **(about or {})}
        facts |= {"sentence": self.sentence(), "headline_month": self.headline_month}
        notes = self.notes.astype(object).where(self.notes.notna(), None)  # JSON has no nan
        facts |= {"notes": notes.to_dict(orient="index"), "money": reading.told(self.books)}
        facts |= {"warnings": self.warnings, "people": self.assumed, "precision": self.precision}
        folder = self.default_folder() if out is None else Path(out)
        return store.save(folder, self.runs.plan.digest, self.files(), facts)


def compare(
    scenarios: Scenario | str | Path | Iterable[Scenario | str | Path] = (),
    *,
    simulate: Simulate = simulate,
    progress: Progress = no_progress,
    **options: Any,
) -> Comparison:
    """Run `scenarios` (names, paths or loaded; none: DEFAULT_SCENARIOS) and their baseline, paired, and compare them.

    `options` are the keywords of `plan_runs`: baseline, replicates, seed, jobs, participants, months,
    fixed_parameters, precision; and `marginal`, dollars more for each program in turn. Raises InputError for wrong
    input and RunError when a run fails. Writes nothing.
    """
    return carry_out(plan_comparison(scenarios, **options), simulate, progress)


def run(
    scenario: Scenario | str | Path,
    *,
    simulate: Simulate = simulate,
    progress: Progress = no_progress,
    **options: Any,
) -> Comparison:
    """Run one scenario, with nothing to compare it with; otherwise like `compare`."""
    return carry_out(plan_runs([scenario], baseline=scenario, **options), simulate, progress)


def carry_out(
    plan: Plan, simulate: Simulate = simulate, progress: Progress = no_progress, kept: Kept | None = None
) -> Comparison:
    """Run a plan, and more replicates of it as long as its precision asks for them; raises as `run_plan`."""
    result = Comparison(run_plan(plan, simulate, progress, kept))
    while more := more_replicates(result.headline_samples(), result.facts.draws, result.runs.plan):
        larger = replace(result.runs.plan, replicates=more)
        result = Comparison(run_plan(larger, simulate, progress, kept, begun=result.runs))
    return result


def plan_comparison(
    scenarios: Scenario | str | Path | Iterable[Scenario | str | Path] = (),
    *,
    marginal: float | None = None,
    **options: Any,
) -> Plan:
    """The plan of `compare`: without scenarios, the analyst's question (DEFAULT_SCENARIOS); one needs no list.

    `marginal` dollars go to each program of each scenario in turn, in a further scenario, which is told of in
    `Comparison.marginal` alone.
    """
    if isinstance(scenarios, Scenario | str | Path):
        scenarios = [scenarios]
    asked: list[Scenario | str | Path] = list(scenarios) or list(DEFAULT_SCENARIOS)
    if marginal is None:
        return plan_runs(asked, **options)
    listed, next_dollar, notes = with_more(asked, marginal)
    plan = replace(plan_runs(listed, **options), next_dollar=next_dollar)
    said = plan_runs(asked, **options).notices
    return replace(plan, notices=(*said, *notes, *late_sums(plan)))


def default_folder(plan: Plan) -> Path:
    """results/compare-<hash>, or the scenario's own name when there is one only."""
    return store.default_folder("compare" if len(plan.names) > 1 else plan.baseline, plan)


def last_releases(plan: Plan) -> dict[str, int]:
    """The step of each scenario's last release."""
    times = {scenario.name: scenario.time for scenario in plan.scenarios}
    before = {name: time.lead_months if time.intake == "cohort" else time.warmup_months for name, time in times.items()}
    return {name: before[name] + time.window_months + time.tail_months for name, time in times.items()}
