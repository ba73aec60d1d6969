"""A folder is checked byte by byte, and comes out again, or it is said what and where not."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

import fakes
from commands import SMALL
from reentrysim import verify
from reentrysim.analysis.compare import compare
from reentrysim.analysis.verifying.findings import Kind
from reentrysim.analysis.verifying.sameness import Same, compare_files, compare_tables
from reentrysim.cli import main
from reentrysim.experiments.store import MANIFEST, SEAL, save, seal, written
from reentrysim.vocabulary import InputError

OPTIONS = {"replicates": 4, "jobs": 1, "participants": 60, "months": 12}


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small comparison by the model itself, with a sum more for its programs."""
    result = compare(["smaller-mentor-caseloads"], marginal=50_000, **OPTIONS)
    return result.save(tmp_path_factory.mktemp("real") / "run")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A comparison of made-up people."""
    result = compare(["more-mentors"], simulate=fakes.fake_simulate, **OPTIONS)
    return result.save(tmp_path_factory.mktemp("made") / "run")


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "copy")


def forge(folder: Path, name: str, old: str, new: str) -> None:
    """Change a table and make the manifest agree with it."""
    path = folder / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["files"][name] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / MANIFEST).write_text(written({**manifest, SEAL: seal(manifest)}))


def test_what_was_just_written_is_whole(made: Path) -> None:
    found = verify(made)
    manifest = json.loads((made / MANIFEST).read_text())
    assert found.ok and found.checked == 1 + len(manifest["files"]) and "comparison.csv" in manifest["files"]


def test_one_changed_byte_is_found_in_any_file(made: Path, folder: Path) -> None:
    for path in sorted(one for one in made.rglob("*") if one.is_file()):
        name = path.relative_to(made).as_posix()
        held = bytearray(path.read_bytes())
        held[len(held) // 2] ^= 1
        (folder / name).write_bytes(held)
        assert [(one.file, one.kind) for one in verify(folder).findings] == [(name, Kind.CHANGED)], name
        (folder / name).write_bytes(path.read_bytes())
    assert verify(folder).ok


@pytest.mark.parametrize(
    ("old", "new"),
    [('"sentence": "', '"sentence": "Not: '), ('"seed": 1', '"seed":  1'), ('"run": "', '"run": "0'), ("{", "")],
)
def test_a_changed_manifest_is_found_whatever_of_it_was_changed(folder: Path, old: str, new: str) -> None:
    path = folder / MANIFEST
    path.write_text(path.read_text().replace(old, new, 1))
    assert [one.file for one in verify(folder).findings] == [MANIFEST]


def test_missing_and_strange_files_are_named(folder: Path) -> None:
    (folder / "curves.csv").unlink()
    (folder / "notes").mkdir()
    (folder / "notes" / "mine.txt").write_text("hello")
    found = {(one.file, one.kind) for one in verify(folder).findings}
    assert found == {("curves.csv", Kind.MISSING), ("notes/mine.txt", Kind.STRANGE)}


def test_links_and_empty_folders_that_were_added_are_named(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.txt").write_text("a")
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    (folder / "nowhere").symlink_to(tmp_path / "nowhere")
    (folder / "empty" / "inner").mkdir(parents=True)
    found = [(one.file, one.kind) for one in verify(folder).findings]
    assert found == [(name, Kind.STRANGE) for name in ("empty/inner", "linked", "nowhere")]


def test_what_is_no_file_of_its_own_is_named_and_not_waited_for(folder: Path, tmp_path: Path) -> None:
    names = ["comparison.csv", "curves.csv", "ledger.csv", "waits.csv"]
    for name in names[:2]:
        (folder / name).rename(tmp_path / name)
        (folder / name).symlink_to(tmp_path / name)  # the same bytes, for now
    for name in names[2:]:
        (folder / name).unlink()
    (folder / names[2]).mkdir()
    os.mkfifo(folder / names[3])
    found = verify(folder).findings
    assert [(one.file, one.kind) for one in found] == [(name, Kind.CHANGED) for name in names]
    assert all("is no file of its own" in one.what for one in found)


def test_a_manifest_that_is_a_link_is_named(folder: Path, tmp_path: Path) -> None:
    (folder / MANIFEST).rename(tmp_path / "other.json")
    (folder / MANIFEST).symlink_to(tmp_path / "other.json")
    assert [one.file for one in verify(folder).findings] == [MANIFEST]


def test_a_name_that_no_file_can_have_is_missing(folder: Path) -> None:
    said = json.loads((folder / MANIFEST).read_text())
    said["files"]["a\x00b"] = "0" * 64
    (folder / MANIFEST).write_text(written({**said, SEAL: seal(said)}))
    assert [(one.file, one.kind) for one in verify(folder).findings] == [("a\x00b", Kind.MISSING)]


@pytest.mark.parametrize("holds", [{}, {"manifest.json": "{}"}, {"manifest.json": "no json"}, {"a.txt": "a"}])
def test_a_folder_that_is_no_run_is_wrong_input(tmp_path: Path, holds: dict[str, str]) -> None:
    for name, text in holds.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match="holds no complete run"):
        verify(tmp_path)


def test_a_real_run_comes_out_again_to_the_byte(real: Path) -> None:
    found = verify(real, rerun=True, jobs=1)
    assert found.ok, str(found)
    tables = set(json.loads((real / MANIFEST).read_text())["files"])
    assert {"marginal.csv", "economics.csv", "outcomes.parquet", "ledger.csv"} <= tables
    assert tables <= set(found.same) and not found.near
    assert list(real.parent.iterdir()) == [real]  # what was computed again is nowhere


def test_a_forged_number_and_a_forged_sentence_come_out_otherwise(real: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(real, tmp_path / "copy")
    told = pd.read_csv(copy / "comparison.csv", dtype=str)
    row = int(told.index[told["value"] != "0"][5])
    line = ",".join(told.fillna("").iloc[row])
    forge(copy, "comparison.csv", line, line.replace(told["value"][row], "0.123"))
    manifest = json.loads((copy / MANIFEST).read_text()) | {"sentence": "All is well."}
    (copy / MANIFEST).write_text(written({**manifest, SEAL: seal(manifest)}))
    assert verify(copy).ok  # every digest agrees
    table, sentence = verify(copy, rerun=True, jobs=1).findings
    assert table.file == "comparison.csv" and table.what.startswith(f"row {row + 1} (")
    assert f"outcome {told['outcome'][row]}" in table.what and "value is 0.123; computed again" in table.what
    assert sentence.file.startswith(MANIFEST) and sentence.what == "says otherwise of sentence"


def test_what_decides_how_results_are_read_must_come_out_again(real: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(real, tmp_path / "copy")
    said = json.loads((copy / MANIFEST).read_text())
    forged = {"system_size": 99999, "stored_draws": 12, "months": 11, "evidence": "0" * 64, "calibration": "mine"}
    forged |= {"version": "9.9", "run": "0" * 64, "again": "reentrysim run other"}
    for name in ("waits.csv", "equity.csv"):
        (copy / name).unlink()
        del said["files"][name]
    said |= forged
    (copy / MANIFEST).write_text(written({**said, SEAL: seal(said)}))
    assert verify(copy).ok
    found = {one.file: one for one in verify(copy, rerun=True, jobs=1).findings}
    assert {name: one.kind for name, one in found.items()} == {
        "waits.csv": Kind.MISSING,
        "equity.csv": Kind.MISSING,
        MANIFEST: Kind.DIFFERENT,
    }
    assert set(found[MANIFEST].what.removeprefix("says otherwise of ").split(", ")) == forged.keys()


def test_a_run_that_was_made_as_precise_as_asked_comes_out_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With more replicates than it began with, whose digest is that of the precision and not of their number."""
    monkeypatch.setattr("reentrysim.analysis.verifying.rerun.simulate", fakes.fake_simulate)
    made = compare(["smaller-mentor-caseloads"], simulate=fakes.fake_simulate, precision=0.0008, **OPTIONS)
    assert made.plan.replicates > OPTIONS["replicates"]
    found = verify(made.save(tmp_path / "run"), rerun=True, jobs=1)
    assert found.ok and MANIFEST in found.same, str(found)


