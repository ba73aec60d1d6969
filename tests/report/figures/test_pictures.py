"""Every picture draws the numbers of its table, says them in words, overlaps nothing, is the same file twice."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from fakes import fake_simulate, use_fake_inputs
from reentrysim.analysis.answer import Counts
from reentrysim.analysis.compare import Comparison as Tables
from reentrysim.analysis.compare import run
from reentrysim.experiments.store import Writer
from reentrysim.report import words
from reentrysim.report.figures import ALL, Drawn, draw_all, figure_files, gaps, picture_files, svg
from reentrysim.report.figures.budget import LEFT, millions
from reentrysim.report.figures.rendering import settle
from reentrysim.report.figures.style import COLORS, DASHES, MARKERS, folded, short, spread, styles_of
from reentrysim.results import Comparison, load
from reentrysim.vocabulary import InputError
from rich_runs import LONG, rich_comparison

SIZES = (1, 6, 12)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, Comparison]]:
    with pytest.MonkeyPatch.context() as patch:
        yield {size: rich_comparison(size, tmp_path_factory.mktemp("scenarios"), patch) for size in SIZES}


@pytest.fixture(scope="module")
def drawn(results: dict[int, Comparison]) -> dict[int, dict[str, Drawn]]:
    return {size: one.pictures for size, one in results.items()}


@pytest.fixture(scope="module")
def six(drawn: dict[int, dict[str, Drawn]]) -> dict[str, Drawn]:
    return drawn[6]


def words_of(figure: Figure) -> str:
    return " ".join(" ".join(text.get_text().split()) for text in figure.findobj(Text))


def panel_of(one: Drawn, title: str) -> Axes:
    (panel,) = [axis for axis in one.figure.axes if " ".join(axis.get_title(loc="left").split()).startswith(title)]
    return panel


def dots(panel: Axes) -> list[tuple[float, float]]:
    """Single marks, in the order in which they were drawn."""
    points = [np.asarray(line.get_xydata()) for line in panel.get_lines() if len(np.asarray(line.get_xdata())) == 1]
    return [(float(point[0, 0]), float(point[0, 1])) for point in points]


def test_there_is_a_picture_of_everything_that_is_there(drawn: dict[int, dict[str, Drawn]]) -> None:
    assert list(drawn[6]) == list(drawn[12]) == list(ALL)
    assert list(drawn[1]) == ["curves", "queues", "budget"]


@pytest.mark.parametrize("size", SIZES)
def test_no_words_lie_on_others_or_are_cut_off(size: int, drawn: dict[int, dict[str, Drawn]]) -> None:
    for kind, one in drawn[size].items():
        canvas = FigureCanvasAgg(one.figure)
        settle(one.figure)
        canvas.draw()
        shown = [text for text in one.figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
        shown = [text for text in shown if text.axes is None or text.axes.get_visible()]
        outside = set(_ticks_outside(one.figure, canvas))
        boxes = [(text.get_text(), _box(text, canvas)) for text in shown if id(text) not in outside]
        for (first, one_box), (second, other_box) in itertools.combinations(boxes, 2):
            assert not one_box.overlaps(other_box), (kind, first, second)
        width, height = canvas.get_width_height()
        for text, box in boxes:
            assert -1 <= box.x0 <= box.x1 <= width + 1, (kind, text)
            assert -1 <= box.y0 <= box.y1 <= height + 1, (kind, text)


def _ticks_outside(figure: Figure, canvas: FigureCanvasAgg) -> Iterator[int]:
    """Labels of ticks beyond the ends of an axis, and of axes that are not there, which nobody sees."""
    for panel in figure.axes:
        frame = panel.get_window_extent()
        for axis, low, high in ((panel.xaxis, "x0", "x1"), (panel.yaxis, "y0", "y1")):
            for tick in (*axis.majorTicks, *axis.minorTicks):
                for label in (tick.label1, tick.label2):
                    box = _box(label, canvas)
                    middle = (getattr(box, low) + getattr(box, high)) / 2
                    inside = getattr(frame, low) - 1 <= middle <= getattr(frame, high) + 1
                    if not (inside and panel.get_visible()):
                        yield id(label)


def _box(text: Text, canvas: FigureCanvasAgg) -> Bbox:
    """Of the words alone, without the line to them, a little smaller than the font's own."""
    box = Text.get_window_extent(text, canvas.get_renderer())
    return Bbox.from_extents(box.x0 + 1, box.y0 + 1, box.x1 - 1, box.y1 - 1)


