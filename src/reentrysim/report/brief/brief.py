"""A page to print and picture cards of results, in a folder of their own."""

from __future__ import annotations

from pathlib import Path

from reentrysim.analysis.loaded import load
from reentrysim.disk import beside, check_free, new_folder
from reentrysim.report.brief.words import Results, words_of
from reentrysim.vocabulary import InputError

PAGE = "brief.html"


def brief(results: Results | str | Path, out: str | Path | None = None) -> Path:
    """Write a page to print and picture cards of results, a folder's or fresh ones; returns the folder they are in.

    `out` defaults to the folder's name with -brief, beside it. It holds brief.html, self-contained, and cards of
    1200 x 630, 1080 x 1080 and 1080 x 1920 pixels with the quoted sentence, how sure it is, and where it comes from.

    Raises:
        InputError: for a folder without a complete run, fresh results without `out`, and a place that exists or cannot
            be written; nothing is written then.
    """
    found = load(results) if isinstance(results, str | Path) else results
    folder = _folder(results, out)
    check_free(folder)
    with new_folder(folder) as partial:
        _fill(partial, found)
    return folder


def _fill(folder: Path, results: Results) -> None:
    from reentrysim.report.brief.cards import SIZES, write_card
    from reentrysim.report.brief.page import page

    words = words_of(results)
    (folder / PAGE).write_text(page(words), encoding="utf-8")
    for width, height in SIZES:
        write_card(words, width, height, folder / f"card-{width}x{height}.png")


def _folder(results: Results | str | Path, out: str | Path | None) -> Path:
    if out is not None:
        return Path(out)
    if not isinstance(results, str | Path):
        raise InputError("fresh results have no folder to write beside", hint="Name one: brief(results, 'my-brief')")
    return beside(results, "-brief")
