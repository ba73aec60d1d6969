"""Files and folders of one's own that are whole or not there, and never in the place of something else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from reentrysim.vocabulary import InputError

TERMINAL = Path("-")
"""What stands for the terminal where a file is asked for."""


def check_free(*places: Path | None) -> None:
    """InputError for what exists, has no folder to be written in, or is named twice: to ask before a computation."""
    named = [place for place in places if place not in (None, TERMINAL)]
    for number, place in enumerate(named):
        _check_new(place)
        if place.resolve() in [other.resolve() for other in named[:number]]:
            raise InputError("this is named twice", where=str(place), hint="Choose another name for one of them")


def takes_files(folder: Path) -> bool:
    """Whether something can be made in it; there are places where permissions say so and nothing can (/proc)."""
    try:
        with TemporaryDirectory(dir=folder, prefix=".reentrysim-"):
            return True
    except OSError:
        return False


@contextmanager
def new_file(place: Path) -> Iterator[Path]:
    """Yields where to write a file, which then stands at `place`; on an error nothing is left.

    Raises:
        InputError: as `check_free`, and for what the system says when it cannot be written.
    """
    with _new(place) as partial:
        yield partial


@contextmanager
def new_folder(place: Path) -> Iterator[Path]:
    """Yields a folder to fill, which then stands at `place`; on an error nothing is left. Raises as `new_file`."""
    with _new(place) as partial:
        partial.mkdir()
        yield partial


def write_new(place: Path, text: str) -> None:
    """Write a text into a file that does not exist yet; raises as `new_file`."""
    with new_file(place) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")


def beside(folder: str | Path, ending: str) -> Path:
    """A path beside a folder, with its name and an ending: results/compare-1 -> results/compare-1.xlsx."""
    place = Path(folder)
    named = place if place.name not in ("", "..") else place.resolve()
    return named.with_name(f"{named.name}{ending}")


def partial_of(place: Path) -> Path:
    """Where something is made before it stands at `place`: beside it, hidden, and nobody else's."""
    return place.with_name(f".{place.name[:100]}.{uuid4().hex[:8]}.partial")


@contextmanager
def told(place: Path) -> Iterator[None]:
    """Raises InputError instead of what the system says when a place can't be written."""
    try:
        yield
    except OSError as error:
        what = f"it cannot be written ({error.strerror})"
        raise InputError(what, where=str(place), hint="Choose another place") from None


@contextmanager
def _new(place: Path) -> Iterator[Path]:
    _check_new(place)
    partial = partial_of(place)
    try:
        with told(place):
            yield partial
            partial.rename(place)
    finally:
        _remove(partial)


def _check_new(place: Path) -> None:
    with told(place):
        there = place.exists()
    if there:
        raise InputError("this exists already", where=str(place), hint="Choose another name")
    folder = place.absolute().parent
    if not folder.is_dir():
        raise InputError("its folder is not there", where=str(place), hint="Make it, or choose another name")
    if not takes_files(folder):
        raise InputError("its folder cannot be written", where=str(place), hint="Choose another place")


def _remove(partial: Path) -> None:
    with suppress(OSError):  # what failed is told already
        if partial.is_dir():
            shutil.rmtree(partial)
        else:
            partial.unlink(missing_ok=True)
