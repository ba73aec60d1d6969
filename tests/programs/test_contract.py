"""What every program keeps to, over the registry: those of the package and one from outside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from behavior.small_runs import OPEN, TOTAL, model_of, shared_run, small
from behavior.test_laws import differing
from programs.outsiders import NAME, theater_group
from reentrysim.model import ReentryModel
from reentrysim.programs import enrollment
from reentrysim.programs.contract import Channel, Program, nobody
from reentrysim.scenario import Scenario
from reentrysim.scenario.offered import offered, shipped
from reentrysim.stages import support
from reentrysim.vocabulary import NEVER

EVERYBODY = {"eligible": {"risk": ["low", "medium", "high"]}, "uptake_share": 1.0}
RICH = 30_000_000.0
WORLD = {
    "time.follow_up_months": 12,
    **{f"circumstances.beds_per_100.{kind}": 50.0 for kind in ("transitional", "sober_living", "supportive")},
}


@pytest.fixture(autouse=True)
def _one_from_outside(tmp_path: Path) -> Iterator[None]:
    with theater_group(tmp_path):
        yield


every_program = pytest.mark.parametrize("name", [*shipped(), NAME])


def offering(name: str, dollars: float, changes: Mapping[str, Any] | None = None, **table: Any) -> Scenario:
    """300 people in a world where all money goes to one program."""
    lags = {"hire_lag_months": 0, "train_lag_months": 0} if offered()[name].usual_caseload else {}
    own = {"funding.shares": {"mentoring": 0.0, name: 1.0}, f"programs.{name}": {**EVERYBODY, **lags, **table}}
    return small({TOTAL: dollars, **WORLD, **own, **(changes or {})})


def spent_on(model: ReentryModel, name: str) -> int:
    """Cents."""
    return int(model.world.ledger.spent[:, :, model.world.ledger.programs.index(name)].sum())


@every_program
def test_no_places_are_nothing(name: str) -> None:
    """Without money, and with money but a ceiling of 0: the same people as without the program, bit for bit."""
    without = shared_run(small({TOTAL: 0.0, **WORLD}))
    assert not differing(without, model_of(offering(name, 0.0)).run())
    if not offered()[name].usual_caseload:
        none = model_of(offering(name, RICH, places=0)).run()
        assert not differing(without, none)
        assert spent_on(none, name) == 0


@every_program
def test_places_without_anybody_to_have_them_leave_the_money_unspent(name: str) -> None:
    """Nobody is at low assessed risk, and the program is for nobody else."""
    nobody_low = {"assessment.low_band_share": 0.0}
    scenario = offering(name, RICH, eligible={"risk": ["low"]})
    model = model_of(scenario, nobody_low).run()
    assert (model.world.enrolled[name].offered_step == NEVER).all()
    assert spent_on(model, name) == 0
    column = model.world.ledger.programs.index(name)
    assert model.world.ledger.unspent[:, :, column].sum() == model.world.ledger.arrived[:, :, column].sum() > 0
    assert model.world.ledger.conserves()
    assert not differing(shared_run(small({TOTAL: 0.0, **WORLD}), nobody_low), model)


@every_program
def test_what_has_ended_fades_as_declared(name: str) -> None:
    half_life, faded = 5.0, 0
    model = model_of(offering(name, RICH, length_months=2), {f"{name}.half_life_months": half_life})
    world = model.world
    while model.running:
        before = world.enrolled[name].dose.copy()
        model.step()
        enrolled, window = world.enrolled[name], model.now.window
        out = np.flatnonzero((enrolled.start_step != NEVER) & (enrolled.place == NEVER) & (before > 0.0))
        ended = out[(enrolled.start_step[out] + 2 < model.steps) & (out >= window.start) & (out < window.stop)]
        assert np.allclose(enrolled.dose[ended], before[ended] * 2 ** (-1 / half_life), rtol=1e-12)
        faded += len(ended)
    assert faded > 300


@every_program
def test_an_effect_is_never_applied_twice(name: str) -> None:
    """What reaches the log hazard of arrest is the direct path once, and what the program declares beside it."""
    model = model_of(offering(name, RICH), {f"{name}.log_hazard_at_full_dose": -0.7})
    for _ in range(12):
        model.step()
    now, program = model.now, model.world.terms[name].program
    dose, who = now.enrolled[name].dose, np.arange(len(now.lives.home))
    assert np.count_nonzero(dose) > 20
    declared = program.effects.get(Channel.ARREST)
    beside = declared(now, now.enrolled[name], who) if declared else 0.0
    direct = -0.7 * dose if program.trial else 0.0 * dose  # without a trial there is no direct path
    assert np.array_equal(support.arrest_hazard(now, who), direct + beside)


@pytest.mark.parametrize("name", ["case_management", NAME])
def test_without_its_effects_a_program_changes_nobody(name: str) -> None:
    """With the direct path at 0 and no channels, lives are those of a world without it: nothing else leads to them.

    Of those whose place is no state of its own, as a bed or a program job is.
    """
    scenario = offering(name, RICH, OPEN)
    plain = model_of(small({TOTAL: 0.0, **WORLD, **OPEN})).run()
    model = model_of(scenario, {f"{name}.log_hazard_at_full_dose": 0.0})
    terms = model.world.terms[name]
    model.world.terms[name] = replace(terms, program=replace(terms.program, effects={}))
    model.run()
    assert np.count_nonzero(model.world.enrolled[name].dose) > 20
    assert not [column for column in differing(plain, model) if not column.startswith(name)]


def test_a_program_that_no_scenario_uses_is_never_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """And so it costs no time: not one of its functions runs."""

    def asked(*_: Any) -> Any:
        raise AssertionError("asked")

    programs = shipped()
    for name, one in list(programs.items()):
        silent = replace(one, needs=asked, dose=asked, over=asked, effects=dict.fromkeys(Channel, asked))
        monkeypatch.setitem(programs, name, silent)
    model_of(small()).run()
    with pytest.raises(AssertionError, match="asked"):
        model_of(offering("case_management", RICH)).run()


@every_program
def test_starting_up_costs_once_and_comes_before_the_first_place(name: str) -> None:
    plain, dear = (model_of(offering(name, 600_000.0, start_up_dollars=dollars)) for dollars in (0.0, 100_000.0))
    plain.run()
    dear.run()
    first = [model.world.enrolled[name].start_step for model in (plain, dear)]
    assert min(s[s != NEVER].min() for s in first[1:]) > first[0][first[0] != NEVER].min() + 3
    column = dear.world.ledger.programs.index(name)
    spent = dear.world.ledger.spent[:, :, column].sum(axis=1)
    first_paid = int(np.flatnonzero(spent)[0])
    assert np.flatnonzero(spent >= 10_000_000).tolist() == [first_paid]  # cents, once
    assert dear.world.ledger.conserves()
    unaffordable = model_of(offering(name, 600_000.0, start_up_dollars=10_000_000.0)).run()
    assert spent_on(unaffordable, name) == 0
    assert (unaffordable.world.enrolled[name].start_step == NEVER).all()


@every_program
def test_half_the_fidelity_is_half_the_dose(name: str) -> None:
    doses = []
    for fidelity in (1.0, 0.5, 0.0):
        model = model_of(offering(name, RICH, OPEN, fidelity_share=fidelity), {f"{name}.log_hazard_at_full_dose": 0.0})
        for _ in range(3):
            model.step()
        doses.append(model.world.enrolled[name].dose.copy())
    assert doses[0].sum() > 1.0
    assert doses[1] == pytest.approx(doses[0] / 2)
    assert not doses[2].any()


def test_a_program_says_what_it_is() -> None:
    """Every program has numbers for what the month reads of it, and words for the report."""
    for name, one in offered().items():
        assert isinstance(one, Program)
        assert one.name == name
        assert one.what and one.bound
        assert one.table.__doc__
        model = model_of(offering(name, 0.0))
        needed = ["uptake_share", "quit_monthly_risk", "onset_months", "half_life_months"]
        assert all(f"{name}.{key}" in model.values for key in needed)
        assert (one.over is nobody) or not one.usual_caseload
        assert one.trial is None or enrollment.relief(np.array([1.0]), model.values, one) == model.values[one.level]
