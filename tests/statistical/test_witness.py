"""The national calibration rests on runs that today's code still gives, event for event."""

from __future__ import annotations

from reentrysim.analysis.witness import moved, witness
from reentrysim.evidence.calibration import load_calibration


def test_the_stored_witness_stands() -> None:
    before = load_calibration("us_2008")["witness"]
    assert moved(before, witness(jobs=1, names=before["names"])) == []
