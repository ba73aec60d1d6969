"""The tables of programs: what is offered, to whom, how much of it, and by whom."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from reentrysim.scenario.fields import EvidenceOrShare, MonthSinceRelease, RiskBands, Sexes, Share, Strict, sum_to_one
from reentrysim.scenario.messages import refuse


class Eligible(Strict):
    """Who may be offered a place, by what an agency can see."""

    risk: RiskBands
    """Assessed risk bands that are offered a place."""
    from_month: MonthSinceRelease
    """First month since release in which a place can be offered; negative before release, and there is no month 0."""
    to_month: MonthSinceRelease
    """Last month since release in which a place can be offered."""
    sex: Sexes
    """Sexes that are offered a place."""

    @field_validator("to_month")
    @classmethod
    def _ends_after_it_starts(cls, last: int, info: ValidationInfo) -> int:
        first = info.data.get("from_month", last)
        if last < first:
            what = f"must not lie before from_month: {last} is less than {first}"
            raise refuse(what, "Swap them, or correct one", partner="from_month")
        return last


class MentorOrigin(Strict):
    """Where newly hired mentors come from; the shares sum to 1."""

    volunteer: Share = 0.0
    """Share who are unpaid members of the community."""
    lived_experience: Share = 0.0
    """Share who are paid peers that have been in prison themselves."""
    professional: Share = 0.0
    """Share who are paid professionals."""

    @model_validator(mode="after")
    def _sums_to_one(self) -> Self:
        sum_to_one(self.model_dump())
        return self


class MentoringStaff(Strict):
    """Who the mentors are."""

    origin: MentorOrigin
    """Where newly hired mentors come from."""


class Mentoring(Strict):
    """Regular contact with one mentor, in custody, outside, or through the gate."""

    setting: Literal["custody", "community", "both"]
    """Where mentors meet participants; both means that a match goes on through release."""
    eligible: Eligible
    """Who may be offered a mentor."""
    length_months: Annotated[int, Field(ge=1, le=120)]
    """Months a match is meant to last."""
    dose: Literal["even", "front_loaded"]
    """How contacts are spread: evenly, or as many of them within the first six months after release."""
    contacts_per_month: Annotated[float, Field(gt=0, le=100)]
    """Contacts a month that an even match with time enough would have."""
    fidelity_share: Share
    """Share of the program as designed that is really delivered."""
    uptake_share: EvidenceOrShare
    """Share who accept an offer: "evidence" for the published estimate, or a number in its place."""
    hire_lag_months: Annotated[int, Field(ge=0, le=60)]
    """Months from money for a mentor to the mentor's first day."""
    train_lag_months: Annotated[int, Field(ge=0, le=60)]
    """Months from a mentor's first day to the first mentee."""
    staff: MentoringStaff
    """Who the mentors are."""


class Programs(Strict):
    """What is offered to participants."""

    mentoring: Mentoring
    """Regular contact with one mentor."""
