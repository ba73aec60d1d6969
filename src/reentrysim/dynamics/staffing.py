"""Money becomes staff and places: posts open, are filled after a lag, are cut when money ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from reentrysim.agents.caseworkers import Caseworkers
from reentrysim.agents.columns import Flags, Floats, Ints, Small, rows_where
from reentrysim.agents.mentors import Mentors
from reentrysim.evidence.prices import in_dollars_of
from reentrysim.vocabulary import CENTS_PER_DOLLAR, NEVER, Origin, Risk

Posts = Mentors | Caseworkers
_BEFORE_STARTING = ("screening", "training")


@dataclass(frozen=True)
class Time:
    """What workers have and people take in a month, in whole minutes, so that sums are exact."""

    minutes: Ints
    """Of each post, shape (posts,)."""
    needs: Ints
    """Kept for one person by assessed risk, shape (3,)."""


@dataclass
class Team:
    """The staff of one program: posts that its money opens from the first on."""

    program: str
    posts: Posts
    payroll: Ints
    """Cents a month of each post whose worker can see people, shape (posts,)."""
    payroll_to: Ints
    """Cents a month of the posts up to each, shape (posts,)."""
    training_cost: int
    """Cents of training one person, or for a circle all of its volunteers."""
    per_worker: int
    """Most people of one worker."""
    lag: int
    """Steps from recruiting somebody to the first person they see, at least 1."""
    lottery: float
    """Standing number that decides on the post that money pays in part, in [0, 1)."""
    screening_cost: int = 0
    """Cents of finding and screening one candidate, who may fail."""
    volunteers: int = 1
    """People in one post."""
    newcomers: int = 0
    """People who joined the line last month."""
    referred: int = 0
    """People who were sent elsewhere last month because everybody was full."""
    referred_by_risk: Ints = field(default_factory=lambda: np.zeros(len(Risk), dtype=np.int64))
    """Of them by assessed risk, shape (3,)."""
    time: Time | None = None
    """Where the caseload is told in hours."""
    usual: int = 0
    """People beyond whom a worker is overloaded, where too many wear workers out; else 0."""

    def refer(self, bands: Small) -> None:
        """Send people of these assessed risk bands elsewhere, shape (people,)."""
        self.referred = len(bands)
        self.referred_by_risk = np.bincount(bands, minlength=len(Risk))


@dataclass(frozen=True)
class Places:
    """Places of a program that money buys by the month: program jobs, or beds."""

    cost: int
    """Cents a month of one place."""
    most: int
    """Places there can be at a time, whatever the money."""
    lottery: float
    """Standing number that decides on the place that money pays in part, in [0, 1)."""


@dataclass(frozen=True)
class PostCosts:
    """What posts cost, in cents of the scenario's price year."""

    monthly: Ints
    """Shape (3,): a post whose mentor can meet people for a month, by origin; training is in the cost of recruiting."""
    screening: int
    """Finding and screening one candidate for each place in a post."""
    training: int
    """Training them."""


def post_costs(
    values: Mapping[str, float], price_years: Mapping[str, int], price_year: int, scale: float, support_share: float
) -> PostCosts:
    """Costs of a post: support for everybody, wages and fringe for paid hours.

    Args:
        price_years: year of the dollars of each estimate in USD.
        scale: mentors of the real system for whom one simulated post stands.
        support_share: spending on support in units of the usual.
    """

    def dollars(name: str) -> float:
        return in_dollars_of(values[name], price_years[name], price_year)

    loaded = 1.0 + values["mentors.fringe_share"]
    wages = np.zeros(len(Origin))
    wages[Origin.LIVED_EXPERIENCE] = (
        dollars("mentors.peer_wage_per_hour") * values["mentors.lived_experience_hours_per_month"] * loaded
    )
    wages[Origin.PROFESSIONAL] = (
        dollars("mentors.professional_wage_per_hour") * values["mentors.professional_hours_per_month"] * loaded
    )
    monthly = (wages + dollars("mentors.support_cost_per_month") * support_share) * scale * CENTS_PER_DOLLAR
    screening, training = (dollars(f"mentors.{what}_cost") * scale * CENTS_PER_DOLLAR for what in _BEFORE_STARTING)
    return PostCosts(np.rint(monthly).astype(np.int64), round(screening), round(training))


