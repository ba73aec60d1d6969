"""Small scenarios made up from a number, so that a case that fails has a name."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

from reentrysim.evidence import load_catalog
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario, load_scenario
from reentrysim.scenario.messages import Layer
from reentrysim.scenario.values import stored_draws
from reentrysim.vocabulary import Risk
from twin.comparing import Case

TRAITS = ("sex", "lived_experience", "culture", "interests", "style", "age", "place")
SHAKEN = {
    "mentors.volunteer_leave_monthly_risk": 0.15,
    "mentors.lived_experience_leave_monthly_risk": 0.15,
    "mentoring.match_end_monthly_risk": 0.08,
    "mentoring.trust_gain_per_contact": 0.2,
    "mentors.volunteer_hours_per_month": 3.0,
    "mentors.recruit_cost": 0.0,
    "mortality.custody_death_rate": 0.1,
    "mortality.annual_death_rate": 0.1,
    "custody.new_sentence_stay_months": 5.0,
    "custody.shortest_term_months": 1.0,
    "work.seats_per_employer": 4.0,
    "work.trial_months": 1.0,
    "work.learning_step": 0.9,
    "housing.beds_per_shelter": 2.0,
    "housing.trial_months": 1.0,
    "housing.rooms_per_landlord": 3.0,
    "housing.room_turnover_monthly": 0.3,
    "housing.learning_step": 0.9,
    "health.treatment_entry_monthly_risk": 0.2,
}
"""Values that make rare things common, since small cases see few people."""
_STAYS = Path(__file__).parent / "places" / "stays.csv"
_SHARES = (0.0, 0.1, 0.25, 0.5, 0.9, 1.0)


def case(number: int) -> Case:
    """The made-up case of a number."""
    luck = Random(number)
    participants = luck.randint(24, 80)
    size = luck.choice([participants, participants * luck.randint(2, 30), luck.randint(24, 4000)])
    time = _time(luck)
    tables: dict[str, Any] = {
        "schema": 1,
        "title": f"Case {number}",
        "question": "Do both models say the same?",
        "population": {"profile": "us_2008", "calibration": "us_2008", "size": size},
        "time": time,
        "funding": {},
        "programs": {"mentoring": _mentoring(luck, time["lead_months"]), **_others(luck, time["lead_months"])},
        "policies": _policies(luck),
        "circumstances": _circumstances(luck),
        "estimates": _estimates(luck),
    }
    if number % 4 == 0:
        tables["population"]["stays"] = str(_STAYS)
    tables["funding"] = _funding(luck, size / participants, list(tables["programs"]))
    name = f"case-{number}"
    scenario = Scenario.build(tables, name, [Layer(name, tables)])
    draw = luck.choice([None, luck.randrange(stored_draws(scenario))])
    return Case(name, scenario, participants, Luck(luck.randrange(2**32), luck.randrange(100)), draw)


def shipped_case(name: str, months: int | None) -> Case:
    """A shipped scenario for 300 people, followed for fewer months if a number is given."""
    scenario = load_scenario(name)
    if months is not None:
        scenario = scenario.vary({"time.follow_up_months": months})
    return Case(name, scenario, 300, Luck(1, 0), None)


def _time(luck: Random) -> dict[str, Any]:
    intake = luck.choice(["steady", "steady", "cohort"])
    window = luck.randint(3, 12)
    steady = {"warmup_months": luck.randint(0, 14), "tail_months": luck.randint(0, 12)}
    return {
        "intake": intake,
        "lead_months": luck.choice([0, 1, 3, 6, 6, 12, 24]),
        "window_months": window,
        "follow_up_months": luck.choice([1, 6, 12, 18, 24, 36, 48]),
        "price_year": luck.randint(2000, 2024),
        **(steady if intake == "steady" else {}),
    }


def _funding(luck: Random, scale: float, programs: list[str]) -> dict[str, Any]:
    names = luck.sample(["state_grant", "city_fund", "employers", "county"], luck.randint(1, 3))
    return {
        "rule": luck.choice(["fixed_shares", "fixed_shares", "waiting_list"]),
        "shares": _shares(luck, programs),
        "sources": {name: _source(luck, scale * len(programs) ** 2, programs) for name in names},
    }


def _shares(luck: Random, programs: list[str]) -> dict[str, float]:
    """Any shares that sum to 1."""
    parts = [luck.choice([0, 1, luck.randint(1, 5)]) for _ in programs]
    parts[luck.randrange(len(parts))] += 1
    return {name: part / sum(parts) for name, part in zip(programs, parts, strict=True)}


def _source(luck: Random, scale: float, programs: list[str]) -> dict[str, Any]:
    first, months = luck.choice([1, 1, luck.randint(2, 15)]), luck.randint(1, 50)
    mentors = luck.choice([0, 0.4, 3, 8, 8, 30])
    return {
        "kind": luck.choice(["government", "philanthropy", "business"]),
        "total_dollars": round(mentors * luck.uniform(200, 700) * scale * months, 2),
        "first_step": first,
        "last_step": first + months - 1,
        "spend": luck.choice(["even", "front_loaded", "late"]),
        "unspent": luck.choice(["carry_over", "lapse"]),
        "earmark": luck.choice([[], [], luck.sample(programs, luck.randint(1, len(programs)))]),
        "overhead_share": luck.choice([0.0, 0.1, luck.uniform(0, 0.9)]),
    }


def _mentoring(luck: Random, lead: int) -> dict[str, Any]:
    setting = luck.choice(["custody", "community", "both", "both"])
    first = luck.choice([-24, -6, -3, -1] if setting == "custody" else [-24, -6, -3, -1, 1, 2, 6])
    first = max(first, -lead) or 1  # nobody is there earlier, and there is no month 0
    months = [month for month in range(first, 13) if month]
    return {
        "setting": setting,
        "eligible": {
            "risk": _some(luck, [band.name.lower() for band in Risk]),
            "from_month": first,
            "to_month": luck.choice(months),
            "sex": _some(luck, ["female", "male"]),
        },
        "length_months": luck.choice([1, 3, 9, 12, 18]),
        "dose": luck.choice(["even", "front_loaded"]),
        "contacts_per_month": luck.choice([0.5, 1, 4, 12]),
        "fidelity_share": luck.choice(_SHARES),
        "uptake_share": luck.choice(["evidence", "evidence", 0.0, 0.8, 0.9, 1.0]),
        "hire_lag_months": luck.choice([0, 0, 1, 4]),
        "train_lag_months": luck.choice([0, 0, 1, 3]),
        "staff": {"origin": _origin(luck)},
    }


def _others(luck: Random, lead: int) -> dict[str, Any]:
    """Some of the other programs, in the order of the schema; the rest of their tables is as usual."""
    sexes, bands = ["female", "male"], [band.name.lower() for band in Risk]
    first = luck.choice([1, 1, 2, *([-min(lead, 3)] if lead else [])])

    def eligible(first: int) -> dict[str, Any]:
        last = luck.choice([month for month in range(first, 13) if month])
        return {"risk": _some(luck, bands), "from_month": first, "to_month": last, "sex": _some(luck, sexes)}

    uptake = luck.choice(["evidence", 0.8, 1.0])
    shared = {"length_months": luck.choice([1, 3, 6]), "uptake_share": uptake}
    places = luck.choice([{}, {}, {"places": luck.randint(0, 200)}])
    setting = luck.choice(["custody", "community", "both", "both"])
    lags = {"hire_lag_months": luck.choice([0, 1]), "train_lag_months": luck.choice([0, 2])}
    tables = {
        "transitional_jobs": {
            **shared,
            **places,
            "eligible": eligible(luck.choice([1, 1, 3])),
            "placement_months": luck.choice([0, 2, 6]),
        },
        "transitional_housing": {**shared, **places, "eligible": eligible(luck.choice([1, 1, 3]))},
        "case_management": {**shared, **lags, "eligible": eligible(first), "setting": setting},
    }
    return {name: table for name, table in tables.items() if luck.random() < 0.5}


def _some(luck: Random, names: list[str]) -> list[str]:
    """Any of them, more often most of them."""
    return luck.sample(names, max(luck.randint(1, len(names)), luck.randint(1, len(names))))


def _origin(luck: Random) -> dict[str, float]:
    alone = luck.choice(["volunteer", "lived_experience", "professional", ""])
    if alone:
        return {alone: 1.0}
    volunteer, peers = luck.uniform(0.3, 0.6), luck.uniform(0.1, 0.3)
    return {"volunteer": volunteer, "lived_experience": peers, "professional": 1.0 - volunteer - peers}


def _policies(luck: Random) -> dict[str, Any]:
    matching = {
        "rule": luck.choice(["random", "compatibility"]),
        "weights": {trait: luck.choice([0, 0, 1, luck.uniform(0, 3)]) for trait in TRAITS},
        "ties": luck.choice(["longest_wait", "luck"]),
        "rematch_after_months": luck.choice([1, 2, 6]),
    }
    full = ["wait", "thin_out", "refer_on"]
    caseload = {"per_worker": luck.randint(1, 6), "when_full": luck.choice(full)}
    cases = {"per_worker": luck.choice([3, 10, 60]), "when_full": luck.choice(full)}
    bands = [band.name.lower() for band in Risk]
    rules = ["first_come", "first_come", "random", "risk_high_first", "risk_low_first"]
    auc = luck.choice([0.5, 0.6, 0.7, 0.95])
    return {
        "matching": {
            "mentoring": matching,
            "jobs": {"rule": luck.choice(rules)},
            "beds": {"rule": luck.choice(rules)},
        },
        "caseload": {
            "mentoring": caseload,
            "case_management": cases,
            "supervision": {
                "per_worker": luck.choice([15, 60, 60, 120]),
                "hours_per_month": luck.choice([dict.fromkeys(bands, 2.0), {"low": 1.0, "medium": 2.5, "high": 4.0}]),
            },
        },
        "assessment": {"auc_share": auc},
    }


def _circumstances(luck: Random) -> dict[str, Any]:
    return {
        "employers_per_100": luck.choice([0.0, 3.0, 10.0, 10.0, 25.0]),
        "willing_employers_share": luck.choice(["evidence", "evidence", 0.0, 0.2, 0.9]),
        "employer_assurance": luck.choice(["none", "insurance", "review", "clean_year"]),
        "ban_the_box": luck.choice([False, True]),
        "wage_support_share": luck.choice([0.0, 0.0, 0.5, 1.0]),
        "vacancies": luck.choice(["fixed", "fixed", "free"]),
        "labor_market": luck.choice([0.0, 0.5, 1.0, 1.0, 3.0]),
        "landlords_per_100": luck.choice([0.0, 4.0, 10.0, 10.0]),
        "landlord_refusal_share": luck.choice(["evidence", "evidence", 0.0, 0.9]),
        "beds_per_100": {
            "shelter": luck.choice([0.0, 5.0, 20.0, 60.0]),
            "transitional": luck.choice([0.0, 10.0, 40.0]),
        },
        "rooms": luck.choice(["fixed", "fixed", "free"]),
        "background_demand": {"jobs": luck.choice([0.0, 1.0, 1.0, 5.0]), "beds": luck.choice([0.0, 1.0, 1.0, 2.0])},
        "supervision_intensity": luck.choice([0.0, 1.0, 2.5]),
        "violation_response": luck.choice([0.0, 1.0, 2.0]),
        "learning": luck.choice([True, True, False]),
        "discrimination": luck.choice([True, False]),
    }


def _estimates(luck: Random) -> dict[str, Any]:
    """A few numbers moved within their ranges, and some that shake things up."""
    wide = [name for name, e in load_catalog().items() if e.low < e.high and e.read_by == "run"]
    own = {name: load_catalog()[name] for name in luck.sample(wide, luck.randint(0, 4))}
    moved = {name: luck.uniform(estimate.low, estimate.high) for name, estimate in own.items()}
    moved |= {name: value for name, value in SHAKEN.items() if luck.random() < 0.3}
    return {name: {"value": value, "assumption": "made up for a test"} for name, value in moved.items()}
