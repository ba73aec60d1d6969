"""A workbook holds what is printed, runs nothing, and is the same bytes for the same results."""

from __future__ import annotations

import csv
import gc
import io
import resource
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook

import fakes
from reentrysim import export
from reentrysim.analysis.answer import Counts
from reentrysim.analysis.compare import compare
from reentrysim.analysis.loaded import load
from reentrysim.cli import main
from reentrysim.report.export.inert import STARTS, may_run, neutral, storable
from reentrysim.report.export.sheet import Sheet, chances, supported, two_digits
from reentrysim.report.export.words import about_sheet
from reentrysim.report.export.workbook import workbook_bytes, write_csvs
from reentrysim.vocabulary import InputError

EVIL = '=HYPERLINK("https://example.org","click")'
OPTIONS = {"replicates": 24, "jobs": 1, "participants": 60, "months": 12}
SHEETS = [
    *("Answer", "Comparison", "Economics", "Benefits", "Averted", "Equity", "Ranking", "Ledger"),
    *("Assumptions", "Sources", "About"),
]


def asked(folder: Path, name: str, title: str, question: str) -> Path:
    """A scenario of its own, with free text in it."""
    file = folder / f"{name}.toml"
    file.write_text(f"schema = 1\ntitle = '{title}'\nquestion = '''{question}'''\nbased_on = 'more-mentors'\n")
    return file


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made-up people, a scenario with a harmful title, and eleven in all beside the baseline."""
    place = tmp_path_factory.mktemp("export")
    evil = asked(place, "evil", EVIL, "@SUM(1)\u0646\u0635" + "x" * 280)
    many = [asked(place, f"other-{n}", "<script>alert(1)</script>", f"-{n}") for n in range(9)]
    result = compare(["more-mentors", evil, *many], simulate=fakes.fake_simulate, **OPTIONS)
    return result.save(place / "run")


@pytest.fixture(scope="module")
def book(folder: Path) -> Any:
    return load_workbook(export(folder, csv=folder.with_name("tables")))


def cells(book: Any) -> Iterator[Any]:
    for sheet in book:
        for row in sheet.iter_rows():
            yield from (cell for cell in row if cell.value is not None)


def rows(book: Any, sheet: str) -> pd.DataFrame:
    head, *lines = book[sheet].iter_rows(values_only=True)
    return pd.DataFrame(lines, columns=head)


def test_every_sheet_is_there_with_a_frozen_head_and_widths(book: Any) -> None:
    assert book.sheetnames == SHEETS
    for sheet in book:
        assert sheet.freeze_panes == "A2" and sheet["A1"].font.bold
        assert all(8 <= one.width <= 72 for one in sheet.column_dimensions.values())
    assert rows(book, "Comparison")["scenario"].nunique() == 12


def test_nothing_in_the_workbook_is_a_formula(book: Any) -> None:
    kinds = {cell.data_type for cell in cells(book)}
    assert kinds == {"s", "n"}
    held = [cell for cell in cells(book) if cell.value == EVIL]
    assert held and all(cell.quotePrefix and not cell.hyperlink for cell in held)
    texts = {str(cell.value) for cell in cells(book)}
    assert "<script>alert(1)</script>" in texts and any(text.startswith("@SUM(1)\u0646") for text in texts)


def test_the_numbers_are_those_that_are_printed(book: Any, folder: Path) -> None:
    found, table = load(folder), rows(book, "Comparison").set_index(["scenario", "outcome", "subgroup"])
    for scenario in ("status-quo", "more-mentors", "evil"):
        for outcome in ("return_to_prison", "rearrest", "employed"):
            told = table.loc[scenario, outcome, "all"]
            value, change = (Counts(ask(scenario, outcome, 12)) for ask in (found.value, found.paired))
            assert (told["value"], told["value_low"], told["value_high"]) == (value.mean, value.low, value.high)
            assert (told["difference"], told["difference_low"]) == (change.mean, change.low)
    assert table.loc["more-mentors", "return_to_prison", "all"]["unit"] == "of 1,000 people"
    assert table.loc["more-mentors", "cost_programs", "all"]["value"] == pytest.approx(686, abs=5)


def test_money_is_what_the_commands_print(
    book: Any, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")  # wide enough that no interval is broken
    assert main(["economics", str(folder)]) == 0
    printed = capsys.readouterr().out
    table = rows(book, "Economics")
    row = table[(table["scenario"] == "more-mentors") & (table["perspective"] == "government")].iloc[0]
    told = [f"{'-' if row[end] < 0 else ''}${abs(row[end]):,.0f}" for end in ("net", "net_low", "net_high")]
    assert f"{told[0]} ({told[1]} to {told[2]})" in printed
    ledger = load(folder).ledger
    spent = ledger[(ledger["scenario"] == "evil") & (ledger["program"] == "mentoring")]["spent"].sum() / 100 / 24
    held = rows(book, "Ledger").set_index(["scenario", "source", "program"]).loc["evil", "state_grant", "mentoring"]
    assert held["spent"] == round(spent) == 970


def test_the_answer_stands_first_with_its_warnings(book: Any, folder: Path) -> None:
    found, table = load(folder), rows(book, "Answer")
    assert table["text"][0] == found.sentence()
    assert table.loc[table["what"] == "Warning", "text"].tolist() == found.warnings != []
    assert "never for deciding about a real individual" in table["text"][1]


def test_numbers_stand_beside_their_sources(book: Any) -> None:
    told, cited = rows(book, "Assumptions").set_index("name"), rows(book, "Sources").set_index("row")
    effect, share = told.loc["mentoring.hazard_ratio"], told.loc["mentoring.uptake_share"]
    assert effect["low"] < effect["value"] < effect["high"] and effect["grade"] == "B"
    assert effect["read_by"] == "the calibration alone" and "more-mentors" in share["read_by"]
    for row in effect["rows"].split("; "):
        assert cited.loc[row, "title"] in effect["sources"]
    bare = told[told["rows"].isna()]
    assert len(bare) and (bare["assumption"].notna() | bare["sources"].notna()).all()
    assert "education.odds_ratio" not in told.index  # of a program that none of these scenarios has


def test_what_makes_it_again_is_told(book: Any, folder: Path) -> None:
    told = rows(book, "About").set_index("what")["is"]
    manifest = load(folder).manifest
    assert told["command"] == manifest["again"] and told["seed"] == "1"
    assert told["run"] == manifest["run"] and told["evidence"] == manifest["evidence"]
    assert told["files: comparison.csv"] == manifest["files"]["comparison.csv"]


def test_a_seed_keeps_all_its_digits(folder: Path) -> None:
    seed = 2**53 + 1
    told = about_sheet(replace(load(folder), manifest={**load(folder).manifest, "seed": seed})).table.set_index("what")
    book = load_workbook(io.BytesIO(workbook_bytes([Sheet("A", told)], "t")))
    assert str(seed) in [cell.value for cell in cells(book)]


def test_the_same_results_are_the_same_bytes() -> None:
    table = Sheet("One", pd.DataFrame({"a": ["x", EVIL], "b": [1, 2.5]}))
    assert workbook_bytes([table], "t") == workbook_bytes([table], "t") != workbook_bytes([table], "u")
    with zipfile.ZipFile(io.BytesIO(workbook_bytes([table], "t"))) as parts:  # no time of writing
        assert {part.date_time[0] for part in parts.infolist()} == {1980}
        assert b">1980-01-01T00:00:00Z<" in parts.read("docProps/core.xml")


def test_csv_copies_are_inert_too(book: Any, folder: Path) -> None:
    tables = sorted(folder.with_name("tables").iterdir())
    assert book and {path.stem for path in tables} == {name.lower() for name in SHEETS}
    texts = []
    for path in tables:
        with path.open(newline="", encoding="utf-8") as file:
            texts += [cell for line in csv.reader(file) for cell in line]
    risky = [text for text in texts if may_run(text) and not _is_number(text)]
    assert risky == [] and f"'{EVIL}" in texts


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_a_fresh_comparison_is_exported_as_its_folder_is(tmp_path: Path) -> None:
    fresh = compare(["more-mentors"], simulate=fakes.fake_simulate, **OPTIONS)
    folder = fresh.save(tmp_path / "run")
    one, other = (load_workbook(export(of, tmp_path / name)) for of, name in ((fresh, "1.xlsx"), (folder, "2.xlsx")))
    for sheet in SHEETS[:-1]:
        pd.testing.assert_frame_equal(rows(one, sheet), rows(other, sheet))


def test_one_scenario_alone_and_a_run_of_another_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = compare(["status-quo"], simulate=fakes.fake_simulate, **OPTIONS)
    folder = fresh.save(tmp_path / "run")
    for module in ("plan", "again"):
        monkeypatch.setattr(f"reentrysim.experiments.{module}.VERSION", "9.9")
    book = load_workbook(export(folder))
    assert book.sheetnames == ["Answer", "Comparison", "Ledger", "Assumptions", "Sources", "About"]
    assert "another version of reentrysim" in book["Assumptions"]["A2"].value


@pytest.mark.parametrize(
    ("text", "risky"),
    [
        *((start + "1+1", True) for start in "=+-@\t\r\n\uff1d"),
        *((" =1", True), ("plain", False), ("", False), ("a=b", False), ("'=1", False)),
    ],
)
def test_what_a_spreadsheet_could_run_gets_an_apostrophe(text: str, risky: bool) -> None:
    assert may_run(text) is risky
    assert neutral(text) == ("'" + text if risky else text)


HIDDEN = ("a;=cmd|calc!A0", "a;\t @SUM(1)", "a\t-1+1", "a\n=1", 'a;"=cmd', "a; b;+1")


@pytest.mark.parametrize("text", HIDDEN)
@pytest.mark.parametrize("separator", ",;\t")
def test_whatever_separates_cells_none_is_a_formula(tmp_path: Path, text: str, separator: str) -> None:
    write_csvs([Sheet("A", pd.DataFrame({"what": ["x", "y"], "text": [text, f"z {text}"]}))], tmp_path)
    assert any(map(_runs, _cells(f"what,text\nx,{text}\n", ";\t")))  # as it is, one is
    assert not any(map(_runs, _cells((tmp_path / "a.csv").read_text(), separator)))


def _runs(cell: str) -> bool:
    return cell.lstrip(' \t\r\n"')[:1] in set(STARTS)


def _cells(text: str, separators: str) -> list[str]:
    """Cells as spreadsheets see them that take each of the separators and know of quotes at the head of a cell."""
    found = [text]
    for one in separators:
        found = [cell for line in found for row in csv.reader(io.StringIO(line), delimiter=one) for cell in row]
    return found


def test_prose_stays_as_it_is() -> None:
    for text in ("One; two; 3 more", "5 fewer (9 fewer to 1 fewer)", "a-b; c=d"):
        assert neutral(text) == text


def test_a_disk_that_is_full_is_told_and_leaves_nothing(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a limit on the size of files, which stops the parts that are made on the way, too; warnings are errors."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        assert main(["export", str(folder), "--out", str(tmp_path / "a.xlsx")]) == 2
        gc.collect()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "it cannot be written (File too large)" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_text_that_xml_cannot_hold_is_stored_all_the_same(tmp_path: Path) -> None:
    assert storable("a\x00b\ud800") == "a\ufffdb\ufffd" and len(storable("x" * 40_000)) == 32_767
    (tmp_path / "a.xlsx").write_bytes(workbook_bytes([Sheet("A", pd.DataFrame({"=h": ["\x01=1"]}))], "\x0bt"))
    assert load_workbook(tmp_path / "a.xlsx")["A"]["A1"].data_type == "s"
    write_csvs([Sheet("A", pd.DataFrame({"=h": ["@x"]}))], tmp_path)
    assert (tmp_path / "a.csv").read_text() == "'=h\n'@x\n"


def test_digits_are_those_that_errors_support() -> None:
    assert supported([0.1234, None], [0.0016, 0.1], 1000) == [124, None]
    assert supported([12.345], [0.03], 1.0, 0.01) == [12.35]
    assert chances([0.0, 0.51, 1.0, float("nan")]) == [0.05, 0.5, 0.95, None]
    assert two_digits([123456.0, 0.01234, float("nan")]) == [120000.0, 0.012, None]


def test_nothing_is_overwritten(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.xlsx").write_text("mine")
    for words in (["--out", "a.xlsx"], ["--out", "b.xlsx", "--csv", "."], ["--out", "no/where.xlsx"]):
        assert main(["export", str(folder), *(str(tmp_path / w) if not w.startswith("-") else w for w in words)]) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1
    with pytest.raises(InputError, match="this is named twice"):
        export(folder, tmp_path / "same", csv=tmp_path / "." / "same")
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"] and (tmp_path / "a.xlsx").read_text() == "mine"
    assert main(["export", str(tmp_path)]) == 2
    with pytest.raises(InputError, match="no folder to write beside"):
        export(compare(["status-quo"], simulate=fakes.fake_simulate, **OPTIONS))