@pytest.mark.parametrize("size", SIZES)
def test_every_picture_says_runs_people_and_what_it_is_for(size: int, drawn: dict[int, dict[str, Drawn]]) -> None:
    for one in drawn[size].values():
        assert "24 runs of 1,000 people per scenario" in one.caption
        assert "never for deciding about a person" in one.caption
        assert " ".join(one.caption.split()) in words_of(one.figure)
        assert len(one.table)
        assert "nan" not in one.alt


def test_intervals_are_named_where_there_are_any(six: dict[str, Drawn]) -> None:
    for kind in ("curves", "differences", "groups", "queues", "equity"):
        assert "95% interval" in six[kind].caption
        assert "(evidence, luck removed)" in six[kind].caption


def test_dots_of_the_plane_are_draws_and_means(results: dict[int, Comparison], six: dict[str, Drawn]) -> None:
    (panel,) = six["plane"].figure.axes
    points = results[6].economics().plane()
    for name, part in points.groupby("scenario", sort=False):
        row = six["plane"].table.set_index("scenario").loc[name]
        mean = (1000 * part["averted"].mean(), part["net_public_cost"].mean())
        assert (row["averted_per_1000"], row["net_public_cost"]) == pytest.approx(mean)
        assert any(dot == pytest.approx(mean) for dot in dots(panel))
    clouds = [np.asarray(line.get_xydata()) for line in panel.get_lines() if len(np.asarray(line.get_xdata())) == 12]
    assert len(clouds) == 5
    expected = points[points["scenario"] == "more-mentors"][["averted", "net_public_cost"]].to_numpy() * [1000, 1]
    assert np.allclose(clouds[0], expected)
    for low, high in (panel.get_xlim(), panel.get_ylim()):
        assert low < 0 < high


def test_groups_are_drawn_as_their_table_has_them(results: dict[int, Comparison], six: dict[str, Drawn]) -> None:
    one, month = six["groups"], results[6].headline_month
    panel = panel_of(one, "smaller-mentor- caseloads")
    table = one.table[one.table["scenario"] == "smaller-mentor-caseloads"].reset_index(drop=True)
    drawn_at = dots(panel)
    for place, row in table.iterrows():
        asked = results[6].paired("smaller-mentor-caseloads", "return_to_prison", month, str(row["subgroup"]))
        assert drawn_at[int(str(place))] == pytest.approx((1000 * asked.mean, place))
        assert row["difference_low"] == pytest.approx(asked.low)
    assert panel.get_xlim()[0] < 0 < panel.get_xlim()[1]
    for panel in one.figure.axes:
        for line in panel.get_lines():
            x = np.asarray(line.get_xdata(), dtype=float)
            assert panel.get_xlim()[0] <= np.nanmin(x) <= np.nanmax(x) <= panel.get_xlim()[1]


def test_lines_and_caseloads_are_those_of_queues_csv(results: dict[int, Comparison], six: dict[str, Drawn]) -> None:
    panel = panel_of(six["queues"], "Mentoring: people in line")
    table = results[6].queues
    for line in panel.get_lines():
        rows = table[(table["scenario"] == line.get_label()) & (table["what"] == "in_line")]
        rows = rows[rows["phase"] != "after"]
        assert np.array_equal(np.asarray(line.get_xydata()), rows[["step", "value"]].to_numpy(dtype=float))
        window = rows[rows["phase"] == "window"]
        told = six["queues"].table
        told = told[(told["scenario"] == line.get_label()) & (told["what"] == "in_line")]
        assert float(told["window_mean"].iloc[0]) == pytest.approx(window["value"].mean())
        assert f"{line.get_label()} {window['value'].mean():,.0f}" in six["queues"].alt
    assert panel.get_ylim()[0] == 0
    assert {"warm-up", "window", "tail"} <= {text.get_text() for text in panel.texts}


