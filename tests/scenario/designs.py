"""Four short runs that between them use every rule, and so read every number."""

from __future__ import annotations

from typing import Any

from reentrysim.evidence.entries import OF_PROGRAMS
from reentrysim.scenario import Scenario, load_scenario
from reentrysim.scenario.offered import offered

SHORT: dict[str, Any] = {
    "population.size": 60,
    "time.warmup_months": 2,
    "time.window_months": 2,
    "time.tail_months": 0,
    "time.follow_up_months": 4,
    "funding.sources.state_grant.total_dollars": 200_000.0,
    "funding.sources.state_grant.last_step": 12,
    "programs.mentoring.eligible.risk": ["low", "medium", "high"],
    "programs.mentoring.hire_lag_months": 0,
    "programs.mentoring.train_lag_months": 0,
    "programs.mentoring.staff.origin": {"volunteer": 0.4, "lived_experience": 0.3, "professional": 0.3},
}
OTHER_RULES: dict[str, Any] = {
    "funding.shares": {
        "mentoring": 0.4,
        "transitional_jobs": 0.2,
        "transitional_housing": 0.2,
        "case_management": 0.1,
        "education": 0.1,
    },
    "programs.transitional_jobs": {},
    "programs.transitional_housing": {},
    "programs.case_management": {},
    "programs.education": {"level": "postsecondary"},
    "programs.mentoring.dose": "front_loaded",
    "policies.matching.mentoring.rule": "compatibility",
    "policies.caseload.mentoring.per_worker": 1,
    "policies.caseload.mentoring.when_full": "thin_out",
    "policies.assessment.reassess_months": 3,
    "policies.caseload.case_management": {"per_worker": 80, "overload": "strains"},
    "circumstances.ban_the_box": True,
    "circumstances.rooms": "free",
}
CIRCLES: dict[str, Any] = {
    "programs.mentoring.format": "circle",
    "policies.caseload.mentoring.per_worker": 1,
    "population.sentence": "community",
}
LATER = sorted(path.stem for path in OF_PROGRAMS.glob("*.toml") if path.stem in offered())
OWN: dict[str, dict[str, Any]] = {
    "peer_support": {"delivery": "virtual"},
    "vocational_training": {"delivery": "simulation"},
    "education": {"level": "basic"},
    "workshops": {"topics": ["anger_management", "life_skills", "financial_literacy"]},
}
EVERY_PROGRAM: dict[str, Any] = {
    "funding.sources.state_grant.total_dollars": 2_000_000.0,
    "funding.shares": {"mentoring": 0.0, **dict.fromkeys(LATER, 1.0 / len(LATER))},
    **{f"programs.{name}": {"eligible": {"risk": ["low", "medium", "high"]}} | OWN.get(name, {}) for name in LATER},
    "circumstances.community_opinion": "moves",
    "circumstances.volunteers_per_100": 5.0,
    **{f"circumstances.beds_per_100.{kind}": 30.0 for kind in ("sober_living", "supportive")},
}
MENTORING_OTHERWISE: dict[str, Any] = {
    "programs.mentoring.format": "group",
    "programs.mentoring.setting": "custody",
    "programs.mentoring.eligible.to_month": -1,
    "programs.mentoring.contact.custody": {"visit": 0.25, "letter": 0.25, "phone": 0.25, "video": 0.25},
    "programs.mentoring.staff.origin": {"lived_experience": 1.0},
    "programs.mentoring.staff.alumni": True,
    "programs.mentoring.staff.ambassadors": True,
}
"""Together with those of status-quo, every rule that reads an estimate."""


def designs() -> list[Scenario]:
    """One run of each kind, shortest first."""
    rules = (CIRCLES, OTHER_RULES, MENTORING_OTHERWISE, EVERY_PROGRAM)
    return [load_scenario("status-quo").vary(SHORT | own) for own in rules]
