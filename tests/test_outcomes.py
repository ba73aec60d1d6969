from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from behavior.small_runs import TOTAL, cohort, model_of, small
from reentrysim import costs, feedback
from reentrysim.analysis.tables import is_amount
from reentrysim.experiments.run import at_horizon_only
from reentrysim.model import ReentryModel
from reentrysim.outcomes import (
    by_month,
    cost_per_release,
    ledger_rows,
    memberships,
    program_groups,
    queue_drift,
    since_sentence,
    tabulate,
)
from reentrysim.vocabulary import DAYS_PER_MONTH, NEVER, OUTCOMES, Home, Offense, Race, Route, Status

SIX = {"time.window_months": 1, "time.warmup_months": 2, "time.tail_months": 0, "time.follow_up_months": 4}


@pytest.fixture(scope="module")
def finished() -> ReentryModel:
    return model_of(small(size=400)).run()


def silent() -> ReentryModel:
    """Twenty-four people (released in step 3) to whom nothing has happened; their follow-up has four months."""
    model = model_of(small({**SIX, TOTAL: 0.0}, size=24))
    cohort = model.world.calendar.cohort
    model.world.people.status[cohort] = Status.COMMUNITY
    return model


def test_by_month_by_hand() -> None:
    table = by_month(np.array([NEVER, 1, 3, 9]), 4)
    assert table.tolist() == [[0, 0, 0, 0], [1, 1, 1, 1], [0, 0, 1, 1], [0, 0, 0, 0]]


def test_series_by_hand() -> None:
    model = silent()
    people, start = model.world.people, model.world.calendar.cohort.start
    people.first_arrest[start : start + 3] = [1, 2, 2]
    people.first_conviction[start] = 3
    people.first_return[start : start + 4] = [2, 4, 4, 4]
    people.first_route[start : start + 4] = [
        Route.NEW_SENTENCE,
        Route.RULE_VIOLATION,
        Route.REVOKED_AFTER_ARREST,
        Route.NEW_SENTENCE,
    ]
    people.death[start + 5] = 2
    record = model.world.record
    record.arrests[0, 0] = record.arrests[1, 0] = record.arrests[1, 1] = 1
    record.custody_days[1, 0], record.custody_days[3, 1] = 12.0, DAYS_PER_MONTH
    record.in_custody[3, 1] = record.in_prison[3, 1] = True
    record.seriousness[1, :2] = Offense.DRUG
    record.convicted[1, 0] = record.convicted[3, 1] = record.returned[1, 0] = record.returned[3, 2] = True
    record.supervised[:] = True
    series = {name: values[0] for name, values in tabulate(model).series.items()}
    assert series["rearrest"] * 24 == pytest.approx([1, 3, 3, 3])
    assert series["reconviction"] * 24 == pytest.approx([0, 0, 1, 1])
    assert series["return_to_prison"] * 24 == pytest.approx([0, 1, 1, 4])
    assert series["return_new_sentence"] * 24 == pytest.approx([0, 1, 1, 2])
    assert series["return_technical"] * 24 == pytest.approx([0, 0, 0, 2])
    assert series["deaths"] * 24 == pytest.approx([0, 1, 1, 1])
    assert series["arrests"] * 24 == pytest.approx([1, 3, 3, 3])
    assert series["arrests_violent"] * 24 == pytest.approx([1, 1, 1, 1])
    assert series["arrests_drug"] * 24 == pytest.approx([0, 2, 2, 2])
    assert series["convictions"] * 24 == pytest.approx([0, 1, 1, 2])
    assert series["prison_admissions"] * 24 == pytest.approx([0, 1, 1, 2])
    assert series["months_in_prison"] * 24 == pytest.approx([0, 0, 0, 1])
    assert series["months_supervised"] * 24 == pytest.approx([24, 48, 72, 96])
    assert series["days_in_custody"] * 24 == pytest.approx([0, 12, 12, 12 + 365.25 / 12])
    assert series["in_custody"] == pytest.approx([0, 0, 0, 1 / 23])  # of the living
    in_jail = 12 / (365.25 / 12)
    free = [24, 23 - in_jail, 23, 22]  # one dies in the second month, another is inside in all of the fourth
    assert series["months_in_community"] * 24 == pytest.approx(np.cumsum(free))


def test_the_two_kinds_of_return_add_up_in_every_month_and_subgroup(finished: ReentryModel) -> None:
    series = tabulate(finished).series
    parts = series["return_new_sentence"] + series["return_technical"]
    assert np.nanmax(np.abs(parts - series["return_to_prison"])) < 1e-15
    assert series["return_new_sentence"][0, -1] > 0
    assert series["return_technical"][0, -1] > 0


