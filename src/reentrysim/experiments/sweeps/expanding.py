"""From the factors of a file to one factor a path: the wildcard spread out, the columns of a list as values."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from reentrysim.evidence import load_catalog
from reentrysim.experiments.sweeps.estimates import ALL, PREFIX, estimate_of, spread
from reentrysim.experiments.sweeps.factors import Cell, Factor, near
from reentrysim.vocabulary import InputError

if TYPE_CHECKING:
    from reentrysim.experiments.sweeps.file import Sweep


def expand(sweep: Sweep, columns: Mapping[str, Sequence[Cell]]) -> dict[str, Factor]:
    """Every factor by path, in the order of the design; `columns` are those of a list.

    Raises:
        InputError: if a path is there twice, or evidence is asked for where there is none.
    """
    if sweep.design.kind == "list":
        return {path: Factor(values=_different(values)) for path, values in columns.items()}
    found: dict[str, Factor] = {}
    for path, factor in _spread_out(sweep):
        if path in found:
            hint = f'Leave it out, or narrow "{ALL}" by grade or subject'
            raise InputError(f'stands under "{ALL}" too', where=place(sweep, path), hint=hint)
        found[path] = factor
    return found


def place(sweep: Sweep, path: str) -> str:
    """Where a factor stands, for a message."""
    if sweep.design.file is not None:
        return f"{sweep.design.file}, line 1: {path}"
    written = path if path in sweep.factors else ALL
    return f"{sweep.label}: factors.{json.dumps(written)}"


def _spread_out(sweep: Sweep) -> Iterator[tuple[str, Factor]]:
    """Paths and factors, those behind the wildcard first, so that what is there twice is blamed by its own name."""
    spread_out = {path: tuple(_paths(sweep, path, factor)) for path, factor in sweep.factors.items()}
    twice = set(spread_out.get(ALL, ())) & set(sweep.factors)
    yield from ((path, sweep.factors[ALL]) for path in spread_out.get(ALL, ()) if path in twice)
    for key, paths in spread_out.items():
        yield from ((path, sweep.factors[key]) for path in paths)


def _paths(sweep: Sweep, path: str, factor: Factor) -> Iterator[str]:
    where = place(sweep, path)
    if path == ALL:
        if factor.distribution != "evidence":
            raise InputError("stands for many estimates, each with its own unit", where=where, hint=_ONLY_EVIDENCE)
        try:
            yield from spread(factor, sweep.loaded)
        except InputError as error:
            raise InputError(error.what, where=f"{where}.{error.where}".rstrip("."), hint=error.hint) from None
        return
    if factor.distribution == "evidence":
        _check_evidence(path, where)
    if factor.grade or factor.subject:
        raise InputError(f'grade and subject narrow "{ALL}", and this is one path', where=where, hint="Leave them out")
    yield path


_ONLY_EVIDENCE = 'Write distribution = "evidence"'


def _check_evidence(path: str, where: str) -> None:
    """Raises InputError unless the catalog states a distribution for what the path names."""
    if not path.startswith(PREFIX):
        hint = "Give it values, a range or another distribution: evidence is for estimates.NAME"
        raise InputError("the catalog states no distribution for a scenario's key", where=where, hint=hint)
    estimate, names = estimate_of(path), [f"{PREFIX}{name}" for name in load_catalog()]
    if estimate is None:
        hint = near(path, names, "The names are those of the evidence catalog: `reentrysim evidence` lists them")
        raise InputError(f"unknown path {path!r}", where=where, hint=hint)
    if not estimate.uncertain:
        hint = "Give it a range of your own"
        raise InputError(f"the catalog is certain of it: {estimate.value:g}", where=where, hint=hint)


def _different(values: Sequence[Cell]) -> tuple[Cell, ...]:
    """The values of a column, each once, in order; 1 and true are two, 1 and 1.0 one."""
    return tuple(value for _, value in dict.fromkeys((type(value) is bool, value) for value in values))