def test_a_folder_of_another_command_is_checked_and_not_run_again(tmp_path: Path) -> None:
    folder = save(tmp_path / "why", "one", {"why.csv": lambda path: path.write_text("a\n1\n")}, {"why": "Because."})
    assert verify(folder).ok
    with pytest.raises(InputError, match="holds no comparison, and nothing else is run again"):
        verify(folder, rerun=True)


def test_first_replicates_alone_are_enough_to_find_a_forged_ledger(real: Path, tmp_path: Path) -> None:
    assert verify(real, replicates=1, jobs=1).ok
    copy = shutil.copytree(real, tmp_path / "copy")
    forge(copy, "ledger.csv", "status-quo,0,state_grant,mentoring,1,", "status-quo,0,state_grant,mentoring,1,9")
    (finding,) = verify(copy, replicates=1, jobs=1).findings
    assert finding.file.startswith("ledger.csv") and "row 1 (" in finding.what and "arrived is 9" in finding.what


def test_a_damaged_folder_is_not_run_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reentrysim.analysis.verifying.rerun.run_plan", lambda *_: pytest.fail("it was run"))
    (folder / "waits.csv").unlink()
    assert [one.file for one in verify(folder, rerun=True).findings] == ["waits.csv"]


def test_more_replicates_than_there_are_are_refused(made: Path) -> None:
    for count in (0, 5):
        with pytest.raises(InputError, match="out of range"):
            verify(made, replicates=count)


def test_tables_are_alike_in_their_values_not_in_how_they_are_stored(tmp_path: Path) -> None:
    frame = pd.DataFrame({"scenario": ["a", "b"], "value": [0.1, None]})
    for compression in ("snappy", "gzip"):
        frame.to_parquet(tmp_path / f"{compression}.parquet", compression=compression)
    stored = tmp_path / "snappy.parquet", tmp_path / "gzip.parquet"
    assert stored[0].read_bytes() != stored[1].read_bytes()
    assert compare_files(*stored)[0] is Same.YES
    assert compare_tables(frame, frame.assign(value=[0.1 + 1e-9, None]))[0] is Same.NEARLY
    for other in ([0.1001, None], [0.1, 0.0]):
        alike, why = compare_tables(frame, frame.assign(value=other))
        assert alike is Same.NO and "computed again" in why
    assert "rows" in compare_tables(frame, frame.head(1))[1] and "columns" in compare_tables(frame, frame[["value"]])[1]


def test_the_command_has_an_exit_code_for_each_end(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(folder)]) == 0
    assert "are what the run wrote" in capsys.readouterr().out
    (folder / "comparison.csv").write_text("changed")
    assert main(["verify", str(folder)]) == 1
    assert "comparison.csv: was changed" in capsys.readouterr().out
    assert main(["verify", str(folder / "nowhere"), *SMALL[2:4]]) == 2
    assert "holds no complete run" in capsys.readouterr().err
