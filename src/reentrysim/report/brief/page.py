"""The page: self-contained HTML for one sheet of paper, A4 or Letter, every text escaped."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reentrysim.analysis.answer import PEOPLE
from reentrysim.report.brief.words import LONGEST_HEADING, LONGEST_TITLE, Words

TEMPLATES = Path(__file__).parent / "templates"


def page(words: Words) -> str:
    """The HTML of the page, with the differences drawn in its table."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    longest = {"longest_heading": LONGEST_HEADING, "longest_title": LONGEST_TITLE}
    return environment.get_template("brief.html").render(words=words, people=f"{PEOPLE:,}", **longest)
