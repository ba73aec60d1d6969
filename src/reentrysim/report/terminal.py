"""The answer on the terminal: one sentence first, then a table, what to beware of, and where the files are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from reentrysim.analysis.answer import OUTCOME, PEOPLE, Counts, period, rounded, span, supported_unit
from reentrysim.analysis.compare import Comparison
from reentrysim.analysis.tables import is_few
from reentrysim.report.contracts import contract_lines
from reentrysim.report.economics import net_span
from reentrysim.report.equity import lines as equity_lines
from reentrysim.report.marginal import marginal_key, marginal_table
from reentrysim.report.reached import reach_key, reach_table
from reentrysim.report.words import ANOTHER_CLOCK, NOTHING, USE, difference, dollars, months, probability, wrapped
from reentrysim.scenario import Scenario
from reentrysim.vocabulary import CENTS_PER_DOLLAR, Risk

WIDEST_NAME = 20
HEADINGS_ALONE = ("Back in\nprison", "Re-\narrested", "Program\ncost", "Spent\n($M)")
HEADINGS = ("Back in\nprison", "Difference\n(95%)", "Program\ncost", "Spent\n($M)", "P(better)")
MONTHS, REARREST = "months_in_community", "rearrest"
_GROUPS = {"sex=female": "women", "sex=male": "men"} | {
    f"risk={band.name.lower()}": f"at {band.name.lower()} risk" for band in Risk
}
BEST_OF = 3
"""Scenarios from which on the best one is asked for."""
THOUSAND, MILLION = 1_000, 1_000_000


def show(comparison: Comparison, console: Console, folder: Path) -> None:
    """Print the whole report of a comparison."""
    for part in _parts(comparison, folder):
        console.print(part, soft_wrap=isinstance(part, Text) and not console.is_terminal)


def _parts(comparison: Comparison, folder: Path) -> Iterator[RenderableType]:
    yield Text(comparison.sentence(), style="bold")
    yield from ("", table(comparison), "")
    yield from map(Text, filter(None, _lines(comparison, folder)))
    yield from _further_tables(comparison)
    if comparison.precision:
        yield Text(_precision(comparison))
    yield from map(Text, (*equity_lines(comparison), *contract_lines(comparison)))
    yield from (Text(f"People: {line}") for line in comparison.assumed)
    yield from (Text(f"warning: {warning}", style="yellow") for warning in comparison.warnings)
    yield Text(f"Files: {folder}")
    yield Text(USE, style="dim")


def _lines(comparison: Comparison, folder: Path) -> Iterator[str]:
    """What is said under the table; "" where there is nothing to say."""
    of_people = (rearrested_line, groups_line, cohort_line, best_line, months_line, volunteers_line)
    yield _key(comparison)
    yield from (line(comparison) for line in of_people)
    yield money_line(comparison, folder)


def _further_tables(comparison: Comparison) -> Iterator[RenderableType]:
    reach = reach_table(comparison)
    if reach.row_count:
        yield from ("", reach, "", Text(reach_key(comparison)))
    if comparison.plan.next_dollar:
        yield from ("", marginal_table(comparison), "", Text(marginal_key(comparison)))


def table(comparison: Comparison) -> Table:
    """One row per scenario: counts per 1,000 released at the headline month, costs and money of the whole run."""
    plan = comparison.plan
    result = Table(box=SIMPLE_HEAD, padding=0, show_edge=False)
    names = {name: wrapped(name, WIDEST_NAME) for name in plan.names}
    longest = min(max(map(len, plan.names)), WIDEST_NAME)
    result.add_column("Scenario", min_width=longest, overflow="fold")
    for heading in HEADINGS if len(plan.names) > 1 else HEADINGS_ALONE:
        result.add_column(heading, justify="right", no_wrap=True)
    for name in plan.names:
        _, *cells = _row(comparison, name)
        result.add_row(*(Text(text) for text in (names[name], *cells)))
    return result


def _same_clock(comparison: Comparison) -> list[str]:
    """Scenarios whose months since release are those of the baseline."""
    return [name for name in comparison.facts.others if name not in comparison.facts.elsewhere]


def _key(comparison: Comparison) -> str:
    """What the table's numbers are."""
    plan = comparison.plan
    several = len(plan.names) > 1
    base = f": {plan.baseline} in counts, the others as differences from it" if several else ""
    finer = (
        " Counts are rounded to what luck lets them be known; differences, of the same people, are known more finely."
    )
    far = "luck goes" if plan.luck_only else "the evidence is known"
    better = f" P(better): chance of fewer back in prison, as far as {far}." if several else ""
    return (
        f"Per {PEOPLE:,} people released, within {period(comparison.headline_month)}{base}.{finer if several else ''} "
        f"In the whole run: program cost in dollars per person released in it; "
        f"millions of dollars spent, of {_came(comparison)} that came.{better}"
    )


