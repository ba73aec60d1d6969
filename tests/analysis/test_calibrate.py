from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reentrysim.analysis import calibrate as calibrate_module
from reentrysim.analysis import fitting
from reentrysim.analysis.baseline import NAMES, PARAMETERS, START, predict
from reentrysim.analysis.calibrate import Size, area_under_curve, calibrate, one_draw, question_digest
from reentrysim.analysis.fingerprint import calibrated_code, code_digest
from reentrysim.analysis.structures import STRUCTURES
from reentrysim.analysis.trial import MENTORING, TRIALS, solve_levels
from reentrysim.evidence.calibration import evidence_digest, load_calibration
from reentrysim.evidence.catalog import Values, load_catalog
from reentrysim.randomness import Luck
from reentrysim.vocabulary import NEVER

TINY = Size(
    fit=600, fit_cohorts=1, refit=400, refit_cohorts=2, refit_steps=1, trial=400, draws=2, most_steps=1, more_steps=1
)


def test_the_stored_calibration_is_not_stale() -> None:
    """Red means: the evidence or the month changed since; `reentrysim calibrate` renews it."""
    stored = load_calibration("us_2008")
    assert stored["evidence_digest"] == evidence_digest()
    assert stored["code_digest"] == code_digest()
    assert stored["question_digest"] == question_digest()


def test_the_stored_ensemble_is_large_and_sound() -> None:
    stored = load_calibration("us_2008")
    draws = np.array(stored["draws"])
    assert draws.shape == (Size().draws, len(stored["names"]))
    assert np.isfinite(draws).all()
    by_name = dict(zip(stored["names"], draws.T, strict=True))
    for parameter in PARAMETERS:
        assert (by_name[parameter.name] >= parameter.low).all()
        assert (by_name[parameter.name] <= parameter.high).all()
        assert by_name[parameter.name].std() > 0, parameter.name
    most = load_catalog()["mentoring.most_relief"].value
    assert np.abs(by_name[MENTORING.level]).max() <= most
    at_most = {trial.program: np.count_nonzero(np.abs(by_name[trial.level]) >= most) for trial in TRIALS}
    assert at_most == stored["draws_at_most_relief"]


def test_the_digest_sees_code_and_not_prose(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "month.py"
    monkeypatch.setattr("reentrysim.analysis.fingerprint.calibrated_code", lambda: [file])

    def digest(text: str) -> str:
        file.write_text(text)
        return code_digest()

    plain = digest("def f(x):\n    return x + 1\n")
    assert digest('"""Words."""\n\n# more words\ndef f(x):\n    """Docstring."""\n\n    return x + 1\n') == plain
    assert digest("def f(x):\n    return x + 2\n") != plain


def test_the_digest_covers_the_month() -> None:
    names = {path.name for path in calibrated_code()}
    assert {"reoffending.py", "mentoring.py", "matching.py", "intake.py", "model.py", "randomness.py"} <= names
    assert "views.py" not in names


def go(folder: Path, stop_at: str = "-") -> list[str]:
    """A small calibration, interrupted where progress says `stop_at`; all that progress said."""
    told: list[str] = []

    def progress(what: str, _: float) -> None:
        told.append(what)
        if stop_at in what:
            raise KeyboardInterrupt

    with nullcontext() if stop_at == "-" else pytest.raises(KeyboardInterrupt):
        report = calibrate("tiny", seed=3, jobs=1, progress=progress, size=TINY, folder=folder)
        assert report.path == folder / "tiny.json"
        assert set(report.frame.columns) >= {"family", "target", "predicted", "miss"}
        assert report.frame["miss"].notna().any()
    return told


class Once:
    """A function that is not asked the same twice: what it said is kept by every bit that it was given."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function, self._said = function, dict[tuple[object, ...], tuple[tuple[Any, ...], Any]]()

    def __call__(self, *given: Any) -> Any:
        bits = tuple(map(_bits, given))
        if bits not in self._said:
            self._said[bits] = given, self._function(*given)
        return self._said[bits][1]

    def __len__(self) -> int:
        return len(self._said)

    def says_the_same_again(self) -> bool:
        given, said = next(iter(self._said.values()))
        return bool(np.all(self._function(*given) == said))


def _bits(given: Any) -> object:
    if isinstance(given, Values):
        return tuple(sorted(given.items()))
    return given.tobytes() if isinstance(given, np.ndarray) else given


@dataclass(frozen=True)
class Whole:
    """A small calibration made in one go."""

    folder: Path
    told: list[str]
    predict: Once
    solve: Once

    def stand_in(self, patch: pytest.MonkeyPatch) -> None:
        """Most of the time of a calibration goes into these two."""
        patch.setattr(fitting, "predict", self.predict)
        patch.setattr(calibrate_module, "solve_levels", self.solve)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    made = Whole(tmp_path_factory.mktemp("whole"), [], Once(predict), Once(solve_levels))
    with pytest.MonkeyPatch.context() as patch:
        made.stand_in(patch)
        made.told.extend(go(made.folder))
    return made


def test_a_small_calibration_is_whole_and_repeatable(whole: Whole) -> None:
    assert any("draw 2 of 2" in line for line in whole.told)
    stored = load_calibration(whole.folder / "tiny.json")
    assert set(NAMES) < set(stored["names"])
    assert len(stored["draws"]) == 2
    assert [path.name for path in whole.folder.iterdir()] == ["tiny.json"]
    assert len(whole.solve) == 2 + len(STRUCTURES)
    assert whole.predict.says_the_same_again()
    assert whole.solve.says_the_same_again()


def test_an_interrupted_calibration_goes_on_where_it_stopped(
    whole: Whole, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After three structures, and again after a draw; the whole is what it is in one go, and nothing else was asked."""
    whole.stand_in(monkeypatch)
    asked = len(whole.predict), len(whole.solve)
    assert any("(mixed)" in line for line in go(tmp_path, stop_at="(events)"))
    again = go(tmp_path, stop_at="draw 1 of 2")
    assert [line for line in again if line.startswith("fitting")] == ["fitting the baseline (events), step 1"]
    assert not (tmp_path / "tiny.json").exists()
    drawn: list[int] = []
    monkeypatch.setattr(calibrate_module, "one_draw", lambda draw, *rest: drawn.append(draw) or one_draw(draw, *rest))
    assert not any(line.startswith("fitting") for line in go(tmp_path))
    assert drawn == [1]
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        path.name: path.read_bytes() for path in whole.folder.iterdir()
    }
    assert (len(whole.predict), len(whole.solve)) == asked


def test_a_higher_level_means_more_rearrests() -> None:
    higher = START + 0.3 * (np.array(NAMES) == "arrest.level")
    evidence = load_catalog().values()
    low, high = (predict(theta, evidence, 1500, Luck(0, 0)) for theta in (START, higher))
    assert high[0] > low[0] + 0.02  # the first target is rearrest by year 1


def test_area_under_the_curve_by_hand() -> None:
    # Pairs of rearrested (scores 3, 2) and not (1, 2): won 3 > 1, 3 > 2, 2 > 1, one tie: 3.5 of 4.
    first = np.array([5, 36, NEVER, 37])
    assert area_under_curve(np.array([3.0, 2.0, 1.0, 2.0]), first) == pytest.approx(3.5 / 4)
