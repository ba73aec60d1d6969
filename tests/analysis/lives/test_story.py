"""Paired lives of real runs: the same person twice, alike until the scenarios reach them, in the shares that are so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import reentrysim
from behavior.small_runs import TOTAL, small
from reentrysim.analysis.answer import Counts
from reentrysim.analysis.compare import Comparison, compare
from reentrysim.analysis.lives import beside, states
from reentrysim.analysis.lives.choosing import of_1000
from reentrysim.analysis.lives.lives import KIND_COLUMNS, TIMELINE_COLUMNS, Kind, Lives, Pair
from reentrysim.analysis.lives.parted import ALIKE
from reentrysim.analysis.lives.story import story
from reentrysim.experiments.plan import Plan
from reentrysim.vocabulary import InputError

SIZE, MONTH = 160, 24
MONEY = {TOTAL: 4.0 * 343.0 * SIZE / 6 * 38}
MORE = {
    "funding.shares": {"mentoring": 0.5, "case_management": 0.3, "transitional_jobs": 0.2},
    "programs.case_management": {},
    "programs.transitional_jobs": {},
    "circumstances.violation_response": 0.4,
}


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    base = small(size=SIZE)
    others = [base.vary({**MONEY, **MORE}, name="more"), base.vary({}, name="again")]
    return compare(others, baseline=base.vary({}, name="first"), replicates=4, jobs=1)


@pytest.fixture(scope="module")
def plan(comparison: Comparison) -> Plan:
    return replace(comparison.plan, scenarios=comparison.plan.scenarios[:2])


@pytest.fixture(scope="module")
def everybody(plan: Plan) -> list[Pair]:
    """Everybody of the analysis cohort of one run."""
    return [draft.pair for draft in beside.run_beside(plan, 1, MONTH, SIZE).drafts]


@pytest.fixture(scope="module")
def lives(comparison: Comparison) -> Lives:
    return story(comparison, "more", replicates=4)


def before(pair: Pair, month: int | None) -> slice:
    return slice(0, len(pair.months) if month is None else sum(one < month for one in pair.months))


def test_timelines_are_the_same_until_the_scenarios_reach_the_person(everybody: list[Pair]) -> None:
    assert len(everybody) == SIZE
    differ = 0
    for pair in everybody:
        until = before(pair, pair.parted)
        lanes = pair.baseline.lanes.keys() | pair.other.lanes.keys()
        for lane in lanes:
            one, other = (life.lanes.get(lane, ("",) * len(pair.months)) for life in (pair.baseline, pair.other))
            assert one[until] == other[until], (pair.who, lane)
            differ += one != other
        for life, twin in ((pair.baseline, pair.other), (pair.other, pair.baseline)):
            if pair.parted is None:
                assert life.events == twin.events
            assert [e for e in life.events if pair.parted and e.month < pair.parted] == [
                e for e in twin.events if pair.parted and e.month < pair.parted
            ]
    parted = sum(pair.parted is not None for pair in everybody)
    assert 20 < parted < SIZE
    assert differ > 20


def test_whoever_differs_at_all_has_a_month_and_a_cause(everybody: list[Pair]) -> None:
    for pair in everybody:
        assert (pair.parted is None) == (pair.why == ALIKE) == (pair.through == "")
        if (pair.baseline.back, pair.baseline.died) != (pair.other.back, pair.other.died):
            assert pair.parted is not None


def test_standing_in_a_line_parts_nobody(everybody: list[Pair]) -> None:
    assert not any("waiting" in pair.why for pair in everybody)
    assert not any("_" in pair.why for pair in everybody)
    assert any(pair.parted is None for pair in everybody)  # though nearly all stand in a line that the first has not


def test_kinds_are_those_of_the_answers_month(everybody: list[Pair]) -> None:
    for pair in everybody:
        back = [life.back is not None and life.back <= MONTH for life in (pair.baseline, pair.other)]
        kinds = {(True, False): Kind.IMPROVED, (False, True): Kind.WORSENED, (True, True): Kind.BOTH}
        assert pair.kind == kinds.get((back[0], back[1]), Kind.NEITHER)
    assert {pair.kind for pair in everybody} >= {Kind.IMPROVED, Kind.BOTH, Kind.NEITHER}


def test_all_replicates_made_again_give_the_shares_of_the_comparison(lives: Lives, comparison: Comparison) -> None:
    """With all of them the joint shares are the plain means, so improved less worsened is the difference."""
    counts = [share.runs for share in lives.shares]
    assert sum(counts) == 4 * SIZE
    assert sum(share.of_1000 for share in lives.shares) == 1000
    base = comparison.value("first", "return_to_prison", MONTH).mean
    change = comparison.paired("more", "return_to_prison", MONTH).mean
    assert (counts[Kind.IMPROVED] + counts[Kind.BOTH]) / (4 * SIZE) == pytest.approx(base, abs=1e-6)
    assert (counts[Kind.WORSENED] - counts[Kind.IMPROVED]) / (4 * SIZE) == pytest.approx(change, abs=1e-6)
    for share in lives.shares:
        assert abs(share.of_1000 - 1000 * share.runs / (4 * SIZE)) < 10 + share.error
        assert 0 <= share.reached <= share.runs and 0 <= share.died <= share.runs


def test_the_shares_agree_with_the_printed_answer(lives: Lives) -> None:
    improved, worsened = (lives.shares[kind].of_1000 for kind in (Kind.IMPROVED, Kind.WORSENED))
    assert improved > worsened
    assert f"{improved - worsened} fewer of 1,000" in lives.answer


def test_the_rarer_kind_is_counted_and_the_other_is_that_and_the_difference(comparison: Comparison) -> None:
    """Made-up joint shares: the difference of all replicates rules, whatever those made again say of it."""
    joint = np.array([[0.5, 0.010, 0.3, 0.19], [0.1, 0.030, 0.3, 0.57]])
    counts, errors = of_1000(comparison, "more", MONTH, [0, 2], joint)
    change = Counts(comparison.paired("more", "return_to_prison", MONTH)).mean
    base = Counts(comparison.value("first", "return_to_prison", MONTH)).mean
    assert change < 0
    assert counts[Kind.WORSENED] == 20  # by hand: mean .02, error .01, so tens
    assert errors[Kind.WORSENED] == pytest.approx(10.0)
    assert counts.tolist() == [20 - change, 20, base - (20 - change), 1000 - base - 20]


def test_replicates_that_agree_by_chance_are_not_taken_as_sure(comparison: Comparison) -> None:
    joint = np.array([[0.1, 0.05, 0.3, 0.55]] * 4)
    _, errors = of_1000(comparison, "more", MONTH, [0, 1, 2, 3], joint)
    assert errors[Kind.WORSENED] == pytest.approx(1000 * np.sqrt(0.05 / (4 * SIZE)))  # as of a count of people


def test_the_same_is_told_of_the_folder(comparison: Comparison, tmp_path: Path) -> None:
    comparison.save(tmp_path / "here")
    fresh, read = (story(one, "more", replicates=2) for one in (comparison, tmp_path / "here"))
    assert fresh == read
    public = reentrysim.story(tmp_path / "here", "more", replicates=2)
    assert public.pairs == fresh.pairs
    assert "Participant A (simulated)" in public.text()


def test_a_scenario_that_changes_nothing_parts_nobody(comparison: Comparison) -> None:
    lives = story(comparison, "again", replicates=2)
    assert lives.parted == 0
    assert [share.unit for share in lives.shares][:2] == [0, 0]
    assert "replicates: less than 1 more or fewer of 1,000 people released" in lives.answer
    assert [share.runs for share in lives.shares][:2] == [0, 0]
    assert [share.of_1000 for share in lives.shares][:2] == [0, 0]
    assert {pair.kind for pair in lives.pairs} == {Kind.BOTH, Kind.NEITHER}
    assert all(pair.baseline.lanes == pair.other.lanes for pair in lives.pairs)
    assert len(lives.pairs) == 8


def test_more_people_keep_those_who_were_shown(comparison: Comparison) -> None:
    lives, more = (story(comparison, "more", replicates=1, people=people) for people in (8, 16))
    held = {(pair.who, pair.replicate, pair.kind) for pair in more.pairs}
    assert {(pair.who, pair.replicate, pair.kind) for pair in lives.pairs} <= held


def test_whoever_a_program_reached_has_it_in_the_timeline(everybody: list[Pair]) -> None:
    for pair in everybody:
        begun = [e for life in (pair.baseline, pair.other) for e in life.events if e.what == states.BEGINS]
        assert pair.reached == any(event.month <= MONTH for event in begun)
    lanes = [life.lanes["transitional_jobs"] for pair in everybody for life in (pair.other,)]
    assert any(states.HELD_FOR_PART in lane and states.HELD not in lane for lane in lanes)


def test_tables_tell_what_is_shown(lives: Lives) -> None:
    assert lives.timelines.columns.tolist() == TIMELINE_COLUMNS
    assert lives.kinds.columns.tolist() == KIND_COLUMNS
    assert lives.kinds["shown"].sum() == len(lives.pairs)
    table = lives.timelines
    for pair in lives.pairs:
        own = table[(table["person"] == f"{pair.label} (simulated)") & (table["scenario"] == pair.other.scenario)]
        assert own[own["lane"] == "event"]["state"].tolist() == [event.words for event in pair.other.events]
        inside = own[(own["lane"] == "custody") & (own["state"] == "back in prison")]["month"]
        assert (inside.min() if len(inside) else None) == pair.other.back


def test_an_earlier_month_may_decide(comparison: Comparison) -> None:
    early = story(comparison, "more", replicates=2, month=6)
    assert early.headline_month == 6
    for pair in early.pairs:
        assert (pair.kind in (Kind.IMPROVED, Kind.BOTH)) == (pair.baseline.back is not None and pair.baseline.back <= 6)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"scenario": "mroe"}, "'mroe' is not in these results. Did you mean 'more'?"),
        ({"scenario": "first"}, "'first' is the baseline"),
        ({"people": 0}, "--people: 0 is out of range. It must be from 1 to 24"),
        ({"people": 25}, "--people: 25 is out of range"),
        ({"replicates": 5}, "--replicates: 5 is out of range. It must be from 1 to 4"),
        ({"month": 25}, "--month: 25 is out of range. It must be from 1 to 24"),
    ],
)
def test_what_there_is_not_is_refused(comparison: Comparison, asked: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        story(comparison, **asked)  # type: ignore[arg-type]


def test_runs_that_are_no_longer_the_same_are_refused(comparison: Comparison, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(comparison), "sample", lambda *_: np.full(4, 0.25))
    with pytest.raises(InputError, match="replicate 0 of first runs otherwise here"):
        story(comparison, "more", replicates=1)


def test_one_scenario_alone_has_no_twin() -> None:
    alone = reentrysim.run(small(size=24), replicates=2, jobs=1, participants=24)
    with pytest.raises(InputError, match="one scenario alone has no lives to put beside"):
        story(alone)
