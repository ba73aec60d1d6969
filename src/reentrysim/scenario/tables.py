"""The tables of a scenario file but for its programs: one model each, one sentence per key, units in the names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PrivateAttr, ValidationInfo, field_validator, model_validator

from reentrysim.evidence.place import Place
from reentrysim.scenario.assessment import Assessment
from reentrysim.scenario.fields import (
    KnownCalibration,
    Months,
    PlainText,
    Step,
    Strict,
)
from reentrysim.scenario.merging import WHO
from reentrysim.scenario.messages import refuse
from reentrysim.scenario.offered import offered
from reentrysim.scenario.own_rules import is_own
from reentrysim.scenario.scarcity import CaseloadPolicies, MatchingPolicies
from reentrysim.vocabulary import InputError


class Population(Strict):
    """Who is released."""

    profile: Literal["us_2008"] | None = None
    """Whose composition the simulated people have; this, margins or file."""
    margins: str | None = None
    """CSV of shares of people released in a place of one's own (`subgroup, share`); the rest stays national."""
    file: str | None = None
    """CSV of participants of a place of one's own, one line a person, from whom simulated people are drawn."""
    stays: str | None = None
    """CSV of how long stays in custody last in a place of one's own (`stay, months_at_least, share`)."""
    calibration: Annotated[str, KnownCalibration]
    """Whose rearrest and return rates the model was fitted to: a shipped name, or a file of `reentrysim calibrate`."""
    sentence: Literal["prison", "community"] = "prison"
    """Whether people come from prison, or the same people serve their sentence outside, supervised from day 0."""
    size: Annotated[int, Field(ge=24, le=10_000_000)]
    """People in the analysis cohort of the real system that the dollars of this scenario serve."""

    _contents: Mapping[str, str] = PrivateAttr(default_factory=dict)

    @property
    def contents(self) -> Mapping[str, str]:
        """SHA-256 (hex) of the files of a place, by key, as they were when the scenario was read."""
        return self._contents

    @property
    def place(self) -> Place:
        """Who is released, and how long custody lasts."""
        return Place(self.profile, self.margins, self.file, self.stays)

    @model_validator(mode="after")
    def _people_come_from_one_place(self) -> Self:
        given = [key for key in WHO if getattr(self, key) is not None]
        if len(given) != 1:
            what = f"{' and '.join(given)} stand together" if given else f"none of {', '.join(WHO)} is set"
            raise refuse(what, f"People come from exactly one of {', '.join(WHO)}", tuple(given or WHO)[-1:])
        for key, path in self.place.own_files.items():
            try:
                replace(Place(), **{key: str(path)}).people()
            except InputError as error:
                raise refuse(f"{error.where}: {error.what}", error.hint, (key,)) from error
        self._contents = self.place.contents
        return self


class Time(Strict):
    """When people come, how long they are followed, and in which year's dollars."""

    intake: Literal["steady", "cohort"]
    """Whether releases run at a constant rate around the window (steady) or only inside it (cohort)."""
    lead_months: Annotated[int, Field(ge=0, le=24)]
    """Months before release from which a program can meet a participant."""
    warmup_months: Months
    """Months of releases before the window in which programs and queues fill; 0 for a cohort."""
    window_months: Step
    """Months in whose releases the analysis cohort stands, an equal share in each."""
    tail_months: Months
    """Months of releases after the window so that competition for places goes on; 0 for a cohort."""
    follow_up_months: Annotated[int, Field(ge=1, le=120)]
    """Months since release over which outcomes are reported."""
    price_year: Annotated[int, Field(ge=2000, le=2024)]
    """Year in whose US consumer prices every dollar in and out is stated."""
    discount_rate_share: Annotated[float, Field(ge=0.0, le=0.2)]
    """What a dollar a year later is worth less, by which money after the release is discounted to it."""

    @model_validator(mode="before")
    @classmethod
    def _cohort_needs_no_margins(cls, table: Any) -> Any:
        is_cohort = isinstance(table, dict) and table.get("intake") == "cohort"
        return {"warmup_months": 0, "tail_months": 0, **table} if is_cohort else table

    @field_validator("warmup_months", "tail_months")
    @classmethod
    def _none_for_a_cohort(cls, months: int, info: ValidationInfo) -> int:
        if months and info.data.get("intake") == "cohort":
            what = f"must be 0 for a cohort, not {months}"
            raise refuse(what, 'Leave it out, or set intake = "steady"', partner="intake")
        return months


class Policies(Strict):
    """Rules about what is scarce."""

    matching: MatchingPolicies
    """Who gets whom."""
    caseload: CaseloadPolicies
    """How many participants a worker has."""
    assessment: Assessment
    """How well an agency reads risk."""

    @model_validator(mode="after")
    def _everybody_takes_one_seat_where_all_are_assigned_together(self) -> Self:
        if self.matching.mentoring.rule == "optimal" and self.caseload.mentoring.hours_per_month is not None:
            what = "the rule optimal gives out seats, and in hours people don't take equally much of a mentor"
            hint = 'Use rule = "compatibility", or per_worker alone'
            path = ("matching", "mentoring", "rule")
            raise refuse(what, hint, path, partner=("policies", "caseload", "mentoring", "hours_per_month"))
        return self

    @model_validator(mode="after")
    def _nobody_is_sent_away_whom_a_rule_keeps_waiting(self) -> Self:
        for program in ("mentoring", *(name for name, one in offered().items() if one.usual_caseload)):
            line = "mentoring" if program == "mentoring" else offered()[program].line
            rule = self.matching.mentoring.rule if program == "mentoring" else self.matching.line_of(program).rule
            if self.caseload.of(program).when_full == "refer_on" and (rule == "threshold" or is_own(rule)):
                what = "refer_on sends everybody elsewhere who is left, also whom the line's rule would keep waiting"
                hint = f"Set it to wait or thin_out, or give policies.matching.{line} another rule"
                path = ("caseload", program, "when_full")
                raise refuse(what, hint, path, partner=("policies", "matching", line, "rule"))
        return self


class OwnEstimate(Strict):
    """A number of this scenario's own in place of one in the evidence catalog; it needs a source or an assumption.

    It changes the number that a run reads and nothing else: what the calibration fitted or solved stays as it is.
    """

    value: float
    """The number, in the unit of the estimate it replaces."""
    low: float | None = None
    """Lower end of its 95% range; without low and high the number is fixed."""
    high: float | None = None
    """Upper end of its 95% range."""
    source: PlainText | None = None
    """Where the number was published."""
    assumption: PlainText | None = None
    """Why it is assumed."""
