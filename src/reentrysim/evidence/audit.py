"""What the shipped numbers may not do: rest on held-out studies, or say something else than their rows.

The chain is estimate -> rows -> studies. Both functions return sentences, one for each broken rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from reentrysim.evidence.catalog import Catalog, load_catalog
from reentrysim.evidence.entries import derived
from reentrysim.evidence.estimate import JUDGMENT, Estimate
from reentrysim.evidence.pooling import TRANSFORM
from reentrysim.evidence.published import Row, published_row, table
from reentrysim.evidence.sources import sources

REPOOLED = frozenset({"PE302"})
"""Rows whose source also holds held-out trials, pooled again without them.

The source of PE302 is a data set of 58 studies, not a study; the row is the pool of those that are not held out.
"""

LEAKS = {
    "PE161": ("high-risk-revocation-reduction", "second-chance-act"),
    "PE110": ("amity",),
    "PE111": ("amity",),
    "PE113": ("amity",),
}
"""Pools that hold, or may hold, trials that are only predicted, whose parts were not read; by row, those trials."""

ROUNDING = 5e-3
"""Relative difference between a published figure and an estimate that counts as rounding."""

_OUR_UNITS = {
    "proportion": "share",
    "fraction": "share",
    "HR": "hazard ratio",
    "OR": "odds ratio",
    "RR": "relative risk",
}


def leaks_beside(trial: str, catalog: Catalog | None = None) -> list[str]:
    """What has to be told beside the verdict on a trial: pools it may be in, and the estimates that rest on them."""
    estimates = (load_catalog() if catalog is None else catalog).items()
    resting = {row: [name for name, one in estimates if row in one.rows] for row, of in LEAKS.items() if trial in of}
    told = "is a pool that may hold this trial, and sets or helps to judge"
    return [f"{row} {told} {', '.join(names)}." for row, names in resting.items() if names]


def violations(catalog: Catalog) -> list[str]:
    """Estimates that rest on a row they may not rest on, by the column `use` (published/README.md)."""
    return [
        f"{name}: {row_id} {fault}"
        for name, estimate in catalog.items()
        for row_id in estimate.rows
        for fault in row_faults(row_id, estimate.effect)
    ]


def disagreements(catalog: Catalog) -> list[str]:
    """Estimates that their rows don't give: another value, other dollars, or a judgment outside its rows.

    A judgment lies within the span of its rows' figures and limits in its own unit; where these are a single
    number, that number lies in the estimate's interval. `brackets = false` with the reason opts out.
    """
    return [f"{name}: {fault}" for name, estimate in catalog.items() for fault in _differences(estimate)]


def row_faults(row_id: str, effect: bool) -> Iterator[str]:
    """Why a row may not set a number; `effect` when that is an effect on reoffending or a recidivism level."""
    row = published_row(row_id)
    if row.use == "holdout":
        yield "is held out: it may only be predicted"
    elif row.table != "recidivism_targets" and row.id not in REPOOLED and _is_held_out(row):
        yield f"is of a study ({row.source_id}) with held-out rows, which may not set anything"
    if effect and row.use != "fit":
        yield f"sets an effect or a recidivism level, and its use is {row.use!r}"


def _is_held_out(row: Row) -> bool:
    """Whether the row's study, by source or by program, has a held-out row among the program effects."""
    held_sources, held_programs = _held_out_studies()
    return row.source_id in held_sources or row.fields.get("program", "") in held_programs


@cache
def _held_out_studies() -> tuple[frozenset[str], frozenset[str]]:
    """Sources and programs with a held-out row; sources include other readings of the same publication."""
    held = [row for row in table("program_effects") if row.use == "holdout"]
    readings = {mark for row in held for mark in _marks(row.source_id)}
    same = {source_id for source_id in sources() if readings.intersection(_marks(source_id))}
    return frozenset(same), frozenset(row.fields["program"] for row in held)


def _marks(source_id: str) -> set[str]:
    """By what one publication is known under several source ids: its id, identifier and address."""
    source = sources()[source_id]
    return {source_id, source.identifier.lower(), source.url.lower().rstrip("/")} - {""}


def _differences(estimate: Estimate) -> Iterator[str]:
    rows = [published_row(row_id) for row_id in estimate.rows]
    if estimate.transform == JUDGMENT:
        yield from _outside_its_rows(estimate, rows)
        return
    stated = (estimate.value, estimate.low, estimate.high) if TRANSFORM.fullmatch(estimate.transform) else ()
    gives = derived(estimate)
    for figure, said in zip(gives, stated or (estimate.value,) * len(gives), strict=True):
        if abs(said - figure) > ROUNDING * abs(figure):
            yield f"is {said:g}, but {estimate.transform} over {', '.join(estimate.rows)} gives {figure:g}"
    for row in rows:
        if estimate.in_dollars and row.price_year not in (None, estimate.price_year):
            yield f"is in dollars of {estimate.price_year}, but {row.id} in those of {row.price_year}"


def _outside_its_rows(estimate: Estimate, rows: list[Row]) -> Iterator[str]:
    figures = {
        figure
        for row in rows
        if (_OUR_UNITS.get(row.unit, row.unit), row.price_year) == (estimate.unit, estimate.price_year)
        for figure in (row.value, row.low, row.high)
        if figure is not None
    }
    if not figures or not estimate.brackets:
        return
    lowest, highest = min(figures), max(figures)
    alone = len(figures) == 1
    if alone and not estimate.low <= lowest <= estimate.high:
        yield f"is judged {estimate.low:g} to {estimate.high:g}, without the {lowest:g} of its row"
    if not alone and not lowest <= estimate.value <= highest:
        yield f"is judged {estimate.value:g}, outside the {lowest:g} to {highest:g} of its rows"
