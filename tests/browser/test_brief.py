"""A brief is one sheet of paper, however long names, titles and warnings are."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from reentrysim.analysis.answer import Counts
from reentrysim.analysis.intervals import Cell
from reentrysim.report.brief.page import page as page_of
from reentrysim.report.brief.words import Change, Line, Row, Words


def made_up(rows: int, name: int, warnings: int, letters: int) -> Words:
    """`rows` scenarios beside the baseline, with names of so many letters and titles that are cut."""
    names = [f"{'long-name-' * 9}"[: name - 3] + f"-{n:02}" for n in range(rows + 1)]
    cells = "+4 (-10 to +16)", "+6 (-10 to +16)", "-$1,600 (-$1,600 to $1,600)", "0.25"
    table = tuple(Row(one, "A title in words. " * 9, *cells, Line(-50, 0, 50)) for one in names)
    told = ("What to beware of. " * 30)[:letters]
    return Words(
        sentence="No scenario changes the number back in prison within 3 years clearly. " * 3,
        uncertainty="54 runs of 2,040 simulated people per scenario. 95% intervals hold what is not known. " * 2,
        source="reentrysim, simulated",
        heading=", ".join(names),
        baseline=names[0],
        period="3 years",
        horizon="5 years",
        known="the evidence is known",
        rows=table,
        changes=(Change(names[1], Counts(Cell(-0.004, -0.012, 0.004, 0.0005, 0.8, 54))),),
        warnings=(told,) * warnings,
        more_warnings=2,
        run="0" * 64,
        command="reentrysim compare " + " ".join(names),
    )


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize(
    "asked", [(6, 70, 2, 260), (4, 64, 2, 260), (2, 64, 2, 260), (6, 40, 1, 200), (12, 64, 3, 330)]
)
def test_it_is_one_sheet(asked: tuple[int, int, int, int], paper: str, page: Page) -> None:
    page.set_content(page_of(made_up(*asked)))
    printed = page.pdf(prefer_css_page_size=True, format=paper)
    assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) == 1
