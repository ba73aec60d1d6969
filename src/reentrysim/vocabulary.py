"""The words every module shares: enums, outcome names, time units and the one kind of input error."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable
from enum import IntEnum

MONTHS_PER_YEAR = 12
DAYS_PER_MONTH = 365.25 / MONTHS_PER_YEAR
DAYS_PER_WEEK = 7
MINUTES_PER_HOUR = 60
CENTS_PER_DOLLAR = 100
PER_CENT = 100
NEVER = -1
"""In every integer column of steps or months: it has not happened."""


class Status(IntEnum):
    """Where a participant is during a step."""

    AWAY = 0
    """Not yet in the model (further from release than the lead time)."""
    AWAITING_RELEASE = 1
    """In prison before the release that the analysis counts from."""
    COMMUNITY = 2
    RETURNED = 3
    """Back in prison."""
    DEAD = 4


class Offense(IntEnum):
    """Most serious offense of the sentence, or of a new arrest (its seriousness)."""

    VIOLENT = 0
    PROPERTY = 1
    DRUG = 2
    PUBLIC_ORDER = 3


class Race(IntEnum):
    """Race and ethnicity as the Bureau of Justice Statistics reports it; never enters risk."""

    WHITE = 0
    BLACK = 1
    HISPANIC = 2
    OTHER = 3


class Risk(IntEnum):
    """Assessed risk band: what an agency sees, a noisy reading of the truth."""

    LOW = 0
    MEDIUM = 1
    HIGH = 2


class Route(IntEnum):
    """The three routes back to prison."""

    NEW_SENTENCE = 0
    REVOKED_AFTER_ARREST = 1
    RULE_VIOLATION = 2


class Origin(IntEnum):
    """Where a mentor comes from."""

    VOLUNTEER = 0
    LIVED_EXPERIENCE = 1
    PROFESSIONAL = 2


class Way(IntEnum):
    """How a mentor and a participant are in contact."""

    VISIT = 0
    LETTER = 1
    PHONE = 2
    VIDEO = 3


class Trade(IntEnum):
    """What somebody has learned, and what an employer does."""

    CARPENTRY = 0
    PLUMBING = 1
    CULINARY = 2
    OFFICE = 3


class Home(IntEnum):
    """Where somebody lives at the end of a month."""

    NONE = 0
    """In prison, dead, or not yet in the model."""
    STREET = 1
    SHELTER = 2
    OTHERS = 3
    """With family or friends."""
    OWN = 4
    """Rented, or that of a spouse."""
    INSTITUTION = 5
    """Halfway house or work release, where supervision sends people."""
    TRANSITIONAL = 6
    """A bed of the program transitional_housing; likewise the next two."""
    SOBER_LIVING = 7
    SUPPORTIVE = 8
    """A home for good, as far as the program goes."""


class HousingKind(IntEnum):
    """What sort of place a housing provider has."""

    LANDLORD = 0
    SHELTER = 1
    TRANSITIONAL = 2
    SOBER_LIVING = 3
    SUPPORTIVE = 4


AGE_BANDS = {"18-24": (18, 25), "25-29": (25, 30), "30-34": (30, 35), "35-39": (35, 40), "40+": (40, math.inf)}
"""Years at release: from, and less than."""

OUTCOMES = (
    "rearrest",
    "reconviction",
    "return_to_prison",
    "return_new_sentence",
    "return_technical",
    "employed",
    "employed_if_free",
    "program_job",
    "stably_housed",
    "stably_housed_if_free",
    "homeless",
    "homeless_if_free",
    "active_use",
    "active_use_if_free",
    "in_custody",
    "deaths",
    "rearrest_since_sentence",
    "days_in_custody",
    "days_in_custody_since_sentence",
    "months_in_community",
    "arrests",
    "arrests_violent",
    "arrests_property",
    "arrests_drug",
    "arrests_public_order",
    "offending_violent",
    "offending_property",
    "offending_drug",
    "offending_public_order",
    "convictions",
    "prison_admissions",
    "months_in_prison",
    "months_supervised",
    "earnings",
    "satisfaction",
    "cost_programs",
    "cost_in_kind",
    "cost_justice",
    "cost_victims",
    "net_benefit",
)
"""Outcome columns this version produces (shares of the analysis cohort unless the glossary says otherwise)."""

_MORE_IS_BETTER = (
    *("employed", "employed_if_free", "program_job", "stably_housed", "stably_housed_if_free"),
    *("months_in_community", "earnings", "satisfaction", "net_benefit"),
)
LESS_IS_BETTER = {outcome: outcome not in _MORE_IS_BETTER for outcome in OUTCOMES}
"""Which side of a difference counts as better, outcome by outcome."""


class InputError(Exception):
    """The input is wrong. The command line prints it as one message and exits with code 2.

    `what` went wrong, `where` (file and key path), and what to do about it (`hint`).
    """

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        self.what, self.where, self.hint = what, where, hint
        place = f"{where}: " if where else ""
        advice = f". {hint}" if hint else ""
        super().__init__(f"{place}{what}{advice}")


def nearest(word: str, known: Iterable[str]) -> str:
    """A sentence naming the nearest right spelling of `word`, or the words there are."""
    names = sorted(known)
    spelled = {name.lower(): name for name in reversed(names)}
    close = difflib.get_close_matches(word.lower(), spelled, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {spelled[close[0]]!r}?"
    return f"Known: {', '.join(names)}" if names else ""
