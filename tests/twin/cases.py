"""Small scenarios made up from a number, so that a case that fails has a name."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

from reentrysim.evidence import load_catalog
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario, load_scenario
from reentrysim.scenario.messages import Layer
from reentrysim.scenario.offered import shipped
from reentrysim.scenario.values import stored_draws
from reentrysim.vocabulary import Risk
from twin.comparing import Case

TRADES = ("carpentry", "plumbing", "culinary", "office")
INSIDE = ("education", "therapeutic_community")
OUTSIDE = (
    *("digital_support", "rent_help", "sober_living", "supportive_housing"),
    *("transitional_housing", "transitional_jobs"),
)
STAFFED = ("case_management", "peer_support")
OFTEN = {"transitional_jobs": 0.5, "transitional_housing": 0.7, "case_management": 0.5, "supportive_housing": 0.3}
"""How often a program is in a case, where that is not about one in seven."""
TRAITS = ("sex", "lived_experience", "culture", "interests", "style", "age", "place")
SHAKEN = {
    "mentors.volunteer_leave_monthly_risk": 0.15,
    "mentors.lived_experience_leave_monthly_risk": 0.15,
    "mentoring.match_end_monthly_risk": 0.08,
    "mentoring.trust_gain_per_contact": 0.2,
    "mentoring.early_end_hazard_ratio": 3.0,
    "mentors.alumni_months": 1.0,
    "mentors.alumni_willing_share": 0.7,
    "mentors.volunteer_hours_per_month": 3.0,
    "mentors.screening_cost": 0.0,
    "mentors.training_cost": 0.0,
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
    "housing.own_leave_monthly_risk": 0.01,
    "housing.rivals_per_room": 0.0,
    "housing.learning_step": 0.9,
    "health.treatment_entry_monthly_risk": 0.2,
}
"""Values that make rare things common, since small cases see few people."""
PROVIDER: dict[str, Any] = {
    "time.warmup_months": 6,
    "time.tail_months": 30,
    "time.follow_up_months": 36,
    "funding.sources.state_grant": {
        "kind": "pay_for_success",
        "last_step": 48,
        "advanced_by": "provider",
        "pays_if": {
            "outcome": "rearrest",
            "month": 6,
            "evaluator": "historical_rate",
            "at_most": 0.0,
            "last_part_share": 0.5,
            "report_lag_months": 1,
        },
    },
}
SILENT = (
    *("search", "standing", "job_loss", "taken_in", "rent", "home_loss", "homeless_at_release", "treatment"),
    *("relapse", "quit", "belonging", "ties", "death", "arrest"),
)
"""Every channel through which a shipped program acts."""
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
        "population": {
            "profile": "us_2008",
            "calibration": "us_2008",
            "size": size,
            "sentence": luck.choice(["prison", "prison", "prison", "community"]),
        },
        "time": time,
        "funding": {},
        "programs": {
            "mentoring": _mentoring(luck, time["lead_months"]) | _office(number),
            **_others(number, time["lead_months"]),
        },
        "policies": _policies(luck),
        "circumstances": _circumstances(luck) | _within_reach(Random(f"reach of {number}")),
        "estimates": _estimates(luck),
    }
    tables["policies"]["assessment"] |= _assessment(Random(f"assessment of {number}"))
    tables["circumstances"] |= _enforcement(Random(f"enforcement of {number}"), tables["circumstances"])
    _make_scarce(Random(f"scarcity of {number}"), tables["policies"])
    if number % 4 == 0:
        tables["population"]["stays"] = str(_STAYS)
    _make_possible(tables["programs"]["mentoring"], tables["policies"]["caseload"]["mentoring"])
    _look_while_they_last(tables["programs"]["mentoring"], tables["policies"]["matching"]["mentoring"])
    tables["funding"] = _funding(luck, size / participants, list(tables["programs"]))
    _some_pay_for_success(number, tables)
    name = f"case-{number}-oracle" if tables["policies"]["assessment"].get("tool") == "oracle" else f"case-{number}"
    scenario = Scenario.build(tables, name, [Layer(name, tables)])
    draw = luck.choice([None, luck.randrange(stored_draws(scenario))])
    return Case(name, scenario, participants, Luck(luck.randrange(2**32), luck.randrange(100)), draw)


def shipped_case(name: str, months: int | None) -> Case:
    """A shipped scenario for 200 people: as long as it is, or followed for some months after a short warm-up."""
    scenario = load_scenario(name)
    if months is not None:
        scenario = scenario.vary({"time.warmup_months": 18, "time.follow_up_months": months})
    return Case(name, scenario, 200, Luck(1, 0), None)


def provider_case() -> Case:
    """A provider advances half of the money; the rest would pay for people who come later, and is not earned."""
    return Case("provider", load_scenario("status-quo").vary(PROVIDER), 150, Luck(1, 0), None)


def alumni_case() -> Case:
    """Many who did well become mentors, and talk to employers and landlords."""
    scenario = load_scenario("former-participants").vary(
        {
            "time.follow_up_months": 24,
            "time.warmup_months": 12,
            "programs.mentoring.length_months": 3,
            "programs.mentoring.eligible.risk": ["low", "medium", "high"],
            "policies.caseload.mentoring.per_worker": 1,
            "estimates.mentors.alumni_months": 2,
            "estimates.mentors.alumni_willing_share": 0.9,
            "estimates.mentors.lived_experience_leave_monthly_risk": 0.2,
        }
    )
    return Case("alumni", scenario, 150, Luck(1, 0), None)


def silent_cases() -> list[Case]:
    """Two halves of the channels are silent, each in a scenario whose programs act through many of them."""
    everybody = {f"programs.{name}": {} for name in shipped()}
    shares = dict.fromkeys(("mentoring", *shipped()), 1 / (1 + len(shipped())))
    changes: dict[str, Any] = {
        "funding.shares": shares,
        "funding.sources.state_grant.total_dollars": 200_000_000.0,
        "time.warmup_months": 8,
        "time.follow_up_months": 8,
        "programs.vocational_training": {"trade": "plumbing"},
        "programs.mentoring.staff.alumni": True,
        "programs.mentoring.length_months": 3,
        "estimates.mentors.alumni_months": 1,
        "estimates.mentors.alumni_willing_share": 0.9,
    }
    scenario = load_scenario("status-quo").vary(everybody | changes)
    halves = (SILENT[::2], SILENT[1::2])
    return [Case(f"silent {n}", scenario, 40, Luck(3, n), None, silent) for n, silent in enumerate(halves)]


def own_rules_case(file: Path) -> Case:
    """Lines and money by rules of one's own, in a file that was allowed."""
    rules = dict.fromkeys(("mentoring", "jobs", "beds"), f"code:{file}:oldest_first")
    changes: dict[str, Any] = {f"policies.matching.{line}.rule": rule for line, rule in rules.items()}
    changes["policies.matching.case_management"] = {"rule": f"code:{file}:some_by_score"}
    changes |= {"funding.rule": f"code:{file}:by_need", "policies.assessment.reassess_months": 3}
    few = {"time.follow_up_months": 24, "time.warmup_months": 12, "circumstances.beds_per_100.shelter": 3.0}
    return Case("own-rules", load_scenario("balanced").vary(changes | few), 200, Luck(1, 0), None)


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
        "discount_rate_share": window / 100,
        **(steady if intake == "steady" else {}),
    }


