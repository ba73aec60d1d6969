"""A brief says what the report says, on one page and on cards whose texts fit, whatever their length."""

from __future__ import annotations

import re
import struct
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.transforms import Bbox

import fakes
from reentrysim import brief
from reentrysim.analysis.answer import OUTCOME, Counts, period
from reentrysim.analysis.compare import Comparison, compare
from reentrysim.analysis.intervals import Cell
from reentrysim.cli import main
from reentrysim.report.brief.cards import SIZES, card
from reentrysim.report.brief.fitting import SMALLEST, fit, text_width, wrap
from reentrysim.report.brief.page import page
from reentrysim.report.brief.words import Change, Words, words_of
from reentrysim.report.words import difference
from reentrysim.vocabulary import InputError

OPTIONS = {"replicates": 24, "jobs": 1, "participants": 60, "months": 36}
LONG = "Of 1,000 people released, about 120 fewer are back in prison within 3 years under a-scenario " * 4
SENTENCES = ("Short.", LONG[:180], LONG[:300], "w" * 300, "$5 and $6 and _x_ and 100% of \\alpha", LONG * 2)


@pytest.fixture(scope="module")
def fresh() -> Comparison:
    return compare(["more-mentors", "smaller-mentor-caseloads"], simulate=fakes.fake_simulate, **OPTIONS)


@pytest.fixture(scope="module")
def words(fresh: Comparison) -> Words:
    return words_of(fresh)


def boxes(words: Words, width: int, height: int) -> list[Bbox]:
    """Where the letters of every line of a card are, in pixels."""
    figure = card(words, width, height)
    renderer = FigureCanvasAgg(figure).get_renderer()
    return [text.get_window_extent(renderer) for text in figure.texts]


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda one: str(len(one)))
def test_texts_are_inside_the_card_and_none_lies_on_another(words: Words, sentence: str, size: tuple[int, int]) -> None:
    width, height = size
    found = boxes(replace(words, sentence=sentence), width, height)
    assert len(found) >= 3
    for box in found:
        assert box.x0 >= 0 and box.x1 <= width and box.y0 >= 0 and box.y1 <= height
    for number, one in enumerate(found):
        assert not any(one.overlaps(other.shrunk(1, 0.9)) for other in found[number + 1 :])


@pytest.mark.parametrize("rows", [1, 6, 7, 12])
def test_up_to_twelve_scenarios_fit_or_are_left_to_the_page(words: Words, rows: int) -> None:
    counts = Counts(Cell(-0.004, -0.012, 0.004, 0.0005, 0.8, 54))
    many = replace(words, changes=tuple(Change("a-name-of-a-scenario-" * 4 + str(n), counts) for n in range(rows)))
    for width, height in SIZES:
        drawn = [text for text in card(many, width, height).texts if text.get_text().startswith("a-name-of")]
        assert len(drawn) == (rows if height == 1920 or (height == 1080 and rows <= 7) else 0)
        assert all(text.get_fontsize() * 100 / 72 >= 12 for text in drawn)
        found = boxes(many, width, height)
        assert all(box.x1 <= width and box.y0 >= 0 for box in found)
        assert not any(a.overlaps(b.shrunk(1, 0.9)) for n, a in enumerate(found) for b in found[n + 1 :])


def test_every_card_quotes_the_sentence_how_sure_it_is_and_its_source(words: Words, fresh: Comparison) -> None:
    for size in SIZES:
        told = " ".join(text.get_text() for text in card(words, *size).texts)
        assert f"“{fresh.sentence()}”" in told
        assert "95% intervals hold what is not known about the evidence" in told
        assert "seed 1, simulated; for comparing policies, never for deciding about a person" in told


def test_the_page_says_the_numbers_that_are_printed(words: Words, fresh: Comparison) -> None:
    text = _Text.of(page(words))
    assert fresh.sentence() in text
    for name in ("more-mentors", "smaller-mentor-caseloads"):
        assert difference(Counts(fresh.paired(name, OUTCOME, 36))) in text
    assert f"{Counts(fresh.value('status-quo', OUTCOME, 36)).mean} of 1,000" in text
    assert "never for deciding about a person" in text and "Deciding about a real individual" in text


