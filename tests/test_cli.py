"""The command line: exit codes, one message per mistake, nothing written when the input is wrong."""

from __future__ import annotations

import inspect
import io
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from commands import SMALL, environment, fake_runs, process, raise_, written
from reentrysim._version import VERSION
from reentrysim.analysis import calibrate as calibrate_module
from reentrysim.analysis import compare as compare_module
from reentrysim.analysis import guide as guide_module
from reentrysim.analysis import local as local_module
from reentrysim.analysis import provenance
from reentrysim.analysis import solving as solving_module
from reentrysim.analysis import validate as validate_module
from reentrysim.analysis.trials.files import shipped_trials
from reentrysim.analysis.validate import ValidationReport
from reentrysim.cli import main
from reentrysim.evidence import calibration as calibration_module
from reentrysim.evidence.place import Place
from reentrysim.experiments import plan as plan_module
from reentrysim.experiments import run as run_module
from reentrysim.scenario import shipped_scenarios

LATE = 'schema = 1\nbased_on = "status-quo"\n[funding.sources.state_grant]\nlast_step = 400\n'
ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_runs(monkeypatch)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What `validate` and `calibrate` were called with, by name; nothing is fitted."""
    seen: dict[str, Any] = {}

    def recorder(real: Callable[..., Any], made: Any) -> Callable[..., Any]:
        def record(*args: Any, **options: Any) -> Any:
            seen.update(inspect.signature(real).bind(*args, **options).arguments)
            return made

        return record

    frame = pd.DataFrame({"a": [0.5]})
    calibrated = SimpleNamespace(frame=frame, structures=frame, path="a.json")
    monkeypatch.setattr(validate_module, "validate", recorder(validate_module.validate, _validated()))
    monkeypatch.setattr(calibrate_module, "calibrate", recorder(calibrate_module.calibrate, calibrated))
    monkeypatch.setattr(solving_module, "solve_later", lambda **options: seen.update(solved_later_with=options))
    return seen


def _validated(miss: float = 0.01) -> ValidationReport:
    """Two figures: one fitted and promised within .02, one held out."""
    both = {"row": ["RT1"], "subgroup": ["all"], "month": [12], "target": [0.4], "predicted": [0.4 + miss]}
    fitted = {"family": ["rearrest"], "miss": [miss], "tolerance": [0.02], "ok": [abs(miss) <= 0.02], "use": ["fit"]}
    held = {"family": ["other cohorts"], "miss": [miss], "low": [0.3], "high": [0.5], "rival_miss": [0.04]}
    return ValidationReport(
        pd.DataFrame(both | fitted),
        pd.DataFrame(both | held),
        pd.DataFrame({"reason": ["no such group"], "figures": [3]}),
        pd.DataFrame({"structure": ["mixed"], "weight": [1.0]}),
    )


def test_compare_writes_every_file_of_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "more-mentors", *SMALL, "--out", "here"]) == 0
    names = "comparison.csv curves.csv figures/differences.png figures/recidivism.png ledger.csv outcomes.parquet"
    names += " ranking.csv reach.csv waits.csv assessment.csv scenarios.json prices.csv economics.csv benefits.csv"
    names += " averted.csv equity.csv spending.csv queues.csv report.html drivers.csv"
    names += "".join(f" figures/{one}.png" for one in ("groups", "plane", "budget"))
    names += "".join(f" figures/{one}.svg" for one in ("recidivism", "differences", "groups", "plane", "budget"))
    manifest = json.loads(Path("here/manifest.json").read_text())
    assert sorted(manifest["files"]) == sorted(names.split())
    assert written() == sorted(["here", "here/figures", "here/manifest.json", *(f"here/{n}" for n in names.split())])
    assert manifest["seed"] == 1
    assert set(manifest["scenarios"]) == {"status-quo", "more-mentors"}
    output = capsys.readouterr()
    assert "Files: here" in output.out
    assert "Elapsed: " in output.err


def test_the_default_folder_is_named_after_the_run() -> None:
    assert main(["run", "more-mentors", *SMALL]) == 0
    (folder,) = Path("results").iterdir()
    manifest = json.loads((folder / "manifest.json").read_text())
    assert folder.name == f"more-mentors-{manifest['run'][:10]}"
    assert main(["run", "more-mentors", *SMALL]) == 0  # the same run again takes its place


def test_quiet_says_nothing_beside_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "more-mentors", *SMALL, "--quiet"]) == 0
    assert capsys.readouterr().err == ""


def test_a_dry_run_tells_size_and_folder_and_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "more-mentors", *SMALL, "--replicates", "5", "--seed", "0", "--dry-run"]) == 0
    text = capsys.readouterr().out
    assert "2 scenarios x 6 replicates of 60 people on 1 process: 12 runs, seed 0." in text
    assert "Folder: results/compare-" in text
    assert "6 replicates are run instead of 5" in text
    assert written() == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["compare", "more-mentor"], "more-mentors"),
        (["compare", "more-mentors", "more-mentors"], "listed twice"),
        (["compare", "--replicates", "0"], "--replicates"),
        (["compare", "--months", "121"], "from 1 to 120"),
        (["compare", "--participants", "5"], "from 24 to 10000000"),
        (["compare", "--participants", "100000000000", "--dry-run"], "from 24 to 10000000"),
        (["compare", "--out", "/proc/x"], "Choose another --out"),
        (["compare", "--jobs", "0"], "--jobs"),
        (["compare", "--jobs", "99999"], "--jobs"),
        (["compare", "--seed", "-3"], "--seed"),
        (["validate", "--participants", "23"], "from 24 to"),
        (["validate", "--jobs", "0"], "--jobs"),
        (["validate", "--seed", "-1"], "--seed"),
        (["calibrate", "--jobs", "99999"], "--jobs"),
        (["calibrate", "--seed", str(2**63)], "--seed"),
        (["calibrate", "--name", "../evil"], "'../evil' is not a name"),
        (["calibrate", "--name", "Us 2008"], "is not a name"),
        (["calibrate", "--name", "us_2008.json"], "is not a name"),
        (["calibrate", "--name", "a" * 61], "is not a name"),
        (["calibrate", "nowhere.csv"], "nowhere.csv: there is no such file. Check the folder"),
        (["calibrate", "nowhere.csv", "--name", "My State"], "is not a name"),
        (["compare", "--replicates", "many"], "'--replicates'"),
        (["compare", "--replicate", "4"], "--replicates"),
        (["compare", "--baseline", "statusquo"], "status-quo"),
        (["compare", "--out"], "--out"),
        (["compare", "missing.toml"], "missing.toml"),
        (["compare", "."], "."),
        (["run"], "missing argument"),
        (["compar"], "Did you mean 'compare'?"),
        (["zzz"], "calibrate, check, compare"),
        (["--verison"], "--verison"),
        (["check", "missing.toml"], "missing.toml"),
        (["new", "Not Kebab"], "kebab-case"),
        (["new", "größe"], "Call it 'grosse'"),
        (["new", "status-quo"], "a shipped scenario is called 'status-quo'"),
        (["check", "status-quo", "--allow-code", "."], "is a folder. Name a Python file"),
        (["trials", "/", "--quiet"], "/: is a folder"),
    ],
)
def test_wrong_input_is_one_message_and_code_2(
    words: list[str], says: str, asked: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert asked == {}
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("error: ")
    assert output.err.count("error: ") == 1
    assert says.lower() in output.err.lower()
    assert "Traceback" not in output.err
    assert written() == []


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"reentrysim {VERSION}\n"


def test_a_file_far_from_the_missing_one_is_not_suggested(capsys: pytest.CaptureFixture[str]) -> None:
    Path("rent.toml").write_text("schema = 1")
    assert main(["check", "nothere.toml"]) == 2
    assert "Check the folder and the spelling" in capsys.readouterr().err
    assert main(["check", "rents.toml"]) == 2
    assert "Did you mean 'rent.toml'?" in capsys.readouterr().err


def test_check_lists_every_error(capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.toml").write_text(
        'schema = 1\nbased_on = "status-quo"\n[time]\nlead_months = 99\nfollow_up_months = 0\nwindow_month = 3\n'
    )
    assert main(["check", "bad.toml"]) == 2
    first, *others = capsys.readouterr().err.splitlines()
    assert "time.window_month" in first
    assert "(and 2 more errors)" in first
    assert others == [
        "  also: bad.toml: time.lead_months: must be at most 24, not 99",
        "  also: bad.toml: time.follow_up_months: must be at least 1, not 0",
    ]


def test_trials_lists_their_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trials", "--list"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert names == sorted(path.stem for path in (ROOT / "scenarios" / "trials").glob("*.toml"))


def test_a_folder_with_another_run_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "more-mentors", *SMALL, "--out", "here"]) == 0
    before = Path("here/comparison.csv").read_bytes()
    assert main(["compare", "more-mentors", *SMALL, "--seed", "2", "--out", "here"]) == 2
    assert "holds another run" in capsys.readouterr().err
    assert Path("here/comparison.csv").read_bytes() == before


def test_a_failing_run_is_one_message_and_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise run_module.RunError("more-mentors", 5, "ZeroDivisionError: no mentor is left")

    monkeypatch.setattr(compare_module, "run_plan", fail)
    assert main(["compare", "more-mentors", *SMALL, "--quiet"]) == 1
    assert capsys.readouterr().err == (
        "error: scenario more-mentors, replicate 5: ZeroDivisionError: no mentor is left; nothing was written\n"
    )
    assert main(["compare", "more-mentors", *SMALL, "--quiet", "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err
    assert written() == []


def test_validate_leaves_its_defaults_to_the_function_that_readme_quotes(asked: dict[str, Any]) -> None:
    assert main(["validate", "--quiet"]) == 0
    assert set(asked) == {"jobs", "progress"}
    assert main(["validate", "--quiet", "--participants", "24", "--seed", "0", "--jobs", "1"]) == 0
    assert (asked["participants"], asked["seed"], asked["jobs"]) == (24, 0, 1)


def test_validate_tells_fit_predictions_and_structures(
    asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", "--csv", "all.csv"]) == 0
    told = capsys.readouterr().out
    assert "Promises broken: none" in told
    assert "Not asked of the model: 3 figures (no such group)" in told
    assert "mixed" in told
    assert pd.read_csv("all.csv")["use"].tolist() == ["fit", "holdout"]
    monkeypatch.setattr(validate_module, "validate", lambda **_: _validated(miss=0.03))
    assert main(["validate", "--csv", "-", "--quiet"]) == 1
    told, error = capsys.readouterr()
    assert len(pd.read_csv(io.StringIO(told))) == 2
    assert "more than the fit promises" in error


def test_validate_computes_nothing_that_it_cannot_write(asked: dict[str, Any]) -> None:
    Path("mine.csv").write_text("kept")
    assert main(["validate", "--csv", "mine.csv"]) == 2
    assert asked == {}
    assert Path("mine.csv").read_text() == "kept"


def test_calibrate_leaves_its_seed_to_the_function(asked: dict[str, Any]) -> None:
    assert main(["calibrate", "--name", "us_2005-small", "--quiet"]) == 0
    assert set(asked) == {"name", "jobs", "progress"}
    assert asked["name"] == "us_2005-small"


@pytest.mark.parametrize("name", ["../evil", "us_2008"])
def test_calibrate_fits_nothing_that_it_cannot_store(
    name: str, asked: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibration_module, "CALIBRATIONS", tmp_path / "nowhere")
    assert main(["calibrate", "--name", name]) == 2
    assert asked == {}


def _files_of_a_place() -> None:
    Path("t.csv").write_text("quantity,subgroup,follow_up_months,value\nrearrest,all,12,0.3\n")
    Path("m.csv").write_text("subgroup,share\nsex=female,0.3\n")
    Path("p.csv").write_text("sex,age\nfemale,33\nmale,\n")
    Path("s.csv").write_text("stay,months_at_least,share\njail,2,0\n")


def test_calibrate_brings_the_files_of_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    _files_of_a_place()
    seen: dict[str, Any] = {}

    def record(targets: Path, name: str, **options: Any) -> Any:
        seen.update(options, name=name)
        raise KeyboardInterrupt

    monkeypatch.setattr(local_module, "calibrate_local", record)
    assert main(["calibrate", "t.csv", "--file", "p.csv", "--stays", "s.csv", "--quiet"]) == 130
    assert seen["name"] == "t"
    assert seen["place"] == Place(None, file="p.csv", stays="s.csv")
    assert main(["calibrate", "t.csv", "--margins", "m.csv", "--quiet"]) == 130
    assert seen["place"] == Place(None, margins="m.csv")
    assert main(["calibrate", "t.csv", "--quiet"]) == 130
    assert seen["place"] == Place()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["t.csv", "--margins", "m.csv", "--file", "p.csv"], "both say who is released"),
        (["t.csv", "--margins", "p.csv"], "p.csv, line 1: unknown column 'sex'"),
        (["t.csv", "--file", "q.csv"], "q.csv: there is no such file. Did you mean"),
        (["t.csv", "--file", "."], "is a folder, not a file"),
        (["--margins", "m.csv"], "files of a place go with its figures"),
        (["t.csv", "--name", "here"], "here.json: this exists already"),
    ],
)
def test_calibrate_refuses_wrong_files_before_it_says_that_it_fits(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _files_of_a_place()
    Path("here.json").write_text("kept")
    assert main(["calibrate", *words]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert message in error


def test_what_moves_what_is_printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    columns = ["parameter", "unit", "family", "quantity", "subgroup", "month", "moved"]
    line = ["arrest.level", "log hazard", "rearrest", "cumulative_rearrest", "sex=Female", 12, 0.0231]
    monkeypatch.setattr(guide_module, "guide", lambda **_: pd.DataFrame([line], columns=columns))
    assert main(["calibrate", "--guide", "--quiet"]) == 0
    told = capsys.readouterr().out
    assert "arrest.level (log hazard)\n  rearrest (sex=Female), month 12: +0.023\n" in told


def test_check_tells_what_a_place_takes_from_the_nation(capsys: pytest.CaptureFixture[str]) -> None:
    _files_of_a_place()
    Path("here.toml").write_text('schema = 1\nbased_on = "status-quo"\npopulation.file = "p.csv"\n')
    assert main(["check", "here.toml"]) == 0
    told = capsys.readouterr().out
    assert "Sex, age: your 2 participants" in told
    assert "Age of 1 of them is empty" in told


def test_more_processes_than_four_a_core_are_refused(
    asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(plan_module, "cores", lambda: 2)
    for command in ("validate", "calibrate"):
        assert main([command, "--jobs", "8", "--quiet"]) == 0
        assert asked["jobs"] == 8
        assert main([command, "--jobs", "9", "--quiet"]) == 2
        assert "error: --jobs: 9 is out of range. It must be from 1 to 8" in capsys.readouterr().err
    assert asked["solved_later_with"]["jobs"] == 8  # programs that come after the calibration are solved with it


def test_only_the_error_of_a_run_is_told_without_its_class(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class RunError(Exception):
        """Another package's error that happens to have the name."""

    class Worse(run_module.RunError):
        """A run's error of a kind of its own."""

    errors = [
        (RunError("boom"), "RunError: boom"),
        (Worse("a", 1, "b"), "scenario a, replicate 1: b; nothing was written"),
    ]
    for error, told in errors:
        monkeypatch.setattr(compare_module, "run_plan", lambda *_, error=error, **__: raise_(error))
        assert main(["compare", "more-mentors", *SMALL, "--quiet"]) == 1
        assert capsys.readouterr().err == f"error: {told}\n"