def _funding(luck: Random, scale: float, programs: list[str]) -> dict[str, Any]:
    names = luck.sample(["state_grant", "city_fund", "employers", "county"], luck.randint(1, 3))
    funding = {
        "rule": luck.choice(["fixed_shares", "fixed_shares", "waiting_list"]),
        "shares": _shares(luck, programs),
        "sources": {name: _source(luck, scale * len(programs) ** 2, programs) for name in names},
    }
    return funding | _terms_of_payers(Random(f"givers of {names} {scale}"), funding)


def _terms_of_payers(luck: Random, funding: dict[str, Any]) -> dict[str, Any]:
    """Rules by need, risk and effect, prices that rise, and a source that matches another, each in some cases."""
    sources = funding["sources"]
    inflation = luck.choice([0.0, 0.0, "evidence", 0.3])
    for source in sources.values():
        source["indexed"] = bool(inflation) and luck.random() < 0.4
    if luck.random() < 0.4:
        name, other = "partner", luck.choice(list(sources))
        last = sources[other]["last_step"] + luck.randint(-1, 6)
        own = {"match_of": other, "match_ratio": luck.choice([0.25, 1.0, 3]), "indexed": False}
        kept = {key: value for key, value in sources[other].items() if key != "spend"}
        sources[name] = {**kept, **own, "last_step": max(last, kept["first_step"]), "unspent": "lapse"}
    rule = luck.choice([funding["rule"], "need", "risk_high_first", "risk_low_first", "next_dollar"])
    return {"rule": rule, "sources": sources, "inflation_share": inflation}


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


