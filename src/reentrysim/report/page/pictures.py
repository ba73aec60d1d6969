"""Pictures inside the page: each as SVG of its own ids, with its words and the numbers behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

from reentrysim.report.page.asked import About
from reentrysim.report.page.behind import behind
from reentrysim.report.page.blocks import Picture

_IDS = re.compile(r'(\bid="|(?:xlink:)?href="#|url\(#)')


def pictures(about: About, *kinds: str) -> Iterator[Picture]:
    """Pictures of these kinds, as far as the results have the numbers for them."""
    for kind in kinds:
        if one := about.drawn.get(kind):
            yield Picture(inline(one.svg, kind, one.alt), one.title, one.caption, behind(about.results, one, kind))


def inline(document: str, kind: str, alt: str) -> Markup:
    """An SVG document as an element: nothing before its tag, ids that no other picture has, words for those who listen.

    What stands in the picture is escaped by matplotlib.
    """
    start = re.search(r"<svg[^>]*>", document)
    assert start is not None, "matplotlib writes an svg element"
    box = re.search(r'viewBox="[^"]*"', start.group())
    body = re.sub(r"<metadata>.*?</metadata>", "", document[start.end() :], flags=re.DOTALL)
    body = _IDS.sub(rf"\1{kind}-", body).replace("xlink:href", "href")
    assert box is not None, "and says how large it is"
    return Markup(f'<svg {box.group()} role="img" aria-label="{escape(alt)}">{body}')