def posts_within(payroll_to: Ints, planned: int, available: int, lottery: float) -> int:
    """Posts whose payroll `planned` cents pay: the leading ones, the last by a standing lottery on the fraction left.

    Args:
        payroll_to: cents a month of the posts up to each, shape (posts,).
        available: cents on hand, which the payroll never exceeds.
        lottery: uniform in [0, 1), the same every month, so that a fraction of a post does not flicker.
    """
    whole = int(np.searchsorted(payroll_to, planned, side="right"))
    paid = int(payroll_to[whole - 1]) if whole else 0
    if whole < len(payroll_to) and int(payroll_to[whole]) <= available:
        whole += int(lottery < (planned - paid) / (int(payroll_to[whole]) - paid))
    return whole


def places_within(planned: int, available: int, cost: int, lottery: float) -> int:
    """Places that `planned` cents pay at `cost` a month; on a fraction of one decides a standing lottery.

    Never more than `available` cents pay: where a place is paid in part, it comes and goes as money is left over.
    """
    whole, rest = divmod(planned, cost)
    return whole + int(available >= (whole + 1) * cost and lottery < rest / cost)


def cost_of_replacing(team: Team, screened: float, trained: float) -> float:
    """Cents that one volunteer of a post costs on average, when a share `screened` passes and of those `trained`.

    Where nobody passes nobody comes, and what one candidate costs is spent.
    """
    candidates = 1.0 / screened if screened > 0.0 else 1.0
    recruits = 1.0 / trained if trained > 0.0 else 1.0
    return (team.screening_cost * candidates + team.training_cost) * recruits / team.volunteers


def posts_needed(people: int, capacity: int) -> int:
    """Posts that `people`, matched or waiting, would fill at `capacity` people a post."""
    return -(-people // capacity)


def posts_for_minutes(kept: int, minutes: Ints) -> int:
    """Posts that `kept` minutes a month would fill, at the mean of the minutes that posts have, shape (posts,)."""
    total = int(minutes.sum())
    return -(-kept * len(minutes) // total) if total else 0


def surplus(posts: Posts, load: Ints, needed: int) -> Flags:
    """Posts let go because nobody needs them, shape (posts,): without people, the last ones first."""
    idle = rows_where(filled(posts) & (load == 0))
    too_many = max(int(np.count_nonzero(filled(posts))) - needed, 0)
    let_go = np.zeros(len(load), dtype=np.bool_)
    let_go[idle[max(len(idle) - too_many, 0) :]] = True
    return let_go


def filled(posts: Posts) -> Flags:
    """Posts with somebody in them, in training or active, shape (posts,)."""
    return np.asarray(posts.ready_step != NEVER)


def affordable_recruits(vacant: Ints, cost: int, cents: int) -> Ints:
    """The leading vacant posts for which `cents` pay a recruitment."""
    return vacant[: cents // cost] if cost > 0 else vacant


def tired(strain: Floats, wanted: Floats, available: Floats, speed: float) -> Floats:
    """Strain at the end of the month, shape (posts,): it moves towards the overload, capped at twice the hours."""
    overload = np.clip(wanted / available - 1.0, 0.0, 1.0)
    return strain + (overload - strain) * speed


def strained_risk(usual: float, strain: Floats, values: Mapping[str, float]) -> Floats:
    """Monthly risk of leaving of workers who tire like mentors, of the shape of `strain`."""
    return np.asarray(np.minimum(usual * (1.0 + values["mentors.strain_leave_multiple"] * strain), 1.0))


def quality(strain: Floats, values: Mapping[str, float]) -> Floats:
    """What a strained worker's hour is worth in units of a rested one's, of the shape of `strain`."""
    return np.asarray(1.0 - values["caseworkers.strain_quality_loss_share"] * strain)


def leaving_risk(mentors: Mentors, values: Mapping[str, float], support_share: float) -> Floats:
    """Monthly risk of leaving of each mentor, shape (posts,): the usual one, raised by strain, lowered by support."""
    supported = support_share ** -values["mentors.support_leave_elasticity"]
    raised = 1.0 + values["mentors.strain_leave_multiple"] * mentors.strain
    return np.asarray(np.minimum(mentors.leave_monthly_risk * raised * supported, 1.0))


def monthly_cost(origin: Small, costs: PostCosts) -> Ints:
    """Cents a month of each post whose mentor can meet people, shape (posts,)."""
    return costs.monthly[origin]