LIVES = {
    f"{name}{free}" for name in ("employed", "stably_housed", "homeless", "active_use") for free in ("", "_if_free")
}


def test_how_people_live_is_counted_over_the_living_and_over_the_free(finished: ReentryModel) -> None:
    world, series, month = finished.world, tabulate(finished).series, 18
    dead = cohort(finished, world.people.death)
    alive = (dead == NEVER) | (dead > month)
    employed = world.record.employed[month - 1]
    inside = world.record.in_custody[month - 1] & alive
    assert not employed[inside | ~alive].any()
    assert series["employed"][0, month - 1] == employed.sum() / alive.sum() > 0.1
    assert series["employed_if_free"][0, month - 1] == employed.sum() / (alive & ~inside).sum()
    on_street = np.isin(world.record.home[month - 1], [Home.STREET, Home.SHELTER])
    assert series["homeless"][0, month - 1] == on_street.sum() / alive.sum() > 0.0
    assert not (on_street & world.record.stably_housed[month - 1]).any()


def test_earnings_are_wages_for_hours_at_liberty(finished: ReentryModel) -> None:
    world = finished.world
    paid = world.record.earned > 0.0
    assert np.array_equal(paid, world.record.employed)
    hours, most = finished.values["work.hours_per_month"], world.employers.wage.max()
    assert world.record.earned.max() == most * hours
    assert tabulate(finished).series["earnings"][0, -1] == pytest.approx(world.record.earned.sum() / paid.shape[1])


def test_cumulative_outcomes_never_fall_and_shares_stay_shares(finished: ReentryModel) -> None:
    series = tabulate(finished).series
    for name in {one for one in OUTCOMES if not at_horizon_only(one)} - {"in_custody", *LIVES}:
        assert (np.diff(series[name][0]) >= 0).all(), name
    for name in {one for one in OUTCOMES if not is_amount(one)}:
        assert np.nanmin(series[name]) >= 0.0
        assert np.nanmax(series[name]) <= 1.0, name
    everybody_has = slice(0, -3)  # of the others some may be empty
    assert (series["reconviction"] <= series["rearrest"])[everybody_has].all()
    assert (series["rearrest"] <= series["arrests"] + 1e-12)[everybody_has].all()


def test_the_result_has_every_outcome_in_one_shape(finished: ReentryModel) -> None:
    result = tabulate(finished)
    assert set(result.series) == set(OUTCOMES)
    assert {values.shape for values in result.series.values()} == {(len(result.subgroups), 24)}


@pytest.mark.parametrize("key", ["sex", "age", "priors", "race", "risk", "offense", "release"])
def test_subgroups_of_a_key_are_everybody_once(finished: ReentryModel, key: str) -> None:
    members = {name: who for name, who in memberships(finished.world).items() if name.startswith(f"{key}=")}
    assert (np.sum(list(members.values()), axis=0) == 1).all()
    assert all(who.any() for who in members.values())


def test_subgroups_are_who_they_say(finished: ReentryModel) -> None:
    members, cohort = memberships(finished.world), finished.world.calendar.cohort
    age, priors = finished.world.traits.age[cohort], finished.world.traits.priors[cohort]
    assert np.array_equal(members["age=25-29"], np.floor(age / 5) == 5)
    assert np.array_equal(members["age=40+"], age >= 40)
    assert np.array_equal(members["priors=5-9"], np.isin(priors, [5, 6, 7, 8, 9]))
    assert np.array_equal(members["sex=female"], finished.world.traits.female[cohort])
    assert np.array_equal(members["risk=high"], finished.world.risk[cohort] == 2)
    assert next(iter(members)) == "all"


def test_those_whom_programs_reached_are_counted_in_the_baseline_too(finished: ReentryModel) -> None:
    """Served people beside the very same people without money: nobody else enters, nobody is left out."""
    without = model_of(small({TOTAL: 0.0}, size=400)).run()
    result, baseline = tabulate(finished), tabulate(without)
    told = result.beside(baseline)
    assert told.cohort is None
    served = cohort(finished, finished.world.mentees.matches) > 0
    first = cohort(without, without.world.people.first_arrest)[served]
    groups = program_groups(["mentoring"])
    row = groups.index("served=mentoring")
    by_24 = np.mean((first != NEVER) & (first <= 24))
    assert told.counterpart["rearrest"][row, -1] == pytest.approx(by_24)
    assert result.people[-len(groups) + row] == served.sum() > 10
    offered = cohort(finished, finished.world.mentees.offered_step) != NEVER
    assert result.people[result.subgroups.index("offered=mentoring")] == offered.sum() > served.sum()
    assert result.subgroups[-3:] == groups
    of_another = tabulate(finished, ["mentoring", "case_management"])
    assert np.isnan(of_another.series["rearrest"][of_another.subgroups.index("served=case_management")]).all()
    itself = baseline.beside(baseline)
    assert np.array_equal(itself.counterpart["rearrest"], baseline.series["rearrest"][-len(groups) :], equal_nan=True)
    with pytest.raises(ValueError, match="before their people are dropped"):
        told.beside(baseline)


