"""A workbook of results for those who open no Python."""

from __future__ import annotations

import shutil
from pathlib import Path
from uuid import uuid4

from reentrysim.analysis.loaded import load
from reentrysim.experiments.store import told_where_it_cannot_be_written
from reentrysim.report.export.results import Results, result_sheets
from reentrysim.report.export.sheet import Sheet
from reentrysim.report.export.words import about_sheet, answer_sheet, evidence_sheets
from reentrysim.vocabulary import InputError


def export(results: Results | str | Path, out: str | Path | None = None, csv: str | Path | None = None) -> Path:
    """Write a workbook of results, a folder's or fresh ones, and return its path.

    `out` defaults to the folder's name with .xlsx, beside it. With `csv`, a folder that is not there yet, each sheet
    is written as a CSV file too. Texts in either are inert: no spreadsheet takes them for formulas. Numbers are as
    printed: people of 1,000, dollars and months, with the digits that their Monte Carlo error supports. The same
    results give the same bytes.

    Raises:
        InputError: for a folder without a complete run, fresh results without `out`, and for places that exist or
            cannot be written; nothing is written then.
    """
    found = load(results) if isinstance(results, str | Path) else results
    file, folder = _file(results, out), None if csv is None else Path(csv)
    for place in (file, folder):
        check_free(place)
    from reentrysim.report.export.workbook import workbook_bytes, write_csvs

    sheets = sheets_of(found)
    made = workbook_bytes(sheets, f"reentrysim: {', '.join(found.facts.names)}")
    if folder is not None:
        partial = folder.with_name(f".{folder.name}.{uuid4().hex[:8]}.partial")
        try:
            with told_where_it_cannot_be_written(folder):
                partial.mkdir()
                write_csvs(sheets, partial)
                partial.rename(folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    with told_where_it_cannot_be_written(file):
        file.write_bytes(made)
    return file


def sheets_of(results: Results) -> list[Sheet]:
    """Every sheet, the answer first."""
    return [answer_sheet(results), *result_sheets(results), *evidence_sheets(results), about_sheet(results)]


def beside(folder: str | Path, ending: str) -> Path:
    """A path beside a folder, with its name and an ending: results/compare-1 -> results/compare-1.xlsx."""
    place = Path(folder)
    named = place if place.name not in ("", "..") else place.resolve()
    return named.with_name(f"{named.name}{ending}")


def _file(results: Results | str | Path, out: str | Path | None) -> Path:
    if out is not None:
        return Path(out)
    if not isinstance(results, str | Path):
        raise InputError(
            "fresh results have no folder to write beside", hint="Name the file: export(results, 'a.xlsx')"
        )
    return beside(results, ".xlsx")


def check_free(place: Path | None) -> None:
    """InputError for a place that is taken, or has no folder to be in."""
    if place is None:
        return
    if place.exists():
        raise InputError("this exists already", where=str(place), hint="Choose another name")
    if not place.absolute().parent.is_dir():
        raise InputError("its folder is not there", where=str(place), hint="Make it, or choose another name")