def test_money_that_is_due_is_spent_or_left(six: dict[str, Drawn]) -> None:
    one = six["budget"]
    for name, rows in one.table.groupby("scenario"):
        dollars = rows.set_index("use")["dollars"]
        parts = dollars[[use for use in dollars.index if use.startswith("spent") or use in LEFT]]
        assert parts.sum() == pytest.approx(dollars["arrived"])
        row = rows[rows["use"] == "spent: mentoring"].iloc[0]
        assert f"mentoring {millions(row, one.table['dollars'].max())}" in one.alt.split(f"{name}: ")[1]
    panel = panel_of(one, "mentoring")
    lengths = [patch.get_width() for patch in panel.patches]  # type: ignore[attr-defined]
    spent = one.table.loc[one.table["use"] == "spent: mentoring", "dollars"]
    assert lengths == pytest.approx((spent / 1e6).tolist())
    assert panel.get_xlim()[0] == 0


def test_millions_have_three_digits_of_the_largest_budget() -> None:
    def told(dollars: float, most: float = 4_900_000.0) -> str:
        return millions({"dollars": dollars}, most)

    assert told(4_286_542.0) == "4.29"
    assert told(0.0) == "0"
    assert told(45_678.0) == "0.05"
    assert told(45_678.0, most=61_000_000.0) == "0.0"
    assert told(45_678.0, most=99_000.0) == "0.0457"


def test_gaps_are_those_of_the_table_of_equity(results: dict[int, Comparison], six: dict[str, Drawn]) -> None:
    one = six["equity"]
    assert "smaller-mentor-caseloads" in one.title  # the largest difference
    table = results[6].equity()
    mine = table[(table["scenario"] == "smaller-mentor-caseloads") & (table["program"] == "")]
    row = mine[(mine["measure"] == "served") & (mine["subgroup"] == "race=black")].iloc[0]
    gap = panel_of(one, "Gap in being served")
    assert any(dot[0] == pytest.approx(1000 * row["gap"]) for dot in dots(gap))
    assert any(dot[0] == pytest.approx(1000 * row["gap_before"]) for dot in dots(gap))
    change = mine[(mine["measure"] == "return_to_prison") & (mine["subgroup"] == "sex=female")].iloc[0]
    assert dots(panel_of(one, "Change in returns"))[0][0] == pytest.approx(1000 * change["change"])
    assert panel_of(one, "Served").get_xlim()[0] == 0
    assert re.search(r"women \d+ and \d+, men \d+ and \d+", one.alt)
    with pytest.raises(InputError, match="no scenario 'mor-mentors'"):
        gaps(results[6], "mor-mentors")


def test_words_of_the_forest_are_the_counts_of_the_tables(
    results: dict[int, Comparison], six: dict[str, Drawn]
) -> None:
    for name in results[6].facts.names[1:]:
        cell = results[6].paired(name, "return_to_prison", results[6].headline_month)
        told = words.difference(Counts(cell))
        assert f"{name} {told}" in six["differences"].alt
        assert told in words_of(six["differences"].figure)


def test_the_same_results_give_the_same_bytes(
    results: dict[int, Comparison], drawn: dict[int, dict[str, Drawn]], tmp_path: Path
) -> None:
    written = _written(picture_files(drawn[1].values()), tmp_path)
    assert sorted(written) == sorted(f"figures/{one.file}.{end}" for one in drawn[1].values() for end in ("png", "svg"))
    assert _written(figure_files(results[1]), tmp_path) == written


def _written(files: dict[str, Writer], folder: Path) -> dict[str, bytes]:
    found = {}
    for name, write in files.items():
        write(folder / "picture")
        found[name] = (folder / "picture").read_bytes()
    return found


def test_a_folder_holds_every_picture_and_says_the_same_when_it_is_read(
    results: dict[int, Comparison], six: dict[str, Drawn], tmp_path: Path
) -> None:
    names = {name for name in results[6].files() if name.startswith("figures/")}
    assert names == {f"figures/{one}.{end}" for one in _FILES for end in ("png", "svg")}
    found = load(Tables(results[6].runs).save(tmp_path / "run"))
    for kind, draw in ALL.items():
        assert draw(found).alt == six[kind].alt


_FILES = ("recidivism", "differences", "groups", "plane", "queues", "budget", "equity")