def test_the_whole_is_the_weighted_mean_of_its_parts(finished: ReentryModel) -> None:
    result = tabulate(finished)
    rows = [n for n, name in enumerate(result.subgroups) if name.startswith("age=")]
    for outcome in ("rearrest", "arrests", "return_technical"):
        mean = np.average(result.series[outcome][rows], axis=0, weights=result.people[rows])
        assert mean == pytest.approx(result.series[outcome][0])


def test_an_empty_subgroup_is_not_a_number() -> None:
    model = silent()
    model.world.traits.female[:] = False
    result = tabulate(model)
    row = result.subgroups.index("sex=female")
    assert result.people[row] == 0
    assert all(np.isnan(values[row]).all() for values in result.series.values())


def test_in_custody_stays_a_share_when_the_last_of_a_subgroup_dies_inside() -> None:
    deadly = {"violation.level": 3.0, "mortality.custody_death_rate": 9.0}  # back within weeks, dead within months
    model = model_of(small({**SIX, "time.follow_up_months": 12, TOTAL: 0.0}, size=24), deadly).run()
    result = tabulate(model)
    assert result.series["deaths"][0, -1] > 0.5
    assert np.nanmax(result.series["in_custody"]) <= 1.0


def test_ledger_rows_are_where_money_moved_and_add_up(finished: ReentryModel) -> None:
    rows = ledger_rows(finished.world)
    assert all(any(row[3:]) for row in rows)
    assert len({row[:3] for row in rows}) == len(rows)
    assert {row.program for row in rows} == {"mentoring", "overhead"}
    arrived = sum(row.arrived for row in rows)
    assert arrived == sum(row.spent + row.lapsed + row.unspent + row.unpaid for row in rows)
    assert arrived == round(343 * 400 / 6 * 38 * 100)
    assert [row[:3] for row in rows] == sorted(row[:3] for row in rows)


def test_cost_per_release_by_hand() -> None:
    model = model_of(small({**SIX, TOTAL: 2400.0, "funding.sources.state_grant.last_step": 1}, size=24))
    model.world.ledger.receive(1)
    model.world.ledger.spend("mentoring", 1, 96_000)  # beside 24,000 cents of overhead
    # 24 people a month for three months (warm-up 2, window 1) are 72 releases; $1,200 / 72.
    assert cost_per_release(model) == pytest.approx(1200 / 72)
    assert tabulate(model).series["cost_programs"][0, -1] == pytest.approx(1200 / 72)
    assert np.isnan(tabulate(model).series["cost_programs"][0, :-1]).all()


def test_cost_per_release_is_the_real_systems() -> None:
    scenario = small(size=400)
    whole, half = (
        np.mean([cost_per_release(model_of(scenario, None, replicate, count).run()) for replicate in range(6)])
        for count in (400, 200)
    )
    assert half == pytest.approx(whole, rel=0.08)


def test_queue_drift_by_hand() -> None:
    waiting = np.concatenate([np.zeros(13), np.full(6, 10.0), np.full(6, 30.0), np.full(9, 99.0)])
    assert queue_drift(waiting, warmup_steps=24) == pytest.approx(20 / 20)
    assert np.isnan(queue_drift(waiting, warmup_steps=11))  # too short to tell
    assert queue_drift(np.zeros(40), warmup_steps=24) == 0.0


def test_notes_count_what_the_tables_say(finished: ReentryModel) -> None:
    notes, mentees, cohort = tabulate(finished).notes, finished.world.mentees, finished.world.calendar.cohort
    served = mentees.matches[cohort] > 0
    assert notes["served"] == pytest.approx(served.mean())
    assert notes["contacts_per_served"] == pytest.approx(mentees.contacts[cohort].sum() / served.sum())
    assert 0 < notes["served"] <= notes["offered"] < 1
    assert notes["active_mentors"] > 1


