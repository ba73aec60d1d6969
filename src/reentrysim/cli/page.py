"""The command that writes the report of a finished comparison; nothing is simulated again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reentrysim.cli.app import AllowCode, add_code, app
from reentrysim.cli.reading import Folder
from reentrysim.console import interruptible
from reentrysim.disk import beside, check_free, write_new
from reentrysim.vocabulary import InputError


@app.command()
def report(
    folder: Folder,
    out: Annotated[
        Path | None, typer.Option(help="File to write. Default: FOLDER.html, beside it.", show_default=False)
    ] = None,
    lives: Annotated[
        bool, typer.Option("--lives", help="With paired lives of simulated people, which are run again for it.")
    ] = False,
    scenario: Annotated[
        str | None,
        typer.Option(help="Whose lives stand beside the baseline's. Default: as in `story`.", show_default=False),
    ] = None,
    allow_code: AllowCode = None,
) -> None:
    """Write the report of a comparison: one HTML page that needs nothing else, to read, to send or to print."""
    add_code(allow_code)
    from markupsafe import Markup

    from reentrysim.analysis.lives.story import story
    from reentrysim.analysis.loaded import load
    from reentrysim.report.lives import story_section
    from reentrysim.report.page.page import page

    if scenario is not None and not lives:
        raise InputError("--scenario says whose lives are told", hint="Add --lives, or leave it out")
    place = beside(folder, ".html") if out is None else out
    check_free(place)
    results = load(folder)
    with interruptible():
        told = Markup(story_section(story(results, scenario))) if lives else None
        write_new(place, page(results, told))
    print(f"Report: {place}")