def test_the_oldest_typer_allowed_has_what_is_used() -> None:
    needs = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    (floor,) = (re.match(r"typer>=(\d+)\.(\d+)", need) for need in needs if need.startswith("typer"))
    assert floor is not None
    assert tuple(map(int, floor.groups())) >= (0, 29)  # the first with its own exceptions that was tested
    sources = list((ROOT / "src" / "reentrysim" / "cli").glob("*.py"))
    assert len(sources) > 1 and not any("__mro__" in path.read_text() for path in sources)


def test_scenarios_lists_names_and_titles(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenarios"]) == 0
    lines = capsys.readouterr().out.splitlines()
    first, *families = "\n".join(lines).split("\n\n")
    assert {"status-quo", "more-mentors"} <= {line.split()[0] for line in first.splitlines()}
    assert [family.splitlines()[0] for family in families] == sorted(family.splitlines()[0] for family in families)
    assert any(family.startswith("matching:\n") and "\noptimal-matching " in family for family in families)
    listed = [
        line.split()
        for family in (first, *(one.partition("\n")[2] for one in families))
        for line in family.splitlines()
    ]
    assert sorted(words[0] for words in listed) == sorted(shipped_scenarios())
    assert all(len(words) > 2 for words in listed)


def test_check_says_what_the_run_will_cut_off_and_what_is_no_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    Path("late.toml").write_text(LATE, encoding="utf-8")
    assert main(["check", "late.toml"]) == 0
    assert "warning: Under late: only " in capsys.readouterr().out
    trial = shipped_trials()["amity"]
    assert main(["check", str(trial)]) == 2
    assert "is the file of a trial, and no scenario. `reentrysim trials` takes it" in capsys.readouterr().err


def test_new_writes_a_file_that_passes_check_and_never_overwrites(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "my-idea"]) == 0
    assert main(["check", "my-idea.toml"]) == 0
    Path("my-idea.toml").write_text("precious")
    assert main(["new", "my-idea.toml"]) == 2
    assert "exists already" in capsys.readouterr().err
    assert Path("my-idea.toml").read_text() == "precious"