def test_an_svg_is_small_has_words_and_no_date(six: dict[str, Drawn]) -> None:
    for one in six.values():
        text = svg(one.figure)
        assert svg(one.figure) == text == one.svg
        assert one.svg is one.svg  # drawn once, for its file and for the page
        assert len(text) < 300_000
        assert "Verdana" in text
        assert "never for deciding" in " ".join(re.sub("<[^>]*>", " ", text).split())
        assert not re.search(r"<dc:date>|20\d\d-\d\d-\d\d", text)


def test_a_folder_without_queues_says_what_it_lacks(results: dict[int, Comparison], tmp_path: Path) -> None:
    folder = Tables(results[1].runs).save(tmp_path / "run")
    found = load(folder)
    kept = {name: digest for name, digest in found.manifest["files"].items() if name != "queues.csv"}
    older = type(found)(folder, {**found.manifest, "files": kept})
    with pytest.raises(InputError, match="keeps no lines and caseloads over time"):
        older.plot("queues")
    assert "queues" not in draw_all(older)


def test_results_without_places_are_not_drawn_as_if_nobody_had_one(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_inputs(monkeypatch)
    alone = run("more-mentors", simulate=fake_simulate, replicates=4, jobs=1, months=12, participants=100)
    assert set(draw_all(alone)) == {"curves", "budget"}
    with pytest.raises(InputError, match="keep no lines"):
        ALL["queues"](alone)


def test_labels_spread_as_little_as_they_must() -> None:
    assert spread([0.1, 0.5, 0.9], 0.1) == pytest.approx([0.1, 0.5, 0.9])
    assert spread([0.5, 0.5], 0.1) == pytest.approx([0.45, 0.55])
    assert spread([0.52, 0.5, 0.1], 0.1) == pytest.approx([0.56, 0.46, 0.1])
    low = spread([0.0, 0.0, 0.0], 0.1, 0.0, 1.0)
    assert low == pytest.approx([0.0, 0.1, 0.2])
    high = spread([1.0, 1.0], 0.1, 0.0, 1.0)
    assert high == pytest.approx([0.9, 1.0])


def test_long_names_keep_both_ends() -> None:
    assert short("more-mentors") == "more-mentors"
    assert short(f"{LONG}-3", 20).endswith("number-3")
    assert len(short(LONG, 20)) == 20
    assert folded("smaller-caseworker-caseloads", 20) == "smaller-caseworker-\ncaseloads"
    assert folded(LONG, 20).count("\n") == 1


def test_scenarios_are_told_apart_without_color(results: dict[int, Comparison]) -> None:
    styles = styles_of(results[12])
    assert len({(style.color, str(style.dashes)) for style in styles.values()}) == 12
    first = list(styles.values())[: len(MARKERS)]
    assert len({style.marker for style in first}) == len(first)
    assert len(DASHES) == 4


@pytest.mark.parametrize("color", COLORS)
def test_colors_stand_out_from_white(color: str) -> None:
    """WCAG 2.2, success criterion 1.4.11: graphical objects, 3:1."""
    parts = [int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = float(np.dot([0.2126, 0.7152, 0.0722], linear))
    assert 1.05 / (luminance + 0.05) >= 3.0


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        ("diferences", {}, "Did you mean 'differences'"),
        ("plane", {"outcomes": "rearrest"}, "is not of an outcome"),
        ("waterfall", {}, "does not hold what 'waterfall' shows"),
        ("groups", {"outcomes": ["rearrest", "homeless"]}, "of one outcome"),
        ("groups", {"outcomes": "earnings"}, "no share of people"),
    ],
)
def test_what_cannot_be_drawn_is_said(
    kind: str, options: dict[str, Any], message: str, results: dict[int, Comparison]
) -> None:
    with pytest.raises(InputError, match=message):
        results[6].plot(kind, **options)


def test_kinds_are_drawn_by_name(results: dict[int, Comparison]) -> None:
    for kind in ("plane", "budget"):
        assert isinstance(results[6].plot(kind), Figure)
    assert "Rearrested within 3 years, by group" in words_of(results[6].plot("groups", "rearrest"))
    assert math.isclose(results[6].plot("curves").get_figwidth(), 10.0)
