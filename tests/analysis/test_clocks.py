"""People who serve their sentences elsewhere are compared since the sentence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fakes import fake_simulate, use_fake_inputs
from reentrysim.analysis.compare import Comparison, compare
from reentrysim.experiments.run import Job
from reentrysim.outcomes import RunResult
from reentrysim.report.terminal import best_line, cohort_line

OTHER = "alternative-sentencing"


def _sentenced(job: Job) -> RunResult:
    """Elsewhere 70 of 1,000 more are back in prison, 120 more arrested and 200 days less in custody since sentence."""
    result, luck = fake_simulate(job), np.random.default_rng(job.replicate // 2).normal(0, 1e-4)
    elsewhere = job.scenario.population.sentence == "community"
    series = {name: np.full_like(values, 0.4) for name, values in result.series.items()}
    series["days_in_custody_since_sentence"] += 500
    if elsewhere:
        series["return_to_prison"] += 0.07 + luck
        series["rearrest_since_sentence"] += 0.12 + luck
        series["days_in_custody_since_sentence"] -= 200 + 1000 * luck
    return replace(result, series=series)


@pytest.fixture(autouse=True)
def _inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_inputs(monkeypatch)


def _compared(*names: str) -> Comparison:
    return compare(list(names), simulate=_sentenced, replicates=20, jobs=1, participants=2040)


def test_the_answer_is_since_the_sentence() -> None:
    result = _compared(OTHER)
    assert result.sentence() == (
        "Of 1,000 people sentenced, 120 more are rearrested within 3 years of the sentence under "
        "alternative-sentencing than under status-quo (95%: 120 to 120 more), and each spends 200 fewer days in "
        "custody (95%: 200 to 200 fewer)."
    )
    assert "mean another clock" in result.warnings[0]
    assert cohort_line(result) == ""


def test_others_keep_their_headline_beside_it() -> None:
    result = _compared("more-mentors", OTHER)
    assert result.sentence().startswith("In these runs exactly as many people are back in prison within 3 years")
    assert "Of 1,000 people sentenced, 120 more" in result.sentence()
    assert "70 more" not in result.sentence()
    assert best_line(result) == ""
    assert not any("clock" in warning for warning in _compared("more-mentors").warnings)
