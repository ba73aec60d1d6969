"""Case management: assess, plan, refer, review; caseworkers share their hours, and a plan that nobody reviews ages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from reentrysim.agents.columns import Floats, Ints, rows_where
from reentrysim.agents.participants import Enrollment
from reentrysim.programs.contract import Capacity, Channel, Mediator, Month, Program, Trial
from reentrysim.scenario.programs import StaffTable
from reentrysim.vocabulary import NEVER

NAME = "case_management"


class CaseManagement(StaffTable):
    """A caseworker who plans the release, bridges the gate and refers to work, homes and treatment."""


def worker_hours(values: Mapping[str, float], _table: Any) -> float:
    """Hours for people that a caseworker has in a month."""
    return values[f"{NAME}.hours_per_month"]


def dose_of_hours(month: Month, _held: Ints, load: Ints | Floats) -> Floats:
    """Dose that each of a caseworker's people gets at a load of people, 1 at most, of the shape of `load`."""
    hours = month.values[f"{NAME}.hours_per_month"] / np.maximum(load, 1)
    return np.minimum(hours / month.values[f"{NAME}.full_dose_hours_per_month"], 1.0)


def plan_after(month: Month, enrolled: Enrollment, before: Floats) -> Floats:
    """Each person's plan after the month: made at once as far as there is time, aging until it is reviewed.

    Needs are assessed in the first month, and what follows is a plan as good as the dose of the month; a review, the
    likelier the more time there is, makes it as good as the dose is by then.
    """
    after = before * 2.0 ** (-1.0 / month.values[f"{NAME}.plan_half_life_months"])
    held = rows_where(enrolled.place != NEVER)
    chance = enrolled.dose[held] / month.values[f"{NAME}.review_months"]
    due = month.month_luck.of(f"{NAME}.review", held) < chance
    seen = held[due | (enrolled.start_step[held] == month.step)]
    after[seen] = np.maximum(after[seen], enrolled.dose[seen])
    return np.asarray(after, dtype=np.float64)


def plan(month: Month, who: Ints) -> Floats:
    """The plans of people `who` (rows), 0 to 1, shape (len(who),)."""
    return month.own[NAME]["plan"][who]


def search(month: Month, _enrolled: Enrollment, who: Ints) -> Floats:
    """Employers asked by people `who` (rows) with a plan, in units of those asked without, shape (len(who),)."""
    return np.asarray(np.exp(month.values[f"{NAME}.search_gain"] * plan(month, who)))


def home(month: Month, _enrolled: Enrollment, who: Ints) -> Floats:
    """What the plan adds to the log odds of being taken in, shape (len(who),)."""
    return np.asarray(month.values[f"{NAME}.home_log_odds"] * plan(month, who))


def homeless_at_release(month: Month, _enrolled: Enrollment, who: Ints) -> Floats:
    """Homelessness at release in units of that without the program, shape (len(who),)."""
    return np.asarray(1.0 - (1.0 - month.values[f"{NAME}.homeless_at_release_ratio"]) * plan(month, who))


def treatment(month: Month, _enrolled: Enrollment, who: Ints) -> Floats:
    """Entry into treatment in units of that without the program, shape (len(who),)."""
    return np.asarray(np.exp(np.log(month.values[f"{NAME}.treatment_entry_ratio"]) * plan(month, who)))


PROGRAM = Program(
    name=NAME,
    capacity=Capacity.WORKERS,
    table=CaseManagement,
    usual={
        "setting": "both",
        "eligible": {"risk": ["medium", "high"], "sex": ["female", "male"], "from_month": -3, "to_month": 3},
        "length_months": 9,
        "hire_lag_months": 2,
        "train_lag_months": 1,
    },
    what="caseworkers",
    bound="caseworkers, and the time to find them",
    usual_caseload=60,
    dose=dose_of_hours,
    worker_hours=worker_hours,
    mediators={"plan": Mediator(0.0, plan_after)},
    effects={
        Channel.JOB_SEARCH: search,
        Channel.TAKEN_IN: home,
        Channel.HOMELESS_AT_RELEASE: homeless_at_release,
        Channel.TREATMENT: treatment,
    },
    trial=Trial(
        dollars_per_person=50_000.0,
        changes={
            "programs.case_management": {
                "eligible": {"risk": ["low", "medium", "high"]},
                "hire_lag_months": 0,
                "train_lag_months": 0,
            },
            "policies.caseload.case_management.per_worker": 15,
        },
    ),
)
