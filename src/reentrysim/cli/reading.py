"""Commands that read the folder of a finished comparison; nothing is simulated again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reentrysim.cli.app import app
from reentrysim.console import write_csv
from reentrysim.disk import check_free

Folder = Annotated[Path, typer.Argument(help="Folder that `reentrysim compare` wrote.", show_default=False)]


@app.command()
def economics(
    folder: Folder,
    prison: Annotated[str, typer.Option(help="Prices of custody: marginal, average or short_run.")] = "marginal",
    discount_rate: Annotated[
        float | None, typer.Option(help="A share a year, such as 0.035. Default: the scenarios'.", show_default=False)
    ] = None,
    months: Annotated[
        int | None, typer.Option(help="The horizon. Default: the end of follow-up.", show_default=False)
    ] = None,
    price_year: Annotated[
        int | None, typer.Option(help="Whose dollars these are. Default: the scenarios'.", show_default=False)
    ] = None,
    deadweight: Annotated[bool, typer.Option("--deadweight", help="Count what taxes cost the economy.")] = False,
    liberty: Annotated[bool, typer.Option("--liberty", help="Count time at liberty as a gain of its own.")] = False,
    csv: Annotated[
        Path | None,
        typer.Option(help="File to write every line for every payer; - for the terminal.", show_default=False),
    ] = None,
) -> None:
    """Say what scenarios cost and save against the baseline, for whom, and how sure that is."""
    from rich.console import Console

    from reentrysim.analysis.loaded import load
    from reentrysim.report.economics import show_economics

    if csv is not None:
        check_free(csv)
    results = load(folder)
    found = results.economics(
        prison=prison,
        discount_rate=discount_rate,
        months=months,
        price_year=price_year,
        deadweight=deadweight,
        liberty=liberty,
    )
    if csv is not None:
        write_csv(found.lines, csv)
    if csv is None or str(csv) != "-":
        show_economics(found, Console(), results.warnings)