def _some_pay_for_success(number: int, tables: dict[str, Any]) -> None:
    """Now and then a source pays by a contract, where the run is long enough to judge it."""
    luck, time = Random(f"contracts of {number}"), tables["time"]  # so that what is told of them changes nothing else
    if time["follow_up_months"] < 6:
        return
    for source in tables["funding"]["sources"].values():
        if luck.random() < 0.7 and not source.get("match_of"):
            source["kind"] = "pay_for_success"
            source["advanced_by"] = luck.choice(["investors", "government", "provider", "provider", "provider"])
            source["pays_if"] = _contract(luck, time, list(tables["programs"]))


def _contract(luck: Random, time: dict[str, Any], programs: list[str]) -> dict[str, Any]:
    """A contract that falls due within the run, by any rule."""
    before = time["lead_months"] if time["intake"] == "cohort" else time["warmup_months"]
    window, follow_up = time["window_months"], time["follow_up_months"]
    first = luck.choice([1, 1, luck.randint(1, window)])
    last = luck.choice([window, luck.randint(first, window)])
    month = luck.choice([1, luck.randint(1, follow_up - 2), follow_up - 2])
    evaluator = luck.choice(["historical_rate", "waiting_list", "matched_group"])
    cohorts = ["served", "served", "offered"] + ["eligible"] * (evaluator != "waiting_list")
    historical = evaluator == "historical_rate"
    price = {"price_per_return_averted_dollars": luck.choice([10.0, 5_000.0]), "historical_share": 0.5}
    if not historical:
        del price["historical_share"]
    share = luck.choice([0.1, 0.3, 0.6])
    threshold = {"at_most": share} if historical else {"at_most_ratio": luck.choice([0.5, 0.9, 1.2])}
    return {
        "outcome": luck.choice(
            ["rearrest", "reconviction", "return_to_prison", "return_new_sentence", "return_technical"]
        ),
        "month": month,
        "evaluator": evaluator,
        "last_part_share": luck.choice([0.1, 0.3, 1.0]),
        "cohort": luck.choice(cohorts),
        "programs": luck.choice([[], luck.sample(programs, luck.randint(1, len(programs)))]),
        "first_release_step": before + first,
        "last_release_step": before + last,
        "report_lag_months": luck.randint(0, follow_up - 1 - month),
        "least_people": luck.choice([1, 1, 30]),
        **luck.choice([price, threshold]),
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
        "staff": {
            "origin": _origin(luck),
            "support_share": luck.choice([0.5, 1.0, 2.0]),
            "alumni": luck.random() < 0.5,
            "ambassadors": luck.random() < 0.5,
        },
        "format": luck.choice(["one_to_one", "one_to_one", "circle", "group"]),
        "contact": {"custody": _ways(luck), "community": _ways(luck)},
    }


def _office(number: int) -> dict[str, float]:
    """What mentoring costs beside mentors."""
    luck = Random(f"office {number}")
    keys = ("start_up_dollars", "fixed_dollars_per_month")
    return {key: luck.choice([0.0, 0.0, 100.0, 1_000.0]) for key in keys}