def test_diff_finds_where_two_scenarios_part(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["diff", "status-quo", "smaller-mentor-caseloads", "--participants", "200", "--months", "24"]
    words += ["--replicate", "1"]
    assert main([*words, "--csv", "all.csv"]) == 0
    told = capsys.readouterr().out
    assert "The first person who differs is " in told
    frame = pd.read_csv("all.csv")
    assert f"In the end {len(frame):,} of " in told
    back = frame[frame["why"].notna()]
    comes = "comes" if len(back) == 1 else "come"
    assert f"Under smaller-mentor-caseloads {len(back):,} {comes} back earlier, or at all: " in told
    first = back.iloc[0]
    assert f"  person {first['person']}: in month {first['back_other']:.0f}, under status-quo " in told
    assert (f"and {len(back) - 5} more" in told) == (len(back) > 5)
    assert main([*words, "--csv", "all.csv"]) == 2
    assert "exists already" in capsys.readouterr().err
    assert main(["diff", "status-quo", "status-quo"]) == 2
    assert "Name two scenarios" in capsys.readouterr().err
    assert main(["diff", "status-quo", "more-mentors", "--replicate", "-1"]) == 2
    assert "there is no replicate -1" in capsys.readouterr().err


def test_check_names_every_wrong_file(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.toml").write_text('schema = 1\nbased_on = "status-quo"\n[polices]\n')
    Path("b.toml").write_text("schema = ")
    assert main(["check", "a.toml", "status-quo", "b.toml"]) == 2
    output = capsys.readouterr()
    assert output.err.count("error: ") == 2
    assert "policies" in output.err
    assert "status-quo: right" in output.out


def test_schema_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert "population" in json.loads(capsys.readouterr().out)["properties"]


def test_no_command_prints_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    text = capsys.readouterr().out
    for command in ("compare", "run", "scenarios", "new", "check", "schema", "calibrate", "validate"):
        assert command in text


def test_nothing_of_a_participants_file_is_in_the_results(tmp_path: Path) -> None:
    """Ages and terms that stand nowhere else are in no byte of them; the rows were drawn, though."""
    rows = "\n".join(f"female,{47.1231 + n},87,{431 + n}" for n in range(30))
    (tmp_path / "people.csv").write_text(f"sex,age,priors,supervision_months\n{rows}\n")
    (tmp_path / "here.toml").write_text('schema = 1\nbased_on = "more-mentors"\npopulation.file = "people.csv"\n')
    words = ["run", "here.toml", "--replicates", "2", "--participants", "60", "--months", "12", "--out", "out"]
    done = subprocess.run(process(*words), env=environment(), cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "People: Sex, age, priors, supervision months, release: your 30 participants" in done.stdout
    assert "one of 30 participants" in done.stdout
    frame = pd.read_parquet(tmp_path / "out" / "outcomes.parquet")
    assert set(frame.columns).isdisjoint({"age", "priors", "person"})
    ages = [round(47.1231 + n, 4) for n in range(30)]
    numbers = np.unique(frame.select_dtypes("number").to_numpy())
    assert not np.isclose(numbers[:, None], ages, rtol=0, atol=1e-5).any()
    texts = [path.read_text() for path in (tmp_path / "out").rglob("*") if path.suffix in (".csv", ".json")]
    assert len(texts) == 9  # the manifest, scenarios, comparison, curves, ledger, prices, queues, spending and waits
    assert not any("people.csv" in text or f"{age:.4f}" in text for text in texts for age in ages)


def test_a_real_process_refuses_wrong_input(tmp_path: Path) -> None:
    done = subprocess.run(
        process("compare", "statusquo"), env=environment(), cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1


def test_importing_is_silent_and_light() -> None:
    code = (
        "import sys, reentrysim, reentrysim.cli\n"
        "print([m for m in ('numpy', 'pandas', 'matplotlib', 'seaborn', 'mesa', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_evidence_as_a_table_and_as_csv(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", "--subject", "assessment", "--grade", "d"]) == 0
    shown = capsys.readouterr().out
    assert "low_band_share" in shown
    assert "judgment (D)" in shown
    assert main(["evidence", "--csv", "-"]) == 0
    table = pd.read_csv(io.StringIO(capsys.readouterr().out))
    assert table["name"].is_unique
    assert table.set_index("name").loc["work.hazard_ratio", "grade"] == "D"
    assert main(["evidence", "--csv", "mine.csv"]) == 0
    assert pd.read_csv("mine.csv").equals(table)
    assert main(["evidence", "--csv", "mine.csv"]) == 2
    assert "exists already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["work.wages"], "there is no number 'work.wages'"),
        (["work.hazard_ratio", "--grade", "D"], "Leave out NAME"),
        (["--csv", "no/such/folder.csv"], "its folder is not there"),
    ],
)
def test_wrong_questions_about_evidence(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", *words]) == 2
    assert message in capsys.readouterr().err
    assert written() == []


def test_the_story_of_a_number_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(provenance, "reads_of_shipped", lambda: {"mentoring.log_hazard_at_full_trust": {}})
    assert main(["evidence", "mentoring.hazard_ratio"]) == 0
    told = capsys.readouterr().out
    for part in ("0.6905", "0.3983 to 1.1968", "PE047", "Duwe", "the calibration alone", "log_hazard_at_full_trust"):
        assert part in told


def test_the_next_dollar_has_a_table_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "jobs-first", "--marginal", "100000", *SMALL, "--out", "here"]) == 0
    output = capsys.readouterr().out
    assert "$ per return" in output and "$100,000 more for each program alone" in output
    table = pd.read_csv("here/marginal.csv")
    assert table["program"].tolist() == ["mentoring", "transitional_jobs"]


@pytest.mark.parametrize("dollars", ["0", "-5", "nan", "inf", "lots"])
def test_a_next_dollar_that_is_none_is_wrong_input(dollars: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "jobs-first", f"--marginal={dollars}", *SMALL, "--out", "here"]) == 2
    assert "marginal" in capsys.readouterr().err
    assert written() == []
