"""The sheets of results: what scenarios change, cost and save, for whom, and where money stayed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from reentrysim.analysis.answer import PEOPLE
from reentrysim.analysis.compare import Comparison
from reentrysim.analysis.estimates import SUMMARY, Estimates
from reentrysim.analysis.intervals import summarize
from reentrysim.analysis.loaded import Loaded
from reentrysim.analysis.tables import AMOUNTS, is_amount
from reentrysim.experiments.run import at_horizon_only
from reentrysim.report.export.sheet import CENTS, WHOLE, Sheet, chances, supported, two_digits
from reentrysim.vocabulary import CENTS_PER_DOLLAR

Results = Comparison | Loaded
EVERYBODY = "all"
ENDS = ("", "_low", "_high")
HUNDREDTH = 0.01
SCORES = ("acceptance", "satisfaction")
"""Outcomes that are neither shares of people nor amounts."""


def result_sheets(results: Results) -> Iterator[Sheet]:
    """Comparison first; what is told of several scenarios only where there are several."""
    yield comparison_sheet(results)
    if len(results.facts.names) > 1:
        yield from _money(results)
        yield equity_sheet(results)
        yield ranking_sheet(results)
    yield ledger_sheet(results)


def comparison_sheet(results: Results) -> Sheet:
    """Outcomes of everybody, and headline outcomes of all subgroups, at the headline month (money: the last)."""
    frame, month = results.comparison, results.headline_month
    last = frame["outcome"].map(at_horizon_only)
    frame = frame[(frame["month"] == np.where(last, results.facts.months, month))]
    everybody = frame["subgroup"] == EVERYBODY
    frame = pd.concat([frame[everybody], frame[~everybody & frame["outcome"].isin(SUMMARY)]], ignore_index=True)
    errors = _errors(results, sorted({month, results.facts.months}))
    keys = zip(frame["scenario"], frame["outcome"], frame["subgroup"], frame["month"], strict=True)
    frame = frame.assign(value_mcse=[errors[key] for key in keys])
    parts = [_in_units(rows, str(outcome)) for outcome, rows in frame.groupby("outcome", sort=False)]
    told = pd.concat(parts).sort_index().drop(columns=["value_mcse", "difference_mcse"])
    return Sheet("Comparison", told.assign(probability_better=chances(told["probability_better"])))


def _in_units(rows: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Shares as people of 1,000, dollars whole, other amounts a person in hundredths; with what the unit is."""
    unit, scale, finest = _unit(outcome)
    told = {
        f"{what}{end}": pd.Series(
            supported(rows[f"{what}{end}"], rows[f"{what}_mcse"], scale, finest), rows.index, dtype=object
        )
        for what in ("value", "difference")
        for end in ENDS
    }
    result = rows.assign(**told)
    result.insert(list(result.columns).index("month") + 1, "unit", unit)
    return result


def _unit(outcome: str) -> tuple[str, float, float]:
    """The unit of an outcome, what it is multiplied by, and the finest that is told."""
    if outcome.startswith(("cost_", "earnings")) or outcome == "net_benefit":
        return "dollars a person", 1.0, 1.0
    if outcome in SCORES:
        return "score", 1.0, HUNDREDTH
    return ("a person", 1.0, HUNDREDTH) if is_amount(outcome) else (f"of {PEOPLE:,} people", float(PEOPLE), 1.0)


def _errors(results: Results, months: list[int]) -> dict[tuple[str, str, str, int], float]:
    """Monte Carlo standard errors of values by scenario, outcome, subgroup and month."""
    facts, frame = results.facts, results.outcomes
    frame = frame[frame["month"].isin(months) & frame["scenario"].isin(facts.names)]
    found = dict[tuple[str, str, str, int], float]()
    for (scenario, month), rows in frame.groupby(["scenario", "month"], sort=False):
        groups = rows["subgroup"].unique()
        for outcome in facts.outcomes:
            values = rows[outcome].to_numpy(dtype=np.float64).reshape(facts.replicates, len(groups))
            errors = summarize(values, facts.draws).mcse
            for group, error in zip(groups, errors, strict=True):
                found[str(scenario), outcome, str(group), int(str(month))] = float(error)
    return found


