"""Whom a program takes: by setting, months since release, assessed risk and sex, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reentrysim.agents.columns import Flags, Ints, Small, rows_where
from reentrysim.agents.participants import Participants, Traits
from reentrysim.vocabulary import Status


@dataclass(frozen=True, kw_only=True)
class Admission:
    """A program as a scenario opens it; months since release have no 0, -1 is the last month before release."""

    in_custody: bool
    in_community: bool
    risk: Flags
    """Shape (3,): eligible assessed-risk bands."""
    sexes: Flags
    """Shape (2,): men, women."""
    from_month: int
    to_month: int
    length_months: int
    after_months: int = 0
    """Months of help after the program."""

    @property
    def opens(self) -> int:
        """Steps after release (negative before it) at which people first may begin."""
        return _steps_after(self.from_month)

    @property
    def closes(self) -> int:
        """Steps after release at which people last may begin."""
        return _steps_after(self.to_month)

    @property
    def steps_after_release(self) -> int:
        """Steps after release beyond which the program concerns nobody."""
        return max(self.to_month, 0) + self.length_months + self.after_months


def _steps_after(month: int) -> int:
    """Steps from the release step to a month since release."""
    return month - 1 if month > 0 else month


def concerned(release_steps: Ints, admission: Admission, step: int, pause: int = 0) -> slice:
    """Rows whom an offer can concern this month, `release_steps` being in order, shape (people,).

    `pause` are the months that somebody may have to wait before another offer.
    """
    first = np.searchsorted(release_steps, step - admission.closes - admission.length_months - pause)
    return slice(int(first), int(np.searchsorted(release_steps, step - admission.opens, side="right")))


def in_window(release_step: Ints, admission: Admission, step: int) -> Flags:
    """Whether this is one of the months in which people may begin, of the same shape."""
    return np.asarray((release_step >= step - admission.closes) & (release_step <= step - admission.opens))


def fits(who: Ints | slice, people: Participants, traits: Traits, risk: Small, admission: Admission) -> Flags:
    """Whether the program is for people like `who` (rows), where they are now; shape of `people.status[who]`."""
    status = people.status[who]
    in_setting = (status == Status.AWAITING_RELEASE) & admission.in_custody
    in_setting |= (status == Status.COMMUNITY) & admission.in_community
    of_sex = _is_among(traits.female[who].view(np.int8), admission.sexes)
    return np.asarray(in_setting & of_sex & _is_among(risk[who], admission.risk))


def _is_among(codes: Small, allowed: Flags) -> Flags:
    """Which of the `codes` are allowed, of the same shape; quicker than looking up a few codes for many rows."""
    found = np.zeros(len(codes), dtype=np.bool_)
    for code in rows_where(allowed):
        found |= codes == code
    return found