def _make_possible(program: dict[str, Any], caseload: dict[str, Any]) -> None:
    """Circles are around one person, groups around several; former participants need a post and ambassadors them."""
    if program["format"] == "circle":
        caseload["per_worker"] = 1
        caseload["when_full"] = "wait" if caseload["when_full"] == "thin_out" else caseload["when_full"]
    if program["format"] == "group":
        caseload["per_worker"] = max(caseload["per_worker"], 2)
    staff = program["staff"]
    staff["alumni"] = staff["alumni"] and staff["origin"].get("lived_experience", 0.0) > 0.0
    staff["ambassadors"] = staff["ambassadors"] and staff["alumni"]


def _ways(luck: Random) -> dict[str, float]:
    ways = _some(luck, ["visit", "letter", "phone", "video"])
    return luck.choice([{"visit": 1.0}, {way: 1 / len(ways) for way in ways}])


def _others(number: int, lead: int) -> dict[str, Any]:
    """Some of the other programs, in any order; the rest of their tables is as usual."""
    luck = Random(f"programs beside {number}")  # so that what is told of them changes nothing else
    first = luck.choice([1, 1, 2, *([-min(lead, 3)] if lead else [])])
    shared = {
        "length_months": luck.choice([1, 3, 6]),
        "uptake_share": luck.choice(["evidence", 0.8, 1.0]),
        "fidelity_share": luck.choice([0.5, 1.0]),
        "start_up_dollars": luck.choice([0.0, 0.0, 20_000.0]),
        "fixed_dollars_per_month": Random(f"rent {number}").choice([0.0, 0.0, 300.0]),
    }
    ceiling = luck.choice([{}, {}, {"places": luck.randint(0, 200)}])
    lags = {"hire_lag_months": luck.choice([0, 1]), "train_lag_months": luck.choice([0, 2])}
    setting = {"setting": luck.choice(["custody", "community", "both", "both"])}
    tables: dict[str, Any] = {}
    for name in shipped():
        if name in INSIDE:
            where = {"eligible": _eligible(luck, -min(lead, 6) or 1)}
        elif name in OUTSIDE:
            where = {"eligible": _eligible(luck, luck.choice([1, 1, 3]))}
        else:
            where = {"eligible": _eligible(luck, first), **setting}
        tables[name] = {**shared, **(lags if name in STAFFED else ceiling), **where, **_keys_of_its_own(luck, name)}
    chosen = [name for name in tables if luck.random() < OFTEN.get(name, 0.15) and (lead or name not in INSIDE)]
    return {name: tables[name] for name in luck.sample(chosen, len(chosen))}


def _eligible(luck: Random, first: int) -> dict[str, Any]:
    """From a month on until some later one, for some bands and sexes."""
    last = luck.choice([month for month in range(first, 13) if month])
    bands = _some(luck, [band.name.lower() for band in Risk])
    return {"risk": bands, "from_month": first, "to_month": last, "sex": _some(luck, ["female", "male"])}


def _keys_of_its_own(luck: Random, name: str) -> dict[str, Any]:
    """What a program can be told that the others can't."""
    keys: dict[str, dict[str, list[Any]]] = {
        "transitional_jobs": {"placement_months": [0, 2, 6]},
        "transitional_housing": {"length_months": [1, 3]},
        "peer_support": {"format": ["group", "one_to_one"], "delivery": ["in_person", "virtual"]},
        "education": {"level": ["basic", "secondary", "postsecondary"]},
        "vocational_training": {"trade": list(TRADES), "delivery": ["in_person", "simulation"]},
        "workshops": {"topics": [["life_skills"], ["anger_management", "financial_literacy"]]},
        "cognitive_behavioral_groups": {"sessions_per_month": [2.0, 8.0]},
    }
    return {key: luck.choice(values) for key, values in keys.get(name, {}).items()}


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
            **{name: {"rule": luck.choice(rules)} for name in ("case_management", "education", "peer_support")},
        },
        "caseload": {
            "mentoring": caseload,
            "case_management": cases,
            "peer_support": {"per_worker": luck.choice([3, 10, 40]), "when_full": luck.choice(full)},
            "supervision": {
                "per_worker": luck.choice([15, 60, 60, 120]),
                "hours_per_month": luck.choice([dict.fromkeys(bands, 2.0), {"low": 1.0, "medium": 2.5, "high": 4.0}]),
            },
        },
        "assessment": {"auc_share": auc},
    }


