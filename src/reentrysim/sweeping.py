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
from reentrysim.experiments.sweeps.file import Sweep
from reentrysim.experiments.sweeps.results import check_folder, load_results
from reentrysim.experiments.sweeps.sweeping import Swept, default_folder, sweep
from reentrysim.experiments.sweeps.workers import check_workers
from reentrysim.experiments.sweeps.working import Tally, Watch
from reentrysim.report.sweeps import progress, told

DOTS_PER_INCH = 150
SAY_EVERY_SECONDS = 30.0
"""How often a line is printed where there is no terminal to draw a bar on."""
_LEFT = "what is finished is kept; the same command goes on with it"


def carry_out(asked: Sweep, out: Path | None, quiet: bool, retry: bool = False, **options: Any) -> Swept:
    """Sweep with progress, and say at the end what came of it."""
    folder = default_folder(asked) if out is None else out
    check_workers(**options)
    check_folder(folder, asked)
    with interruptible(lambda: _LEFT), _watching(asked, quiet) as watch:
        try:
            swept = sweep(asked, folder, watch=watch, retry=retry, **options)
        except OSError as error:
            what = f"results can't be written ({error.strerror or error}): {_LEFT}"
            raise StoppedError(what) from error
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
