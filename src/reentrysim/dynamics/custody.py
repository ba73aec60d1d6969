"""Going into and out of custody: release, return, re-release, jail, and the supervision term."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints, Small, rows_where
from reentrysim.agents.intake import geometric, in_force, supervision_term
from reentrysim.agents.participants import Participants, Traits
from reentrysim.dynamics.reoffending import Month
from reentrysim.evidence.population import PopulationProfile, Survival
from reentrysim.randomness import MonthLuck, Occasions
from reentrysim.vocabulary import DAYS_PER_MONTH, NEVER, Route, Status


@dataclass(frozen=True)
class Stays:
    """How long custody lasts."""

    mean_months: Floats
    """Shape (3,): mean prison stay by route."""
    jail_days: Floats
    """Days, longest first."""
    jail_survival: Floats
    """Shape (2, days): share of stays at least so long, men and women, ascending."""
    own: Mapping[Route, Survival]
    """Prison stays by route where a place knows its own; the others fall off exponentially around their mean."""

    def prison_months(self, u: Floats, route: Small) -> Ints:
        """Whole months of prison stays at uniforms `u`, at least one."""
        months = 1 + geometric(u, self.mean_months[route] - 1.0)
        for one, survival in self.own.items():
            of_route = route == one
            months[of_route] = np.maximum(np.rint(survival.at(u[of_route])), 1.0)
        return months.astype(np.int64)


def stays(values: Mapping[str, float], profile: PopulationProfile) -> Stays:
    """Stays from the published tables, the open last band of jail stays ending at `custody.longest_jail_days`."""
    days = np.concatenate([[values["custody.longest_jail_days"]], profile.jail_days[::-1], [0.0]])
    ends = np.zeros((2, 1)), np.ones((2, 1))
    return Stays(
        mean_months=np.array(
            [
                values["custody.new_sentence_stay_months"],
                values["custody.revocation_stay_months"],
                values["custody.rule_violation_stay_months"],
            ]
        ),
        jail_days=days,
        jail_survival=np.concatenate([ends[0], profile.jail_survival[:, ::-1], ends[1]], axis=1),
        own=profile.prison_stays,
    )


def enter_and_release(
    people: Participants, traits: Traits, step: int, values: Mapping[str, float], occasions: Occasions, start: int
) -> None:
    """Move people into the model, out of prison for the first time, and out again after a return."""
    status = people.status
    status[(status == Status.AWAY) & (traits.entry_step <= step)] = Status.AWAITING_RELEASE
    status[(status == Status.AWAITING_RELEASE) & (traits.release_step == step)] = Status.COMMUNITY
    again = rows_where((status == Status.RETURNED) & (people.prison_until < step))
    if len(again):
        status[again] = Status.COMMUNITY
        people.released_step[again] = step
        _resume_supervision(people, traits, again, step, values, occasions, start)


def _resume_supervision(
    people: Participants,
    traits: Traits,
    who: Ints,
    step: int,
    values: Mapping[str, float],
    occasions: Occasions,
    start: int,
) -> None:
    """A new sentence brings a new term to those with conditional release; else what is left of the old one goes on."""
    new = who[people.route[who] == Route.NEW_SENTENCE]
    drawn = supervision_term(occasions.uniform("custody.term", people.returns[new], new + start), values)
    term = in_force(drawn, values)
    people.supervised_until[new] = np.where(traits.conditional[new], step + term - 1, NEVER)


def take_into_custody(
    people: Participants, traits: Traits, month: Month, lasting: Stays, luck: MonthLuck, occasions: Occasions
) -> None:
    """Serve this month's jail days, then begin the stays that this month's events lead to (from the next step)."""
    people.jail_days -= np.minimum(people.jail_days, DAYS_PER_MONTH)
    jailed = rows_where(month.arrested & ~month.returned)
    if len(jailed):
        people.jail_days[jailed] += _jail_stay(luck.of("custody.jail", jailed), traits.female[jailed], lasting)
    back = rows_where(month.returned)
    if len(back):
        people.returns[back] += 1
        people.route[back] = month.route[back]
        u = occasions.uniform("custody.stay", people.returns[back], back + luck.start)
        people.prison_until[back] = luck.step + lasting.prison_months(u, month.route[back])
        people.status[back] = Status.RETURNED
        people.jail_days[back] = 0.0
    people.status[month.died] = Status.DEAD
    people.jail_days[month.died] = 0.0


def _jail_stay(u: Floats, female: Flags, lasting: Stays) -> Floats:
    """Days in jail by inverse survival, straight lines between the published points."""
    days = np.where(
        female,
        np.interp(u, lasting.jail_survival[1], lasting.jail_days),
        np.interp(u, lasting.jail_survival[0], lasting.jail_days),
    )
    return np.asarray(days, dtype=np.float64)


def custody_days(people: Participants) -> Floats:
    """Days of this month spent in prison or jail, shape (people,)."""
    jail = np.minimum(people.jail_days, DAYS_PER_MONTH)
    return np.where(people.status == Status.RETURNED, DAYS_PER_MONTH, jail)
