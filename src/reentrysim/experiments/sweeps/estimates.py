"""Which estimates a sweep can vary, and which of them move with one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from scipy.optimize import brentq

from reentrysim.evidence import Estimate, load_catalog
from reentrysim.experiments.sweeps.factors import Factor
from reentrysim.scenario import Scenario
from reentrysim.scenario.programs import Programs
from reentrysim.scenario.values import values_for
from reentrysim.vocabulary import InputError, nearest

PREFIX = "estimates."
ALL = f"{PREFIX}*"
_SOMEWHERE = 0.3  # any place off the center shows whether a run reads a replaced number


def estimate_of(path: str) -> Estimate | None:
    """The estimate that a path names; None for other paths and unknown names."""
    name = path.removeprefix(PREFIX)
    return load_catalog()[name] if path.startswith(PREFIX) and name in load_catalog() else None


def movable(scenarios: Sequence[Scenario]) -> tuple[str, ...]:
    """Names of the uncertain estimates that some of the scenarios may replace, in the order of the catalog.

    Left out are those of programs that none of them runs, those that only the calibration reads, and those in place of
    which a run reads something else: a key of the scenario, or what the calibration solved.
    """
    used = {program for scenario in scenarios for program in scenario.programs.used}
    unused = set(Programs.names()) - used
    names = [
        name
        for name, estimate in load_catalog().items()
        if estimate.uncertain and estimate.read_by == "run" and name.split(".")[0] not in unused
    ]
    reading = {name for scenario in scenarios for name in _read(scenario, names)}
    return tuple(name for name in names if name in reading)


def is_read(name: str, scenario: Scenario) -> bool:
    """Whether a run of the scenario reads a number that takes this estimate's place."""
    return name in _read(scenario, [name])


def _read(scenario: Scenario, names: Sequence[str]) -> list[str]:
    """Those of the estimates whose replaced number is what a run reads."""
    other = {name: _another(load_catalog()[name]) for name in names}
    values = values_for(scenario.vary({f"{PREFIX}{name}": value for name, value in other.items()}))
    return [name for name in names if values[name] == other[name]]


def _another(estimate: Estimate) -> float:
    """A value that it may have and hasn't in the middle."""
    if estimate.uncertain:
        return estimate.at(_SOMEWHERE)
    return next((estimate.value + end) / 2 for end in estimate.bounds if end != estimate.value)


def spread(factor: Factor, scenarios: Sequence[Scenario]) -> Iterator[str]:
    """The paths that "estimates.*" stands for; an estimate drawn with one of them moves with it and is none itself.

    Raises:
        InputError: for an unknown subject, or if nothing is left; `where` is the key.
    """
    catalog, names = load_catalog(), movable(scenarios)
    subjects = {name.split(".")[0] for name in catalog}
    for subject in factor.subject or ():
        if subject not in subjects:
            raise InputError(f"unknown subject {subject!r}", where="subject", hint=nearest(subject, subjects))
    asked = [
        name
        for name in names
        if (factor.grade is None or catalog[name].grade in factor.grade)
        and (factor.subject is None or name.split(".")[0] in factor.subject)
    ]
    if not asked:
        hint = "Widen grade or subject, or name scenarios with that program"
        raise InputError("no uncertain estimate is left that the scenarios read", hint=hint)
    yield from (f"{PREFIX}{name}" for name in asked if leader_of(name) not in asked)


def leader_of(name: str) -> str:
    """The estimate whose luck another shares or has turned round; "" for one with its own."""
    estimate = load_catalog()[name]
    return estimate.drawn_with or estimate.drawn_against


def followers(factors: Mapping[str, Factor], changes: Mapping[str, object]) -> dict[str, float]:
    """What moves with the estimates among the changes, though no factor of its own, by path.

    The stays in prison, for one, are drawn with one luck so that every draw keeps their order.
    """
    if ALL not in factors:
        return {}
    asked = factors[ALL]
    moved = {}
    for name, estimate in load_catalog().items():
        leader = changes.get(f"{PREFIX}{leader_of(name)}")
        is_asked = (asked.grade is None or estimate.grade in asked.grade) and (
            asked.subject is None or name.split(".")[0] in asked.subject
        )
        if isinstance(leader, float) and is_asked and f"{PREFIX}{name}" not in changes:
            luck = uniform_of(load_catalog()[leader_of(name)], leader)
            moved[f"{PREFIX}{name}"] = estimate.at(1.0 - luck if estimate.drawn_against else luck)
    return moved


def uniform_of(estimate: Estimate, value: float) -> float:
    """The number in [0, 1] at which an estimate has a value, by bisection, whatever its family."""
    if value <= estimate.at(0.0):
        return 0.0
    almost = 1.0 - 2.0**-53
    return almost if value >= estimate.at(almost) else float(brentq(lambda u: estimate.at(u) - value, 0.0, almost))
