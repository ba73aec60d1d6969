"""Direct paths that are solved after the calibration: stored for what they rest on, and giving their evidence."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from reentrysim.analysis import solving
from reentrysim.analysis.solving import CALIBRATION, rests_on, solve_later
from reentrysim.analysis.trial import LATER, Near, Trial, expected, run_trial, solve_level
from reentrysim.evidence import calibration as stored_calibrations
from reentrysim.evidence.calibration import levels_path, load_calibration, load_levels
from reentrysim.randomness import Luck
from reentrysim.scenario import load_scenario
from reentrysim.scenario.offered import shipped
from reentrysim.scenario.values import values_for

VALUES = values_for(load_scenario("status-quo"))
by_program = pytest.mark.parametrize("trial", LATER, ids=lambda trial: trial.program)


def test_every_program_with_a_trial_is_solved_once() -> None:
    names = load_calibration(CALIBRATION)["names"]
    for name, program in shipped().items():
        solved_later = levels_path(CALIBRATION, name).is_file()
        assert (program.level in names) + solved_later == (program.trial is not None), name


@by_program
def test_the_stored_levels_are_not_stale(trial: Trial) -> None:
    """If this fails, renew them: python tests/golden/renew.py, or only reentrysim.analysis.solving.solve_later."""
    stored = load_levels(CALIBRATION, trial.program)
    assert stored is not None
    assert stored["rests_on"] == rests_on(trial.program)
    assert len(stored["draws"]) == len(load_calibration(CALIBRATION)["draws"])


@pytest.mark.parametrize("trial", [one for one in LATER if one.program in ("job_placement", "womens_services")])
def test_the_stored_center_gives_the_evidence(trial: Trial) -> None:
    """Among people whom the solver never saw, within what so many people tell."""
    stored = load_levels(CALIBRATION, trial.program)
    assert stored is not None
    gave = np.log(run_trial(trial, VALUES, stored["center"], 6000, Luck(8, 0)))
    assert gave == pytest.approx(expected(trial, VALUES), abs=0.06)


def test_where_the_search_begins_decides_nothing() -> None:
    trial = next(one for one in LATER if one.program == "cognitive_behavioral_groups")
    cold = solve_level(trial, VALUES, 1500, Luck(8, 0))
    warm = solve_level(trial, VALUES, 1500, Luck(8, 0), near=Near(-0.9, -0.5, 0.4))
    gave = [np.log(run_trial(trial, VALUES, level, 1500, Luck(8, 0))) for level in (cold, warm)]
    assert gave == pytest.approx([expected(trial, VALUES)] * 2, abs=0.01)  # a few of 1,500 people


def test_solving_stores_what_a_run_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = load_calibration(CALIBRATION)
    monkeypatch.setattr(solving, "load_calibration", lambda _: stored | {"draws": stored["draws"][:2]})
    monkeypatch.setattr(stored_calibrations, "CALIBRATIONS", tmp_path)
    (tmp_path / f"{CALIBRATION}.json").write_text(json.dumps(stored))
    paths = solve_later(["digital_support"], jobs=1, people=300)
    assert paths == [tmp_path / CALIBRATION / "digital_support.json"]
    levels = json.loads(paths[0].read_text())
    assert set(levels["structures"]) == {one["structure"] for one in stored["structures"]}
    assert len(levels["draws"]) == 2
    assert levels["rests_on"] == rests_on("digital_support")
