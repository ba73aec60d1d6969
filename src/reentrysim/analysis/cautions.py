"""What a reader must know before trusting a comparison, in words: doubts, misfits, restless queues, idle money."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reentrysim.analysis.answer import program_words
from reentrysim.analysis.fingerprint import code_digest
from reentrysim.analysis.intervals import FEWEST_DRAWS
from reentrysim.analysis.leaving_out import LeavesOut
from reentrysim.evidence.calibration import evidence_digest, load_calibration
from reentrysim.experiments.plan import Plan
from reentrysim.scenario.offered import offered
from reentrysim.vocabulary import InputError

Amount = TypeVar("Amount", int, "pd.Series[int]")
STEADY_DRIFT = 0.10
"""A queue that changes by less than this share in the last half year of the warm-up counts as stationary."""
SHORT_QUEUE_SHARE = 0.02
"""A queue below this share of the cohort is too short for its drift to be told from chance."""
IDLE_SHARE = 0.10
"""Money left or lapsed beyond this share of what arrived for a program is worth a warning."""
IDLE = "Not all money of"
"""What the warning about it begins with."""

FEW_PEOPLE = 200
"""A file of fewer participants than this is a small sample of who is released."""
FEWEST_PLACES = 5
"""Fewer posts or places of a program than this in a sample of the real system, and whole ones show in the results."""

_QUEUES = {
    "waiting": "queue for mentors",
    "unsheltered": "line for shelter beds",
}
_DRIFTS = {"waiting": "queue_drift", "unsheltered": "unsheltered_drift"}
_MENTORS = "mentors, and the time to find them"
_NOBODY = "eligible people who accept: hardly anybody waits"
_MONTHS = (
    "the month: in some, more people wait than its money pays for, and what others leave is spread over the twelve "
    "months after them"
)
TOO_LATE = "people: most of it came after the run's last release"


def doubts(plan: Plan, draws: NDArray[np.int64]) -> Iterator[str]:
    """Whether there are draws enough for intervals, and what these leave out."""
    independent = plan.replicates if plan.luck_only else len(set(draws))
    if independent < FEWEST_DRAWS:
        what = "runs" if plan.luck_only else "draws"
        short = not plan.luck_only and independent == plan.inputs.stored_draws
        advice = "The calibration stores no more." if short else "Use more --replicates."
        held = f"{plan.replicates} replicates hold {independent} independent {what}"
        yield f"No intervals: {held}, fewer than {FEWEST_DRAWS}. {advice}"
    elif plan.luck_only:
        yield (
            "The intervals hold Monte Carlo error only: every replicate has the same parameters, so what is not "
            "known about the evidence is left out."
        )


def imprecise(plan: Plan, precision: Mapping[str, float]) -> Iterator[str]:
    """Whether the precision that was asked for was not reached, and why."""
    asked = plan.precision
    if asked is None or precision["reached"] <= asked.error:
        return
    why = f"{asked.most:,} replicates are the most that are run"
    if plan.replicates < asked.most:
        why = f"the calibration stores {plan.inputs.stored_draws} draws, and all are used"
    yield (
        f"A Monte Carlo error of {asked.error:g} was not reached: it is {precision['reached']:.2g} after "
        f"{plan.replicates:,} replicates, and {why}."
    )


def poor_fit(plan: Plan) -> Iterator[str]:
    """Whether the calibration of one's own place misses the figures that it was fitted to."""
    name = plan.scenarios[0].population.calibration
    stored = load_calibration(name)
    if stored.get("good", True):
        return
    worst = max(stored["targets"], key=lambda target: abs(target["miss"]))
    figure = f"{worst['quantity']} of {worst['subgroup']} by month {worst['month']}"
    yield (
        f"The calibration {Path(name).name} misses figures of its place, most of all: {figure} is "
        f"{worst['predicted']:.3f} instead of {worst['target']:.3f}."
    )


def other_version(plan: Plan) -> Iterator[str]:
    """Whether the calibration was fitted by another model, or to other evidence, than runs now."""
    name = plan.scenarios[0].population.calibration
    stored = load_calibration(name)
    if (stored.get("code_digest"), stored.get("evidence_digest")) != (code_digest(), evidence_digest()):
        yield (
            f"The calibration {Path(name).name} was fitted by another version of the model, or with other evidence: "
            "levels and effects may be off. `reentrysim calibrate` fits it again."
        )


