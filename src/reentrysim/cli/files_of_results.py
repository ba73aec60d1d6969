"""Commands that check the folder of a finished comparison, and make files for others of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reentrysim.cli.app import FAILED, Jobs, Quiet, app
from reentrysim.cli.reading import Folder
from reentrysim.console import interruptible, progressing


@app.command()
def verify(
    folder: Folder,
    rerun: Annotated[bool, typer.Option("--rerun", help="Run everything again and compare every table.")] = False,
    replicates: Annotated[
        int | None,
        typer.Option(help="Run only the first so many replicates again, and compare their rows.", show_default=False),
    ] = None,
    jobs: Jobs = None,
    quiet: Quiet = False,
) -> None:
    """Check that a folder is what its run wrote, and with --rerun that it comes out again; exit code 1 if not."""
    from reentrysim.analysis.verifying.verify import verify as check

    silent = quiet or not (rerun or replicates)
    with interruptible(), progressing("Running again", silent, at_once=False) as progress:
        found = check(
            folder,
            rerun,
            replicates=replicates,
            jobs=jobs,
            progress=lambda now, all_: progress(f"{now} of {all_} runs", now / all_),
        )
    print("\n".join(found.lines()))
    if not found.ok:
        raise typer.Exit(FAILED)


@app.command()
def export(
    folder: Folder,
    out: Annotated[
        Path | None, typer.Option(help="Workbook to write. Default: FOLDER.xlsx, beside it.", show_default=False)
    ] = None,
    csv: Annotated[
        Path | None, typer.Option(help="Folder to write each sheet to as CSV, too.", show_default=False)
    ] = None,
) -> None:
    """Write a workbook of a comparison, with the sources of its numbers, for those who open no Python."""
    from reentrysim.report.export.export import export as write

    with interruptible():
        place = write(folder, out, csv)
    print(f"Workbook: {place}")


@app.command()
def brief(
    folder: Folder,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write. Default: FOLDER-brief, beside it.", show_default=False)
    ] = None,
) -> None:
    """Write one page to print and picture cards of a comparison, with the sentence, its interval and its source."""
    from reentrysim.report.brief.brief import brief as write

    with interruptible():
        place = write(folder, out)
    print(f"Brief: {place}")
