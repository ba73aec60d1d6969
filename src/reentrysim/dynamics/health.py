"""Substance use, treatment contact, self-efficacy and ties, which work, a home and a mentor move."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints
from reentrysim.agents.participants import Lives


def use_changes(
    lives: Lives,
    who: Ints,
    treated: Flags,
    free: Floats,
    values: Mapping[str, float],
    u: Floats,
    relapsing: Floats | float = 1.0,
    ending: Floats | float = 1.0,
) -> Flags:
    """Whose use begins or ends this month, shape (len(who),); treatment makes relapse rarer and quitting likelier.

    Only time at liberty counts. `who` are rows of people with a substance use disorder, `treated`
    whether each is in treatment, shape (len(who),), `u` their uniforms;
    `relapsing` and `ending` are what programs make of either, in units of that without them.
    """
    relapse = values["health.relapse_monthly_risk"] * np.where(treated, values["health.treatment_relapse_ratio"], 1.0)
    relapse = relapse * relapsing
    quitting = values["health.quit_monthly_risk"] * np.where(treated, values["health.treatment_quit_ratio"], 1.0)
    quitting = quitting * ending
    return np.asarray(u < np.where(lives.using[who], quitting, relapse) * free[who])


def treatment_changes(
    lives: Lives, who: Ints, values: Mapping[str, float], u: Floats, help_: Floats | float = 1.0
) -> Flags:
    """Who enters or leaves treatment this month, shape (len(who),); self-efficacy brings people in, programs too.

    `help_` is entry in units of that without programs.
    """
    drive = np.exp(values["health.search_gain"] * (lives.self_efficacy[who] - values["health.start"]))
    entry = values["health.treatment_entry_monthly_risk"] * drive * help_
    return np.asarray(u < np.where(lives.in_treatment[who], 1.0 / values["health.treatment_months"], entry))


def move_self_efficacy_and_ties(
    lives: Lives,
    family_ties: Floats,
    employed: Flags,
    stable: Flags,
    belonging: Floats,
    family: Floats | float,
    values: Mapping[str, float],
) -> None:
    """Both move a share of the way to what work, a stable home and programs (`belonging`, a mentor's above all) give.

    Ties alone are drawn further by what programs do for the `family`. All arrays have shape (people,).
    """
    gain = values["health.work_gain"] * employed + values["health.home_gain"] * stable + belonging
    speed = values["health.change_speed"]
    lives.self_efficacy[:] += (values["health.start"] + gain - lives.self_efficacy) * speed
    lives.ties[:] += (np.minimum(family_ties + gain + family, 1.0) - lives.ties) * speed
