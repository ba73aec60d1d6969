"""Mentoring in custody and through the gate: who is eligible, how often they meet, and what trust does.

Contacts that are kept build trust, missed months lose it, and trust fades after the match. Trust lowers the log
hazard of arrest in proportion: this is the direct path of the program, its level solved by the simulated trial.
A kept contact also works on goals and a reentry plan, which help to find work, a home and treatment. What ends very
early does harm, and what stops at the gate loses most of what was built.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from reentrysim.agents.columns import Flags, Floats, Ints, Small, rows_where
from reentrysim.agents.participants import Mentees, Participants, Traits
from reentrysim.programs.admission import Admission, fits, in_window
from reentrysim.programs.contract import Channel, Month
from reentrysim.vocabulary import NEVER, Way


@dataclass(frozen=True, kw_only=True)
class Design(Admission):
    """Mentoring as a scenario sets it."""

    front_loaded: bool
    contacts_per_month: float
    fidelity: float
    form: str = "one_to_one"
    """One to one, a circle of volunteers around one person, or a group around one mentor."""
    visits: bool = True
    """Whether people have to get to a mentor outside."""

    def volunteers(self, values: Mapping[str, float]) -> int:
        """Mentors in one post."""
        return int(values["mentoring.circle_size"]) if self.form == "circle" else 1

    def hours(self, load: Ints, values: Mapping[str, float]) -> Floats:
        """Hours that one person's share in a visit takes of a mentor with a load of people, of the shape of `load`.

        A group shares a visit, as many as fit in; more people than that are several groups.
        """
        together = np.minimum(load, values["mentoring.group_size"]) if self.form == "group" else np.ones(len(load))
        return np.asarray(values["mentoring.hours_per_contact"] / together)

    def strength(self, values: Mapping[str, float]) -> float:
        """What a contact adds to trust, in units of one-to-one as designed."""
        return self.fidelity * (values["mentoring.group_trust_ratio"] if self.form == "group" else 1.0)

    def kept_share(self, values: Mapping[str, float]) -> float:
        """Share of months in which meetings are kept.

        A circle misses only when all of its volunteers do, or the participant: misses come from either side as early
        ends do.
        """
        kept = values["mentoring.kept_share"]
        if self.form != "circle":
            return kept
        participant = 1.0 - (1.0 - kept) * (1.0 - values["mentoring.mentor_share_of_match_ends"])
        return participant * (1.0 - (1.0 - kept / participant) ** self.volunteers(values))


@dataclass(frozen=True)
class Contact:
    """What each person's ways of contact come to, before release (row 0) and after it (row 1); shape (2, people)."""

    contacts: Floats
    """In units of those planned: who is not reached by a way has none of its contacts."""
    hours: Floats
    """Mentor hours a contact, in units of a visit."""
    trust: Floats
    """What a contact adds to trust, in units of a visit."""


def contact(
    shares: Sequence[Mapping[Way, float]], reached: Mapping[Way, Flags], values: Mapping[str, float]
) -> Contact:
    """What ways of contact come to.

    Args:
        shares: of planned contacts by way, before and after release.
        reached: whom a way reaches, shape (people,); everybody is reached by visits.
    """
    people = len(reached[Way.VISIT])
    contacts = np.zeros((len(shares), people))
    hours, trust = contacts.copy(), contacts.copy()
    for row, mix in enumerate(shares):
        for way, share in mix.items():
            own = share * reached[way]
            contacts[row] += own
            hours[row] += own * _of_visits(way, "hours", values)
            trust[row] += own * _of_visits(way, "trust", values)
    there = np.maximum(contacts, np.finfo(float).tiny)
    return Contact(contacts, hours / there, trust / there)


def _of_visits(way: Way, what: str, values: Mapping[str, float]) -> float:
    return 1.0 if way == Way.VISIT else values[f"mentoring.{way.name.lower()}_{what}_ratio"]


def willing(traits: Traits, own: Floats, uptake: float, correlation: float) -> Flags:
    """Who would accept an offer, shape (people,): a probit in motivation whose mean is exactly `uptake`.

    `own` is a standard normal of the person's own, shape (people,).
    """
    inclination = correlation * traits.motivation + np.sqrt(1.0 - correlation * correlation) * own
    return np.asarray(inclination > ndtri(1.0 - uptake))


def served(mentees: Mentees) -> Ints:
    """Rows of who has, or has had, a mentor, in order."""
    return rows_where(mentees.matches > 0)


def eligible(
    people: Participants,
    traits: Traits,
    mentees: Mentees,
    risk: Small,
    design: Design,
    values: Mapping[str, float],
    step: int,
) -> Flags:
    """Who may be offered a mentor this month, shape (people,): nobody who has one or is through with mentoring.

    People inside the window, and those who lost a mentor before their planned end came.
    """
    may = np.zeros(len(mentees.closed), dtype=np.bool_)
    open_to_all = in_window(traits.release_step, design, step)
    who = rows_where((open_to_all | (mentees.matches > 0)) & ~mentees.closed & (mentees.mentor == NEVER))
    unfinished = step <= planned_end(mentees.match_step[who], traits.release_step[who], design, values)
    in_time = np.where(mentees.matches[who] > 0, unfinished, open_to_all[who])
    may[who] = in_time & fits(who, people, traits, risk, design)
    return may


def dense_from(match_step: Ints, release_step: Ints) -> Ints:
    """First step of the dense months of a front-loaded match: release, or the match if that is later."""
    return np.maximum(match_step, release_step)


