"""More mentoring does more; what is not solved is asked of model and rival; the solver meets its targets."""

from __future__ import annotations

import numpy as np
import pytest

from reentrysim.analysis import checks
from reentrysim.analysis.checks import DOSES, NAMED, Model, dose_response
from reentrysim.analysis.trial import MENTORING, TRIALS
from reentrysim.evidence import load_catalog, published_row
from reentrysim.randomness import Luck


def test_more_mentoring_does_more_and_reversals_have_their_reasons() -> None:
    frame = dose_response(people=4000)
    assert set(frame["dose"]) == set(DOSES)
    later = frame[frame.groupby("dose").cumcount() > 0]
    assert (later["step"] <= 2 * later["error"]).all()
    ends = frame.groupby("dose")["points"].agg(["first", "last"])
    assert (ends["last"] < ends["first"] - 0.3).all()
    gate = frame[frame["dose"] == "at the gate"]["points"].tolist()
    assert gate[0] > 0.5 * gate[1]  # less than half is left of what stops there
    assert (frame["let_down"] + frame["otherwise_in_prison"] <= frame["reversals"]).all()
    assert frame["reversals"].sum() > 0


def test_named_findings_set_no_number() -> None:
    """But for the words on very early endings, whose row also says that longer matches do more."""
    used = {row for estimate in dict(load_catalog().items()).values() for row in estimate.rows}
    assert {named.row for named in NAMED} & used == {"PE065", "PE169"}
    assert all(published_row(named.row).use != "holdout" for named in NAMED)


def test_the_rival_is_a_constant() -> None:
    rival = Model(Luck(3, 0), 3000, rival=True)
    ratios = [float(np.exp(rival.log_ratio(trial, "arrest").value)) for trial in TRIALS]
    assert ratios == pytest.approx([0.9] * len(TRIALS), abs=0.03)
    short, long = (rival.points(MENTORING, 36, {"programs.mentoring.length_months": n}).value for n in (1, 18))
    assert short == long < 0.0


def test_a_level_that_is_off_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    real = checks.values_for
    frame = checks.solved(draws=1, people=3000)
    assert frame["z"].abs().max() < 4.0
    monkeypatch.setattr(
        checks, "values_for", lambda *asked: (v := real(*asked)).merged({t.level: v[t.level] - 1.0 for t in TRIALS})
    )
    off = checks.solved(draws=0, people=3000)
    assert np.median(off["z"]) < -4.0


def test_errors_of_figures_are_those_of_resampled_people() -> None:
    model, luck = Model(Luck(3, 0), 3000), np.random.default_rng(1)
    figure = model.log_ratio(MENTORING, "arrest")
    offered = model.offered(MENTORING)
    both = [one.happened("arrest", 36)[offered.offered] for one in (offered, model.usual)]
    picks = [luck.integers(0, len(both[0]), len(both[0])) for _ in range(400)]
    spread = np.std([np.log(np.log1p(-both[0][p].mean()) / np.log1p(-both[1][p].mean())) for p in picks])
    assert figure.error == pytest.approx(spread, rel=0.15)
    assert figure.less(figure).error == pytest.approx(0.0, abs=1e-12)
    told = [figure.verdict(high=figure.value + times * figure.error) for times in (3.0, 1.0, -3.0)]
    assert told == ["yes", "cannot tell", "no"]
