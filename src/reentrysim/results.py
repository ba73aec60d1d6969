"""What users hold: the results of a comparison, fresh or read from a folder, that draw themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from reentrysim.analysis import compare as comparing
from reentrysim.analysis import loaded as loading
from reentrysim.analysis.estimates import Estimates
from reentrysim.analysis.lives.lives import Lives
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
        """File name -> writer, for every table and picture."""
        from reentrysim.report.figures import figure_files

        return {**super().files(), **figure_files(self)}


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


@dataclass(frozen=True)
class Stories(Lives):
    """Paired lives that tell themselves."""

    def text(self) -> str:
        """The shares in sentences, and every pair as lines of at most 100 columns."""
        from reentrysim.report.lives import story_text

        return story_text(self)

    def html(self) -> str:
        """A self-contained page."""
        from reentrysim.report.lives import story_page

        return story_page(self)

    def _repr_html_(self) -> str:
        from reentrysim.report.lives import story_section

        return story_section(self)


def story(results: Estimates | str | Path, scenario: str | None = None, **options: Any) -> Stories:
    """The same simulated people under the baseline and another scenario, chosen by rule in true proportions.

    `results`: a comparison or its folder, some of whose replicates are run again. `options`: people, replicates, month,
    as on the command line. Raises InputError for what there is not. Nobody in it is real.
    """
    from reentrysim.analysis.lives.story import story as tell

    return Stories(**vars(tell(results, scenario, **options)))
