"""Without judgment: effects graded D are none, effects of better grades stay, and every one has a none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from made_up import runner
from programs.outsiders import theater_group
from reentrysim.analysis.why import judgment
from reentrysim.analysis.why.judgment import AS_IT_IS, SILENT, WITHOUT, effects, numbers_without
from reentrysim.evidence import load_catalog
from reentrysim.evidence.catalog import Catalog
from reentrysim.experiments.run import Job
from reentrysim.programs.contract import Channel
from reentrysim.scenario import load_scenario
from reentrysim.scenario.programs import Programs
from reentrysim.scenario.values import values_for

LEVEL = "mentoring.log_hazard_at_full_trust"


def graded(**grades: str) -> Catalog:
    """The catalog with some grades made up, of names with two underscores for the dot."""
    catalog = load_catalog()
    names = {name.replace("__", "."): grade for name, grade in grades.items()}
    return Catalog({name: replace(one, grade=names.get(name, one.grade)) for name, one in catalog.items()})


def test_every_effect_of_every_program_has_a_value_at_which_it_is_none() -> None:
    found = {one.name: one for one in effects(load_catalog(), Programs.names())}
    assert found["work.hazard_ratio"].none == 1.0
    assert found["supervision.found_elasticity"].none == 0.0
    assert found["transitional_jobs.log_hazard_at_full_dose"].none == 0.0
    read = {name for name, one in load_catalog().items() if one.effect and one.read_by == "run"}
    assert read <= set(found)
    with_paths = {name for name in values_for(load_scenario("balanced")) if ".log_hazard_at_full_" in name}
    assert with_paths <= set(found)


def test_an_effect_of_a_kind_that_nobody_thought_of_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody has said"):
        judgment.nothing(load_catalog()["effects.overlap_share"])


def test_effects_of_programs_that_are_not_there_are_left_alone() -> None:
    names = {one.name for one in effects(load_catalog(), ["mentoring"])}
    assert "transitional_housing.low_risk_hazard_ratio" not in names
    assert {LEVEL, "mentoring.early_end_hazard_ratio"} <= names


def test_mentoring_rests_on_judgment_as_long_as_what_is_left_of_demonstrations_does() -> None:
    assert load_catalog()["mentoring.hazard_ratio"].grade == "B"
    assert dict(numbers_without(load_catalog(), ["mentoring"]))[LEVEL] == 0.0
    better = graded(effects__demonstration_share="B")
    assert LEVEL not in dict(numbers_without(better, ["mentoring"]))


def test_a_randomized_effect_is_kept() -> None:
    catalog = graded(transitional_jobs__odds_ratio="A", work__hazard_ratio="A")
    names = dict(numbers_without(catalog, ["mentoring", "transitional_jobs"]))
    assert "transitional_jobs.log_hazard_at_full_dose" not in names
    assert "work.hazard_ratio" not in names
    assert names["housing.hazard_ratio_homeless"] == 1.0


def test_a_program_from_outside_is_judged_by_its_own_numbers(tmp_path: Path) -> None:
    with theater_group(tmp_path):
        found = {one.name: one for one in effects(load_catalog(), ["mentoring", "theater_group"])}
        assert found["theater_group.log_hazard_at_full_dose"].estimate.name.startswith("theater_group.")
        assert found["theater_group.log_hazard_at_full_dose"].none == 0.0


def test_what_is_left_is_what_a_randomized_effect_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """A made-up world: the direct path gives 20 of 1,000, work 6, a bed of their own 1; all stay but work."""
    catalog = graded(mentoring__hazard_ratio="A", effects__demonstration_share="A")
    monkeypatch.setattr(judgment, "catalog_of", lambda _: catalog)

    def rule(job: Job) -> float:
        numbers = dict(job.numbers)
        if job.scenario.name == "status-quo":
            return 0.0
        direct = -0.02 * (numbers.get(LEVEL, -1.0) != 0.0 and Channel.ARREST not in job.silent)
        work = -0.006 * (numbers.get("work.hazard_ratio", 0.7) != 1.0 and Channel.JOB_SEARCH not in job.silent)
        return direct + work - 0.001

    asked = runner(rule)
    asked.make(judgment.runs(asked))
    found = judgment.table(asked).set_index("case")["per_1000"].to_dict()
    assert found == pytest.approx({AS_IT_IS: -27.0, WITHOUT: -21.0, SILENT: -1.0})
    told = judgment.graded(asked).set_index("effect")
    assert not told.loc[LEVEL, "set_to_none"]
    assert told.loc["work.hazard_ratio", "set_to_none"]


def test_a_number_of_a_scenario_s_own_is_judged_by_that_scenario() -> None:
    own = load_scenario("status-quo").vary({"estimates.work.hazard_ratio": 0.9})
    assert dict(numbers_without(judgment.catalog_of(own), ["mentoring"]))["work.hazard_ratio"] == 1.0
