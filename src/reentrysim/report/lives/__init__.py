"""Paired lives as pictures and text that other pages embed: SVG fragments with text as text, and plain lines.

Every function is given data alone and returns a fragment in which whatever came from outside is escaped. Each fragment
says that its people are simulated.
"""

from __future__ import annotations

from reentrysim.analysis.lives.lives import Event, Kind, Life, Lives, Pair, Share
from reentrysim.report.lives.icons import icon_array_svg
from reentrysim.report.lives.page import story_page, story_section, story_svg
from reentrysim.report.lives.text import lives_text, story_text
from reentrysim.report.lives.timeline import lives_svg
from reentrysim.report.lives.words import lives_words

__all__ = [
    "Event",
    "Kind",
    "Life",
    "Lives",
    "Pair",
    "Share",
    "icon_array_svg",
    "lives_svg",
    "lives_text",
    "lives_words",
    "story_page",
    "story_section",
    "story_svg",
    "story_text",
]
