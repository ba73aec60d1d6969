"""The command that writes the report of a finished comparison; nothing is simulated again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reentrysim.cli.app import AllowCode, add_code, app
from reentrysim.cli.reading import Folder
from reentrysim.console import refuse_existing, write_new


@app.command()
def report(
    folder: Folder,
    out: Annotated[
        Path | None, typer.Option(help="File to write. Default: report.html here.", show_default=False)
    ] = None,
    allow_code: AllowCode = None,
) -> None:
    """Write the report of a comparison: one HTML page that needs nothing else, to read, to send or to print."""
    add_code(allow_code)
    from reentrysim.analysis.loaded import load
    from reentrysim.report.page.page import REPORT, page

    place = Path(REPORT) if out is None else out
    refuse_existing(place)
    write_new(place, page(load(folder)))
    print(f"Report: {place}")
