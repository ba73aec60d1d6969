"""What is known: published rows, the estimates that rest on them, and stored calibrations.

A newcomer reads one file of numbers/ first. `load_catalog()` gives every estimate; `Catalog.values()` the numbers.
"""

from reentrysim.evidence.audit import disagreements, row_faults, violations
from reentrysim.evidence.calibration import evidence_digest, load_calibration, save_calibration
from reentrysim.evidence.catalog import Catalog, UnknownNameError, Values, load_catalog, read_catalog
from reentrysim.evidence.estimate import Estimate
from reentrysim.evidence.prices import in_dollars_of
from reentrysim.evidence.published import Row, published_row, published_rows, target, targets
from reentrysim.evidence.sources import Source, source, source_of

__all__ = [
    "Catalog",
    "Estimate",
    "Row",
    "Source",
    "UnknownNameError",
    "Values",
    "disagreements",
    "evidence_digest",
    "in_dollars_of",
    "load_calibration",
    "load_catalog",
    "published_row",
    "published_rows",
    "read_catalog",
    "row_faults",
    "save_calibration",
    "source",
    "source_of",
    "target",
    "targets",
    "violations",
]
