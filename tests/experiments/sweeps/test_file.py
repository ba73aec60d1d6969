"""Sweep files: what they say, and one message for whatever is wrong with them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from reentrysim.experiments.sweeps.checking import known_subgroups
from reentrysim.experiments.sweeps.design import changes_at, design_of, size_of
from reentrysim.experiments.sweeps.file import Sweep, load_sweep, shipped_sweeps
from reentrysim.experiments.sweeps.lists import read_points
from reentrysim.model import ReentryModel
from reentrysim.outcomes import tabulate
from reentrysim.randomness import Luck
from reentrysim.scenario import load_scenario, shipped_scenarios
from reentrysim.scenario.values import values_for
from reentrysim.vocabulary import InputError
from sweep_files import CASELOAD, DOLLARS, FEW_ESTIMATES, sweep, tables

RULE = "policies.matching.mentoring.rule"
EVIDENCE = {"distribution": "evidence"}
RANDOM = {"kind": "random", "points": 4}
OWN = """
schema = 1
title = "Own"
question = "What if?"
scenarios = ["status-quo", "mine.toml"]
baseline = "mine"

[design]
kind = "list"
file = "points.csv"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sweep of one's own beside a scenario and a list."""
    (tmp_path / "own.toml").write_text(OWN)
    (tmp_path / "mine.toml").write_text('based_on = "status-quo"\n[policies.matching.mentoring]\nrule = "first_come"\n')
    (tmp_path / "points.csv").write_text(f"{CASELOAD}\n2\n4\n")
    return tmp_path


def test_what_is_left_out_has_its_default() -> None:
    one = sweep()
    assert (one.name, one.label, one.base.name) == ("a-sweep", "a-sweep.toml", "status-quo")
    assert (one.replicates, one.seed, one.subgroups, one.fixed_parameters) == (2, 1, ("all",), False)
    assert one.reported_months == (60,)
    assert sweep(follow_up_months=24).reported_months == (24,)
    assert sweep(months=[36, 12]).reported_months == (12, 36)


def test_files_are_found_beside_the_sweep_that_names_them(folder: Path) -> None:
    one = load_sweep(folder / "own.toml")
    assert ([scenario.name for scenario in one.loaded], one.base.name) == (["status-quo", "mine"], "mine")
    assert one.points == ((2,), (4,))


def test_a_baseline_may_be_written_as_among_the_scenarios(folder: Path) -> None:
    (folder / "own.toml").write_text(OWN.replace('baseline = "mine"', 'baseline = "mine.toml"'))
    assert load_sweep(folder / "own.toml").base.name == "mine"


def test_what_it_says_can_be_said_again(folder: Path) -> None:
    for one in (load_sweep(folder / "own.toml"), sweep(FEW_ESTIMATES, RANDOM), sweep()):
        again = Sweep.build(one.resolved(), one.name)
        assert (again.digest, again.resolved()) == (one.digest, one.resolved())


def test_the_digest_is_of_the_question_and_of_what_its_files_hold(folder: Path) -> None:
    first = load_sweep(folder / "own.toml").digest
    (folder / "own.toml").write_text(OWN.replace("Own", "Other"))
    assert load_sweep(folder / "own.toml").digest == first
    (folder / "points.csv").write_text(f"{CASELOAD}\n2\n5\n")
    second = load_sweep(folder / "own.toml").digest
    (folder / "mine.toml").write_text('based_on = "status-quo"\n[policies.matching.mentoring]\nrule = "optimal"\n')
    assert len({first, second, load_sweep(folder / "own.toml").digest}) == 3
    usual = tables()["factors"]
    backwards = sweep(dict(reversed(usual.items())))
    assert backwards.digest != sweep().digest  # another order of points


def test_every_shipped_sweep_loads_and_is_one_question() -> None:
    shipped = shipped_sweeps()
    assert set(shipped) == {"caseload-by-budget", "matching-by-mentor-supply", "all-uncertain-estimates"}
    for name in shipped:
        one = load_sweep(name)
        assert one.question.endswith("?")
        assert design_of(one, one.base).table.notna().all(axis=None)
    assert len(load_sweep("all-uncertain-estimates").expanded) > 150


