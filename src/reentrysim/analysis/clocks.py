"""Scenarios in which people serve their sentences elsewhere than in the baseline: compared since the sentence.

Whoever is sentenced to the community was never in prison, so months since release begin at another time than those of
the same person in the baseline, and who is back in prison there has been to it here for the first time. Only the
outcomes since the sentence are like for like: incapacitation is in them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from reentrysim.analysis.answer import (
    ARRESTED,
    DAYS,
    PEOPLE,
    Counts,
    more_or_fewer,
    period,
    rounded,
    span,
    supported_unit,
)
from reentrysim.analysis.estimates import Estimates
from reentrysim.experiments.plan import Plan
from reentrysim.scenario import Scenario


def otherwise_sentenced(plan: Plan) -> tuple[str, ...]:
    """Scenarios whose people serve their sentences elsewhere than those of the baseline, in order."""
    return elsewhere(plan.scenarios, plan.baseline)


def elsewhere(scenarios: Sequence[Scenario], baseline: str) -> tuple[str, ...]:
    """Likewise, of scenarios without their plan."""
    places = {scenario.name: scenario.population.sentence for scenario in scenarios}
    return tuple(name for name, place in places.items() if place != places[baseline])


def since_sentence(results: Estimates, scenario: str, kind: str) -> str:
    """What such a scenario changes, in one sentence; `kind` is that of its intervals."""
    month, base = results.headline_month, results.facts.baseline
    arrested = Counts(results.paired(scenario, ARRESTED, month))
    within = f" ({kind}: {span(arrested.low, arrested.high)})" if arrested.known else ""
    return (
        f"Of {PEOPLE:,} people sentenced, {arrested.about}{more_or_fewer(arrested.mean)} are rearrested within "
        f"{period(month)} of the sentence under {scenario} than under {base}{within}, and each spends "
        f"{_days(results, scenario, kind)}."
    )


def _days(results: Estimates, scenario: str, kind: str) -> str:
    cell = results.paired(scenario, DAYS, results.headline_month)
    unit = supported_unit(cell.mcse)
    said = f"{'about ' if unit > 1 else ''}{more_or_fewer(rounded(cell.mean, unit))} days in custody"
    if math.isnan(cell.low):
        return said
    return f"{said} ({kind}: {span(rounded(cell.low, unit), rounded(cell.high, unit))})"


def doubts(plan: Plan) -> Iterator[str]:
    """What tables by months since release mean for such scenarios."""
    for name in otherwise_sentenced(plan):
        yield (
            f"People serve their sentences elsewhere under {name} than under {plan.baseline}, so in the tables "
            '"released" and "back in prison" mean another clock: months since the first day at liberty, which comes '
            "sooner for those who were never in prison. Compare them since the sentence."
        )
