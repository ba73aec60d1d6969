"""The page itself: sections in order, put into the templates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from reentrysim.analysis.answer import period
from reentrysim.experiments.store import Writer
from reentrysim.report.figures import Drawn
from reentrysim.report.page.answer import answer, compared
from reentrysim.report.page.asked import About, Results, about
from reentrysim.report.page.blocks import Fragment, Section
from reentrysim.report.page.money import money, unspent
from reentrysim.report.page.numbers import numbers
from reentrysim.report.page.pictures import pictures
from reentrysim.report.page.places import places
from reentrysim.report.page.rests import assumptions, drivers, limits, reproduce

REPORT = "report.html"
_JOINTS = re.compile(r"(?<=[a-z])([_.])(?=[a-z])")
_INTERVAL = re.compile(r"(\S+) (\(.+\))")


def report_files(results: Results, drawn: Mapping[str, Drawn]) -> dict[str, Writer]:
    """File name -> writer, with pictures that are drawn already."""
    return {REPORT: partial(write_page, results, drawn=drawn)}


def write_page(
    results: Results, path: Path, lives: Markup | None = None, drawn: Mapping[str, Drawn] | None = None
) -> None:
    """Write the page of results into a file; `lives` is a whole section of paired lives, where there is one.

    Raises:
        InputError: for a folder without its scenarios, or with programs of one's own that are not allowed here.
    """
    path.write_text(page(results, lives, drawn), encoding="utf-8", newline="\n")


def page(results: Results, lives: Markup | None = None, drawn: Mapping[str, Drawn] | None = None) -> str:
    """The page of results as HTML; the same results give the same bytes.

    Runs and their folder give the same words and numbers; lines of pictures differ beyond the digits that files keep.
    """
    what = about(results, drawn)
    return render(title(what), subtitle(what), sections(what, lives), what.said["version"])


def render(title: str, subtitle: str, sections: list[Section], version: str) -> str:
    """Sections put into the templates; every word is escaped but Markup."""
    template = _environment().get_template("report.html.j2")
    return template.render(title=title, subtitle=subtitle, sections=sections, version=version)


def title(what: About) -> str:
    """The heading of the page."""
    if not what.others:
        return "What happens after release under one scenario"
    count = "1\u00a0scenario" if len(what.others) == 1 else f"{len(what.others)}\u00a0scenarios"
    return f"Who comes back to prison: {count} against the baseline"


def subtitle(what: About) -> str:
    """What the page is, in a line."""
    facts = what.results.facts
    people = f"{facts.replicates:,} runs a scenario of {facts.participants:,} simulated people"
    return f"A simulation for comparing policies. {people}, followed for {period(facts.months)} after release."


def sections(what: About, lives: Markup | None = None) -> list[Section]:
    """Every part of the page in order; paired lives stand after who gains."""
    return [
        answer(what),
        numbers(what),
        compared(what),
        Section("curves", "What happens after release", list(pictures(what, "curves"))),
        *_differences(what),
        money(what),
        places(what),
        *([Section("lives", "The same people under both", [Fragment(lives)], bare=True)] if lives else []),
        unspent(what),
        drivers(what),
        assumptions(what),
        limits(what),
        reproduce(what),
    ]


def _differences(what: About) -> list[Section]:
    if not what.others:
        return []
    return [Section("differences", "How the scenarios differ", list(pictures(what, "differences", "groups")))]


def soft(text: str) -> Markup:
    """Escaped, with places where a name such as "work.hazard_ratio" may break."""
    return Markup(_JOINTS.sub(r"\1<wbr>", str(escape(text))))


def kept(text: str) -> Markup:
    """Escaped; a number and its interval each stay in one piece: "-4 (-11 to +3)"."""
    parts = _INTERVAL.fullmatch(text)
    if parts is None:
        return escape(text)
    return Markup("<span>{}</span> <span>{}</span>").format(*parts.groups())


@cache
def _environment() -> Environment:
    loader = PackageLoader("reentrysim.report.page")
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters |= {"soft": soft, "kept": kept}
    return made
