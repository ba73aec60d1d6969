"""A workbook of results for those who open no Python."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from reentrysim.analysis.loaded import load
from reentrysim.disk import beside, check_free, new_file, new_folder, told
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
    check_free(file, folder)
    from reentrysim.report.export.workbook import workbook_bytes, write_csvs

    sheets = sheets_of(found)
    with told(file):  # on the way, parts of it are files, too
        made = workbook_bytes(sheets, f"reentrysim: {', '.join(found.facts.names)}")
    with ExitStack() as both:
        both.enter_context(new_file(file)).write_bytes(made)
        if folder is not None:
            write_csvs(sheets, both.enter_context(new_folder(folder)))
    return file


def sheets_of(results: Results) -> list[Sheet]:
    """Every sheet, the answer first."""
    return [answer_sheet(results), *result_sheets(results), *evidence_sheets(results), about_sheet(results)]


def _file(results: Results | str | Path, out: str | Path | None) -> Path:
    if out is not None:
        return Path(out)
    if not isinstance(results, str | Path):
        raise InputError(
            "fresh results have no folder to write beside", hint="Name the file: export(results, 'a.xlsx')"
        )
    return beside(results, ".xlsx")
