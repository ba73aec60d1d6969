"""Paired lives of a finished comparison: some replicates run again, everybody's kind, and whom to show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from reentrysim.agents.columns import Ints
from reentrysim.analysis.answer import OUTCOME, PEOPLE, Counts, more_or_fewer, period, span
from reentrysim.analysis.estimates import Estimates
from reentrysim.analysis.lives import choosing
from reentrysim.analysis.lives.beside import Beside, run_beside
from reentrysim.analysis.lives.lives import Kind, Lives, Pair, Share
from reentrysim.analysis.loaded import load
from reentrysim.experiments.plan import Plan, check_range
from reentrysim.randomness import Luck
from reentrysim.vocabulary import InputError, nearest

PEOPLE_SHOWN, REPLICATES_AGAIN = 8, 4
MOST_SHOWN = 24
Progress = Callable[[int, int], None]
"""Called with (replicates done, replicates in all)."""
START = "story.start"
"""The decision that says which kinds' parts of those shown are rounded up."""
_CLOSE = 1e-6
"""Shares of the same run, one of them kept to seven digits, are no further apart."""


def silent(done: int, total: int) -> None:
    """Say nothing."""


def story(
    results: Estimates | str | Path,
    scenario: str | None = None,
    *,
    people: int = PEOPLE_SHOWN,
    replicates: int | None = None,
    month: int | None = None,
    progress: Progress = silent,
) -> Lives:
    """The same simulated people under the baseline and another scenario, chosen by rule in true proportions.

    Args:
        results: a comparison, fresh or read from a folder, or the folder.
        scenario: the other scenario; default the one that the answer names.
        people: how many are shown in proportion; rarer kinds are shown beside them.
        replicates: how many are run again, 2 s each at the usual size, evenly apart; default REPLICATES_AGAIN, or all.
        month: since release, by whose end the kind is judged; default the headline's.
        progress: told how many replicates are done.

    Raises:
        InputError: for a name, number or month that there is not, or where the folder cannot be run again here.
    """
    found = load(results) if isinstance(results, str | Path) else results
    name = _scenario(found, scenario)
    by = found.headline_month if month is None else month
    count = min(REPLICATES_AGAIN, found.facts.replicates) if replicates is None else replicates
    _check(found, people, count, by)
    plan = _plan(found, name)
    again = choosing.spread(found.facts.replicates, count)
    done: list[Beside] = []
    for replicate in again:
        progress(len(done), len(again))
        done.append(run_beside(plan, replicate, by, people))
        _check_same(found, name, by, done[-1])
    progress(len(done), len(again))
    return _told(found, plan, by, people, done)


def _scenario(results: Estimates, asked: str | None) -> str:
    facts = results.facts
    others = facts.others
    if not others:
        raise InputError("one scenario alone has no lives to put beside", hint="Compare it with a baseline")
    asked = results.featured if asked is None else asked
    if asked not in others:
        what = "is the baseline" if asked == facts.baseline else "is not in these results"
        raise InputError(f"scenario {asked!r} {what}", hint=nearest(asked, others))
    if asked in facts.elsewhere:
        what = f"people serve their sentences elsewhere under {asked}: their months since release are another clock"
        named = ", ".join(name for name in others if name not in facts.elsewhere) or "scenarios with the baseline's"
        raise InputError(what, hint=f"Lives are told of {named}")
    return asked


def _check(results: Estimates, people: int, replicates: int, month: int) -> None:
    facts = results.facts
    for what, value, most in (
        ("people", people, MOST_SHOWN),
        ("replicates", replicates, facts.replicates),
        ("month", month, facts.months),
    ):
        check_range(what, value, 1, most)


def _plan(results: Estimates, scenario: str) -> Plan:
    """The plan of the two scenarios alone."""
    held: Any = getattr(results, "plan", None)
    plan: Plan | None = held() if callable(held) else held
    if plan is None:
        raise InputError("these results do not say how they were run", hint="Compare again, or name the folder")
    pair = [one for name in (plan.baseline, scenario) for one in plan.scenarios if one.name == name]
    return replace(plan, scenarios=tuple(pair), next_dollar=None)


def _check_same(results: Estimates, scenario: str, month: int, found: Beside) -> None:
    """That what was run again is what was run."""
    for name, share in zip((results.facts.baseline, scenario), found.back, strict=True):
        kept = float(results.sample(name, OUTCOME, month, "all")[found.replicate])
        if abs(kept - share) > _CLOSE:
            what = f"replicate {found.replicate} of {name} runs otherwise here than it did then"
            raise InputError(what, hint="Compare again with this installation")


def _told(results: Estimates, plan: Plan, month: int, people: int, done: list[Beside]) -> Lives:
    scenario = plan.names[1]
    start = float(Luck(plan.seed, 0).uniform(START, 0, 1)[0])
    counts = np.array([one.people for one in done])
    joint = counts / counts.sum(axis=1, keepdims=True)
    again = tuple(one.replicate for one in done)
    weights, errors = choosing.of_1000(results, scenario, month, again, joint)
    counted = [np.sum([getattr(one, what) for one in done], axis=0) for what in ("people", "reached", "died")]
    units = choosing.units(errors, counted[0])
    return Lives(
        baseline=results.facts.baseline,
        scenario=scenario,
        headline_month=month,
        shares=tuple(
            Share(kind, int(weights[kind]), units[kind], float(errors[kind]), *(int(n[kind]) for n in counted))
            for kind in Kind
        ),
        pairs=tuple(choose(done, weights, units, people, start)),
        people=people,
        replicates=again,
        of=results.facts.replicates,
        participants=results.facts.participants,
        answer=_answer(results, scenario, month),
        parted=sum(one.parted for one in done),
    )


def choose(done: Iterable[Beside], weights: Ints, units: Sequence[int], people: int, start: float) -> list[Pair]:
    """Whom to show: of every kind those whose standing numbers are lowest, in all replicates made again.

    `start`, uniform in [0, 1), says which kinds' parts of `people` are rounded up (`choosing.in_proportion`).
    """
    drafts = sorted((draft for one in done for draft in one.drafts), key=lambda draft: draft.lottery)
    by_kind = {kind: [draft.pair for draft in drafts if draft.pair.kind == kind] for kind in Kind}
    there = np.array([len(by_kind[kind]) for kind in Kind])
    among, extra = choosing.shown_of(weights, there, people, start)
    chosen: list[Pair] = []
    for kind in Kind:
        shown = int(among[kind] + extra[kind])
        for pair in by_kind[kind][:shown]:
            name, among_them = choosing.label(len(chosen)), not extra[kind]
            told = replace(pair, label=name, of_1000=int(weights[kind]), unit=units[kind], shown=shown)
            chosen.append(replace(told, among=among_them, people=people))
    return chosen


def _answer(results: Estimates, scenario: str, month: int) -> str:
    """The expected difference of all replicates, as the answer says it."""
    counts = Counts(results.paired(scenario, OUTCOME, month))
    sure = f" (95%: {span(counts.low, counts.high)})" if counts.known else " (too few runs for an interval)"
    none = f"less than {counts.unit:,} more or fewer"
    size = f"{counts.about}{more_or_fewer(counts.mean)}" if counts.mean else none
    return (
        f"Expected over all {results.facts.replicates} replicates: {size} of {PEOPLE:,} people released back in prison "
        f"within {period(month)} under {scenario} than under {results.facts.baseline}{sure}."
    )
