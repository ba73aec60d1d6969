"""The catalog: every estimate of numbers/*.toml by name, and the values the model reads from it."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping
from functools import cache
from pathlib import Path

from reentrysim.evidence.entries import NUMBERS, OF_PROGRAMS, Entry, override, read_file, read_folder
from reentrysim.evidence.estimate import Estimate
from reentrysim.randomness import Luck
from reentrysim.vocabulary import InputError, nearest

_ALMOST_ONE = 1.0 - 2.0**-53  # uniforms never reach 1


class UnknownNameError(InputError, KeyError):
    """A name that isn't there. Also a KeyError, so that `in` and `get` work as they do on any mapping."""

    __str__ = Exception.__str__  # KeyError would print the message in quotes


class Values(Mapping[str, float]):
    """Numbers by name that nobody can change: one central or drawn value for each estimate."""

    def __init__(self, by_name: Mapping[str, float]) -> None:
        self._by_name = dict(by_name)

    def __getitem__(self, name: str) -> float:
        try:
            return self._by_name[name]
        except KeyError:
            raise UnknownNameError(f"no value {name!r}", hint=nearest(name, self._by_name)) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def merged(self, more: Mapping[str, float]) -> Values:
        """These values and `more`; a name in both has the value in `more`."""
        return Values({**self._by_name, **more})


class Catalog:
    """Every estimate by name `<subject>.<key>`, for example "mentoring.uptake_share".

    Read like a mapping of name to estimate, except that `values` gives the numbers.
    """

    def __init__(self, estimates: Mapping[str, Estimate]) -> None:
        self._estimates = dict(estimates)

    def __getitem__(self, name: str) -> Estimate:
        try:
            return self._estimates[name]
        except KeyError:
            raise UnknownNameError(f"no estimate {name!r}", hint=nearest(name, self._estimates)) from None

    def __contains__(self, name: object) -> bool:
        return name in self._estimates

    def __iter__(self) -> Iterator[str]:
        return iter(self._estimates)

    def __len__(self) -> int:
        return len(self._estimates)

    def items(self) -> ItemsView[str, Estimate]:
        """Names and estimates, files in order of name and entries in file order."""
        return self._estimates.items()

    def with_overrides(self, entries: Mapping[str, Entry]) -> Catalog:
        """This catalog with a scenario's own numbers: name -> {value, low?, high?, source? | assumption?}.

        InputError for an unknown name or key, a number out of bounds, or one with neither source nor assumption.
        """
        own = {name: override(self[name], entry, f'estimates."{name}"') for name, entry in entries.items()}
        return Catalog({**self._estimates, **own})

    def values(self, draw: int | None = None, seed: int = 0) -> Values:
        """Central values without a draw, else the joint sample addressed by (seed, draw, name).

        A name's number depends on nothing but its own estimate and that address (that of another name where the two
        are drawn with or against each other), so adding, removing or overriding others never moves it.
        """
        if draw is None:
            return Values({name: estimate.value for name, estimate in self.items()})
        return Values({name: estimate.at(_luck(estimate, draw, seed)) for name, estimate in self.items()})


def read_catalog(folder: Path) -> Catalog:
    """The catalog of a folder of number files; InputError naming file and key when one breaks a rule."""
    return _checked(Catalog(read_folder(folder)))


def _checked(catalog: Catalog) -> Catalog:
    """The catalog itself; InputError where an estimate is drawn with another that isn't there."""
    for name, estimate in catalog.items():
        for key in ("drawn_with", "drawn_against"):
            other = getattr(estimate, key)
            if other and other not in catalog:
                raise InputError(f"no estimate {other!r}", where=f"{name}.{key}", hint=nearest(other, catalog))
    return catalog


_added: dict[Path, tuple[Estimate, ...]] = {}


@cache
def load_catalog() -> Catalog:
    """The shipped catalog and the files that were added to it, read once."""
    more = {estimate.name: estimate for estimates in _added.values() for estimate in estimates}
    return _checked(Catalog({**read_folder(NUMBERS), **read_folder(OF_PROGRAMS), **more}))


def add_numbers(path: Path) -> None:
    """Read one more file of numbers in this process, under the rules of the others.

    Raises:
        InputError: naming file and key, if it breaks one, or if the package has a file of its name.
    """
    if any((folder / path.name).exists() for folder in (NUMBERS, OF_PROGRAMS)):
        raise InputError("the package has numbers of that name", where=str(path), hint="Give the file another name")
    _added[path] = tuple(read_file(path))
    load_catalog.cache_clear()
    try:
        load_catalog()
    except InputError:
        forget_numbers(path)
        raise


def forget_numbers(path: Path) -> None:
    """The catalog as it was before a file was added."""
    _added.pop(path, None)
    load_catalog.cache_clear()


def _luck(estimate: Estimate, draw: int, seed: int) -> float:
    """The uniform of an estimate, its own or that of the one it is drawn with or against."""
    if estimate.drawn_against:
        return min(1.0 - _uniform(estimate.drawn_against, draw, seed), _ALMOST_ONE)
    return _uniform(estimate.drawn_with or estimate.name, draw, seed)


def _uniform(name: str, draw: int, seed: int) -> float:
    return float(Luck(seed, 0).uniform(f"draw/{name}", draw, 1)[0])
