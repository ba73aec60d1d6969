"""What the page is about: results, fresh or of a folder, and the scenarios they are of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from reentrysim.analysis.answer import DAYS, OUTCOME
from reentrysim.analysis.cautions import IDLE
from reentrysim.analysis.compare import Comparison
from reentrysim.analysis.economics.economics import Economics
from reentrysim.analysis.intervals import Cell
from reentrysim.analysis.loaded import Loaded
from reentrysim.report.figures import Drawn, draw_all, has_intervals
from reentrysim.scenario import Scenario

Results = Comparison | Loaded


@dataclass(frozen=True)
class About:
    """Results with what they were asked for."""

    results: Results
    scenarios: tuple[Scenario, ...]
    said: Mapping[str, Any]
    """What the manifest says, or will say, of the plan, the software and the run."""
    drawn: Mapping[str, Drawn]
    """The pictures that the results have the numbers for, by kind."""

    @property
    def baseline(self) -> str:
        """The scenario that the others are compared with."""
        return self.results.facts.baseline

    @property
    def names(self) -> tuple[str, ...]:
        """All scenarios."""
        return self.results.facts.names

    @property
    def others(self) -> tuple[str, ...]:
        """The scenarios that are compared with the baseline."""
        return self.results.facts.others

    @property
    def kind(self) -> str:
        """What intervals hold, as the sentence has it."""
        return "luck alone, 95%" if self.results.facts.luck_only else "95%"

    @property
    def known(self) -> bool:
        """Whether there were runs enough for intervals."""
        return has_intervals(self.results)

    @property
    def intervals(self) -> str:
        """What follows the head of numbers that have them: ", 95% intervals"."""
        return f", {self.kind} intervals" if self.known else ""

    @property
    def as_far_as(self) -> str:
        """What a chance does not hold."""
        return ", as far as luck goes" if self.results.facts.luck_only else ", as far as the evidence is known"

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to beware of; why money stayed unspent is told where the money is."""
        return tuple(one for one in self.results.warnings if not one.startswith(IDLE))

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """Scenarios whose people serve their sentences elsewhere, and whose months since release are another clock."""
        return self.results.facts.elsewhere

    @property
    def outcome(self) -> str:
        """What the answer is about: returns to prison, or arrests since the sentence where that is the only clock."""
        return self.results.facts.outcome

    @property
    def time(self) -> str:
        """Months in the community, or days in custody where the clock is that of the sentence."""
        return "months_in_community" if self.outcome == OUTCOME else DAYS

    @cached_property
    def featured(self) -> str:
        """The scenario that the sentence is about; the baseline where it is alone."""
        return self.results.featured

    def told(self, name: str) -> bool:
        """Whether the answer's outcome is the same clock in a scenario as in the baseline."""
        return name in self.results.facts.alike

    def change(self, name: str) -> Cell:
        """The paired difference in the outcome of the answer, at the headline month."""
        return self.results.paired(name, self.outcome, self.results.headline_month)

    @cached_property
    def economics(self) -> Economics:
        """Costs and benefits at the end of follow-up, as the files have them."""
        return self.results.economics()


def about(results: Results, drawn: Mapping[str, Drawn] | None = None) -> About:
    """What is known of results; their pictures may be `drawn` already.

    Raises:
        InputError: for a folder without its scenarios, or with programs of one's own that are not allowed here.
    """
    pictures = draw_all(results) if drawn is None else drawn
    if isinstance(results, Loaded):
        return About(results, results.asked, results.manifest, pictures)
    return About(results, results.plan.scenarios, {**results.said, "run": results.runs.plan.digest}, pictures)
