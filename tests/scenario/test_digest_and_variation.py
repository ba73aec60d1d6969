"""The digest names the question, and a variation is the same question with values changed."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reentrysim.evidence import load_catalog
from reentrysim.scenario import load_scenario
from reentrysim.vocabulary import InputError

Write = Callable[..., str]
RISK = "mentoring.match_end_monthly_risk"


def test_the_digest_is_of_the_question_and_not_of_its_name_or_spelling(write: Write) -> None:
    base = load_scenario("status-quo")
    total = base.funding.sources["state_grant"].total_dollars
    same = write(
        '[programs.mentoring.eligible]\nsex = ["male", "female"]\n[funding.sources.state_grant]\n'
        f"total_dollars = {total:.1f}\n[policies.matching.mentoring]\n"
        "weights = { place = 1, age = 1, style = 1, interests = 1, culture = 1, lived_experience = 1, sex = 2 }"
    )
    renamed = load_scenario(same)
    assert (renamed.name, renamed.title) != (base.name, base.title)
    assert renamed.digest == base.digest
    assert len(base.digest) == 64 and int(base.digest, 16) >= 0


def test_the_digest_moves_with_every_value() -> None:
    base = load_scenario("status-quo")
    changes: list[dict[str, Any]] = [
        {"time.follow_up_months": 59},
        {"policies.assessment.auc_share": 0.71},
        {"policies.assessment.bias.female": 0.1},
        {"policies.assessment.reassess_months": 6},
        {f"estimates.{RISK}": 0.03},
        {"funding.sources.state_grant.earmark": ["mentoring"]},
        {"programs.mentoring.uptake_share": 0.5},
    ]
    digests = {base.vary(change).digest for change in changes} | {base.digest}
    assert len(digests) == len(changes) + 1


def test_resolved_is_plain_and_says_everything(write: Write) -> None:
    scenario = load_scenario("status-quo").vary({f"estimates.{RISK}": 0.03})
    resolved = scenario.resolved()
    assert resolved["name"] == "status-quo" and resolved["schema"] == 1
    assert resolved["programs"]["mentoring"]["eligible"]["risk"] == ["high"]
    assert load_catalog().with_overrides(resolved["estimates"])[RISK].value == 0.03


def test_a_scenario_survives_the_way_to_another_process() -> None:
    scenario = load_scenario("more-mentors").vary({f"estimates.{RISK}": 0.03})
    copy = pickle.loads(pickle.dumps(scenario))
    assert copy == scenario and (copy.name, copy.digest) == (scenario.name, scenario.digest)


def test_a_variation_changes_what_it_names_and_nothing_else() -> None:
    base = load_scenario("status-quo")
    varied = base.vary({"policies.caseload.mentoring.per_worker": 5, "time.lead_months": 9})
    assert (varied.policies.caseload.mentoring.per_worker, varied.time.lead_months) == (5, 9)
    assert varied.vary({"policies.caseload.mentoring.per_worker": 2, "time.lead_months": 6}) == base
    assert base.policies.caseload.mentoring.per_worker == 2
    assert (varied.name, base.vary({}, name="other").name) == ("status-quo", "other")
    assert base.vary({}) == base


def test_a_path_into_a_set_changes_one_member() -> None:
    origin = "programs.mentoring.staff.origin"
    varied = load_scenario("status-quo").vary({f"{origin}.volunteer": 0.5, f"{origin}.professional": 0.1})
    assert varied.programs.mentoring.staff.origin.model_dump() == pytest.approx(
        {"volunteer": 0.5, "lived_experience": 0.4, "professional": 0.1}
    )
    with pytest.raises(InputError, match=r"changes to status-quo: programs.*origin: shares must sum to 1.* to 0\.9"):
        load_scenario("status-quo").vary({f"{origin}.volunteer": 0.5})


def test_a_whole_set_or_table_can_be_given() -> None:
    base = load_scenario("status-quo")
    assert (
        base.vary({"programs.mentoring.staff.origin": {"professional": 1}}).programs.mentoring.staff.origin.volunteer
        == 0
    )
    assert base.vary({"programs.mentoring.eligible": {"to_month": 3}}).programs.mentoring.eligible.from_month == -6
    assert base.vary({"time.intake": "cohort"}).time.tail_months == 0


def test_an_estimate_is_varied_by_its_catalog_name() -> None:
    base = load_scenario("status-quo")
    own = base.vary({f"estimates.{RISK}": 0.05}).estimates[RISK]
    assert own.value == 0.05 and own.low is None and own.assumption
    entry = {"value": 0.05, "low": 0.01, "high": 0.1, "source": "Our records"}
    assert base.vary({f"estimates.{RISK}": entry}).estimates[RISK].high == 0.1


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"policies.caseload.mentoring.per_wroker": 2}, "Did you mean 'per_worker'?"),
        ({"policies.caseload.mentoring.per_worker": 0}, "must be at least 1, not 0"),
        ({"policies.caseload.mentoring.per_worker": 2.5}, "a whole number, not 2.5"),
        ({"estimates.mentoring.match_end_risk": 0.1}, f"Did you mean '{RISK}'?"),
        ({f"estimates.{RISK}": True}, "must be a table, not true"),
        ({"title.sub": 2}, "title: must be text, not a table"),
        ({"time.lead_months.deep": 2}, "a whole number, not a table"),
        ({"time": 3}, "must be a table, not 3"),
        ({"time": {"lead_months": 3}, "time.intake": "steady"}, "time.intake lies inside time"),
        ({"": 3}, "unknown key ''"),
        ({"name": "x"}, "unknown key 'name'"),
        ({"based_on": "more-mentors"}, "unknown key 'based_on'"),
        ({"programs.mentoring.fidelity_share": float("nan")}, "a finite number"),
    ],
)
def test_a_wrong_variation_is_refused(changes: dict[str, Any], advice: str) -> None:
    with pytest.raises(InputError) as caught:
        load_scenario("status-quo").vary(changes)
    assert advice in str(caught.value)


def test_a_key_that_is_called_as_pydantic_marks_keys_is_unknown() -> None:
    with pytest.raises(InputError, match=r"unknown key '\[key\]'"):
        load_scenario("status-quo").vary({"[key]": None})


@given(st.dictionaries(st.text(max_size=12), st.integers() | st.text(max_size=5) | st.none() | st.lists(st.floats())))
def test_nothing_but_an_input_error_comes_of_nonsense(changes: dict[str, Any]) -> None:
    base = load_scenario("status-quo")
    if changes:
        with pytest.raises(InputError):
            base.vary(changes)
