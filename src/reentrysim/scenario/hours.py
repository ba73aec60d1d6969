"""Whether the hours that caseloads keep for people can be had of their workers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reentrysim.evidence import load_catalog
from reentrysim.scenario.messages import refuse
from reentrysim.scenario.offered import offered
from reentrysim.scenario.scarcity import HoursByRisk

_MENTORING = "mentoring"


def refuse_hours_that_nobody_has(scenario: Any) -> None:
    """Refuses hours of a program that has none to divide, and more for one person than any of its workers has.

    By the central numbers and the scenario's own; in a draw in which workers have less, nobody is taken.
    """
    for program, hours, path in _told_in_hours(scenario):
        most = _most_hours(scenario, program)
        if most is None:
            what = f"{program} doesn't say how many hours its workers have"
            raise refuse(what, "Leave hours_per_month out", path)
        for band in scenario.programs.of(program).eligible.risk:
            if getattr(hours, band) > most:
                what = f"{getattr(hours, band):g} hours for one person are more than the {most:g} that a worker has"
                raise refuse(what, "Nobody would fit: keep less for each", (*path, band))


def _told_in_hours(scenario: Any) -> Iterator[tuple[str, HoursByRisk, tuple[str, ...]]]:
    for program in scenario.programs.used:
        if program == _MENTORING or offered()[program].usual_caseload:
            hours = scenario.policies.caseload.of(program).hours_per_month
            if hours is not None:
                yield program, hours, ("policies", "caseload", program, "hours_per_month")


def _most_hours(scenario: Any, program: str) -> float | None:
    """Hours a month of the worker with most of them; None where the program doesn't say."""
    values = _central(scenario)
    if program == _MENTORING:
        shares = scenario.programs.mentoring.staff.origin.model_dump()
        return max(values[f"mentors.{origin}_hours_per_month"] for origin, share in shares.items() if share > 0.0)
    hours: Any = offered()[program].worker_hours
    return None if hours is None else float(hours(values, scenario.programs.of(program)))


def _central(scenario: Any) -> Mapping[str, float]:
    own = {name: one.value for name, one in scenario.estimates.items()}
    return {name: estimate.value for name, estimate in load_catalog().items()} | own