@pytest.mark.parametrize("name", sorted(shipped_sweeps()))
def test_points_of_shipped_sweeps_are_scenarios_and_no_two_alike(name: str) -> None:
    one = load_sweep(name)
    table = design_of(one, one.base).table
    numbers = range(len(table)) if len(table) < 100 else range(0, len(table), len(table) // 5)
    for scenario in one.loaded:
        digests = {scenario.vary(changes_at(one, table.iloc[number], scenario)).digest for number in numbers}
        assert len(digests) == len(numbers)


def test_the_page_shows_a_sweep_that_loads_and_counts_those_that_are_shipped() -> None:
    page = (Path(__file__).parents[3] / "docs" / "sweeps.md").read_text(encoding="utf-8")
    blocks = [tomllib.loads(block) for block in re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)]
    assert size_of(Sweep.build(blocks[0], "shown")) == 20
    assert Sweep.build({**blocks[0], **blocks[1], "factors": {CASELOAD: {"values": [1, 2]}}}, "held").constraints.shares
    for name in shipped_sweeps():
        one = load_sweep(name)
        runs = size_of(one) * len(one.loaded) * one.replicates
        assert re.search(rf"^\| `{name}` \|.*\| {runs:,} \|$", page, re.MULTILINE)
    assert f"{len(load_sweep('all-uncertain-estimates').expanded)} estimates in two" in page


def test_enforcement_by_race_is_a_factor() -> None:
    path = "circumstances.arrest_intensity.black"
    one = sweep({path: {"values": [1.0, 2.0]}})
    rows = design_of(one, one.base).table
    found = [one.base.vary(changes_at(one, rows.iloc[number], one.base)) for number in range(2)]
    assert [scenario.circumstances.arrest_intensity.unusual for scenario in found] == [{}, {"black": 2.0}]
    with pytest.raises(InputError, match=r"arrest_intensity\.black"):
        sweep({"circumstances.arrest_intensity.blck": {"values": [1.0, 2.0]}})


def test_subgroups_are_those_of_a_run() -> None:
    scenario = load_scenario("balanced").vary({"time.follow_up_months": 2})
    model = ReentryModel(scenario, values_for(scenario), Luck(1, 0), participants=24).run()
    assert known_subgroups([scenario]) == tabulate(model).subgroups


def test_a_value_that_is_wrong_at_some_points_is_left_to_them() -> None:
    assert sweep({CASELOAD: {"values": [2, 0, "x"]}}).design.kind == "grid"
    assert sweep({CASELOAD: {"range": [-4, 4], "whole": True}}, {"kind": "grid", "levels": 9})


def test_factors_that_are_right_only_together_are_right() -> None:
    fit = {"policies.matching.mentoring.least_fit_share": {"values": [0.4, 0.6]}}
    assert len(sweep({RULE: {"values": ["threshold"]}, **fit}).expanded) == 2


