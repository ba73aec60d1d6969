"""How many replicates a Monte Carlo error needs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fakes import fake_simulate, use_fake_inputs
from reentrysim.analysis.compare import Comparison, compare
from reentrysim.analysis.intervals import components
from reentrysim.analysis.precision import error_of, more_replicates
from reentrysim.analysis.tables import draws_of
from reentrysim.experiments.plan import Plan, Precision, plan_runs


@pytest.fixture(autouse=True)
def _inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_inputs(monkeypatch)


def plan(replicates: int, error: float, stored: int = 200, most: int = 2000) -> Plan:
    made = plan_runs(["more-mentors"], replicates=replicates, jobs=1, participants=100, months=12, precision=error)
    inputs = replace(made.inputs, stored_draws=stored)
    return replace(made, inputs=inputs, precision=Precision(error, replicates, most))


def sample(of: Plan, evidence: float, luck: float, seed: int = 0) -> np.ndarray:
    """Replicates whose draws and luck have these standard deviations, exactly as far as their moments go."""
    random, draws = np.random.default_rng(seed), draws_of(of)
    by_draw = random.standard_normal(of.inputs.stored_draws)
    return evidence * by_draw[draws] + luck * random.standard_normal(of.replicates)


def test_the_error_is_that_of_the_printed_table() -> None:
    result = compare(
        ["more-mentors", "smaller-mentor-caseloads"],
        simulate=fake_simulate,
        replicates=30,
        jobs=1,
        participants=100,
        months=36,
    )
    printed = result.difference("return_to_prison", 36)["difference_mcse"].max()
    assert error_of(result.headline_samples(), result.facts.draws) == pytest.approx(printed)


def test_components_by_hand() -> None:
    """Two draws of two replicates: means 1 and 3, luck variance 2 in each."""
    found = components(np.array([0.0, 2.0, 2.0, 4.0]), np.array([0, 0, 1, 1]))
    assert (found.error, found.luck, found.evidence) == pytest.approx((1.0, 2.0, 1.0))


def test_as_many_as_evidence_and_luck_need() -> None:
    """Standard deviations 3 and 4: 0.95 x 1 needs (9 + 16 / 2) / 0.9025 draws, twice as many replicates."""
    of = plan(400, error=0.25, stored=10**6)
    asked = more_replicates([sample(of, 3.0, 4.0)], draws_of(of), of)
    assert asked == pytest.approx(2 * (9 + 16 / 2) / (0.95 * 0.25) ** 2, rel=0.15)
    assert asked % 2 == 0


def test_nothing_is_added_once_it_is_reached_nor_where_it_cannot_be() -> None:
    reached = plan(400, error=0.5)
    assert more_replicates([sample(reached, 3.0, 4.0)], draws_of(reached), reached) is None
    beyond = plan(400, error=0.1)  # evidence alone leaves 3 / sqrt(200) = .21 once all draws are used
    assert more_replicates([sample(beyond, 3.0, 4.0)], draws_of(beyond), beyond) is None
    short = plan(100, error=0.1)
    assert more_replicates([sample(short, 3.0, 4.0)], draws_of(short), short) == 400  # all draws, then it is told
    bounded = plan(100, error=0.01, stored=10**6, most=160)
    assert more_replicates([sample(bounded, 3.0, 4.0)], draws_of(bounded), bounded) == 160
    over = plan(160, error=0.01, stored=10**6, most=160)
    assert more_replicates([sample(over, 3.0, 4.0)], draws_of(over), over) is None


def test_two_lucky_draws_are_not_believed() -> None:
    of = plan(4, error=0.5)
    assert more_replicates([np.zeros(4)], draws_of(of), of) == 20


def test_luck_alone_needs_its_variance_over_the_error() -> None:
    of = replace(plan(100, error=0.3), fixed_parameters=True)
    luck = sample(of, 0.0, 4.0)
    found = more_replicates([luck], draws_of(of), of)
    assert found == pytest.approx(np.var(luck, ddof=1) / (0.95 * 0.3) ** 2, abs=2)


def test_replicates_that_were_added_are_those_of_a_run_that_asked_for_them() -> None:
    asked = {"simulate": fake_simulate, "jobs": 1, "participants": 100, "months": 36}
    added = compare(["smaller-mentor-caseloads"], replicates=4, precision=0.001, **asked)
    assert added.plan.replicates > 20
    plain = compare(["smaller-mentor-caseloads"], replicates=added.plan.replicates, **asked)
    assert _said(added) == _said(plain)
    assert added.plan.digest != plain.plan.digest
    assert added.precision["reached"] <= 0.001


def _said(result: Comparison) -> tuple[str, ...]:
    return result.sentence(), str(result.to_csv()), result.outcomes.to_csv()


def test_what_cannot_be_reached_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_inputs(monkeypatch, draws=12)
    asked = {"simulate": fake_simulate, "jobs": 1, "participants": 100, "months": 36}
    result = compare(["smaller-mentor-caseloads"], replicates=4, precision=0.0002, **asked)
    assert result.plan.replicates >= 24
    (told,) = [one for one in result.warnings if "was not reached" in one]
    assert "the calibration stores 12 draws, and all are used" in told


def test_the_bound_holds_however_many_draws_are_stored() -> None:
    of = plan(600, error=0.001, stored=1500)  # evidence alone leaves 3 / sqrt(1500) = .08
    assert more_replicates([sample(of, 3.0, 4.0)], draws_of(of), of) == 2000


def test_stored_draws_excuse_nobody_where_luck_alone_varies() -> None:
    of = replace(plan(10, error=0.9, stored=5), fixed_parameters=True)
    assert more_replicates([np.zeros(10)], draws_of(of), of) == 20


def test_uneven_draws_give_the_variance_of_evidence_without_bias() -> None:
    """Four replicates of half of the draws and two of the others."""
    draws = np.concatenate([np.repeat(np.arange(10), 4), np.repeat(np.arange(10, 20), 2)])
    found = []
    for seed in range(800):
        random = np.random.default_rng(seed)
        values = 2.0 * random.standard_normal(20)[draws] + random.standard_normal(60)
        found.append(components(values, draws).evidence)
    assert np.mean(found) == pytest.approx(4.0, abs=4 * np.std(found) / np.sqrt(len(found)))
