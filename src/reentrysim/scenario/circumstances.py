"""The table of circumstances: what the world does, and no program chooses."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from reentrysim.scenario.fields import EvidenceOrShare, Share, Strict, Trades
from reentrysim.scenario.messages import refuse

PerHundred = Annotated[float, Field(ge=0, le=1000)]
Multiple = Annotated[float, Field(ge=0, le=10)]
Intensity = Annotated[float, Field(gt=0, le=10)]
Demand = Annotated[float, Field(ge=0, le=100)]


class BedsPerHundred(Strict):
    """Beds for every hundred people released in a year, by kind."""

    shelter: PerHundred
    """Beds in shelters, those that everybody else uses included."""
    transitional: PerHundred
    """Beds of providers of transitional housing; the program's money pays for them, or they stay empty."""
    sober_living: PerHundred
    """Beds of sober living houses; likewise."""
    supportive: PerHundred
    """Homes of supportive housing; likewise."""


class BackgroundDemand(Strict):
    """What everybody who was never in prison wants, as multiples of the usual demand."""

    jobs: Demand
    """Applicants for entry-level jobs."""
    beds: Demand
    """Applicants for rooms, and people in shelter beds."""


class VacanciesByTrade(Strict):
    """Vacancies of employers of each trade, as multiples of the usual ones."""

    carpentry: Multiple = 1.0
    """Carpentry and other building."""
    plumbing: Multiple = 1.0
    """Plumbing and other repairs."""
    culinary: Multiple = 1.0
    """Kitchens."""
    office: Multiple = 1.0
    """Offices."""


class ArrestIntensity(Strict):
    """How likely offending is to lead to an arrest, by race and ethnicity, as multiples of the usual chance."""

    white: Intensity = 1.0
    """Of white people."""
    black: Intensity = 1.0
    """Of Black people."""
    hispanic: Intensity = 1.0
    """Of Hispanic people."""
    other: Intensity = 1.0
    """Of everybody else."""

    @property
    def unusual(self) -> dict[str, float]:
        """The groups of whom other shares than the usual ones are arrested, in order."""
        return {group: times for group, times in self.model_dump().items() if times != 1.0}

    @property
    def is_equal(self) -> bool:
        """Whether it is the same for all."""
        return len(set(self.model_dump().values())) == 1


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
    vacancies_by_trade: VacanciesByTrade = VacanciesByTrade()
    """Vacancies by trade, as multiples of the usual ones."""
    licensing_bars: Trades = ()
    """Trades in which nobody with a record gets a license, and so no job."""
    transport_share: EvidenceOrShare = "evidence"
    """Share who can get to a job in another part of town: "evidence" for all, as in the fit, or a number."""
    program_reach_share: EvidenceOrShare = "evidence"
    """Share who can get to programs and mentors outside, where they must: "evidence" for all, or a number."""
    landlords_per_100: PerHundred
    """Private landlords within reach for every hundred people released in a year."""
    landlord_refusal_share: EvidenceOrShare
    """Share who refuse a record: "evidence" for the published estimate, or a number in its place."""
    benefits_barred_share: EvidenceOrShare = "evidence"
    """Share further barred from benefits with which they could rent: "evidence" for none, or a number."""
    beds_per_100: BedsPerHundred
    """Beds for every hundred people released in a year, by kind."""
    rooms: Literal["fixed", "free"]
    """Whether participants take rooms and beds from one another; free is a yardstick, not a policy."""
    background_demand: BackgroundDemand
    """What everybody who was never in prison wants, as multiples of the usual demand."""
    supervision_intensity: Multiple
    """Contact with officers as a multiple of the usual one at the same caseload."""
    supervision_length: Multiple = 1.0
    """Terms of supervision as a multiple of those of the population; a month at least."""
    violation_response: Multiple
    """Chance that a rule violation found leads back to prison, as a multiple of the usual one."""
    arrest_intensity: ArrestIntensity = ArrestIntensity()
    """Arrests made of the same offending, by race and ethnicity, as multiples of the usual."""
    community_opinion: Literal["fixed", "moves"] = "fixed"
    """Whether acceptance by the community moves with campaigns, and employers and others with it."""
    campaign_share: Share = 0.0
    """Intensity of a campaign for acceptance, from none to the fullest; only where opinion moves."""
    volunteers_per_100: PerHundred | None = None
    """Volunteers who would mentor for every hundred people released in a year; without it, as many as money trains."""
    nonprofit_places_per_100: PerHundred | None = None
    """Most places of each program that buys them, for every hundred released in a year; else what money buys."""
    consent_share: EvidenceOrShare = "evidence"
    """Share who consent to what programs have to know: "evidence" for all who are asked, or a number."""
    learning: bool
    """Whether employers and landlords learn from how hires and tenancies went."""
    discrimination: bool
    """Whether race and ethnicity enter what employers and landlords do, as measured; offending they never enter."""

    @model_validator(mode="after")
    def _a_campaign_moves_something(self) -> Self:
        if self.campaign_share and self.community_opinion == "fixed":
            what = f"is {self.campaign_share:g}, but opinion is fixed"
            raise refuse(what, 'Set community_opinion = "moves"', ("campaign_share",), partner="community_opinion")
        return self

    @model_validator(mode="after")
    def _without_discrimination_race_enters_nothing(self) -> Self:
        if not (self.discrimination or self.arrest_intensity.is_equal):
            groups = self.arrest_intensity.model_dump().items()
            told = ", ".join(f"{group} = {times:g}" for group, times in groups)
            what = f"differs by race ({told}), but discrimination is off: race then enters nothing"
            hint = "Set discrimination = true, or the same intensity for all"
            raise refuse(what, hint, ("arrest_intensity",), partner="discrimination")
        return self