BAD: list[tuple[dict[str, Any], str]] = [
    ({"replicats": 4}, "a-sweep.toml: replicats: unknown key 'replicats'. Did you mean 'replicates'?"),
    ({"factors": {CASELOAD: {"valus": [1]}}}, "unknown key 'valus'. Did you mean 'values'?"),
    (
        {"factors": {"policies.casload.mentoring.per_worker": {"values": [2, 4]}}},
        "factors.\"policies.casload.mentoring.per_worker\": unknown path 'policies.casload.mentoring.per_worker'. "
        "Did you mean 'policies.caseload.mentoring.per_worker'?",
    ),
    (
        {"factors": {"funding.sources.state_grat.total_dollars": {"values": [1e6]}}},
        "Did you mean 'funding.sources.state_grant.total_dollars'?",
    ),
    (
        {"factors": {"estimates.mentoring.uptake_shar": {"values": [0.5]}}},
        "unknown path 'estimates.mentoring.uptake_shar'. Did you mean 'estimates.mentoring.uptake_share'?",
    ),
    (
        {"factors": {"estimates.mentoring.uptake_shar": EVIDENCE}},
        "Did you mean 'estimates.mentoring.uptake_share'?",
    ),
    ({"factors": {"title": {"values": ["a"]}}}, "is what a scenario is called"),
    ({"factors": {CASELOAD: {"range": [1, 12]}}, "design": {"kind": "random", "points": 3}}, "Add whole = true"),
    ({"factors": {"policies.caseload.mentoring": {"values": [2]}}}, "is a table, and a factor is one value"),
    ({"factors": {"policies": {"caseload": {"mentoring": {"values": [2]}}}}}, 'Write "policies.caseload.mentoring"'),
    ({"factors": {"time.follow_up_months": {"values": [12, 24]}}}, "Set follow_up_months"),
    (
        {"factors": {"programs.workshops.length_months": {"values": [2]}}},
        "status-quo has no program workshops. Leave the scenario out",
    ),
    ({"factors": {CASELOAD: {}}}, "says nothing of its values. A factor has values"),
    ({"factors": {CASELOAD: {"values": []}}}, 'per_worker".values: has no values. List them'),
    ({"factors": {CASELOAD: {"values": [2, 2]}}}, "names a value twice"),
    ({"factors": {CASELOAD: {"values": [2], "range": [1, 2]}}}, "values and range stand together"),
    (
        {"factors": {CASELOAD: {"values": [[2, 4]]}}},
        "values: holds numbers, words, true and false, not a list. Make a scenario",
    ),
    ({"factors": {DOLLARS: {"range": [5, 5]}}}, ".range: is empty: both ends are 5"),
    ({"factors": {DOLLARS: {"range": [5, 2]}}}, "runs backwards, from 5 to 2. Write [2, 5]"),
    ({"factors": {DOLLARS: {"range": [5, 1e300]}}}, "must lie within 1e+15 of 0"),
    (
        {"factors": {DOLLARS: {"distribution": "lognormal", "median": 1.0, "sd_log": 50.0}}},
        "sd_log: must be at most 10",
    ),
    ({"factors": {DOLLARS: {"range": [5]}}}, "has two ends, not 1"),
    ({"factors": {DOLLARS: {"range": ["low", 5]}}}, ".range: must be a number, not 'low'"),
    ({"factors": {DOLLARS: {"range": [0, 5], "scale": "log"}}}, "has no logarithm at 0"),
    ({"factors": {DOLLARS: {"range": [0.5, 5], "whole": True}}}, "has ends that are not whole"),
    ({"factors": {DOLLARS: {"values": [5], "scale": "log"}}}, "scale: does nothing without a range"),
    ({"factors": {DOLLARS: {"distribution": "normal", "mean": 5.0}}}, "sd: a normal distribution needs it"),
    ({"factors": {DOLLARS: {"distribution": "normal", "mean": 5.0, "sd": -1.0}}}, "must be more than 0, not -1"),
    ({"factors": {DOLLARS: {"distribution": "beta", "a": 1.0, "b": 1.0, "sd": 1.0}}}, "sd: does nothing for a beta"),
    ({"factors": {DOLLARS: {"distribution": "uniform", "low": 2.0, "high": 1.0}}}, "high must be more than low"),
    ({"factors": {DOLLARS: {"distribution": "gauss"}}}, "must be 'normal'"),
    ({"factors": {DOLLARS: EVIDENCE}}, "no distribution for a scenario's key"),
    ({"factors": {"estimates.*": {"range": [0, 1]}}}, "stands for many estimates"),
    ({"factors": {"estimates.*": {**EVIDENCE, "subject": ["mentorin"]}}}, "Did you mean 'mentoring'?"),
    ({"factors": {"estimates.*": {**EVIDENCE, "subject": ["workshops"]}}}, "no uncertain estimate is left"),
    ({"factors": {"estimates.*": {**EVIDENCE, "grade": ["E"]}}}, "must be 'A', 'B', 'C' or 'D', not 'E'"),
    ({"factors": {DOLLARS: {"values": [1.0], "grade": ["D"]}}}, 'goes with distribution = "evidence"'),
    (
        {"factors": {"estimates.*": EVIDENCE, "estimates.mentoring.uptake_share": {"values": [0.5]}}},
        'factors."estimates.mentoring.uptake_share": stands under "estimates.*" too. Leave it out',
    ),
    (
        {"factors": {"estimates.supervision.length_multiple": {"values": [1.0, 2.0]}}},
        "does nothing: a key of the scenario stands in its place",
    ),
    (
        {"factors": {CASELOAD: {"values": [2]}, f"{CASELOAD}.more": {"values": [2]}}},
        "unknown path 'policies.caseload.mentoring.per_worker.more'",
    ),
    ({"factors": {CASELOAD: {"values": [0, -1, "x"]}}}, "at least 1, not 0 (in status-quo, with every value of it)"),
    ({"factors": {DOLLARS: {"range": [-5, -2]}}}, "with every value of it"),
    ({"factors": {}}, "nothing varies"),
    ({"design": {"kind": "gird"}}, "design.kind: must be 'grid'"),
    ({"design": {"kind": "grid", "points": 3}}, "design.points: does nothing in a design of kind grid"),
    ({"design": {"kind": "random"}}, "design.points: a design of kind random needs it"),
    ({"design": {"kind": "random", "points": 0}}, "must be at least 1"),
    ({"design": {"kind": "random", "points": 2, "levels": 6}}, "design.levels: does nothing"),
    ({"design": {"kind": "sobol", "points": 12}}, "powers of two, not 12. Set it to 8 or 16"),
    ({"design": {"kind": "morris", "points": 2, "levels": 5}}, "even number of levels, not 5. Set it to 4 or 6"),
    ({"design": {"kind": "list"}}, "design.file: a design of kind list needs it"),
    ({"design": {"kind": "list", "file": "no.csv"}}, "the columns of a list are its factors"),
    ({"design": {"kind": "sobol", "points": 2**19}}, "the design has 2,097,152 points, and 1,000,000 are the most"),
    ({"months": [12, 61]}, "a-sweep.toml: months: month 61 is beyond the follow-up, which ends at month 60"),
    ({"months": [36], "follow_up_months": 24}, "month 36 is beyond the follow-up, which ends at month 24"),
    ({"months": [0]}, "month 0 is before release"),
    ({"outcomes": ["return_to_prson"]}, "unknown outcome 'return_to_prson'. Did you mean 'return_to_prison'?"),
    ({"outcomes": ["rearrest", "rearrest"]}, "names something twice"),
    ({"subgroups": ["risk=hihg"]}, "subgroups: unknown subgroup 'risk=hihg'. Did you mean 'risk=high'?"),
    ({"replicates": 5}, "they come in twos, not 5. Set it to 4 or 6"),
    ({"participants": 3}, "participants: must be at least 24, not 3"),
    ({"scenarios": []}, "scenarios: must not be empty"),
    ({"scenarios": ["status-qou"]}, "unknown scenario 'status-qou'. Did you mean 'status-quo'?"),
    ({"baseline": "more-mentors"}, "baseline: 'more-mentors' is none of the scenarios"),
    ({"constraints": {"total_dollars": "same"}}, 'must be "as_in_scenario" or dollars above 0'),
    ({"constraints": {"total_dollars": 0}}, "dollars above 0, not 0"),
    ({"constraints": {"totl_dollars": 1e6}}, "unknown key 'totl_dollars'. Did you mean 'total_dollars'?"),
    (
        {"factors": {"funding.shares.mentoring": {"values": [0]}}, "constraints": {"shares": "rescaled"}},
        "constraints.shares: all shares are 0, so nothing can be rescaled (in status-quo, with every value of it)",
    ),
    ({"question": ""}, "question: must not be empty"),
]


