"""What a brief says, as the report and the terminal say it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reentrysim.analysis.answer import OUTCOME, PEOPLE, Counts, period
from reentrysim.analysis.compare import Comparison
from reentrysim.analysis.loaded import Loaded
from reentrysim.report.economics import net_span
from reentrysim.report.terminal import REARREST
from reentrysim.report.words import ANOTHER_CLOCK, NOTHING, difference, probability

Results = Comparison | Loaded
MOST_WARNINGS = 3
"""That a page has room for; how many more there are is said."""
MOST_NAMES = 6
"""That a heading has room for."""
MOST_LETTERS = 900
"""Of sentence and warnings, that a page has room for in letters of its usual size."""
MOST_WITH_TABLE = 2600
"""Likewise with the heading, and with names and titles in the table, whose lines are NARROW times as many."""
NARROW = 3
LONGEST_HEADING, LONGEST_TITLE = 160, 90
"""Letters of them that the page shows."""
ROOM = 96
"""How far from the middle of 100 a line goes, so that its dot is inside."""


@dataclass(frozen=True)
class Line:
    """Where an interval and its middle are drawn, from -100 to 100 with no difference at 0."""

    low: int
    mean: int
    high: int


@dataclass(frozen=True)
class Row:
    """A scenario: the baseline in counts of PEOPLE, the others as differences from it, with 95% intervals."""

    name: str
    title: str
    returned: str
    rearrested: str
    net: str
    better: str
    line: Line | None


@dataclass(frozen=True)
class Change:
    """A difference in people of PEOPLE who are back in prison."""

    name: str
    counts: Counts

    @property
    def told(self) -> str:
        """As in the tables: "-5 (-9 to -1)"."""
        return difference(self.counts)


@dataclass(frozen=True)
class Words:
    """Everything that a brief says."""

    sentence: str
    uncertainty: str
    source: str
    heading: str
    baseline: str
    period: str
    horizon: str
    """How long people are followed, and dollars counted."""
    known: str
    """What a chance holds: "the evidence is known", or "luck goes"."""
    rows: tuple[Row, ...]
    changes: tuple[Change, ...]
    warnings: tuple[str, ...]
    more_warnings: int
    run: str
    command: str
    """Spelled out from the plan: as typed, it has paths of a machine."""

    @property
    def crowded(self) -> bool:
        """Whether a page has room for all of it in smaller letters only, without titles."""
        letters = sum(map(len, (self.sentence, *self.warnings)))
        table = sum(len(row.name) + min(len(row.title), LONGEST_TITLE) for row in self.rows)
        with_table = letters + min(len(self.heading), LONGEST_HEADING) + NARROW * table
        return len(self.rows) > MOST_NAMES + 1 or letters > MOST_LETTERS or with_table > MOST_WITH_TABLE


def words_of(results: Results) -> Words:
    """What a brief says of results, a folder's or fresh ones."""
    facts, warnings = results.facts, results.warnings
    others, alike = list(facts.others), [name for name in facts.others if name not in facts.elsewhere]
    month = results.headline_month
    changes = tuple(Change(name, Counts(results.paired(name, OUTCOME, month))) for name in alike)
    about = results.said
    return Words(
        sentence=results.sentence(),
        uncertainty=_uncertainty(results),
        source=f"reentrysim {about['version']}, seed {about['seed']}, simulated; "
        "for comparing policies, never for deciding about a person",
        heading=_heading(others, facts.baseline),
        baseline=facts.baseline,
        period=period(month),
        horizon=period(facts.months),
        known="luck goes" if facts.luck_only else "the evidence is known",
        rows=tuple(_rows(results, changes)),
        changes=changes,
        warnings=tuple(warnings[:MOST_WARNINGS]),
        more_warnings=max(len(warnings) - MOST_WARNINGS, 0),
        run=about["run"],
        command=about["again"],
    )


def _heading(others: list[str], baseline: str) -> str:
    if not others:
        return baseline
    named = ", ".join(others) if len(others) <= MOST_NAMES else f"{len(others)} scenarios"
    return f"{named} compared with {baseline}"


def _uncertainty(results: Results) -> str:
    facts = results.facts
    held = "luck alone" if facts.luck_only else "what is not known about the evidence"
    runs = f"{facts.replicates} runs of {facts.participants:,} simulated people per scenario"
    if not Counts(results.value(facts.baseline, OUTCOME, results.headline_month)).known:
        return f"{runs}: too few for 95% intervals."
    return f"{runs}. 95% intervals hold {held}; a single town would see more luck."


def _rows(results: Results, changes: tuple[Change, ...]) -> Iterator[Row]:
    titles = {name: title for name, (title, _) in results.titles().items()}
    lines = _lines(changes)
    for name in results.facts.names:
        told = _usual(results, name) if name == results.facts.baseline else _changed(results, name)
        yield Row(name, titles.get(name, ""), *told, lines.get(name))


def _lines(changes: tuple[Change, ...]) -> dict[str, Line]:
    """Where each scenario's difference is drawn; none without an interval."""
    known = {change.name: change.counts for change in changes if change.counts.known}
    reach = max([abs(end) for one in known.values() for end in (one.low, one.high)] + [1])
    return {n: Line(*(round(ROOM * x / reach) for x in (one.low, one.mean, one.high))) for n, one in known.items()}


def _usual(results: Results, name: str) -> tuple[str, str, str, str]:
    counts = [Counts(results.value(name, one, results.headline_month)).mean for one in (OUTCOME, REARREST)]
    returned, rearrested = (f"{count:,} of {PEOPLE:,}" for count in counts)
    return returned, rearrested, NOTHING, NOTHING


def _changed(results: Results, name: str) -> tuple[str, str, str, str]:
    if name in results.facts.elsewhere:
        return ANOTHER_CLOCK, ANOTHER_CLOCK, NOTHING, NOTHING
    back, again = (results.paired(name, one, results.headline_month) for one in (OUTCOME, REARREST))
    balance = results.economics().balance
    government = balance[(balance["scenario"] == name) & (balance["perspective"] == "government")]
    net = net_span(government.iloc[0].to_dict())
    return difference(Counts(back)), difference(Counts(again)), net, probability(back.below)
