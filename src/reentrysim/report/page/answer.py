"""The answer in a paragraph: what changes, what it costs, who gains, how sure that is; and what was compared."""

from __future__ import annotations

import math
from collections.abc import Iterator

from reentrysim.analysis.answer import OUTCOME, PEOPLE, period, rounded, span, supported_unit
from reentrysim.report import words
from reentrysim.report.economics import net_span
from reentrysim.report.equity import in_a_sentence, told_of
from reentrysim.report.page.asked import About
from reentrysim.report.page.blocks import Entries, Entry, Points, Prose, Section
from reentrysim.report.page.numbers import cost, government


def answer(about: About) -> Section:
    """The sentence, and a line each for what it costs, who gains and how sure it is."""
    more = [*_cost(about), *_who_gains(about), *_how_sure(about)]
    return Section("answer", "The answer", [Prose(about.results.sentence(), lead=True), Points(tuple(more))])


def compared(about: About) -> Section:
    """The scenarios, as whoever wrote them calls them."""
    listed = Entries(tuple(Entry(one.name, (one.title, one.question)) for one in about.scenarios))
    base = f", all set against {about.baseline}" if about.others else ""
    whose = f"The scenarios{base}, in the words of whoever wrote them:"
    facts = about.results.facts
    people = (
        f"Each scenario was run {facts.replicates:,} times with {facts.participants:,} simulated people, who stand for "
        f"{facts.system_size:,} released in the window of a real system, and followed for {period(facts.months)}."
    )
    more = (Points(told),) if (told := _people(about)) else ()
    return Section("compared", "What was compared", [Prose(people), *more, Prose(whose), listed])


def _people(about: About) -> tuple[str, ...]:
    """Where the people come from, where that is a place of one's own."""
    results = about.results
    return tuple(results.assumed if hasattr(results, "assumed") else results.manifest.get("people", []))


def _cost(about: About) -> Iterator[str]:
    name, horizon = about.featured, period(about.results.facts.months)
    spent = f"What it costs: programs cost {cost(about, name)} per person released under {name}"
    if not about.others:
        yield f"{spent}, in the whole run."
        return
    if name in about.elsewhere:
        yield f"{spent} and {cost(about, about.baseline)} under {about.baseline}, in the whole run."
        return
    net = net_span(government(about, name))
    yield (
        f"{spent} and {cost(about, about.baseline)} under {about.baseline}, in the whole run. What the government "
        f"saves less what it spends, against {about.baseline}: {net} per person within {horizon}."
    )


def _who_gains(about: About) -> Iterator[str]:
    if not about.others:
        return
    clear = told_of(about.results)
    between = "a gap in places or in returns between groups by sex, age or race"
    if not about.known:
        yield f"Who gains: too few runs to tell whether {between} changes."
    elif clear.empty:
        yield f"Who gains: no scenario clearly widens or narrows {between}."
    else:
        own = "" if clear["scenario"].iloc[0] == about.featured else f" None clearly changes under {about.featured}."
        yield f"Who gets a place, and who gains:{own} {in_a_sentence(clear.iloc[0].to_dict(), about.baseline)}"


def _how_sure(about: About) -> Iterator[str]:
    facts = about.results.facts
    if not about.known:
        sure = f"How sure it is: {facts.replicates} runs are too few to say."
    else:
        held = "luck alone: the evidence was not varied" if facts.luck_only else "what is not known about the evidence"
        sure = f"How sure it is: intervals hold {held}."
    if about.others and about.known:
        chance = words.probability(about.change(about.featured).below)
        sure += f" The chance that {about.featured} is better than {about.baseline} is {chance}{about.as_far_as}."
    count = len(about.warnings)
    doubts = f" Read {'the warning' if count == 1 else f'the {count} warnings'} under Limits." if count else ""
    yield " ".join([sure, *_one_cohort(about)]) + doubts


def _one_cohort(about: About) -> Iterator[str]:
    """What one cohort would see of the scenario that the answer is about."""
    if not about.others or about.outcome != OUTCOME:
        return
    rows = about.results.cohort_interval(OUTCOME, about.results.headline_month)
    (row,) = rows[rows["scenario"] == about.featured].to_dict("records")
    if math.isnan(row["cohort_low"]) or row["difference"] == 0:
        return
    unit = supported_unit(about.change(about.featured).mcse * PEOPLE)
    low, high = (rounded(float(row[end]) * PEOPLE, unit) for end in ("cohort_low", "cohort_high"))
    yield (
        f"One cohort of {about.results.facts.system_size:,} people would see {span(low, high)} back in prison per "
        f"{PEOPLE:,} (95%, its own luck included)."
    )
