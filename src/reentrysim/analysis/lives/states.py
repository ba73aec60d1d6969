"""The lanes of a timeline and the words for their states, by the codes that an observer writes down."""

from __future__ import annotations

from reentrysim.vocabulary import Home, Offense, Route

CUSTODY, HOME, WORK, USE = "custody", "home", "work", "use"
LANES = (CUSTODY, HOME, WORK, USE)
"""Lanes that everybody has; programs follow, a lane each."""
NOTHING = ""

INSIDE, LIBERTY, JAIL_DAYS, JAIL, BACK, DEAD = 1, 2, 3, 4, 5, 6
CUSTODY_WORDS = (
    NOTHING,
    "in prison",
    "at liberty",
    "in jail for part of the month",
    "in jail all month",
    "back in prison",
    "dead",
)
_HOMES = {
    Home.NONE: NOTHING,
    Home.STREET: "no home",
    Home.SHELTER: "shelter",
    Home.OTHERS: "with family or friends",
    Home.OWN: "own home",
    Home.INSTITUTION: "halfway house",
    Home.TRANSITIONAL: "transitional housing",
    Home.SOBER_LIVING: "sober living",
    Home.SUPPORTIVE: "supportive housing",
}
HOME_WORDS = tuple(_HOMES[home] for home in Home)
NO_JOB, JOB, PROGRAM_JOB = 1, 2, 3
WORK_WORDS = (NOTHING, "no job", "job", "program job")
NO_USE, USING, TREATED = 1, 2, 3
USE_WORDS = (NOTHING, "no active use", "active use", "in treatment")
HELD = "has a place"
HAS_MENTOR = "has a mentor"
HELD_FOR_PART = "had a place for part of the month"
HAD_MENTOR_FOR_PART = "had a mentor for part of the month"
WORDS = {CUSTODY: CUSTODY_WORDS, HOME: HOME_WORDS, WORK: WORK_WORDS, USE: USE_WORDS}

RELEASE, ARREST, CONVICTION, RETURN, DEATH, BEGINS, ENDS = (
    "release",
    "arrest",
    "conviction",
    "return",
    "death",
    "begins",
    "ends",
)
EVENTS = (RELEASE, ARREST, CONVICTION, RETURN, DEATH, BEGINS, ENDS)
"""What can happen; `begins` and `ends` are of a match with a mentor or a place in a program."""
OFFENSES = {
    Offense.VIOLENT: "violence",
    Offense.PROPERTY: "property",
    Offense.DRUG: "drugs",
    Offense.PUBLIC_ORDER: "public order",
}
ROUTES = {
    Route.NEW_SENTENCE: "new sentence",
    Route.REVOKED_AFTER_ARREST: "revoked after an arrest",
    Route.RULE_VIOLATION: "rule violation",
}
