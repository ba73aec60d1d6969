"""Kinds of values in scenario files, and what each refuses."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from typing import Annotated, Literal, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from reentrysim.evidence import load_calibration, load_catalog
from reentrysim.evidence.calibration import is_whole
from reentrysim.scenario.messages import refuse, shown
from reentrysim.vocabulary import InputError, nearest

SUM_TOLERANCE = 1e-9
SHIPPED_CALIBRATION = "us_2008"
LONGEST = 1200
"""Months or steps: a hundred years, so that a slip of the finger can't ask for more memory than there is."""

RiskBand = Literal["low", "medium", "high"]
Sex = Literal["female", "male"]
TradeName = Literal["carpentry", "plumbing", "culinary", "office"]
_NOT_PLAIN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")  # Unicode categories: control, format, unassigned, line ends

Value = TypeVar("Value")


class Strict(BaseModel):
    """A frozen table that refuses unknown keys and never turns one kind of value into another."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, use_attribute_docstrings=True
    )


def _plain(text: str) -> str:
    if any(unicodedata.category(letter) in _NOT_PLAIN for letter in text):
        raise refuse("must be plain text on one line, without control characters", "Leave out line breaks and escapes")
    if not text.strip():
        raise refuse("must not be empty", "Say it in a few words")
    return text


def _no_month_zero(month: int) -> int:
    if month == 0:
        raise refuse("there is no month 0", "The month of release is 1 and the month before it is -1")
    return month


def _evidence_or_share(value: object) -> object:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if value == "evidence" or (is_number and 0 <= value <= 1):  # type: ignore[operator]
        return value
    raise refuse(f'must be "evidence" or a share between 0 and 1, not {shown(value)}', "Use 0.4 for 40 in 100")


def sum_to_one(shares: Mapping[str, float]) -> None:
    """Refuses shares that are not shares of one whole."""
    total = math.fsum(shares.values())
    if abs(total - 1) > SUM_TOLERANCE:
        raise refuse(f"shares must sum to 1, these sum to {total:.12g}", "Set every share; those left out count as 0")


def _funding_shares(shares: Mapping[str, float]) -> Mapping[str, float]:
    sum_to_one(shares)
    return _by_name(shares)


def _by_name(table: Mapping[str, Value]) -> Mapping[str, Value]:
    """In order of name: the order of lines in a file is no part of the question."""
    return dict(sorted(table.items()))


def _risk_bands(bands: tuple[RiskBand, ...]) -> tuple[RiskBand, ...]:
    return _each_once(bands, get_args(RiskBand))


def _sexes(sexes: tuple[Sex, ...]) -> tuple[Sex, ...]:
    return _each_once(sexes, get_args(Sex))


def _trades(trades: tuple[TradeName, ...]) -> tuple[TradeName, ...]:
    return _each_once(trades, get_args(TradeName))


def _names(names: tuple[str, ...]) -> tuple[str, ...]:
    return _each_once(names, tuple(sorted(set(names))))


def _each_once(values: tuple[Value, ...], order: tuple[Value, ...]) -> tuple[Value, ...]:
    if len(set(values)) < len(values):
        raise refuse("names something twice", "Name each once")
    return tuple(value for value in order if value in values)


def _known_estimates(entries: object) -> object:
    names = set(load_catalog())
    for name in entries if isinstance(entries, dict) else ():
        if any(other.startswith(f"{name}.") for other in names):
            raise refuse("a catalog name contains a dot", f'Write it in quotes: "{name}.…" = {{ … }}', (name,))
        if name not in names:
            close = nearest(name, names)
            hint = close if close.startswith("Did") else "The names are those of the evidence catalog"
            raise refuse(f"unknown estimate {shown(name)}", hint, (name,))
    return entries


def _sound_estimates(entries: Mapping[str, BaseModel]) -> Mapping[str, BaseModel]:
    """Refuses what the evidence refuses: bounds of the unit, one end of an interval, neither source nor assumption."""
    for name, entry in entries.items():
        try:
            load_catalog().with_overrides({name: entry.model_dump(exclude_none=True)})
        except InputError as error:
            raise refuse(error.what, error.hint, (name,)) from error
    return _by_name(entries)


def _known_calibration(name: str) -> str:
    """Refuses what no run could read: an unknown name, or a file that is no calibration of this model's numbers."""
    try:
        stored, shipped = load_calibration(name), load_calibration(SHIPPED_CALIBRATION)
    except InputError as error:
        hint = error.hint or f'Use "{SHIPPED_CALIBRATION}", or the path of a file that `reentrysim calibrate` wrote'
        raise refuse(error.what, hint) from error
    if not is_whole(stored, shipped["names"]):
        what = f"{shown(name)} is not a whole calibration of this version: it does not solve the numbers that runs read"
        raise refuse(what, "Fit it again: reentrysim calibrate TARGETS.csv")
    return name


PlainText = Annotated[str, Field(max_length=500), AfterValidator(_plain)]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1, le=1000)]
Months = Annotated[int, Field(ge=0, le=LONGEST)]
Step = Annotated[int, Field(ge=1, le=LONGEST)]
MonthSinceRelease = Annotated[int, Field(ge=-24, le=LONGEST), AfterValidator(_no_month_zero)]
EvidenceOrShare = Annotated[Literal["evidence"] | Share, BeforeValidator(_evidence_or_share)]
# Strictness would refuse a TOML list where a tuple stands; its items stay strict.
RiskBands = Annotated[tuple[RiskBand, ...], Field(min_length=1, strict=False), AfterValidator(_risk_bands)]
Sexes = Annotated[tuple[Sex, ...], Field(min_length=1, strict=False), AfterValidator(_sexes)]
Trades = Annotated[tuple[TradeName, ...], Field(strict=False), AfterValidator(_trades)]
Names = Annotated[tuple[str, ...], Field(strict=False), AfterValidator(_names)]
FundingShares = Annotated[Mapping[str, Share], AfterValidator(_funding_shares)]
ById = AfterValidator(_by_name)
KnownCalibration = AfterValidator(_known_calibration)
KnownEstimates = BeforeValidator(_known_estimates)
SoundEstimates = AfterValidator(_sound_estimates)
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
