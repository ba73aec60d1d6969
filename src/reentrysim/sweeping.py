"""What `reentrysim sweep` does: run a sweep with progress, and say what came of it."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from reentrysim.console import StoppedError, interruptible, progressing
from reentrysim.experiments.store import CSV
from reentrysim.experiments.sweeps.file import Sweep, load_sweep
from reentrysim.experiments.sweeps.results import check_folder, load_results
from reentrysim.experiments.sweeps.store import WriteError
from reentrysim.experiments.sweeps.sweeping import Swept, default_folder
from reentrysim.experiments.sweeps.sweeping import sweep as run_sweep
from reentrysim.experiments.sweeps.workers import check_workers
from reentrysim.experiments.sweeps.working import Tally, Watch
from reentrysim.report.sweeps import progress, told
from reentrysim.vocabulary import InputError

DOTS_PER_INCH = 150
SAY_EVERY_SECONDS = 30.0
"""How often a line is printed where there is no terminal to draw a bar on."""
_LEFT = "what is finished is kept; the same command goes on with it"


def sweep(asked: str | Path | Sweep, out: str | Path | None = None, *, quiet: bool = False, **options: Any) -> Swept:
    """Run what a sweep lacks in the folder `out`, with progress unless `quiet`, and write its tables.

    `options` are those of `experiments.sweeps.sweeping.sweep`: jobs, backend, scheduler, retry; it raises what that
    one does.
    """
    loaded = asked if isinstance(asked, Sweep) else load_sweep(asked)
    with _watching(loaded, quiet) as watch:
        return run_sweep(loaded, out, watch=watch, **options)


def carry_out(asked: Sweep, out: Path | None, quiet: bool, retry: bool = False, **options: Any) -> Swept:
    """Sweep with progress, and say at the end what came of it."""
    folder = default_folder(asked) if out is None else out
    check_workers(**options)
    check_folder(folder, asked)
    with interruptible(lambda: _LEFT):
        try:
            swept = sweep(asked, folder, quiet=quiet, retry=retry, **options)
        except WriteError as error:
            raise StoppedError(f"results can't be written ({error.strerror}): {_LEFT}") from error
        except InputError:
            raise
        except Exception as error:  # a lost cluster, a machine with another version: the folder stays as it is
            what = str(error).splitlines()[0] if str(error) else "no reason is given"
            raise StoppedError(f"stopped ({type(error).__name__}: {what}): {_LEFT}") from error
    for line in told(swept, quiet):
        print(line)
    return swept


@contextmanager
def _watching(asked: Sweep, quiet: bool) -> Iterator[Watch]:
    """Yields a function that shows how far it is: a bar on a terminal or in a notebook, else a line now and then."""
    with progressing(f"Sweeping {asked.name}", quiet) as show:
        last = time.monotonic()

        def watch(tally: Tally) -> None:
            nonlocal last
            show(progress(tally), (tally.done + tally.failed) / max(tally.total, 1))
            if not quiet and not _is_drawn() and time.monotonic() - last >= SAY_EVERY_SECONDS:
                print(progress(tally), file=sys.stderr, flush=True)
                last = time.monotonic()

        yield watch


def _is_drawn() -> bool:
    """Whether progress is drawn as a bar."""
    from rich.console import Console

    console = Console(stderr=True)
    return console.is_terminal or console.is_jupyter


def explain(folder: Path, asked: Mapping[str, Any]) -> Iterator[str]:
    """What drives an outcome of a sweep, in lines; tables and pictures are written beside its runs.

    `asked` are the options of `analysis.sensitivity.sensitivity`.
    """
    from reentrysim.analysis.sensitivity.sensitivity import sensitivity
    from reentrysim.report.sensitivity import show_sensitivity
    from reentrysim.report.sensitivity_pictures import sensitivity_pictures

    found = sensitivity(load_results(folder), **asked)
    question = found.question
    kind = "difference" if question.baseline else "value"
    parts = (question.outcome, question.month, question.subgroup, question.scenario, kind)
    place = folder / "sensitivity" / re.sub(r"[^\w]+", "-", "-".join(map(str, parts)))
    place.mkdir(parents=True, exist_ok=True)
    for name, table in found.tables.items():
        table.to_csv(place / f"{name}.csv", **CSV)
    for name, draw in sensitivity_pictures(found).items():
        figure = draw(found)
        for kind in ("png", "svg"):
            figure.savefig(place / f"{name}.{kind}", dpi=DOTS_PER_INCH)
    yield from show_sensitivity(found)
    yield f"Tables and pictures: {place}"
