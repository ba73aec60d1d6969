"""Where runs of sweeps are kept: Parquet files that are whole or not there, each run under its name.

    runs/<level>-<digest>.parquet       rows of finished runs, with their names
    failures/<level>-<digest>.parquet   runs that failed, with error and traceback
    index.parquet                       which file holds which name; made again from the files when it is not there

A file is written under another name, put on the disk, and renamed. When as many of one level have come together as
MERGED, they are written again as one of the next level, so that an overnight sweep leaves a few dozen. A break between
leaves rows twice, and nothing missing: rows of one name are equal, and the first is read.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reentrysim.vocabulary import InputError

RUNS, FAILURES = "runs", "failures"
INDEX = "index.parquet"
DAMAGE = (OSError, ValueError, pa.ArrowException)
"""What Arrow raises for contents that it can't read, and for other reasons."""
_TRIES = 20
MERGED = 16
"""Files of a level that are written again as one."""
NAME, PLACE, PARTIAL, ASIDE = "name", "place", ".partial", ".damaged"
_ROW = "row"


class WriteError(OSError):
    """A file that can't be written: a full disk, a folder without rights."""


@dataclass
class Part:
    """One kind of rows of a store: the files in a folder, and the names in each."""

    folder: Path
    files: dict[str, list[str]] = field(default_factory=dict)
    """File name -> the names in it, in order of rows, each once."""

    @property
    def names(self) -> set[str]:
        """Every name that is kept."""
        return {name for names in self.files.values() for name in names}

    def add(self, rows: pa.Table, level: int = 0) -> str:
        """Put rows on the disk, and merge files if there are many; the file's name.

        Raises:
            OSError: if they can't be written; then nothing has changed.
        """
        file = _write(rows, self.folder, level)
        self.files[file] = _names(rows)
        alike = [name for name in self.files if _level(name) == level]
        if len(alike) >= MERGED:
            self._merge(alike, level + 1)
        return file

    def _merge(self, files: Sequence[str], level: int) -> None:
        self.add(_together(self.read(file) for file in files), level)
        for file in files:
            del self.files[file]
            (self.folder / file).unlink(missing_ok=True)

    def read(self, file: str) -> pa.Table:
        """The rows of a file; InputError for one that is damaged."""
        try:
            return pq.read_table(self.folder / file, page_checksum_verification=True)
        except DAMAGE as error:
            if _is_of_the_system(error):
                raise
            raise _damaged(self.folder / file) from error

    def rows(self, wanted: Sequence[str]) -> pa.Table:
        """The rows of these names, in this order, each name's as they were added; PLACE says which of them it is."""
        where = {name: file for file, names in self.files.items() for name in names}
        found = sorted({where[name] for name in wanted if name in where})
        place = pa.table({NAME: pa.array(wanted, pa.string()), PLACE: pa.array(range(len(wanted)), pa.int64())})
        if not found:
            return place.slice(0, 0)
        rows = _together(_numbered(self._of(file, wanted)) for file in found)
        joined = rows.join(place, NAME, join_type="inner")
        return joined.sort_by([(PLACE, "ascending"), (_ROW, "ascending")]).drop_columns([_ROW])

    def _of(self, file: str, wanted: Sequence[str]) -> pa.Table:
        table = self.read(file)
        return table.filter(pc.is_in(table[NAME], value_set=pa.array(wanted, pa.string())))

    def clear(self, names: Iterable[str]) -> None:
        """Take these names out, file by file."""
        gone = set(names)
        while file := next((one for one, held in self.files.items() if not gone.isdisjoint(held)), ""):
            rest = _without(self.read(file), gone)
            del self.files[file]
            if len(rest):
                self.add(rest, _level(file))
            (self.folder / file).unlink()