def other_people(plan: Plan) -> Iterator[str]:
    """Whether the calibration is of other people than those who are released, or these are too few."""
    population = plan.scenarios[0].population
    stored = load_calibration(population.calibration)
    if stored.get("place", {}) != population.contents:
        whose = "people of a place of their own" if stored.get("place") else "people like those of the nation"
        yield (
            f"The calibration {Path(population.calibration).name} was fitted to {whose}, and these are others: rates "
            "by trait stay as they were fitted. `reentrysim calibrate` with the same files fits both together."
        )
    count = population.place.people().people.count if population.file else 0
    if 0 < count < FEW_PEOPLE:
        yield f"Everybody simulated is one of {count} participants: what is rare among them is known badly."


def changed_files(plan: Plan) -> Iterator[str]:
    """Whether a file of the place is another one now than when the runs began."""
    population = plan.scenarios[0].population
    for key, path in population.place.own_files.items():
        try:
            same = population.place.contents[key] == population.contents[key]
        except InputError:
            same = False
        if not same:
            yield f"{path.name} changed or went away while the runs were made: some of them may be of other people."


def numbers_of_their_own(plan: Plan) -> Iterator[str]:
    """Scenarios with a number in place of one that the baseline and the effects were fitted with."""
    for scenario in plan.scenarios:
        fitted = [name for name in scenario.estimates if not name.startswith("prices.")]  # prices move nobody
        if fitted:
            yield (
                f"{scenario.name} replaces {', '.join(fitted)}. The baseline and the effects of programs "
                "were fitted with the published numbers and are not fitted again, so a difference may be a misfit."
            )


def restless_queues(
    notes: pd.DataFrame, participants: int, spent: Container[tuple[str, str]] | None = None
) -> Iterator[str]:
    """Queues that were not stationary at the end of the warm-up, if they are long enough to tell, and under what.

    `spent`: see `funded`; whoever waits for a program without money waits for nothing.
    """
    lines = {f"{name}.waiting": f"line for {program.what}" for name, program in offered().items()}
    for length, queue in (_QUEUES | lines).items():
        drifting = _DRIFTS.get(length, length.replace("waiting", "queue_drift"))
        if not {drifting, length} <= set(notes.columns):
            continue
        long = notes[length] > SHORT_QUEUE_SHARE * participants
        program = "mentoring" if length == "waiting" else length.removesuffix(".waiting")
        drifts = notes.loc[long & (notes[drifting].abs() > STEADY_DRIFT), drifting]
        told = [
            f"{name} ({drift:+.0%})"
            for name, drift in drifts.items()
            if spent is None or length == "unsheltered" or (name, program) in spent
        ]
        if told:
            yield (
                f"The {queue} was still growing or shrinking at the end of the warm-up (in half a year) under "
                f"{', '.join(told)}: these results depend on when the run began. A longer time.warmup_months lets it "
                "settle."
            )


def funded(ledger: pd.DataFrame) -> set[tuple[str, str]]:
    """Scenarios and their programs on which money was spent."""
    spent = ledger.groupby(["scenario", "program"])["spent"].sum()
    return set(spent[spent > 0].index)


def coarse_samples(plan: Plan, notes: pd.DataFrame, spent: Container[tuple[str, str]]) -> Iterator[str]:
    """Scenarios of which so few people are simulated that whole posts and places matter where they should not.

    `spent`: see `funded`; of other programs there is meant to be none.
    """
    if plan.participants >= plan.system_size:
        return
    few: dict[str, list[str]] = {}
    for scenario in plan.scenarios:
        named = notes.loc[scenario.name]
        places = {"mentoring": named.get("active_mentors", np.inf)}
        places |= {name: named.get(f"{name}.held", np.inf) for name in scenario.programs.used if name != "mentoring"}
        for name in places:
            if name != "mentoring" and offered()[name].usual_caseload:
                places[name] /= scenario.policies.caseload.of(name).per_worker
        for name, count in places.items():
            if 0 < count < FEWEST_PLACES or (count == 0 and (scenario.name, name) in spent):
                few.setdefault(name, []).append(scenario.name)
    if few:
        under = "; ".join(f"{program_words(name)} under {', '.join(scenarios)}" for name, scenarios in few.items())
        sample = f"{plan.participants:,} people stand for {plan.system_size:,}"
        yield (
            f"{sample}, so fewer than {FEWEST_PLACES} posts or places are simulated of {under}: whole ones show in the "
            "results. More --participants come nearer to the real system."
        )


