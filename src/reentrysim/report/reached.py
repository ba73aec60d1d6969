"""Whom programs reach, on the terminal: what changes for them, beside what naive contrasts would say."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from reentrysim.analysis.answer import OUTCOME, PEOPLE, Counts, period, program_words, rounded, supported_unit
from reentrysim.analysis.compare import Comparison
from reentrysim.analysis.intervals import Cell, summarize
from reentrysim.analysis.loaded import Loaded
from reentrysim.analysis.tables import FEW_MEMBERS, is_few
from reentrysim.outcomes import REACH
from reentrysim.report.words import NOTHING, difference, signed, wrapped

_NAMES = {"Scenario": 16, "Program": 12}
_CHANGE = "Change\n(95%)"
_NUMBERS = ("Of-\nfered", "Ser-\nved", "Com-\npleted", _CHANGE, "Naive:\nserved", "Naive:\ncompl.")
FEW = "few"
Line = Mapping[Hashable, Any]
Reach = tuple[str, str, str]
"""Scenario, program, and one of REACH."""


def reach_table(comparison: Comparison) -> Table:
    """One row a scenario and program: counts of 1,000 released, and differences per 1,000 of those reached."""
    result = Table(box=SIMPLE_HEAD, padding=0, show_edge=False)
    for heading, width in _NAMES.items():
        result.add_column(heading, max_width=width, overflow="fold")
    shown = [place for place, heading in enumerate((*_NAMES, *_NUMBERS)) if heading != _CHANGE or _several(comparison)]
    for place in shown[len(_NAMES) :]:
        result.add_column((*_NAMES, *_NUMBERS)[place], justify="right", no_wrap=True)
    for row in _rows(comparison):
        result.add_row(*(Text(row[place]) for place in shown))
    return result


def _several(comparison: Comparison) -> bool:
    """Whether there is a change to tell, and a file of it."""
    return len(comparison.plan.names) > 1


def reach_key(comparison: Comparison) -> str:
    """What the table's numbers are."""
    several, within = _several(comparison), f"back in prison within {period(comparison.headline_month)}"
    change = (
        f"Change: of {PEOPLE:,} served, how many more or fewer are {within} than the same people are under "
        f"{comparison.plan.baseline}; who is served there and not here is in no row. Naive: than"
    )
    alone = f"Naive: of {PEOPLE:,} served, how many more or fewer are {within} than"
    return (
        f"Offered, Served, Completed: of {PEOPLE:,} released. {change if several else alone} everybody else under "
        "the same scenario, as reports on participants and on those who complete have it. Who is eligible, is offered "
        "a place and accepts is not like the others, and who goes back to prison cannot complete, so it is no effect"
        f"{' (reach.csv has intervals)' if several else ''}. Few: fewer than {FEW_MEMBERS} people in the system."
    )


def reach_errors(results: Comparison | Loaded) -> Mapping[Reach, float]:
    """Monte Carlo errors of the shares of everybody released who are offered a place, served, and complete."""
    if not results.facts.others:
        return dict(_errors_alone(results))
    frame = results.equity()
    everybody = frame[frame["subgroup"] == "all"]
    keys = zip(everybody["scenario"], everybody["program"], everybody["measure"], strict=True)
    return dict(zip(keys, everybody["value_mcse"], strict=True))


def _errors_alone(results: Comparison | Loaded) -> Iterator[tuple[Reach, float]]:
    """Of one scenario, which has no table of gaps: from how many are reached in each run."""
    frame, facts = results.outcomes, results.facts
    people = frame[frame["month"] == facts.months].pivot(index="replicate", columns="subgroup", values="people")
    for group in people:
        whom, _, program = str(group).partition("=")
        if whom in REACH:
            share = (people[[group]].to_numpy().T / people["all"].to_numpy()).T
            yield (facts.baseline, program, whom), summarize(share, facts.draws).at(0).mcse


def reach_count(per_1000: float, error: float) -> str:
    """People per 1,000, no finer than the Monte Carlo error of their share supports."""
    return NOTHING if math.isnan(per_1000) else f"{rounded(per_1000, supported_unit(PEOPLE * error)):,}"


def _rows(comparison: Comparison) -> Iterator[tuple[str, ...]]:
    lines = comparison.reached()
    lines, errors = lines[lines["outcome"] == OUTCOME], reach_errors(comparison)
    for (scenario, program), found in lines[lines["program"] != ""].groupby(["scenario", "program"], sort=False):
        by_whom = {line["whom"]: line for line in found.to_dict("records")}
        _, served, completed = (by_whom[whom] for whom in REACH)
        if math.isnan(served["difference"]):
            continue  # nobody is served in any run
        names = map(wrapped, (str(scenario), program_words(str(program))), _NAMES.values())
        keys = ((str(scenario), str(program), whom) for whom in REACH)
        counts = (reach_count(by_whom[key[2]]["per_1000"], errors.get(key, math.nan)) for key in keys)
        base = scenario == comparison.plan.baseline
        change = "-" if base else difference(_counts(served, "difference"))
        naive = (signed(_counts(line, "naive").mean) for line in (served, completed))
        told = zip((served, served, completed), (change, *naive), strict=True)
        yield (*names, *counts, *(FEW if _few(line, comparison) else words for line, words in told))


def _few(line: Line, comparison: Comparison) -> bool:
    """Whether they are so few in the real system that luck is most of what one would see."""
    return bool(is_few(line["per_1000"], PEOPLE, comparison.plan.system_size))


def _counts(line: Line, what: str) -> Counts:
    """A difference in counts per PEOPLE; 0 where nobody is."""
    mean, low, high, mcse = (float(line[f"{what}{end}"]) for end in ("", "_low", "_high", "_mcse"))
    return Counts(Cell(0.0 if math.isnan(mean) else mean, low, high, mcse, math.nan, 0))
