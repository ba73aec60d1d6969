"""A program from outside the package: a file and its evidence, and everything works with it."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from joblib import Parallel, delayed

from behavior.small_runs import TOTAL, model_of, numbers, small
from behavior.test_laws import differing
from programs.outsiders import LEVEL, NAME, OUTSIDE, copied, digest_of, theater_group
from reentrysim.analysis import solving
from reentrysim.analysis.solving import solve_program
from reentrysim.cli import main
from reentrysim.evidence import load_catalog
from reentrysim.evidence.calibration import load_calibration
from reentrysim.scenario import Scenario, load_scenario
from reentrysim.scenario.adding import add_program, carried, levels_path, remove_program
from reentrysim.scenario.offered import added
from reentrysim.scenario.schema import json_schema
from reentrysim.scenario.values import values_for
from reentrysim.vocabulary import NEVER, InputError

SHARES = {"funding.shares": {"mentoring": 0.5, NAME: 0.5}}
QUESTION = """
schema = 1
based_on = "status-quo"
title = "A theater group"
question = "What does a theater group change?"
[funding]
shares = { mentoring = 0.5, theater_group = 0.5 }
[programs.theater_group]
delivery = "video"
"""


@pytest.fixture(autouse=True)
def _nothing_stays() -> Iterator[None]:
    yield
    if NAME in added():
        remove_program(NAME)


def playing(**table: object) -> Scenario:
    return small({TOTAL: 2_000_000.0, **SHARES, f"programs.{NAME}": table})


def test_a_program_that_is_added_and_not_used_changes_nothing(tmp_path: Path) -> None:
    before = model_of(small()).run()
    digest = small().digest
    with theater_group(tmp_path):
        assert not differing(before, model_of(small()).run())
        assert small().digest == digest


def test_the_evidence_of_a_program_without_a_trial_is_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = copied(tmp_path, level=None)
    code = place.read_text()
    place.write_text(code.replace("    trial=Trial(dollars_per_person=20_000.0),\n", ""))
    assert place.read_text() != code
    assert main(["evidence", "--subject", NAME, "--allow-code", str(place), "--csv", "-"]) == 0
    told = capsys.readouterr().out
    assert f"{NAME}.lock_in_ratio" in told
    assert f"{NAME}.log_hazard_at_full_dose" not in told


def test_its_own_decisions_mediators_and_channels_work(tmp_path: Path) -> None:
    with theater_group(tmp_path):
        quiet, loud = (model_of(playing(), {f"{NAME}.applause_chance": chance}) for chance in (0.0, 0.9))
        for model in (quiet, loud):
            model.run()
        on_stage = loud.world.enrolled[NAME].start_step != NEVER
        assert on_stage.sum() > 100
        assert not loud.world.traits.mental_illness[on_stage].any()  # whom the program is not for
        confidence = loud.world.own[NAME]["confidence"]
        assert not quiet.world.own[NAME]["confidence"].any()
        assert confidence[on_stage].max() > 0.1
        assert not confidence[~on_stage].any()
        assert loud.world.lives.self_efficacy[on_stage].mean() > quiet.world.lives.self_efficacy[on_stage].mean()


def test_a_screen_reaches_fewer_costs_less_and_gives_less(tmp_path: Path) -> None:
    with theater_group(tmp_path):
        room, screen = (model_of(playing(delivery=mode, uptake_share=1.0)) for mode in ("in_person", "video"))
        for model in (room, screen):
            model.step()
        assert screen.world.places[NAME].cost == pytest.approx(room.world.places[NAME].cost / 2, abs=1)
        doses = [model.world.enrolled[NAME].dose for model in (room, screen)]
        both = (doses[0] > 0.0) & (doses[1] > 0.0)
        assert both.sum() > 5
        assert doses[1][both] == pytest.approx(0.6 * doses[0][both])
        closed = [model.world.enrolled[NAME].closed for model in (room, screen)]
        assert np.mean(closed[1] & ~closed[0]) == pytest.approx(0.2, abs=0.05)


def test_a_scenario_file_alone_runs_no_code(tmp_path: Path) -> None:
    copied(tmp_path)
    file = tmp_path / "theater.toml"
    file.write_text(QUESTION)
    with pytest.raises(InputError, match="unknown program 'theater_group'"):
        load_scenario(file)


def test_a_key_of_its_table_is_checked_like_every_other(tmp_path: Path) -> None:
    with theater_group(tmp_path):
        for table, message in (
            ({"delivery": "vidoe"}, "Did you mean 'video'"),
            ({"plces": 3}, "Did you mean 'places'"),
            ({"eligible": {"risk": ["hgh"]}}, "Did you mean 'high'"),
        ):
            with pytest.raises(InputError, match=message):
                playing(**table)
        with pytest.raises(InputError, match="Did you mean 'theater_group'"):
            small({"programs.theater_goup": {}})
        tables = json_schema()["$defs"]
        assert tables["TheaterGroup"]["properties"]["delivery"]["enum"] == ["in_person", "video"]
        assert (
            playing().vary({f"policies.matching.{NAME}.rule": "random"}).policies.matching.line_of(NAME).rule
            == "random"
        )


def test_it_comes_along_to_other_processes_and_its_code_is_part_of_the_question(tmp_path: Path) -> None:
    with theater_group(tmp_path) as place:
        scenario = playing()
        packed, digest = pickle.dumps(scenario), scenario.digest
    assert pickle.loads(packed).digest == digest  # which adds the program again
    remove_program(NAME)
    place.write_text(place.read_text().replace("= 1.0\n    return after", "= 0.9\n    return after"))
    add_program(place)
    try:
        assert playing().digest != digest
    finally:
        remove_program(NAME)


def test_the_same_bytes_whatever_the_number_of_processes(tmp_path: Path) -> None:
    place = copied(tmp_path)
    file = tmp_path / "theater.toml"
    file.write_text(QUESTION)
    asked = ["compare", str(file), "--allow-code", str(place), "--replicates", "4", "--participants", "60"]
    try:
        for jobs in ("1", "2"):
            assert main([*asked, "--months", "12", "--jobs", jobs, "--out", str(tmp_path / jobs), "--quiet"]) == 0
    finally:
        remove_program(NAME)
    one, two = ((tmp_path / jobs / "comparison.csv").read_bytes() for jobs in ("1", "2"))
    assert one == two
    assert b"served=theater_group" in one


def test_its_direct_path_is_solved_by_one_function_and_read_by_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = load_calibration("us_2008")
    few = {"draws": stored["draws"][:2], "structures": stored["structures"][:1]}
    monkeypatch.setattr(solving, "load_calibration", lambda _: stored | few)
    place = copied(tmp_path, level=None)
    solve_program(place, jobs=2, people=200)
    remove_program(NAME)
    add_program(place)
    try:
        levels = [values_for(playing(), draw)[f"{NAME}.log_hazard_at_full_dose"] for draw in (None, 0, 1)]
        assert all(abs(level) <= 2.0 for level in levels)
        assert len(set(levels)) == 3  # of the center, and of each draw
    finally:
        remove_program(NAME)


def test_levels_of_another_version_are_no_levels(tmp_path: Path) -> None:
    """What was solved for another effect, or another code, is not used."""
    with theater_group(tmp_path) as place:
        assert numbers(playing())[f"{NAME}.log_hazard_at_full_dose"] == LEVEL
        evidence = place.with_suffix(".toml")
        evidence.write_text(evidence.read_text().replace("value = 0.9\nlow = 0.8", "value = 0.85\nlow = 0.8"))
        add_program(place)
        with pytest.raises(InputError, match="reentrysim calibrate --program"):
            numbers(playing())


def test_other_processes_take_the_newest_version(tmp_path: Path) -> None:
    with theater_group(tmp_path) as place, Parallel(n_jobs=2) as pool:
        before = pool(delayed(carried(digest_of))(NAME) for _ in range(2))
        place.write_text(place.read_text().replace("return after", "return after * 1.0"))
        add_program(place)
        after = pool(delayed(carried(digest_of))(NAME) for _ in range(2))
        assert set(after) == {added()[NAME].digest}
        assert not set(before) & set(after)


FAULTS = {
    "no such file": ("", ""),
    "does not run (ZeroDivisionError: division by zero)": ("NAME =", "1 / 0\nNAME ="),
    "does not run (SystemExit: 0)": ("NAME =", "raise SystemExit(0)\nNAME ="),
    "has no PROGRAM": ("PROGRAM =", "ANOTHER ="),
    "its PROGRAM is called 'theatre'": ('NAME = "theater_group"', 'NAME = "theatre"'),
    "a key that is no Channel: 'JOB_SEARCH'": ("Channel.JOB_SEARCH:", '"JOB_SEARCH":'),
    "neither Capacity.PLACES nor Capacity.WORKERS": ("Capacity.PLACES", "Capacity.BEDS"),
    "usual_caseload goes with Capacity.WORKERS": ("Capacity.PLACES", "Capacity.WORKERS"),
    "usual: lenght_months": ('"length_months"', '"lenght_months"'),
    "odds is missing, in odds ratio or hazard ratio": ("Trial(", 'Trial(effect="odds", '),
}
WRONG_NUMBERS = {
    "needs a source or an assumption": ('assumption = "Made up for a test."', ""),
    "uptake_share is missing, in share": ("[uptake_share]", "[uptake]"),
    "video_reach_share is missing, in share": ("[video_reach_share]", "[video_reach]"),
    "cost_per_month must be in USD/month or USD/day, not in USD/year": ('"USD/month"', '"USD/year"'),
}


@pytest.mark.parametrize(("message", "change"), FAULTS.items(), ids=FAULTS)
def test_what_is_wrong_with_its_module_is_told(
    message: str, change: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = copied(tmp_path)
    if any(change):
        assert change[0] in place.read_text()
        place.write_text(place.read_text().replace(*change))
    else:
        place = place.with_name("theatre_group.py")
    assert main(["check", "status-quo", "--allow-code", str(place)]) == 2
    told = capsys.readouterr().err
    assert message in told
    assert place.stem in told
    assert NAME not in added()
    assert f"{NAME}.uptake_share" not in load_catalog()  # nothing half added


@pytest.mark.parametrize(("message", "change"), WRONG_NUMBERS.items(), ids=WRONG_NUMBERS)
def test_what_is_wrong_with_its_numbers_is_told(
    message: str, change: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = copied(tmp_path)
    evidence = place.with_suffix(".toml")
    evidence.write_text(evidence.read_text().replace(*change))
    assert main(["check", "status-quo", "--allow-code", str(place)]) == 2
    told = capsys.readouterr().err
    assert "theater_group.toml" in told
    assert message in told or "assumption" in told
    assert NAME not in added()


def test_names_are_its_own(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with theater_group(tmp_path), pytest.raises(InputError, match="was added already"):
        add_program(copied(other))
    overhead = tmp_path / "overhead.py"
    overhead.write_text((OUTSIDE / f"{NAME}.py").read_text().replace('"theater_group"', '"overhead"'))
    overhead.with_suffix(".toml").write_text((OUTSIDE / f"{NAME}.toml").read_text())
    with pytest.raises(InputError, match="can't be the name of a program"):
        add_program(overhead)


@pytest.mark.parametrize("levels", ["[1]", "{}", "no JSON"])
def test_a_broken_file_of_levels_is_told(levels: str, tmp_path: Path) -> None:
    place = copied(tmp_path)
    levels_path(place).write_text(levels)
    with pytest.raises(InputError, match="is no file of levels"):
        add_program(place)
    assert NAME not in added()


def test_a_direct_path_that_is_not_solved_is_told(tmp_path: Path) -> None:
    with theater_group(tmp_path, level=None), pytest.raises(InputError, match="reentrysim calibrate --program"):
        numbers(playing())
