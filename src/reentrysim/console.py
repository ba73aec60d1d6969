"""What commands share: carrying out a plan, progress, interrupts and plain tables."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reentrysim.disk import write_new
from reentrysim.vocabulary import InputError

if TYPE_CHECKING:
    from reentrysim.experiments.keeping import Kept
    from reentrysim.experiments.plan import Plan
    from reentrysim.results import Comparison


class RunInterruptedError(Exception):
    """Ctrl-C, and in words what it left behind."""


class StoppedError(Exception):
    """Work that could not go on, in words."""


class BadFitError(Exception):
    """A fit that misses what it was asked to meet, in words."""


@contextmanager
def interruptible(left: Callable[[], str] = lambda: "") -> Iterator[None]:
    """Ctrl-C in here ends with what `left` says then, even where it shows as a failure.

    A terminal sends Ctrl-C to worker processes, too. The pool of workers may break before this process sees anything
    but a broken pool, so what fails after an interrupt is an interrupt.
    """
    with _noting_interrupts() as noted:
        try:
            yield
        except KeyboardInterrupt:
            raise RunInterruptedError(left()) from None
        except Exception:
            if not noted:
                raise
            raise RunInterruptedError(left()) from None


@contextmanager
def _noting_interrupts() -> Iterator[list[int]]:
    """Yields a list in which each interrupt leaves its number; other threads than the main one get none."""
    noted: list[int] = []
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or before in (signal.SIG_IGN, None):
        yield noted  # nobody can interrupt, or nobody is meant to
        return

    def note(number: int, _: object) -> None:
        noted.append(number)
        raise KeyboardInterrupt

    ended = signal.getsignal(signal.SIGTERM)
    signal.signal(signal.SIGINT, note)
    signal.signal(signal.SIGTERM, note)  # whoever ends a process kindly is told what is left, too, and workers end
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, before)
        signal.signal(signal.SIGTERM, ended if ended is not None else signal.SIG_DFL)


def carry_out(plan: Plan, out: Path | None, dry_run: bool, quiet: bool) -> None:
    """Run a plan, write its folder, print the answer."""
    from reentrysim.analysis.compare import carry_out as run_it
    from reentrysim.analysis.compare import default_folder
    from reentrysim.experiments.keeping import Kept
    from reentrysim.experiments.run import RunError
    from reentrysim.experiments.store import check_folder, holds_run
    from reentrysim.results import Comparison

    folder = default_folder(plan) if out is None else out
    check_folder(folder, plan.digest)
    started, kept = time.time(), Kept.beside(folder, plan)
    if dry_run:
        _print_plan(plan, folder)
        return
    ahead = f"; {kept.count()} finished before are taken up" if kept.count() else ""
    with interruptible(lambda: _left(kept)), progressing(f"Running {_size(plan)}{ahead}", quiet) as progress:
        try:
            done = run_it(plan, progress=lambda now, all_: progress(f"{now} of {all_} runs", now / all_), kept=kept)
        except InputError:
            kept.forget(plan.replicates)  # a rule of one's own was wrong: nothing of it stays
            raise
        except RunError as error:
            scenario, replicate, reason = error.args
            raise RunError(scenario, replicate, f"{reason}; {_left(kept)}") from error
        comparison = Comparison(done.runs)
    with interruptible(lambda: f"{folder} holds the whole run" if holds_run(folder) else _left(kept)):
        _save_and_show(comparison, folder, started, kept)
    if not quiet:
        print(f"Elapsed: {time.time() - started:.1f} s", file=sys.stderr)


def _left(kept: Kept) -> str:
    """What an interrupted run leaves."""
    count = kept.count()
    if not count:
        return "nothing was written"
    are, those = ("replicate is", "it") if count == 1 else ("replicates are", "them")
    return f"{count} finished {are} kept in {kept.folder.name}; the same command goes on with {those}"


def _save_and_show(comparison: Comparison, folder: Path, started: float, kept: Kept) -> None:
    from datetime import UTC, datetime

    from rich.console import Console

    from reentrysim.report.terminal import show

    about = {
        "command": ["reentrysim", *sys.argv[1:]],
        "started": datetime.fromtimestamp(started, UTC).isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    comparison.save(folder, about=about)
    kept.forget(comparison.plan.replicates)
    show(comparison, Console(), folder)


def _size(plan: Plan) -> str:
    count = len(plan.scenarios)
    more = f" (up to {plan.precision.most:,} for the precision)" if plan.precision else ""
    return (
        f"{count} scenario{'' if count == 1 else 's'} x {plan.replicates} replicates{more} of {plan.participants:,} "
        f"people on {plan.jobs} process{'' if plan.jobs == 1 else 'es'}"
    )


def _print_plan(plan: Plan, folder: Path) -> None:
    from reentrysim.experiments.contracts import extra_runs

    more = extra_runs(plan.scenarios)
    runs = (len(plan.scenarios) + more) * plan.replicates
    again = f", {more * plan.replicates} of them once more without what contracts pay for" if more else ""
    print(f"Would run {_size(plan)}: {runs} runs{again}, seed {plan.seed}.")
    print(f"Scenarios: {', '.join(plan.names)} (baseline: {plan.baseline}); {plan.months} months of follow-up.")
    print(f"Folder: {folder}")
    for notice in plan.notices:
        print(f"warning: {notice}")


def write_csv(frame: Any, path: Path) -> None:
    """A DataFrame as CSV, into a new file or, for -, to the terminal."""
    text = frame.to_csv(index=False, float_format="%.9g", lineterminator="\n")
    if str(path) == "-":
        print(text, end="")
    else:
        write_new(path, text)


def print_frame(frame: Any) -> None:
    """A DataFrame as a table."""
    told = frame.astype(object).where(frame.notna(), "")  # nothing promised, nothing printed
    print(told.to_string(index=False, float_format=lambda number: f"{number:.4f}"))


@contextmanager
def progressing(what: str, quiet: bool, at_once: bool = True) -> Iterator[Callable[[str, float], None]]:
    """Yields a function of (what is being done, share done): a bar on a terminal, one line elsewhere.

    The line is printed `at_once`, or when something is done: where what is asked may still be refused.
    """
    from rich.console import Console

    console = Console(stderr=True)
    if quiet or not (console.is_terminal or console.is_jupyter):
        line = cache(lambda: print(f"{what} ...", file=sys.stderr))
        if at_once and not quiet:
            line()
        yield lambda *_: None if quiet else line()
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda now, share: bar.update(task, description=now, completed=share)
