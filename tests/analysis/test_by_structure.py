"""Differences at the center of each structure, of any two scenarios."""

from __future__ import annotations

import math

import numpy as np
import pytest

from made_up import world
from reentrysim.analysis.by_structure import Asked, by_structure
from reentrysim.experiments.run import Job, simulate
from reentrysim.scenario import load_scenario

EFFECTS = {"mixed": -0.01, "frailty": -0.004, "decline": 0.0, "events": 0.02}


def in_a_structure(job: Job) -> float:
    """More mentors do something else in each world, and a little by luck."""
    assert (job.draw, job.numbers) == (None, ())
    luck = 0.001 * (-1) ** job.replicate
    return (EFFECTS[str(job.structure)] + luck) * (job.scenario.name == "more-mentors")


def test_each_structure_has_its_own_difference() -> None:
    base, other = load_scenario("status-quo"), load_scenario("more-mentors")
    asked = Asked(base, (other,), ("rearrest",), 24, 100, 6, seed=3, simulate=world(in_a_structure))
    found = by_structure(asked, jobs=1)
    assert dict(zip(found["structure"], found["rearrest"], strict=True)) == pytest.approx(
        {name: 1000 * effect for name, effect in EFFECTS.items()}
    )
    assert found["rearrest_mcse"].tolist() == pytest.approx([np.sqrt(6 / 5) / np.sqrt(6)] * 4)
    assert math.isclose(found["weight"].sum(), 1.0, abs_tol=1e-6)
    assert set(found["scenario"]) == {"more-mentors"}


def test_worlds_differ_in_the_model_itself() -> None:
    scenario = load_scenario("status-quo").vary({"time.follow_up_months": 12, "time.warmup_months": 6})
    shares = {
        name: simulate(Job(scenario, None, 1, 0, 300, structure=name)).series["arrests"][0, -1]
        for name in ("mixed", "events", None)
    }
    assert shares["mixed"] == shares[None]  # the center is that of the first structure
    assert shares["mixed"] != shares["events"]
