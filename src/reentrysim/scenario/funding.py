"""The table of money: who pays, how much, when and on what terms, and how programs share it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from reentrysim.scenario.contracts import Payer
from reentrysim.scenario.fields import ById, EvidenceOrShare, FundingShares, Id, Names, Step, Strict
from reentrysim.scenario.messages import refuse
from reentrysim.scenario.own_rules import OwnRule
from reentrysim.vocabulary import nearest

Rule = Literal["fixed_shares", "waiting_list", "need", "risk_high_first", "risk_low_first", "next_dollar"]


class FundingSource(Payer):
    """Who pays, how much, and when."""

    total_dollars: Annotated[float, Field(ge=0, le=1e12)]
    """Everything this source pays over its steps, for the whole real system, in dollars of price_year."""
    first_step: Step
    """First step of the run in which it pays; of a match, whose spending it shares in."""
    last_step: Step
    """Last step of the run in which it pays, a cliff if before the end of the run; of a match, which it shares in."""
    spend: Literal["even", "front_loaded", "late"] | None = None
    """How the total is spread over its steps; a match has none, and pays as the other does."""
    match_of: Id | None = None
    """The source whose spending it matches, paying a month after it and never more than total_dollars."""
    match_ratio: Annotated[float, Field(gt=0, le=100)] | None = None
    """Dollars that a match pays for each dollar that the other source has spent."""
    indexed: bool = False
    """Whether its dollars rise with prices; without it they buy less each month where inflation_share is above 0."""
    unspent: Literal["carry_over", "lapse"]
    """What happens at every twelfth step to money that bought nothing."""
    earmark: Names = ()
    """Programs that alone may have this money; an empty list leaves it to the funding rule."""
    overhead_share: Annotated[float, Field(ge=0, lt=1)]
    """Share of every dollar that goes to administration before any program sees it."""

    @field_validator("last_step")
    @classmethod
    def _ends_after_it_starts(cls, last: int, info: ValidationInfo) -> int:
        first = info.data.get("first_step", last)
        if last < first:
            what = f"must not lie before first_step: {last} is less than {first}"
            raise refuse(what, "Swap them, or correct one", partner="first_step")
        return last

    @model_validator(mode="after")
    def _pays_by_the_month_or_by_another_source(self) -> Self:
        if self.match_of is None:
            if self.match_ratio is not None:
                raise refuse("there is nothing to match", "Name the other source in match_of", ("match_ratio",))
            if self.spend is None:
                raise refuse("this key is missing", 'Set it to "even", or name a source in match_of', ("spend",))
            return self
        if self.match_ratio is None:
            raise refuse("this key is missing", "Say how much it pays for each dollar of the other", ("match_ratio",))
        if self.spend is not None:
            raise refuse(
                "does nothing: a match pays as the other source spends", "Leave it out", ("spend",), "match_of"
            )
        if self.pays_if is not None:
            raise refuse("a source that pays by a contract matches nothing", "Leave one out", ("match_of",), "pays_if")
        if self.indexed:
            what = "does nothing: a match follows what the other source spends"
            raise refuse(what, "Leave it out", ("indexed",), "match_of")
        return self


class Funding(Strict):
    """Where the money comes from and how programs share it."""

    rule: Annotated[Rule, OwnRule()]
    """How money is divided: fixed shares, cost of who waits or needs it, risk, effect, or code:FILE.py:FUNCTION."""
    shares: FundingShares
    """Each program's share of the money; they sum to 1. By other rules they hold for what is left; 0 is none."""
    inflation_share: EvidenceOrShare = 0.0
    """Rise of prices a year, which takes value from sources that are not indexed; "evidence" for the published mean."""
    sources: Annotated[Mapping[Id, FundingSource], Field(min_length=1), ById]
    """The payers by name."""

    @model_validator(mode="after")
    def _prices_rise_where_something_is_indexed(self) -> Self:
        for name, source in self.sources.items():
            if source.indexed and self.inflation_share == 0:
                hint = 'Set funding.inflation_share, such as "evidence", or leave indexed out'
                raise refuse("does nothing while prices stay as they are", hint, ("sources", name, "indexed"))
        return self

    @model_validator(mode="after")
    def _a_match_has_something_to_match(self) -> Self:
        for name, source in self.sources.items():
            if source.match_of is not None:
                self._check_match(name, source.match_of)
        return self

    def _check_match(self, name: str, other: str) -> None:
        path = ("sources", name, "match_of")
        if other not in self.sources:
            others = [known for known in self.sources if known != name]
            raise refuse(f"unknown source {other!r}", nearest(other, others), path)
        chain = [name]
        while (following := self.sources[chain[-1]].match_of) is not None:
            if following in chain:
                what = f"sources match one another in a circle ({' -> '.join([*chain, following])})"
                raise refuse("a source can't match itself" if other == name else what, "Let one pay by itself", path)
            if following not in self.sources:
                return  # which is told where it stands
            chain.append(following)
        mine, theirs = self.sources[name], self.sources[other]
        if mine.last_step < theirs.first_step or theirs.last_step < mine.first_step:
            what = f"steps {mine.first_step} to {mine.last_step} and those of {other} have none in common"
            hint = f"Let it match steps {theirs.first_step} to {theirs.last_step}, or a part of them"
            raise refuse(what, hint, path, ("funding", "sources", name, "first_step"))
