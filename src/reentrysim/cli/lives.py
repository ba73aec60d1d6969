"""The command that tells paired lives: some replicates of a finished comparison are run again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reentrysim.cli.app import Quiet, app
from reentrysim.cli.reading import Folder
from reentrysim.console import interruptible, progressing, write_csv
from reentrysim.disk import check_free, write_new


@app.command()
def story(
    folder: Folder,
    scenario: Annotated[
        str | None,
        typer.Option(help="Shown beside the baseline. Default: the one that the answer names.", show_default=False),
    ] = None,
    people: Annotated[int, typer.Option(help="Shown in true proportions; rarer kinds come beside them.")] = 8,
    replicates: Annotated[
        int | None, typer.Option(help="Run again, of those there are. Default: 4, or all.", show_default=False)
    ] = None,
    month: Annotated[
        int | None,
        typer.Option(help="Month since release that decides. Default: the answer's.", show_default=False),
    ] = None,
    csv: Annotated[
        Path | None, typer.Option(help="File for every state and event; - for the terminal.", show_default=False)
    ] = None,
    html: Annotated[Path | None, typer.Option(help="File for a self-contained page.", show_default=False)] = None,
    svg: Annotated[Path | None, typer.Option(help="File for all pictures as one.", show_default=False)] = None,
    quiet: Quiet = False,
) -> None:
    """Tell the same simulated people's lives under two scenarios, drawn by lot in true proportions."""
    from reentrysim.report.lives import story_page, story_svg
    from reentrysim.results import story as tell

    check_free(csv, html, svg)
    with interruptible(), progressing("Running replicates again", quiet, at_once=False) as progress:
        lives = tell(
            folder,
            scenario,
            people=people,
            replicates=replicates,
            month=month,
            progress=lambda done, total: progress(f"{done} of {total} replicates", done / total),
        )
    with interruptible():
        if html is not None:
            write_new(html, story_page(lives))
        if svg is not None:
            write_new(svg, story_svg(lives))
        if csv is not None:
            write_csv(lives.timelines, csv)
    if csv is None or str(csv) != "-":
        print(lives.text())