def _money(results: Results) -> Iterator[Sheet]:
    found = results.economics()
    balance = found.balance
    errors = {what: balance[f"{what}_mcse"] for what in ("cost", "benefit", "net")}
    told = {f"{what}{end}": supported(balance[f"{what}{end}"], errors[what]) for what in errors for end in ENDS}
    told |= {"chance_net_positive": chances(balance["chance_net_positive"])}
    told |= {f"ratio{end}": two_digits(balance[f"ratio{end}"]) for end in ENDS}
    formats = dict.fromkeys(told, WHOLE) | {"chance_net_positive": CENTS} | {f"ratio{end}": "0.0#" for end in ENDS}
    yield Sheet("Economics", balance.assign(**told).drop(columns=[one.name for one in errors.values()]), formats)
    lines = found.lines
    changes = {f"change{end}": supported(lines[f"change{end}"], lines["change_mcse"]) for end in ENDS}
    yield Sheet("Benefits", lines.assign(**changes).drop(columns="change_mcse"), dict.fromkeys(changes, WHOLE))
    yield _averted(found.averted, balance)


def _averted(table: pd.DataFrame, balance: pd.DataFrame) -> Sheet:
    """Returns averted of 1,000 released, and what one costs."""
    errors = balance[balance["perspective"] == "government"].set_index("scenario")["net_mcse"]
    own = [float(errors.get(name, 0.0)) for name in table["scenario"]]
    known = table["averted_mcse"]
    told = {f"averted{end}": supported(table[f"averted{end}"], known, PEOPLE) for end in ENDS}
    told |= {name: supported(table[name], table["spent_mcse"]) for name in ("spent", "spent_more")}
    told |= {f"net_public_cost{end}": supported(table[f"net_public_cost{end}"], own) for end in ENDS}
    told |= {f"dollars_per_averted{end}": two_digits(table[f"dollars_per_averted{end}"]) for end in ENDS}
    renamed = {f"averted{end}": f"averted_of_{PEOPLE}{end}" for end in ENDS}
    frame = table.assign(**told).drop(columns=["spent_mcse", "averted_mcse"]).rename(columns=renamed)
    return Sheet("Averted", frame, {renamed.get(name, name): WHOLE for name in told})


def equity_sheet(results: Results) -> Sheet:
    """Access, gains and gaps, in people of 1,000 of the group."""
    table = results.equity()
    told = {
        f"{what}{end}": supported(table[f"{what}{end}"], table[f"{what}_mcse"], PEOPLE)
        for what in ("value", "change", "gap", "gap_before", "gap_change")
        for end in ENDS
    }
    told["before"] = supported(table["before"], table["value_mcse"], PEOPLE)
    told["people"] = supported(table["people"], [0.0] * len(table))
    gone = [name for name in table.columns if name.endswith("_mcse") or name == "change_per_1000"]
    return Sheet("Equity", table.assign(**told).drop(columns=gone), dict.fromkeys(told, WHOLE))


def ranking_sheet(results: Estimates) -> Sheet:
    """The chance of each rank by the headline outcomes."""
    frames = [results.ranking(outcome).assign(outcome=outcome) for outcome in SUMMARY]
    table = pd.concat(frames, ignore_index=True)
    ranks = [name for name in table.columns if name.startswith("rank_")]
    told = {name: chances(table[name]) for name in ranks}
    told["expected_rank"] = table["expected_rank"].round(1).tolist()
    frame = table.assign(**told)[["outcome", "scenario", "expected_rank", *ranks]]
    return Sheet("Ranking", frame, dict.fromkeys(ranks, CENTS) | {"expected_rank": "0.0"})


def ledger_sheet(results: Results) -> Sheet:
    """Dollars of the whole run by scenario, source and program: means over replicates."""
    frame = results.ledger[results.ledger["scenario"].isin(results.facts.names)]
    keys = ["scenario", "source", "program"]
    sums = frame.groupby(keys, sort=False, dropna=False)[list(AMOUNTS)].sum()
    dollars = (sums / CENTS_PER_DOLLAR / results.facts.replicates).round().astype("int64")
    return Sheet("Ledger", dollars.reset_index(), dict.fromkeys(AMOUNTS, WHOLE))