def _precision(comparison: Comparison) -> str:
    """How many replicates the precision took."""
    said = comparison.precision
    where = "in every difference" if len(comparison.plan.names) > 1 else "in the share back in prison"
    return (
        f"Precision: {said['replicates']:,.0f} replicates, after {said['first']:,.0f} to begin with, leave a Monte "
        f"Carlo error of at most {PEOPLE * said['reached']:.1f} per {PEOPLE:,} {where} "
        f"({PEOPLE * said['asked']:g} were asked for)."
    )


def millions(comparison: Comparison, scenario: str, amount: str) -> float:
    """Millions of dollars of the whole system in the whole run, averaged over replicates; `amount`: see AMOUNTS."""
    runs = comparison.runs.ledger[scenario]
    cents = sum(int(getattr(row, amount)) for rows in runs for row in rows) / len(runs)
    return cents / CENTS_PER_DOLLAR / MILLION


def _came(comparison: Comparison) -> str:
    """ "4.20" when every scenario gets the same, else "2.10 to 4.20"."""
    names = comparison.plan.names
    sums = [millions(comparison, name, "arrived") - millions(comparison, name, "unpaid") for name in names]
    least, most = f"{min(sums):,.2f}", f"{max(sums):,.2f}"
    return least if least == most else f"{least} to {most}"


def cohort_line(comparison: Comparison) -> str:
    """What one cohort would see under the scenario with the largest difference; empty when no interval is known."""
    month, plan = comparison.headline_month, comparison.plan
    rows = comparison.cohort_interval(OUTCOME, month)
    rows = rows[(rows["difference"] != 0) & rows["cohort_low"].notna()]
    rows = rows[rows["scenario"].isin(_same_clock(comparison))]
    if rows.empty:
        return ""
    row = rows.iloc[int(rows["difference"].abs().argmax())]
    cell = comparison.paired(str(row["scenario"]), OUTCOME, month)
    unit = supported_unit(cell.mcse * PEOPLE)
    low, high = (rounded(float(row[column]) * PEOPLE, unit) for column in ("cohort_low", "cohort_high"))
    return (
        f"One cohort of {plan.system_size:,} people would see {span(low, high)} per {PEOPLE:,} under "
        f"{row['scenario']} (95%, its own luck included)."
    )


def best_line(comparison: Comparison) -> str:
    """The chance of each scenario to be the best; empty for fewer than three (P(better) says it) and for two clocks."""
    if len(comparison.plan.names) < BEST_OF or comparison.facts.elsewhere:
        return ""
    ranks = comparison.ranking().set_index("scenario")["rank_1"].loc[list(comparison.plan.names)]
    if ranks.isna().any():
        return ""
    chances = ", ".join(f"{name} {probability(float(chance))}" for name, chance in ranks.items())
    return f"Chance of the fewest back in prison: {chances}."


def rearrested_line(comparison: Comparison) -> str:
    """Who is rearrested, and what the scenarios change of that; empty for one, whose row says it."""
    plan, month = comparison.plan, comparison.headline_month
    others = _same_clock(comparison)
    if not others:
        return ""
    told = [f"{Counts(comparison.value(plan.baseline, REARREST, month)).mean:,} under {plan.baseline}"]
    told += [f"{name} {difference(Counts(comparison.paired(name, REARREST, month)))}" for name in others]
    return f"Rearrested within {period(month)}: {'; '.join(told)}."


