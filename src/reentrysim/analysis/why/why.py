"""Why a scenario's effect is what it is: one answer from paired runs, as tables."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from reentrysim.analysis.by_structure import Asked, by_structure
from reentrysim.analysis.clocks import doubts
from reentrysim.analysis.equity import enforced
from reentrysim.analysis.estimates import HEADLINE_MONTH
from reentrysim.analysis.intervals import FEWEST_DRAWS
from reentrysim.analysis.tables import is_amount
from reentrysim.analysis.why import drivers, judgment, mediators, programs, tornado
from reentrysim.analysis.why.runs import Progress, Runner
from reentrysim.analysis.why.sentence import sentence
from reentrysim.evidence import load_calibration
from reentrysim.experiments import store
from reentrysim.experiments.plan import DEFAULT_BASELINE, DEFAULT_SEED, Plan, plan_runs
from reentrysim.experiments.run import Simulate, at_horizon_only, simulate
from reentrysim.scenario import Scenario
from reentrysim.vocabulary import OUTCOMES, InputError, nearest

DEFAULT_REPLICATES = 40
"""Twenty draws, the fewest by which estimates are ranked: about five minutes for a scenario of one program."""
MOST_BARS = 5
"""Estimates in the tornado beside those asked for by name."""
TABLES = ("mediators", "programs", "drivers", "tornado", "without_judgment", "graded", "structures")
_STRUCTURE_REPLICATES = 12


@dataclass(frozen=True)
class Question:
    """What is explained, and how; everything that decides the tables but the number of processes."""

    plan: Plan
    outcome: str = "return_to_prison"
    bars: int = MOST_BARS
    estimates: tuple[str, ...] = ()
    """Further bars of the tornado, by name."""

    @property
    def month(self) -> int:
        """The month of the answer: 36, or the last one if follow-up is shorter."""
        return min(HEADLINE_MONTH, self.plan.months)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of what decides the results."""
        parts = ["why", self.plan.digest, self.outcome, self.bars, list(self.estimates)]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@dataclass(frozen=True, repr=False)
