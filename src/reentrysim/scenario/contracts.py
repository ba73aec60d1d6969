"""Pay-for-success: what a contract says, and whether a run of this length could ever judge it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from reentrysim.scenario.fields import Names, Share, Step, Strict
from reentrysim.scenario.known import Path
from reentrysim.scenario.merging import TERMS
from reentrysim.scenario.messages import refuse
from reentrysim.vocabulary import nearest

if TYPE_CHECKING:
    from reentrysim.scenario.funding import FundingSource
    from reentrysim.scenario.tables import Time

BY_CONTRACT = "pay_for_success"
HISTORICAL = "historical_rate"
AT_MOST, AT_MOST_RATIO, PRICE, HISTORICAL_SHARE = TERMS


class PaysIf(Strict):
    """What is counted of whom, against what, and what is paid for it; judged on the run's observed data alone."""

    outcome: Literal["rearrest", "reconviction", "return_to_prison", "return_new_sentence", "return_technical"]
    """First event that is counted, as agencies' records show it; who has died stays in the count."""
    month: Annotated[int, Field(ge=1, le=120)]
    """Month since each person's release up to which it is counted."""
    evaluator: Literal["historical_rate", "waiting_list", "matched_group"]
    """Against what: a rate fixed in the contract, who waited and was offered nothing, or who is in no program."""
    last_part_share: Annotated[float, Field(gt=0, le=1)]
    """Share of the total that hangs on the judgment, and the most that a price schedule pays."""
    cohort: Literal["served", "offered", "eligible"] = "served"
    """Who is counted: who has had a place in the programs, was offered one, or ever stood in line for one."""
    programs: Names = ()
    """Programs that the contract is about; an empty list is all that the source may pay."""
    first_release_step: Step | None = None
    """First step of the releases that count; without it the analysis cohort's first."""
    last_release_step: Step | None = None
    """Last step of the releases that count; without it the analysis cohort's last."""
    at_most: Share | None = None
    """The last part is paid if at most this share of the cohort has the outcome (historical_rate)."""
    at_most_ratio: Annotated[float, Field(ge=0, le=2)] | None = None
    """The last part is paid if the cohort's share is at most this multiple of the comparison group's."""
    price_per_return_averted_dollars: Annotated[float, Field(gt=0, le=1e9)] | None = None
    """Instead of a threshold: dollars for each person of the real system fewer with the outcome than expected."""
    historical_share: Share | None = None
    """The rate that a price schedule counts from where the evaluator is historical_rate."""
    report_lag_months: Annotated[int, Field(ge=0, le=60)] = 3
    """Months from the last counted month until records are complete and the contract is judged (assumption)."""
    least_people: Annotated[int, Field(ge=1, le=10_000_000)] = 1
    """Fewer people of the real system than this, in either group, are not judged, and the last part is not paid."""

    @model_validator(mode="after")
    def _pays_by_one_rule(self) -> Self:
        rules = [AT_MOST, PRICE] if self.evaluator == HISTORICAL else [AT_MOST_RATIO, PRICE]
        given = [key for key in TERMS[:-1] if getattr(self, key) is not None]
        for key in given:
            if key not in rules:
                what = f"{key} is no term of the evaluator {self.evaluator}"
                raise refuse(what, f"Use {' or '.join(rules)}", (key,), partner="evaluator")
        if len(given) != 1:
            what = f"{' and '.join(given)} stand together" if given else f"neither {' nor '.join(rules)} is set"
            hint = f"A contract pays by exactly one of {' and '.join(rules)}"
            raise refuse(what, hint, tuple(given[-1:]), partner=given[0] if given else "")
        needs_rate = given == [PRICE] and self.evaluator == HISTORICAL
        if needs_rate and self.historical_share is None:
            hint = f"Set {HISTORICAL_SHARE}, such as 0.45"
            raise refuse("a price schedule needs the rate that it counts from", hint, partner=PRICE)
        if self.historical_share is not None and not needs_rate:
            what = f"{HISTORICAL_SHARE} is read by a price schedule with the evaluator {HISTORICAL} alone"
            raise refuse(what, "Leave it out", (HISTORICAL_SHARE,), partner="evaluator")
        return self

    @model_validator(mode="after")
    def _has_people_to_compare(self) -> Self:
        first, last = self.first_release_step, self.last_release_step
        if first is not None and last is not None and last < first:
            what = f"must not lie before first_release_step: {last} is less than {first}"
            raise refuse(what, "Swap them, or correct one", ("last_release_step",), partner="first_release_step")
        if self.cohort == "eligible" and self.evaluator == "waiting_list":
            what = "who waits is eligible, and can't be compared with themselves"
            raise refuse(what, 'Set cohort to "served" or "offered"', ("cohort",), partner="evaluator")
        return self