@pytest.mark.parametrize(("changes", "message"), BAD, ids=lambda one: one if isinstance(one, str) else "")
def test_wrong_input_is_one_message(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as told:
        Sweep.build({**tables(), **changes}, "a-sweep", ".", "a-sweep.toml")
    assert message in str(told.value)
    assert "\n" not in str(told.value)
    assert str(told.value).startswith(("a-sweep.toml", "unknown scenario"))


def test_a_missing_key_is_named() -> None:
    asked = tables()
    del asked["question"]
    with pytest.raises(InputError, match=r"question: this key is missing\. Set it: docs/sweeps\.md"):
        Sweep.build(asked, "a-sweep")


def test_scenarios_are_about_the_same_people(folder: Path) -> None:
    (folder / "mine.toml").write_text('based_on = "status-quo"\n[population]\nsize = 100\n')
    with pytest.raises(InputError, match=r"scenarios: population\.size is 2040 .* and 100 in the baseline"):
        load_sweep(folder / "own.toml")


def test_a_factor_inside_another_is_told(folder: Path) -> None:
    """Whichever the order: the outer one is a table, and no value."""
    (folder / "points.csv").write_text(f"policies.caseload.mentoring,{CASELOAD}\n2,2\n")
    with pytest.raises(InputError, match=r"points\.csv, line 1: policies\.caseload\.mentoring: is a table"):
        load_sweep(folder / "own.toml")
    with pytest.raises(InputError, match=r'factors\."policies\.caseload\.mentoring": is a table'):
        sweep({CASELOAD: {"values": [2]}, "policies.caseload.mentoring": {"values": [2]}})


LISTS = [
    (f"{CASELOAD}x\n2\n", f"line 1: {CASELOAD}x: unknown path '{CASELOAD}x'. Did you mean '{CASELOAD}'?"),
    ("", "points.csv: is empty"),
    (f"{CASELOAD}\n", "points.csv: has no points"),
    (f"{CASELOAD},{DOLLARS}\n2,1e6\n4\n", "line 3: has 1 cells, the first line 2"),
    (f"{CASELOAD},{DOLLARS}\n2,1e6\n4,1e6,7\n", "line 3: has 3 cells, the first line 2"),
    (f"{CASELOAD},{DOLLARS}\n2,1e6\n4, \n", f"line 3: {DOLLARS} is empty"),
    (f"{CASELOAD}\n2\n\nfour\n", f"line 4: {CASELOAD}: 'four' is not a number that it takes"),
    (f"{CASELOAD}\nnan\n", f"line 2: {CASELOAD}: 'nan' is not a number that it takes"),
    (f"{CASELOAD},{CASELOAD}\n2,4\n", "stands twice"),
    (f"{CASELOAD},\n2,4\n", "line 1: column 2 has no name"),
    (f"{CASELOAD};{RULE}\n2;random\n", "unknown path"),
    (f"{RULE}\nrandm\n", "Did you mean 'random'?"),
    ("\xff\xfe", "is not text in UTF-8"),
]


@pytest.mark.parametrize(("text", "message"), LISTS)
def test_a_wrong_list_is_one_message(folder: Path, text: str, message: str) -> None:
    (folder / "points.csv").write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError) as told:
        load_sweep(folder / "own.toml")
    assert message in str(told.value)
    assert "points.csv" in str(told.value)


