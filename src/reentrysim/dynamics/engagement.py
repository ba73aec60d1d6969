"""Meeting and parting: which meetings are kept, which matches end, and why."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.special import ndtr, ndtri

from reentrysim.agents.columns import Flags, Floats, Ints, rows_where
from reentrysim.agents.participants import Mentees
from reentrysim.vocabulary import NEVER


def meetings_kept(u: Floats, at_liberty_share: Floats, kept_share: float) -> Flags:
    """Whether the month's meetings are kept, shape (people,); jail days cut the chance in proportion.

    `at_liberty_share` is 1 in prison before release, where mentors come to visit.
    """
    return np.asarray(u < kept_share * at_liberty_share)


def from_participants(values: Mapping[str, float]) -> float:
    """Monthly risk that a participant ends the match; ends from the mentor's side are mentors who leave."""
    return values["mentoring.match_end_monthly_risk"] * (1.0 - values["mentoring.mentor_share_of_match_ends"])


def quitting_risk(monthly: float, motivation: Floats, uptake: float, values: Mapping[str, float]) -> Floats:
    """Monthly risk of leaving a program early, of the shape of `motivation`; the more motivated stay longer.

    `monthly` is the published risk of those who begin, a share `uptake` of whom it was offered. Their mean hazard is
    kept: exp(slope x motivation) over its mean among the willing, exp(slope^2 / 2) times Phi(r slope + z) / uptake,
    where r is the correlation of motivation and inclination and uptake is Phi(z).
    """
    if not motivation.size:
        return motivation  # where nobody would accept, there is no mean either
    slope, correlation = values["participants.quitting_by_motivation"], values["participants.uptake_by_motivation"]
    mean = np.exp(slope * slope / 2.0) * ndtr(correlation * slope + ndtri(uptake)) / uptake
    return np.asarray(1.0 - np.power(1.0 - monthly, np.exp(slope * motivation) / mean), dtype=np.float64)


def hear_offers(mentees: Mentees, asked: Ints, step: int) -> None:
    """People `asked` hear of an offer; who declines is not asked again."""
    mentees.offered_step[asked] = np.where(mentees.offered_step[asked] == NEVER, step, mentees.offered_step[asked])
    declined = asked[~mentees.willing[asked]]
    mentees.closed[declined] = True
    mentees.waiting_since[declined] = NEVER


def refer_on(mentees: Mentees, who: Ints) -> None:
    """People `who` (rows) are sent elsewhere: the line is closed to them."""
    mentees.closed[who] = True
    mentees.waiting_since[who] = NEVER


def begin_matches(mentees: Mentees, who: Ints, mentor: Ints, fit: Floats, step: int) -> None:
    """Match people `who` with posts `mentor`; mentoring goes on from where an earlier match left it."""
    mentees.mentor[who] = mentor
    mentees.match_step[who] = np.where(mentees.matches[who] > 0, mentees.match_step[who], step)
    mentees.matches[who] += 1
    mentees.current_step[who] = step
    mentees.kept_months[who] = 0
    mentees.fit[who] = fit
    mentees.waiting_since[who] = NEVER


def end_matches(mentees: Mentees, who: Ints, *, closed: bool) -> None:
    """End the matches of people `who` (rows); if `closed`, they get no further offers, else they may queue again."""
    mentees.mentor[who] = NEVER
    if closed:
        mentees.closed[who] = True


def looked_at(mentees: Mentees, after_months: int, step: int) -> Ints:
    """Rows of people whose match has lasted so many months at the end of this one."""
    return rows_where((mentees.mentor != NEVER) & (mentees.current_step == step - after_months + 1))


def lost_mentor(mentees: Mentees, gone: Flags) -> Ints:
    """Rows of people whose mentor is gone, from posts that lost theirs, shape (posts,)."""
    matched = rows_where(mentees.mentor != NEVER)
    return matched[gone[mentees.mentor[matched]]]
