"""Numbers on the terminal."""

from __future__ import annotations

import io

from rich.console import Console

from reentrysim.analysis.provenance import evidence
from reentrysim.report.evidence import show_evidence


def test_names_are_whole_in_eighty_columns() -> None:
    report, text = evidence(), io.StringIO()
    show_evidence(report, Console(file=text, width=80))
    lines = text.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    words = {line.split()[0] for line in lines if line.strip()}
    names = set(report.frame["name"].str.partition(".")[2])
    assert len(names) > 100
    assert names <= words
