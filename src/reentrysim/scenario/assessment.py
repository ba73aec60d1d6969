"""[policies.assessment]: how well an agency reads risk, whom it reads, when, and how it errs."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from reentrysim.scenario.fields import RiskBand, Share, Strict
from reentrysim.scenario.messages import refuse

ORACLE = "oracle"
"""What the name of a scenario must hold whose policies see the truth."""
Error = Annotated[float, Field(ge=-5, le=5)]


class Bias(Strict):
    """How the tool errs for groups, in standard deviations of the score: above 0, they look riskier than they are."""

    female: Error = 0.0
    """Added to the score of women."""
    male: Error = 0.0
    """Added to the score of men."""
    white: Error = 0.0
    """Added to the score of white people."""
    black: Error = 0.0
    """Added to the score of Black people."""
    hispanic: Error = 0.0
    """Added to the score of Hispanic people."""
    other: Error = 0.0
    """Added to the score of everybody else."""
    under_25: Error = 0.0
    """Added to the score of people younger than 25 at release, beside that of their other groups."""

    @property
    def groups(self) -> dict[str, float]:
        """The groups that the tool errs for, in order."""
        return {group: error for group, error in self.model_dump().items() if error}


class Assessment(Strict):
    """How well an agency reads risk."""

    auc_share: Annotated[float, Field(ge=0.5, lt=1)]
    """Chance that somebody who is rearrested was scored above somebody who is not; 0.5 is a coin."""
    tool: Literal["score", "oracle"] = "score"
    """What policies see: a score, or the truth itself, which no agency can (the value of perfect information)."""
    bias: Bias = Bias()
    """Systematic error of the score by group; it never enters risk itself."""
    assessed_share: Share = 1.0
    """Share of people who are assessed at all."""
    unassessed: RiskBand = "medium"
    """The band that who is not assessed counts as."""
    reassess_months: Annotated[int, Field(ge=0, le=120)] = 0
    """Months between readings after release, which see arrests and time without one since; 0 for the first one only."""
    drift_per_year: Annotated[float, Field(ge=0, le=0.5)] = 0.0
    """What the tool's auc_share loses a year, from the first step of the run on, down to that of a coin."""

    @property
    def errs(self) -> bool:
        """Whether a first reading is anything else than that of a score of its accuracy for everybody."""
        plain = self.tool == "score" and not self.bias.groups
        return not (plain and self.assessed_share == 1.0 and not self.drift_per_year)

    @model_validator(mode="after")
    def _the_truth_has_no_error(self) -> Self:
        if self.tool == "score":
            return self
        errors = {
            "bias": bool(self.bias.groups),
            "assessed_share": self.assessed_share < 1,
            "reassess_months": bool(self.reassess_months),
            "drift_per_year": bool(self.drift_per_year),
        }
        for key, is_set in errors.items():
            if is_set:
                what = "an oracle sees the truth of everybody from the start: this would do nothing"
                raise refuse(what, 'Leave it out, or set tool to "score"', (key,), partner="tool")
        return self
