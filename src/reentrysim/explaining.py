"""What `reentrysim why` does: make the runs with progress, write tables if asked, print the answer."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from rich.console import Console

from reentrysim.analysis.why.why import Question, Why, carry_out, runs_ahead
from reentrysim.console import interruptible, progressing
from reentrysim.experiments.store import Writer, check_folder
from reentrysim.report.why import show_why


def explain(question: Question, out: Path | None, dry_run: bool, quiet: bool) -> None:
    """Answer a question on the terminal; everything is in the folder, if one is asked for, or nothing is."""
    if out is not None:
        check_folder(out, question.digest)
    if dry_run:
        _print_ahead(question, out)
        return
    started, plan = time.time(), question.plan
    what = f"Explaining {plan.names[-1]} with {plan.replicates} replicates of {plan.participants:,} people"
    with interruptible(lambda: "nothing was written"):
        with progressing(what, quiet) as progress:
            found = carry_out(question, progress=progress)
        if out is not None:
            found.save(out, about={"command": ["reentrysim", *sys.argv[1:]]}, pictures=_pictures(found))
    show_why(found, Console(), out)
    if not quiet:
        print(f"Elapsed: {time.time() - started:.1f} s", file=sys.stderr)


def _pictures(found: Why) -> dict[str, Writer]:
    from reentrysim.report.figures import draw_why, picture_files

    return picture_files(draw_why(found).values())


def _print_ahead(question: Question, out: Path | None) -> None:
    plan, ahead = question.plan, runs_ahead(question)
    parts = ", ".join(f"{name} {count}" for name, count in ahead.items())
    print(f"Would make about {sum(ahead.values()):,} runs of {plan.participants:,} people: {parts}; seed {plan.seed}.")
    print(f"Scenario: {plan.names[-1]} (baseline: {plan.baseline}); {question.outcome} by month {question.month}.")
    print(f"Folder: {'none' if out is None else out}")
    for notice in plan.notices:
        print(f"warning: {notice}")