def _assessment(luck: Random) -> dict[str, Any]:
    """Mostly a tool as usual; else one that errs, wears, leaves people out or reads again, or an oracle."""
    if luck.random() < 0.1:
        return {"tool": "oracle", "unassessed": luck.choice(["low", "medium", "high"])}
    groups = ("female", "male", "white", "black", "hispanic", "other", "under_25")
    return {
        "bias": {group: luck.choice([0.0, 0.0, 0.0, 0.4, -1.0]) for group in groups},
        "assessed_share": luck.choice([1.0, 1.0, 0.7]),
        "unassessed": luck.choice(["low", "medium", "high"]),
        "reassess_months": luck.choice([0, 0, 1, 6]),
        "drift_per_year": luck.choice([0.0, 0.0, 0.03, 0.2]),
    }


def _look_while_they_last(program: dict[str, Any], matching: dict[str, Any]) -> None:
    """Somebody looks at a match before it ends, or nobody does."""
    monitoring, length = matching.get("monitoring"), program["length_months"]
    if monitoring and length == 1:
        del matching["monitoring"]
    elif monitoring:
        monitoring["after_months"] = min(monitoring["after_months"], length - 1)


def _make_scarce(luck: Random, policies: dict[str, Any]) -> None:
    """Rules beyond the usual ones, in a part of the cases."""
    matching, caseload = policies["matching"], policies["caseload"]
    _match_otherwise(luck, matching["mentoring"])
    for name, line in matching.items():
        if name != "mentoring" and luck.random() < 0.3:
            line["rule"], line["only_risk"] = "threshold", _some(luck, [band.name.lower() for band in Risk])
        if line["rule"] not in ("first_come", "random") and name != "mentoring" and luck.random() < 0.5:
            line["ties"] = luck.choice(["longest_wait", "luck"])
    if matching["mentoring"]["rule"] != "optimal" and luck.random() < 0.4:
        caseload["mentoring"]["hours_per_month"] = _hours(luck, 3.0)
    for name, most in (("case_management", 90.0), ("peer_support", 60.0)):
        if luck.random() < 0.9:
            full = luck.choice([caseload[name]["when_full"], *["thin_out"] * 5])
            caseload[name] |= {"hours_per_month": _hours(luck, most), "when_full": full}
        if caseload[name]["when_full"] == "thin_out" and luck.random() < 0.9:
            caseload[name] |= {"overload": "strains"}
    for name in ("mentoring", "case_management", "peer_support"):
        if matching.get(name, {}).get("rule") == "threshold" and caseload[name]["when_full"] == "refer_on":
            caseload[name]["when_full"] = "wait"
            caseload[name].pop("overload", None)


def _match_otherwise(luck: Random, table: dict[str, Any]) -> None:
    rules = ["first_come", "optimal", "optimal", "risk_high_first", "risk_low_first", "threshold", "threshold"]
    table["rule"] = luck.choice([table["rule"]] * 4 + rules)
    if table["rule"] == "threshold":
        table["least_fit_share"] = luck.choice([0.2, 0.5, 0.7])
    if luck.random() < 0.8:
        shares = luck.choice([{"least_kept_share": 0.8}, {"least_fit_share": 0.5}])
        table["monitoring"] = {"after_months": luck.choice([1, 2, 4]), **shares}
    if not any(table["weights"].values()):
        table["weights"]["sex"] = 1


def _hours(luck: Random, most: float) -> dict[str, float]:
    return {band.name.lower(): round(luck.uniform(0.1, 1.0) * most, 2) for band in Risk}


