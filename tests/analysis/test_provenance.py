"""Every number has a source and a reader, and its story says what is true of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from reentrysim.analysis import provenance, readers
from reentrysim.analysis.provenance import evidence, numbers, story
from reentrysim.analysis.readers import Watched, reads_of
from reentrysim.analysis.trial import LATER, MOST, SHARE, TRIALS
from reentrysim.evidence.catalog import load_catalog
from reentrysim.evidence.published import published_row
from reentrysim.scenario import load_scenario
from reentrysim.vocabulary import InputError
from scenario.designs import designs


@pytest.fixture(scope="module")
def read() -> dict[str, set[str]]:
    """Where each number was read by one run or another."""
    found: dict[str, set[str]] = {}
    for scenario in designs():
        for name, places in reads_of(scenario).items():
            found.setdefault(name, set()).update(places)
    return found


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stories from one scenario and few people."""
    monkeypatch.setattr(provenance, "_PEOPLE", 100)
    monkeypatch.setattr(provenance, "_REPLICATES", 2)
    monkeypatch.setattr(readers, "shipped_scenarios", lambda: ["status-quo"])
    readers.reads_of_shipped.cache_clear()


def test_what_the_model_reads_is_listed(read: dict[str, set[str]]) -> None:
    assert set(read) <= set(evidence().frame["name"])


def test_nothing_is_listed_that_nobody_reads(read: dict[str, set[str]]) -> None:
    unread = {name for name, number in numbers().items() if provenance.kind_of(name) != "published"} - set(read)
    assert unread == {name for name, number in load_catalog().items() if number.read_by == "calibration"}


@pytest.mark.usefixtures("quick")
def test_what_only_the_calibration_reads_stands_in_its_code() -> None:
    only = {name for name, number in load_catalog().items() if number.read_by == "calibration"}
    who = {"participants.accepting_hazard_ratio", "participants.supervision_violators_share"}
    effects = [trial.effect for trial in (*TRIALS, *LATER)]
    assert only == {MOST, SHARE, "reoffending.technical_share_of_returns", *who, *effects}
    assert story("participants.accepting_hazard_ratio").solved == ("participants.frailty_motivation_correlation",)


def test_a_read_is_remembered_by_its_function() -> None:
    watched = Watched({"a.b": 1.0, "a.c": 2.0})
    assert [watched["a.b"] for _ in range(2)] == [1.0, 1.0]
    (place,) = watched.read_in["a.b"]
    assert place.endswith("test_provenance.py: test_a_read_is_remembered_by_its_function")
    assert "a.c" not in watched.read_in


def test_the_table_can_be_narrowed() -> None:
    judged, work = evidence(grade="d").frame, evidence(subject="work").frame
    assert set(judged["grade"]) == {"D"}
    assert len(judged) < len(evidence().frame)
    assert set(work["subject"]) == {"work"}
    assert {"work.hazard_ratio", "work.effort"} <= set(work["name"])  # an estimate, and what was solved
    assert evidence("D", "assessment").frame["grade"].tolist() == ["D"] * len(evidence("D", "assessment").frame)


def test_every_number_has_rows_a_source_or_an_assumption() -> None:
    frame = evidence().frame
    assert frame[(frame["sources"] == "") & (frame["assumption"] == "")].empty
    assert frame["name"].is_unique
    assert frame["grade"].isin(list("ABCD")).all()


@pytest.mark.usefixtures("quick")
def test_the_story_of_an_estimate() -> None:
    told = story("housing.hazard_ratio_homeless")
    assert [row.id for row in told.figures] == ["PE083"]
    assert told.gives == pytest.approx((published_row("PE083").number() ** 0.5,))
    assert "Jacobs, L.A.; Gottlieb, A. (2019)" in told.sources[0]
    assert told.places == ("stages/circumstances.py: arrest_hazard",)
    assert told.scenarios == (told.moved_in,) == ("status-quo",)
    assert told.moves["outcome"].tolist()[0] == "rearrest"
    assert told.moves["difference"].tolist() == pytest.approx((told.moves["high"] - told.moves["low"]).tolist())
    assert told.moves["difference"].abs().max() > 0.0
    assert (told.moves["mcse"] >= 0.0).all()


@pytest.mark.usefixtures("quick")
def test_the_story_of_what_was_solved_and_of_what_it_was_solved_from() -> None:
    solved, effect = story("mentoring.log_hazard_at_full_trust"), story("mentoring.hazard_ratio")
    assert effect.solved == (solved.number.name,)
    assert effect.places == () == effect.scenarios
    assert effect.moves.empty
    assert solved.places == ("programs/mentoring.py: relief",)
    assert solved.number.low < solved.number.value < solved.number.high
    assert {row.id for row in solved.figures} == {row.id for row in effect.figures}
    assert story("education.odds_ratio").solved == ("education.log_hazard_at_full_dose",)


def test_the_story_of_a_published_row_and_of_prices() -> None:
    assert story("population.RT01453").places == ("agents/intake.py: draw_traits",)
    assert story("prices.cpi_2024").number.source == "CPI_US"
    assert story("prices.cpi_2024").moves.empty


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("work.hazard_ration", "Did you mean 'work.hazard_ratio'?"),
        ("work", "use --subject work"),
        ("PE083", "estimates that rest on it: housing.hazard_ratio_homeless"),
        ("RT00001", "no estimate rests on it"),
        ("community.news_weight", "Known: community.campaign_push, community.employer_gain, community.fade"),
    ],
)
def test_a_wrong_name_says_what_to_do(name: str, message: str) -> None:
    with pytest.raises(InputError, match="there is no number") as error:
        story(name)
    assert message in str(error.value)
    assert len(str(error.value)) < 900


def test_a_wrong_grade_or_subject_is_refused() -> None:
    with pytest.raises(InputError, match="there is no grade 'E'"):
        evidence(grade="E")
    with pytest.raises(InputError, match="Did you mean 'housing'"):
        evidence(subject="hosing")


def test_the_calibrations_place_is_that_of_status_quo() -> None:
    population = load_scenario("status-quo").population
    assert (population.profile, population.calibration) == (provenance.PLACE, provenance.PLACE)
    assert Path(readers._PACKAGE).name == "reentrysim"
