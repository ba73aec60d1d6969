"""Commands about numbers: fit, show, check and predict."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reentrysim.cli.app import FAILED, AllowCode, Jobs, OwnSeed, Quiet, Seed, add_code, app, complain, given
from reentrysim.console import interruptible, print_frame, progressing, write_csv
from reentrysim.disk import check_free
from reentrysim.vocabulary import InputError, nearest


@app.command()
def calibrate(
    targets: Annotated[
        Path | None,
        typer.Argument(
            help="CSV of figures of your own place: quantity, subgroup, follow_up_months, value, and if known n, low, "
            "high. Without it the national calibration is fitted again.",
            show_default=False,
        ),
    ] = None,
    margins: Annotated[
        Path | None,
        typer.Option(help="CSV of who is released there: subgroup, share. Default: as nationally.", show_default=False),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(help="CSV of participants there, one line a person; instead of --margins.", show_default=False),
    ] = None,
    stays: Annotated[
        Path | None,
        typer.Option(help="CSV of stays in custody: stay, months_at_least, share.", show_default=False),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="What to call it. Default: the CSV's name, or us_2008.", show_default=False)
    ] = None,
    program: Annotated[
        Path | None,
        typer.Option(
            help="Only solve the direct path of the program in this Python file, which is run.", show_default=False
        ),
    ] = None,
    guide: Annotated[
        bool, typer.Option("--guide", help="Only print which parameters move which figures (half a minute).")
    ] = False,
    seed: OwnSeed = None,
    jobs: Jobs = None,
    quiet: Quiet = False,
) -> None:
    """Fit the model to figures of your own place, or again to the national ones; exit code 1 for a bad fit."""
    from reentrysim.calibrating import calibrate_nation, calibrate_place, calibrate_program, print_guide
    from reentrysim.experiments.plan import check_options, cores

    check_options(seed=seed, jobs=jobs)
    jobs, own_seed = jobs or cores(), given(seed=seed)
    files = {key: str(path) for key, path in (("margins", margins), ("file", file), ("stays", stays)) if path}
    if guide:
        print_guide(jobs, quiet)
    elif program is not None:
        if targets is not None or files or name is not None:
            raise InputError("--program goes alone: it is solved for the national calibration")
        calibrate_program(program, jobs, own_seed, quiet)
    elif targets is not None:
        calibrate_place(targets, name or targets.stem, files, jobs, own_seed, quiet)
    elif files:
        raise InputError("files of a place go with its figures", hint="reentrysim calibrate TARGETS.csv, and the rest")
    else:
        calibrate_nation(name or "us_2008", jobs, own_seed, quiet)


@app.command()
def evidence(
    name: Annotated[str | None, typer.Argument(help="A number, such as work.hazard_ratio.", show_default=False)] = None,
    grade: Annotated[str | None, typer.Option(help="Numbers of one grade, A to D.", show_default=False)] = None,
    subject: Annotated[
        str | None, typer.Option(help="Numbers of one subject, such as work.", show_default=False)
    ] = None,
    csv: Annotated[
        Path | None, typer.Option(help="File to write the table to; - for the terminal.", show_default=False)
    ] = None,
    allow_code: AllowCode = None,
) -> None:
    """Show every number that the model reads with its source, or the whole story of one."""
    add_code(allow_code)
    from rich.console import Console

    from reentrysim.analysis.provenance import evidence as find
    from reentrysim.analysis.provenance import story
    from reentrysim.report.evidence import show_evidence, show_story

    if name is not None:
        if (grade, subject, csv) != (None, None, None):
            raise InputError("--grade, --subject and --csv go with the table", hint="Leave out NAME, or the options")
        show_story(story(name), Console())
        return
    report = find(grade, subject)
    if csv is None:
        show_evidence(report, Console())
    else:
        write_csv(report.frame, csv)


@app.command()
def validate(
    participants: Annotated[
        int | None, typer.Option(help="People simulated. Default: those of the table in README.", show_default=False)
    ] = None,
    seed: OwnSeed = None,
    jobs: Jobs = None,
    csv: Annotated[
        Path | None, typer.Option(help="File to write every figure to; - for the terminal.", show_default=False)
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Compare the model with published figures, fitted and held out; exit code 1 when the fit breaks a promise."""
    from reentrysim.analysis.validate import validate as check_fit
    from reentrysim.experiments.plan import check_options, cores
    from reentrysim.report.validation import show_validation

    check_options(participants=participants, seed=seed, jobs=jobs)
    if csv is not None:
        check_free(csv)
    with interruptible(), progressing("Validating", quiet) as progress:
        report = check_fit(jobs=jobs or cores(), progress=progress, **given(participants=participants, seed=seed))
    if csv is not None:
        write_csv(report.figures, csv)
    if csv is None or str(csv) != "-":
        print("\n".join(show_validation(report)))
    if not report.passed:
        complain("the model misses published figures by more than the fit promises")
        raise typer.Exit(FAILED)


