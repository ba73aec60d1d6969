"""What employers and landlords learn from hires and tenancies that last or not, and the community from the news."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints
from reentrysim.vocabulary import NEVER


def learn(
    opinion: Floats, lasted: Ints, failed: Ints, *, expected: float, step_size: float, half_life_months: float
) -> None:
    """Move opinions (-1 to 1) by this month's surprises; without any they fade.

    Args:
        opinion: shape (providers,), changed in place.
        lasted, failed: providers, one entry for each hire or tenancy that passed its trial, or ended before it.
        expected: share that lasts as providers expect it, so that the usual news leaves opinions where they are.
        step_size: how far a surprise of 1 moves an opinion.
    """
    good = np.bincount(lasted, minlength=len(opinion))
    bad = np.bincount(failed, minlength=len(opinion))
    surprise = good * (1.0 - expected) - bad * expected
    fade = 2.0 ** (-1.0 / half_life_months)
    opinion[:] = np.clip(opinion * fade + step_size * surprise, -1.0, 1.0)


def news(before: Ints, stayed: Flags, age: Ints, trial_months: int) -> tuple[Ints, Ints]:
    """Providers whose hire or tenancy passed its trial this month, and those whose ended before; an entry for each.

    Args:
        before: each person's provider at the start of the month (NEVER for none), shape (people,).
        stayed: whether it went on to the month's end, shape (people,).
        age: months since it began, shape (people,).
    """
    had = before != NEVER
    lasted = had & stayed & (age == trial_months)
    failed = had & ~stayed & (age <= trial_months)
    return before[lasted], before[failed]


@dataclass
class Community:
    """What people think of those who come back."""

    acceptance: float = 0.0
    """From 0, as usual, to 1."""


def hear_campaign(community: Community, campaign_share: float, values: Mapping[str, float]) -> None:
    """A month's campaign raises acceptance, up to 1; without one it fades."""
    fade = 2.0 ** (-1.0 / values["community.fade_half_life_months"])
    push = values["community.campaign_push"] * campaign_share
    community.acceptance = min(community.acceptance * fade + push, 1.0)
