"""Pictures, text and pages of paired lives: well formed, escaped, told apart without color, and the same everywhere."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from known_lives import MONTHS, made_up_lives, made_up_pair
from reentrysim.analysis.lives import states
from reentrysim.analysis.lives.lives import Event, Kind, Lives, Pair
from reentrysim.report.lives import (
    icon_array_svg,
    lives_svg,
    lives_text,
    lives_words,
    story_page,
    story_section,
    story_svg,
    story_text,
)
from reentrysim.report.lives.icons import _SHAPES
from reentrysim.report.lives.marks import LOOKS, TEXTURES, lanes_of
from reentrysim.report.lives.words import clean

SVG = "{http://www.w3.org/2000/svg}"
SCRIPT = "<script>alert(1)</script>"
RIGHT_TO_LEFT = "עזרה בעבודה‮ "
LONG = "long-" * 60
HOSTILE = [SCRIPT, RIGHT_TO_LEFT, LONG, '" onload="alert(1)', "]]>&amp;<!--", "a\x00b\x1b[31mc\nd", "{{ 7 * 7 }}"]
DRAWN: list[Callable[[Lives], str]] = [
    icon_array_svg,
    story_svg,
    lambda lives: lives_svg(lives.pairs[0]),
]


def told(picture: str) -> list[str]:
    """Every text in a picture, titles of parts apart."""
    root = ET.fromstring(picture)
    return ["".join(node.itertext()) for node in root.iter(f"{SVG}text")]


class Tags(HTMLParser):
    """Names and attributes of all tags of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("draw", DRAWN)
def test_hostile_names_stay_text_in_pictures(draw: Callable[[Lives], str], name: str) -> None:
    root = ET.fromstring(draw(made_up_lives(baseline=name, scenario=name + "2")))  # well formed
    tags = {node.tag.removeprefix(SVG) for node in root.iter()}
    assert tags <= {"svg", "title", "desc", "defs", "pattern", "path", "circle", "rect", "text", "tspan", "g"}
    for node in root.iter():
        assert not any(key.lower().startswith("on") or "href" in key.lower() for key in node.attrib)
    words = " ".join("".join(node.itertext()) for node in root.iter(f"{SVG}text"))
    assert clean(name)[:20] in words


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text_in_pages(name: str) -> None:
    page = Tags(story_page(made_up_lives(baseline=name, scenario=name + "2")))
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "iframe", "img", "link", "object", "embed"}
    assert not any(key.startswith("on") or key in ("src", "href") for _, held in page.tags for key in held)
    assert clean(name) in "".join(page.texts)
    assert not any(ord(letter) in (0x202E, 0, 0x1B) for letter in "".join(page.texts))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_leave_the_text_on_its_lines(name: str) -> None:
    text = story_text(made_up_lives(baseline=name, scenario=name + "2"))
    assert max(map(len, text.splitlines())) <= 100
    assert not re.search(r"[\x00-\x09\x0b-\x1f‮]", text)


def test_a_name_is_one_line_without_marks_that_turn_text() -> None:
    assert clean("a\u202eb\n\tc\x00") == "ab c"
    assert clean("x" * 50, 10) == "x" * 9 + "…"
    assert clean("عربي", 10) == "عربي"


@pytest.mark.parametrize("draw", DRAWN[:1] + DRAWN[2:])
def test_pictures_name_and_describe_themselves(draw: Callable[[Lives], str]) -> None:
    root = ET.fromstring(draw(made_up_lives()))
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None and desc is not None
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"].split() == [title.attrib["id"], desc.attrib["id"]]
    assert "simulated" in (title.text or "").lower()
    assert "Simulated people: nobody here is real" in (desc.text or "")
    assert any("Simulated people" in words for words in told(draw(made_up_lives())))


def test_parts_of_several_pictures_on_a_page_have_names_of_their_own() -> None:
    lives = made_up_lives()
    pairs = tuple(
        replace(pair, label=f"Participant {letter}") for pair, letter in zip(lives.pairs, "ABCD", strict=True)
    )
    found = [held["id"] for _, held in Tags(story_page(replace(lives, pairs=pairs))).tags if "id" in held]
    assert len(found) == len(set(found)) > 20
    picture = story_svg(replace(lives, pairs=pairs))
    asked = set(re.findall(r"url\(#([\w-]+)\)", picture))
    assert asked and asked <= set(re.findall(r'id="([\w-]+)"', picture))


