"""A folder is either complete or not there, and never replaces what is not the same run."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest

from reentrysim.experiments.store import (
    FORMAT,
    MANIFEST,
    Writer,
    check_folder,
    holds_run,
    save,
    strangers_in,
    write_csv,
    write_parquet,
)
from reentrysim.vocabulary import InputError


def _put(path: Path, words: str) -> None:
    path.write_text(words)


def _text(words: str) -> Writer:
    return lambda path: _put(path, words)


FILES = {"a.csv": _text("x\n1\n"), "figures/b.png": _text("picture")}


def test_every_file_stands_with_its_hash_in_the_manifest(tmp_path: Path) -> None:
    folder = save(tmp_path / "deep" / "run", "one", FILES, {"seed": 0})
    manifest = json.loads((folder / MANIFEST).read_text())
    assert manifest["run"] == "one"
    assert manifest["seed"] == 0
    assert manifest["files"]["a.csv"] == hashlib.sha256(b"x\n1\n").hexdigest()
    assert (folder / "figures" / "b.png").read_text() == "picture"
    assert [path.name for path in folder.parent.iterdir()] == ["run"]


def test_the_same_run_is_replaced(tmp_path: Path) -> None:
    save(tmp_path / "run", "one", FILES, {"seed": 0})
    save(tmp_path / "run", "one", {"a.csv": _text("x\n2\n")}, {"seed": 0})
    assert (tmp_path / "run" / "a.csv").read_text() == "x\n2\n"
    assert not (tmp_path / "run" / "figures").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_another_run_is_kept(tmp_path: Path) -> None:
    save(tmp_path / "run", "one", FILES, {})
    with pytest.raises(InputError, match="another run"):
        save(tmp_path / "run", "two", FILES, {})
    assert json.loads((tmp_path / "run" / MANIFEST).read_text())["run"] == "one"


def test_a_stranger_in_the_folder_is_kept(tmp_path: Path) -> None:
    folder = save(tmp_path / "run", "one", FILES, {})
    (folder / "my-notes.txt").write_text("keep me")
    with pytest.raises(InputError, match=r"my-notes\.txt"):
        save(folder, "one", FILES, {})
    assert (folder / "my-notes.txt").read_text() == "keep me"


def test_a_link_and_an_empty_folder_are_strangers_too(tmp_path: Path) -> None:
    folder = save(tmp_path / "run", "one", FILES, {})
    for name, make in (("mine", Path.mkdir), ("linked", lambda path: path.symlink_to(tmp_path))):
        make(folder / name)
        with pytest.raises(InputError, match=f"also holds {name}"):
            save(folder, "one", FILES, {})
        (folder / name).rmdir() if name == "mine" else (folder / name).unlink()
    save(folder, "one", FILES, {})


def test_a_folder_of_the_run_that_is_a_link_is_a_stranger(tmp_path: Path) -> None:
    folder = save(tmp_path / "run", "one", FILES, {})
    said = {"files": dict.fromkeys(FILES, "")}
    assert strangers_in(folder, said) == []
    (folder / "figures").rename(tmp_path / "elsewhere")
    (folder / "figures").mkdir()  # its file is missing, and nothing is added
    assert strangers_in(folder, said) == []
    (folder / "figures").rmdir()
    (folder / "figures").symlink_to(tmp_path / "elsewhere")
    assert strangers_in(folder, said) == ["figures"]


@pytest.mark.parametrize("manifest", [None, "not json", "[]", '{"format": "something else", "run": "one"}'])
def test_a_folder_with_anything_else_is_refused(tmp_path: Path, manifest: str | None) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    if manifest is not None:
        (tmp_path / MANIFEST).write_text(manifest)
    with pytest.raises(InputError, match="something other than a run"):
        check_folder(tmp_path, "one")
    assert (tmp_path / "thesis.tex").exists()


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    save(tmp_path / "run", "one", FILES, {})
    assert (tmp_path / "run" / "a.csv").exists()


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("")
    with pytest.raises(InputError, match="a file, not a folder"):
        check_folder(tmp_path / "run", "one")
    with pytest.raises(InputError, match="not a folder that can be written"):
        check_folder(tmp_path / "run" / "inside", "one")


def test_a_writer_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail(path: Path) -> None:
        path.write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        save(tmp_path / "run", "one", {"a.csv": FILES["a.csv"], "b.csv": fail}, {})
    assert list(tmp_path.iterdir()) == []


def test_a_failed_replacement_leaves_the_old_run(tmp_path: Path) -> None:
    def fail(_: Path) -> None:
        raise KeyboardInterrupt

    save(tmp_path / "run", "one", FILES, {})
    with pytest.raises(KeyboardInterrupt):
        save(tmp_path / "run", "one", {"a.csv": fail}, {})
    assert (tmp_path / "run" / "a.csv").read_text() == "x\n1\n"
    assert len(list(tmp_path.iterdir())) == 1


def test_csv_has_nine_digits_and_empty_cells(tmp_path: Path) -> None:
    write_csv(pd.DataFrame({"n": [1, 2], "x": [1 / 3, float("nan")]}), tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes() == b"n,x\n1,0.333333333\n2,\n"


def test_parquet_holds_the_frames_one_after_the_other(tmp_path: Path) -> None:
    frames = [pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}), pd.DataFrame({"a": [3], "b": ["z"]})]
    write_parquet(frames, tmp_path / "a.parquet")
    assert pd.read_parquet(tmp_path / "a.parquet")["a"].tolist() == [1, 2, 3]


@pytest.mark.parametrize("after", [False, True])
def test_an_interruption_between_the_renames_leaves_one_whole_run(
    after: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C when the old copy has stepped aside, and when the new one stands already."""
    rename = Path.rename

    def interrupted(path: Path, target: Path) -> Path:
        if path.name.endswith(".partial"):
            if after:
                rename(path, target)
            raise KeyboardInterrupt
        return rename(path, target)

    save(tmp_path / "run", "one", FILES, {})
    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        save(tmp_path / "run", "one", {"a.csv": _text("new")}, {})
    assert (tmp_path / "run" / "a.csv").read_text() == ("new" if after else "x\n1\n")
    assert holds_run(tmp_path / "run")
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_an_interruption_right_after_the_old_copy_stepped_aside_brings_it_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def interrupted(path: Path, target: Path) -> Path:
        moved = rename(path, target)
        if target.name.endswith(".old"):
            raise KeyboardInterrupt
        return moved

    save(tmp_path / "run", "one", FILES, {})
    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        save(tmp_path / "run", "one", FILES, {})
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("files", [None, 3, "a.csv", [["a.csv"]], True])
def test_a_manifest_whose_files_are_garbage_is_no_run(tmp_path: Path, files: object) -> None:
    (tmp_path / MANIFEST).write_text(json.dumps({"format": FORMAT, "run": "one", "files": files}))
    with pytest.raises(InputError, match="something other than a run"):
        check_folder(tmp_path, "one")
    assert not holds_run(tmp_path)


def test_a_manifest_nested_too_deeply_is_no_run(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text("[" * 100_000)
    with pytest.raises(InputError, match="something other than a run"):
        check_folder(tmp_path, "one")
