"""The model of columns and its slow twin say the same, person by person, month by month, bit by bit."""

from __future__ import annotations

import ast
import gc
import weakref
from collections.abc import Callable
from functools import cache
from pathlib import Path

import mesa
import numpy as np
import pytest
from numpy.typing import NDArray

from reentrysim.scenario import shipped_scenarios
from reentrysim.scenario.offered import shipped
from reentrysim.scenario.own_rules import allow_rules, forget_rules
from reentrysim.setup import World
from reentrysim.vocabulary import NEVER, Home, Origin, Race, Route
from twin.cases import alumni_case, case, own_rules_case, provider_case, shipped_case, silent_cases
from twin.comparing import Case, run_side_by_side
from twin.markets import Employer, HousingProvider
from twin.mentors import MentorPost
from twin.people import Person
from twin.programs import Caseworker
from twin.world import TwinModel

GENERATED, SHORT = 60, 12
"""Made-up cases, and those of them that the short suite runs."""
OWN_RULES = Path(__file__).parents[1] / "outside" / "line_rules.py"
FULL_FOLLOW_UP = ("status-quo", "grant-ends-early")
LATER = ("assessment", "caseload", "funding", "matching", "mentoring")
"""Families that the long suite runs; what they vary is in the made-up cases too."""
STARVED = {
    name: {"case_management"}
    for name in (
        *("balanced", "community-partnership", "fixed-shares", "by-need", "waiting-list", "risk-high-first"),
        *("risk-low-first", "next-dollar"),
    )
}
STARVED["risk-low-first"] |= {"mentoring"}
STARVED["next-dollar"] |= {"mentoring", "transitional_jobs"}
"""Programs whose part of the money, for so few people, pays for no worker."""
SHARED = (
    "reentrysim.vocabulary",
    "reentrysim.randomness",
    "reentrysim.evidence",
    "reentrysim.scenario",
    "reentrysim.agents.intake",
)
SOLVERS = (
    ("reentrysim.policies.matching", ["assign"]),
    ("reentrysim.policies.assignment", ["Pool", "assign_together"]),
)
ELSEWHERE = ("twin", "mesa", "numpy", "scipy", "__future__", "collections", "dataclasses", "types", "typing")


@pytest.mark.parametrize("name", [name for name, path in shipped_scenarios().items() if path.parent.name not in LATER])
def test_shipped_scenarios_run_alike(name: str) -> None:
    runs_alike(name)


def runs_alike(name: str) -> None:
    family = shipped_scenarios()[name].parent.name
    short = dict.fromkeys(("programs", "models", "matching", "caseload"), 6)
    months = {**short, "funding": 30}.get(family, 24)  # contracts are judged after two years
    asked = shipped_case(name, months=None if name in FULL_FOLLOW_UP else months)
    model = run_side_by_side(asked)
    assert model.steps == asked.last_step
    funded = {program for program, share in asked.scenario.funding.shares.items() if share}
    assert {program for program in funded if not _served(model.world, program)} == STARVED.get(name, set())


def _served(world: World, program: str) -> bool:
    return bool(world.mentees.matches.any() if program == "mentoring" else _started(world, program))


@cache
def case_alike(number: int) -> dict[str, int]:
    """The made-up case of a number run in both models: how often each event happened in it."""
    model = run_side_by_side(case(number))
    assert model.steps == case(number).last_step
    return {name: int(count(model.world)) for name, count in EVENTS.items()}


@pytest.mark.parametrize("number", range(SHORT))
def test_generated_scenarios_run_alike(number: int) -> None:
    assert case_alike(number)


def test_participants_who_become_mentors_run_alike() -> None:
    ever = set[int]()
    model = run_side_by_side(alumni_case(), watch=lambda model: ever.update(model.world.mentors.alumnus.tolist()))
    assert model.steps == alumni_case().last_step
    assert len(ever) > 10


