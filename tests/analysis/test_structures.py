from __future__ import annotations

import numpy as np
import pytest

from reentrysim.analysis.baseline import NAMES, START
from reentrysim.analysis.promises import PROMISES, misfit, promised, weights
from reentrysim.analysis.structures import STRUCTURES, allocate
from reentrysim.analysis.targets import fit_targets
from reentrysim.evidence.calibration import load_calibration
from reentrysim.scenario import load_scenario
from reentrysim.scenario.values import values_for

TARGETS = fit_targets()
PUBLISHED = np.array([target.value for target in TARGETS])


def test_the_center_fits_everything_and_the_others_hold_something() -> None:
    first, *others = STRUCTURES
    assert first.free.all()
    assert len(others) >= 3
    for structure in others:
        assert set(structure.held) <= set(NAMES)
        at = dict(zip(NAMES, structure.at(START), strict=True))
        assert all(at[name] == value for name, value in structure.held.items())
        assert np.array_equal(structure.at(START)[structure.free], START[structure.free])


def test_a_perfect_fit_has_no_misfit_and_half_a_promise_counts_one() -> None:
    assert misfit(PUBLISHED) == 0.0
    year_1 = next(n for n, target in enumerate(TARGETS) if target.family == "arrested in the year")
    missed = PUBLISHED.copy()
    missed[year_1] += PROMISES["arrested in the year"].tolerance / 2
    assert misfit(missed) == pytest.approx(1 / 5)  # one of five years


def test_what_is_promised_nothing_counts_for_nothing() -> None:
    missed = PUBLISHED + np.array([0.3 if promised(target) is None else 0.0 for target in TARGETS])
    assert (missed != PUBLISHED).any()
    assert misfit(missed) == 0.0


def test_promises_in_the_targets_own_unit() -> None:
    arrests = next(target for target in TARGETS if target.family == "arrests per person")
    assert promised(arrests) == pytest.approx(0.05 * arrests.value)
    old = next(t for t in TARGETS if t.family == "rearrest by group" and t.subgroup.endswith("65 or older"))
    assert promised(old) is None


def test_weights_by_hand() -> None:
    assert weights([3.0, 3.0]).tolist() == [0.5, 0.5]
    assert weights([1.0, 3.0]).tolist() == pytest.approx([1 / (1 + np.exp(-1)), 1 / (1 + np.exp(1))])


@pytest.mark.parametrize("shares", [[0.5, 0.3, 0.2], [0.97, 0.01, 0.02], [1.0]])
def test_any_first_draws_have_the_structures_in_proportion(shares: list[float]) -> None:
    order = allocate(np.array(shares), 100)
    for draws in range(1, 101):
        given = np.bincount(order[:draws], minlength=len(shares))
        assert np.abs(given - np.array(shares) * draws).max() < len(shares) / 2 + 1e-9


def test_the_stored_structures_are_these_and_their_draws_hold_what_they_hold() -> None:
    stored = load_calibration("us_2008")
    assert [one["structure"] for one in stored["structures"]] == [structure.name for structure in STRUCTURES]
    assert stored["structures"][0]["center"] == stored["center"]
    shares = np.array([one["weight"] for one in stored["structures"]])
    assert shares.sum() == pytest.approx(1.0, abs=1e-6)
    turns = allocate(shares, len(stored["draws"]))
    assert np.bincount(turns, minlength=len(shares)).tolist() == [one["draws"] for one in stored["structures"]]
    for turn, draw in zip(turns, stored["draws"], strict=True):
        solved = dict(zip(stored["names"], draw, strict=True))
        assert all(solved[name] == value for name, value in STRUCTURES[turn].held.items())


def test_a_structures_center_is_what_a_run_reads() -> None:
    scenario = load_scenario("status-quo")
    for structure in STRUCTURES:
        values = values_for(scenario, structure=structure.name)
        assert all(values[name] == value for name, value in structure.held.items())
    assert values_for(scenario, structure="mixed") == values_for(scenario)
