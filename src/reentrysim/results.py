"""What users hold: the results of a comparison, fresh or read from a folder, that draw themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from reentrysim.analysis import compare as comparing
from reentrysim.analysis import loaded as loading
from reentrysim.analysis.estimates import Estimates
from reentrysim.vocabulary import InputError, nearest

if TYPE_CHECKING:
    from reentrysim.experiments.store import Writer
    from reentrysim.report.figures import Picture
    from reentrysim.scenario import Scenario

KINDS = ("differences", "curves")


class _Drawn(Estimates):
    def plot(self, kind: Literal["differences", "curves"] | None = None, outcomes: Sequence[str] = ()) -> Picture:
        """Differences from the baseline with their intervals, or curves by month since release.

        `kind` defaults to differences where there are any. `outcomes` (one name or several, default back in prison and
        rearrested) are shares of people, a panel each. Returns a matplotlib Figure, which `savefig` writes to a file.

        Raises:
            InputError: for another kind, or an outcome that is no share of people.
        """
        from reentrysim.report.figures import PANELS, differences, recidivism

        kind = kind or ("differences" if len(self.facts.names) > 1 else "curves")
        if kind not in KINDS:
            raise InputError(f"there is no picture {kind!r}", hint=nearest(kind, KINDS))
        named = (outcomes,) if isinstance(outcomes, str) else tuple(outcomes)
        return (differences if kind == "differences" else recidivism)(self, named or PANELS)


@dataclass(frozen=True, repr=False)
class Comparison(_Drawn, comparing.Comparison):
    """The result of a comparison, or of one scenario; every table is a tidy DataFrame."""

    def files(self) -> dict[str, Writer]:
        """File name -> writer, for every table and picture, and for the report."""
        from reentrysim.report.figures import figure_files
        from reentrysim.report.page.page import report_files

        return {**super().files(), **figure_files(self), **report_files(self)}


@dataclass(frozen=True, repr=False)
class Loaded(_Drawn, loading.Loaded):
    """A finished comparison, read from its folder."""


def compare(scenarios: Scenario | str | Path | Iterable[Scenario | str | Path] = (), **options: Any) -> Comparison:
    """Run `scenarios` (names, paths or loaded; none: the shipped comparison) and their baseline, and compare them.

    `options`: baseline, replicates, precision, seed, jobs, participants, months, fixed_parameters, marginal, as on the
    command line. Raises InputError for wrong input and RunError when a run fails. Writes nothing.
    """
    return Comparison(comparing.compare(scenarios, **options).runs)


def run(scenario: Scenario | str | Path, **options: Any) -> Comparison:
    """Run one scenario, with nothing to compare it with; otherwise like `compare`."""
    return Comparison(comparing.run(scenario, **options).runs)


def load(folder: str | Path) -> Loaded:
    """The comparison in a results folder. Raises InputError for a folder without a complete run."""
    found = loading.load(folder)
    return Loaded(found.folder, found.manifest)