class Payer(Strict):
    """What sort of source this is, and its contract if it pays by one."""

    kind: Literal["government", "philanthropy", "business", "pay_for_success"]
    """What sort of payer this is; of these only pay_for_success follows a rule, that of its contract."""
    advanced_by: Literal["investors", "government", "provider"] | None = None
    """Who pays before success is judged: with provider the last part reaches services only after it, if earned."""
    pays_if: PaysIf | None = None
    """The contract of a source that pays for success."""

    @model_validator(mode="after")
    def _a_contract_belongs_to_pay_for_success(self) -> Self:
        for key in ("advanced_by", "pays_if"):
            given = getattr(self, key) is not None
            if given and self.kind != BY_CONTRACT:
                hint = f'Set kind = "{BY_CONTRACT}", or leave it out'
                raise refuse(f"a source of kind {self.kind} has no contract", hint, (key,), partner="kind")
            if not given and self.kind == BY_CONTRACT:
                hint = f"A source of kind {BY_CONTRACT} needs advanced_by and pays_if"
                raise refuse("this key is missing", hint, (key,), partner="kind")
        return self


def programs_of(source: FundingSource, used: Sequence[str]) -> Sequence[str]:
    """The programs that a source's contract is about: those it names, else all that it may pay, of those `used`."""
    named = source.pays_if.programs if source.pays_if is not None else ()
    return named or source.earmark or used


def releases(terms: PaysIf, time: Time) -> tuple[int, int]:
    """First and last step of the releases that a contract counts."""
    first, last = analyzed(time)
    return terms.first_release_step or first, terms.last_release_step or last


def analyzed(time: Time) -> tuple[int, int]:
    """First and last step of the releases of the analysis cohort."""
    before = time.lead_months if time.intake == "cohort" else time.warmup_months
    return before + 1, before + time.window_months


def judged_step(terms: PaysIf, time: Time) -> int:
    """Step at whose start a contract is judged: the last counted month is over, and the reports are in."""
    return releases(terms, time)[1] + terms.month + terms.report_lag_months


def check_contracts(sources: Mapping[str, Any], time: Time, used: Sequence[str], known: Sequence[str]) -> None:
    """Refuses a contract that no run of this length can judge, or about programs that are not there."""
    for name, source in sources.items():
        if source.pays_if is not None:
            path = ("funding", "sources", name, "pays_if")
            _check_programs(source.pays_if, used, known, path)
            _check_releases(source.pays_if, time, path)
            _check_time(source.pays_if, time, path)


def _check_programs(terms: PaysIf, used: Sequence[str], known: Sequence[str], path: Path) -> None:
    for program in terms.programs:
        if program not in known:
            raise refuse(f"unknown program {program!r}", nearest(program, known), (*path, "programs"))
        if program not in used:
            hint = f"Add a table [programs.{program}], or leave {program} out here"
            raise refuse(f"{program} is not among the programs", hint, (*path, "programs"))


def _check_releases(terms: PaysIf, time: Time, path: Path) -> None:
    (first, last), (from_, to) = analyzed(time), releases(terms, time)
    for key, step in (("first_release_step", from_), ("last_release_step", to)):
        if not first <= step <= last:
            what = f"{step} is outside steps {first} to {last}, in which those who are followed are released"
            hint = "Set it within them, or time.warmup_months and time.window_months"
            raise refuse(what, hint, (*path, key), partner=("time", "window_months"))
    if to < from_:  # one of them is given, the other the cohort's own
        raise refuse(f"nobody is released from step {from_} to {to}", "Correct one", (*path, "last_release_step"))


def _check_time(terms: PaysIf, time: Time, path: Path) -> None:
    follow_up, partner = time.follow_up_months, ("time", "follow_up_months")
    if terms.month > follow_up:
        hint = f"Set it to {follow_up} at most, or time.follow_up_months to {terms.month} at least"
        what = f"month {terms.month} is never seen: people are followed for {follow_up} months"
        raise refuse(what, hint, (*path, "month"), partner)
    due, end = judged_step(terms, time), analyzed(time)[1] + follow_up - 1
    if due > end:
        what = f"the judgment would come in step {due}, and the run ends with step {end}"
        hint = (
            f"Lengthen time.follow_up_months (--months) by {due - end}, or lower month, report_lag_months or "
            "last_release_step"
        )
        raise refuse(what, hint, (*path, "month"), partner)
