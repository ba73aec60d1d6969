"""Reports of made-up people, and a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from browser.checking import CHROMIUM
from fakes import use_fake_inputs
from reentrysim.report.figures import ALL
from reentrysim.report.page.page import write_page
from report.page.asking import alone, hostile, made_up
from rich_runs import rich_simulate

USUAL = ("more-mentors", "smaller-mentor-caseloads", "compatible-matching", "front-loaded-contact", "grant-ends-early")


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Name -> file: a usual report, one of one scenario, and one of twelve with hostile titles."""
    folder = tmp_path_factory.mktemp("reports")
    with pytest.MonkeyPatch.context() as patch:
        use_fake_inputs(patch)
        rich: Any = {"simulate": rich_simulate, "participants": 1000}
        made = {"usual": made_up(*USUAL, **rich), "alone": alone(), "hostile": made_up(*hostile(11), **rich)}
        assert set(made["usual"].pictures) == set(ALL)  # each kind meets the browser
        for name, results in made.items():
            write_page(results, folder / f"{name}.html")
    return {name: folder / f"{name}.html" for name in made}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A new page."""
    opened = chromium.new_page()
    yield opened
    opened.close()