@dataclass
class Store:
    """Finished and failed runs of a folder."""

    folder: Path
    runs: Part
    failures: Part
    damaged: tuple[str, ...] = ()
    """Files that could not be read, and were put aside."""

    @classmethod
    def open(cls, folder: Path, *, mend: bool = False) -> Store:
        """The store of a folder, which may be empty.

        With `mend`, files that can't be read are put aside, so that what they held is run again; otherwise they are an
        InputError. Somebody else may be merging files: then the folder is read once more.
        """
        for _ in range(_TRIES):
            with suppress(FileNotFoundError):
                return cls._open(folder, mend)
        return cls._open(folder, mend)

    @classmethod
    def _open(cls, folder: Path, mend: bool) -> Store:
        known, damaged = _read_index(folder), list[str]()
        parts = {kind: Part(folder / kind) for kind in (RUNS, FAILURES)}
        for kind, part in parts.items():
            for path in _files(part.folder):
                names = known.get((kind, path.name, path.stat().st_size))
                try:
                    part.files[path.name] = _named(path) if names is None else names
                except (*DAMAGE, KeyError) as error:
                    if _is_of_the_system(error):
                        raise
                    if not mend:
                        raise _damaged(path) from error
                    damaged.append(f"{kind}/{_put_aside(path)}")
        return cls(folder, parts[RUNS], parts[FAILURES], tuple(damaged))

    def check(self) -> None:
        """Read every file to its end, and put aside those that are damaged."""
        for part in (self.runs, self.failures):
            for file in list(part.files):
                try:
                    part.read(file)
                except InputError:
                    self.damaged += (f"{part.folder.name}/{_put_aside(part.folder / file)}",)
                    del part.files[file]

    def write_index(self) -> None:
        """Write down which file holds which name."""
        lines = [
            (part.folder.name, file, (part.folder / file).stat().st_size, name)
            for part in (self.runs, self.failures)
            for file, names in sorted(part.files.items())
            for name in names
        ]
        columns = list(zip(*lines, strict=True)) or [(), (), (), ()]
        table = pa.table(dict(zip(("kind", "file", "bytes", NAME), map(list, columns), strict=True)))
        write_whole(self.folder / INDEX, table)


def write_whole(path: Path, table: pa.Table) -> None:
    """Write a Parquet file in the place of another: whole, or not at all."""
    with whole(path) as partial, partial.open("wb") as file:
        pq.write_table(table, file, compression="zstd", write_page_checksum=True)


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Yields where to write a file, which is then put on the disk and takes the place of `path`; on an error it goes.

    Raises:
        WriteError: if it can't be written.
    """
    partial = path.with_name(f"{path.name}.{os.getpid()}{PARTIAL}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield partial
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        partial.replace(path)
        _sync(path.parent)
    except BaseException as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise WriteError(error.errno, error.strerror or str(error), str(path)) from error
        raise


def sweep_up(folder: Path) -> None:
    """Remove what a killed process left half written."""
    for place in (folder, folder / RUNS, folder / FAILURES):
        for path in place.glob(f"*{PARTIAL}"):
            path.unlink(missing_ok=True)


def _write(rows: pa.Table, folder: Path, level: int) -> str:
    digest = hashlib.sha256("\n".join(_names(rows)).encode()).hexdigest()[:16]
    file = f"{level}-{digest}.parquet"
    write_whole(folder / file, rows)
    return file


def _sync(folder: Path) -> None:
    """Put a renaming on the disk, where folders can be opened."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _named(path: Path) -> list[str]:
    """The names in a file."""
    return _names(pq.read_table(path, columns=[NAME], page_checksum_verification=True))


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.glob("*.parquet")) if folder.is_dir() else ()


def _level(file: str) -> int:
    return int(file.partition("-")[0])


def _names(rows: pa.Table) -> list[str]:
    return [str(name) for name in pc.unique(rows[NAME]).to_pylist()]


def _numbered(rows: pa.Table) -> pa.Table:
    return rows.append_column(_ROW, pa.array(range(len(rows)), pa.int64()))


def _together(tables: Iterable[pa.Table]) -> pa.Table:
    """One table out of several; a name that comes in more than one is taken from the first."""
    seen, kept = set[str](), list[pa.Table]()
    for table in tables:
        names = set(_names(table))
        again = names & seen
        kept.append(_without(table, again) if again else table)
        seen |= names
    return pa.concat_tables(kept, promote_options="default")


def _without(rows: pa.Table, names: set[str]) -> pa.Table:
    return rows.filter(pc.invert(pc.is_in(rows[NAME], value_set=pa.array(sorted(names), pa.string()))))


def _read_index(folder: Path) -> dict[tuple[str, str, int], list[str]]:
    """(Kind, file, bytes) -> names; empty where there is no index, or none that can be read."""
    found: dict[tuple[str, str, int], list[str]] = {}
    with suppress(OSError, pa.ArrowException, KeyError):
        table = pq.read_table(folder / INDEX, page_checksum_verification=True)
        columns = (table[name].to_pylist() for name in ("kind", "file", "bytes", NAME))
        for kind, file, size, name in zip(*columns, strict=True):
            found.setdefault((kind, file, size), []).append(name)
    return found


def _is_of_the_system(error: Exception) -> bool:
    """Whether it says nothing about the contents: too many open files, no right to read, no memory, no such file."""
    return isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno is not None)


def _put_aside(path: Path) -> str:
    """Rename a damaged file, beside others of its name; the name it had."""
    number = len(list(path.parent.glob(f"{path.stem}*{ASIDE}")))
    path.rename(path.with_name(f"{path.stem}{f'.{number}' if number else ''}{ASIDE}"))
    return path.name


def _damaged(path: Path) -> InputError:
    hint = "`reentrysim sweep` with the sweep's file puts it aside, and runs again what it held"
    return InputError("this file is damaged", where=str(path), hint=hint)
