"""Sources of money, and what it buys: staff by posts, program jobs and beds by the month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from reentrysim.agents.caseworkers import Caseworkers
from reentrysim.agents.columns import Floats, Ints, rows
from reentrysim.agents.mentors import create_posts
from reentrysim.dynamics.staffing import Places, PostCosts, Team, Time, monthly_cost, post_costs
from reentrysim.evidence.catalog import load_catalog
from reentrysim.evidence.prices import in_dollars_of
from reentrysim.policies.allocation import within
from reentrysim.policies.funding import Ledger, Source, cents
from reentrysim.programs.contract import Capacity
from reentrysim.programs.enrollment import Terms
from reentrysim.programs.mentoring import Design
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario
from reentrysim.scenario.scarcity import Caseload
from reentrysim.setup.contracts import held_back
from reentrysim.vocabulary import (
    DAYS_PER_MONTH,
    DAYS_PER_WEEK,
    MINUTES_PER_HOUR,
    MONTHS_PER_YEAR,
    PER_CENT,
    Origin,
)

MENTORING = "mentoring"


def dollars(name: str, values: Mapping[str, float], price_year: int) -> float:
    """An estimate in USD, in dollars of `price_year`."""
    return in_dollars_of(values[name], _price_years()[name], price_year)


def sources(scenario: Scenario, inflation: float = 0.0) -> list[Source]:
    """The scenario's sources of money as the ledger needs them, with the rise of prices in a year."""
    return [
        Source(
            name=name,
            total_cents=cents(source.total_dollars),
            first_step=source.first_step,
            last_step=source.last_step,
            spend=source.spend or "",
            lapses=source.unspent == "lapse",
            overhead_share=source.overhead_share,
            shares=within(source.earmark, scenario.funding.shares),
            earmark=source.earmark,
            held_back=held_back(source),
            match_of=source.match_of or "",
            match_ratio=source.match_ratio or 0.0,
            inflation=0.0 if source.indexed or source.match_of else inflation,
        )
        for name, source in scenario.funding.sources.items()
    ]


def teams(
    scenario: Scenario,
    design: Design,
    terms: Mapping[str, Terms],
    values: Mapping[str, float],
    luck: Luck,
    ledger: Ledger,
    people: int,
    scale: float,
) -> dict[str, Team]:
    """The staff of each program that has any, `people` posts at most; `scale` real posts to a simulated one."""
    found = {MENTORING: _mentors(scenario, design, values, luck, ledger, people, scale)}
    for name, own in terms.items():
        if own.program.capacity is Capacity.WORKERS:
            found[name] = _workers(scenario, own, values, luck, ledger, people, scale)
    return found


def in_one_table(teams: Mapping[str, Team]) -> Caseworkers:
    """The workers of all teams but mentors in one table, of which each team has its rows from now on."""
    others = [team for team in teams.values() if team.program != MENTORING]
    ends = np.cumsum([0, *(len(team.payroll) for team in others)]).tolist()
    table = Caseworkers.vacant(ends[-1])
    for team, first, end in zip(others, ends, ends[1:], strict=False):
        team.posts = rows(table, slice(first, end))
    return table


def mentor_costs(scenario: Scenario, design: Design, values: Mapping[str, float], scale: float) -> PostCosts:
    """What posts of mentors cost, a circle's for all of its volunteers; `scale` real posts to a simulated one."""
    support = scenario.programs.mentoring.staff.support_share
    scale = scale * design.volunteers(values)
    return post_costs(values, _price_years(), scenario.time.price_year, scale, support)


def _mentors(
    scenario: Scenario,
    design: Design,
    values: Mapping[str, float],
    luck: Luck,
    ledger: Ledger,
    people: int,
    scale: float,
) -> Team:
    program = scenario.programs.mentoring
    volunteers = design.volunteers(values)
    costs = mentor_costs(scenario, design, values, scale)
    posts = create_posts(min(_most_posts(ledger, int(costs.monthly.min())), people), _origins(scenario), values, luck)
    payroll = monthly_cost(posts.origin, costs)
    return Team(
        time=_time(scenario.policies.caseload.mentoring, posts.hours_per_month),
        program=MENTORING,
        posts=posts,
        payroll=payroll,
        payroll_to=np.cumsum(payroll),
        screening_cost=costs.screening,
        training_cost=costs.training,
        volunteers=volunteers,
        per_worker=scenario.policies.caseload.mentoring.per_worker,
        lag=max(program.hire_lag_months + program.train_lag_months, 1),
        lottery=float(luck.uniform("mentors.last_post", 0, 1)[0]),
    )


def _workers(
    scenario: Scenario,
    terms: Terms,
    values: Mapping[str, float],
    luck: Luck,
    ledger: Ledger,
    people: int,
    scale: float,
) -> Team:
    name, table = terms.name, scenario.programs.of(terms.name)
    monthly = max(cents(worker_cost(scenario, terms, values) * scale), 1)
    training = (
        _loaded_salary(scenario, name, values) * values[f"{name}.training_weeks"] * DAYS_PER_WEEK / DAYS_PER_MONTH
    )
    count = min(_most_posts(ledger, monthly), people)
    payroll = np.full(count, monthly, dtype=np.int64)
    policy, hours = scenario.policies.caseload, terms.program.worker_hours
    return Team(
        time=_time(policy.of(name), np.full(count, hours(values, table))) if hours else None,
        usual=terms.program.usual_caseload if policy.strains(name) else 0,
        program=name,
        posts=Caseworkers.vacant(count),
        payroll=payroll,
        payroll_to=np.cumsum(payroll),
        training_cost=cents(training * scale),
        per_worker=policy.of(name).per_worker,
        lag=max(table.hire_lag_months + table.train_lag_months, 1),
        lottery=float(luck.uniform(f"{name}.last_post", 0, 1)[0]),
    )