def planned_end(match_step: Ints, release_step: Ints, design: Design, values: Mapping[str, float]) -> Ints:
    """Last step of each match if nothing cuts it short, shape (matches,).

    Even: the program's length, or the release if it stops at the gate. Front loaded: the end of the dense months,
    unless the even match would end before them.
    """
    end = match_step + design.length_months - 1
    if not design.in_community:
        return np.minimum(end, release_step - 1)
    if not design.front_loaded:
        return end
    dense_end = dense_from(match_step, release_step) + int(values["mentoring.front_loaded_months"]) - 1
    return np.minimum(end, dense_end)


def planned_contacts(
    match_step: Ints, release_step: Ints, design: Design, values: Mapping[str, float], step: int
) -> Floats:
    """Contacts each match should have this month, shape (matches,).

    Front loaded: the contacts that an even match would have after its dense months are moved into them.
    """
    rate = np.full(len(match_step), design.contacts_per_month)
    if not (design.front_loaded and design.in_community):
        return rate
    start = dense_from(match_step, release_step)
    after_start = np.maximum(match_step + design.length_months - start, 0)
    dense = np.minimum(after_start, int(values["mentoring.front_loaded_months"]))
    denser = design.contacts_per_month * after_start / np.maximum(dense, 1)
    return np.where(step >= start, denser, rate)


def contacts_within(planned: Floats, hours: Floats, each: Floats) -> Floats:
    """Contacts for which the hours that are kept for each person suffice, at hours a contact; of one shape."""
    return np.minimum(planned, hours / np.maximum(each, np.finfo(float).tiny))


def trust_after(
    trust: Floats,
    fit: Floats,
    contacts: Floats,
    planned: Floats,
    met: Flags,
    strength: Floats | float,
    values: Mapping[str, float],
) -> Floats:
    """Trust of people with a mentor at the end of the month, from that at its start, shape (people,).

    Met: each of the `contacts` closes a share of the gap to full trust, by fit and by `strength` (1 for a visit, one
    to one, as designed). Not met: of what there is a share is lost, `trust_loss_ratio` times as large as all contacts
    that were `planned` would have closed of the gap.
    """
    weight = values["mentoring.fit_weight"]
    each = values["mentoring.trust_gain_per_contact"] * strength * (1.0 - weight + weight * fit)
    won = np.minimum(each * contacts, 1.0)
    lost = np.minimum(values["mentoring.trust_loss_ratio"] * each * planned, 1.0)
    return np.where(met, trust + (1.0 - trust) * won, trust * (1.0 - lost))


def plan_after(plan: Floats, contacts: Floats, design: Design, values: Mapping[str, float]) -> Floats:
    """Goals and a reentry plan after so many kept contacts, shape (people,)."""
    gain = np.minimum(values["mentoring.plan_gain_per_contact"] * contacts * design.fidelity, 1.0)
    return np.asarray(plan + (1.0 - plan) * gain)


def very_early(match_step: Ints, step: int, values: Mapping[str, float]) -> Flags:
    """Whether mentoring that ends in this step has only just begun, shape (people,)."""
    return np.asarray(step - match_step < values["mentoring.early_end_months"])


def faded(trust: Floats, values: Mapping[str, float]) -> Floats:
    """Trust a month after, without a mentor, shape (people,)."""
    return np.asarray(trust * 2.0 ** (-1.0 / values["mentoring.trust_half_life_months"]), dtype=np.float64)


def relief(trust: Floats, values: Mapping[str, float]) -> Floats:
    """What trust adds to the log hazard of arrest (negative helps), of the same shape."""
    return values["mentoring.log_hazard_at_full_trust"] * trust


def arrest(month: Month, mentees: Mentees, who: Ints) -> Floats:
    """What trust, and a very early end, add to the log hazard of arrest of people `who` (rows)."""
    harm = np.log(month.values["mentoring.early_end_hazard_ratio"]) * mentees.let_down[who]
    return np.asarray(relief(mentees.trust[who], month.values) + harm)


def belonging(month: Month, mentees: Mentees, who: Ints) -> Floats:
    """What a trusted mentor, and a very early end, add to where self-efficacy and ties are drawn to."""
    gain = month.values["health.trust_gain"] * mentees.trust[who]
    return np.asarray(gain - month.values["mentoring.early_end_loss"] * mentees.let_down[who])


def search(month: Month, mentees: Mentees, who: Ints) -> Floats:
    """Employers asked with a plan, in units of those asked without, shape (len(who),)."""
    return np.asarray(np.exp(month.values["mentoring.plan_search_gain"] * mentees.plan[who]))


def homeless_at_release(month: Month, mentees: Mentees, who: Ints) -> Floats:
    """Homelessness at release with a plan, in units of that without, shape (len(who),)."""
    return np.asarray(1.0 - (1.0 - month.values["mentoring.plan_homeless_at_release_ratio"]) * mentees.plan[who])


def treatment(month: Month, mentees: Mentees, who: Ints) -> Floats:
    """Entry into treatment with a plan, in units of that without, shape (len(who),)."""
    return np.asarray(np.exp(np.log(month.values["mentoring.plan_treatment_entry_ratio"]) * mentees.plan[who]))


EFFECTS: Mapping[Channel, Callable[[Month, Mentees, Ints], Floats]] = {
    Channel.JOB_SEARCH: search,
    Channel.HOMELESS_AT_RELEASE: homeless_at_release,
    Channel.TREATMENT: treatment,
    Channel.BELONGING: belonging,
    Channel.ARREST: arrest,
}
"""What mentoring moves; nothing here touches rule violations, because no evidence says that it does."""
