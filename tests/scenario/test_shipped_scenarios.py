"""The questions that come with the package, their schema, and the template of a new one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from reentrysim.scenario import json_schema, load_scenario, shipped_scenarios, template
from reentrysim.scenario.schema import Scenario
from reentrysim.vocabulary import InputError, Origin, Risk

Write = Callable[..., str]

DIFFERS_IN = {
    "status-quo": {},
    "more-mentors": {
        "programs.mentoring.staff.origin.volunteer": 1.0,
        "programs.mentoring.staff.origin.lived_experience": 0.0,
    },
    "smaller-mentor-caseloads": {"policies.caseload.mentoring.per_worker": 1},
    "compatible-matching": {"policies.matching.mentoring.rule": "compatibility"},
    "front-loaded-contact": {
        "programs.mentoring.dose": "front_loaded",
        "policies.caseload.mentoring.per_worker": 1,
    },
    "grant-ends-early": {"funding.sources.state_grant.last_step": 54},
    "peers": {
        "programs.mentoring.staff.origin.volunteer": 0.0,
        "programs.mentoring.staff.origin.lived_experience": 1.0,
    },
    "former-participants": {
        "programs.mentoring.staff.origin.volunteer": 0.0,
        "programs.mentoring.staff.origin.lived_experience": 1.0,
        "programs.mentoring.staff.alumni": True,
        "programs.mentoring.staff.ambassadors": True,
    },
    "circles": {
        "programs.mentoring.format": "circle",
        "programs.mentoring.staff.origin.volunteer": 1.0,
        "programs.mentoring.staff.origin.lived_experience": 0.0,
        "policies.caseload.mentoring.per_worker": 1,
    },
    "groups": {"programs.mentoring.format": "group", "policies.caseload.mentoring.per_worker": 8},
    "stops-at-the-gate": {
        "programs.mentoring.setting": "custody",
        "programs.mentoring.eligible.to_month": -1,
    },
    "supported-mentors": {"programs.mentoring.staff.support_share": 2.0},
}


def leaves(table: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from leaves(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def test_all_these_are_shipped() -> None:
    assert set(DIFFERS_IN) <= set(shipped_scenarios())


@pytest.mark.parametrize("name", DIFFERS_IN)
def test_each_differs_from_today_only_in_what_it_must(name: str) -> None:
    base, mine = (dict(leaves(load_scenario(one).resolved())) for one in ("status-quo", name))
    changed = {key: value for key, value in mine.items() if base.get(key) != value}
    assert {key: changed[key] for key in changed if key not in ("name", "title", "question")} == DIFFERS_IN[name]
    assert base.keys() == mine.keys()


def test_names_titles_questions_and_digests_are_each_their_own() -> None:
    scenarios = [load_scenario(name) for name in shipped_scenarios()]
    assert [scenario.name for scenario in scenarios] == list(shipped_scenarios())
    for words in ("title", "question", "digest"):
        assert len({getattr(scenario, words) for scenario in scenarios}) == len(scenarios)
    assert all(scenario.question.endswith("?") for scenario in scenarios)


def test_budgets_are_equal() -> None:
    totals = {
        name: sum(source.total_dollars for source in load_scenario(name).funding.sources.values())
        for name in shipped_scenarios()
    }
    assert set(totals.values()) == {4_900_000.0}


def test_status_quo_sets_every_key_there_is() -> None:
    with shipped_scenarios()["status-quo"].open("rb") as file:
        written = {key for key, _ in leaves(tomllib.load(file))}
    resolved = {key for key, _ in leaves(load_scenario("status-quo").resolved())}
    assert resolved - {"name"} == written


def test_an_installed_package_has_its_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from reentrysim.scenario import loading

    (tmp_path / "status-quo.toml").write_text("")
    monkeypatch.setattr(loading, "_IN_WHEEL", tmp_path)
    assert shipped_scenarios() == {"status-quo": tmp_path / "status-quo.toml"}


def test_words_are_those_of_the_vocabulary() -> None:
    definitions = json_schema()["$defs"]
    assert definitions["Eligible"]["properties"]["risk"]["items"]["enum"] == [risk.name.lower() for risk in Risk]
    assert list(definitions["MentorOrigin"]["properties"]) == [origin.name.lower() for origin in Origin]


def test_the_schema_has_a_sentence_on_every_key() -> None:
    schema = json_schema()
    tables = [schema, *schema["$defs"].values()]
    sentences = {
        key: about.get("description") or schema["$defs"][about["$ref"].rsplit("/", 1)[1]]["description"]
        for table in tables
        for key, about in table["properties"].items()
    }
    assert "based_on" in sentences and "schema" in sentences and "name" not in sentences
    assert [key for key, sentence in sentences.items() if not re.fullmatch(r"[A-Z].*[.]", sentence)] == []
    assert all(table["additionalProperties"] is False for table in tables)


def test_a_scenario_is_frozen() -> None:
    scenario, key = load_scenario("status-quo"), "lead_months"
    with pytest.raises(ValueError, match="frozen"):
        setattr(scenario.time, key, 3)
    assert isinstance(scenario, Scenario)


def test_the_template_loads_as_it_is(write: Write) -> None:
    mine = load_scenario(write(template("more-beds"), "more-beds.toml", head=""))
    assert (mine.name, mine.title) == ("more-beds", "More beds")
    assert mine.digest == load_scenario("status-quo").digest


def test_every_line_of_the_template_that_can_be_used_is_right(write: Write) -> None:
    text = re.sub(r"(?m)^# (?=\[|\w+ = |\"[\w.]+\" = )", "", template("more-beds"))
    mine = load_scenario(write(text, "more-beds.toml", head=""))
    assert list(mine.estimates) == ["mentoring.match_end_monthly_risk"]
    assert mine.vary({}).resolved() | {"estimates": {}, "name": "", "title": "", "question": ""} == (
        load_scenario("status-quo").resolved() | {"estimates": {}, "name": "", "title": "", "question": ""}
    )


@pytest.mark.parametrize("name", ["More", "../up", "a_b", "", "a--b", "x\n", "a/b", "ü"])
def test_a_template_needs_a_name_in_kebab_case(name: str) -> None:
    with pytest.raises(InputError, match="kebab-case"):
        template(name)
