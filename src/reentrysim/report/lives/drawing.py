"""What the pictures of paired lives share: templates that escape, names of parts, and textures."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


@cache
def _templates() -> Environment:
    loader = PackageLoader("reentrysim.report.lives")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def fill_in(template: str, **held: Any) -> str:
    """A template with its parts filled in; whatever is no Markup is escaped."""
    return _templates().get_template(template).render(**held)


def identifier(text: str) -> str:
    """A name for parts of a picture, of small letters and hyphens: "Participant A" -> "participant-a"."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def width_of(text: str, size: float) -> float:
    """About how wide a text of a size is, in the same units; on the wide side."""
    return len(text) * size * 0.56