class Why:
    """What a scenario's effect comes through, rests on, and is without judgment; differences are per 1,000 people."""

    question: Question
    mediators: pd.DataFrame
    """By what programs act on; columns mediator, acts, per_1000, its interval and its Monte Carlo error."""
    programs: pd.DataFrame
    """By program; columns program, differs, and as above."""
    drivers: pd.DataFrame
    """Rank correlations of estimates with the difference over draws; no rows where there are too few draws."""
    tornado: pd.DataFrame
    """The difference at both ends of the estimates that matter most."""
    without_judgment: pd.DataFrame
    """The difference as it is, without effects graded D, and without any effect of programs."""
    graded: pd.DataFrame
    """Effects on reoffending, what each rests on, and which are set to none."""
    structures: pd.DataFrame
    """The difference under each structure of the hazard, per 1,000."""
    notes: tuple[str, ...]
    """What a reader must know of the tables."""

    def __repr__(self) -> str:
        plan = self.question.plan
        return f"<Why of {' against '.join(reversed(plan.names))}: {plan.replicates} replicates>"

    def sentence(self) -> str:
        """The answer in a few sentences, with no digit that the Monte Carlo error does not support."""
        asked = self.question
        tables = self.mediators, self.programs, self.without_judgment
        return sentence(asked.plan, asked.outcome, asked.month, *tables)

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Every table by name."""
        return {name: getattr(self, name) for name in TABLES}

    def save(
        self,
        out: str | Path,
        about: Mapping[str, Any] | None = None,
        pictures: Mapping[str, store.Writer] | None = None,
    ) -> Path:
        """Write every table as a CSV file, and a manifest, which says `about` too; returns the folder. All or nothing.

        `pictures`: further files, by name, as `report.figures.picture_files` gives them.

        Raises:
            InputError: for a folder that can't be written, or that holds something else.
        """
        files = {f"{name}.csv": partial(store.write_csv, frame) for name, frame in self.tables.items()}
        facts = {**store.about_plan(self.question.plan), "outcome": self.question.outcome, "month": self.question.month}
        # Not "sentence": by that word a comparison is known.
        facts |= {"why": self.sentence(), "notes": list(self.notes), **(about or {})}
        return store.save(Path(out), self.question.digest, {**files, **(pictures or {})}, facts)


def why(
    scenario: Scenario | str | Path,
    *,
    simulate: Simulate = simulate,
    progress: Progress = lambda *_: None,
    **options: Any,
) -> Why:
    """Explain what `scenario` (name, path or loaded) changes against its baseline.

    `options` are those of `ask`. Raises InputError for wrong input and RunError when a run fails. Writes nothing.
    """
    return carry_out(ask(scenario, **options), simulate, progress)


def ask(
    scenario: Scenario | str | Path,
    *,
    baseline: Scenario | str | Path = DEFAULT_BASELINE,
    outcome: str = "return_to_prison",
    replicates: int = DEFAULT_REPLICATES,
    seed: int = DEFAULT_SEED,
    bars: int = MOST_BARS,
    estimates: Sequence[str] = (),
    **options: Any,
) -> Question:
    """The question that `why` answers; `options` are jobs, participants, months and fixed_parameters of `plan_runs`.

    Raises:
        InputError: when anything is out of range, the outcome is no share of people, an estimate can't be set, or the
            two scenarios are one or can't be paired.
    """
    shares = [name for name in OUTCOMES if not (is_amount(name) or at_horizon_only(name))]
    if outcome not in shares:
        raise InputError(f"{outcome!r} is no share of people", where="--outcome", hint=nearest(outcome, shares))
    plan = plan_runs([scenario], baseline=baseline, replicates=replicates, seed=seed, **options)
    if len(plan.names) == 1:
        what = f"{plan.baseline} has no difference from itself"
        raise InputError(what, hint="Name another scenario, or another --baseline")
    question = Question(plan, outcome, bars, tuple(estimates))
    tornado.check_asked(_runner(question), estimates)
    return question


def runs_ahead(question: Question) -> dict[str, int]:
    """About how many runs each part takes that no part before it has made; what programs mix is tried."""
    runner, seen, found = _runner(question), set[object](), dict[str, int]()
    first = {"mediators": mediators.runs, "programs": programs.runs, "without judgment": judgment.runs}
    for name, runs in first.items():
        try:
            asked = set(runs(runner))
        except InputError:
            asked = set()
        found[name] = len(asked - seen)
        seen |= asked
    replicates = min(question.plan.replicates, tornado.MOST_REPLICATES)
    bars = question.bars + len(question.estimates)
    found["tornado"] = 2 * replicates * (1 + 2 * bars) if bars else 0
    return found | {"structures": 2 * _STRUCTURE_REPLICATES * len(_structures(question.plan))}


def _structures(plan: Plan) -> list[Any]:
    return list(load_calibration(plan.scenarios[0].population.calibration).get("structures", []))


def _runner(question: Question, simulate: Simulate = simulate) -> Runner:
    return Runner(question.plan, question.outcome, question.month, simulate)


def carry_out(question: Question, simulate: Simulate = simulate, progress: Progress = lambda *_: None) -> Why:
    """Make the runs, and the tables from them. Raises as `why`."""
    runner, notes = _runner(question, simulate), list[str]()
    first = [*mediators.runs(runner), *judgment.runs(runner)]
    try:
        first += programs.runs(runner)
        mixes = True
        notes += programs.notes(runner)
    except InputError as error:
        mixes = False
        notes.append(f"By program: the two scenarios can't be mixed ({error.what}).")
    runner.make(first, progress)
    ranked, said = drivers.table(runner)
    bars = tornado.bars(runner, tornado.chosen(runner, ranked, question.bars, question.estimates), progress)
    runner.make(tornado.runs(runner, bars), progress)
    return Why(
        question,
        mediators=mediators.table(runner),
        programs=programs.table(runner) if mixes else pd.DataFrame(columns=programs.COLUMNS),
        drivers=ranked,
        tornado=tornado.table(runner, bars),
        without_judgment=judgment.table(runner),
        graded=judgment.graded(runner),
        structures=_by_structure(runner, progress),
        notes=(*enforced.in_measure(question.plan), *doubts(question.plan), *notes, *said, *_few_draws(question.plan)),
    )


def _by_structure(runner: Runner, progress: Progress) -> pd.DataFrame:
    """One row a structure: misfit, weight, draws, the difference per 1,000 and its Monte Carlo standard error."""
    plan, outcome = runner.plan, runner.outcome
    asked = Asked(
        runner.scenarios[runner.baseline],
        (runner.scenarios[runner.scenario],),
        (outcome,),
        runner.month,
        plan.participants,
        _STRUCTURE_REPLICATES,
        plan.seed,
        runner.simulate,
    )
    frame = by_structure(asked, plan.jobs, progress).drop(columns="scenario")
    return frame.rename(columns={outcome: "per_1000", f"{outcome}_mcse": "per_1000_mcse"})


def _few_draws(plan: Plan) -> list[str]:
    draws = plan.replicates if plan.luck_only else len({plan.draw_of(one) for one in range(plan.replicates)})
    if draws >= FEWEST_DRAWS:
        return []
    return [f"No intervals: {draws} draws of at least {FEWEST_DRAWS}; more --replicates give more."]
