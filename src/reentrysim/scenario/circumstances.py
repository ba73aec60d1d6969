"""The table of circumstances: what the world does, and no program chooses."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from reentrysim.scenario.fields import EvidenceOrShare, Share, Strict

PerHundred = Annotated[float, Field(ge=0, le=1000)]
Multiple = Annotated[float, Field(ge=0, le=10)]
Demand = Annotated[float, Field(ge=0, le=100)]


class BedsPerHundred(Strict):
    """Beds for every hundred people released in a year, by kind."""

    shelter: PerHundred
    """Beds in shelters, those that everybody else uses included."""
    transitional: PerHundred
    """Beds of providers of transitional housing; the program's money pays for them, or they stay empty."""


class BackgroundDemand(Strict):
    """What everybody who was never in prison wants, as multiples of the usual demand."""

    jobs: Demand
    """Applicants for entry-level jobs."""
    beds: Demand
    """Applicants for rooms, and people in shelter beds."""


class Circumstances(Strict):
    """What the world does, and no program chooses."""

    employers_per_100: PerHundred
    """Employers within reach for every hundred people released in a year."""
    willing_employers_share: EvidenceOrShare
    """Share who consider a record: "evidence" for the published estimate, or a number in its place."""
    employer_assurance: Literal["none", "insurance", "review", "clean_year"]
    """What employers are given: insurance against loss, a review of past work, or a check of the last year only."""
    ban_the_box: bool
    """Whether employers may not ask about records when people apply."""
    wage_support_share: Share
    """Share of the wage that is paid for the employer."""
    vacancies: Literal["fixed", "free"]
    """Whether participants take vacancies from one another; free is a yardstick, not a policy."""
    labor_market: Multiple
    """Vacancies as a multiple of the usual ones."""
    landlords_per_100: PerHundred
    """Private landlords within reach for every hundred people released in a year."""
    landlord_refusal_share: EvidenceOrShare
    """Share who refuse a record: "evidence" for the published estimate, or a number in its place."""
    beds_per_100: BedsPerHundred
    """Beds for every hundred people released in a year, by kind."""
    rooms: Literal["fixed", "free"]
    """Whether participants take rooms and beds from one another; free is a yardstick, not a policy."""
    background_demand: BackgroundDemand
    """What everybody who was never in prison wants, as multiples of the usual demand."""
    supervision_intensity: Multiple
    """Contact with officers as a multiple of the usual one at the same caseload."""
    violation_response: Multiple
    """Chance that a rule violation found leads back to prison, as a multiple of the usual one."""
    learning: bool
    """Whether employers and landlords learn from how hires and tenancies went."""
    discrimination: bool
    """Whether race and ethnicity enter what employers and landlords do, as measured; risk they never enter."""
