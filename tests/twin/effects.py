"""What each program does to one person, channel by channel; together they do less than all of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from reentrysim.vocabulary import Risk, Trade

if TYPE_CHECKING:
    from twin.people import Person
    from twin.programs import Standing

Effect = Callable[["Person", "Standing"], float]
MULTIPLIED = ("search", "home_loss", "homeless_at_release", "treatment", "relapse", "quit", "death")


def _value(standing: Standing, key: str) -> float:
    return standing.program.model.values[f"{standing.program.name}.{key}"]


def gain(key: str) -> Effect:
    """The estimate times the dose."""
    return lambda _, standing: _value(standing, key) * standing.dose


def log_gain(key: str) -> Effect:
    """The logarithm of a ratio times the dose."""
    return lambda _, standing: np.log(_value(standing, key)) * standing.dose


def ratio(key: str) -> Effect:
    """A ratio to the power of the dose."""
    return lambda _, standing: np.exp(np.log(_value(standing, key)) * standing.dose)


def _busy_or_helped(person: Person, standing: Standing) -> float:
    """A program job takes time, a job developer gives contacts."""
    busy = _value(standing, "lock_in_ratio") if standing.place is not None else 1.0
    return busy * (_value(standing, "placement_ratio") if standing.helped(person.model.steps) else 1.0)


def _kept_job(person: Person, standing: Standing) -> float:
    return np.log(_value(standing, "retention_loss_ratio")) * standing.helped(person.model.steps)


def _topic(topic: str, standing: Standing) -> float:
    return standing.dose * (topic in standing.program.settings.topics)


def _relapse_after_the_community(person: Person, standing: Standing) -> float:
    share = 1.0 if person.treated else _value(standing, "share_without_aftercare")
    return np.exp(np.log(_value(standing, "relapse_ratio")) * (standing.dose * share))


def _of_parents(person: Person, standing: Standing) -> float:
    more = _value(standing, "children_ties_gain") * person.traits.minor_children
    return (_value(standing, "ties_gain") + more) * standing.dose


def _of_needs(person: Person, standing: Standing) -> float:
    needs = float(person.traits.trauma) + person.traits.mental_illness
    return _value(standing, "belonging_gain") * needs * standing.dose


PARTS: dict[str, dict[str, Effect]] = {
    "search": {
        "case_management": lambda _, one: np.exp(_value(one, "search_gain") * one.own["plan"]),
        "job_placement": ratio("placement_ratio"),
        "transitional_jobs": _busy_or_helped,
    },
    "standing": {
        "education": gain("standing_gain"),
        "job_placement": gain("readiness_gain"),
        "vocational_training": gain("standing_gain"),
    },
    "job_loss": {
        "job_placement": log_gain("retention_loss_ratio"),
        "transitional_jobs": _kept_job,
        "workshops": lambda _, one: np.log(_value(one, "job_loss_ratio")) * _topic("anger_management", one),
    },
    "taken_in": {
        "case_management": lambda _, one: _value(one, "home_log_odds") * one.own["plan"],
        "family_contact": gain("home_log_odds"),
    },
    "rent": {"rent_help": lambda _, one: float(one.place is not None)},
    "home_loss": {
        "rent_help": ratio("home_loss_ratio"),
        "workshops": lambda _, one: np.exp(np.log(_value(one, "home_loss_ratio")) * _topic("financial_literacy", one)),
    },
    "homeless_at_release": {
        "case_management": lambda _, one: 1.0 - (1.0 - _value(one, "homeless_at_release_ratio")) * one.own["plan"],
    },
    "treatment": {
        "case_management": lambda _, one: np.exp(np.log(_value(one, "treatment_entry_ratio")) * one.own["plan"]),
        **dict.fromkeys(
            (
                *("digital_support", "medication_treatment", "mental_health_care", "peer_support"),
                *("supportive_housing", "therapeutic_community"),
            ),
            ratio("treatment_entry_ratio"),
        ),
    },
    "relapse": {
        "medication_treatment": ratio("relapse_ratio"),
        "mental_health_care": ratio("relapse_ratio"),
        "sober_living": ratio("relapse_ratio"),
        "therapeutic_community": _relapse_after_the_community,
        "womens_services": lambda person, one: np.exp(
            np.log(_value(one, "relapse_ratio")) * (one.dose * person.traits.trauma)
        ),
    },
    "quit": {},
    "belonging": {
        "digital_support": gain("belonging_gain"),
        "mental_health_care": gain("belonging_gain"),
        "peer_support": gain("belonging_gain"),
        "sober_living": gain("belonging_gain"),
        "womens_services": _of_needs,
        "workshops": lambda _, one: _value(one, "belonging_gain") * _topic("life_skills", one),
    },
    "ties": {
        "family_contact": _of_parents,
        "womens_services": lambda person, one: (
            _value(one, "children_ties_gain") * person.traits.minor_children * one.dose
        ),
    },
    "death": dict.fromkeys(("medication_treatment", "outpatient_treatment"), ratio("death_ratio")),
}
_MEDIATED_ONLY = ("rent_help", "workshops")


def added(person: Person, channel: str) -> float:
    """What all programs of a person do in a channel; 1 or 0 where none does anything."""
    if channel in person.model.silent:
        return float(channel in MULTIPLIED)
    parts = _mentors_part(person, channel)
    for name, standing in person.standings.items():
        if name in PARTS[channel]:
            parts.append(PARTS[channel][name](person, standing))
    if len(parts) < 2:
        return parts[0] if parts else float(channel in MULTIPLIED)
    share = person.model.values["effects.overlap_share"]
    if channel not in MULTIPLIED:
        return together(parts, share)
    return np.exp(together([np.log(max(part, 1e-300)) for part in parts], share))


def _mentors_part(person: Person, channel: str) -> list[float]:
    values, plan = person.model.values, person.plan
    if channel == "search":
        return [np.exp(values["mentoring.plan_search_gain"] * plan)]
    if channel == "homeless_at_release":
        return [1.0 - (1.0 - values["mentoring.plan_homeless_at_release_ratio"]) * plan]
    if channel == "treatment":
        return [np.exp(np.log(values["mentoring.plan_treatment_entry_ratio"]) * plan)]
    if channel == "belonging":
        return [values["health.trust_gain"] * person.trust - values["mentoring.early_end_loss"] * person.let_down]
    return []


def on_arrest(person: Person) -> float:
    """What mentoring and programs add to the log hazard of arrest beyond all of that."""
    values = person.model.values
    if "arrest" in person.model.silent:
        return 0.0
    early = np.log(values["mentoring.early_end_hazard_ratio"]) * person.let_down
    parts = [values["mentoring.log_hazard_at_full_trust"] * person.trust + early]
    for name, standing in person.standings.items():
        own = 0.0
        if name == "transitional_housing":
            harm = np.log(values[f"{name}.low_risk_hazard_ratio"]) * standing.dose
            own = harm * (person.plain_risk == Risk.LOW)
        if name not in _MEDIATED_ONLY:
            own = own + values[f"{name}.log_hazard_at_full_dose"] * standing.dose
        parts.append(own)
    return together(parts, values["effects.overlap_share"]) if len(parts) > 1 else parts[0]


def together(parts: Sequence[float], share: float) -> float:
    """The strongest whole, of the rest a share, at most that share of the strongest; help and harm apart."""
    return _bounded(parts, share) - _bounded([-part for part in parts], share)


def _bounded(parts: Sequence[float], share: float) -> float:
    up = [max(part, 0.0) for part in parts]
    strongest, total = max(up), 0.0
    for part in up:
        total = total + part
    return strongest + share * min(total - strongest, strongest)


def trade_learned(person: Person, trade: int) -> float:
    """What a trade learned in training adds to the standing with employers of a trade."""
    standing = person.standings.get("vocational_training")
    if standing is None or "standing" in person.model.silent:
        return 0.0
    taught = Trade[standing.program.settings.trade.upper()]
    return _value(standing, "trade_gain") * standing.dose * (trade == taught and person.traits.trade != taught)
