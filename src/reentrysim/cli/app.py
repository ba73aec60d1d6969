"""What all commands share: the application, its options, exit codes, and one way to complain."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from reentrysim._version import VERSION
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


def add_code(files: list[Path] | None) -> None:
    """Let scenarios offer the programs, and name the rules, in these files."""
    if files:
        from reentrysim.scenario.adding import allow_code

        allow_code(files)


def given(**options: int | None) -> dict[str, Any]:
    """The options that were given; the function called has the defaults of the others."""
    return {name: value for name, value in options.items() if value is not None}


def complain(message: str) -> None:
    """Say what is wrong, where mistakes are said."""
    print(f"error: {message}", file=sys.stderr)
