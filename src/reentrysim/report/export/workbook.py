"""Writing sheets: a workbook whose bytes depend on what is in it alone, and CSV files."""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from reentrysim.experiments.store import CSV
from reentrysim.report.export.inert import may_run, neutral, storable
from reentrysim.report.export.sheet import PLAIN, Sheet

NARROWEST, WIDEST, ROOM = 8, 70, 2
"""Characters: columns are as wide as their longest cell, within these."""
MEASURED = 400
"""Rows that a width is measured on."""
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip file holds: of every part, so that equal contents are equal bytes."""
_WRITTEN = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def workbook_bytes(sheets: Iterable[Sheet], title: str) -> bytes:
    """The workbook as bytes; the same sheets give the same bytes."""
    book = Workbook(write_only=True)
    book.properties.creator, book.properties.title = "reentrysim", storable(title)
    held = io.BytesIO()
    with _ending_quietly(book):
        for sheet in sheets:
            _fill(book.create_sheet(sheet.name), sheet)
        book.save(held)
    return _timeless(held.getvalue())


def write_csvs(sheets: Iterable[Sheet], folder: Path) -> None:
    """One CSV a sheet into a folder; no text in them can be taken for a formula."""
    for sheet in sheets:
        frame = sheet.table.rename(columns=lambda name: neutral(str(name)))
        frame.map(lambda cell: neutral(cell) if isinstance(cell, str) else cell).to_csv(folder / sheet.file, **CSV)


@contextmanager
def _ending_quietly(book: Workbook) -> Iterator[None]:
    """On a full disk: sheets that are open fail once more where they end, and nobody is there to be told."""
    try:
        yield
    except OSError:
        for part in (part for page in book.worksheets for part in (page._rows, page._writer) if part):
            with suppress(OSError):
                part.close()
        raise


def _fill(page: WriteOnlyWorksheet, sheet: Sheet) -> None:
    page.freeze_panes = "A2"
    for index, width in enumerate(_widths(sheet.table), start=1):
        page.column_dimensions[get_column_letter(index)].width = width
    page.append([_head(page, str(name)) for name in sheet.table.columns])
    formats = [sheet.formats.get(str(name), PLAIN) for name in sheet.table.columns]
    for row in sheet.table.itertuples(index=False, name=None):
        page.append([_cell(page, value, shown) for value, shown in zip(row, formats, strict=True)])
    last = f"{get_column_letter(len(sheet.table.columns))}{len(sheet.table) + 1}"
    page.auto_filter.ref = f"A1:{last}"


def _head(page: WriteOnlyWorksheet, name: str) -> WriteOnlyCell:
    cell = _text(page, name)
    cell.font = Font(bold=True)
    return cell


def _cell(page: WriteOnlyWorksheet, value: Any, shown: str) -> WriteOnlyCell | None:
    """Numbers as numbers, everything else as inert text, nothing for what is missing."""
    plain = value.item() if isinstance(value, np.generic) else value
    if plain is None or plain is pd.NA or (isinstance(plain, float) and not math.isfinite(plain)):
        return None
    if isinstance(plain, bool) or not isinstance(plain, int | float):
        return _text(page, "yes" if plain is True else "no" if plain is False else str(plain))
    cell = WriteOnlyCell(page, plain)
    cell.number_format = shown
    return cell


def _text(page: WriteOnlyWorksheet, text: str) -> WriteOnlyCell:
    """A cell that is text whatever it begins with, also after somebody edits it."""
    cell = WriteOnlyCell(page, storable(text))
    cell.data_type = "s"  # openpyxl takes what begins with = for a formula
    cell.quotePrefix = may_run(text)
    cell.alignment = Alignment(vertical="top", wrap_text=len(text) > WIDEST)
    return cell


def _widths(table: pd.DataFrame) -> Iterator[float]:
    for place, name in enumerate(table.columns):
        cells = (len(str(cell)) for cell in table.iloc[:MEASURED, place])
        yield min(max(NARROWEST, len(str(name)), *cells, 0) + ROOM, WIDEST)


def _timeless(book: bytes) -> bytes:
    """The same workbook without the time of writing."""
    held = io.BytesIO()
    day = datetime(*FIRST_DAY).isoformat().encode() + b"Z"
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            part = _WRITTEN.sub(rb"\g<1>" + day, part) if name == "docProps/core.xml" else part
            info = zipfile.ZipInfo(name, FIRST_DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, part)
    return held.getvalue()
