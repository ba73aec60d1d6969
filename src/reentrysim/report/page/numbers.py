"""The numbers of a scenario that the page shows first, each as a card and as a row of one table."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from reentrysim.analysis.answer import DAYS, OUTCOME, PEOPLE, Counts, more_or_fewer, period, price
from reentrysim.analysis.intervals import Cell
from reentrysim.report import words
from reentrysim.report.economics import net_public_cost
from reentrysim.report.page.asked import About
from reentrysim.report.page.blocks import Block, Card, Cards, Prose, Section, Table

_COST = "Program dollars per person released, in the whole run"
COST, MONTHS, REARREST = "cost_programs", "months_in_community", "rearrest"
_LABELS = {OUTCOME: "Returns to prison averted", MONTHS: "Months in the community", DAYS: "Days in custody"}


def numbers(about: About) -> Section:
    """The numbers that matter, of the scenario that the answer is about and of all."""
    if not about.others:
        return Section("numbers", "Four numbers", [Cards(tuple(_alone(about)))])
    head = f"Under {about.featured}, against {about.baseline}, the same people with the same luck in both."
    blocks: list[Block] = [Prose(head), Cards(tuple(_compared(about)))]
    return Section("numbers", "Four numbers", [*blocks, _table(about)])


def averted(about: About, name: str) -> Counts:
    """Of PEOPLE, how many fewer have come back (or, by the clock of the sentence, were rearrested)."""
    cell = about.change(name)
    return Counts(Cell(-cell.mean, -cell.high, -cell.low, cell.mcse, 1.0 - cell.below, cell.replicates))


def cost(about: About, name: str) -> str:
    """Dollars of programs per person released, in the whole run, with their interval."""
    return words.dollars_span(about.results.value(name, COST, about.results.facts.months))


def government(about: About, name: str) -> Mapping[Hashable, Any]:
    """The balance of the government in a scenario."""
    frame = about.economics.balance
    (row,) = frame[(frame["scenario"] == name) & (frame["perspective"] == "government")].to_dict("records")
    return row


def time(about: About, name: str) -> str:
    """What changes in the months (or days) that the answer's clock counts, with its interval."""
    cell = about.results.paired(name, about.time, about.results.headline_month)
    return words.months(cell)


def _alone(about: About) -> list[Card]:
    results, name, month = about.results, about.baseline, about.results.headline_month
    within = period(month)
    counted = {OUTCOME: "Back in prison", REARREST: "Rearrested"}
    cards = [
        _card(
            about,
            f"{label}, of {PEOPLE:,} people released",
            words.level(Counts(results.value(name, outcome, month))),
            within,
        )
        for outcome, label in counted.items()
    ]
    months = words.months_level(results.value(name, MONTHS, month))
    cards.append(_card(about, "Months in the community", months, within))
    return [*cards, _card(about, _COST, cost(about, name))]


def _compared(about: About) -> list[Card]:
    name, month = about.featured, about.results.headline_month
    counts, within = averted(about, name), period(month)
    back = "are back in prison" if about.outcome == OUTCOME else "are rearrested since the sentence"
    what = _LABELS[OUTCOME] if about.outcome == OUTCOME else "Arrests averted"
    chance = f"chance of fewer people who {back} than under {about.baseline}{about.as_far_as}"
    return [
        _card(about, f"{what}, of {PEOPLE:,} people", words.difference(counts), within, _size(about, counts, back)),
        _card(about, _COST, cost(about, name), "", *_price(about)),
        _card(about, _LABELS[about.time], time(about, name), within, f"more (+) or fewer than under {about.baseline}"),
        Card(
            "Chance that it is better",
            words.probability(about.change(name).below),
            "",
            (chance if about.known else "too few runs to tell",),
        ),
    ]


def _size(about: About, counts: Counts, back: str) -> str:
    if about.change(about.featured).mean == 0:
        return f"exactly as many {back} as under {about.baseline}"
    few = f"less than {counts.unit:,} more or fewer"
    size = f"{counts.about}{more_or_fewer(-counts.mean)}" if counts.mean else few
    return f"{size} {back} than under {about.baseline}"


def _price(about: About) -> list[str]:
    """What a return averted costs, where that is told, and the net public cost; nothing by another clock."""
    if about.featured in about.elsewhere:
        return []
    net, horizon = net_public_cost(government(about, about.featured)), period(about.results.facts.months)
    found = about.results.economics(months=about.results.headline_month).averted
    (row,) = found[found["scenario"] == about.featured].to_dict("records")
    mean, low, high = (float(row[f"dollars_per_averted{end}"]) for end in ("", "_low", "_high"))
    told = price(mean, low, high, about.kind)
    public = f"Net public cost {net} within {horizon}: what the government pays more, its savings taken off."
    within = f"Within {period(about.results.headline_month)}: {told[0].lower()}{told[1:]}" if told else ""
    return [public, within] if told else [public]


def _card(about: About, label: str, told: str, within: str = "", *notes: str) -> Card:
    """A card of a number that is told with its interval in brackets."""
    value, _, ends = told.partition(" (")
    interval = f"{about.kind}: {ends.removesuffix(')')}" if ends else ""
    return Card(f"{label}, within {within}" if within else label, value, interval, notes)


def _table(about: About) -> Table:
    month, base = period(about.results.headline_month), about.baseline
    first = _LABELS[OUTCOME] if about.outcome == OUTCOME else "Arrests averted"
    columns = (
        "Scenario",
        f"{first}, of {PEOPLE:,}",
        "Program dollars per person, in the whole run",
        f"Net public cost per person, within {period(about.results.facts.months)}",
        f"{_LABELS[about.time]}, more (+) or fewer",
        "Chance that it is better",
    )
    caption = f"The same for every scenario, against {base}{about.intervals}; people, months and chances within {month}"
    return Table("every-scenario", caption, columns, tuple(_row(about, name) for name in about.names))


def _row(about: About, name: str) -> tuple[str, ...]:
    if name == about.baseline:
        return name, words.NOTHING, cost(about, name), *(words.NOTHING,) * 3
    if not about.told(name):
        return name, words.ANOTHER_CLOCK, cost(about, name), *(words.NOTHING,) * 3
    net = words.NOTHING if name in about.elsewhere else net_public_cost(government(about, name))
    chance = words.probability(about.change(name).below)
    return name, words.difference(averted(about, name)), cost(about, name), net, time(about, name), chance
