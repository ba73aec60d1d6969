"""Rules about what is scarce: who gets whom, who goes first, and how many people a worker has."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from reentrysim.scenario.fields import Count, RiskBands, Share, Strict
from reentrysim.scenario.messages import refuse
from reentrysim.scenario.named import Also, Named
from reentrysim.scenario.offered import offered
from reentrysim.scenario.own_rules import OwnRule, is_own

Weight = Annotated[float, Field(ge=0, le=1000)]
Ties = Literal["longest_wait", "luck"]


class MatchingWeights(Strict):
    """How much each likeness counts when mentor and participant are matched; one left out counts nothing."""

    sex: Weight = 0.0
    """Weight of being of the same sex."""
    lived_experience: Weight = 0.0
    """Weight of a mentor who has been in prison."""
    culture: Weight = 0.0
    """Weight of a shared cultural background."""
    interests: Weight = 0.0
    """Weight of shared interests."""
    style: Weight = 0.0
    """Weight of the same style of communication."""
    age: Weight = 0.0
    """Weight of closeness in age."""
    place: Weight = 0.0
    """Weight of living in the same place."""

    @property
    def total(self) -> float:
        """All of them."""
        return float(sum(self.model_dump().values()))


class Monitoring(Strict):
    """A look at every match once, after some months of it; a match that fails ends, and another may follow."""

    after_months: Annotated[int, Field(ge=1, le=60)]
    """Months of a match after which somebody looks at it: few are early, many are late."""
    least_kept_share: Share = 0.0
    """Share of these months in which meetings have to have been kept; 0 asks for none."""
    least_fit_share: Share = 0.0
    """Fit by the agency's own weights that a match has to have; 0 asks for none."""

    @model_validator(mode="after")
    def _looks_for_something(self) -> Self:
        if not (self.least_kept_share or self.least_fit_share):
            hint = "Set least_kept_share or least_fit_share above 0, or leave monitoring out"
            raise refuse("monitoring that asks for nothing ends no match", hint, ("least_kept_share",))
        return self


class Matching(Strict):
    """Who gets which mentor."""

    rule: Annotated[
        Literal["random", "first_come", "compatibility", "optimal", "risk_high_first", "risk_low_first", "threshold"],
        OwnRule(),
    ]
    """By lot, as they come, the best fit in turn or for all together, by risk, from a least fit on, or by code."""
    weights: MatchingWeights
    """How much each likeness counts under the rules that look at fit: all but random and first_come."""
    ties: Ties
    """Who goes first among those the rule puts level; under first_come it is always the longest wait."""
    rematch_after_months: Annotated[int, Field(ge=1, le=60)]
    """Months after a match has ended early until the participant can be matched again."""
    least_fit_share: Annotated[float, Field(gt=0, le=1)] | None = None
    """Fit by these weights from which people are matched under the rule threshold; others go on waiting."""
    monitoring: Monitoring | None = None
    """Who notices that a match fails, and when; without this table nobody does."""

    @model_validator(mode="after")
    def _a_least_fit_is_for_a_threshold(self) -> Self:
        least = ("least_fit_share",)
        if self.least_fit_share is not None and self.rule != "threshold":
            hint = 'Set rule = "threshold", or leave least_fit_share out'
            raise refuse(f"the rule {self.rule} asks for no least fit", hint, least, partner="rule")
        if self.rule == "threshold" and self.least_fit_share is None:
            what = "the rule threshold needs the fit from which people are matched"
            raise refuse(what, "Set least_fit_share, such as 0.6", least, partner="rule")
        asks_for_fit = self.rule == "threshold" or (self.monitoring and self.monitoring.least_fit_share)
        if asks_for_fit and not self.weights.total:
            what = "without any weight nobody fits anybody"
            raise refuse(what, "Give a likeness a weight", ("weights",), partner="rule")
        return self


def _of_alike(rule: object) -> object:
    """Refuses rules that say who gets whom where places are alike."""
    if rule in ("compatibility", "optimal"):
        what = f"{rule} says who gets which mentor, and the places of a program are alike"
        hint = "Use a rule of who goes first; beds go to whom they suit under every rule"
        raise refuse(what, hint)
    return rule