def test_the_icon_array_has_a_mark_for_each_of_1000_people() -> None:
    root = ET.fromstring(icon_array_svg(made_up_lives()))
    counts = []
    for kind in Kind:
        tail = _SHAPES[kind].partition("{y}")[2]
        drawn = [path.attrib["d"].count(tail) for path in root.iter(f"{SVG}path") if tail in path.attrib["d"]]
        counts.append(sum(drawn) - 1)  # one of them in the legend
    assert counts == [30, 20, 350, 600]
    places = re.findall(r"M([\d.]+) ([\d.]+)m", " ".join(p.attrib["d"] for p in root.iter(f"{SVG}path")))
    assert len(set(places)) == 1000 + 4
    words = " ".join(told(icon_array_svg(made_up_lives())))
    assert "Improved: 30 of 1,000" in words and "Worsened: 20 of 1,000" in words


def test_kinds_are_told_apart_by_shape_and_states_of_a_lane_by_more_than_color() -> None:
    assert len({shape.partition("{y}")[2] for shape in _SHAPES.values()}) == 4
    programs = (states.HELD, states.HELD_FOR_PART), (states.HAS_MENTOR, states.HAD_MENTOR_FOR_PART)
    for words in (*states.WORDS.values(), *programs):
        held = [word for word in words if word]
        assert len({LOOKS[word].letter for word in held}) == len(held)
        assert len({(_gray(LOOKS[word].fill), LOOKS[word].texture) for word in held}) == len(held)


def _gray(color: str) -> int:
    """Lightness in steps that a printer tells apart."""
    red, green, blue = (int(color[n : n + 2], 16) for n in (1, 3, 5))
    return int(0.2126 * red + 0.7152 * green + 0.0722 * blue) // 20


def test_every_texture_is_drawn() -> None:
    drawn = re.findall(r'<pattern id="lives-participant-a-(\w+)"', lives_svg(made_up_pair()))
    assert sorted(drawn) == sorted(TEXTURES)
    assert {look.texture for look in LOOKS.values()} - {""} == set(TEXTURES)


def test_every_state_and_event_has_a_look() -> None:
    assert {word for words in states.WORDS.values() for word in words} <= LOOKS.keys()
    assert {states.HELD, states.HAS_MENTOR} <= LOOKS.keys()
    assert all(len(look.letter) == 1 for look in LOOKS.values())


def test_the_timeline_is_drawn_to_the_month() -> None:
    """By hand: 42 months from 150 to 976, so the job of months 1 to 11 is 11 parts of 42 wide."""
    root = ET.fromstring(lives_svg(made_up_pair()))
    step = (976 - 150) / len(MONTHS)
    found = {}
    for group in root.iter(f"{SVG}g"):
        title, box = group.find(f"{SVG}title"), group.find(f"{SVG}rect")
        if title is not None and box is not None and "height" in box.attrib:
            found.setdefault(title.text, []).append((float(box.attrib["x"]), float(box.attrib["width"])))
    (job,) = found["job, month 1 to 11"]
    assert job == (pytest.approx(150 + 2 * step, abs=0.1), pytest.approx(11 * step, abs=0.1))
    (mentor,) = found["has a mentor, month 3 to 40"]
    assert mentor == (pytest.approx(150 + 4 * step, abs=0.1), pytest.approx(38 * step, abs=0.1))
    line = next(path.attrib["d"] for path in root.iter(f"{SVG}path") if path.attrib.get("stroke") == "#b00000")
    assert float(line.split()[0][1:]) == pytest.approx(150 + 4 * step, abs=0.1)


def test_the_text_tells_the_same_life() -> None:
    lines = lives_text(made_up_pair()).splitlines()
    assert lines[0] == "Participant A (simulated): 34, man, 7 prior arrests"
    joined = " ".join(" ".join(lines).split())
    assert "Improved: back in prison within 3 years under status-quo, not under more-mentors." in joined
    assert "In month 3 after release a mentor is offered under more-mentors, and not under status-quo." in joined
    custody = [line for line in lines if line.startswith("    custody")]
    assert custody[0][22:] == "PP" + "." * 11 + "#" * 29
    assert custody[1][22:] == "PP" + "." * 40
    events = [line for line in lines if line.startswith("    events")]
    assert events[0][22:] == "  >" + " " * 10 + "R"
    mentor = [line for line in lines if line.startswith("    mentor")]
    assert mentor[1][22:] == " " * 4 + "m" * 38
    part = next(line for line in lines if line.startswith("  paths part"))
    assert part.index("v") == 22 + 4
    assert "month 12: arrested (drugs), convicted, back in prison (new sentence)" in joined


def test_long_follow_up_goes_over_several_lines() -> None:
    pair = made_up_pair()
    months = (*MONTHS, *range(41, 121))
    longer = {lane: (*row, *[row[-1]] * 80) for lane, row in pair.other.lanes.items()}
    baseline = {lane: (*row, *[row[-1]] * 80) for lane, row in pair.baseline.lanes.items()}
    long = replace(
        pair, months=months, other=replace(pair.other, lanes=longer), baseline=replace(pair.baseline, lanes=baseline)
    )
    text = lives_text(long)
    assert max(map(len, text.splitlines())) <= 100
    assert len([line for line in text.splitlines() if line.startswith("    custody")]) == 4
    ET.fromstring(lives_svg(long))


