"""Readings of risk after the first: people are assessed again every so many months, by what has been seen since."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from reentrysim.agents.columns import Floats, Ints, rows_where
from reentrysim.policies import assessment
from reentrysim.stages.now import Now
from reentrysim.vocabulary import Status

_TINY = 2.0**-53


def read_again(now: Now) -> None:
    """Who is due gets a new score and band, with new noise; in prison too, where no month counts as free."""
    tool, world = now.scenario.policies.assessment, now.world
    if not tool.reassess_months:
        return
    seen, window = world.assessed, now.window
    seen.arrests[window] += now.people.last_arrest == now.step - 1
    since = now.step - now.traits.release_step
    due = (since > 0) & (since % tool.reassess_months == 0) & seen.known[window]
    who = rows_where(due & (now.people.status != Status.DEAD))
    auc = assessment.worn(tool.auc_share, tool.drift_per_year, now.step)
    truth = assessment.truth_share(auc, now.values)
    rows = who + window.start
    score = assessment.scores(seen.standing[rows], _noise(now, who), truth, now.values) + seen.bias[rows]
    score = score + assessment.observed(seen.arrests[rows], _months_free(now, who), now.values)
    world.score[rows], world.risk[rows] = score, assessment.bands(score, now.values)


def _noise(now: Now, who: Ints) -> Floats:
    """Standard normals of this month's readings, never infinite."""
    u = now.month_luck.of("assessment.noise_again", who)
    return np.asarray(ndtri(u * (1.0 - _TINY) + _TINY / 2))


def _months_free(now: Now, who: Ints) -> Ints:
    """Months at liberty since the latest of release and arrest, 0 in prison; shape (len(who),)."""
    people = now.people
    months = now.step - np.maximum(people.released_step[who], people.last_arrest[who])
    return np.asarray(np.where(people.status[who] == Status.COMMUNITY, months, 0))
