"""The command line: reads options, calls one function per command, prints. Everything heavy is imported inside."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from reentrysim._version import VERSION
from reentrysim.console import (
    BadFitError,
    RunInterruptedError,
    StoppedError,
    carry_out,
    interruptible,
    print_frame,
    progressing,
    refuse_existing,
    write_csv,
    write_new,
)
from reentrysim.vocabulary import InputError, nearest

DONE, FAILED, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130


class Commands(TyperGroup):
    """Names the nearest command when there is none of the name given."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command named first; InputError when there is none of that name."""
        if args[0] not in self.commands:
            raise InputError(f"there is no command {args[0]!r}", hint=nearest(args[0], self.commands))
        return super().resolve_command(ctx, args)


app = typer.Typer(
    cls=Commands,
    help="Compare reentry programs and policies. Never use it to decide about a real individual.",
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _print_version(asked: bool) -> None:
    if asked:
        print(f"reentrysim {VERSION}")
        raise typer.Exit


@app.callback()
def _every_command(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version, and stop.")
    ] = False,
) -> None:
    """What goes with no command."""


Replicates = Annotated[int, typer.Option(help="Runs per scenario (even; two share a draw of the evidence).")]
Seed = Annotated[int, typer.Option(help="All luck follows from it; 0 is a seed like any other.")]
OwnSeed = Annotated[
    int | None, typer.Option(help="All luck follows from it. Default: that of the shipped result.", show_default=False)
]
Jobs = Annotated[int | None, typer.Option(help="Processes. Default: the number of cores.", show_default=False)]
Participants = Annotated[
    int | None, typer.Option(help="People simulated. Default: the population's size.", show_default=False)
]
Months = Annotated[int | None, typer.Option(help="Months of follow-up. Default: the scenario's.", show_default=False)]
Out = Annotated[Path | None, typer.Option(help="Folder to write. Default: results/<name>-<hash>.", show_default=False)]
Baseline = Annotated[str, typer.Option(help="The scenario that the others are compared with.")]
FixedParameters = Annotated[
    bool, typer.Option("--fixed-parameters", help="Central values of the evidence in every run: luck alone varies.")
]
Precision = Annotated[
    float | None,
    typer.Option(
        help="Add replicates (at least 20, at most 2,000) until the Monte Carlo error of every difference in the share "
        "back in prison is at most this, such as 0.0008; of one scenario, that of its share.",
        show_default=False,
    ),
]


