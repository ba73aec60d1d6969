"""Text that no spreadsheet takes for a formula, whatever a scenario's author wrote into a title."""

from __future__ import annotations

import re

STARTS = "=+-@\uff1d\uff0b\uff0d\uff20"
"""What a formula begins with, also in full width."""
_BEFORE = "\t\r\n"
"""Characters that spreadsheets skip, or take for the begin of something, at the head of a cell."""
_AFTER = re.compile(rf'([;\t\r\n][\s"]*)(?=[{re.escape(STARTS)}])')
"""Where a cell begins for spreadsheets that take semicolons or tabs for the ends of cells, and quotes for letters."""
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
LONGEST = 32_767
"""Characters in a cell of a workbook."""


def may_run(text: str) -> bool:
    """Whether a spreadsheet that opens a CSV could take a text for a formula."""
    return (text[:1] in _BEFORE and bool(text)) or (text.lstrip()[:1] in STARTS and bool(text.strip()))


def neutral(text: str) -> str:
    """The text for a CSV: with an apostrophe before what could be taken for a formula, whatever separates cells."""
    inside = _AFTER.sub(r"\1'", text)
    return f"'{inside}" if may_run(text) else inside


def storable(text: str) -> str:
    """The text for a workbook: without characters that its XML cannot hold, and no longer than a cell."""
    return _NOT_IN_XML.sub("\ufffd", text)[:LONGEST]
