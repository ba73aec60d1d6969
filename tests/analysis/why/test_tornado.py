"""Both ends of an estimate, everything else at the center, under the same luck."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import pytest

from made_up import runner
from reentrysim.analysis.trial import MENTORING, Trial, solve_level
from reentrysim.analysis.why import drivers, tornado
from reentrysim.analysis.why.runs import Runner
from reentrysim.analysis.why.tornado import PUT, SOLVED, bars, check_asked, chosen, settable
from reentrysim.evidence import load_catalog
from reentrysim.evidence.catalog import Values
from reentrysim.experiments.run import Job
from reentrysim.scenario import load_scenario
from reentrysim.scenario.values import values_for
from reentrysim.vocabulary import InputError

WORK, MENTORS, SHARE = "work.hazard_ratio", "mentoring.hazard_ratio", "effects.demonstration_share"


def by_numbers(job: Job) -> float:
    """Work as it is helps by a hundredth of what it lacks to 1, mentors by a hundredth of their level."""
    if job.scenario.name == "status-quo":
        return 0.0
    numbers = values_for(job.scenario, job.draw).merged(dict(job.numbers))
    luck = 0.0001 * float(np.random.default_rng([3, job.replicate]).standard_normal())
    return luck - 0.01 * (1.0 - numbers[WORK]) + 0.01 * numbers[MENTORING.level]


def solve_at_once(trial: Trial, values: Values, *_: object) -> float:
    """A trial in which the level is the log of the effect and a constant error, which must cancel."""
    return float(np.log(values[trial.effect])) * (values[SHARE] if trial.demonstrations else 1.0) + 0.123


def no_ranks() -> pd.DataFrame:
    return pd.DataFrame(columns=drivers.COLUMNS)


def table(asked: Runner, names: list[str]) -> pd.DataFrame:
    there = bars(asked, names)
    asked.make(tornado.runs(asked, there))
    return tornado.table(asked, there).set_index("estimate")


def test_ends_are_put_in_place_and_direct_paths_solved_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tornado, "solve_level", solve_at_once)
    asked = runner(by_numbers, replicates=20)
    found, catalog = table(asked, [WORK, MENTORS, SHARE]), load_catalog()
    center = values_for(load_scenario("more-mentors"))
    usual = -10 * (1.0 - center[WORK]) + 10 * center[MENTORING.level]
    work, effect, share = catalog[WORK], catalog[MENTORS], catalog[SHARE]
    assert (found.loc[WORK, "how"], found.loc[MENTORS, "how"], found.loc[SHARE, "how"]) == (PUT, SOLVED, SOLVED)
    assert found.loc[WORK, "per_1000"] == pytest.approx(10 * (work.high - work.low))
    assert found.loc[WORK, "at_low_per_1000"] == pytest.approx(usual + 10 * (work.low - work.value), abs=0.2)
    left = center[SHARE]
    assert found.loc[MENTORS, "per_1000"] == pytest.approx(10 * left * np.log(effect.high / effect.low))
    moved = 10 * (share.high - left) * np.log(effect.value)
    assert found.loc[SHARE, "at_high_per_1000"] == pytest.approx(usual + moved, abs=0.2)
    assert found["clear"].all()
    assert found.index[0] == found["per_1000"].abs().idxmax()
    replicates = {run.replicate for run in asked.known}
    assert replicates == set(range(tornado.MOST_REPLICATES))
    assert {run.draw for run in asked.known} == {None}


def test_what_moves_nothing_is_not_clear() -> None:
    found = table(runner(by_numbers), [WORK, "housing.hazard_ratio_homeless"])
    row = found.loc["housing.hazard_ratio_homeless"]
    assert (row["per_1000"], row["clear"]) == (0.0, False)


def test_what_is_drawn_with_an_estimate_moves_with_it() -> None:
    names = [name for name, one in load_catalog().items() if one.drawn_with]
    leader = next(load_catalog()[name].drawn_with for name in names)
    (bar,) = bars(runner(by_numbers, "balanced"), [leader])
    mine = [name for name in names if load_catalog()[name].drawn_with == leader]
    assert set(mine) < {name for name, _ in bar.at_low}
    for name in mine:
        assert dict(bar.at_low)[name] < load_catalog()[name].value < dict(bar.at_high)[name]


def test_the_clear_come_first_then_effects_and_what_was_asked_for_always() -> None:
    asked = runner(by_numbers)
    rows = [("work.effort_sd", False), (WORK, False), ("mentoring.uptake_share", True), (MENTORS, False)]
    known = settable(asked)
    rows = [(name, clear) for name, clear in rows if name in known]
    ranked = pd.DataFrame(rows, columns=["estimate", "clear"])
    names = chosen(asked, ranked, 2, ["housing.hazard_ratio_homeless"])
    assert names == ["housing.hazard_ratio_homeless", "mentoring.uptake_share", WORK]
    assert chosen(asked, no_ranks(), 2, []) == [SHARE, MENTORS]  # what programs do, before what work and homes do
    assert chosen(asked, no_ranks(), 0, []) == []


def test_estimates_that_cannot_be_set_are_refused() -> None:
    asked = runner(by_numbers)
    check_asked(asked, [WORK, SHARE])
    with pytest.raises(InputError, match=r"Did you mean 'work.hazard_ratio'"):
        check_asked(asked, ["work.hazard_rato"])
    with pytest.raises(InputError, match="only the calibration reads"):
        check_asked(asked, ["transitional_jobs.odds_ratio"])  # of a program that neither has
    own = load_scenario("more-mentors").vary({f"estimates.{WORK}": 0.9})
    with pytest.raises(InputError, match="set by a scenario"):
        check_asked(runner(by_numbers, own), [WORK])


def test_a_real_trial_gives_a_stronger_path_at_the_stronger_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tornado, "_TRIAL_PEOPLE", 1500)
    monkeypatch.setattr(tornado, "solve_level", partial(solve_level, most_tries=1))
    (bar,) = bars(runner(by_numbers), [MENTORS])
    center = values_for(load_scenario("more-mentors"))[MENTORING.level]
    assert dict(bar.at_low)[MENTORING.level] < center < dict(bar.at_high)[MENTORING.level]
    assert bar.how == SOLVED
