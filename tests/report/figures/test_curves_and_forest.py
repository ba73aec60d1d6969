"""The pictures exist, show every scenario, and start where they must."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread

from fakes import fake_simulate, use_fake_inputs
from reentrysim.analysis.answer import supported_unit
from reentrysim.analysis.compare import Comparison, compare, run
from reentrysim.report.figures import differences, figure_files, recidivism
from reentrysim.vocabulary import InputError

NAMES = ["smaller-mentor-caseloads", "more-mentors"]


@pytest.fixture(autouse=True)
def _inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_inputs(monkeypatch)


@cache
def _compare(**options: Any) -> Comparison:
    defaults: dict[str, Any] = {"replicates": 24, "jobs": 1, "participants": 100, "months": 40}
    return compare(NAMES, simulate=fake_simulate, **{**defaults, **options})


def _words(figure: Figure) -> str:
    found = figure.findobj(match=lambda artist: hasattr(artist, "get_text"))
    return " ".join(" ".join(text.get_text().split()) for text in found)  # type: ignore[attr-defined]


def test_both_pictures_are_written_and_not_blank(tmp_path: Path) -> None:
    files = figure_files(_compare())
    for name in ("figures/recidivism.png", "figures/differences.png"):
        write = files[name]
        path = tmp_path / Path(name).name
        write(path)
        pixels = imread(path)
        assert pixels.shape[1] == 1500
        assert 0.01 < np.mean(pixels[..., :3].min(axis=2) < 0.9) < 0.6


def test_one_scenario_has_no_differences() -> None:
    alone = run("more-mentors", simulate=fake_simulate, replicates=4, jobs=1, months=12, participants=100)
    assert "figures/recidivism.png" in figure_files(alone)
    assert "figures/differences.png" not in figure_files(alone)


def test_curves_start_at_zero_and_end_at_the_expected_share() -> None:
    comparison = _compare()
    figure = recidivism(comparison)
    panel = figure.axes[0]
    lines = {str(line.get_label()): np.asarray(line.get_xydata()) for line in panel.get_lines()}
    assert list(lines) == ["status-quo", "smaller-mentor-caseloads", "more-mentors"]
    for name, points in lines.items():
        assert points[0].tolist() == [0, 0]
        assert points[-1].tolist() == [40, comparison.value(name, "return_to_prison", 40).mean]
    assert panel.get_ylim()[0] == 0
    assert len(panel.collections) == 1  # the baseline's band
    for word in ("Months since release", "Share of the people released", "never for deciding about a person"):
        assert word in _words(figure)


def test_the_forest_shows_differences_per_thousand_and_says_which_side_is_better() -> None:
    comparison = _compare()
    figure = differences(comparison)
    dots = [line for line in figure.axes[0].get_lines() if len(np.asarray(line.get_xdata())) == 1]
    cell = comparison.paired("smaller-mentor-caseloads", "return_to_prison", 36)
    unit = supported_unit(1000 * cell.mcse)
    assert float(np.asarray(dots[0].get_xdata())[0]) == round(1000 * cell.mean / unit) * unit  # where its number says
    words = _words(figure)
    assert "People per 1,000 released" in words
    assert "fewer is better" in words
    assert "Back in prison within 3 years" in words


def test_pictures_can_be_drawn_without_intervals() -> None:
    comparison = _compare(replicates=2)
    assert "without intervals" in _words(differences(comparison))
    assert recidivism(comparison).axes
    for draw in (differences, recidivism):
        assert "95%" not in _words(draw(comparison))
        assert "95% interval" in _words(draw(_compare()))


def test_drawing_leaves_the_settings_of_matplotlib_alone() -> None:
    before = dict(matplotlib.rcParams)
    recidivism(_compare())
    assert dict(matplotlib.rcParams) == before


def test_how_people_live_has_no_value_at_release() -> None:
    panel = recidivism(_compare(), ["homeless", "rearrest"]).axes
    starts = [np.asarray(one.get_lines()[0].get_xydata())[0].tolist() for one in panel]
    assert starts[0][0] == 1
    assert starts[0][1] > 0
    assert starts[1] == [0, 0]


def test_only_shares_of_people_are_drawn() -> None:
    for draw in (recidivism, differences):
        with pytest.raises(InputError, match="'earnings' is no share of people"):
            draw(_compare(), ["earnings"])
        with pytest.raises(InputError, match="is no share of people"):
            draw(_compare(), ["days_in_custody_since_sentence"])
    with pytest.raises(InputError, match="Did you mean 'homeless'"):
        recidivism(_compare(), ["homless"])
