"""Take the pictures of the report for the documents.

python tests/browser/renew.py FOLDER

FOLDER is what `reentrysim compare` wrote without arguments. Needs Chromium (CHROMIUM names it) and the extra "browser".
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from browser.checking import CHROMIUM, PAPER
from reentrysim.report.page.page import write_page
from reentrysim.results import load

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
MARGIN = 57
"""Pixels that paper has around the text."""
SIZES = {"wide": (1280, 1500), "narrow": (360, 1500)}


def take(browser: Browser, report: Path, folder: Path) -> None:
    """The top of the page on a wide and on a narrow screen, and on paper."""
    for name, (width, height) in SIZES.items():
        page = browser.new_page(viewport={"width": width, "height": height})
        page.goto(report.as_uri())
        page.screenshot(path=folder / f"report-{name}.png")
    page = browser.new_page(viewport={"width": PAPER[0] + 2 * MARGIN, "height": PAPER[1] + 2 * MARGIN})
    page.emulate_media(media="print")
    page.goto(report.as_uri())
    page.add_style_tag(content=f"body {{ padding: {MARGIN}px !important; }}")
    page.screenshot(path=folder / "report-paper.png")


def main() -> None:
    """Write the report of the folder named, and its pictures."""
    with TemporaryDirectory() as place, sync_playwright() as started:
        report = Path(place) / "report.html"
        write_page(load(sys.argv[1]), report)
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        take(browser, report, PICTURES)
        browser.close()
    print(f"renewed: look at {PICTURES}/report-*.png")


if __name__ == "__main__":
    main()
