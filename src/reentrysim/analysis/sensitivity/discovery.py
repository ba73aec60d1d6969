"""Scenario discovery: in which region of the factors a scenario does not do what it should."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from reentrysim.analysis.sensitivity.asked import Bools, Floats, Sample
from reentrysim.analysis.sensitivity.layout import LIST, MORRIS, independent_rows

FEWEST_POINTS = 60
DEPTH = 3
_LEAST_IN_A_REGION = 0.05
_RARE = 0.10
"""Of fewer cases than this share nothing is learned; the worst quarter is taken instead."""
_WORST = 0.25
_FOLDS = 4
_PERMUTATIONS = 39
_CHANCE = 0.05
_SEED = 1
_IS = " is "
"""Between a path and its word, in columns that are 1 where it has that word."""


@dataclass(frozen=True)
class Discovery:
    """The regions that a shallow tree finds, or why none are shown."""

    table: pd.DataFrame | None = None
    """rule, points, cases, density, density_low, density_high, coverage, coverage_low, coverage_high."""
    cases: str = ""
    """What counts as a case."""
    share: float = float("nan")
    """Share of all points that are cases."""
    note: str = ""


def discover(sample: Sample) -> Discovery:
    """Regions by the rules of a tree of at most three questions (Bryant & Lempert 2010, Tech. Forecasting 77(1)).

    The tree is grown on one half of the points; density (share of cases in a region), coverage (share of all cases
    that lie in it) and their exact 95% intervals are counted on the other half. It is shown only if it tells cases
    from others on points it has not seen better than with shuffled cases, in all but 5% of shuffles.
    """
    rows = np.flatnonzero(sample.whole) if sample.design.unit is None else independent_rows(sample)
    if sample.design.kind in (LIST, MORRIS) or rows is None:
        return Discovery(note=f"Regions: points of a design of kind {sample.design.kind!r} do not fill the space.")
    if len(rows) < FEWEST_POINTS:
        return Discovery(note=f"Regions: {len(rows)} points of at least {FEWEST_POINTS}.")
    cases, words = _cases(sample, sample.values[rows])
    if min(cases.mean(), 1.0 - cases.mean()) < _RARE:
        return Discovery(note="Regions: the outcome is nearly the same at every point.")
    table = pd.get_dummies(sample.table.iloc[rows], prefix_sep=_IS, dtype=float).astype(float)
    if not _holds(table, cases):
        return Discovery(cases=words, share=float(cases.mean()), note=f"Regions: no rule tells where {words}.")
    return Discovery(_regions(table, cases), words, float(cases.mean()))


def _cases(sample: Sample, values: Floats) -> tuple[Bools, str]:
    """Which points are cases: worse than the baseline, or the worst quarter where few or nearly all are."""
    asked = sample.question
    bad = values if asked.less_is_better else -values
    worse = bad > 0.0
    if asked.baseline and _RARE <= worse.mean() <= 1.0 - _RARE:
        return worse, f"{asked.scenario} is worse than {asked.baseline}"
    edge = float(np.quantile(bad, 1.0 - _WORST))
    told = f"{asked.scenario} is in its worst quarter"
    return bad > edge, f"{told} against {asked.baseline}" if asked.baseline else told


def _tree(points: int) -> Any:
    from sklearn.tree import DecisionTreeClassifier  # type: ignore[import-untyped, unused-ignore]

    least = max(int(_LEAST_IN_A_REGION * points), 5)
    return DecisionTreeClassifier(
        max_depth=DEPTH, min_samples_leaf=least, class_weight="balanced", random_state=_SEED, ccp_alpha=0.01
    )


def _holds(table: pd.DataFrame, cases: Bools) -> bool:
    from sklearn.model_selection import (  # type: ignore[import-untyped, unused-ignore]
        StratifiedKFold,
        permutation_test_score,
    )

    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=_SEED)
    _, _, chance = permutation_test_score(
        *(_tree(len(table)), table.to_numpy(), cases),
        scoring="balanced_accuracy",
        cv=folds,
        n_permutations=_PERMUTATIONS,
        random_state=_SEED,
    )
    return bool(chance <= _CHANCE)


def _regions(table: pd.DataFrame, cases: Bools) -> pd.DataFrame:
    from sklearn.model_selection import train_test_split

    grown, held = train_test_split(np.arange(len(table)), test_size=0.5, stratify=cases, random_state=_SEED)
    tree = _tree(len(grown)).fit(table.iloc[grown].to_numpy(), cases[grown])
    leaves, mine = tree.apply(table.iloc[held].to_numpy()), cases[held]
    rules = _rules(tree.tree_, list(table.columns))
    frame = pd.DataFrame([_region(rules[leaf], mine[leaves == leaf], int(mine.sum())) for leaf in sorted(rules)])
    return frame.sort_values("density", ascending=False, kind="stable", ignore_index=True)


def _region(rule: str, cases: Bools, all_cases: int) -> dict[str, Any]:
    row: dict[str, Any] = {"rule": rule, "points": len(cases), "cases": int(cases.sum())}
    for name, of in (("density", len(cases)), ("coverage", all_cases)):
        row |= dict(zip((name, f"{name}_low", f"{name}_high"), _share(row["cases"], of), strict=True))
    return row


def _share(count: int, of: int) -> tuple[float, float, float]:
    if not of:
        return float("nan"), 0.0, 1.0
    ends = binomtest(count, of).proportion_ci()
    return count / of, float(ends.low), float(ends.high)


def _rules(tree: Any, names: list[str]) -> dict[int, str]:
    """The rule of each leaf, by its number."""
    found: dict[int, str] = {}
    waiting: list[tuple[int, dict[str, list[float]]]] = [(0, {})]
    while waiting:
        node, limits = waiting.pop()
        if tree.children_left[node] == tree.children_right[node]:
            found[node] = _in_words(limits)
            continue
        name, edge = names[tree.feature[node]], float(tree.threshold[node])
        low, high = limits.get(name, [-np.inf, np.inf])
        waiting.append((int(tree.children_left[node]), limits | {name: [low, min(high, edge)]}))
        waiting.append((int(tree.children_right[node]), limits | {name: [max(low, edge), high]}))
    return found


def _in_words(limits: dict[str, list[float]]) -> str:
    parts = []
    for name, (low, high) in limits.items():
        if _IS in name:
            parts.append(name if low > -np.inf else name.replace(_IS, f"{_IS}not ", 1))
        elif low > -np.inf and high < np.inf:
            parts.append(f"{low:.3g} < {name} <= {high:.3g}")
        elif high < np.inf:
            parts.append(f"{name} <= {high:.3g}")
        else:
            parts.append(f"{name} > {low:.3g}")
    return " and ".join(parts) or "everywhere"
