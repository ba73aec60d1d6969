"""Several programs at once: the laws hold for any of them together, and more help is never worse than less."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from random import Random
from typing import Any

import numpy as np
import pytest

from behavior.small_runs import OPEN, TOTAL, cohort, model_of, small
from reentrysim.model import ReentryModel
from reentrysim.outcomes import tabulate
from reentrysim.programs.contract import Capacity, nobody
from reentrysim.scenario import Scenario
from reentrysim.scenario.offered import offered, shipped
from reentrysim.vocabulary import NEVER, Status

BEDS = {f"circumstances.beds_per_100.{kind}": 30.0 for kind in ("transitional", "sober_living", "supportive")}
SHARES_OF_ONE = ("rearrest", "reconviction", "return_to_prison", "deaths", "employed", "homeless", "active_use")


def together(names: list[str], dollars: float, changes: dict[str, Any] | None = None, **table: Any) -> Scenario:
    """Programs with as much money for each, beside mentoring without any."""
    own: dict[str, Any] = {"funding.shares": {"mentoring": 0.0, **dict.fromkeys(names, 1.0 / len(names))}}
    for name in names:
        lags = {"hire_lag_months": 0, "train_lag_months": 0} if offered()[name].usual_caseload else {}
        own[f"programs.{name}"] = {**lags, **table}
    return small({TOTAL: dollars, **BEDS, **own, **(changes or {})})


@pytest.mark.parametrize("number", range(10))
def test_any_programs_together_keep_the_laws_of_money_places_time_and_chance(number: int) -> None:
    luck = Random(number)
    names = sorted(luck.sample(list(shipped()), luck.randint(3, 9)))
    model = model_of(together(names, luck.choice([2e5, 2e6, 2e7])), replicate=number)
    while model.running:
        model.step()
        for name in names:
            _keeps_its_places(model, name)
    world = model.world
    world.ledger.close(model.steps)
    assert world.ledger.conserves()
    assert (world.ledger.spent >= 0).all()
    series = tabulate(model).series
    for outcome in SHARES_OF_ONE:
        known = series[outcome][~np.isnan(series[outcome])]
        assert ((known >= 0.0) & (known <= 1.0)).all()


def _keeps_its_places(model: ReentryModel, name: str) -> None:
    """No more people than places, nobody who is gone, nobody for longer than it lasts, and a dose of at most one."""
    world, terms = model.world, model.world.terms[name]
    enrolled, held = world.enrolled[name], world.enrolled[name].place != NEVER
    if name in world.places:
        assert held.sum() <= model.now.paid[name]
    else:
        posts = world.teams[name].posts
        load = np.bincount(enrolled.place[held], minlength=len(posts.ready_step))
        assert (load[~posts.active(model.steps)] == 0).all()
        assert load.max(initial=0) <= model.scenario.policies.caseload.of(name).per_worker
    if terms.program.capacity is Capacity.BEDS:
        beds = np.bincount(enrolled.place[held], minlength=len(world.providers.places))
        assert (beds <= world.providers.places).all()
    assert np.isin(world.people.status[held], [Status.AWAITING_RELEASE, Status.COMMUNITY]).all()
    assert (model.steps - enrolled.start_step[held] < terms.length_months).all()
    assert ((enrolled.dose >= 0.0) & (enrolled.dose <= 1.0)).all()


PROTECTIVE = [
    name
    for name, program in shipped().items()
    if program.trial and not program.usual_caseload and program.over is nobody and program.housing is None
]
PAIRS = Random(7).sample(list(combinations(PROTECTIVE, 2)), 8)


def first_arrest(names: list[str]) -> np.ndarray:
    """Month of it when everybody may have each program at once, and each does nothing but protect."""
    everybody = {"eligible": {"risk": ["low", "medium", "high"], "sex": ["female", "male"], "to_month": 1}}
    outside = {"population.sentence": "community", **OPEN}
    scenario = together(names, 5e7, outside, uptake_share=1.0, **everybody)
    levels = {offered()[name].level: -0.5 for name in names}
    model = model_of(scenario, {**levels, "mortality.annual_death_rate": 0.0})
    for name in names:
        terms = model.world.terms[name]
        alone = replace(terms.program, effects={}, trade_skill=None, is_treatment=False)
        model.world.terms[name] = replace(terms, program=alone)
    model.run()
    when = cohort(model, model.world.people.first_arrest)
    return np.where(when == NEVER, 10_000, when)


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_who_is_protected_twice_is_never_arrested_earlier(one: str, other: str) -> None:
    """Person by person, where nothing is scarce, nobody waits or was inside, and programs move arrest alone."""
    names = [name for name in (one, other) if name not in ("education", "therapeutic_community")]
    if len(names) < 2:  # who was never inside cannot have it, so it has to change nothing
        assert np.array_equal(first_arrest([one, other]), first_arrest(names or [one]))
        return
    assert (first_arrest([one, other]) >= first_arrest([one])).all()
    assert (first_arrest([one, other]) >= first_arrest([other])).all()
    assert (first_arrest([one, other]) > first_arrest([one])).any()


def test_a_second_program_does_not_bring_more_people_back_on_average() -> None:
    """With everything scarce, in custody too, and by whatever paths: within two standard errors."""
    base = ["cognitive_behavioral_groups", "job_placement"]
    fewer = _back(base)
    for more in ("education", "peer_support", "womens_services"):
        changes = _back([*base, more]) - fewer
        assert np.mean(changes) <= 2.0 * np.std(changes, ddof=1) / np.sqrt(len(changes))


def _back(names: list[str]) -> np.ndarray:
    """Share rearrested with as much money for each program, by replicate."""
    scenario = together(names, 3e6 * len(names))
    models = [model_of(scenario, replicate=replicate).run() for replicate in range(6)]
    return np.array([np.mean(cohort(m, m.world.people.first_arrest) != NEVER) for m in models])
