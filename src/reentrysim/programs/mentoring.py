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
from reentrysim.programs.admission import Admission, fits, in_window
from reentrysim.vocabulary import NEVER


@dataclass(frozen=True, kw_only=True)
class Design(Admission):
    """Mentoring as a scenario sets it."""

    front_loaded: bool
    contacts_per_month: float
    fidelity: float


def willing(traits: Traits, own: Floats, uptake: float, correlation: float) -> Flags:
    """Who would accept an offer, shape (people,): a probit in motivation whose mean is exactly `uptake`.

    `own` is a standard normal of the person's own, shape (people,).
    """
    inclination = correlation * traits.motivation + np.sqrt(1.0 - correlation * correlation) * own
    return np.asarray(inclination > ndtri(1.0 - uptake))


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
    who = np.flatnonzero((open_to_all | (mentees.matches > 0)) & ~mentees.closed & (mentees.mentor == NEVER))
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