def nobody_served(plan: Plan, notes: pd.DataFrame, spent: Container[tuple[str, str]]) -> Iterator[str]:
    """Programs with money spent on them of which nobody in the analysis cohort of any run has a place."""
    for scenario in plan.scenarios:
        named = notes.loc[scenario.name]
        for name in scenario.programs.used:
            served = named.get("served" if name == "mentoring" else f"{name}.served", np.nan)
            if served == 0 and (scenario.name, name) in spent:
                money = f"money was spent on {program_words(name)}"
                yield f"Under {scenario.name}, {money}, and nobody analyzed was served."


def longer_than_is_left(plan: Plan) -> Iterator[str]:
    """Programs that stop at the gate and last longer than anybody is known before it, so that nobody completes them."""
    for scenario in plan.scenarios:
        for name in scenario.programs.used:
            table = scenario.programs.of(name)
            left = min(int(scenario.time.lead_months), -table.eligible.from_month)
            if name != "mentoring" and table.where == "custody" and table.length_months > left:
                yield (
                    f"Under {scenario.name}, nobody completes {program_words(name)}: it stops at release, lasts "
                    f"{table.length_months} months, and begins {left} before release at the earliest."
                )


def without_ceiling(plan: Plan) -> set[tuple[str, str]]:
    """Scenarios and their programs with as many places as money buys."""
    known = offered()
    return {
        (scenario.name, name)
        for scenario in plan.scenarios
        for name in scenario.programs.used
        if name in known
        and not (known[name].usual_caseload or known[name].housing)
        and getattr(scenario.programs.of(name), "places", None) is None
        and scenario.circumstances.nonprofit_places_per_100 is None
    }


def idle_money(
    ledger: pd.DataFrame,
    notes: pd.DataFrame,
    participants: int,
    last_release: Mapping[str, int],
    open_ended: Container[tuple[str, str]] = (),
    rules: Mapping[tuple[str, str], LeavesOut] | None = None,
) -> Iterator[str]:
    """Programs that could not spend much of their money, under which scenarios, and what bound them.

    `last_release` is the step of each scenario's last release; `open_ended`: see `without_ceiling`; `rules`: see
    `leaving_out`.
    """
    late = ledger["step"] > ledger["scenario"].map(last_release)
    paid = came(ledger["arrived"], ledger["unpaid"])
    by_program = ledger.assign(came=paid, late=(paid - ledger["spent"]).where(late, 0)).groupby(
        ["scenario", "program"], sort=False
    )
    sums = by_program[["came", "unspent", "lapsed", "late"]].sum()
    left = sums["unspent"] + sums["lapsed"]
    idle = left / sums["came"].where(sums["came"] > 0)
    too_late = sums["late"] > left / 2
    bound: dict[tuple[str, str], list[str]] = {}
    for row in idle[idle > IDLE_SHARE].reset_index(name="share").itertuples(index=False):
        scenario, program = str(row.scenario), str(row.program)
        what = what_bound(program, scenario, notes, participants, open_ended, rules)
        what = TOO_LATE if too_late.loc[scenario, program] else what
        bound.setdefault((program, what), []).append(f"{row.share:.0%} under {scenario}")
    for (program, what), scenarios in bound.items():
        under = ", ".join(scenarios)
        yield f"{IDLE} {program_words(program)} was spent: {under} was left or lapsed. What limited it: {what}."


def came(arrived: Amount, unpaid: Amount) -> Amount:
    """What there was to spend: the ledger counts what is due as arrived, even what was never paid."""
    return arrived - unpaid


def what_bound(
    program: str,
    scenario: str,
    notes: pd.DataFrame,
    participants: int,
    open_ended: Container[tuple[str, str]] = (),
    rules: Mapping[tuple[str, str], LeavesOut] | None = None,
) -> str:
    """People, if hardly anybody waits; else what they wait for. Who was sent elsewhere doesn't wait, and is told."""

    def short(note: str) -> bool:
        waiting = notes[note].get(scenario, np.inf) if note in notes.columns else np.inf
        return bool(waiting <= SHORT_QUEUE_SHARE * participants)

    if notes.get(f"{program}.referred", pd.Series(dtype=float)).get(scenario, 0.0) > 0:
        return f"{_bound(program)}: who found nobody free was sent elsewhere"
    if short("waiting" if program == "mentoring" else f"{program}.waiting"):
        return _NOBODY
    bound = _MONTHS if (scenario, program) in open_ended else _bound(program)
    rule = (rules or {}).get((scenario, program))
    if rule is None:
        return bound
    if rule.note:
        return rule.words if short(rule.note) else bound
    return f"{rule.words}, or {bound}"


def _bound(program: str) -> str:
    """What there was not enough of."""
    known = offered()
    return known[program].bound if program in known else _MENTORS
