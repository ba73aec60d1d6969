"""The sheets of words: the answer, how to read the others, where numbers come from, and what makes all of it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from reentrysim.analysis.answer import PEOPLE, period
from reentrysim.analysis.assumptions import ASSUMPTIONS, SOURCES, assumptions, sources
from reentrysim.analysis.loaded import Loaded
from reentrysim.report.export.results import Results
from reentrysim.report.export.sheet import Sheet
from reentrysim.report.words import USE
from reentrysim.scenario import Scenario
from reentrysim.vocabulary import InputError

_FACTS = (
    *("version", "run", "family", "seed", "replicates", "participants", "system_size", "months"),
    *("fixed_parameters", "baseline", "evidence", "calibration", "started", "finished", "python"),
)
"""What the manifest says that is told after the command, in this order; as typed, that has paths of a machine."""


def answer_sheet(results: Results) -> Sheet:
    """The sentence, what it is about, and what to beware of."""
    return Sheet("Answer", pd.DataFrame(_answer(results), columns=["what", "text"]))


def _answer(results: Results) -> Iterator[tuple[str, str]]:
    facts = results.facts
    yield "Answer", results.sentence()
    yield "Use", USE
    for name, (title, question) in results.titles().items():
        yield f"Scenario {name}", title
        yield f"Question of {name}", question
    yield "Baseline", facts.baseline
    yield (
        "Runs",
        f"{facts.replicates} runs of {facts.participants:,} simulated people per scenario, for a system that releases "
        f"{facts.system_size:,}; followed for {period(facts.months)}.",
    )
    held = "luck alone" if facts.luck_only else "what is not known about the evidence, luck removed"
    yield "Intervals", f"_low and _high are ends of 95% intervals of {held}. None is given where draws are too few."
    if len(facts.names) > 1:
        yield "Dollars", f"Changes against {facts.baseline}, {results.economics().terms.words()}; + is gained."
    yield (
        "Digits",
        f"Shares are people of {PEOPLE:,}; numbers are rounded to what their Monte Carlo error supports, as in the "
        "report; chances to 0.05, from 0.05 (or less) to 0.95 (or more). The run's own CSV files hold every digit.",
    )
    yield from (("Warning", warning) for warning in results.warnings)


def evidence_sheets(results: Results) -> Iterator[Sheet]:
    """Every number that the scenarios rest on, and the publications; or why they cannot be told."""
    try:
        table = assumptions(_scenarios(results))
    except InputError as error:
        why = f"Not told: {error}"
        yield Sheet("Assumptions", pd.DataFrame([[why]], columns=ASSUMPTIONS[:1]))
        yield Sheet("Sources", pd.DataFrame([[why]], columns=SOURCES[:1]))
        return
    yield Sheet("Assumptions", table)
    yield Sheet("Sources", sources(table))


def _scenarios(results: Results) -> tuple[Scenario, ...]:
    plan = results.plan() if isinstance(results, Loaded) else results.plan
    return plan.scenarios


def about_sheet(results: Results) -> Sheet:
    """The command that makes it again, version, seed and hashes."""
    return Sheet("About", pd.DataFrame(_about(results.said), columns=["what", "is"]))


def _about(manifest: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "command", manifest["again"]
    for key in _FACTS:
        if key in manifest:  # a seed has more digits than numbers of a spreadsheet hold
            yield key, str(manifest[key]) if key == "seed" else manifest[key]
    for what in ("scenarios", "code", "packages", "files"):
        yield from ((f"{what}: {name}", held) for name, held in manifest.get(what, {}).items())
