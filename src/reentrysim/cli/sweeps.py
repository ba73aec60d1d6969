"""Commands of sweeps."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from reentrysim.cli.app import FAILED, AllowCode, DryRun, Jobs, Quiet, add_code, app

Backend = Annotated[str, typer.Option(help="What runs the tasks: loky (processes), threading, or dask (a cluster).")]
Scheduler = Annotated[
    str | None,
    typer.Option(help="Address of the cluster's scheduler, tcp://...; with --backend dask.", show_default=False),
]
Folder = Annotated[Path, typer.Argument(help="Folder of a sweep.")]


@app.command()
def sweep(
    file: Annotated[str, typer.Argument(help="Sweep file, or the name of a shipped one.")],
    out: Annotated[
        Path | None,
        typer.Option(help="Folder to go on in, or to begin. Default: results/sweep-<name>.", show_default=False),
    ] = None,
    jobs: Jobs = None,
    backend: Backend = "loky",
    scheduler: Scheduler = None,
    dry_run: DryRun = False,
    allow_code: AllowCode = None,
    quiet: Quiet = False,
) -> None:
    """Run scenarios at many points; the same command goes on with what is kept. Exit code 1 when some fail."""
    add_code(allow_code)
    from reentrysim.experiments.sweeps.file import load_sweep
    from reentrysim.experiments.sweeps.sweeping import look_ahead
    from reentrysim.experiments.sweeps.workers import workers_of
    from reentrysim.report.sweeps import ahead_in_words
    from reentrysim.sweeping import carry_out as sweep_it

    asked = load_sweep(file)
    if dry_run:
        with workers_of(jobs, backend, scheduler) as workers:
            print("\n".join(ahead_in_words(look_ahead(asked, out), workers.jobs)))
        return
    _end_of(sweep_it(asked, out, quiet, jobs=jobs, backend=backend, scheduler=scheduler))


@app.command()
def sweep_status(folder: Folder, allow_code: AllowCode = None) -> None:
    """Say how far a sweep is; nothing is run."""
    add_code(allow_code)
    from reentrysim.experiments.sweeps.sweeping import status
    from reentrysim.report.sweeps import status_in_words

    print("\n".join(status_in_words(status(folder), folder)))


@app.command()
def sweep_retry(
    folder: Folder,
    jobs: Jobs = None,
    backend: Backend = "loky",
    scheduler: Scheduler = None,
    allow_code: AllowCode = None,
    quiet: Quiet = False,
) -> None:
    """Run again what failed in a sweep, and what it still lacks."""
    add_code(allow_code)
    from reentrysim.experiments.sweeps.results import read_sweep
    from reentrysim.sweeping import carry_out as sweep_it

    options = {"jobs": jobs, "backend": backend, "scheduler": scheduler}
    _end_of(sweep_it(read_sweep(folder), folder, quiet, retry=True, **options))


@app.command()
def sensitivity(
    folder: Folder,
    outcome: Annotated[
        str | None, typer.Option(help="Outcome. Default: the sweep's first.", show_default=False)
    ] = None,
    month: Annotated[int | None, typer.Option(help="Month. Default: the sweep's last.", show_default=False)] = None,
    subgroup: Annotated[str, typer.Option(help="Of whom.")] = "all",
    scenario: Annotated[
        str | None, typer.Option(help="Scenario. Default: the first that is no baseline.", show_default=False)
    ] = None,
    value: Annotated[
        bool, typer.Option("--value", help="Of its own value, not its difference from the baseline.")
    ] = False,
    allow_code: AllowCode = None,
) -> None:
    """Tell what drives the answer of a sweep, from its runs alone; tables and pictures go to its folder."""
    add_code(allow_code)
    from reentrysim.sweeping import explain

    asked = {"outcome": outcome, "month": month, "subgroup": subgroup, "scenario": scenario, "difference": not value}
    print("\n".join(explain(folder, asked)))


def _end_of(swept: Any) -> None:
    if swept.tally.failed:
        raise typer.Exit(FAILED)