def test_a_place_of_less_than_a_month_is_shown_and_told() -> None:
    """A program job that begins and ends in month 5, and is there at the end of no month."""
    pair = made_up_pair()
    lane = tuple(states.HELD_FOR_PART if month == 5 else "" for month in MONTHS)
    events = [Event(5, states.BEGINS, "transitional jobs begins"), Event(5, states.ENDS, "transitional jobs ends")]
    jobs = replace(pair.baseline, lanes={**pair.baseline.lanes, "transitional_jobs": lane}, events=tuple(events))
    text = lives_text(replace(pair, baseline=jobs))
    (line, other) = [one for one in text.splitlines() if one.startswith("    transitional")]
    assert line[22:] == " " * 6 + "-" and other[22:] == ""
    assert "month 5: transitional jobs begins, transitional jobs ends." in _joined(text)
    assert "transitional jobs: - had a place for part of the month" in _joined(text)
    assert "had a place for part of the month, month 5 to 5" in lives_svg(replace(pair, baseline=jobs))


def test_lanes_that_neither_life_has_are_left_out() -> None:
    pair = made_up_pair()
    assert lanes_of(pair) == ["custody", "home", "work", "mentoring"]
    unmet = replace(pair, other=pair.baseline)
    assert lanes_of(unmet) == ["custody", "home", "work"]


@pytest.mark.parametrize("parted", [None, -60, -2, 1, 40])
def test_wherever_they_part_it_is_drawn(parted: int | None) -> None:
    pair = replace(made_up_pair(), parted=parted)
    words = told(lives_svg(pair))
    assert ("paths part here" in words) == (parted is not None)
    assert ("paths part" in lives_text(pair)) == (parted is not None)


def test_an_extra_says_so_and_those_in_proportion_say_for_whom_they_stand() -> None:
    pair = made_up_pair()
    assert "Stands for 30 of 1,000." in _joined(lives_text(pair))
    assert "Stands for 30 of 1,000 together with 2 others shown." in _joined(lives_text(replace(pair, shown=3)))
    extra = _joined(lives_text(replace(pair, among=False)))
    assert "An extra, 1 of the 30 in 1,000 who are of this kind" in extra
    few = _joined(lives_text(replace(pair, among=False, of_1000=0, unit=5)))
    assert "An extra, 1 of the fewer than 5 in 1,000 who are of this kind" in few


def test_no_fewer_are_told_than_the_runs_support() -> None:
    lives = made_up_lives()
    for unit, words in ((5, "fewer than 5"), (1, "fewer than 1"), (0, "none")):
        share = replace(lives.shares[0], of_1000=0, unit=unit)
        told = replace(lives, shares=(share, *lives.shares[1:]))
        assert f"Improved: {words} of 1,000 back in prison" in " ".join(lives_words(told))
        assert f"Improved: {words} of 1,000" in icon_array_svg(told)
        assert words in Tags(story_section(told)).texts


def test_whom_no_program_reached_is_told_with_its_period() -> None:
    told = _joined(lives_text(replace(made_up_pair(), reached=False)))
    assert "No program reached this person within 3 years under either scenario." in told


def _joined(text: str) -> str:
    return " ".join(text.split())


def test_words_tell_shares_errors_and_whom_programs_reached() -> None:
    words = " ".join(lives_words(made_up_lives()))
    assert "Improved: 30 of 1,000 back in prison within 3 years under status-quo, not under more-mentors" in words
    assert "(standard error 2)" in words
    assert "counted in 2 of the 10 replicates" in words
    assert "Of 60 improved people in the runs made again, 30 had a mentor or a place" in words
    assert "1 of the 40 worsened was dead by then" in words
    assert "Of 100 people about 55 live exactly the same life" in words  # by hand: 2,000 people, 900 differ


def test_numbers_agree_in_words_picture_and_table() -> None:
    lives = made_up_lives()
    page = Tags(story_section(lives))
    text = " ".join(page.texts)
    for share in lives.shares:
        assert text.count(f"{share.of_1000} of 1,000") >= 2
    assert lives.kinds["of_1000"].tolist() == [30, 20, 350, 600]


def test_who_died_is_not_told_as_helped() -> None:
    pair = made_up_pair()
    dead = replace(pair, other=replace(pair.other, died=10))
    assert "died in month 10, not back in prison within 3 years" in _joined(lives_text(dead))
    assert "died in month 10" in " ".join(told(lives_svg(dead)))


def test_nobody_has_a_name() -> None:
    for pair in made_up_lives().pairs:
        assert re.fullmatch(r"Participant [A-Z]+ \(simulated\): \d+, (wo)?man, \d+ prior arrests?", _title(pair))


def _title(pair: Pair) -> str:
    return lives_text(pair).splitlines()[0]
