"""What every program does in its own simulated trial: the published effect, the simulated one, and through what.

A program moves work, homes, use, ties and self-efficacy, and has a direct path; what goes through each is measured by
leaving everything else out, on the log scale, where shares add up to the whole but for what works together only. The
direct path is what the published effect leaves for it, so nothing here is evidence that a mediator matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from reentrysim.analysis.trial import (
    LATER,
    MENTORING,
    SHARE,
    TRIALS,
    Arm,
    Trial,
    happened,
    in_time,
    odds_ratio,
    ratio,
    usual_arm,
)
from reentrysim.evidence.catalog import Values, load_catalog
from reentrysim.model import ReentryModel
from reentrysim.programs.contract import Channel, Program
from reentrysim.randomness import Luck
from reentrysim.scenario.offered import shipped
from reentrysim.scenario.values import values_for

PEOPLE, PEOPLE_A_DRAW, DRAWS = 8_000, 2_000, 100
_REPLICATE = 1 << 37  # people whom neither a solver nor its checks ever see
_PER_1000 = 1000.0
THROUGH: Mapping[str, tuple[Channel, ...]] = {
    "work": (Channel.JOB_SEARCH, Channel.STANDING, Channel.JOB_LOSS),
    "homes": (Channel.TAKEN_IN, Channel.RENT, Channel.HOME_LOSS, Channel.HOMELESS_AT_RELEASE),
    "use": (Channel.TREATMENT, Channel.USE, Channel.QUIT_USE),
    "ties": (Channel.BELONGING, Channel.TIES),
}
"""Mediators, and the channels that move them."""
_OF_MENTORING: Mapping[str, Mapping[str, float]] = {
    "work": {"mentoring.plan_search_gain": 0.0},
    "homes": {"mentoring.plan_homeless_at_release_ratio": 1.0},
    "use": {"mentoring.plan_treatment_entry_ratio": 1.0},
    "ties": {"health.trust_gain": 0.0, "mentoring.early_end_loss": 0.0},
}
"""What mentoring's numbers are where it moves a mediator not at all."""
COLUMNS = [
    *("program", "measure", "published", "published_low", "published_high", "simulated", "low", "high"),
    *("per_1000", "per_1000_low", "per_1000_high", "place", *THROUGH, "declared", "direct", "numbers", "assumed"),
]


@dataclass(frozen=True)
class Asked:
    """One program at one set of numbers."""

    trial: Trial
    values: Values
    people: int
    luck: Luck

    def arm(self, level: float, only: Iterable[str] | None = None, *, declared: bool = True) -> Arm:
        """Everybody is offered a place; of mediators only those named (None: all) are moved."""
        kept = set(THROUGH if only is None else only)
        left_out = {name: value for key in set(THROUGH) - kept for name, value in _OF_MENTORING[key].items()}
        own = left_out if self.trial.program == MENTORING.program else {}
        numbers = self.values.merged({**self.trial.values, **own, self.trial.level: level})
        model = ReentryModel(self.trial.scenario(self.people, funded=True), numbers, self.luck)
        if self.trial.program in model.world.terms:
            terms = model.world.terms[self.trial.program]
            program = _moving_only(terms.program, kept, declared)
            model.world.terms[self.trial.program] = replace(terms, program=program)
        return happened(model.run(), self.trial.program)


def _moving_only(program: Program, kept: set[str], declared: bool) -> Program:
    left_out = {channel for key in set(THROUGH) - kept for channel in THROUGH[key]}
    left_out |= set() if declared else {Channel.ARREST}
    return replace(
        program,
        effects={channel: effect for channel, effect in program.effects.items() if channel not in left_out},
        trade_skill=program.trade_skill if "work" in kept else None,
        is_treatment=program.is_treatment and "use" in kept,
    )


def trials() -> list[Trial]:
    """One of every program: those that are solved, and for programs without a direct path one that solves nothing."""
    solved = {trial.program: trial for trial in (*TRIALS, *LATER)}
    rest = [cast(Program, program) for name, program in shipped().items() if name not in solved]
    unsolved = [
        Trial(
            program=program.name,
            level=program.level,
            effect="",
            measure=odds_ratio,
            dollars_per_person=50_000.0,
            design={"funding.shares": {"mentoring": 0.0, program.name: 1.0}, f"programs.{program.name}": {}},
        )
        for program in rest
    ]
    return sorted([*solved.values(), *unsolved], key=lambda trial: trial.program)


