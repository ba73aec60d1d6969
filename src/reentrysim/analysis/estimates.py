"""Expected values and paired differences, from whatever holds the values of every replicate."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reentrysim.analysis.answer import ARRESTED, OUTCOME, clearest
from reentrysim.analysis.economics.books import Books, asked_terms
from reentrysim.analysis.economics.economics import Economics
from reentrysim.analysis.intervals import Cell, summarize, summarize_difference
from reentrysim.analysis.ranking import ranking
from reentrysim.analysis.tables import COST, is_few, possible, spendable_of
from reentrysim.experiments.run import at_horizon_only
from reentrysim.experiments.store import CSV
from reentrysim.vocabulary import LESS_IS_BETTER, InputError, nearest

Floats = NDArray[np.float64]
COHORT_COLUMNS = ["scenario", "baseline", "outcome", "subgroup", "month", "difference", "cohort_low", "cohort_high"]
HEADLINE_MONTH = 36
SUMMARY = ("return_to_prison", "rearrest", "months_in_community", "employed", "stably_housed", "cost_programs")
_INTERVALS = ("value_low", "value_high", "difference_low", "difference_high")


@dataclass(frozen=True)
class Facts:
    """What results are about."""

    names: tuple[str, ...]
    baseline: str
    months: int
    """Of follow-up."""
    draws: NDArray[np.int64]
    """(R,) the draw of each replicate; -1 for central values."""
    participants: int
    """People simulated in the analysis cohort."""
    system_size: int
    """People in that of the real system."""
    outcomes: tuple[str, ...]
    subgroups: tuple[str, ...]
    elsewhere: tuple[str, ...] = ()
    """Scenarios whose people serve their sentences elsewhere, and whose months since release are another clock."""

    @property
    def others(self) -> tuple[str, ...]:
        """The scenarios that are compared with the baseline."""
        return tuple(name for name in self.names if name != self.baseline)

    @property
    def alike(self) -> tuple[str, ...]:
        """Of these, those whose difference in `outcome` is of one clock."""
        return tuple(name for name in self.others if name not in self.elsewhere) or self.others

    @property
    def outcome(self) -> str:
        """What the answer is about: returns to prison, or arrests since the sentence where that is the only clock."""
        return ARRESTED if self.others and set(self.others) <= set(self.elsewhere) else OUTCOME

    @property
    def replicates(self) -> int:
        """Runs per scenario."""
        return len(self.draws)

    @property
    def luck_only(self) -> bool:
        """True when every replicate has the same parameters, so that nothing but luck differs."""
        return len(set(self.draws.tolist())) == 1

    @property
    def headline_month(self) -> int:
        """The month that the answer is about: 36, or the last one if follow-up is shorter."""
        return min(HEADLINE_MONTH, self.months)


class Estimates(ABC):
    """What the replicates of several scenarios say, once somebody says where their values are."""

    @property
    @abstractmethod
    def facts(self) -> Facts:
        """What the results are about."""

    @property
    @abstractmethod
    def comparison(self) -> pd.DataFrame:
        """Values and paired differences at months 12, 24, ... and the last one; columns COMPARISON_COLUMNS."""

    @property
    @abstractmethod
    def curves(self) -> pd.DataFrame:
        """Values at every month since release; columns CURVE_COLUMNS."""

    @property
    @abstractmethod
    def ledger(self) -> pd.DataFrame:
        """Every movement of money in every run, in integer cents; columns LEDGER_COLUMNS."""

    @property
    @abstractmethod
    def queues(self) -> pd.DataFrame:
        """Lines, places and workers of programs by step of the run; columns QUEUE_COLUMNS."""

    @abstractmethod
    def equity(self) -> pd.DataFrame:
        """Access, gains and gaps between groups, at the headline month."""

    @property
    @abstractmethod
    def books(self) -> Books:
        """What the replicates hold about money."""

    @abstractmethod
    def sample(self, scenario: str, outcome: str, month: int, subgroup: str) -> Floats:
        """(R,) the value of one scenario in each replicate; names and month are known to exist."""

    @abstractmethod
    def same_people(self, scenario: str, outcome: str, month: int, subgroup: str) -> Floats:
        """(R,) what the baseline gave the members that the subgroup has in the scenario."""

    @abstractmethod
    def members(self, scenario: str, subgroup: str) -> float:
        """People of a subgroup in a run, on average."""

    def __repr__(self) -> str:
        facts = self.facts
        return (
            f"<{type(self).__name__} of {', '.join(facts.names)}: {facts.replicates} replicates, {facts.months} months>"
        )

    @property
    def headline_month(self) -> int:
        """The month that the answer is about."""
        return self.facts.headline_month

    @property
    def featured(self) -> str:
        """The scenario that the answer names: whose difference is clear, else whose is largest; alone, the baseline."""
        cells = {name: self.paired(name, self.facts.outcome, self.headline_month) for name in self.facts.alike}
        return clearest(cells) or max(cells, key=lambda name: abs(cells[name].mean), default=self.facts.baseline)

    def value(self, scenario: str, outcome: str, month: int, subgroup: str = "all") -> Cell:
        """The expected value of one scenario. Raises InputError for a name or month that was not run."""
        self._check(scenario, outcome, month, subgroup)
        sample = self.sample(scenario, outcome, month, subgroup)[:, None]
        spendable = self.spendable(scenario) if outcome == COST else math.inf
        return possible(outcome, summarize(sample, self.facts.draws), spendable).at(0)

    def spendable(self, scenario: str) -> float:
        """How many times as much as was spent came, in all runs of a scenario."""
        own = self.ledger[self.ledger["scenario"] == scenario]
        return spendable_of(*(int(own[amount].sum()) for amount in ("arrived", "unpaid", "spent")))

    def paired(self, scenario: str, outcome: str, month: int, subgroup: str = "all", luck: float = 0.0) -> Cell:
        """The expected paired difference from the baseline; `luck` adds that share of one run's luck."""
        self._check(scenario, outcome, month, subgroup)
        asked = scenario, outcome, month, subgroup
        values, same = self.sample(*asked)[:, None], self.same_people(*asked)[:, None]
        itself = scenario == self.facts.baseline
        return summarize_difference(values, same, self.facts.draws, luck, itself=itself).at(0)

    def cohort_interval(self, outcome: str, month: int, subgroup: str = "all") -> pd.DataFrame:
        """What one cohort of the real system's size would see: 95% over evidence and luck together, by scenario.

        Wider than the interval of the expected difference. Luck shrinks with the size of the system, not with the
        number of people simulated.
        """
        facts = self.facts
        share = facts.participants / facts.system_size
        rows = [(name, self.paired(name, outcome, month, subgroup, share)) for name in facts.names]
        cells = [(name, facts.baseline, outcome, subgroup, month, c.mean, c.low, c.high) for name, c in rows]
        return pd.DataFrame(cells, columns=COHORT_COLUMNS)

    def difference(self, outcome: str = OUTCOME, month: int | None = None, subgroup: str = "all") -> pd.DataFrame:
        """Every scenario's value and paired difference at a month, indexed by scenario.

        `month` defaults to the headline's, of money to the last. Columns as in `comparison`, and the people of the
        subgroup in a run. Of a group of fewer than FEW_MEMBERS people in the real system intervals are left out: its
        luck is most of what one would see.
        """
        month = self._month(outcome) if month is None else month
        rows = {name: self._row(name, outcome, month, subgroup) for name in self.facts.names}
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("scenario")

    def summary(self) -> pd.DataFrame:
        """The headline outcomes of every scenario: value, difference, interval, and what one cohort would see.

        Rows by scenario and outcome (SUMMARY, at the headline month, money at the last); shares, months or dollars.
        Months in the community are restricted means: free and alive within those months, later stays counted.
        """
        frames = []
        for outcome in SUMMARY:
            month = self._month(outcome)
            cohort = self.cohort_interval(outcome, month).set_index("scenario")[["cohort_low", "cohort_high"]]
            frames.append(self.difference(outcome, month).assign(outcome=outcome, month=month).join(cohort))
        return pd.concat(frames).reset_index().set_index(["scenario", "outcome"]).loc[list(self.facts.names)]

    def ranking(self, outcome: str = OUTCOME, month: int | None = None, subgroup: str = "all") -> pd.DataFrame:
        """The probability of each rank (`ranking.ranking`), the best scenario first."""
        month = self._month(outcome) if month is None else month
        differences = {}
        for name in self.facts.names:
            self._check(name, outcome, month, subgroup)
            asked = name, outcome, month, subgroup
            differences[name] = self.sample(*asked) - self.same_people(*asked)
        return ranking(differences, self.facts.draws, LESS_IS_BETTER[outcome])

    def economics(self, **asked: Any) -> Economics:
        """What scenarios cost and save against the baseline, for whom, and how sure that is.

        `asked`: prison ("marginal", "average" or "short_run" prices of custody), discount_rate (a share a year), months
        (the horizon), price_year, deadweight, liberty (both lines are left out unless asked for); the rest is as in the
        scenarios. Raises InputError for what is out of range.
        """
        if len(self.facts.names) < 2:
            raise InputError("one scenario alone changes nothing", hint="Compare it with a baseline")
        terms = asked_terms(self.books.terms, **asked)
        return Economics(self.books.restated(terms.price_year), terms)

    def to_csv(self, path: str | Path | None = None) -> str | None:
        """The table `comparison` as a CSV file, or as text without a path; replaces a file, as pandas does."""
        text = self.comparison.to_csv(path, **CSV)
        return None if text is None else str(text)

    def _month(self, outcome: str) -> int:
        return self.facts.months if at_horizon_only(outcome) else self.headline_month

    def _row(self, scenario: str, outcome: str, month: int, subgroup: str) -> dict[str, Any]:
        value, change = (ask(scenario, outcome, month, subgroup) for ask in (self.value, self.paired))
        row = {
            "value": value.mean,
            "value_low": value.low,
            "value_high": value.high,
            "difference": change.mean,
            "difference_low": change.low,
            "difference_high": change.high,
            "difference_mcse": change.mcse,
            "probability_better": change.below if LESS_IS_BETTER[outcome] else 1.0 - change.below,
            "replicates": change.replicates,
            "people": self.members(scenario, subgroup),
        }
        few = is_few(row["people"], self.facts.participants, self.facts.system_size)
        return row | dict.fromkeys(_INTERVALS, np.nan) if few else row

    def _check(self, scenario: str, outcome: str, month: int, subgroup: str) -> None:
        """InputError for a name or a month that was not run."""
        facts = self.facts
        _known("scenario", scenario, facts.names)
        _known("outcome", outcome, facts.outcomes)
        _known("subgroup", subgroup, facts.subgroups)
        if not isinstance(month, int | np.integer) or month not in range(1, facts.months + 1):
            raise InputError(f"no month {month!r} in these results", hint=f"They have months 1 to {facts.months}")
        if at_horizon_only(outcome) and month != facts.months:
            raise InputError(f"{outcome} is of the whole run", hint=f"Ask for month {facts.months}, or for none")


def _known(kind: str, word: object, known: Iterable[str]) -> None:
    names = list(known)
    if word not in names:
        raise InputError(f"no {kind} {word!r} in these results", hint=nearest(str(word), names))