def groups_line(comparison: Comparison) -> str:
    """What changes for those whom a scenario's programs are for, where that is one sex or one band of risk alone."""
    plan, month, told = comparison.plan, comparison.headline_month, list[str]()
    for scenario in plan.scenarios:
        group = whom_alone(scenario)
        if scenario.name == plan.baseline or group not in comparison.facts.subgroups:
            continue
        if not is_few(comparison.members(scenario.name, group), plan.participants, plan.system_size):
            change = Counts(comparison.paired(scenario.name, OUTCOME, month, group))
            told.append(f"{scenario.name} {difference(change)} of {PEOPLE:,} {_GROUPS[group]}")
    return f"Back in prison among those alone whom programs are for: {'; '.join(told)}." if told else ""


def whom_alone(scenario: Scenario) -> str:
    """The subgroup that all programs with money are for, by sex, or else by assessed risk; "" where there is none."""
    earmarked = {name for source in scenario.funding.sources.values() for name in source.earmark}
    paid = earmarked | {name for name, share in scenario.funding.shares.items() if share > 0}
    for key in ("sex", "risk"):
        whom = {one for name in paid for one in getattr(scenario.programs.of(name).eligible, key)}
        if len(whom) == 1:
            return f"{key}={whom.pop()}"
    return ""


def months_line(comparison: Comparison) -> str:
    """Restricted mean months in the community, and what the scenarios change of them."""
    plan, month = comparison.plan, comparison.headline_month
    others = _same_clock(comparison)
    cells = {name: comparison.paired(name, MONTHS, month) for name in others}
    told = [f"{comparison.value(plan.baseline, MONTHS, month).mean:.1f} under {plan.baseline}"]
    told += [f"{name} {months(cell)}" for name, cell in cells.items()]
    return f"Months in the community within {period(month)}, later stays counted: {'; '.join(told)}."


def volunteers_line(comparison: Comparison) -> str:
    """What volunteers gave in the whole run, which no account has; empty where there are none."""
    notes = comparison.notes
    if "volunteer_hours" not in notes or not (notes["volunteer_hours"] > 0).any():
        return ""
    given = zip(notes.index, notes["volunteer_hours"], notes["volunteer_dollars"], strict=True)
    told = [f"{name} {hours / THOUSAND:,.0f} (${worth / MILLION:,.2f} million)" for name, hours, worth in given]
    return f"In kind, and no money: thousands of hours by volunteers, and what paid ones would cost: {'; '.join(told)}."


def money_line(comparison: Comparison, folder: Path) -> str:
    """What is left of the government's dollars under each scenario, and where the rest is; empty for one."""
    if len(comparison.plan.names) == 1:
        return ""
    found = comparison.economics()
    if not found.others:
        return ""
    rows = found.balance[found.balance["perspective"] == "government"].to_dict("records")
    told = [f"{row['scenario']} {net_span(row)}" for row in rows]
    return (
        f"What the government saves less what it spends, per person released, in {period(comparison.plan.months)}: "
        f"{'; '.join(told)}. Victims, earnings, prices: reentrysim economics {folder}"
    )


def _row(comparison: Comparison, name: str) -> tuple[str, ...]:
    month, plan = comparison.headline_month, comparison.plan
    returned, rearrested = (
        f"{Counts(comparison.value(name, outcome, month)).mean:,}" for outcome in (OUTCOME, REARREST)
    )
    cost = dollars(comparison.value(name, "cost_programs", plan.months))
    money = cost, f"{millions(comparison, name, 'spent'):,.2f}"
    if len(plan.names) == 1:
        return name, returned, rearrested, *money
    if name == plan.baseline:
        return name, returned, NOTHING, *money, NOTHING
    if name in comparison.facts.elsewhere:
        return name, NOTHING, ANOTHER_CLOCK, *money, NOTHING
    # Differences are known more finely than levels: a level beside them would seem to contradict them.
    change = comparison.paired(name, OUTCOME, month)
    return name, NOTHING, difference(Counts(change)), *money, probability(change.below)
