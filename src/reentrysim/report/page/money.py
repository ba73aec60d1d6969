"""Money: who pays and who gains by payer, what a return averted costs, and what stayed unspent and why."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from reentrysim.analysis.answer import PEOPLE, period, program_words
from reentrysim.analysis.cautions import IDLE, came
from reentrysim.analysis.estimates import Facts
from reentrysim.report import words
from reentrysim.report.economics import averted_counts, economics_key, net_span, placed, ratio_span
from reentrysim.report.figures.budget import most
from reentrysim.report.page.asked import About
from reentrysim.report.page.blocks import Block, Points, Prose, Section, Table
from reentrysim.report.page.pictures import pictures
from reentrysim.vocabulary import CENTS_PER_DOLLAR

_WORTH = (
    "Scenario",
    f"Returns averted, of {PEOPLE:,}",
    "Dollars of programs for each return averted",
    "Benefit for everybody, victims with them, for each dollar",
    "Benefit for the government for each dollar",
    "Rank at the same money (chance of the first)",
)
Row = Mapping[Hashable, Any]
_WHOSE = {"government": "Government", "participants": "Participants", "victims": "Victims", "society": "Everybody"}


def money(about: About) -> Section:
    """What scenarios cost and save whom; of one scenario what its programs cost."""
    title = "Money: who pays, and what it buys"
    if not about.others:
        alone = "One scenario alone saves nothing against anything: compare it with another to see what it changes."
        return Section("money", title, [Prose(alone)])
    found = about.economics
    if not found.others:
        return Section("money", title, [Points(tuple(economics_key(found, spent=False)))])
    tables = (_by_payer(about), _cost_effectiveness(about))
    blocks: list[Block] = [*tables, Points(tuple(economics_key(found, spent=False))), *pictures(about, "plane")]
    return Section("money", title, blocks)


def unspent(about: About) -> Section:
    """What came for each program, what was spent and what was left, and why so much was."""
    ledger, facts = about.results.ledger, about.results.facts
    ledger = ledger[ledger["scenario"].isin(about.names)]
    paid = ledger.assign(came=came(ledger["arrived"], ledger["unpaid"]), left=ledger["unspent"] + ledger["lapsed"])
    runs = paid.groupby(["scenario", "program", "replicate"], sort=False)[["came", "spent", "left"]].sum()
    largest = most(about.results)
    rows = tuple(_of_program(own, facts, largest) for _, own in runs.groupby(["scenario", "program"], sort=False))
    caption = f"Money of the real system in the whole run, mean of {facts.replicates:,} runs"
    columns = ("Scenario", "Program", "Came", "Spent", "Left or lapsed", "Share left")
    why = [warning for warning in about.results.warnings if warning.startswith(IDLE)]
    reasons: Block = (
        Points(tuple(why)) if why else Prose("No program left so much that it needs a reason: a tenth or less.")
    )
    table, drawn = Table("spent", caption, columns, rows), pictures(about, "budget", "queues")
    return Section("unspent", "Where money stayed unspent, and why", [reasons, *drawn, table])


def _of_program(runs: pd.DataFrame, facts: Facts, most: float) -> tuple[str, ...]:
    """A row of the table, of `runs` by scenario, program and replicate; one in which nothing moved has none."""
    name, program, _ = runs.index[0]
    own = runs.droplevel(["scenario", "program"]).reindex(range(facts.replicates)).fillna(0.0) / CENTS_PER_DOLLAR
    came, spent, left = (float(own[what].mean()) for what in own)
    told = (words.whole_dollars(amount, words.budget_unit(most)) for amount in (came, spent, left))
    share = f"{left / came:.0%}" if came > 0 else words.NOTHING
    return name, program_words(program), *told, share


def _by_payer(about: About) -> Table:
    rows = {(row["scenario"], row["perspective"]): row for row in about.economics.balance.to_dict("records")}
    told = tuple((name, *(net_span(rows[name, who]) for who in _WHOSE)) for name in about.economics.others)
    within = period(about.economics.terms.months)
    caption = f"What each gains, or loses (-), per person released within {within}, against {about.baseline}"
    return Table("by-payer", f"{caption}{about.intervals}", ("Scenario", *_WHOSE.values()), told)


def _cost_effectiveness(about: About) -> Table:
    """What is not told of any scenario has no column; the key says why."""
    ratios = {(row["scenario"], row["perspective"]): row for row in about.economics.balance.to_dict("records")}
    rows = [_worth(row, ratios) for row in about.economics.averted.to_dict("records")]
    told = [head for head in _WORTH if head == "Scenario" or any(row[head] != words.NOTHING for row in rows)]
    caption = f"What it buys within {period(about.economics.terms.months)}, against {about.baseline}{about.intervals}"
    return Table("cost-effectiveness", caption, tuple(told), tuple(tuple(row[head] for head in told) for row in rows))


def _worth(row: Row, ratios: Mapping[tuple[str, str], Row]) -> dict[str, str]:
    society, government = (ratio_span(ratios[row["scenario"], whose], "ratio") for whose in ("society", "government"))
    price = ratio_span(row, "dollars_per_averted", "$")
    cells = (row["scenario"], words.difference(averted_counts(row)), price, society, government, placed(row))
    return dict(zip(_WORTH, cells, strict=True))
