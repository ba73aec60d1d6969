"""Who gets a place, and who gains: by program, and by sex, age, race, risk and need."""

from __future__ import annotations

import math
from collections.abc import Container, Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

from reentrysim.access import ANY
from reentrysim.analysis.answer import OUTCOME, PEOPLE, Counts, period, program_words
from reentrysim.analysis.equity.groups import in_words as group_in_words
from reentrysim.analysis.estimates import Facts
from reentrysim.analysis.intervals import Cell
from reentrysim.analysis.tables import FEW_MEMBERS, is_few
from reentrysim.outcomes import REACH
from reentrysim.report import words
from reentrysim.report.equity import in_a_sentence, told_of
from reentrysim.report.page.asked import About
from reentrysim.report.page.blocks import Block, Points, Prose, Section, Table
from reentrysim.report.page.pictures import pictures
from reentrysim.report.reached import FEW, Reach, reach_count, reach_errors

Row = Mapping[Hashable, Any]
_MOST_LINES = 6


def places(about: About) -> Section:
    """Whom programs reach and what changes for them; of one scenario whom they reach."""
    title = "Who gets a place, and who gains"
    if not about.others:
        return Section("places", title, [_reached_alone(about)])
    frame = about.results.equity()
    clear = told_of(about.results)
    lines = tuple(in_a_sentence(line, about.baseline) for line in clear.head(_MOST_LINES).to_dict("records"))
    none = "No gap between groups by sex, age or race clearly grows or shrinks under any scenario."
    none = none if about.known else "Too few runs to tell which gaps between groups grow or shrink."
    change = (
        f"Change: of {PEOPLE:,} served, how many more (+) or fewer are back in prison within "
        f"{period(about.results.headline_month)} than the same people are under {about.baseline}. Few: fewer than "
        f"{FEW_MEMBERS} people of the real system, whose luck is most of what one would see."
    )
    gaps: Block = Points(lines) if lines else Prose(none)
    return Section(
        "places", title, [gaps, *pictures(about, "equity"), _reached(about), Prose(change), _by_group(about, frame)]
    )


def _reached(about: About) -> Table:
    caption = f"Of {PEOPLE:,} people released, how many are offered a place, served, and complete; and what changes"
    columns = ("Scenario", "Program", "Offered", "Served", "Completed", f"Change among those served{about.intervals}")
    errors = reach_errors(about.results)
    rows = tuple(row for name in about.names for row in _of_scenario(about, name, errors))
    return Table("reach", caption, columns, rows)


def _of_scenario(about: About, name: str, errors: Mapping[Reach, float]) -> Iterator[tuple[str, ...]]:
    frame = about.results.reach(name, OUTCOME)
    for program, rows in frame[frame["program"] != ""].groupby("program", sort=False):
        by_whom = {line["whom"]: line for line in rows.to_dict("records")}
        served = by_whom["served"]
        change = words.NOTHING if name == about.baseline else _change(about, served)
        counts = (
            reach_count(by_whom[whom]["per_1000"], errors.get((name, str(program), whom), math.nan)) for whom in REACH
        )
        yield name, program_words(str(program)), *counts, change


def _change(about: About, served: Row) -> str:
    if math.isnan(served["difference"]):
        return words.NOTHING
    few = is_few(served["per_1000"], PEOPLE, about.results.facts.system_size)
    return FEW if few else words.difference(_counts(served, "difference"))


def _reached_alone(about: About) -> Table:
    programs, errors = about.scenarios[0].programs.used, reach_errors(about.results)
    rows = tuple(
        (program_words(name), *(_per_1000(about, name, what, errors) for what in ("offered", "served")))
        for name in programs
    )
    caption = f"Of {PEOPLE:,} people released, how many are offered a place and served"
    return Table("reach", caption, ("Program", "Offered", "Served"), rows)


def _per_1000(about: About, program: str, what: str, errors: Mapping[Reach, float]) -> str:
    notes: Row = about.results.notes.to_dict("index")[about.baseline]
    share = notes.get(what if program == "mentoring" else f"{program}.{what}", math.nan)
    return reach_count(PEOPLE * share, errors.get((about.baseline, program, what), math.nan))


def _by_group(about: About, frame: pd.DataFrame) -> Table:
    own = frame[frame["scenario"] == about.featured]
    is_served = (own["measure"] == "served") & (own["program"] == ANY)
    served = {row["subgroup"]: row for row in own[is_served].to_dict("records")}
    back = own[own["measure"] == OUTCOME]
    facts = about.results.facts
    few = {row["subgroup"] for row in back.to_dict("records") if _few(row, facts)}
    rows = tuple(_group(row, served, few) for row in back.to_dict("records"))
    within = period(about.results.headline_month)
    columns = (
        "Group",
        f"Served, of {PEOPLE:,}",
        f"Served under {about.baseline}",
        f"Back in prison within {within}, of {PEOPLE:,}",
        f"Change from {about.baseline}{about.intervals}",
    )
    caption = f"Under {about.featured}, group by group; the same people under {about.baseline}"
    return Table("groups", caption, columns, rows)


def _few(row: Row, facts: Facts) -> bool:
    return bool(row["people"] > 0 and is_few(row["people"], facts.participants, facts.system_size))


def _group(row: Row, served: Mapping[str, Row], few: Container[str]) -> tuple[str, ...]:
    group = str(row["subgroup"])
    name = "everybody" if group == "all" else group_in_words(group)
    told = served.get(group)
    before, now = (f"{count:,}" for count in words.before_and_now(told)) if told else (words.NOTHING,) * 2
    change = FEW if group in few else words.difference(_counts(row, "change"))
    return name, now, before, f"{words.before_and_now(row)[1]:,}", change


def _counts(row: Row, what: str) -> Counts:
    mean, low, high, mcse = (float(row[f"{what}{end}"]) for end in ("", "_low", "_high", "_mcse"))
    return Counts(Cell(mean, low, high, mcse, math.nan, 0))
