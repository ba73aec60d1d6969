"""Paired lives as HTML: a section that other pages embed, and a page of its own."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from reentrysim.analysis.lives.lives import Lives, Pair
from reentrysim.report.lives import icons, timeline
from reentrysim.report.lives.drawing import fill_in
from reentrysim.report.lives.text import by_month, kind_sentence, title
from reentrysim.report.lives.words import (
    KIND_WORDS,
    LONGEST,
    SIMULATED,
    clean,
    count_words,
    help_words,
    kind_words,
    lives_words,
    parted_words,
    stands_for,
)


@dataclass(frozen=True)
class _Shown:
    """One pair, ready to be put into a page."""

    title: str
    sentences: list[str]
    picture: Markup
    events: list[tuple[str, list[tuple[int, str]]]]
    """By scenario: month and what happened."""


def story_section(lives: Lives) -> str:
    """An HTML fragment (`<section>`, no head): words, icon array, the table behind it, and every pair with its text."""
    shown = {pair.kind: sum(one.kind == pair.kind for one in lives.pairs) for pair in lives.pairs}
    names = clean(lives.baseline), clean(lives.scenario)
    rows = [
        (
            f"{KIND_WORDS[s.kind]}: {kind_words(s.kind, *names, lives.headline_month)}",
            count_words(s),
            f"{s.error:.1g}" if s.error == s.error else "unknown",
            f"{s.runs:,}",
            f"{s.reached:,}",
            shown.get(s.kind, 0),
        )
        for s in lives.shares
    ]
    return fill_in(
        "section.html.j2",
        words=lives_words(lives),
        icons=Markup(icons.icon_array_svg(lives)),
        rows=rows,
        baseline=names[0],
        scenario=names[1],
        people=lives.people,
        pairs=[_ready(pair) for pair in lives.pairs],
    )


def story_page(lives: Lives) -> str:
    """The same as a whole self-contained HTML page."""
    heading = _heading(lives)
    return fill_in("page.html.j2", heading=heading, simulated=SIMULATED, section=Markup(story_section(lives)))


def story_svg(lives: Lives) -> str:
    """The icon array and every pair, one under the other, as one picture."""
    picture, bottom = icons.placed(lives, 0.0)
    pictures = [Markup(picture)]
    for pair in lives.pairs:
        picture, height = timeline.placed(pair, bottom)
        pictures.append(Markup(picture))
        bottom += height
    return fill_in("all.svg.j2", heading=_heading(lives), width=timeline.WIDTH, height=bottom, pictures=pictures)


def _heading(lives: Lives) -> str:
    return f"Simulated lives: {clean(lives.scenario, LONGEST)} beside {clean(lives.baseline, LONGEST)}"


def _ready(pair: Pair) -> _Shown:
    return _Shown(
        title=title(pair),
        sentences=[kind_sentence(pair), stands_for(pair), parted_words(pair), help_words(pair)],
        picture=Markup(timeline.lives_svg(pair)),
        events=[(clean(life.scenario), by_month(life.events)) for life in (pair.baseline, pair.other)],
    )
