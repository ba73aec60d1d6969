"""Mentoring in custody and through the gate: who is eligible, how often they meet, and what trust does.

Contacts that are kept build trust, missed months lose it, and trust fades after the match. Trust lowers the log
hazard of arrest in proportion: this is the direct path of the program, its level solved by the simulated trial.
Nothing here touches rule violations: no evidence says that it does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from reentrysim.agents.columns import Flags, Floats, Ints, Small
from reentrysim.agents.participants import Mentees, Participants, Traits
from reentrysim.vocabulary import NEVER, Status


@dataclass(frozen=True)
class Design:
    """The program as a scenario sets it; months since release have no 0, -1 is the last month before release."""

    in_custody: bool
    in_community: bool
    risk: Flags
    """Shape (3,): eligible assessed-risk bands."""
    sexes: Flags
    """Shape (2,): men, women."""
    from_month: int
    to_month: int
    length_months: int
    front_loaded: bool
    contacts_per_month: float
    fidelity: float


def willing(traits: Traits, own: Floats, uptake: float, correlation: float) -> Flags:
    """Who would accept an offer, shape (people,): a probit in motivation whose mean is exactly `uptake`.

    `own` is a standard normal of the person's own, shape (people,).
    """
    inclination = correlation * traits.motivation + np.sqrt(1.0 - correlation * correlation) * own
    return np.asarray(inclination > ndtri(1.0 - uptake))


def month_since_release(release_step: Ints, step: int) -> Ints:
    """Months since the release that counts: 1 in its step, -1 in the step before it, shape (people,)."""
    gap = step - release_step
    return np.where(gap >= 0, gap + 1, gap)


def eligible(
    people: Participants,
    traits: Traits,
    mentees: Mentees,
    risk: Small,
    design: Design,
    values: Mapping[str, float],
    step: int,
) -> Flags:
    """Who may be offered a mentor this month, shape (people,).

    People inside the window, and those who lost a mentor before their planned end came.
    """
    month = month_since_release(traits.release_step, step)
    in_setting = ((people.status == Status.AWAITING_RELEASE) & design.in_custody) | (
        (people.status == Status.COMMUNITY) & design.in_community
    )
    in_window = (month >= design.from_month) & (month <= design.to_month)
    unfinished = (mentees.matches > 0) & (step <= planned_end(mentees, traits, design, values))
    by_kind = design.risk[risk] & design.sexes[traits.female.astype(np.int8)]
    return np.asarray(in_setting & (in_window | unfinished) & by_kind)


def dense_from(mentees: Mentees, traits: Traits) -> Ints:
    """First step of the dense months of a front-loaded match: release, or the match if that is later."""
    return np.maximum(mentees.match_step, traits.release_step)


def planned_end(mentees: Mentees, traits: Traits, design: Design, values: Mapping[str, float]) -> Ints:
    """Last step of each match if nothing cuts it short, shape (people,).

    Even: the program's length, or the release if it stops at the gate. Front loaded: the end of the dense months,
    unless the even match would end before them.
    """
    end = mentees.match_step + design.length_months - 1
    if not design.in_community:
        return np.minimum(end, traits.release_step - 1)
    if not design.front_loaded:
        return end
    dense_end = dense_from(mentees, traits) + int(values["mentoring.front_loaded_months"]) - 1
    return np.minimum(end, dense_end)


def planned_contacts(
    mentees: Mentees, traits: Traits, design: Design, values: Mapping[str, float], step: int
) -> Floats:
    """Contacts each matched person should have this month, shape (people,), 0 without a mentor.

    Front loaded: the contacts that an even match would have after its dense months are moved into them.
    """
    matched = mentees.mentor != NEVER
    rate = np.full(len(matched), design.contacts_per_month)
    if design.front_loaded and design.in_community:
        start = dense_from(mentees, traits)
        even_end = mentees.match_step + design.length_months - 1
        after_start = np.maximum(even_end - start + 1, 0)
        dense = np.minimum(after_start, int(values["mentoring.front_loaded_months"]))
        denser = design.contacts_per_month * after_start / np.maximum(dense, 1)
        rate = np.where(step >= start, denser, rate)
    return np.where(matched, rate, 0.0)


def trust_after(
    trust: Floats, fit: Floats, contacts: Floats, met: Flags, design: Design, values: Mapping[str, float]
) -> Floats:
    """Trust of people with a mentor at the end of the month, from that at its start, shape (people,).

    Met: each contact closes a share of the gap to full trust, by fidelity and fit. Not met: a share is lost.
    """
    weight = values["mentoring.fit_weight"]
    quality = design.fidelity * (1.0 - weight + weight * fit)
    gain = np.minimum(values["mentoring.trust_gain_per_contact"] * contacts * quality, 1.0)
    built = trust + (1.0 - trust) * gain
    return np.where(met, built, trust * (1.0 - values["mentoring.trust_loss_per_missed_month"]))


def faded(trust: Floats, values: Mapping[str, float]) -> Floats:
    """Trust a month after, without a mentor, shape (people,)."""
    return np.asarray(trust * 2.0 ** (-1.0 / values["mentoring.trust_half_life_months"]), dtype=np.float64)


def relief(trust: Floats, values: Mapping[str, float]) -> Floats:
    """What trust adds to the log hazard of arrest (negative helps), of the same shape."""
    return values["mentoring.log_hazard_at_full_trust"] * trust
