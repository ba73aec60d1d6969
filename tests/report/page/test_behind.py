"""The tables behind pictures say what the files say, to the digit, and what the pictures and their words say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reentrysim.analysis.answer import supported_unit
from reentrysim.report.page.page import REPORT
from reentrysim.results import Comparison, load
from report.page.reading import Read, read
from rich_runs import rich_comparison

BASE, FEATURED = "status-quo", "smaller-mentor-caseloads"
GROUPS = {
    "everybody": "all",
    "women": "sex=female",
    "men": "sex=male",
    "people aged 18-24": "age=18-24",
    "people aged 40+": "age=40+",
    "White participants": "race=white",
    "Black participants": "race=black",
    "people at high risk": "risk=high",
}
ENDS = ("", "_low", "_high")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    made = tmp_path_factory.mktemp("rich")
    with pytest.MonkeyPatch.context() as patch:
        yield rich_comparison(4, made, patch).save(made / "here")


@pytest.fixture(scope="module")
def html(folder: Path) -> str:
    return (folder / REPORT).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def found(html: str) -> Read:
    return read(html)


def numbers(cell: str) -> list[float]:
    """ "-$1,200 (-4 to +9)" -> [-1200, -4, 9]."""
    return [float(re.sub(r"[$,+]", "", one)) for one in re.findall(r"[-+]?\$?\d[\d,]*(?:\.\d+)?", cell)]


def told(line: pd.Series, what: str, mcse: float) -> list[float]:
    """Shares of a row of a file per 1,000, with their ends if there are any, as coarse as the error asks for."""
    unit = supported_unit(1000 * mcse)
    return [round(1000 * line[f"{what}{end}"] / unit) * unit for end in ENDS if np.isfinite(line[f"{what}{end}"])]


def body(found: Read, table: str, keys: int = 1) -> dict[tuple[str, ...], list[str]]:
    """Cells of a table by the first cells of their row."""
    return {tuple(row[:keys]): row[keys:] for row in found.tables[table][1:]}


def error(folder: Path, scenario: str, outcome: str, month: int) -> float:
    """Monte Carlo error of a level: that of the mean of draws, each of two runs."""
    runs = pd.read_parquet(folder / "outcomes.parquet").query("subgroup == 'all' and month == @month")
    values = runs[runs["scenario"] == scenario].sort_values("replicate")[outcome].to_numpy(dtype=float)
    draws = values.reshape(-1, 2).mean(axis=1)
    return float(draws.std(ddof=1) / np.sqrt(len(draws)))


def test_no_heading_is_a_column_and_no_number_is_a_float(found: Read) -> None:
    behind = {name for name in found.tables if name.startswith("behind-")}
    kinds = ("curves", "differences", "groups", "plane", "queues", "budget", "equity")
    assert behind == {f"behind-{kind}" for kind in kinds}
    for name, table in found.tables.items():
        assert not [head for head in table[0] if "_" in head or not head.strip()]
        assert not [cell for row in table for cell in row if re.search(r"\de[+-]\d|\bnan\b", cell)] or name == "digests"
        assert {len(row) for row in table} == {len(table[0])}
        assert len(table[0]) <= 10


def test_curves_are_those_of_comparison_csv(found: Read, folder: Path) -> None:
    table = pd.read_csv(folder / "comparison.csv").query("subgroup == 'all'")
    heads = found.tables["behind-curves"][0]
    assert heads == ["Scenario", "What", "1 year", "2 years", "3 years", "40 months"]
    rows = body(found, "behind-curves", 2)
    names = list(dict.fromkeys(name for name, _ in rows))
    for label, outcome in (("Back in prison", "return_to_prison"), ("Rearrested", "rearrest")):
        for place, month in enumerate((12, 24, 36, 40)):
            worst = max(error(folder, name, outcome, month) for name in names)
            for name in names:
                line = table.query("scenario == @name and outcome == @outcome and month == @month").iloc[0]
                assert numbers(rows[name, label][place]) == told(line, "value", worst)


@pytest.mark.parametrize("name", [FEATURED, "more-mentors"])
def test_differences_and_groups_are_those_of_comparison_csv(found: Read, folder: Path, name: str) -> None:
    table = pd.read_csv(folder / "comparison.csv").query("scenario == @name and month == 36")
    everybody = table.query("subgroup == 'all'").set_index("outcome")
    cells = body(found, "behind-differences")[name,]
    for cell, outcome in zip(cells, ("return_to_prison", "rearrest"), strict=True):
        line = everybody.loc[outcome]
        assert numbers(cell) == told(line, "difference", line["difference_mcse"])
    column = found.tables["behind-groups"][0].index(name)
    back = table.query("outcome == 'return_to_prison'").set_index("subgroup")
    groups = body(found, "behind-groups", 1)
    assert set(groups) == {(group,) for group in GROUPS}
    for (group,), row in groups.items():
        line = back.loc[GROUPS[group]]
        assert numbers(row[column - 1]) == told(line, "difference", line["difference_mcse"])


def test_places_and_gaps_are_those_of_equity_csv(found: Read, folder: Path) -> None:
    table = pd.read_csv(folder / "equity.csv", dtype={"program": "str"}).query("scenario == @FEATURED")
    table = table[table["program"].isna()].set_index(["measure", "subgroup"])
    rows, groups = body(found, "behind-equity"), body(found, "groups")
    assert found.tables["behind-equity"][0][1:3] == [f"Served under {BASE}", "Served"]
    for (name,), cells in rows.items():
        group = name.removesuffix("\u00a0*")
        place, back = (table.loc[measure, GROUPS[group]] for measure in ("served", "return_to_prison"))
        for line, before, now in ((place, *cells[:2]), (back, *cells[4:6])):
            unit = supported_unit(1000 * np.hypot(line["value_mcse"], line["change_mcse"]))
            assert numbers(f"{before} {now}") == [round(1000 * line[one] / unit) * unit for one in ("before", "value")]
        assert numbers(cells[6]) == told(back, "change", back["change_mcse"])
        assert name.endswith("*") == (back["reference"] == GROUPS[group]) == (cells[2:4] == cells[7:9] == ["-", "-"])
        if not name.endswith("*"):
            assert numbers(cells[3]) == told(place, "gap", place["gap_mcse"])
            assert numbers(cells[8]) == told(back, "gap", back["gap_mcse"])
            assert numbers(cells[7]) == told(back, "gap_before", back["gap_before_mcse"])[:1]
        assert groups[group,] == [cells[1], cells[0], cells[5], cells[6]]


def test_money_is_that_of_the_ledger_and_rounded_alike_everywhere(found: Read, folder: Path) -> None:
    ledger = pd.read_csv(folder / "ledger.csv")
    heads, rows = found.tables["behind-budget"][0][1:], body(found, "behind-budget")
    for (name, program), cells in body(found, "spent", 2).items():
        own = ledger.query("scenario == @name and program == @program")
        spent = own["spent"].sum() / 100 / 24
        millions = rows[name,][heads.index(program.capitalize())]
        assert numbers(cells[1]) == [round(spent / 10_000) * 10_000] == [round(float(millions) * 1e6)]
    for (name,), cells in rows.items():
        own = ledger[ledger["scenario"] == name]
        assert float(cells[heads.index("Due from all sources")]) == round(own["arrived"].sum() / 100 / 24 / 1e6, 2)
        assert float(cells[heads.index("Lapsed at year's end")]) == round(own["lapsed"].sum() / 100 / 24 / 1e6, 2)


def test_means_of_the_plane_are_those_of_the_files_and_of_the_page(found: Read, folder: Path) -> None:
    balance = pd.read_csv(folder / "economics.csv").query("perspective == 'government'").set_index("scenario")
    averted = pd.read_csv(folder / "averted.csv").query("month == 40").set_index("scenario")
    public, worth = body(found, "every-scenario"), body(found, "cost-effectiveness")
    for (name,), cells in body(found, "behind-plane").items():
        assert numbers(cells[0]) == told(averted.loc[name], "averted", averted.loc[name, "averted_mcse"])
        line = balance.loc[name]
        unit = supported_unit(line["net_mcse"])
        net = [round(-line[one] / unit) * unit for one in ("net", "net_high", "net_low")]
        assert numbers(cells[1]) == net
        assert cells[0] == worth[name,][0] and cells[1] == public[name,][2]
        assert all(re.fullmatch(r"\d+ of 12", cell) for cell in cells[2:])


def test_lines_are_those_of_queues_csv_as_far_as_they_are_known(found: Read, folder: Path) -> None:
    table = pd.read_csv(folder / "queues.csv")
    labels = {"people in line": "in_line", "people with a place": "placed", "workers": "workers"}
    assert found.tables["behind-queues"][0] == ["What", "Scenario", "Warm-up", "Window", "Tail"]
    for (label, name), cells in body(found, "behind-queues", 2).items():
        what = labels[label.removeprefix("Mentoring: ")]
        means = table[(table["scenario"] == name) & (table["what"] == what)].groupby("phase")["value"].mean()
        assert [numbers(cell)[0] for cell in cells] == pytest.approx(means[["warm_up", "window", "tail"]], abs=0.5)


def test_alternatives_of_pictures_have_the_digits_of_the_tables(found: Read) -> None:
    alts = [own["aria-label"] for tag, own in found.tags if tag == "svg"]
    curves, differences, groups, plane, equity, budget, queues = alts
    for (name, label), cells in body(found, "behind-curves", 2).items():
        assert f"{name} {cells[-1].split(' ')[0]}" in curves.split(f"{label}: ")[1].split(";")[0]
    for (name,), cells in body(found, "behind-differences").items():
        assert all(f"{name} {cell}" in differences for cell in cells)
    names = found.tables["behind-groups"][0][1:]
    for name, cell in zip(names, body(found, "behind-groups")["everybody",], strict=True):
        assert f"{name}: everybody {cell}" in groups
    for (name,), (averted, cost, _, _, both) in body(found, "behind-plane").items():
        assert f"{name}: {averted} averted, net public cost {cost} a person" in plane and f"in {both} draws" in plane
    for (group,), cells in body(found, "behind-equity").items():
        name = group.removesuffix("\u00a0*")
        assert f"{name} {cells[0]} and {cells[1]}" in equity and f"{name} {cells[4]} and {cells[5]}" in equity
    heads = found.tables["behind-budget"][0][1:]
    for (name,), cells in body(found, "behind-budget").items():
        own = budget.split(f"{name}: ")[1].split(";")[0]
        assert all(f"{head[0].lower()}{head[1:]} {cell}" in own for head, cell in zip(heads, cells, strict=True))
    for (label, name), cells in body(found, "behind-queues", 2).items():
        assert f"{name} {cells[1]}" in queues.split(f"{label.removeprefix('Mentoring: ')}: ")[1]


def test_the_picture_of_the_page_is_that_of_the_file(html: str, folder: Path) -> None:
    inside = re.findall(r"<svg .*?</svg>", html, flags=re.DOTALL)
    kinds = re.findall(r'<table id="behind-([a-z]+)"', html)
    files = {"curves": "recidivism"}
    assert len(inside) == len(kinds) == 7
    for kind, drawing in zip(kinds, inside, strict=True):
        text = (folder / "figures" / f"{files.get(kind, kind)}.svg").read_text(encoding="utf-8")
        written = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL)
        mine = re.sub(rf'(id="|href="#|url\(#){kind}-', r"\1", drawing)
        assert mine.split(">", 1)[1] == written.strip().replace("xlink:href", "href").split(">", 1)[1]
        assert drawing.count("'DejaVu Sans', Verdana, sans-serif") == drawing.count("DejaVu Sans") > 5


def test_without_intervals_no_table_speaks_of_brackets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = rich_comparison(3, tmp_path, monkeypatch, replicates=4)
    page = read((few.save(tmp_path / "few") / REPORT).read_text(encoding="utf-8"))
    for name in ("curves", "differences", "groups", "plane", "equity"):
        assert not re.search("brackets|few people", page.captions[f"behind-{name}"])
        assert not [cell for row in page.tables[f"behind-{name}"][1:] for cell in row if "(" in cell]


def test_intervals_of_luck_alone_are_called_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    luck = rich_comparison(2, tmp_path, monkeypatch, fixed_parameters=True)
    page = read((luck.save(tmp_path / "luck") / REPORT).read_text(encoding="utf-8"))
    for name in ("curves", "differences", "groups", "plane", "equity"):
        assert "95% intervals of luck alone" in page.captions[f"behind-{name}"]


def test_one_scenario_is_told_as_finely_as_its_runs_support(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one: Comparison = rich_comparison(1, tmp_path, monkeypatch)
    folder = one.save(tmp_path / "one")
    fresh, again = read((folder / REPORT).read_text(encoding="utf-8")), load(folder)
    assert list(body(fresh, "behind-curves", 2)) == [(BASE, "Back in prison"), (BASE, "Rearrested")]
    value = again.value(BASE, "return_to_prison", 36)
    unit = supported_unit(1000 * value.mcse)
    cell = body(fresh, "behind-curves", 2)[BASE, "Back in prison"][2]
    assert numbers(cell)[0] == round(1000 * value.mean / unit) * unit
