"""Contracts of sources that pay for success, as the month needs them."""

from __future__ import annotations

from reentrysim.policies.contracts import Contract
from reentrysim.policies.funding import cents
from reentrysim.scenario import Scenario
from reentrysim.scenario.contracts import PaysIf, judged_step, programs_of, releases
from reentrysim.scenario.funding import FundingSource


def contracts(scenario: Scenario, scale: float) -> list[Contract]:
    """The scenario's contracts, by name of their source; `scale` are real people to one of the run."""
    return [
        _contract(name, source, source.pays_if, scenario, scale)
        for name, source in scenario.funding.sources.items()
        if source.pays_if is not None
    ]


def at_stake(source: FundingSource) -> int:
    """Cents of a source that hang on the judgment of its contract; 0 without one."""
    return 0 if source.pays_if is None else round(cents(source.total_dollars) * source.pays_if.last_part_share)


def held_back(source: FundingSource) -> int:
    """Cents of a source that reach services only once they are earned."""
    return at_stake(source) if source.advanced_by == "provider" else 0


def _contract(name: str, source: FundingSource, terms: PaysIf, scenario: Scenario, scale: float) -> Contract:
    first, last = releases(terms, scenario.time)
    price = terms.price_per_return_averted_dollars
    return Contract(
        source=name,
        advanced_by=str(source.advanced_by),
        outcome=terms.outcome,
        month=terms.month,
        evaluator=terms.evaluator,
        cohort=terms.cohort,
        programs=tuple(programs_of(source, scenario.programs.used)),
        first_release_step=first,
        last_release_step=last,
        judged_step=judged_step(terms, scenario.time),
        at_stake=at_stake(source),
        least_people=terms.least_people,
        scale=scale,
        at_most=terms.at_most,
        at_most_ratio=terms.at_most_ratio,
        price=None if price is None else cents(price),
        historical_share=terms.historical_share,
    )
