"""The store: files that are whole or not there, few of them, and each name's rows once."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reentrysim.experiments.sweeps import store as store_module
from reentrysim.experiments.sweeps.store import INDEX, MERGED, NAME, PLACE, Part, Store, sweep_up
from reentrysim.vocabulary import InputError


def rows(*names: str, each: int = 2) -> pa.Table:
    told = [name for name in names for _ in range(each)]
    return pa.table({NAME: told, "replicate": list(range(each)) * len(names), "value": [float(len(told))] * len(told)})


def test_what_is_kept_comes_back_in_the_order_asked(tmp_path: Path) -> None:
    part = Part(tmp_path / "runs")
    for names in (("c", "a"), ("b",), ("e", "d")):
        part.add(rows(*names))
    found = part.rows(["a", "e", "b", "a"])
    assert found[NAME].to_pylist() == ["a", "a", "e", "e", "b", "b", "a", "a"]
    assert found[PLACE].to_pylist() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert found["replicate"].to_pylist() == [0, 1] * 4
    assert len(part.rows(["nothing"])) == 0
    again = Store.open(tmp_path)
    assert again.runs.names == {"a", "b", "c", "d", "e"}


def test_a_thousand_additions_leave_few_files_and_lose_nothing(tmp_path: Path) -> None:
    part = Part(tmp_path / "runs")
    for number in range(1000):
        part.add(rows(f"n{number}", each=1))
        assert len(list(part.folder.iterdir())) < 4 * MERGED
    assert len(Store.open(tmp_path).runs.names) == 1000
    assert len(part.rows([f"n{number}" for number in range(1000)])) == 1000


def test_a_break_while_files_are_merged_leaves_rows_twice_and_reads_them_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = Part(tmp_path / "runs")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        for number in range(MERGED - 1):
            part.add(rows(f"n{number}"))
        with pytest.raises(KeyboardInterrupt):
            part.add(rows(f"n{MERGED - 1}"))
    again = Store.open(tmp_path).runs
    assert sum(len(names) for names in again.files.values()) == 2 * MERGED  # in the parts, and in what they became
    found = again.rows([f"n{number}" for number in range(MERGED)])
    assert found[NAME].to_pylist() == [f"n{number}" for number in range(MERGED) for _ in range(2)]


def test_a_file_that_cannot_be_written_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part = Part(tmp_path / "runs")
    part.add(rows("a"))
    with monkeypatch.context() as patch:
        patch.setattr(store_module.os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(OSError, match="No space left"):
            part.add(rows("b"))
    assert part.names == Store.open(tmp_path).runs.names == {"a"}
    assert [path.suffix for path in part.folder.iterdir()] == [".parquet"]


def test_a_damaged_file_is_told_and_put_aside_only_to_mend(tmp_path: Path) -> None:
    part = Part(tmp_path / "runs")
    file, kept = part.add(rows("a", each=500)), part.add(rows("b"))
    store = Store.open(tmp_path)
    store.write_index()
    contents = bytearray((part.folder / file).read_bytes())
    contents[len(contents) // 3] ^= 0xFF
    (part.folder / file).write_bytes(contents)
    with pytest.raises(InputError, match="damaged") as caught:
        Store.open(tmp_path).runs.rows(["a"])
    assert file in str(caught.value)
    mended = Store.open(tmp_path, mend=True)
    mended.check()
    assert mended.damaged == (f"runs/{file}",)
    assert mended.runs.names == {"b"}
    assert sorted(path.name for path in part.folder.iterdir()) == sorted([kept, file.replace(".parquet", ".damaged")])


@pytest.mark.parametrize("contents", [b"", b"no Parquet"])
def test_a_file_that_is_none_is_damaged(contents: bytes, tmp_path: Path) -> None:
    Part(tmp_path / "runs").add(rows("a"))
    (tmp_path / "runs" / "0-beef.parquet").write_bytes(contents)
    with pytest.raises(InputError, match="damaged"):
        Store.open(tmp_path)
    assert Store.open(tmp_path, mend=True).damaged == ("runs/0-beef.parquet",)


@pytest.mark.parametrize("harm", ["deleted", "damaged", "old"])
def test_the_index_is_made_again_from_the_files(harm: str, tmp_path: Path) -> None:
    part = Part(tmp_path / "runs")
    part.add(rows("a"))
    Store.open(tmp_path).write_index()
    if harm == "deleted":
        (tmp_path / INDEX).unlink()
    elif harm == "damaged":
        (tmp_path / INDEX).write_bytes(b"nothing")
    else:
        part.add(rows("b"))
    assert Store.open(tmp_path).runs.names == ({"a", "b"} if harm == "old" else {"a"})
    Store.open(tmp_path).write_index()
    assert set(pq.read_table(tmp_path / INDEX)[NAME].to_pylist()) == Store.open(tmp_path).runs.names


def test_names_are_taken_out_of_whatever_file_holds_them(tmp_path: Path) -> None:
    part = Part(tmp_path / "failures")
    for number in range(2 * MERGED + 3):
        part.add(rows(f"n{number}", f"m{number}"))
    part.clear({"n0", "m5", "n5", f"m{2 * MERGED + 2}"})
    assert len(part.names) == 2 * (2 * MERGED + 3) - 4
    assert Store.open(tmp_path).failures.names == part.names
    part.clear(part.names)
    assert list(part.folder.iterdir()) == []


def test_what_a_killed_process_left_goes(tmp_path: Path) -> None:
    part = Part(tmp_path / "runs")
    part.add(rows("a"))
    (part.folder / "0-dead.12.partial").write_bytes(b"half")
    sweep_up(tmp_path)
    assert [path.suffix for path in part.folder.iterdir()] == [".parquet"]


def test_files_that_somebody_merges_meanwhile_are_looked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = Part(tmp_path / "runs")
    part.add(rows("a"))
    look, gone = store_module._files, [tmp_path / "runs" / "0-gone.parquet"]
    monkeypatch.setattr(store_module, "_files", lambda folder: [*look(folder), *(gone.pop() for _ in gone[:1])])
    assert Store.open(tmp_path).runs.names == {"a"}


def test_what_is_wrong_with_the_machine_is_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part = Part(tmp_path / "runs")
    file = part.add(rows("a"))

    def too_many(*_: object, **__: object) -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(store_module.pq, "read_table", too_many)
    with pytest.raises(OSError, match="Too many open files"):
        Store.open(tmp_path, mend=True)
    assert (part.folder / file).exists()


def test_every_damaged_file_is_kept(tmp_path: Path) -> None:
    for _ in range(2):
        Part(tmp_path / "runs").add(rows("a"))
        (path,) = (tmp_path / "runs").glob("*.parquet")
        path.write_bytes(b"no Parquet")
        Store.open(tmp_path, mend=True)
    assert len(list((tmp_path / "runs").glob("*.damaged"))) == 2
