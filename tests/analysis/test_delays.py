"""When a comparison says that arrests were delayed, not lost: known answers without any people."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fakes import SUBGROUPS, fake_simulate, use_fake_inputs
from reentrysim.analysis.compare import compare
from reentrysim.analysis.delays import delayed_not_lost
from reentrysim.experiments.run import Job
from reentrysim.outcomes import RunResult

HIGH = SUBGROUPS.index("risk=high")
USUAL = {"fewer_arrests": 0.2, "level": 0.9, "change": 0.0, "noise": 0.01, "late": False}


def said(patch: pytest.MonkeyPatch, **asked: Any) -> list[str]:
    """Of a scenario with clearly fewer arrests and more people rearrested; `asked` is of those at high risk."""
    use_fake_inputs(patch)
    keys = USUAL | asked

    def simulate(job: Job) -> RunResult:
        result, other = fake_simulate(job), job.scenario.name == "more-mentors"
        months = result.series["rearrest"].shape[1]
        luck = np.random.default_rng([job.replicate, 1 + other])
        counts = np.full((len(SUBGROUPS), months), 2.0)
        shares = np.full((len(SUBGROUPS), months), 0.5)
        shares[HIGH] = keys["level"]
        if other:
            when = np.arange(1, months + 1) >= (24 if keys["late"] else 0)
            counts -= 0.2 * when
            counts[HIGH] = 2.0 - keys["fewer_arrests"] * when + keys["noise"] * luck.standard_normal()
            shares += 0.05 * when
            shares[HIGH] = keys["level"] + keys["change"] * when + 0.001 * luck.standard_normal()
        result.series.update(arrests=counts, rearrest=shares)
        return result

    options = {"replicates": 40, "jobs": 1, "participants": 200}
    return list(delayed_not_lost(compare(["more-mentors"], simulate=simulate, **options)))


def test_it_is_said_at_one_year_and_at_three(monkeypatch: pytest.MonkeyPatch) -> None:
    early, late = said(monkeypatch)
    assert "within 1 year" in early and "within 3 years" in late
    assert all("more-mentors does more for people at high risk" in line for line in (early, late))
    (only,) = said(monkeypatch, late=True)
    assert "within 3 years" in only


@pytest.mark.parametrize(
    "asked",
    [
        {"fewer_arrests": 0.01, "noise": 1.0},  # below nothing or above it, by luck
        {"level": 0.45},  # most are never rearrested
        {"change": 0.03},  # clearly more people are
        {"change": -0.03},  # or fewer: some were kept out
    ],
)
def test_it_is_not_said_where_it_is_not_so(asked: dict[str, float], monkeypatch: pytest.MonkeyPatch) -> None:
    found = said(monkeypatch, **asked)
    assert len(found) == 2
    assert all("delayed" not in line and "two questions" in line for line in found)