def _print_effects(names: list[str], jobs: int, seed: int, csv: Path | None) -> None:
    """What programs do in their own simulated trials, for those named or all."""
    from reentrysim.analysis.effects import effects, trials

    known = [trial.program for trial in trials()]
    for name in names:
        if name not in known:
            raise InputError(f"there is no program {name!r}", hint=nearest(name, known))
    if csv is not None:
        check_free(csv)
    with interruptible():
        frame = effects(names, jobs=jobs, seed=seed)
    if csv is not None:
        write_csv(frame, csv)
    else:
        print_frame(frame)


def _print_trials(asked: bool) -> None:
    if asked:
        from reentrysim.analysis.trials.files import load_trial, shipped_trials

        width = max(map(len, shipped_trials()))
        for name in shipped_trials():
            print(f"{name:<{width}}  {load_trial(name).protocol.title}")
        raise typer.Exit


@app.command()
def trials(
    names: Annotated[
        list[str] | None, typer.Argument(help="Shipped trials or files. Default: all shipped.", show_default=False)
    ] = None,
    seed: Seed = 1,
    jobs: Jobs = None,
    csv: Annotated[
        Path | None, typer.Option(help="File to write every outcome to; - for the terminal.", show_default=False)
    ] = None,
    checks: Annotated[
        bool,
        typer.Option(
            "--checks",
            help="Instead: what the solved effects meet, and what was not solved (a minute).",
        ),
    ] = False,
    effects: Annotated[
        bool,
        typer.Option("--effects", help="Instead: what every program does in its own trial, and through what."),
    ] = False,
    _listed: Annotated[
        bool,
        typer.Option("--list", is_eager=True, callback=_print_trials, help="Instead: the names of the shipped trials."),
    ] = False,
    allow_code: AllowCode = None,
    quiet: Quiet = False,
) -> None:
    """Predict published trials: the control level, both arms at their size, the miss, and scores against rivals."""
    add_code(allow_code)
    from reentrysim.analysis.trials.record import run_trials
    from reentrysim.experiments.plan import check_options, cores
    from reentrysim.report.trials import show_scoreboard, show_trial

    check_options(seed=seed, jobs=jobs)
    if effects and checks:
        raise InputError("--effects and --checks are two questions", hint="Ask one of them")
    if effects:
        _print_effects(names or [], jobs or cores(), seed, csv)
        return
    if checks:
        if names or csv is not None:
            raise InputError("--checks goes alone", hint="Leave out names and --csv")
        from reentrysim.analysis.checks import dose_response, solved, unsolved

        with interruptible():
            print_frame(solved(seed=seed))
            print_frame(unsolved(seed=seed))
            print_frame(dose_response(seed=seed))
        return
    if csv is not None:
        check_free(csv)
    with interruptible(), progressing("Running trials", quiet) as progress:
        report = run_trials(names or (), jobs=jobs or cores(), seed=seed, progress=progress)
    if csv is not None:
        write_csv(report.frame, csv)
    if csv is None or str(csv) != "-":
        for asked in report.asked:
            print("\n".join(show_trial(asked)), end="\n\n")
        print("\n".join(show_scoreboard(report.board, report.left)))
