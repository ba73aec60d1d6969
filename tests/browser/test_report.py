"""The report in a browser: right at every width, on paper and by keyboard, inert, and without a fault."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from browser.checking import WIDTHS, at_width, on_paper, validate

NAMES = ("usual", "alone", "hostile")
FAULTY = "<!DOCTYPE html><html lang='en'><head><title>Faults</title></head><body>{}</body></html>"


def opened(page: Page, report: Path, *, details: bool = True) -> Page:
    page.goto(report.as_uri())
    if details:
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    return page


@pytest.mark.parametrize("name", NAMES)
def test_the_validator_finds_no_error(reports: dict[str, Path], name: str) -> None:
    assert validate(reports[name]) == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [WIDTHS[0], WIDTHS[-1]])
def test_axe_finds_no_violation(reports: dict[str, Path], name: str, width: int, page: Page) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    found = Axe().run(opened(page, reports[name]))
    assert [(one["id"], one["nodes"][0]["html"]) for one in found.response["violations"]] == []
    assert len(found.response["passes"]) > 20


@pytest.mark.parametrize("details", [False, True], ids=["closed", "open"])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_cut_or_overlaps(reports: dict[str, Path], name: str, width: int, details: bool, page: Page) -> None:
    assert at_width(opened(page, reports[name], details=details), width) == {}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_cut_on_paper(reports: dict[str, Path], name: str, page: Page) -> None:
    assert on_paper(opened(page, reports[name], details=False)) == []
    printed = page.pdf(prefer_css_page_size=True, format="A4")
    pages = printed.count(b"/Type /Page\n") or printed.count(b"/Type /Page ")
    assert printed.startswith(b"%PDF") and 4 <= pages <= 40


@pytest.mark.parametrize("name", NAMES)
def test_it_fetches_nothing_and_runs_nothing(reports: dict[str, Path], name: str, page: Page) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda message: said.append(message.text))
    opened(page, reports[name])
    assert asked == [reports[name].as_uri()]
    assert said == []
    assert page.evaluate("document.scripts.length") == 0


def test_the_keyboard_reaches_the_text_and_everything_that_scrolls(reports: dict[str, Path], page: Page) -> None:
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    opened(page, reports["usual"], details=False).keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    box = page.evaluate("JSON.parse(JSON.stringify(document.activeElement.getBoundingClientRect()))")
    assert box["left"] >= 0 and box["top"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    seen = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.add(
            page.evaluate("document.activeElement.getAttribute('aria-labelledby') || document.activeElement.tagName")
        )
    assert {"every-scenario-caption", "by-payer-caption", "SUMMARY"} <= seen


def test_words_from_right_to_left_stand_on_the_right(reports: dict[str, Path], page: Page) -> None:
    opened(page, reports["hostile"])
    ways = page.evaluate(
        "[...document.querySelectorAll('#compared dd')].map(one => [one.textContent, getComputedStyle(one).direction])"
    )
    hebrew = {way for text, way in ways if "\u05de" in text}
    assert hebrew == {"rtl"} and {way for text, way in ways if text.startswith("Longer")} == {"ltr"}


def test_the_checks_see_what_they_look_for(tmp_path: Path, page: Page) -> None:
    faulty = tmp_path / "faulty.html"
    body = "<main><section><p id='a'>Words</p><p id='a' style='margin-top:-2.5em'>on words</p></section>"
    body += "<div class='scroll' style='overflow-x:auto'><pre style='width:3000px'>far</pre></div>"
    body += "<table style='width:2000px'><tr><td>wide</td></tr></table><img src='x.png'></main>"
    faulty.write_text(FAULTY.format(body), encoding="utf-8")
    assert any("no-dup-id" in line for line in validate(faulty))
    found = at_width(opened(page, faulty), WIDTHS[0])
    assert {"wider", "cut", "overlaps", "unreachable"} <= set(found)
    assert on_paper(page) != []
    assert "image-alt" in {one["id"] for one in Axe().run(page).response["violations"]}