def effects(
    names: Iterable[str] = (), *, jobs: int = 2, people: int = PEOPLE, draws: int = DRAWS, seed: int = 1
) -> pd.DataFrame:
    """One row a program (default: all); columns COLUMNS.

    `simulated` is the ratio of the program's own trial at central numbers, `low` to `high` 95% of draws; `per_1000` are
    people rearrested by month 36 of a thousand offered, less those without the program. `place` to `direct` are parts
    of the log ratio: what a place is by itself (a bed, a job, fewer deaths), each mediator, declared harm, and the
    direct path. `assumed` of its `numbers` rest on no published row.
    """
    wanted = set(names)
    asked = [trial for trial in trials() if not wanted or trial.program in wanted]
    with Parallel(n_jobs=jobs) as pool:
        rows = pool(delayed(_row)(trial, people, draws, seed) for trial in asked)
    return pd.DataFrame(rows, columns=COLUMNS)


def _row(trial: Trial, people: int, draws: int, seed: int) -> dict[str, Any]:
    center = _asked(trial, None, people, seed)
    usual = usual_arm(trial, center.values, people, center.luck)
    level = center.values.get(trial.level, 0.0)

    def log_ratio(arm: Arm) -> float:
        return float(np.log(ratio(trial, arm, usual)))

    total = log_ratio(center.arm(level))
    place = log_ratio(center.arm(0.0, (), declared=False))
    parts = {key: log_ratio(center.arm(0.0, (key,), declared=False)) - place for key in THROUGH}
    declared = log_ratio(center.arm(0.0, ())) - place
    several = [_in_draw(trial, draw, min(people, PEOPLE_A_DRAW), seed) for draw in range(draws)]
    ratios, counts = (np.quantile(each, (0.025, 0.975)) for each in zip(*several, strict=True))
    return {
        "program": trial.program,
        **_published(trial, center.values),
        "simulated": float(np.exp(total)),
        **dict(zip(("low", "high"), ratios.tolist(), strict=True)),
        "per_1000": _per_1000(center.arm(level), usual),
        **dict(zip(("per_1000_low", "per_1000_high"), counts.tolist(), strict=True)),
        **parts,
        "place": place,
        "declared": declared,
        "direct": total - place - declared - sum(parts.values()),
        **_assumed(trial.program),
    }


def _asked(trial: Trial, draw: int | None, people: int, seed: int) -> Asked:
    values = values_for(trial.scenario(people, funded=True), draw)
    return Asked(trial, values, people, Luck(seed, _REPLICATE + (draw or 0)))


def _in_draw(trial: Trial, draw: int, people: int, seed: int) -> tuple[float, float]:
    one = _asked(trial, draw, people, seed)
    usual, offered = usual_arm(trial, one.values, people, one.luck), one.arm(one.values.get(trial.level, 0.0))
    return ratio(trial, offered, usual), _per_1000(offered, usual)


def _per_1000(offered: Arm, usual: Arm) -> float:
    """More people rearrested by the horizon of 1,000 who were offered a place before any arrest."""
    who = in_time(offered, usual)
    return (offered.rearrested(who) - usual.rearrested(who)) * _PER_1000


def _published(trial: Trial, values: Values) -> dict[str, Any]:
    """The estimate that the direct path is solved for, of demonstrations what is taken to be left elsewhere."""
    if not trial.effect:
        return {"measure": "", "published": np.nan, "published_low": np.nan, "published_high": np.nan}
    estimate, left = load_catalog()[trial.effect], values[SHARE] if trial.demonstrations else 1.0
    ends = [float(np.exp(np.log(end) * left)) for end in (estimate.value, estimate.low, estimate.high)]
    return {"measure": estimate.unit, **dict(zip(("published", "published_low", "published_high"), ends, strict=True))}


def _assumed(program: str) -> dict[str, int]:
    own = [estimate for name, estimate in load_catalog().items() if name.partition(".")[0] == program]
    return {"numbers": len(own), "assumed": sum(not estimate.rows for estimate in own)}
