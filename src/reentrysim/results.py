"""What users hold: the results of a comparison, fresh or read from a folder, that draw themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reentrysim.analysis import compare as comparing
from reentrysim.analysis import loaded as loading
from reentrysim.analysis.estimates import Estimates
from reentrysim.analysis.lives.lives import Lives
from reentrysim.vocabulary import InputError, nearest

if TYPE_CHECKING:
    from reentrysim.analysis.why.why import Why
    from reentrysim.experiments.store import Writer
    from reentrysim.report.figures import Drawn, Picture
    from reentrysim.scenario import Scenario

KINDS = ("differences", "curves", "groups", "plane", "queues", "budget", "equity", "waterfall", "tornado")
"""Pictures; the last two are of an explanation."""
_OF_OUTCOMES = ("differences", "curves", "groups")


class _Drawn(Estimates):
    @cached_property
    def pictures(self) -> dict[str, Drawn]:
        """Every picture that the results have the numbers for, by kind, with words and a table; drawn once."""
        from reentrysim.report.figures import draw_all

        return draw_all(self)

    def plot(self, kind: str | None = None, outcomes: Sequence[str] = (), *, why: Why | None = None) -> Picture:
        """A picture of the results: `kind` is one of KINDS, by default differences where there are any, else curves.

        `outcomes` (one name or several, default back in prison and rearrested) are shares of people, a panel each; of
        `groups` one. The others are `plane` (returns averted and their price), `queues` (lines and caseloads over
        time), `budget`, `equity` (who gets a place and who gains), and with `why` (what `reentrysim.why` found)
        `waterfall` and `tornado`. Returns a matplotlib Figure, which `savefig` writes to a file.

        Raises:
            InputError: for another kind, for an outcome that is no share of people, or where the results lack what the
                picture needs.
        """
        kind = kind or ("differences" if len(self.facts.names) > 1 else "curves")
        if kind not in KINDS:
            raise InputError(f"there is no picture {kind!r}", hint=nearest(kind, KINDS))
        named = (outcomes,) if isinstance(outcomes, str) else tuple(outcomes)
        if kind == "groups" and len(named) > 1:
            raise InputError("groups are drawn of one outcome", hint=f"Name one of {', '.join(named)}")
        if named and kind not in _OF_OUTCOMES:
            raise InputError(f"the picture {kind!r} is not of an outcome", hint=f"Name none, or draw {_OF_OUTCOMES[0]}")
        return _figure(self, kind, named, why)


def _figure(results: Estimates, kind: str, outcomes: tuple[str, ...], why: Why | None) -> Picture:
    from reentrysim.report import figures

    if kind in figures.OF_WHY:
        if why is None:
            hint = "Explain a scenario: plot(kind, why=reentrysim.why(scenario))"
            raise InputError(f"a comparison does not hold what {kind!r} shows", hint=hint)
        return figures.OF_WHY[kind](why).figure
    if kind == "differences":
        return figures.differences(results, outcomes or figures.PANELS)
    if kind == "curves":
        return figures.recidivism(results, outcomes or figures.PANELS)
    if kind == "groups" and outcomes:
        return figures.groups_forest(results, *outcomes).figure
    return figures.ALL[kind](results).figure


@dataclass(frozen=True, repr=False)
class Comparison(_Drawn, comparing.Comparison):
    """The result of a comparison, or of one scenario; every table is a tidy DataFrame."""

    def files(self) -> dict[str, Writer]:
        """File name -> writer, for every table and picture, and for the report."""
        from reentrysim.report.figures import picture_files
        from reentrysim.report.page.page import report_files

        return {**super().files(), **picture_files(self.pictures.values()), **report_files(self, self.pictures)}


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
