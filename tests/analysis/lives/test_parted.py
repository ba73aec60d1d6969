"""What differed first is said in plain words, and of the right scenario."""

from __future__ import annotations

import pytest

from reentrysim.analysis.lives.parted import in_words
from reentrysim.analysis.parting import ANSWER, EVENT, HOME, JOB, LIFE, MENTOR

CASES = [
    (MENTOR, "mentees.offered_step", -1, 40, "a mentor is offered under B, and not under A"),
    (MENTOR, "mentees.offered_step", 40, 41, "the offer of a mentor comes in another month"),
    (MENTOR, "mentees.mentor", 0, -1, "there is a mentor under A, and not under B"),
    (MENTOR, "mentees.matches", 0, 1, "there is a mentor under B, and not under A"),
    (MENTOR, "mentees.contacts", 0.0, 2.0, "a mentor is met under B, and not yet under A"),
    (MENTOR, "mentees.contacts", 3.0, 2.0, "the mentor is met more often under A"),
    (MENTOR, "mentees.fit", 0.3, 0.4, "the mentor is another one"),
    (
        "a place in case_management",
        "case_management.place",
        -1,
        0,
        "there is a place in case management under B, and not",
    ),
    ("a place in transitional_jobs", "transitional_jobs.dose", 0.1, 0.2, "a place in transitional jobs goes otherwise"),
    (JOB, "lives.job_step", 30, 40, "a job is found under B, and not under A"),
    (JOB, "lives.job_step", 40, -1, "a job is found under A, and not under B"),
    (JOB, "lives.employer", 0, -1, "there is a job under A, and not under B"),
    (HOME, "lives.home", 1, 2, "the home is another one: no home under A, shelter under B"),
    (HOME, "lives.provider", 4, 5, "the room or bed is another one"),
    (EVENT, "people.first_arrest", -1, 3, "there is an arrest under B, and not under A"),
    (EVENT, "people.death", 7, -1, "there is a death under A, and not under B"),
    (EVENT, "people.jail_days", 1.0, 2.0, "the time in jail is another one"),
    (LIFE, "lives.ties", 0.1, 0.2, "how they live goes otherwise: ties is 0.1 under A and 0.2 under B"),
]


@pytest.mark.parametrize(("through", "column", "first", "other", "words"), CASES)
def test_what_differed_first_in_words(through: str, column: str, first: float, other: float, words: str) -> None:
    row = {"step": 40, "month": 5, "through": through, "column": column, "first": first, "other": other}
    told = in_words(row, "A", "B")
    assert told.startswith(f"In month 5 after release {words}")
    assert told.endswith(".") and "_" not in told


def test_months_before_release_and_the_start() -> None:
    row = {"step": 40, "month": -1, "through": MENTOR, "column": "mentees.mentor", "first": -1, "other": 3}
    assert in_words(row, "A", "B").startswith("1 month before release there is a mentor under B")
    assert in_words({**row, "month": -3}, "A", "B").startswith("3 months before release ")
    answer = {"step": 0, "month": -60, "through": ANSWER, "column": "mentees.willing", "first": False, "other": True}
    assert in_words(answer, "A", "B").startswith("From the start their standing answer to an offer is another one")
