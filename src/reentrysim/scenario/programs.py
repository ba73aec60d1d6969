"""The tables of programs: what is offered, to whom, how much of it, and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from reentrysim.scenario.fields import EvidenceOrShare, MonthSinceRelease, RiskBands, Sexes, Share, Strict, sum_to_one
from reentrysim.scenario.merging import merge
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


class OptionalProgram(Strict):
    """A program that a scenario uses by naming its table; what the table leaves out is as usual."""

    usual: ClassVar[Mapping[str, Any]]
    """What the table says when it says nothing."""

    @model_validator(mode="before")
    @classmethod
    def _the_rest_is_usual(cls, table: Any) -> Any:
        return merge(cls.usual, table) if isinstance(table, dict) else table


def _outside(eligible: Eligible) -> Eligible:
    if eligible.from_month < 0:
        what = f"from_month is {eligible.from_month}, but there is a place only after release"
        raise refuse(what, "Set from_month to 1 or later", ("from_month",))
    return eligible


Outside = Annotated[Eligible, AfterValidator(_outside)]
_SOON_AFTER_RELEASE = {"from_month": 1, "to_month": 3, "sex": ["female", "male"]}
Length = Annotated[int, Field(ge=1, le=60)]
Places = Annotated[int, Field(ge=0, le=1_000_000)] | None


class TransitionalJobs(OptionalProgram):
    """Paid temporary work for people without a job, with help to find one of their own and to keep it."""

    usual: ClassVar[Mapping[str, Any]] = {
        "eligible": {"risk": ["low", "medium", "high"], **_SOON_AFTER_RELEASE},
        "length_months": 3,
        "placement_months": 6,
        "uptake_share": "evidence",
    }
    eligible: Outside
    """Who may be offered a program job."""
    length_months: Length
    """Months a program job can last."""
    placement_months: Annotated[int, Field(ge=0, le=60)]
    """Months after it in which there still is help to find a job and to keep it."""
    uptake_share: EvidenceOrShare
    """Share who accept an offer: "evidence" for the estimate, or a number in its place."""
    places: Places = None
    """Most program jobs at a time, whatever the money; without it, as many as the money buys."""


class TransitionalHousing(OptionalProgram):
    """A bed for some months for people who have no home, while they look for one."""

    usual: ClassVar[Mapping[str, Any]] = {
        "eligible": {"risk": ["medium", "high"], **_SOON_AFTER_RELEASE, "to_month": 6},
        "length_months": 6,
        "uptake_share": "evidence",
    }
    eligible: Outside
    """Who may be offered a bed."""
    length_months: Length
    """Months somebody can stay."""
    uptake_share: EvidenceOrShare
    """Share who accept an offer: "evidence" for the estimate, or a number in its place."""
    places: Places = None
    """Most beds paid for at a time, whatever the money; without it, as many as money buys and providers have."""


class CaseManagement(OptionalProgram):
    """A caseworker who plans the release, bridges the gate and refers to work, homes and treatment."""

    usual: ClassVar[Mapping[str, Any]] = {
        "setting": "both",
        "eligible": {"risk": ["medium", "high"], **_SOON_AFTER_RELEASE, "from_month": -3},
        "length_months": 9,
        "uptake_share": "evidence",
        "hire_lag_months": 2,
        "train_lag_months": 1,
    }
    setting: Literal["custody", "community", "both"]
    """Where caseworkers see people; both bridges the gate."""
    eligible: Eligible
    """Who may be offered a caseworker."""
    length_months: Length
    """Months with a caseworker."""
    uptake_share: EvidenceOrShare
    """Share who accept an offer: "evidence" for the estimate, or a number in its place."""
    hire_lag_months: Annotated[int, Field(ge=0, le=60)]
    """Months from money for a caseworker to the first day."""
    train_lag_months: Annotated[int, Field(ge=0, le=60)]
    """Months from the first day to the first person."""


class Programs(Strict):
    """What is offered to participants."""

    mentoring: Mentoring
    """Regular contact with one mentor."""
    transitional_jobs: TransitionalJobs | None = None
    """Paid temporary work, placement and help to keep a job; unused without this table."""
    transitional_housing: TransitionalHousing | None = None
    """Beds for some months; unused without this table."""
    case_management: CaseManagement | None = None
    """Caseworkers who bridge the gate; unused without this table."""

    @property
    def used(self) -> tuple[str, ...]:
        """The programs that this scenario has, in the order of this table."""
        return tuple(name for name in type(self).model_fields if getattr(self, name) is not None)
