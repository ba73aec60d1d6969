"""Scenarios between two: some programs as one of them has them, the others, and the rest, as the other has.

A program's part is its table, its caseload, the line that it alone has, and its money. Money goes with its program to
the cent where both scenarios divide it by fixed shares: every program then has sources of its own, each with the terms
and the overhead of the source that its dollars come from. Where money is divided otherwise, matches other money, or
hangs on a contract, nobody can say whose it is, and [funding] is one part, "money".
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from reentrysim.policies.allocation import within
from reentrysim.scenario import Scenario
from reentrysim.scenario.merging import Table
from reentrysim.scenario.messages import Layer
from reentrysim.scenario.offered import offered
from reentrysim.scenario.programs import Programs
from reentrysim.setup.money import MENTORING
from reentrysim.vocabulary import CENTS_PER_DOLLAR

MONEY, REST = "money", "everything else that differs"
_PROGRAMS, _MATCHING, _CASELOAD = ("programs",), ("policies", "matching"), ("policies", "caseload")
_LABELS = ("title", "question", "schema")


def programs_of(baseline: Scenario, scenario: Scenario) -> tuple[str, ...]:
    """Programs that either has, in the order in which they are told."""
    used = {*baseline.programs.used, *scenario.programs.used}
    return tuple(name for name in Programs.names() if name in used)


def money_goes_with_programs(baseline: Scenario, scenario: Scenario) -> bool:
    """Whether every dollar of both belongs to one program, by fixed shares or an earmark."""
    fixed = all(
        one.funding.rule == "fixed_shares"
        and all(source.match_of is None and source.pays_if is None for source in one.funding.sources.values())
        for one in (baseline, scenario)
    )
    return fixed and baseline.funding.inflation_share == scenario.funding.inflation_share


def players(baseline: Scenario, scenario: Scenario) -> tuple[str, ...]:
    """The parts in which the two differ: programs, "money" where it is no program's, everything else."""
    apart = money_goes_with_programs(baseline, scenario)
    one, other = (_parts(each, programs_of(baseline, scenario), apart) for each in (baseline, scenario))
    if not apart:  # a program that one of them has not is as the other has it, and has no money there
        one, other = {**other, **one}, {**one, **other}
    return tuple(name for name in (*programs_of(baseline, scenario), MONEY, REST) if one.get(name) != other.get(name))


def mixed(baseline: Scenario, scenario: Scenario, chosen: Collection[str], name: str) -> Scenario:
    """The parts that are `chosen` as the scenario has them, the others as the baseline has.

    Raises:
        InputError: if what the two say can't stand together.
    """
    apart, programs = money_goes_with_programs(baseline, scenario), programs_of(baseline, scenario)
    rest = scenario if REST in chosen else baseline
    tables = rest.resolved()
    del tables["name"]
    for program in programs:
        first, second = (scenario, baseline) if program in chosen else (baseline, scenario)
        has_it = first if apart or program in first.programs.used else second
        _put(tables, has_it.resolved(), program)
    whose = {program: scenario if program in chosen else baseline for program in programs}
    pays = scenario if MONEY in chosen else baseline
    tables["funding"] = _separate(whose, rest) if apart else _joint(pays, programs)
    return Scenario.build(tables, name, [Layer(name, tables)])


def _parts(scenario: Scenario, programs: Collection[str], apart: bool) -> dict[str, Any]:
    """What a scenario says of each part, to be compared."""
    tables, found = scenario.resolved(), dict[str, Any]()
    for program in programs:
        if program in scenario.programs.used:
            money = list(_dollars(scenario, program)) if apart else None
            found[program] = [_at(tables, path) for path in _paths(program)] + [money]
    rest = {key: value for key, value in tables.items() if key not in ("name", *_LABELS, "funding")}
    rest = _without(rest, [path for program in programs for path in _paths(program)])
    return {**found, **({} if apart else {MONEY: tables["funding"]}), REST: rest}


def _paths(program: str) -> Iterator[tuple[str, ...]]:
    """Where a scenario says something of a program alone; lines that it shares with others are the rest's."""
    yield (*_PROGRAMS, program)
    yield (*_CASELOAD, program)
    line = MENTORING if program == MENTORING else offered()[program].line
    if [one.line for one in offered().values()].count(line) <= 1:
        yield (*_MATCHING, line)


def _at(tables: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    for key in path:
        tables = tables.get(key, {})
    return tables


def _put(tables: Table, of: Table, program: str) -> None:
    """What `of` says of a program, also if that is nothing."""
    for *above, last in _paths(program):
        place = tables
        for key in above:
            place[key] = dict(place[key])
            place = place[key]
        place.pop(last, None)
        said = _at(of, (*above, last))
        if said:
            place[last] = said


def _without(tables: Mapping[str, Any], paths: Collection[tuple[str, ...]]) -> Table:
    """The tables without what stands at some paths."""
    here = {path[0] for path in paths if len(path) == 1}
    found = {}
    for key, value in tables.items():
        inner = [path[1:] for path in paths if path[0] == key and len(path) > 1]
        if key not in here:
            found[key] = _without(value, inner) if inner else value
    return found


def _dollars(scenario: Scenario, program: str) -> Iterator[Table]:
    """The sources of one program's own: each with the terms of the source that its dollars come from."""
    for name, source in scenario.funding.sources.items():
        share = within(source.earmark, scenario.funding.shares).get(program, 0.0)
        total = round(source.total_dollars * share * CENTS_PER_DOLLAR) / CENTS_PER_DOLLAR
        if total > 0.0:
            terms = scenario.resolved()["funding"]["sources"][name]
            yield {**terms, "total_dollars": total, "earmark": [program], "_id": name}


def _separate(whose: Mapping[str, Scenario], rest: Scenario) -> Table:
    """[funding] in which every program has the money that it has in the scenario that it is taken from."""
    sources, used = {}, [program for program, one in whose.items() if program in one.programs.used]
    for program in used:
        for source in _dollars(whose[program], program):
            sources[f"{source.pop('_id')}_{program}"] = source
    if not sources:  # nobody has money in this one, and there must be a payer
        name, source = next(iter(rest.resolved()["funding"]["sources"].items()))
        sources[name] = {**source, "total_dollars": 0.0, "earmark": []}
    table: Table = {**rest.resolved()["funding"], "sources": sources}
    return table | {"shares": {program: 1.0 / len(used) for program in used}}


def _joint(pays: Scenario, programs: Collection[str]) -> Table:
    """[funding] of one of the two; programs that it has not have no share."""
    table: Table = dict(pays.resolved()["funding"])
    return table | {"shares": dict.fromkeys(programs, 0.0) | table["shares"]}