def test_long_names_and_titles_make_a_page_crowded_as_long_warnings_do(words: Words) -> None:
    """Six scenarios beside the baseline, with titles of 90 letters and two warnings of 260."""
    plain = replace(words, warnings=("w" * 260,) * 2)
    usual, longer = (
        replace(plain, rows=tuple(replace(words.rows[0], name="n" * name, title="t" * title) for _ in range(7)))
        for name, title in ((15, 40), (70, 90))
    )
    assert not usual.crowded and longer.crowded
    assert replace(usual, warnings=("w" * 330,) * 3).crowded
    assert not replace(longer, rows=longer.rows[:2]).crowded


def test_lines_are_drawn_where_the_numbers_are(words: Words) -> None:
    for row, change in zip(words.rows[1:], words.changes, strict=True):
        assert row.line is not None
        for drawn, count in zip((row.line.low, row.line.high), (change.counts.low, change.counts.high), strict=True):
            assert drawn * count >= 0 and abs(drawn) <= 96
    assert max(abs(end) for row in words.rows[1:] if row.line for end in (row.line.low, row.line.high)) == 96


def test_the_page_is_one_file_in_which_nothing_runs(words: Words) -> None:
    evil = replace(words.rows[1], title="<script>alert(1)</script>" + "\u0646\u0635" * 150, name='"><b onclick="x">')
    html = page(replace(words, rows=(words.rows[0], evil), sentence="<b>&</b>", warnings=("<i>",) * 3, more_warnings=4))
    assert "<script" not in html and "<b " not in html and "&lt;script&gt;" in html and "&lt;b&gt;&amp;" in html
    assert re.findall(r"(?:src|href)=|https?:|url\(", html) == []
    assert "4 more: see the report" in html
    assert len(html) < 100_000


def test_a_folder_and_fresh_results_give_the_same_brief(fresh: Comparison, tmp_path: Path) -> None:
    folder = fresh.save(tmp_path / "run")
    made = brief(folder)
    assert made == tmp_path / "run-brief"
    assert sorted(one.name for one in made.iterdir()) == ["brief.html", *sorted(f"card-{w}x{h}.png" for w, h in SIZES)]
    other = brief(fresh, tmp_path / "other")
    for width, height in SIZES:
        held = (made / f"card-{width}x{height}.png").read_bytes()
        assert struct.unpack(">II", held[16:24]) == (width, height)
        assert held == (other / f"card-{width}x{height}.png").read_bytes()
    assert (made / "brief.html").read_text() == (other / "brief.html").read_text()


def test_one_scenario_alone_and_too_few_runs_have_no_differences_and_no_intervals(tmp_path: Path) -> None:
    alone = words_of(compare(["status-quo"], simulate=fakes.fake_simulate, **OPTIONS))
    assert alone.changes == () and len(alone.rows) == 1 and "Fewer" not in page(alone)
    few = words_of(compare(["more-mentors"], simulate=fakes.fake_simulate, **{**OPTIONS, "replicates": 4}))
    assert few.rows[1].line is None and "too few for 95% intervals" in few.uncertainty
    assert all(box.y0 >= 0 for size in SIZES for box in boxes(few, *size))


def test_text_is_as_large_as_its_box_allows_and_words_are_broken_only_if_they_must() -> None:
    found = fit("one two three", 1000, 100, 50)
    assert found.size == 50 and found.lines == ("one two three",)
    assert list(wrap("one two three", text_width("one two", 20) + 1, 20)) == ["one two", "three"]
    broken = list(wrap("x" * 50, 100, 20))
    assert "".join(broken) == "x" * 50 and all(text_width(line, 20) <= 100 for line in broken)
    cut = fit("word " * 500, 100, 60, 50)
    assert cut.size == SMALLEST and cut.lines[-1].endswith("…") and cut.height <= 60


def test_wrong_input_writes_nothing(fresh: Comparison, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "here").mkdir()
    folder = fresh.save(tmp_path / "run")
    assert main(["brief", str(folder), "--out", str(tmp_path / "here")]) == 2
    assert "exists already" in capsys.readouterr().err
    assert main(["brief", str(tmp_path / "here")]) == 2
    with pytest.raises(InputError, match="no folder to write beside"):
        brief(fresh)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["here", "run"]


class _Text(HTMLParser):
    """What a page says, without its marks."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    @classmethod
    def of(cls, html: str) -> str:
        parser = cls()
        parser.feed(html)
        return "".join(parser.said)


def test_dollars_of_the_government_are_told_by_the_horizon(fresh: Comparison, words: Words) -> None:
    """Programs' dollars are those of the whole run; what the government saves is told within the follow-up."""
    told = page(words)
    assert "in the whole run" not in told
    assert f"per person released, within {period(fresh.facts.months)}." in told
