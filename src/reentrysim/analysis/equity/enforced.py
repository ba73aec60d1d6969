"""What a reader must know where a scenario has other enforcement than usual: measured recidivism is not offending."""

from __future__ import annotations

from collections.abc import Iterator

from reentrysim.analysis.equity.groups import in_words
from reentrysim.experiments.plan import Plan
from reentrysim.scenario import Scenario

Intensities = tuple[tuple[str, float], ...]


def intensities(scenario: Scenario) -> Intensities:
    """Groups of whom more or fewer than usual are arrested for the same offending, and how many times as many."""
    return tuple(scenario.circumstances.arrest_intensity.unusual.items())


def in_measure(plan: Plan) -> Iterator[str]:
    """Scenarios in which arrests are made otherwise than usual, those with the same enforcement together."""
    by_intensity: dict[Intensities, list[str]] = {}
    for scenario in plan.scenarios:
        if own := intensities(scenario):
            by_intensity.setdefault(own, []).append(scenario.name)
    for own, names in by_intensity.items():
        yield (
            f"Measured recidivism under {', '.join(names)} includes other enforcement than usual: the same offending "
            f"leads to arrest {told(own)}. Arrests, convictions and returns that follow show what is found, and not "
            "what people do; reentrysim.enforcement(...) in Python tells the two apart."
        )


def told(own: Intensities) -> str:
    """ "2 times as often among Black participants"."""
    return ", ".join(f"{times:g} times as often among {in_words(f'race={group}')}" for group, times in own)


def label(plan: Plan) -> str:
    """What a sentence ends in about scenarios that are measured otherwise than the baseline; nothing without one."""
    own = {scenario.name: intensities(scenario) for scenario in plan.scenarios}
    named = [name for name in plan.names if own[name] != own[plan.baseline]]
    if not named:
        return ""
    return (
        f" {', '.join(named)}: measured under other enforcement than {plan.baseline}, which is no change of offending."
    )
