from __future__ import annotations

import numpy as np
import pytest

from behavior.small_runs import numbers, small
from dynamics.hand_made import traits
from reentrysim.agents.participants import Lives
from reentrysim.dynamics import health

VALUES = numbers(
    small(),
    {
        "health.relapse_monthly_risk": 0.2,
        "health.quit_monthly_risk": 0.1,
        "health.treatment_relapse_ratio": 0.5,
        "health.treatment_quit_ratio": 2.0,
        "health.treatment_entry_monthly_risk": 0.05,
        "health.treatment_months": 4.0,
        "health.search_gain": 1.0,
        "health.start": 0.5,
        "health.work_gain": 0.2,
        "health.home_gain": 0.1,
        "health.trust_gain": 0.2,
        "health.change_speed": 0.1,
    },
)
MANY = 20_000
WHO = traits(MANY)
ROWS = np.arange(MANY)
EVEN = (np.arange(MANY) + 0.5) / MANY
FREE = np.ones(MANY)
NO = np.zeros(MANY, dtype=np.bool_)


def lives(**columns: object) -> Lives:
    state = Lives.inside(WHO, 0.5)
    for name, value in columns.items():
        getattr(state, name)[:] = value
    return state


@pytest.mark.parametrize(
    ("using", "treated", "risk"), [(False, False, 0.2), (False, True, 0.1), (True, False, 0.1), (True, True, 0.2)]
)
def test_use_begins_and_ends_by_treatment(using: bool, treated: bool, risk: float) -> None:
    changes = health.use_changes(lives(using=using), ROWS, np.full(MANY, treated), FREE, VALUES, EVEN)
    assert changes.mean() == pytest.approx(risk, abs=1e-4)


def test_use_changes_only_at_liberty() -> None:
    assert health.use_changes(lives(), ROWS, NO, np.full(MANY, 0.5), VALUES, EVEN).mean() == pytest.approx(
        0.1, abs=1e-4
    )
    assert not health.use_changes(lives(), ROWS, NO, np.zeros(MANY), VALUES, EVEN).any()


def test_treatment_is_found_by_those_who_believe_in_themselves_and_ends_after_its_mean() -> None:
    hopeful, usual = (health.treatment_changes(lives(self_efficacy=s), ROWS, VALUES, EVEN).mean() for s in (0.9, 0.5))
    assert (usual, hopeful) == (pytest.approx(0.05, abs=1e-4), pytest.approx(0.05 * np.exp(0.4), abs=1e-4))
    assert health.treatment_changes(lives(in_treatment=True), ROWS, VALUES, EVEN).mean() == pytest.approx(0.25)


def test_self_efficacy_and_ties_go_a_share_of_the_way_to_their_level() -> None:
    state, yes, no = lives(ties=0.0), np.ones(MANY, dtype=np.bool_), np.zeros(MANY, dtype=np.bool_)
    family = np.full(MANY, 0.9)
    health.move_self_efficacy_and_ties(state, family, yes, no, np.full(MANY, 0.1), 0.0, VALUES)
    assert state.self_efficacy[0] == pytest.approx(0.5 + 0.1 * (0.2 + 0.1))
    assert state.ties[0] == pytest.approx(0.1)  # a tenth of the way from 0 to 1, beyond which ties don't go
    for _ in range(200):
        health.move_self_efficacy_and_ties(state, family, yes, yes, np.zeros(MANY), 0.0, VALUES)
    assert state.self_efficacy[0] == pytest.approx(0.8)


def test_programs_for_families_move_ties_alone() -> None:
    state, family = lives(ties=0.5), np.full(MANY, 0.4)
    health.move_self_efficacy_and_ties(state, family, NO, NO, np.zeros(MANY), np.full(MANY, 0.3), VALUES)
    assert state.self_efficacy[0] == pytest.approx(0.5)
    assert state.ties[0] == pytest.approx(0.5 + 0.1 * (0.4 + 0.3 - 0.5))


def test_what_programs_make_of_relapse_and_quitting_by_hand() -> None:
    risks = [
        health.use_changes(lives(using=using), ROWS, NO, FREE, VALUES, EVEN, np.full(MANY, 0.5), 3.0).mean()
        for using in (False, True)
    ]
    assert risks == [pytest.approx(0.1, abs=1e-4), pytest.approx(0.3, abs=1e-4)]
