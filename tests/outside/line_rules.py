"""Rules of a user's own, as somebody outside the package would write them."""

from __future__ import annotations

import numpy as np


def oldest_first(people):
    """Who is oldest goes first; among equals, the lot."""
    return np.lexsort((people.lottery, -people.age))


def some_by_score(people):
    """Those who have waited for a month or more, the highest score first; the others go on waiting."""
    rows = np.flatnonzero(people.months_waited >= 1)
    return rows[np.lexsort((people.lottery[rows], -people.score[rows]))]


def by_need(programs):
    """As much for each program as those in line would cost, and a little for all."""
    wanted = (programs.waiting + 1) * programs.cost_per_person + 1.0
    return wanted / wanted.sum()