class Line(Strict):
    """Who goes first where something is scarce."""

    rule: Annotated[Literal["first_come", "random", "risk_high_first", "risk_low_first", "threshold"], OwnRule()]
    """The longest wait, a standing lottery, assessed risk and then `ties`, some bands alone, or code:FILE.py:NAME."""
    ties: Ties | None = None
    """Who goes first among people of the same risk; without this key the longest wait."""
    only_risk: RiskBands | None = None
    """Assessed risk bands that get a place under the rule threshold; the others go on waiting."""

    _alike = field_validator("rule", mode="before")(_of_alike)

    @property
    def order(self) -> str:
        """How people are put in order within a band, or where no band counts."""
        ties = self.ties or "longest_wait"
        return ties if self.rule == "threshold" else self.rule

    @property
    def then(self) -> str:
        """How people of the same band are put in order under the rules by risk."""
        return self.ties or "longest_wait"

    @model_validator(mode="after")
    def _every_key_is_read(self) -> Self:
        if self.only_risk is not None and self.rule != "threshold":
            hint = 'Set rule = "threshold", or leave only_risk out'
            raise refuse(f"the rule {self.rule} leaves nobody out", hint, ("only_risk",), partner="rule")
        if self.rule == "threshold" and self.only_risk is None:
            what = "the rule threshold needs the risk bands that get a place"
            raise refuse(what, 'Set only_risk, such as ["high"]', ("only_risk",), partner="rule")
        if self.ties is not None and (self.rule in ("first_come", "random") or is_own(self.rule)):
            what = f"the rule {self.rule} settles who goes first"
            raise refuse(what, "Leave ties out, or use a rule by risk", ("ties",), partner="rule")
        return self


class MatchingPolicies(Named):
    """Matching, one table per scarce thing."""

    mentoring: Matching
    """Who gets which mentor."""
    jobs: Line
    """Who gets a program job."""
    beds: Line
    """Who gets a bed, in shelters and in transitional housing."""

    @classmethod
    def also(cls) -> Also:
        """The lines of other programs; first come, first served without a table."""
        others = {program.line: program.what for program in offered().values() if program.line not in cls.model_fields}
        return {line: (Line, f"Who goes first in the line for {what}.") for line, what in others.items()}

    def line_of(self, program: str) -> Line:
        """The rule of a program's line."""
        line: Line | None = getattr(self, offered()[program].line, None)
        return line or Line(rule="first_come")


Hours = Annotated[float, Field(gt=0, le=400)]


class HoursByRisk(Strict):
    """A worker's hours a month for one person, by assessed risk."""

    low: Hours
    """For somebody at low assessed risk."""
    medium: Hours
    """For somebody at medium assessed risk."""
    high: Hours
    """For somebody at high assessed risk."""

    @property
    def by_band(self) -> tuple[float, float, float]:
        """Low, medium, high."""
        return self.low, self.medium, self.high


class Caseload(Strict):
    """How many participants one worker has."""

    per_worker: Count
    """Participants one worker can have at a time."""
    when_full: Literal["wait", "thin_out", "refer_on"] = "wait"
    """Whether further participants wait, share the same time with all others, or are sent elsewhere for good."""
    hours_per_month: HoursByRisk | None = None
    """Hours a month that are kept for one person, by assessed risk; a worker is full by hours or by heads."""


class TiringCaseload(Caseload):
    """How many participants one worker has, and what too many do to the worker."""

    overload: Literal["strains"] | None = None
    """Strains: who has more people than usual tires, does worse and leaves sooner; without this key nobody does."""

    def can_overload(self, program: Any) -> bool:
        """Whether a worker of a program can have more people than usual, or less time than these need."""
        return self.when_full == "thin_out" or (
            self.hours_per_month is None and self.per_worker > program.usual_caseload
        )


class SupervisionCaseload(Strict):
    """How many people one officer supervises, and how the hours are divided."""

    per_worker: Count
    """People on an officer's caseload; who has fewer sees them more often, and finds more."""
    hours_per_month: HoursByRisk
    """Whom an officer sees how long: only the proportions count, and who is seen more is found out more often."""


class CaseloadPolicies(Named):
    """Caseloads, one table per program that has workers."""

    mentoring: Caseload
    """How many mentees a mentor has."""
    supervision: SupervisionCaseload
    """How many people an officer supervises."""

    @classmethod
    def also(cls) -> Also:
        """The other programs that have workers; as usual for them without a table."""
        staffed = [program for program in offered().values() if program.usual_caseload]
        return {one.name: (TiringCaseload, f"How many people each of the {one.what} has.") for one in staffed}

    @model_validator(mode="after")
    def _who_tires_can_have_too_many(self) -> Self:
        for name, one in offered().items():
            own = getattr(self, name, None)
            if one.usual_caseload and isinstance(own, TiringCaseload) and own.overload and not own.can_overload(one):
                what = f"nobody has more people than usual, which is {one.usual_caseload}, or less time than they need"
                hint = f"Leave it out, set per_worker above {one.usual_caseload}, or when_full to thin_out"
                raise refuse(what, hint, (name, "overload"), partner=("policies", "caseload", name, "per_worker"))
        return self

    def of(self, program: str) -> Caseload:
        """The caseload of a program that has workers."""
        own: Caseload | None = getattr(self, program, None)
        return own or TiringCaseload(per_worker=offered()[program].usual_caseload, when_full="wait")

    def strains(self, program: str) -> bool:
        """Whether too many people wear out the workers of a program beside mentoring."""
        own = self.of(program)
        return isinstance(own, TiringCaseload) and own.overload == "strains"
