"""What an agency believes of people: laws of the tool in whole runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from behavior.small_runs import OPEN, cohort, model_of, small
from reentrysim.agents.columns import Flags
from reentrysim.analysis.calibrate import area_under_curve
from reentrysim.model import ReentryModel
from reentrysim.outcomes import memberships, tabulate
from reentrysim.scenario.assessment import Assessment
from reentrysim.vocabulary import NEVER, Race, Risk

TOOL = "policies.assessment"
MANY = 4000


def tool(**keys: Any) -> dict[str, Any]:
    return {f"{TOOL}.{key}": value for key, value in keys.items()}


def before(size: int = 300, **keys: Any) -> ReentryModel:
    """A small world before its first month."""
    return _model({**tool(**keys)}, size)


def _model(changes: Mapping[str, Any], size: int = 300) -> ReentryModel:
    scenario = small({}, size)
    named = "small-oracle" if changes.get(f"{TOOL}.tool") == "oracle" else "small"
    return model_of(scenario.vary(changes, name=named))


def same(one: ReentryModel, other: ReentryModel) -> bool:
    """Whether two finished runs did the same to everybody."""
    tables = [(getattr(one.world, table), getattr(other.world, table)) for table in ("people", "lives", "mentees")]
    return all(np.array_equal(getattr(a, f.name), getattr(b, f.name)) for a, b in tables for f in fields(a))


def test_a_tool_that_sees_nothing_flags_whoever_they_are() -> None:
    world = before(MANY, auc_share=0.5).world
    truth = world.liable.arrest
    by_band = [truth[world.risk == band].mean() for band in Risk]
    error = truth.std() / np.sqrt(np.count_nonzero(world.risk == Risk.LOW))
    assert np.ptp(by_band) < 4 * error


def test_an_oracle_flags_by_the_truth_alone() -> None:
    model = before(MANY, tool="oracle")
    truth = model.world.liable.arrest
    assert truth[model.world.risk == Risk.LOW].max() < truth[model.world.risk == Risk.MEDIUM].min()
    assert truth[model.world.risk == Risk.MEDIUM].max() < truth[model.world.risk == Risk.HIGH].min()


def test_an_oracle_has_the_area_of_the_truth_itself() -> None:
    model = before(600, tool="oracle").run()
    first, truth = (cohort(model, of) for of in (model.world.people.first_arrest, model.world.liable.arrest))
    first = np.where(first <= 24, first, NEVER)  # what happened after follow-up counts for nothing
    told = tabulate(model)
    wanted = area_under_curve(truth, first)
    assert told.beside(told).errors["auc"][0] == pytest.approx(wanted, abs=1e-12)
    assert wanted > area_under_curve(cohort(model, before(600).world.score), first) + 0.02


@pytest.mark.parametrize("group", ["female", "black", "hispanic", "under_25"])
def test_bias_moves_the_flags_of_its_group_alone(group: str) -> None:
    plain, biased = before(MANY).world, before(MANY, bias={group: 0.5}).world
    traits = plain.traits
    of: dict[str, Flags] = {
        "female": traits.female,
        "black": traits.race == Race.BLACK,
        "hispanic": traits.race == Race.HISPANIC,
        "under_25": traits.age < 25,
    }
    members = of[group]
    assert np.array_equal(biased.score[~members], plain.score[~members])
    assert biased.score[members] == pytest.approx(plain.score[members] + 0.5)
    flagged = [np.mean(world.risk[members] == Risk.HIGH) for world in (plain, biased)]
    assert flagged[1] > flagged[0] + 0.1
    assert np.array_equal(biased.liable.arrest, plain.liable.arrest)


def test_what_an_agency_believes_changes_nobody() -> None:
    """Without anything that goes by risk, readings make no difference to what happens."""
    alike: dict[str, Any] = {"programs.mentoring.eligible.risk": ["low", "medium", "high"], **OPEN}
    usual = _model(alike).run()
    for keys in ({"bias": {"black": 2.0}}, {"tool": "oracle"}, {"assessed_share": 0.5}, {"reassess_months": 3}):
        other = _model({**alike, **tool(**keys)}).run()
        assert not np.array_equal(other.world.risk, usual.world.risk)
        assert same(other, usual)


def test_the_defaults_written_out_change_nothing() -> None:
    usual = before().run()
    written = before(bias={}, assessed_share=1.0, unassessed="low", reassess_months=0, drift_per_year=0.0).run()
    assert same(usual, written)
    assert np.array_equal(usual.world.risk, written.world.risk)


def test_who_is_not_assessed_counts_as_said() -> None:
    world = before(MANY, assessed_share=0.6, unassessed="high").world
    known = world.assessed.known
    assert known.mean() == pytest.approx(0.6, abs=0.03)
    assert (world.risk[~known] == Risk.HIGH).all()
    assert np.array_equal(world.risk[known], before(MANY).world.risk[known])


def test_a_reading_moves_with_what_was_seen_since() -> None:
    model = before(1500, reassess_months=12, auc_share=0.51).run()
    score, first = (cohort(model, of) for of in (model.world.score, model.world.assessed.score))
    arrests = model.world.record.arrests.sum(axis=0)
    moved = score - first
    assert moved[arrests >= 3].mean() > moved[arrests == 1].mean() > moved[arrests == 0].mean()
    assert moved[arrests == 0].mean() < -0.2


def test_a_second_look_sees_more_than_the_first() -> None:
    """Observed behavior ranks those who go on being arrested above the others, whatever the first reading was."""
    model = before(3000, reassess_months=12, auc_share=0.55).run()
    later = model.world.record.arrests[13:].sum(axis=0) > 0
    first = model.world.assessed.score[model.world.calendar.cohort]
    early = model.world.record.arrests[:13].sum(axis=0)
    month = np.where(later, 1, -1)
    seen = area_under_curve(cohort(model, model.world.score), month)
    assert early.any()
    assert seen > area_under_curve(first, month) + 0.05


def test_bands_of_the_results_hold_the_same_people_whoever_reads() -> None:
    usual = before().run()
    for keys in ({"bias": {"black": 1.0}}, {"tool": "oracle"}, {"reassess_months": 3}, {"auc_share": 0.5}):
        other = before(**keys).run()
        told = tabulate(other, tool=usual.scenario.policies.assessment)
        bands = [told.subgroups.index(f"risk={band.name.lower()}") for band in Risk]
        assert told.people[bands].tolist() == tabulate(usual).people[bands].tolist()
    erring: Assessment = before(assessed_share=0.5, bias={"male": 1.0}).scenario.policies.assessment
    own = memberships(before(assessed_share=0.5, bias={"male": 1.0}).world)
    told = tabulate(usual, tool=erring)
    assert told.people[told.subgroups.index("risk=high")] == own["risk=high"].sum()


def test_readings_are_judged_by_who_is_rearrested_without_the_scenario() -> None:
    usual, helped = tabulate(before().run()), tabulate(before(bias={"female": 1.0}).run())
    told = helped.beside(usual).errors
    again = usual.cohort.happened["rearrest"][:, -1]  # type: ignore[union-attr]
    women = before().world.traits.female[before().world.calendar.cohort]
    high = before(bias={"female": 1.0}).world.risk[before().world.calendar.cohort] == Risk.HIGH
    row = ["all", "sex=female"].index("sex=female")
    assert told["false_positive"][row] == pytest.approx(high[women & ~again].mean())
    assert told["false_negative"][row] == pytest.approx((~high[women & again]).mean())
