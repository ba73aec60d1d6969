"""The command line: reads options, calls one function per command, prints. Everything heavy is imported inside."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence

import typer

from reentrysim.cli import comparing, files, files_of_results, lives, numbers, page, reading, sweeps
from reentrysim.cli.app import DONE, FAILED, INTERRUPTED, WRONG_INPUT, app, complain
from reentrysim.console import BadFitError, RunInterruptedError, StoppedError
from reentrysim.vocabulary import InputError

__all__ = ["app", "comparing", "files", "files_of_results", "lives", "main", "numbers", "page", "reading", "sweeps"]


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 done, 1 a run failed, 2 wrong input, 130 interrupted."""
    asked = list(sys.argv[1:] if args is None else args)
    words = [word for word in asked if word != "--debug"]
    try:
        code = app(words or ["--help"], prog_name="reentrysim", standalone_mode=False)
    except (InputError, typer.TyperException) as error:
        complain(error.format_message() if isinstance(error, typer.TyperException) else str(error))
        return WRONG_INPUT
    except (BadFitError, StoppedError) as stop:
        complain(str(stop))
        return FAILED
    except RunInterruptedError as interruption:
        complain("; ".join(["interrupted", *filter(None, [str(interruption)])]))
        return INTERRUPTED
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except Exception as error:  # the last resort: one message; --debug adds the traceback
        if words != asked:
            traceback.print_exc()
        complain(_failure(error))
        return FAILED
    if code == INTERRUPTED:
        complain("interrupted")
    return int(code or DONE)


def _failure(error: Exception) -> str:
    from reentrysim.experiments.run import RunError

    return str(error) if isinstance(error, RunError) else f"{type(error).__name__}: {error}"