def test_a_last_part_that_is_not_earned_is_found_when_only_one_model_pays_it() -> None:
    assert run_side_by_side(provider_case()).steps == provider_case().last_step
    with pytest.raises(AssertionError, match=r"step \d+ mentor post|the ledgers part in step \d+"):
        run_side_by_side(provider_case(), _pay_whatever_is_found)


@pytest.mark.parametrize("asked", silent_cases(), ids=lambda asked: asked.name)
def test_silent_channels_run_alike(asked: Case) -> None:
    assert run_side_by_side(asked).steps == asked.last_step


@pytest.mark.parametrize("channel", ["arrest", "belonging", "standing", "search"])
def test_a_channel_that_is_silent_in_one_model_alone_is_found(channel: str) -> None:
    asked = next(one for one in silent_cases() if channel in one.silent)

    def speak(twin: TwinModel) -> None:
        twin.silent -= {channel}

    with pytest.raises(AssertionError, match=r"parts in column|the ledgers part"):
        run_side_by_side(asked, speak)


def test_rules_of_ones_own_run_alike() -> None:
    allow_rules(OWN_RULES)
    try:
        case_of_rules = own_rules_case(OWN_RULES)
        assert run_side_by_side(case_of_rules).steps == case_of_rules.last_step
    finally:
        forget_rules(OWN_RULES)


def _tire_a_mentor_by_the_last_bit(twin: TwinModel) -> None:
    twin.posts[0].hours_per_month = np.nextafter(twin.posts[0].hours_per_month, 0.0)


def _make_everybody_trust_a_little_longer(twin: TwinModel) -> None:
    twin.trust_fade = np.nextafter(twin.trust_fade, 1.0)


def _let_everybody_die_in_the_second_month(twin: TwinModel) -> None:
    twin.times.death[2] = 1.0


def _make_arrests_of_the_third_month_a_little_likelier(twin: TwinModel) -> None:
    twin.times.arrest[3] += 0.5


def _arrest_black_people_for_less(twin: TwinModel) -> None:
    twin.arrest_intensity[Race.BLACK] += 0.2


def _make_recruits_a_cent_dearer(twin: TwinModel) -> None:
    twin.screening_cents += 1


def _make_an_employer_a_little_stricter(twin: TwinModel) -> None:
    twin.black_at_work -= 0.2


def _pay_whatever_is_found(twin: TwinModel) -> None:
    (evaluator,) = twin.evaluators
    evaluator._cents = lambda *_: evaluator.source.last_part  # type: ignore[method-assign]


def _let_shelters_forget_a_bed(twin: TwinModel) -> None:
    twin.shelters[0].places -= 1


def _put_somebody_last_in_the_queue(twin: TwinModel) -> None:
    twin.people[0].lottery = 1.0