AllowCode = Annotated[
    list[Path] | None,
    typer.Option(
        "--allow-code",
        help="Python file of a program of your own, which scenarios may then offer (docs/programs.md), or of rules, "
        "which they may then name (docs/own-rules.md). It is run.",
        show_default=False,
    ),
]
Marginal = Annotated[
    float | None,
    typer.Option(
        help="Dollars more for each program of each scenario in turn: what the next dollar does where. Each is one "
        "scenario more to run.",
        show_default=False,
        metavar="DOLLARS",
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print what would be run, and stop.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress and no elapsed time.")]


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
    _add(allow_code)
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
    _add(allow_code)
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
    _add(allow_code)
    from reentrysim.analysis.parting import in_words, part
    from reentrysim.experiments.plan import plan_runs

    if csv is not None:
        refuse_existing(csv)
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
def scenarios() -> None:
    """List the shipped scenarios."""
    from reentrysim.scenario import load_scenario, shipped_scenarios

    shipped = shipped_scenarios()
    width = max(map(len, shipped), default=0)
    families = {path.parent for path in shipped.values()}
    for folder in sorted(families, key=lambda one: (len(one.parts), one.name)):
        if len(folder.parts) > min(len(one.parts) for one in families):
            print(f"\n{folder.name}:")
        for name, path in shipped.items():
            if path.parent == folder:
                print(f"{name:<{width}}  {load_scenario(name).title}")


@app.command()
def new(name: Annotated[str, typer.Argument(help="Name of the scenario, such as more-beds.")]) -> None:
    """Write a commented scenario file NAME.toml, ready to edit."""
    from reentrysim.scenario import shipped_scenarios, template

    stem = name.removesuffix(".toml")
    if stem in shipped_scenarios():
        raise InputError(f"a shipped scenario is called {stem!r}", hint="Choose another name, which no table mixes up")
    path = Path(f"{stem}.toml")
    write_new(path, template(stem))
    print(f"{path} written. Edit it, then: reentrysim check {path}")


@app.command()
def check(
    files: Annotated[list[str], typer.Argument(help="Scenario files or names.")], allow_code: AllowCode = None
) -> None:
    """Check scenario files: what is wrong, where, and the nearest right spelling."""
    _add(allow_code)
    from reentrysim.experiments.plan import plan_runs
    from reentrysim.scenario import load_scenario

    wrong = 0
    for file in files:
        try:
            scenario = load_scenario(file)
            print(f"{file}: right ({scenario.title})")
            if scenario.population.place.own_files:
                print("\n".join(f"  {line}" for line in scenario.population.place.assumed()))
            for notice in plan_runs([scenario], baseline=scenario).notices:
                print(f"  warning: {notice}")
        except InputError as error:
            _complain("\n  also: ".join([str(error), *getattr(error, "others", ())]))
            wrong += 1
    if wrong:
        raise typer.Exit(WRONG_INPUT)


@app.command()
def schema(allow_code: AllowCode = None) -> None:
    """Print the JSON Schema of scenario files."""
    _add(allow_code)
    import json

    from reentrysim.scenario import json_schema

    print(json.dumps(json_schema(), indent=2))


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
    jobs, own_seed = jobs or cores(), _given(seed=seed)
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
    _add(allow_code)
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
        refuse_existing(csv)
    with interruptible(), progressing("Validating", quiet) as progress:
        report = check_fit(jobs=jobs or cores(), progress=progress, **_given(participants=participants, seed=seed))
    if csv is not None:
        write_csv(report.figures, csv)
    if csv is None or str(csv) != "-":
        print("\n".join(show_validation(report)))
    if not report.passed:
        _complain("the model misses published figures by more than the fit promises")
        raise typer.Exit(FAILED)


def _print_effects(names: list[str], jobs: int, seed: int, csv: Path | None) -> None:
    """What programs do in their own simulated trials, for those named or all."""
    from reentrysim.analysis.effects import effects, trials

    known = [trial.program for trial in trials()]
    for name in names:
        if name not in known:
            raise InputError(f"there is no program {name!r}", hint=nearest(name, known))
    if csv is not None:
        refuse_existing(csv)
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
    _add(allow_code)
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
        refuse_existing(csv)
    with interruptible(), progressing("Running trials", quiet) as progress:
        report = run_trials(names or (), jobs=jobs or cores(), seed=seed, progress=progress)
    if csv is not None:
        write_csv(report.frame, csv)
    if csv is None or str(csv) != "-":
        for asked in report.asked:
            print("\n".join(show_trial(asked)), end="\n\n")
        print("\n".join(show_scoreboard(report.board, report.left)))


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
    _add(allow_code)
    from reentrysim.experiments.sweeps.file import load_sweep
    from reentrysim.experiments.sweeps.sweeping import look_ahead
    from reentrysim.experiments.sweeps.workers import workers_of
    from reentrysim.report.sweeps import ahead_in_words
    from reentrysim.sweeping import carry_out as sweep_it

    asked = load_sweep(file)
    if dry_run:
        print("\n".join(ahead_in_words(look_ahead(asked, out), workers_of(jobs, backend, scheduler).jobs)))
        return
    _end_of(sweep_it(asked, out, quiet, jobs=jobs, backend=backend, scheduler=scheduler))


@app.command()
def sweep_status(folder: Folder, allow_code: AllowCode = None) -> None:
    """Say how far a sweep is; nothing is run."""
    _add(allow_code)
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
    _add(allow_code)
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
    _add(allow_code)
    from reentrysim.sweeping import explain

    asked = {"outcome": outcome, "month": month, "subgroup": subgroup, "scenario": scenario, "difference": not value}
    print("\n".join(explain(folder, asked)))


def _end_of(swept: Any) -> None:
    if swept.tally.failed:
        raise typer.Exit(FAILED)


def _add(files: list[Path] | None) -> None:
    """Let scenarios offer the programs, and name the rules, in these files."""
    if files:
        from reentrysim.scenario.adding import allow_code

        allow_code(files)


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 done, 1 a run failed, 2 wrong input, 130 interrupted."""
    asked = list(sys.argv[1:] if args is None else args)
    words = [word for word in asked if word != "--debug"]
    try:
        code = app(words or ["--help"], prog_name="reentrysim", standalone_mode=False)
    except (InputError, typer.TyperException) as error:
        _complain(error.format_message() if isinstance(error, typer.TyperException) else str(error))
        return WRONG_INPUT
    except (BadFitError, StoppedError) as stop:
        _complain(str(stop))
        return FAILED
    except RunInterruptedError as interruption:
        _complain("; ".join(["interrupted", *filter(None, [str(interruption)])]))
        return INTERRUPTED
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except Exception as error:  # the last resort: one message; --debug adds the traceback
        if words != asked:
            traceback.print_exc()
        _complain(_failure(error))
        return FAILED
    if code == INTERRUPTED:
        _complain("interrupted")
    return int(code or DONE)


def _given(**options: int | None) -> dict[str, Any]:
    """The options that were given; the function called has the defaults of the others."""
    return {name: value for name, value in options.items() if value is not None}


def _failure(error: Exception) -> str:
    from reentrysim.experiments.run import RunError

    return str(error) if isinstance(error, RunError) else f"{type(error).__name__}: {error}"


def _complain(message: str) -> None:
    print(f"error: {message}", file=sys.stderr)
