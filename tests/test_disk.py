"""Files and folders are whole or not there, and never take the place of something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from reentrysim.disk import beside, check_free, new_file, new_folder, write_new
from reentrysim.vocabulary import InputError


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_stands_when_it_is_whole(tmp_path: Path) -> None:
    with new_file(tmp_path / "a.txt") as place:
        place.write_text("half")
        assert "a.txt" not in names(tmp_path)
    assert names(tmp_path) == ["a.txt"]
    write_new(tmp_path / "b.txt", "line\n")
    assert (tmp_path / "b.txt").read_bytes() == b"line\n"


@pytest.mark.parametrize("new", [new_file, new_folder])
def test_what_fails_leaves_nothing_and_says_what(tmp_path: Path, new: type[new_file]) -> None:
    def fail(error: Exception) -> None:
        with new(tmp_path / "a") as place:
            (place / "in" if place.is_dir() else place).write_text("half")
            raise error

    with pytest.raises(InputError, match=r"it cannot be written \(No space left on device\)"):
        fail(OSError(28, "No space left on device"))
    with pytest.raises(ZeroDivisionError):
        fail(ZeroDivisionError())
    assert names(tmp_path) == []


def test_what_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    for attempt in (new_file, new_folder):
        with pytest.raises(InputError, match="this exists already"), attempt(tmp_path / "mine"):
            pass
    assert (tmp_path / "mine").read_text() == "mine"
    with pytest.raises(InputError, match="its folder is not there"):
        check_free(tmp_path / "no" / "file")
    check_free(None)


def test_two_files_of_one_name_are_refused_before_either_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for other in ("./a", str(tmp_path / "a"), "../" + tmp_path.name + "/a"):
        with pytest.raises(InputError, match="this is named twice"):
            check_free(Path("a"), None, Path(other))
    check_free(Path("a"), Path("b"), Path("-"), Path("-"))
    assert names(tmp_path) == []


def test_a_place_where_nothing_can_be_written_is_refused_beforehand() -> None:
    with pytest.raises(InputError, match="its folder cannot be written"):
        check_free(Path("/proc/a.html"))


def test_a_file_named_as_the_terminal_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("-").write_text("mine")
    check_free(Path("-"))  # where a table goes to the terminal, no file is in the way
    with pytest.raises(InputError, match="this exists already"):
        write_new(Path("-"), "other")
    assert Path("-").read_text() == "mine"


def test_a_folder_taken_while_it_was_made_stays(tmp_path: Path) -> None:
    def made_meanwhile() -> None:
        with new_folder(tmp_path / "a"):
            (tmp_path / "a").mkdir()
            (tmp_path / "a" / "mine").touch()

    with pytest.raises(InputError, match="cannot be written"):
        made_meanwhile()
    assert names(tmp_path) == ["a"] and names(tmp_path / "a") == ["mine"]


def test_a_name_beside_a_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert beside("results/compare-1", ".xlsx") == Path("results/compare-1.xlsx")
    (tmp_path / "run").mkdir()
    monkeypatch.chdir(tmp_path / "run")
    assert beside(".", "-brief") == tmp_path / "run-brief"