def worker_cost(scenario: Scenario, terms: Terms, values: Mapping[str, float]) -> float:
    """Dollars a month of a worker, office and supervision included."""
    loaded = _loaded_salary(scenario, terms.name, values)
    return loaded * (1.0 + values[f"{terms.name}.support_share"]) * terms.times(values, "cost")


def _loaded_salary(scenario: Scenario, name: str, values: Mapping[str, float]) -> float:
    """Dollars a month of a worker's salary and benefits."""
    salary = dollars(f"{name}.salary", values, scenario.time.price_year) / MONTHS_PER_YEAR
    return salary * (1.0 + values["mentors.fringe_share"])


def bought_places(
    scenario: Scenario,
    terms: Mapping[str, Terms],
    values: Mapping[str, float],
    luck: Luck,
    people: int,
    scale: float,
    yearly: float,
) -> dict[str, Places]:
    """What a place costs in each program whose places are bought by the month, and how many there can be.

    `scale` are real places to one of the run, and `yearly` the real releases in a year.
    """
    found = {}
    for name, own in terms.items():
        if own.program.capacity is not Capacity.WORKERS:
            cost = place_cost(scenario, own, values)
            most = _most_places(scenario, name, yearly)
            lottery = float(luck.uniform(f"{name}.last_place", 0, 1)[0])
            ceiling = float(luck.uniform(f"{name}.ceiling", 0, 1)[0])
            places = int(most / scale + ceiling) if np.isfinite(most) else people
            found[name] = Places(max(cents(cost * scale), 1), places, lottery)
    return found


def place_cost(scenario: Scenario, terms: Terms, values: Mapping[str, float]) -> float:
    """Dollars a month of a place."""
    cost = _monthly(terms.program.price, values, scenario.time.price_year) * terms.times(values, "cost")
    return cost * float(scenario.programs.of(terms.name).cost_multiple)


def _most_places(scenario: Scenario, name: str, yearly: float) -> float:
    """Most places of the real system: by the scenario's own ceiling, and by what those who run programs can offer."""
    own, per_100 = scenario.programs.of(name).places, scenario.circumstances.nonprofit_places_per_100
    there = np.inf if per_100 is None else per_100 * yearly / PER_CENT
    return float(min(there, np.inf if own is None else own))


def _monthly(price: str, values: Mapping[str, float], price_year: int) -> float:
    """Dollars a month of a place, published by the month or by the day."""
    days = DAYS_PER_MONTH if load_catalog()[price].unit == "USD/day" else 1.0
    return dollars(price, values, price_year) * days


def start_ups(scenario: Scenario) -> dict[str, int]:
    """Cents that each program costs before its first place opens, whatever the scale of the run."""
    return {name: cents(scenario.programs.of(name).start_up_dollars) for name in scenario.programs.used}


def fixed_costs(scenario: Scenario) -> dict[str, int]:
    """Cents that each program costs a month whoever comes, whatever the scale of the run; only those with any."""
    every = {name: cents(scenario.programs.of(name).fixed_dollars_per_month) for name in scenario.programs.used}
    return {name: cost for name, cost in every.items() if cost}


def cost_of_person(teams: Mapping[str, Team], places: Mapping[str, Places]) -> dict[str, float]:
    """Cents a month that one person costs in each program, as an agency would reckon it."""
    staff = {
        name: float(np.mean(team.payroll)) / _people_a_worker(team) if len(team.payroll) else 0.0
        for name, team in teams.items()
    }
    return staff | {name: float(place.cost) for name, place in places.items()}


def _time(policy: Caseload, hours: Floats) -> Time | None:
    """What posts with so many hours a month (shape (posts,)) have and people take, where the caseload is in hours."""
    if policy.hours_per_month is None:
        return None
    kept = np.rint(np.array(policy.hours_per_month.by_band) * MINUTES_PER_HOUR).astype(np.int64)
    return Time(np.floor(hours * MINUTES_PER_HOUR).astype(np.int64), np.maximum(kept, 1))


def _people_a_worker(team: Team) -> float:
    """As many as heads or hours allow, people of each band being equally many."""
    if team.time is None:
        return team.per_worker
    return people_a_worker(team.per_worker, float(np.mean(team.time.minutes)), team.time.needs)


def people_a_worker(most: int, have: float, needs: Sequence[float] | Ints) -> float:
    """As many as heads, `most`, or time allow, which a worker has and a person of each band needs in the same unit."""
    return min(most, have / float(np.mean(needs)))


def program_wages(scenario: Scenario, terms: Mapping[str, Terms], values: Mapping[str, float]) -> dict[str, float]:
    """Dollars that somebody earns in a month of a job that a program gives."""
    return {
        name: dollars(f"{name}.wage_per_hour", values, scenario.time.price_year) * values[f"{name}.hours_per_month"]
        for name, own in terms.items()
        if own.program.is_paid_work
    }


def _most_posts(ledger: Ledger, cheapest: int) -> int:
    """More posts than money can ever pay at once: the largest month's money and a twelfth of the whole."""
    total = sum(source.total_cents for source in ledger.sources)
    return (ledger.largest_arrival() + total // MONTHS_PER_YEAR) // max(cheapest, 1) + 1


def _origins(scenario: Scenario) -> dict[Origin, float]:
    shares = scenario.programs.mentoring.staff.origin
    return {origin: float(getattr(shares, origin.name.lower())) for origin in Origin}


def _price_years() -> dict[str, int]:
    return {name: e.price_year for name, e in load_catalog().items() if e.price_year is not None}
