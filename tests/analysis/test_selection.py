"""Who would accept a program, and who had come back: solved so that they differ as published."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reentrysim.analysis.baseline import NAMES, simulate
from reentrysim.analysis.history import observe
from reentrysim.analysis.selection import accepting_hazard_ratio, who_came_back, who_takes_part
from reentrysim.evidence.calibration import load_calibration
from reentrysim.evidence.catalog import Values, load_catalog
from reentrysim.model import ReentryModel
from reentrysim.programs.mentoring import willing
from reentrysim.randomness import Luck

EVIDENCE, LUCK = load_catalog().values(), Luck(3, 7)
UPTAKE, BY_MOTIVATION = (EVIDENCE[name] for name in ("mentoring.uptake_share", "participants.uptake_by_motivation"))


@pytest.fixture(scope="module")
def model() -> ReentryModel:
    stored = load_calibration("us_2008")
    solved = dict(zip(stored["names"], stored["center"], strict=True))
    return simulate(np.array([solved[name] for name in NAMES]), EVIDENCE, 6000, LUCK)


def test_who_accepts_whatever_their_frailty_is_like_who_declines() -> None:
    frailty, rearrested = np.linspace(-2, 2, 100), np.arange(100) % 3 == 0
    assert accepting_hazard_ratio(frailty, rearrested, 0.0, 0.6) == pytest.approx(1.0)


def test_the_ratio_of_two_kinds_of_people_by_hand() -> None:
    """Half at -1 and half at 1; a probit with correlation .6 and uptake one half accepts Phi(-+.75)."""
    frailty, rearrested = np.repeat([-1.0, 1.0], 100), np.concatenate([np.arange(100) < 40, np.arange(100) < 80])
    of_the_robust = 0.7733726  # accept at correlation -.6
    accepted = of_the_robust * 0.4 + (1 - of_the_robust) * 0.8
    declined = (1 - of_the_robust) * 0.4 + of_the_robust * 0.8
    by_hand = np.log(1 - accepted) / np.log(1 - declined)
    assert accepting_hazard_ratio(frailty, rearrested, -0.6, 0.5) == pytest.approx(by_hand, rel=1e-6)


def test_the_solved_correlation_gives_the_ratio_among_people_who_answer(model: ReentryModel) -> None:
    """With lots drawn for each person, in a cohort without any program."""
    correlation = who_takes_part(model, EVIDENCE)["participants.frailty_motivation_correlation"]
    assert correlation < 0  # those who accept are at less risk
    cohort, frailty = model.world.calendar.cohort, model.world.traits.frailty
    first = model.world.people.first_arrest[cohort]
    rearrested, ratios = (first > 0) & (first <= 36), []
    for lot in range(40):
        own, more = (np.random.default_rng((lot, n)).standard_normal(len(frailty)) for n in range(2))
        traits = replace(model.world.traits, motivation=correlation * frailty + np.sqrt(1 - correlation**2) * own)
        accept = willing(traits, more, UPTAKE, BY_MOTIVATION)
        shares = [rearrested[who[cohort]].mean() for who in (accept, ~accept)]
        ratios.append(np.log1p(-shares[0]) / np.log1p(-shares[1]))
    error = np.std(ratios) / np.sqrt(len(ratios))
    assert np.mean(ratios) == pytest.approx(EVIDENCE["participants.accepting_hazard_ratio"], abs=4 * error)


def test_a_ratio_that_no_correlation_gives_is_met_as_nearly_as_can_be(model: ReentryModel) -> None:
    asked = Values({**EVIDENCE, "participants.accepting_hazard_ratio": 0.2})
    assert who_takes_part(model, asked)["participants.frailty_motivation_correlation"] == pytest.approx(-0.95)


def test_as_many_came_by_violation_as_published_and_they_go_back_more(model: ReentryModel) -> None:
    months = who_came_back(model, EVIDENCE)["population.months_before"]
    assert 1 < months < 36
    numbers = model.values.merged({"population.months_before": months})
    history = observe(ReentryModel(model.scenario, numbers, LUCK, 6000).run())
    assert history.violators.mean() == pytest.approx(0.317, abs=4 * np.sqrt(0.317 * 0.683 / 6000))
    back = (history.people.first_return > 0) & (history.people.first_return <= 36)
    assert back[history.violators].mean() > back[~history.violators].mean() + 0.05
