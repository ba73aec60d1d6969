"""A scenario: one complete question, frozen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PrivateAttr, ValidationError, model_validator

from reentrysim.evidence.calibration import calibration_id
from reentrysim.scenario.adding import ensure
from reentrysim.scenario.assessment import ORACLE
from reentrysim.scenario.circumstances import Circumstances
from reentrysim.scenario.contracts import check_contracts
from reentrysim.scenario.fields import KnownEstimates, PlainText, SoundEstimates, Strict
from reentrysim.scenario.funding import Funding
from reentrysim.scenario.hours import refuse_hours_that_nobody_has
from reentrysim.scenario.known import Path, known_paths
from reentrysim.scenario.merging import Table, merge
from reentrysim.scenario.messages import Layer, explain, refuse
from reentrysim.scenario.offered import added
from reentrysim.scenario.own_rules import digests, ensure_rules, is_own, named
from reentrysim.scenario.programs import Programs
from reentrysim.scenario.tables import OwnEstimate, Policies, Population, Time
from reentrysim.scenario.variation import overlay
from reentrysim.vocabulary import nearest

_LABELS = ("name", "title", "question")
"""What a scenario is called, which is no part of what it asks."""


class Scenario(Strict):
    """One complete question: people, time, money, programs, policies, circumstances and its own numbers."""

    schema_version: Annotated[Literal[1], Field(alias="schema")]
    """Version of this file format."""
    title: PlainText
    """What an analyst would call the scenario, in plain text."""
    question: PlainText
    """What the scenario asks, in one sentence of plain text."""
    population: Population
    """Who is released."""
    time: Time
    """When people come, how long they are followed, and in which year's dollars."""
    funding: Funding
    """Where the money comes from and how programs share it."""
    programs: Programs
    """What is offered to participants."""
    policies: Policies
    """Rules about what is scarce."""
    circumstances: Circumstances
    """What the world does, and no program chooses."""
    estimates: Annotated[Mapping[str, OwnEstimate], KnownEstimates, SoundEstimates] = Field(default_factory=dict)
    """Numbers of the scenario's own by catalog name."""

    _name: str = PrivateAttr()

    @classmethod
    def build(cls, tables: Mapping[str, Any], name: str, layers: Sequence[Layer]) -> Self:
        """The scenario that merged tables describe; InputError blames the layer that sets the wrong key."""
        try:
            return cls.model_validate(tables, context=name)
        except ValidationError as error:
            raise explain(error, _known(Programs.names()), layers) from None

    def model_post_init(self, context: Any, /) -> None:
        """Takes the name, which is the file's and not a key in it."""
        self._name = str(context)

    @model_validator(mode="after")
    def _every_program_has_money(self) -> Self:
        known, used = set(Programs.names()), set(self.programs.used)
        earmarks = {id_: source.earmark for id_, source in self.funding.sources.items()}
        claims: list[tuple[str, Path]] = [(program, ("funding", "shares", program)) for program in self.funding.shares]
        claims += [
            (program, ("funding", "sources", id_, "earmark")) for id_, own in earmarks.items() for program in own
        ]
        for program, path in claims:
            if program not in known:
                raise refuse(f"unknown program {program!r}", nearest(program, known), path)
            if program not in used:
                hint = f"Add a table [programs.{program}], or leave {program} out here"
                raise refuse(f"{program} has money but is not among the programs", hint, path)
        for program in sorted(used - {program for program, _ in claims}):
            hint = f"Give {program} a share there, 0.0 for none"
            what, table = f"{program} is among the programs and has no share", ("programs", program)
            raise refuse(what, hint, ("funding", "shares"), table)  # the file that adds it is to blame
        return self

    @model_validator(mode="after")
    def _every_contract_can_be_judged(self) -> Self:
        check_contracts(self.funding.sources, self.time, self.programs.used, Programs.names())
        return self

    @model_validator(mode="after")
    def _a_circle_is_around_one_person_and_a_group_around_several(self) -> Self:
        policy, form = self.policies.caseload.mentoring, self.programs.mentoring.format
        path, partner = ("policies", "caseload", "mentoring"), ("programs", "mentoring", "format")
        if form == "circle" and policy.per_worker != 1:
            what = f"a circle is around one person, not {policy.per_worker}"
            raise refuse(what, "Set it to 1, or programs.mentoring.format", (*path, "per_worker"), partner)
        if form == "circle" and policy.when_full == "thin_out":
            what = "a circle is around one person, and can't thin out to two"
            raise refuse(what, "Set it to wait or refer_on", (*path, "when_full"), partner)
        if form == "group" and policy.per_worker == 1:
            hint = "Set it to what a group has, such as 8, or programs.mentoring.format"
            raise refuse("one person is no group", hint, (*path, "per_worker"), partner)
        return self

    @model_validator(mode="after")
    def _workers_have_the_hours(self) -> Self:
        refuse_hours_that_nobody_has(self)
        return self

    @model_validator(mode="after")
    def _matches_last_until_somebody_looks(self) -> Self:
        monitoring, length = self.policies.matching.mentoring.monitoring, self.programs.mentoring.length_months
        if monitoring and monitoring.after_months >= length:
            what = f"nobody looks at a match after {monitoring.after_months} months: it lasts {length}"
            hint = f"Set it to {length - 1} at most" if length > 1 else "Leave monitoring out"
            path = ("policies", "matching", "mentoring", "monitoring", "after_months")
            raise refuse(what, hint, path, partner=("programs", "mentoring", "length_months"))
        return self

    @model_validator(mode="after")
    def _who_did_well_has_a_post_to_fill(self) -> Self:
        staff, path = self.programs.mentoring.staff, ("programs", "mentoring", "staff")
        if staff.ambassadors and not staff.alumni:
            what = "ambassadors are former participants who mentor, and there are none without alumni"
            raise refuse(what, "Set staff.alumni = true too", (*path, "ambassadors"), (*path, "alumni"))
        if staff.alumni and not staff.origin.lived_experience:
            what = "former participants fill posts of mentors with lived experience, and there are none"
            raise refuse(what, "Give staff.origin.lived_experience a share", (*path, "alumni"), (*path, "origin"))
        return self

    @model_validator(mode="after")
    def _nobody_is_offered_a_place_before_the_lead_time(self) -> Self:
        lead = self.time.lead_months
        for program in self.programs.used:
            first = self.programs.of(program).eligible.from_month
            if first < -lead:
                what = f"{first} is before anybody is there: time.lead_months is {lead}"
                hint = f"Set it to {-lead or 1}, or time.lead_months to {-first}"
                path = ("programs", program, "eligible", "from_month")
                raise refuse(what, hint, path, partner=("time", "lead_months"))
        return self

    @model_validator(mode="after")
    def _an_oracle_is_called_one(self) -> Self:
        if self.policies.assessment.tool == "oracle" and ORACLE not in self.name.split("-"):
            what = "no agency sees the truth, so whatever tells of such a scenario must say so"
            hint = f"Put the word {ORACLE} into the scenario's name: {self.name}-{ORACLE}"
            raise refuse(what, hint, ("policies", "assessment", "tool"))
        return self

    def __reduce__(self) -> Any:
        """For another process, which has the programs that were added only if it adds them too."""
        those = {one.path: one.digest for name, one in added().items() if name in self.programs.used}
        rules = digests(iter(self.own_rules))
        return (_again, (those, rules, self._tables(), self.name)) if those or rules else super().__reduce__()

    @property
    def own_rules(self) -> tuple[str, ...]:
        """The rules of a user's own that it names, as it names them."""
        lines = (getattr(one, "rule", "") for one in dict(self.policies.matching).values())
        return tuple(sorted({rule for rule in (self.funding.rule, *lines) if is_own(rule)}))

    @property
    def name(self) -> str:
        """The kebab-case name of the scenario's file."""
        return self._name

    @property
    def digest(self) -> str:
        """SHA-256 of the question itself: two scenarios that differ only in what they are called share it."""
        question = {key: value for key, value in self.resolved().items() if key not in _LABELS}
        population = self.population
        where = {"calibration": calibration_id(population.calibration), **population.contents}
        question["population"] = question["population"] | where
        question |= {"code": programs} if (programs := self._programs_from_outside()) else {}
        text = json.dumps(question, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        for rule in self.own_rules:  # by what its own file holds, and not by where it lies
            (held,) = digests(iter([rule])).values()
            text = text.replace(json.dumps(rule), json.dumps(f"{named(rule).words} {held}"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def code(self) -> tuple[tuple[str, str], ...]:
        """Name and SHA-256 (hex) of each program and file of rules from outside that it runs; names may recur."""
        files = digests(iter(self.own_rules))
        return (*self._programs_from_outside().items(), *((path.name, held) for path, held in files.items()))

    def _programs_from_outside(self) -> dict[str, str]:
        return {name: one.digest for name, one in added().items() if name in self.programs.used}

    def resolved(self) -> Table:
        """Everything the scenario says, inherited or not, as plain tables under the keys of a file, and its name."""
        return {"name": self.name, **self._tables()}

    def vary(self, changes: Mapping[str, Any], name: str | None = None) -> Self:
        """The same question with values changed by dotted path, checked again; see `overlay` for the paths."""
        tables = self._tables()
        over = overlay(tables, changes)
        layers = (Layer(self.name, tables), Layer(f"changes to {self.name}", over))
        return self.build(merge(tables, over), name or self.name, layers)

    def _tables(self) -> Table:
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


def _again(those: Mapping[FilePath, str], rules: Mapping[FilePath, str], tables: Table, name: str) -> Scenario:
    ensure(those)
    ensure_rules(rules)
    return Scenario.build(tables, name, [Layer(name, tables)])


@cache
def _known(_programs: tuple[str, ...]) -> frozenset[Path]:
    """Of scenarios that can have these programs."""
    return known_paths(json_schema())


def json_schema() -> Table:
    """JSON Schema (2020-12) of a scenario file. A file with based_on names only what differs, nothing is required."""
    schema = Scenario.model_json_schema()
    about = "Shipped name or path (relative to this file) of the scenario that says everything this file doesn't."
    schema["properties"]["based_on"] = {"type": "string", "title": "Based On", "description": about}
    for table in (schema, *schema["$defs"].values()):
        table.pop("required", None)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
