"""What the result rests on: what drives it, assumptions with sources and grades, limits, and how to get it again."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from reentrysim.analysis.answer import two_digits
from reentrysim.analysis.sensitivity.ranks import FEWEST_POINTS
from reentrysim.analysis.why.judgment import JUDGED, Effect, effects
from reentrysim.evidence.calibration import evidence_digest
from reentrysim.evidence.estimate import GRADES, Estimate
from reentrysim.evidence.published import published_row
from reentrysim.evidence.sources import Source, source_of
from reentrysim.report.page.asked import About
from reentrysim.report.page.blocks import Block, Command, Entries, Entry, Points, Prose, Section, Table
from reentrysim.scenario.values import catalog_of

PRICES = "prices."
FORBIDDEN = (
    "Deciding about a real individual: release, supervision, a place in a program, a risk score. It knows nobody.",
    "Ranking or judging real programs, agencies or mentors by name.",
    "Claiming that a program works because a simulation says so. The effect goes in; it does not come out.",
    "Quoting a difference without its interval.",
)
LIMITS = (
    "Everybody here is simulated. People are like those released in 24 states in 2008 unless the scenarios say "
    "otherwise, so levels are no forecasts: only differences between scenarios are the answer.",
    "The effects of programs are weakly known. What is not published about adults after prison is judged, and every "
    "judgment is an assumption that can be looked up and changed.",
    "Intervals hold what is not known about the numbers, and not that the model itself may be built wrongly.",
    "Different values of an uncertain number, within its range, give different answers; a sweep shows how different.",
)


def drivers(about: About) -> Section:
    """What the difference goes with most of all that is not known, and how much of it is judgment."""
    blocks: list[Block] = [Prose(_ranked_in_words(about)), *_ranked(about)]
    return Section("drivers", "What drives the result", [*blocks, Prose(_judged(about))])


def assumptions(about: About) -> Section:
    """The effects that the scenarios rest on and numbers of their own, each with its source and grade."""
    told = ", ".join(f"{grade}: {what}" for grade, what in GRADES.items())
    first = (
        f"Grades say how a number is known ({told}). These are the effects of the programs compared and numbers that "
        "the scenarios set themselves; every other number is listed by the command below, and by its name after it."
    )
    blocks: list[Block] = [Prose(first), *_stale(about), *_effects(about), *_own_numbers(about), *_prices(about)]
    return Section("assumptions", "Assumptions, sources and grades", [*blocks, Command("reentrysim evidence")])


def limits(about: About) -> Section:
    """What it must not be used for, what to beware of in these results, and of the model."""
    of_these: list[Block] = [Prose("Of these results:"), Points(about.warnings)] if about.warnings else []
    blocks = [Prose("It must not be used for:"), Points(FORBIDDEN), *of_these, Prose("Of the model:"), Points(LIMITS)]
    return Section("limits", "Limits, and what it must not be used for", blocks)


def reproduce(about: About) -> Section:
    """The command, and digests of everything that the numbers rest on."""
    said = about.said
    digests = [("Run", said["run"]), ("Evidence", said["evidence"]), ("Calibration", said["calibration"])]
    digests += [(f"Scenario {name}", said["scenarios"][name]) for name in about.names]
    digests += [(f"Code {name}", held) for name, held in said.get("code", {}).items()]
    rows = (("Version", f"reentrysim {said['version']}"), *digests)
    words = (
        "The same version gives the same numbers with this command, on any number of processes. manifest.json beside "
        "this page has the digest of every file and the versions of all packages."
    )
    table = Table("digests", "What the numbers rest on (SHA-256)", ("What", "Digest"), rows)
    return Section("reproduce", "How to get it again", [Prose(words), Command(said["again"]), table])


def _ranked_in_words(about: About) -> str:
    frame, name = about.results.drivers, about.featured
    own = frame[frame["scenario"] == name]
    if not about.others:
        return "One scenario alone has no difference that anything could drive."
    if own.empty:
        return (
            f"What drives it is not told: that takes at least {FEWEST_POINTS} draws of the evidence which differ in "
            "the result."
        )
    count, draws, clear = int(own["estimates"].iloc[0]), int(own["draws"].iloc[0]), int(own["clear"].sum())
    looked = (
        f"{count} uncertain numbers were ranked by how far the difference under {name} goes with them over {draws} "
        "draws"
    )
    alone = (
        f"Each interval below is for one number alone: of {count} that do nothing, some would leave out 0 by chance. "
        "Clear of chance is what does so although so many were looked at."
    )
    if not clear:
        return (
            f"{looked}. None is clear of chance with so many of them: the runs do not tell which matters most. The "
            f"largest are below, to be read as no more than a hint. {alone}"
        )
    return f"{looked}. {clear} of the largest {'is' if clear == 1 else 'are'} clear of chance. {alone}"


def _ranked(about: About) -> Iterator[Table]:
    own = about.results.drivers
    own = own[own["scenario"] == about.featured]
    if own.empty:
        return
    catalog = catalog_of(next(one for one in about.scenarios if one.name == about.featured))
    rows = tuple(
        (row["estimate"], catalog[row["estimate"]].description, row["grade"], _correlation(row), _yes(row["clear"]))
        for row in own.to_dict("records")
    )
    columns = ("Number", "What it is", "Grade", "Rank correlation (95%)", "Clear of chance")
    yield Table("ranked", f"What the difference under {about.featured} goes with most", columns, rows)


def _yes(clear: bool) -> str:
    return "yes" if clear else "no"


def _correlation(row: Mapping[Hashable, Any]) -> str:
    mean, low, high = (row[f"spearman{end}"] for end in ("", "_low", "_high"))
    return f"{mean:+.2f} ({low:+.2f} to {high:+.2f})"


def _judged(about: About) -> str:
    found = _all_effects(about)
    judged = sorted(name for name, one in found.items() if one.judged)
    if not judged:
        return (
            f"None of the {len(found)} effects on reoffending that these runs read rests on judgment (grade {JUDGED})."
        )
    how_many = "all" if len(judged) == len(found) else f"{len(judged)}"
    return (
        f"Of {len(found)} effects on reoffending that these runs read, {how_many} rest on judgment (grade {JUDGED}): "
        f"{', '.join(judged)}."
    )


def _all_effects(about: About) -> dict[str, Effect]:
    """Every effect on reoffending that a scenario reads, by name; where scenarios differ, that of the first.

    Numbers that a scenario sets itself are listed beside them.
    """
    asked = reversed(about.scenarios)
    return {one.name: one for each in asked for one in effects(catalog_of(each), each.programs.used)}


def _effects(about: About) -> list[Block]:
    found = tuple(_entry(name, one.estimate) for name, one in sorted(_all_effects(about).items()))
    return [Prose("Effects on reoffending that the results rest on:"), Entries(found)]


def _own_numbers(about: About) -> Iterator[Block]:
    found = tuple(
        _entry(name, catalog_of(asked)[name], f"{asked.name}: {name}")
        for asked in about.scenarios
        for name in asked.estimates
    )
    if found:
        yield Prose("Numbers that scenarios set themselves, in place of the published ones:")
        yield Entries(found)


def _prices(about: About) -> Iterator[Block]:
    """What events cost, where the page has a balance of money."""
    if not about.others:
        return
    catalog = catalog_of(about.scenarios[0])
    rows = tuple(_price(one) for name, one in catalog.items() if name.startswith(PRICES))
    custody = about.economics.terms.prison
    caption = f"What events cost, each in dollars of its own year; of custody the {custody} prices are read"
    yield Table("prices", caption, ("What", "Value (range)", "Grade", "Source"), rows)


def _price(one: Estimate) -> tuple[str, ...]:
    sources = dict.fromkeys(_who(source_of(published_row(row))) for row in one.rows)
    unit = f"{one.unit} of {one.price_year}" if one.price_year else one.unit
    return one.description, f"{_value(one)} {unit}", one.grade, "; ".join(sources) or one.source or "assumption"


def _value(one: Estimate) -> str:
    ends = f" ({two_digits(one.low)} to {two_digits(one.high)})" if one.low < one.high else ""
    return f"{two_digits(one.value)}{ends}"


def _entry(name: str, one: Estimate, heading: str = "") -> Entry:
    """What a number is, its value, range and grade, and what it rests on."""
    stands_for = "" if one.name == name else f"Rests most on {one.name}: "
    value = f"{_value(one)}, {one.unit}. Grade {one.grade}, {GRADES[one.grade]}."
    return Entry(heading or name, (f"{stands_for}{one.description}", value, *_rests_on(one)))


def _rests_on(one: Estimate) -> Iterator[str]:
    cited = [*dict.fromkeys(_cited(source_of(published_row(row))) for row in one.rows), *filter(None, [one.source])]
    if cited:
        yield f"{'Source' if len(cited) == 1 else 'Sources'}: {'; '.join(cited)}."
    if one.assumption or not cited:
        yield f"Assumption: {one.assumption or 'this number'}"


def _cited(one: Source) -> str:
    return ". ".join(part for part in (_who(one), one.title, one.identifier) if part)


def _who(one: Source) -> str:
    return " ".join(part for part in (one.authors or one.publisher, f"({one.year})" if one.year else "") if part)


def _stale(about: About) -> Iterator[Prose]:
    if about.said["evidence"] != evidence_digest(programs=True):
        yield Prose(
            "The evidence installed where this page was made is not the one that the runs read: the values below may "
            "be others than theirs."
        )
