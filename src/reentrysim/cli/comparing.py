"""Commands that run scenarios: compare, run, diff, why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reentrysim.cli.app import (
    AllowCode,
    Baseline,
    DryRun,
    FixedParameters,
    Jobs,
    Marginal,
    Months,
    Out,
    Participants,
    Precision,
    Quiet,
    Replicates,
    Seed,
    add_code,
    app,
)
from reentrysim.console import carry_out, interruptible, write_csv
from reentrysim.disk import check_free


@app.command()
def compare(
    scenarios: Annotated[
        list[str] | None,
        typer.Argument(
            help="Names or files. Default: mentors, jobs, housing or caseworkers for the same money.",
            show_default=False,
        ),
    ] = None,
    replicates: Replicates = 54,
    seed: Seed = 1,
    jobs: Jobs = None,
    participants: Participants = None,
    months: Months = None,
    baseline: Baseline = "status-quo",
    fixed_parameters: FixedParameters = False,
    precision: Precision = None,
    marginal: Marginal = None,
    out: Out = None,
    dry_run: DryRun = False,
    allow_code: AllowCode = None,
    quiet: Quiet = False,
) -> None:
    """Compare scenarios with a baseline: the main job."""
    add_code(allow_code)
    from reentrysim.analysis.compare import plan_comparison

    plan = plan_comparison(
        scenarios or (),
        baseline=baseline,
        replicates=replicates,
        seed=seed,
        jobs=jobs,
        participants=participants,
        months=months,
        fixed_parameters=fixed_parameters,
        precision=precision,
        marginal=marginal,
    )
    carry_out(plan, out, dry_run, quiet)


@app.command()
def run(
    scenario: Annotated[str, typer.Argument(help="Name or file.")],
    replicates: Replicates = 54,
    seed: Seed = 1,
    jobs: Jobs = None,
    participants: Participants = None,
    months: Months = None,
    fixed_parameters: FixedParameters = False,
    precision: Precision = None,
    out: Out = None,
    dry_run: DryRun = False,
    allow_code: AllowCode = None,
    quiet: Quiet = False,
) -> None:
    """Run one scenario."""
    add_code(allow_code)
    from reentrysim.experiments.plan import plan_runs

    plan = plan_runs(
        [scenario],
        baseline=scenario,
        replicates=replicates,
        seed=seed,
        jobs=jobs,
        participants=participants,
        months=months,
        fixed_parameters=fixed_parameters,
        precision=precision,
    )
    carry_out(plan, out, dry_run, quiet)


@app.command()
def diff(
    first: Annotated[str, typer.Argument(help="Name or file of a scenario.")],
    other: Annotated[str, typer.Argument(help="Name or file of another one, on the same people.")],
    replicate: Annotated[int, typer.Option(help="The replicate that is looked into, from 0 on.")] = 0,
    seed: Seed = 1,
    participants: Participants = None,
    months: Months = None,
    fixed_parameters: FixedParameters = False,
    csv: Annotated[
        Path | None,
        typer.Option(help="File to write everybody who differs to; - for the terminal.", show_default=False),
    ] = None,
    allow_code: AllowCode = None,
) -> None:
    """Find where two scenarios part in one replicate: the first person, the month, and what it came through."""
    add_code(allow_code)
    from reentrysim.analysis.parting import in_words, part
    from reentrysim.experiments.plan import plan_runs

    if csv is not None:
        check_free(csv)
    plan = plan_runs(
        [other],
        baseline=first,
        replicates=max(replicate + 1, 1),
        seed=seed,
        participants=participants,
        months=months,
        fixed_parameters=fixed_parameters,
    )
    with interruptible():
        parting = part(plan, replicate)
    if csv is not None:
        write_csv(parting.listed, csv)
    if csv is None or str(csv) != "-":
        print("\n".join(in_words(parting)))


@app.command()
def why(
    scenario: Annotated[str, typer.Argument(help="Name or file of the scenario that is explained.")],
    outcome: Annotated[str, typer.Option(help="Any share of people.")] = "return_to_prison",
    replicates: Replicates = 40,
    seed: Seed = 1,
    jobs: Jobs = None,
    participants: Participants = None,
    months: Months = None,
    baseline: Baseline = "status-quo",
    fixed_parameters: FixedParameters = False,
    bars: Annotated[int, typer.Option(min=0, help="Estimates whose two ends are tried, those that matter most.")] = 5,
    estimate: Annotated[
        list[str] | None,
        typer.Option(help="An estimate whose two ends are tried too; may be repeated.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write tables to. Default: none.", show_default=False)
    ] = None,
    dry_run: DryRun = False,
    allow_code: AllowCode = None,
    quiet: Quiet = False,
) -> None:
    """Explain a scenario's effect: through what, by which program, on which estimates, and what judgment adds."""
    add_code(allow_code)
    from reentrysim.analysis.why.why import ask
    from reentrysim.explaining import explain

    question = ask(
        scenario,
        baseline=baseline,
        outcome=outcome,
        replicates=replicates,
        seed=seed,
        bars=bars,
        estimates=estimate or (),
        jobs=jobs,
        participants=participants,
        months=months,
        fixed_parameters=fixed_parameters,
    )
    explain(question, out, dry_run, quiet)
