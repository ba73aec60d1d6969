"""The tables of programs: what is offered, to whom, how much of it, and by whom."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from reentrysim.scenario.fields import EvidenceOrShare, MonthSinceRelease, RiskBands, Sexes, Share, Strict, sum_to_one
from reentrysim.scenario.merging import merge
from reentrysim.scenario.messages import refuse
from reentrysim.scenario.named import Also, Named
from reentrysim.scenario.offered import offered

Dollars = Annotated[float, Field(ge=0, le=1e12)]


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
    """Who the mentors are, and how they are supported."""

    origin: MentorOrigin
    """Where newly hired mentors come from."""
    support_share: Annotated[float, Field(gt=0, le=5)]
    """Spending on the coordination and supervision of mentors, in units of what is usual."""
    alumni: bool
    """Whether participants who did well can become mentors with lived experience."""
    ambassadors: bool
    """Whether those of them who mentor also talk to employers and landlords."""


class Ways(Strict):
    """How contacts are made; the shares sum to 1."""

    visit: Share = 0.0
    """Share of contacts that are meetings in person."""
    letter: Share = 0.0
    """Share of contacts that are letters."""
    phone: Share = 0.0
    """Share of contacts that are telephone calls."""
    video: Share = 0.0
    """Share of contacts that are video calls."""

    @model_validator(mode="after")
    def _sums_to_one(self) -> Self:
        sum_to_one(self.model_dump())
        return self


class Contact(Strict):
    """How mentors and participants are in contact before and after release."""

    custody: Ways
    """Before release."""
    community: Ways
    """After release."""


class Mentoring(Strict):
    """Regular contact with one mentor, in custody, outside, or through the gate."""

    setting: Literal["custody", "community", "both"]
    """Where mentors meet participants; both means that a match goes on through release."""
    format: Literal["one_to_one", "circle", "group"]
    """One mentor for each participant, several volunteers around one, or several participants around one mentor."""
    contact: Contact
    """How mentors and participants are in contact."""
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
    start_up_dollars: Dollars = 0.0
    """Spent once, before the first post opens."""
    fixed_dollars_per_month: Dollars = 0.0
    """Spent every month from then on, however many take part; no post is open in a month that can't pay it."""
    staff: MentoringStaff
    """Who the mentors are."""


IN_PERSON = "in_person"
Setting = Literal["custody", "community", "both"]
Length = Annotated[int, Field(ge=1, le=60)]
Lag = Annotated[int, Field(ge=0, le=60)]
MonthsAfter = Annotated[int, Field(ge=0, le=60)]
Places = Annotated[int, Field(ge=0, le=1_000_000)] | None


class ProgramTable(Strict):
    """What every program beside mentoring can be told; what the file leaves out is as usual for the program."""

    eligible: Eligible
    """Who may be offered a place."""
    length_months: Length
    """Months somebody can take part."""
    uptake_share: EvidenceOrShare = "evidence"
    """Share who accept an offer: "evidence" for the estimate, or a number in its place."""
    fidelity_share: Share = 1.0
    """Share of the program as designed that is really delivered."""
    start_up_dollars: Dollars = 0.0
    """Spent once, before the first place opens."""
    fixed_dollars_per_month: Dollars = 0.0
    """Spent every month from then on, however many take part; no place is open in a month that can't pay it."""

    @property
    def where(self) -> Setting:
        """Where people take part."""
        return "community"

    @property
    def after_months(self) -> int:
        """Months of help after it."""
        return 0

    @property
    def mode(self) -> str:
        """How it reaches people; a program with several modes of delivery has a key of its own for it."""
        return IN_PERSON

    @property
    def cost_multiple(self) -> float:
        """What a place costs in units of the usual one, by what the table sets beside the mode."""
        return 1.0


class PlacesTable(ProgramTable):
    """A program whose places are bought by the month."""

    setting: Setting = "community"
    """Where people take part; both means that a place goes on through release."""
    places: Places = None
    """Most places at a time, whatever the money; without it, as many as the money buys."""

    @property
    def where(self) -> Setting:
        """Where people take part."""
        return self.setting


class SessionsTable(PlacesTable):
    """A program whose content is sessions of a group."""

    sessions_per_month: Annotated[float, Field(gt=0, le=60)] = 8.0
    """Sessions a month; fewer than usual are as much less of the program, and each costs the same."""

    @property
    def share_of_usual(self) -> float:
        """Sessions in units of the usual number."""
        return self.sessions_per_month / float(type(self).model_fields["sessions_per_month"].default)

    @property
    def cost_multiple(self) -> float:
        """By sessions."""
        return self.share_of_usual


class StaffTable(ProgramTable):
    """A program whose workers have caseloads."""

    setting: Setting = "both"
    """Where workers see people; both bridges the gate."""
    hire_lag_months: Lag
    """Months from money for a worker to the first day."""
    train_lag_months: Lag
    """Months from the first day to the first person."""

    @property
    def where(self) -> Setting:
        """Where people take part."""
        return self.setting


def _outside(eligible: Eligible) -> Eligible:
    if eligible.from_month < 0:
        what = f"from_month is {eligible.from_month}, but there is a place only after release"
        raise refuse(what, "Set from_month to 1 or later", ("from_month",))
    return eligible


class OutsideTable(ProgramTable):
    """A program whose places are bought by the month, and are in the community only."""

    eligible: Annotated[Eligible, AfterValidator(_outside)]
    """Who may be offered a place."""
    places: Places = None
    """Most places at a time, whatever the money; without it, as many as the money buys."""


class Programs(Named):
    """What is offered to participants."""

    mentoring: Mentoring
    """Regular contact with one mentor."""

    @classmethod
    def also(cls) -> Also:
        """The tables of the other programs that there are; each is used by naming its table."""
        return {
            name: (program.table, f"{str(program.table.__doc__).strip()} Unused without this table.")
            for name, program in offered().items()
        }

    @model_validator(mode="before")
    @classmethod
    def _the_rest_is_usual(cls, tables: Any) -> Any:
        if not isinstance(tables, dict):
            return tables
        usual = {name: program.usual for name, program in offered().items()}
        return {
            name: merge(usual[name], own) if name in usual and isinstance(own, dict) else own
            for name, own in tables.items()
        }

    @property
    def used(self) -> tuple[str, ...]:
        """The programs that this scenario has: mentoring, and the others in order of name."""
        return ("mentoring", *(name for name in offered() if hasattr(self, name)))

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Every program that a scenario can have."""
        return ("mentoring", *offered())

    def of(self, name: str) -> Any:
        """The table of a program that the scenario has."""
        return getattr(self, name)
