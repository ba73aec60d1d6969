"""What each lever of funding, matching, caseloads and assessment did at equal spending: a table for docs/levers.md.

python benchmarks/levers.py [--replicates 60] [--participants 2040] [--jobs 2] [GROUP ...]

Every group compares scenarios that differ from their baseline in one thing. The table stands between the marks of the
document, and each scenario file has its line after "Found".
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path
from typing import Any

from reentrysim.analysis.compare import Comparison, compare
from reentrysim.scenario.loading import shipped_scenarios

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "levers.md"
GROUPS: dict[str, tuple[str, ...]] = {
    "terms of money": (
        "status-quo",
        *("front-loaded-money", "late-money", "half-ends-early", "money-lapses", "public-private-match"),
        *("rising-prices", "half-indexed", "slow-start"),
    ),
    "pay for success": (
        "status-quo",
        *("pay-for-success", "pay-for-success-waiting-list", "pay-for-success-matched", "pay-for-success-provider"),
    ),
    "allocation": ("fixed-shares", "waiting-list", "by-need", "risk-high-first", "risk-low-first", "next-dollar"),
    "matching": (
        "status-quo",
        *("first-come-matching", "compatible-matching", "optimal-matching", "good-match-or-none"),
    ),
    "monitoring": ("compatible-matching", "early-monitoring", "late-monitoring"),
    "who has a mentor": ("mentors-for-everybody", "highest-risk-first", "lowest-risk-first", "mentor-hours-by-risk"),
    "who has a program job": ("jobs-by-lot", "jobs-for-high-risk", "jobs-lowest-risk-first"),
    "caseloads": ("status-quo", "refer-on-when-full", "thin-caseloads", "officers-by-risk"),
    "caseworkers": ("caseworkers-for-everybody", "caseworker-hours-by-risk", "overloaded-caseworkers"),
    "assessment": (
        "status-quo",
        "reassessed-after-release",
        "biased-against-the-young",
        "tool-that-wears",
        "half-assessed",
        "true-risk-oracle",
    ),
}
"""The baseline first."""
ASKED = (("return_to_prison", 1000.0), ("rearrest", 1000.0), ("arrests", 1000.0), ("days_in_custody", 1.0))
HEAD = (
    "| Scenario | Against | Back in prison | Rearrested | Arrests | Days in custody each | P(better) |\n"
    "|---|---|---:|---:|---:|---:|---:|\n"
)


CONTRACTS_HEAD = (
    "| Contract of | Pays in | Would pay if they did nothing | Rate lowered, of these not paid | Paid on average |\n"
    "|---|---:|---:|---:|---:|\n"
)


def told(mean: float, low: float, high: float, digits: int) -> str:
    """A difference with its interval."""
    return f"{mean:+.{digits}f} ({low:+.{digits}f} to {high:+.{digits}f})"


def lines(result: Comparison) -> Iterator[tuple[str, str, str]]:
    """Scenario, its row of the table, and what its file says was found."""
    rows = result.comparison.set_index(["scenario", "outcome", "subgroup", "month"])
    base, month = result.plan.baseline, result.headline_month
    for name in result.plan.names:
        if name == base:
            continue
        cells = []
        for outcome, unit in ASKED:
            row = rows.loc[name, outcome, "all", month]
            numbers = [unit * row[key] for key in ("difference", "difference_low", "difference_high")]
            cells.append(told(*numbers, digits=0 if unit > 1 else 1))
        better = rows.loc[name, ASKED[0][0], "all", month]["probability_better"]
        yield name, f"| {name} | {base} | {' | '.join(cells)} | {better:.2f} |", _found(result, cells[0], better)


def _found(result: Comparison, returns: str, better: float) -> str:
    runs, years = result.plan.replicates, result.headline_month // 12
    return (
        f"# Found ({runs} runs): {returns} of 1,000 back in prison within {years} years, against "
        f"{result.plan.baseline} (95%); P(fewer) {better:.2f}.\n"
    )


def contract_lines(result: Comparison) -> Iterator[tuple[str, str, str]]:
    """The same of every scenario with a contract: how often it pays, and how often for nothing."""
    for row in result.payments().to_dict("records"):
        pays, idle = (_chance(row, name) for name in ("probability_paid", "probability_paid_if_idle"))
        better = int(row["runs_better"])
        missed = f"{better} runs, {round(row['probability_unpaid_if_better'] * better)}" if better else "no run"
        dollars = f"${row['expected_paid_dollars']:,.0f} of ${row['at_stake_dollars']:,.0f}"
        name, runs = str(row["scenario"]), row["runs"]
        found = f"# Found ({runs} runs): paid in {pays} of 100 runs, and in {idle} if its programs did nothing.\n"
        yield name, f"| {name} | {pays}% | {idle}% | {missed} | {dollars} |", found


def _chance(row: Mapping[Hashable, Any], name: str) -> str:
    """Runs of a hundred with the Monte Carlo error: "69 ± 6"."""
    return f"{100 * row[name]:.0f} ± {100 * row[f'{name}_mcse']:.0f}"


def write_found(name: str, found: str) -> None:
    """The line in the scenario's file, after its first comment; a finding told by hand stays."""
    path = shipped_scenarios()[name]
    text = re.sub(
        r"^# Found(: to be run\.| \(\d+ runs\): ([-+]\d+ \(|paid in )).*\n", "", path.read_text("utf-8"), flags=re.M
    )
    comment = re.match(r"(#.*\n)*", text)
    end = comment.end() if comment else 0
    path.write_text(text[:end] + found + text[end:], encoding="utf-8", newline="\n")


def main() -> None:
    """Run the groups, and write the table and the lines."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("groups", nargs="*", default=list(GROUPS), metavar="GROUP")
    asked.add_argument("--replicates", type=int, default=60)
    asked.add_argument("--participants", type=int, default=2040)
    asked.add_argument("--jobs", type=int, default=2)
    given = asked.parse_args()
    page = PAGE.read_text("utf-8")
    for group in given.groups:
        options = {"replicates": given.replicates, "participants": given.participants, "jobs": given.jobs}
        result = compare(GROUPS[group][1:], baseline=GROUPS[group][0], **options)
        people, contracts = list(lines(result)), list(contract_lines(result))
        for name, row, line in {one[0]: one for one in (*people, *contracts)}.values():
            print(row, flush=True)
            write_found(name, line)
        table = HEAD + "".join(f"{row}\n" for _, row, _ in people)
        if contracts:
            table += "\n" + CONTRACTS_HEAD + "".join(f"{row}\n" for _, row, _ in contracts)
        start, end = (f"<!-- {group}:{word} -->\n" for word in ("start", "end"))
        page = page[: page.index(start) + len(start)] + table + page[page.index(end) :]
        PAGE.write_text(page, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