def test_a_list_that_is_not_there_is_told_with_the_nearest_name(folder: Path) -> None:
    (folder / "own.toml").write_text(OWN.replace("points.csv", "point.csv"))
    with pytest.raises(InputError, match=r"point\.csv: there is no such file\. Did you mean 'points\.csv'\?"):
        load_sweep(folder / "own.toml")


def test_words_that_a_path_takes_are_words(folder: Path) -> None:
    (folder / "points.csv").write_text("programs.mentoring.uptake_share\nevidence\n0.5\n")
    assert load_sweep(folder / "own.toml").points == (("evidence",), (0.5,))


def test_cells_are_numbers_truths_and_words(tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text("\ufeffa, b ,c,d\n1,2.5,true,x y\n-3,1e3,false, z \n", encoding="utf-8")
    assert read_points(path) == {"a": [1, -3], "b": [2.5, 1000.0], "c": [True, False], "d": ["x y", "z"]}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("caseload-by-budgt", "unknown sweep 'caseload-by-budgt'. Did you mean 'caseload-by-budget'?"),
        ("no/such.toml", "no/such.toml: there is no such file"),
        (str(shipped_scenarios()["status-quo"]), "is a scenario, and no sweep. `reentrysim run` and"),
        (str(shipped_scenarios()["more-mentors"]), "`reentrysim compare` take it"),
    ],
)
def test_what_is_no_sweep_is_told_what_it_is(name: str, message: str) -> None:
    with pytest.raises(InputError) as told:
        load_sweep(name)
    assert message in str(told.value)


def test_a_trial_and_broken_files_are_no_sweeps(tmp_path: Path) -> None:
    trial = shipped_scenarios()["status-quo"].parent / "trials" / "amity.toml"
    with pytest.raises(InputError, match="is the file of a trial, and no sweep"):
        load_sweep(trial)
    (tmp_path / "bad.toml").write_text("schema = = 1")
    with pytest.raises(InputError, match=r"bad\.toml: is not a readable TOML file"):
        load_sweep(tmp_path / "bad.toml")
    with pytest.raises(InputError, match="is a folder"):
        load_sweep(f"{tmp_path}/")
    (tmp_path / "Bad Name.toml").write_text(shipped_sweeps()["caseload-by-budget"].read_text())
    with pytest.raises(InputError, match=r"kebab-case.*'bad-name'"):
        load_sweep(tmp_path / "Bad Name.toml")


@pytest.mark.parametrize("name", ["caseload-by-budget", "all-uncertain-estimates"])
def test_a_sweep_is_no_scenario(name: str) -> None:
    with pytest.raises(InputError, match=r"is the file of a sweep, and no scenario\. `reentrysim sweep` takes it"):
        load_scenario(shipped_sweeps()[name])


def test_shipped_sweeps_say_in_their_comments_what_they_do_not_do() -> None:
    text = shipped_sweeps()["all-uncertain-estimates"].read_text(encoding="utf-8")
    assert "the calibration, fitted with the published\n# numbers, is not fitted again" in text
    assert tomllib.loads(text)["fixed_parameters"] is True
