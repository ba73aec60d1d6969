"""How a risk tool errs, group by group: whom it flagged against who was rearrested without the scenario's programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Small
from reentrysim.vocabulary import Risk

HORIZON_MONTHS = 36
"""What the tool is about: rearrest by then, or by the end of a shorter follow-up."""
KEYS = ("sex", "age", "race")
"""Subgroups whose errors are told, beside all."""
BY_BAND = {f"rearrest_{band.name.lower()}": band for band in Risk}
MEASURES = ("auc", "flagged_high", "false_positive", "false_negative", *BY_BAND)


@dataclass(frozen=True)
class Scored:
    """First readings of the analysis cohort, shape (people,), and its groups."""

    score: Floats
    band: Small
    known: Flags
    members: Mapping[str, Flags]

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups whose errors are told."""
        return tuple(name for name in self.members if name == "all" or name.partition("=")[0] in KEYS)

    def against(self, rearrested: Flags) -> dict[str, Floats]:
        """Measure -> shape (groups,): the readings against who was `rearrested` by the horizon, shape (people,).

        nan where there is nobody to judge by: no false positives without anybody who stayed free, and no area under
        the curve without both. That area is of who was assessed; all others are of everybody.
        """
        groups = np.stack([self.members[name] for name in self.groups]).astype(np.float64)
        shares = dict(self._shares(groups, rearrested.astype(np.float64)))
        order = np.argsort(self.score, kind="stable")
        order = order[self.known[order]]
        return {"auc": area(groups[:, order], rearrested[order].astype(np.float64)), **shares}

    def _shares(self, groups: Floats, rearrested: Floats) -> Iterator[tuple[str, Floats]]:
        high = (self.band == Risk.HIGH).astype(np.float64)
        yield "flagged_high", _share(groups, high)
        yield "false_positive", _share(groups * (1.0 - rearrested), high)
        yield "false_negative", _share(groups * rearrested, 1.0 - high)
        for name, band in BY_BAND.items():
            yield name, _share(groups * (self.band == band), rearrested)


def area(groups: Floats, rearrested: Floats) -> Floats:
    """Chance that a member rearrested scored above one who was not, shape (groups,), of people in order of score.

    Args:
        groups: 1.0 for members, shape (groups, people).
        rearrested: 1.0 for who was, shape (people,).
    """
    free = groups * (1.0 - rearrested)
    lower = np.cumsum(free, axis=1)
    again = groups * rearrested
    pairs = free.sum(axis=1) * again.sum(axis=1)
    return np.asarray(_ratio((lower * again).sum(axis=1), pairs))


def _share(of: Floats, which: Floats) -> Floats:
    return _ratio(of @ which, of.sum(axis=1))


def _ratio(above: Floats, under: Floats) -> Floats:
    return np.asarray(np.divide(above, under, out=np.full(len(under), np.nan), where=under > 0))
