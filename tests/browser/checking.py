"""What a report must be in a real browser: nothing cut or overlapping, and no fault that the validator finds."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

from playwright.sync_api import Page

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
VALIDATOR = os.environ.get("HTML_VALIDATE") or shutil.which("html-validate") or ""
RULES = {"root": True, "extends": ["html-validate:standard"]}
WIDTHS = (360, 768, 1280)
PAPER = (680, 1000)
"""Pixels of the text on a page of A4 with the margins of the style sheet."""

CUT = """() => {
  const inside = (box, of) => box.left >= of.left - 1 && box.right <= of.right + 1;
  const page = {left: 0, right: document.documentElement.clientWidth};
  const scrolls = one => one.closest('.scroll, .drawing, pre, .skip, svg');
  return [...document.querySelectorAll('body *')]
    .filter(one => !scrolls(one) && one.checkVisibility() && !inside(one.getBoundingClientRect(), page))
    .map(one => one.outerHTML.slice(0, 120));
}"""
"""Elements outside the page's width that are not inside something that scrolls by itself."""

OVERLAPS = """() => {
  const words = 'h1, h2, p, li, dt, dd, th, td, caption, figcaption, summary, pre, svg text';
  const texts = [...document.querySelectorAll(words)].filter(one => one.checkVisibility());
  const found = [];
  for (const group of ['main > section', '.cards > div', '.entries > div', 'tr', 'svg']) {
    for (const parent of document.querySelectorAll(group)) {
      const own = texts.filter(one => parent.contains(one));
      own.forEach((one, place) => own.slice(place + 1).forEach(other => {
        if (one.contains(other) || other.contains(one)) return;
        const a = one.getBoundingClientRect(), b = other.getBoundingClientRect();
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (wide > 1 && high > 2) found.push([one.textContent.slice(0, 60), other.textContent.slice(0, 60)]);
      }));
    }
  }
  return found;
}"""
"""Pairs of texts of one part of the page that lie on one another."""

UNREACHABLE = """() => [...document.querySelectorAll('.scroll, .drawing, pre')]
  .filter(one => one.scrollWidth > one.clientWidth + 1)
  .filter(one => one.tabIndex < 0 || getComputedStyle(one).overflowX === 'hidden')
  .map(one => one.outerHTML.slice(0, 120))"""
"""What scrolls sideways and can't be reached by keyboard."""

CUT_ON_PAPER = """(high) => [...document.querySelectorAll('table, svg, pre, p, li, dd, dt, h1, h2')]
  .filter(one => one.checkVisibility())
  .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1
    || (one.matches('svg') && one.closest('figure').getBoundingClientRect().height > high))
  .map(one => one.outerHTML.slice(0, 120))"""
"""What is wider than the paper, and pictures that are higher with what belongs to them."""


def at_width(page: Page, width: int) -> dict[str, object]:
    """Faults of layout at a width of the window, by kind; all empty where it is well."""
    page.set_viewport_size({"width": width, "height": 900})
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    found = {"cut": page.evaluate(CUT), "overlaps": page.evaluate(OVERLAPS), "unreachable": page.evaluate(UNREACHABLE)}
    return {name: what for name, what in ({"wider": wider} | found).items() if what}


def on_paper(page: Page) -> list[str]:
    """What is cut on paper."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER[0], "height": PAPER[1]})
    cut: list[str] = page.evaluate(CUT_ON_PAPER, PAPER[1])
    page.emulate_media(media="screen")
    return cut


def validate(report: Path) -> list[str]:
    """What the HTML validator finds, a line each. Raises if there is no validator: HTML_VALIDATE names it."""
    assert VALIDATOR, "html-validate is not installed; HTML_VALIDATE says where it is (npm install html-validate@9)"
    rules = report.with_name("rules.json")
    rules.write_text(json.dumps(RULES), encoding="utf-8")
    command = [VALIDATOR, "--config", str(rules), "--formatter", "json", str(report)]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.stdout.startswith("["), told.stderr
    messages = (one for file in json.loads(told.stdout) for one in file["messages"])
    return [f"{one['line']}: {one['message']} ({one['ruleId']})" for one in messages]