@pytest.mark.parametrize(
    ("disturb", "message"),
    [
        (_tire_a_mentor_by_the_last_bit, r"step 0 mentor post 0 parts in column hours_per_month"),
        (_make_everybody_trust_a_little_longer, r"step \d+ person \d+ \(month -?\d+ since release\) .* column trust"),
        (_let_everybody_die_in_the_second_month, r"step 2 person 0 \(month 2 since release\) .* column status: .* 4$"),
        (_make_arrests_of_the_third_month_a_little_likelier, r"\(month 3 since release\) parts in column"),
        (_arrest_black_people_for_less, r"step \d+ person \d+ \(month \d+ since release\) parts in column"),
        (_make_recruits_a_cent_dearer, r"the ledgers part in step \d+"),
        (_make_an_employer_a_little_stricter, r"step \d+ person \d+ .* in column (employer|job_step)"),
        (_let_shelters_forget_a_bed, r"step 0 housing provider \d+ parts in column places"),
        (_put_somebody_last_in_the_queue, r"step 0 person 0 .* column lottery"),
    ],
)
def test_a_small_disturbance_is_found_and_named(disturb: Callable[[TwinModel], None], message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        run_side_by_side(_eventful(), disturb)


def _eventful() -> Case:
    """A case with mentors, matches and money to spare."""
    return shipped_case("status-quo", months=24)


def test_generated_scenarios_vary_every_key() -> None:
    seen: dict[str, set[str]] = {}
    for number in range(GENERATED):
        for key, value in _flat(case(number).scenario.resolved()):
            seen.setdefault(key, set()).add(repr(value))
    fixed = {key for key, values in seen.items() if len(values) == 1}
    assert fixed == {
        "schema",
        "question",
        "population.profile",
        "population.calibration",
        "population.stays",  # in every fourth case, and in no other
        "policies.caseload.case_management.overload",  # in half of the cases, and in the others nothing
        "policies.caseload.peer_support.overload",
    }


def _flat(table: dict[str, object], path: str = "") -> list[tuple[str, object]]:
    """Leaves by dotted path; sources of money are counted together, so are estimates, and programs beside mentoring."""
    leaves: list[tuple[str, object]] = []
    for key, value in table.items():
        named = path in ("funding.sources.", "estimates.") or (path == "programs." and key != "mentoring")
        inner = path if named else f"{path}{key}."
        leaves += _flat(value, inner) if isinstance(value, dict) else [(inner.rstrip("."), value)]
    return leaves


def _started(world: World, program: str, how: NDArray[np.bool_] | bool = True) -> int:
    """People who have had a place in a program and live so."""
    enrolled = world.enrolled.get(program)
    return 0 if enrolled is None else int(np.sum((enrolled.start_step != NEVER) & how))


def _died_in_prison(world: World) -> NDArray[np.bool_]:
    died, step = world.people.death != NEVER, world.traits.release_step + world.people.death - 1
    return died & (world.people.prison_until >= step)


EVENTS: dict[str, Callable[[World], float]] = {
    "new sentence": lambda w: np.sum((w.people.returns > 0) & (w.people.route == Route.NEW_SENTENCE)),
    "revocation": lambda w: np.sum((w.people.returns > 0) & (w.people.route == Route.REVOKED_AFTER_ARREST)),
    "rule violation": lambda w: np.sum((w.people.returns > 0) & (w.people.route == Route.RULE_VIOLATION)),
    "second return": lambda w: np.sum(w.people.returns > 1),
    "death outside": lambda w: np.sum((w.people.death != NEVER) & ~_died_in_prison(w)),
    "death in prison": lambda w: np.sum(_died_in_prison(w)),
    "match": lambda w: np.sum(w.mentees.matches > 0),
    "match in prison alone": lambda w: np.sum(w.mentees.matches > 0) * (not w.design.in_community),
    "front-loaded match": lambda w: np.sum(w.mentees.matches > 0) * w.design.front_loaded,
    "second match": lambda w: np.sum(w.mentees.matches > 1),
    "match that somebody ended": lambda w: np.sum(w.record.noticed),
    "strain of a caseworker": lambda w: np.sum(w.caseworkers.strain > 0),
    "declined": lambda w: np.sum((w.mentees.offered_step != NEVER) & ~w.mentees.willing),
    "second mentor in a post": lambda w: np.sum(w.mentors.tenure > 0),
    "strain": lambda w: np.sum(w.mentors.strain > 0),
    "cut post": lambda w: np.sum((w.mentors.tenure >= 0) & (w.mentors.ready_step == NEVER)),
    "professional": lambda w: np.sum((w.mentors.tenure >= 0) & (w.mentors.origin == Origin.PROFESSIONAL)),
    "lapse": lambda w: np.sum(w.ledger.lapsed > 0),
    "money not paid": lambda w: np.sum(w.ledger.unpaid > 0),
    "hour of a volunteer": lambda w: np.sum(w.record.volunteer_hours > 0),
    "turn of a program": lambda w: len(w.ranked),
    "somebody in need": lambda w: sum(w.in_need.values()),
    "month's rent": lambda w: sum(w.fixed_costs.get(name, 0) > 0 for name in w.ledger.programs),
    "money left over": lambda w: np.sum(w.ledger.unspent > 0),
    "queue": lambda w: np.sum(w.record.waiting > 0),
    "job that ended": lambda w: np.sum((w.lives.job_step != NEVER) & (w.lives.employer == NEVER)),
    "good job": lambda w: np.sum(w.lives.good_job),
    "rented room": lambda w: np.sum((w.lives.home == Home.OWN) & (w.lives.provider != NEVER)),
    "shelter that bars use": lambda w: (
        np.sum((w.lives.home == Home.SHELTER) & w.providers.bars_use[w.lives.provider])
        if len(w.providers.bars_use)
        else 0
    ),
    "night on the street": lambda w: np.sum(w.record.home == Home.STREET),
    "institution": lambda w: np.sum(w.record.home == Home.INSTITUTION),
    "moves": lambda w: np.sum(w.lives.moves > 1),
    "use": lambda w: np.sum(w.lives.using),
    "treatment": lambda w: np.sum(w.lives.in_treatment),
    "program job": lambda w: _started(w, "transitional_jobs"),
    "job after a program job": lambda w: _started(w, "transitional_jobs", w.lives.employer != NEVER),
    "program bed": lambda w: _started(w, "transitional_housing"),
    "own room after a program bed": lambda w: _started(w, "transitional_housing", w.lives.home == Home.OWN),
    "caseworker": lambda w: _started(w, "case_management"),
    "caseworker who left": lambda w: np.sum((w.caseworkers.tenure >= 0) & (w.caseworkers.ready_step == NEVER)),
    **{
        name: lambda w, name=name: _started(w, name)
        for name in shipped()
        if name not in ("transitional_jobs", "transitional_housing", "case_management")
    },
    "line for a place": lambda w: np.sum(w.record.in_line > 0),
    "place declined": lambda w: sum(np.sum((e.offered_step != NEVER) & ~e.willing) for e in w.enrolled.values()),
    "opinion of an employer": lambda w: np.sum(w.employers.opinion != 0.0),
    "opinion of a landlord": lambda w: np.sum(w.providers.opinion != 0.0),
    "judged contract": lambda w: sum(one.judgment.judged for one in w.judged),
    "last part that came late": lambda w: np.count_nonzero(w.ledger.late),
    "last part never paid": lambda w: sum(
        one.contract.holds_back and one.judgment.paid < one.contract.at_stake for one in w.judged
    ),
}


def test_the_twin_shares_only_what_it_may() -> None:
    own = [path for path in Path(__file__).parent.glob("*.py") if path.stem not in ("test_twin", "comparing", "cases")]
    assert len(own) > 4
    for path in own:
        for module, names in _imports(path):
            solver = (module, names) in SOLVERS
            known = module.startswith(SHARED) or module.split(".")[0] in ELSEWHERE
            exact = (module, names) == ("math", ["fsum"])  # one right answer, whoever adds up
            assert solver or known or exact, f"{path.name} imports {names} from {module}"


def _imports(path: Path) -> list[tuple[str, list[str]]]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found.append((node.module or "", [alias.name for alias in node.names]))
        elif isinstance(node, ast.Import):
            found += [(alias.name, []) for alias in node.names]
    return found


def test_the_twin_is_an_ordinary_mesa_model_that_can_be_forgotten() -> None:
    twin = shipped_case("smaller-caseworker-caseloads", months=1).twin()
    assert set(twin.agents_by_type) == {Person, MentorPost, Caseworker, Employer, HousingProvider}
    tables = (twin.people, twin.posts, twin.caseworkers, twin.employers, twin.providers)
    assert len(twin.agents) == sum(map(len, tables))
    assert twin not in mesa.Agent._ids
    last_seen = weakref.ref(twin)
    del twin, tables
    gc.collect()
    assert last_seen() is None