def test_who_is_called_what_changes_no_outcome(finished: ReentryModel) -> None:
    traits = replace(finished.world.traits, race=finished.world.traits.race[::-1].copy())
    other = replace(finished.world, traits=traits)
    assert not np.array_equal(memberships(other)["race=black"], memberships(finished.world)["race=black"])
    assert np.array_equal(memberships(other)["sex=male"], memberships(finished.world)["sex=male"])


def test_days_since_the_sentence_by_hand() -> None:
    days = np.array([[0.0, 10.0, 40.0, 40.0], [1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]])
    found = since_sentence(days, np.array([2, 0, 9]))
    month = DAYS_PER_MONTH
    assert found[0].tolist() == [month, 2 * month, 2 * month + 0.0, 2 * month + 10.0]
    assert found[1].tolist() == days[1].tolist()
    assert found[2].tolist() == [month, 2 * month, 3 * month, 4 * month]


def test_on_the_clock_of_the_sentence_nobody_is_arrested_before_the_months_served(finished: ReentryModel) -> None:
    served = cohort(finished, finished.world.traits.months_served)
    first = cohort(finished, finished.world.people.first_arrest)
    series = tabulate(finished).series
    by_24 = np.mean((first != NEVER) & (first + served <= 24))
    assert series["rearrest_since_sentence"][0, -1] == pytest.approx(by_24)
    assert 0.0 < by_24 < series["rearrest"][0, -1]


def test_mentors_are_asked_while_there_are_any(finished: ReentryModel) -> None:
    assert 0.0 < tabulate(finished).notes["mentor_satisfaction"] <= 1.0
    without = feedback.of_mentors(finished, slice(finished.steps, finished.steps))
    assert np.isnan(without)


def test_satisfaction_is_of_those_who_were_served_and_falls_with_the_wait(finished: ReentryModel) -> None:
    score = feedback.satisfaction(finished)
    mentees = finished.world.mentees
    assert np.array_equal(np.isnan(score), cohort(finished, mentees.matches) == 0)
    series = tabulate(finished).series["satisfaction"]
    assert series[0, -1] == pytest.approx(np.nanmean(score))
    assert np.isnan(series[0, :-1]).all()
    began = mentees.match_step.copy()
    mentees.first_waiting[:] = began - 6
    longer = feedback.satisfaction(finished)
    served = ~np.isnan(score)
    halves = 2.0 ** (-6 / finished.values["feedback.wait_half_months"])
    mentees.first_waiting[:] = began
    at_once = feedback.satisfaction(finished)
    assert (at_once - longer)[served] == pytest.approx((1.0 - halves) / 3)


def test_what_events_cost_by_hand() -> None:
    model = silent()
    model.world.record.convicted[1, :3] = True  # three of 24, in the second month
    model.world.record.in_prison[2:, 0] = True
    model.world.record.custody_days[2:, 0] = DAYS_PER_MONTH
    price = costs.prices(model.values, model.scenario.time.price_year)
    rate = 1.0 + model.scenario.time.discount_rate_share
    stay = sum(price["prison_year_marginal"] / 12 / rate ** ((month - 0.5) / 12) for month in (3, 4))
    by_hand = (3 * price["conviction"] / rate ** (1.5 / 12) + stay) / 24
    series = tabulate(model).series
    assert series["cost_justice"][0, -1] == pytest.approx(by_hand)
    assert series["cost_victims"][0, -1] == 0.0
    spent = series["cost_programs"][0, -1] + series["cost_in_kind"][0, -1]
    assert series["net_benefit"][0, -1] == pytest.approx(-by_hand - spent)
    assert np.isnan(series["net_benefit"][0, :-1]).all()


def test_offending_is_what_there_would_be_of_arrests_at_usual_enforcement() -> None:
    often = {"circumstances.arrest_intensity.black": 3.0, "circumstances.arrest_intensity.white": 0.5}
    series = tabulate(model := model_of(small(often, size=400)).run()).series
    race = model.world.traits.race[model.world.calendar.cohort]
    violent = (model.world.record.arrests > 0) & (model.world.record.seriousness == Offense.VIOLENT)
    each = np.select([race == Race.BLACK, race == Race.WHITE], [3.0, 0.5], 1.0)
    assert series["offending_violent"][0, -1] == pytest.approx((violent / each).sum() / len(race))
    assert series["offending_violent"][0, -1] < series["arrests_violent"][0, -1]
    victims = costs.unit_costs(costs.prices(model.values, 2024))["victims_tangible"]
    assert all(name.startswith("offending_") for name in victims)  # enforcement alone costs no victim anything
