"""What drives an answer is told with its intervals and units, and no picture claims what the noise does not allow."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread

from known_sweeps import BASELINE, OTHER, design, linear, listed, normal, nothing, sweep, uniform
from reentrysim.analysis.sensitivity.sensitivity import Sensitivity, sensitivity
from reentrysim.report.sensitivity import number, show_sensitivity
from reentrysim.report.sensitivity_pictures import (
    ends_of_ranges,
    indices,
    morris_plane,
    regions,
    sensitivity_pictures,
)
from reentrysim.vocabulary import InputError

THREE = [normal("estimates.a", "D"), normal("estimates.b", "B"), normal("estimates.c", "D")]
BOTH = {BASELINE: nothing, OTHER: linear([0.03, 0.02, 0.0])}


def _found(kind: str, points: int, noise: float = 0.005) -> Sensitivity:
    return sensitivity(sweep(design(kind, THREE, points), BOTH, noise=noise, replicates=4))


@pytest.fixture(scope="module")
def crossed() -> Sensitivity:
    return _found("sobol", 128)


@pytest.fixture(scope="module")
def steps() -> Sensitivity:
    return _found("morris", 12)


def _words(figure: Figure) -> str:
    told = " ".join(text.get_text() for text in figure.findobj(match=lambda artist: hasattr(artist, "get_text")))  # type: ignore[attr-defined]
    return " ".join(told.split())


def test_the_terminal_tells_every_table_and_its_units(crossed: Sensitivity) -> None:
    lines = list(show_sensitivity(crossed))
    assert lines[0] == "What drives return_to_prison by month 36, more-mentors less status-quo."
    assert "640 points, 4 replicates each of at least 1,000 people" in lines[1]
    assert "people of 1,000. Noise is " in lines[1]
    first = next(line for line in lines if line.startswith("   1. estimates.a"))
    assert first.count("(") == first.count(" to ") == 2
    for word in (
        "Sobol' indices",
        "Rank correlation",
        "High end less low end",
        "by grade",
        "Worth of knowing",
        "Where more",
    ):
        assert any(line.startswith((word, "Share of the variance")) and word in line for line in lines)
    assert any(line.startswith("    - estimates.c") for line in lines)
    assert lines[-1].startswith("note: ")
    assert max(map(len, lines)) < 160


def test_it_says_so_when_nothing_can_be_told_from_noise() -> None:
    found = sensitivity(sweep(design("sobol", THREE, 64), {BASELINE: nothing, OTHER: nothing}, noise=1.0))
    lines = list(show_sensitivity(found))
    assert lines.count("  None of these can be told from noise.") == 4
    assert not any(line.startswith("   1. ") for line in lines)


def test_amounts_are_told_a_person() -> None:
    results = sweep(design("random", THREE, 60), BOTH, outcome="earnings")
    assert "earnings a person" in list(show_sensitivity(sensitivity(results)))[1]


def test_long_tables_are_cut_and_say_so() -> None:
    factors = [uniform(f"estimates.x{number}") for number in range(20)]
    found = sensitivity(sweep(design("random", factors, 100), {BASELINE: linear([1.0] * 20)}, noise=0.1))
    assert "  and 5 more in the table" in list(show_sensitivity(found))
    assert "15 of 20 factors shown" in _words(ends_of_ranges(found))


def test_numbers_have_the_digits_that_count() -> None:
    told = [number(value) for value in (0.0, 112.0, 0.0372, -5.55, 1.0, float("nan"), "front", 1e-17)]
    assert told == ["0", "110", "0.037", "-5.5", "1", "-", "front", "0"]
    assert number(1234567.0, 3) == "1,230,000"


def test_every_picture_is_written_and_not_blank(crossed: Sensitivity, steps: Sensitivity, tmp_path: Path) -> None:
    pictures = {name: draw(crossed) for name, draw in sensitivity_pictures(crossed).items()}
    assert list(pictures) == ["indices", "tornado", "regions"]
    assert list(sensitivity_pictures(steps)) == ["morris"]
    for name, figure in (pictures | {"morris": morris_plane(steps)}).items():
        path = tmp_path / f"{name}.png"
        figure.savefig(path, dpi=100)
        pixels = imread(path)
        assert pixels.shape[1] == 950
        assert 0.005 < np.mean(pixels[..., :3].min(axis=2) < 0.9) < 0.5
        words = _words(figure)
        assert "95% intervals" in words or "95% interval" in words
        assert "4 replicates each of at least 1,000 people" in words
        assert "Noise is" in words
        assert "never for deciding about a person" in words


def test_the_dots_are_the_table(crossed: Sensitivity) -> None:
    assert crossed.sobol is not None
    panel = indices(crossed).axes[0]
    dots = [line for line in panel.get_lines() if line.get_marker() == "o" and len(np.asarray(line.get_xdata())) == 1]
    told = [float(np.asarray(dot.get_xdata())[0]) for dot in dots]
    assert told == pytest.approx(crossed.sobol[["first", "total"]].to_numpy().ravel().tolist())
    assert [label.get_text() for label in panel.get_yticklabels()] == crossed.sobol["factor"].tolist()
    hollow = [dot.get_markerfacecolor() == "white" for dot in dots]
    assert hollow == np.repeat(~crossed.sobol["clear"].to_numpy(bool), 2).tolist()


def test_the_tornado_goes_from_end_to_end_per_thousand(crossed: Sensitivity) -> None:
    assert crossed.tornado is not None
    panel = ends_of_ranges(crossed).axes[0]
    bars = [line for line in panel.get_lines() if line.get_linewidth() == 9]
    widths = [float(np.diff(np.asarray(bar.get_xdata()))[0]) for bar in bars]
    assert widths == pytest.approx((1000 * crossed.tornado["difference"]).tolist())
    assert "people of 1,000" in panel.get_xlabel()
    assert "lowest and of the highest fifth" in _words(ends_of_ranges(crossed))


def test_the_plane_names_what_is_told_from_noise_alone(steps: Sensitivity) -> None:
    words = _words(morris_plane(steps))
    assert "estimates.a" in words
    assert "estimates.c" not in words
    assert "2 factors told from noise" in words
    assert "1 factors not told from noise" in words


def test_regions_are_told_with_their_rules(crossed: Sensitivity) -> None:
    words = _words(regions(crossed))
    assert "Share of points where more-mentors is worse than status-quo" in words
    assert "estimates.a >" in words
    assert "counted on the other half" in words


def test_a_picture_without_its_table_is_refused_with_the_reason(steps: Sensitivity) -> None:
    for draw in (indices, ends_of_ranges, regions):
        with pytest.raises(InputError, match="'morris'"):
            draw(steps)
    grid = listed("grid", THREE[:2], [(a, b) for a in (0, 1) for b in (0, 1)])
    with pytest.raises(InputError, match="no elementary effects"):
        morris_plane(sensitivity(sweep(grid, {BASELINE: linear([1, 1])})))


def test_drawing_leaves_the_settings_of_matplotlib_alone(crossed: Sensitivity) -> None:
    before = dict(matplotlib.rcParams)
    indices(crossed)
    assert dict(matplotlib.rcParams) == before