def _circumstances(luck: Random) -> dict[str, Any]:
    return {
        "employers_per_100": luck.choice([0.0, 3.0, 10.0, 10.0, 25.0]),
        "willing_employers_share": luck.choice(["evidence", "evidence", 0.0, 0.2, 0.9]),
        "employer_assurance": luck.choice(["none", "insurance", "review", "clean_year"]),
        "ban_the_box": luck.choice([False, True]),
        "wage_support_share": luck.choice([0.0, 0.0, 0.5, 1.0]),
        "vacancies": luck.choice(["fixed", "fixed", "free"]),
        "labor_market": luck.choice([0.0, 0.5, 1.0, 1.0, 3.0]),
        "landlords_per_100": luck.choice([0.0, 4.0, 10.0, 20.0]),
        "landlord_refusal_share": luck.choice(["evidence", "evidence", 0.0, 0.9]),
        "beds_per_100": {
            "shelter": luck.choice([0.0, 5.0, 20.0, 60.0]),
            "transitional": luck.choice([0.0, 40.0, 80.0]),
            "sober_living": luck.choice([0.0, 10.0, 40.0]),
            "supportive": luck.choice([0.0, 10.0, 40.0]),
        },
        "vacancies_by_trade": {trade: luck.choice([0.0, 1.0, 1.0, 2.0]) for trade in TRADES},
        "licensing_bars": luck.choice([[], [], ["plumbing"], list(TRADES)]),
        "transport_share": luck.choice(["evidence", "evidence", 0.5]),
        "benefits_barred_share": luck.choice(["evidence", "evidence", 0.5]),
        "consent_share": luck.choice(["evidence", "evidence", 0.7]),
        "supervision_length": luck.choice([1.0, 1.0, 0.3, 2.0]),
        **luck.choice([{}, {}, {"volunteers_per_100": 2.0}, {"volunteers_per_100": 5.0}]),
        **luck.choice([{}, {"community_opinion": "moves", "campaign_share": luck.choice([0.0, 1.0])}]),
        "rooms": luck.choice(["fixed", "free", "free"]),
        "background_demand": {"jobs": luck.choice([0.0, 1.0, 1.0, 5.0]), "beds": luck.choice([0.0, 1.0, 1.0, 2.0])},
        "supervision_intensity": luck.choice([0.0, 1.0, 2.5]),
        "violation_response": luck.choice([0.0, 1.0, 2.0]),
        "learning": luck.choice([True, True, False]),
        "discrimination": luck.choice([True, False]),
    }


def _enforcement(luck: Random, circumstances: dict[str, Any]) -> dict[str, Any]:
    """More or fewer arrests of the same offending in a part of the cases; by race where race enters anything."""
    groups = ("white", "black", "hispanic", "other")
    if luck.random() < 0.5:
        return {}
    if not circumstances["discrimination"]:
        return {"arrest_intensity": dict.fromkeys(groups, luck.choice([0.5, 1.5]))}
    return {"arrest_intensity": {group: luck.choice([1.0, 0.25, 2.0, 3.0]) for group in groups}}


def _within_reach(luck: Random) -> dict[str, Any]:
    """Programs that not everybody gets to, and too few that run them."""
    few = luck.choice([{}, {}, {}, {"nonprofit_places_per_100": luck.choice([1.0, 10.0])}])
    return {"program_reach_share": luck.choice(["evidence", "evidence", 0.8]), **few}


def _estimates(luck: Random) -> dict[str, Any]:
    """A few numbers moved within their ranges, and some that shake things up."""
    wide = [name for name, e in load_catalog().items() if e.low < e.high and e.read_by == "run"]
    own = {name: load_catalog()[name] for name in luck.sample(wide, luck.randint(0, 4))}
    moved = {name: luck.uniform(estimate.low, estimate.high) for name, estimate in own.items()}
    moved |= {name: value for name, value in SHAKEN.items() if luck.random() < 0.3}
    return {name: {"value": value, "assumption": "made up for a test"} for name, value in moved.items()}
