"""What rules about scarcity refuse, each with the key, the nearest right spelling, and what to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reentrysim.scenario import load_scenario
from reentrysim.vocabulary import InputError

Write = Callable[..., str]
MENTORS, JOBS, BEDS = ("[policies.matching." + name + "]\n" for name in ("mentoring", "jobs", "beds"))
HOURS = "[policies.caseload.{}]\nhours_per_month = {{ low = {}, medium = 2.0, high = 2.0 }}"
BESIDE = "[funding]\nshares = {{ mentoring = 0.5, {0} = 0.5 }}\n[programs.{0}]\n"

WRONG = {
    "misspelt rule": (f'{MENTORS}rule = "optimum"', "mentoring.rule", "Did you mean 'optimal'?"),
    "misspelt line": (f'{JOBS}rule = "treshold"', "jobs.rule", "Did you mean 'threshold'?"),
    "least fit of no rule": (f"{MENTORS}least_fit_share = 0.5", "least_fit_share", "the rule random asks for no least"),
    "threshold of nothing": (f'{MENTORS}rule = "threshold"', "least_fit_share", "Set least_fit_share"),
    "threshold of no weight": (
        f'{MENTORS}rule = "threshold"\nleast_fit_share = 0.5\n'
        "weights = { sex = 0, lived_experience = 0, culture = 0, interests = 0, style = 0, age = 0, place = 0 }",
        "mentoring.weights",
        "nobody fits anybody",
    ),
    "monitoring for nothing": (f"{MENTORS}monitoring.after_months = 3", "least_kept_share", "ends no match"),
    "monitoring of what is over": (
        f"[programs.mentoring]\nlength_months = 6\n{MENTORS}"
        "monitoring = { after_months = 6, least_kept_share = 0.5 }",
        "monitoring.after_months",
        "it lasts 6. Set it to 5 at most",
    ),
    "monitoring at once": (f"{MENTORS}monitoring.after_months = 0", "monitoring.after_months", "at least 1"),
    "jobs that fit": (f'{JOBS}rule = "compatibility"', "jobs.rule", "the places of a program are alike"),
    "beds for all at once": (f'{BEDS}rule = "optimal"', "beds.rule", "beds go to whom they suit under every rule"),
    "band of no rule": (f'{BEDS}only_risk = ["high"]', "beds.only_risk", "the rule first_come leaves nobody out"),
    "threshold of no band": (f'{BEDS}rule = "threshold"', "beds.only_risk", "Set only_risk"),
    "ties of a lottery": (f'{JOBS}ties = "luck"', "jobs.ties", "the rule random settles who goes first"),
    "nobody a worker": ("[policies.caseload.mentoring]\nper_worker = 0", "per_worker", "at least 1, not 0"),
    "negative hours": (HOURS.format("mentoring", -1.0), "hours_per_month.low", "more than 0, not -1.0"),
    "no hours": (HOURS.format("case_management", 0), "hours_per_month.low", "more than 0, not 0"),
    "seats in hours": (
        f'{MENTORS}rule = "optimal"\n' + HOURS.format("mentoring", 2.0),
        "matching.mentoring.rule",
        "gives out seats",
    ),
    "hours that no mentor has": (
        HOURS.format("mentoring", 2.0).replace("high = 2.0", "high = 21.0"),
        "caseload.mentoring.hours_per_month.high",
        "more than the 20 that a worker has",
    ),
    "hours that no caseworker has": (
        BESIDE.format("case_management") + HOURS.format("case_management", 2.0).replace("high = 2.0", "high = 121.0"),
        "case_management.hours_per_month.high",
        "more than the 120 that a worker has",
    ),
    "overload of mentors": (
        '[policies.caseload.mentoring]\noverload = "strains"',
        "overload",
        "case_management.overload",
    ),
    "misspelt overload": ('[policies.caseload.peer_support]\noverload = "strain"', "overload", "must be 'strains'"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_rule_that_cannot_be_is_refused(name: str, write: Write) -> None:
    text, where, what = WRONG[name]
    with pytest.raises(InputError) as caught:
        load_scenario(write(text))
    assert where in str(caught.value)
    assert what in str(caught.value)


def test_hours_of_somebody_nobody_takes_may_be_any(write: Write) -> None:
    mine = load_scenario(write(HOURS.format("mentoring", 21.0)))  # nobody at low risk is eligible
    assert mine.policies.caseload.mentoring.hours_per_month is not None


def test_a_line_says_how_it_is_ordered(write: Write) -> None:
    both = f'{JOBS}rule = "threshold"\nonly_risk = ["high"]\nties = "luck"\n{BEDS}rule = "risk_low_first"'
    jobs, beds = (getattr(load_scenario(write(both)).policies.matching, name) for name in ("jobs", "beds"))
    assert (jobs.order, jobs.then) == ("luck", "luck")
    assert (beds.order, beds.then) == ("risk_low_first", "longest_wait")
