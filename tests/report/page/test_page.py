"""The report says what the files say, stays a page whatever it is given, and needs nothing else."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pandas as pd
import pytest
from markupsafe import Markup

from fakes import use_fake_inputs
from reentrysim.analysis.answer import PEOPLE, supported_unit
from reentrysim.cli import main
from reentrysim.report.page.asked import about
from reentrysim.report.page.blocks import (
    Block,
    Card,
    Cards,
    Command,
    Entries,
    Entry,
    Picture,
    Points,
    Prose,
    Section,
    Table,
)
from reentrysim.report.page.page import REPORT, page, render, sections
from reentrysim.results import Comparison, load
from reentrysim.scenario import load_scenario
from report.page.asking import ARABIC, FORMULA, HEBREW, HOSTILE, LONG, ONE_WORD, SCRIPT, alone, hostile, made_up
from report.page.reading import Read, read

NAMES = ("smaller-mentor-caseloads", "more-mentors")
PARTS = (
    *("The answer", "Four numbers", "What was compared", "What happens after release", "How the scenarios differ"),
    *("Money: who pays, and what it buys", "Who gets a place, and who gains", "Where money stayed unspent, and why"),
    *("What drives the result", "Assumptions, sources and grades", "Limits, and what it must not be used for"),
    "How to get it again",
)


@pytest.fixture(scope="module", autouse=True)
def _inputs() -> object:
    with pytest.MonkeyPatch.context() as patch:
        use_fake_inputs(patch)
        yield


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return made_up(*NAMES)


@pytest.fixture(scope="module")
def folder(comparison: Comparison, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return comparison.save(tmp_path_factory.mktemp("results") / "here")


@pytest.fixture(scope="module")
def html(folder: Path) -> str:
    return (folder / REPORT).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def found(html: str) -> Read:
    return read(html)


def numbers(cell: str) -> list[float]:
    """The numbers of a cell in order: "-$1,200 (-4 to +9)" -> [-1200, -4, 9]."""
    return [float(re.sub(r"[$,+]", "", one)) for one in re.findall(r"[-+]?\$?[\d,]+(?:\.\d+)?", cell)]


def rows(found: Read, table: str) -> dict[str, list[str]]:
    """Cells of a table by the heading of their row, without it."""
    return {row[0]: row[1:] for row in found.tables[table][1:]}


def at(frame: pd.DataFrame, scenario: str, outcome: str, month: int) -> pd.Series:
    chosen = frame[(frame["scenario"] == scenario) & (frame["outcome"] == outcome) & (frame["subgroup"] == "all")]
    return chosen[chosen["month"] == month].iloc[0]


def to_unit(numbers: list[float], unit: float) -> list[float]:
    return [round(number / unit) * unit for number in numbers]


def same(one: Read, other: Read) -> bool:
    """Whether two pages say the same; lines of pictures may differ where files keep nine digits."""
    return (one.text, one.tables, one.lists) == (other.text, other.tables, other.lists)


def test_a_folder_and_its_runs_give_the_same_page(found: Read, folder: Path, html: str) -> None:
    again = page(load(folder))
    assert same(read(again), found)
    assert page(load(folder)) == again and len(again) == pytest.approx(len(html), rel=0.01)


def test_every_part_is_there_in_order_under_one_heading(found: Read) -> None:
    (first, _), *others = found.headings
    assert first == 1
    assert others == [(2, title) for title in PARTS]


def test_people_in_the_table_are_those_of_the_file(found: Read, folder: Path) -> None:
    table, told = pd.read_csv(folder / "comparison.csv"), rows(found, "every-scenario")
    for name in NAMES:
        line = at(table, name, "return_to_prison", 36)
        unit = supported_unit(PEOPLE * line["difference_mcse"])
        file = [-PEOPLE * line[column] for column in ("difference", "difference_high", "difference_low")]
        assert numbers(told[name][0]) == to_unit(file, unit)
        months = at(table, name, "months_in_community", 36)
        assert numbers(told[name][3]) == pytest.approx(
            [months[column] for column in ("difference", "difference_low", "difference_high")],
            abs=max(0.0051, months["difference_mcse"] * 2.6),
        )
        assert told[name][4] == f"{round(line['probability_better'] * 20) / 20:.2f}".replace("1.00", ">0.95")


def test_dollars_in_the_tables_are_those_of_the_files(found: Read, folder: Path) -> None:
    table, balance = pd.read_csv(folder / "comparison.csv"), pd.read_csv(folder / "economics.csv")
    told, payers = rows(found, "every-scenario"), rows(found, "by-payer")
    for name in NAMES:
        spent = at(table, name, "cost_programs", 40)
        assert numbers(told[name][1])[0] == pytest.approx(spent["value"], abs=1)
        for place, who in enumerate(("government", "participants", "victims", "society")):
            line = balance[(balance["scenario"] == name) & (balance["perspective"] == who)].iloc[0]
            unit = supported_unit(line["net_mcse"])
            net = to_unit([line[column] for column in ("net", "net_low", "net_high")], unit)
            assert numbers(payers[name][place]) == net
            if who == "government":
                assert numbers(told[name][2]) == [-net[0], -net[2], -net[1]]


def test_prose_cards_pictures_and_tables_agree(found: Read, comparison: Comparison) -> None:
    sentence = comparison.sentence()
    assert sentence in found.text
    name = "smaller-mentor-caseloads"
    back, dollars, public, months, chance = rows(found, "every-scenario")[name]
    mean, low, high = (f"{-number:+.0f}" for number in numbers(back))  # the ends change places with the sign
    assert f"{abs(int(mean))} fewer are back" in sentence
    assert f"(95%: {abs(int(low))} to {abs(int(high))} fewer)" in sentence or int(high) > 0
    cards = found.lists[0]
    assert cards[1] == back.split(" ")[0] and cards[2] == f"95%: {back.split('(')[1].rstrip(')')}"
    spent = next(place for place, label in enumerate(cards) if label.startswith("Program dollars"))
    assert f"{cards[spent + 1]} ({cards[spent + 2].removeprefix('95%: ')})" == dollars
    assert f"Net public cost {public} within" in found.text
    assert months.split(" ")[0] in cards and chance in cards
    pictures = [own["aria-label"] for tag, own in found.tags if tag == "svg"]
    assert any(f"{name} {mean} ({high} to {low})" in words for words in pictures)


def test_the_page_needs_nothing_else_and_does_nothing(html: str, found: Read) -> None:
    assert len(html) < 5_000_000
    names = [name for _, own in found.tags for name in own]
    assert not [name for name in names if name.startswith("on") or name in ("src", "srcset", "action")]
    assert not {tag for tag, _ in found.tags} & {"script", "iframe", "object", "embed", "form", "link", "img"}
    assert all(own["href"].startswith("#") for _, own in found.tags if "href" in own)
    assert re.findall(r"url\((?!#)|@import", html) == []


def accessible(found: Read) -> None:
    ids = [own["id"] for _, own in found.tags if "id" in own]
    assert len(ids) == len(set(ids))
    targets = [own["href"][1:] for tag, own in found.tags if "href" in own]
    targets += [one for _, own in found.tags for one in own.get("aria-labelledby", "").split()]
    assert set(targets) <= set(ids)
    assert [level for level, _ in found.headings].count(1) == 1
    assert set(found.captions) == set(found.tables) and all(found.captions.values())
    assert all(own.get("scope") in ("col", "row") for tag, own in found.tags if tag == "th")
    assert all(own["role"] == "img" and own["aria-label"] for tag, own in found.tags if tag == "svg")
    assert {"header", "nav", "main", "footer"} <= {tag for tag, _ in found.tags}
    assert ("html", {"lang": "en"}) in found.tags


def test_headings_captions_and_targets_are_there(found: Read) -> None:
    accessible(found)


def test_hostile_titles_are_words_and_nothing_else() -> None:
    html = page(made_up(*hostile(), replicates=4))
    found = read(html)
    assert "<script" not in html and "onerror" not in {name for _, own in found.tags for name in own}
    assert all(one in found.text for one in HOSTILE)
    assert {SCRIPT, FORMULA, LONG, ONE_WORD, HEBREW, ARABIC} <= set(found.lists[1])
    listed = html[html.index('<dl class="entries">') :].split("</dl>")[0]
    assert listed.count("<dt") == listed.count('<dt dir="auto"') and listed.count("<dd") == listed.count(
        '<dd dir="auto"'
    )
    accessible(found)


def test_every_word_that_a_block_holds_is_escaped() -> None:
    one = SCRIPT
    blocks: list[Block] = [
        *(Prose(one), Prose(one, lead=True), Points((one,)), Command(one)),
        *(Cards((Card(one, one, one, (one,)),)), Table("t", one, (one,), ((one,), (one,)))),
        *(Entries((Entry(one, (one,)),)), Picture(Markup("<svg></svg>"), one, one, Table("u", one, (one,), ()))),
    ]
    html = render(one, one, [Section("x", one, blocks)], one)
    assert "<script" not in html
    of_the_page, of_blocks = 6, (1, 1, 1, 1, 4, 4, 2, 4)  # what is read aloud of the picture is no text
    assert read(html).text.count(one) == of_the_page + sum(of_blocks)


def test_twelve_scenarios_each_have_a_row() -> None:
    twelve = made_up(*hostile(11), replicates=4)
    found = read(page(twelve))
    assert list(rows(found, "every-scenario")) == list(twelve.facts.names)
    assert len(twelve.facts.names) == 12
    accessible(found)


def test_one_scenario_alone_has_levels_and_no_differences(tmp_path: Path) -> None:
    single = alone()
    found = read(page(single))
    assert same(read(page(load(single.save(tmp_path / "one")))), found)
    labels = found.lists[0]
    assert labels[0] == "Back in prison, of 1,000 people released, within 3 years"
    assert float(labels[1]) == pytest.approx(PEOPLE * single.value("more-mentors", "return_to_prison", 36).mean, abs=20)
    assert "differences" not in {own.get("id") for _, own in found.tags}
    accessible(found)


def test_without_intervals_there_are_none_and_nothing_is_nan() -> None:
    text = read(page(made_up(*NAMES, replicates=2))).text
    assert "No intervals" in text
    assert re.findall(r"\bnan\b|\bNone\b(?! of| is)|\binf\b", text) == []
    assert "too few to say" in text and "too few runs to tell" in text
    for claim in ("intervals hold", " is -.", "no scenario clearly", "95% intervals", "95%: "):
        assert claim not in text, claim


def test_luck_alone_is_told_as_such() -> None:
    """Nothing there holds what is not known about the evidence, which was not varied."""
    text = read(page(made_up(*NAMES, fixed_parameters=True))).text
    assert "as far as luck goes" in text and "as far as the evidence is known" not in text
    assert "luck alone, 95%: " in text
    assert "luck removed" not in text and "what each run gives" in text


def test_people_sentenced_elsewhere_are_told_by_their_own_clock() -> None:
    other = load_scenario("more-mentors").vary({"population.sentence": "community"}, "community-sentences")
    found = read(page(made_up(other)))
    assert found.lists[0][0] == "Arrests averted, of 1,000 people, within 3 years"
    assert rows(found, "every-scenario")["community-sentences"][0] != "another clock"
    both = read(page(made_up(other, "smaller-mentor-caseloads")))
    assert rows(both, "every-scenario")["community-sentences"][0] == "another clock"


def test_another_clock_is_in_no_picture_of_differences() -> None:
    other = load_scenario("more-mentors").vary({"population.sentence": "community"}, "community-sentences")
    both = made_up(other, "smaller-mentor-caseloads")
    assert both.featured == "smaller-mentor-caseloads"
    for kind in ("curves", "differences", "groups"):
        drawn = both.pictures[kind]
        assert "Without community-sentences: months since release are another clock there." in drawn.caption
        assert "community-sentences" not in set(drawn.table["scenario"]) and "community" not in drawn.alt
    alone = made_up(other).pictures
    assert (
        set(alone["differences"].table["outcome"])
        == {"rearrest_since_sentence"}
        == set(alone["curves"].table["outcome"])
    )
    assert "equity" not in alone


def test_lives_stand_after_who_gains(comparison: Comparison) -> None:
    lives = Markup('<section aria-labelledby="two"><h2 id="two">Two lives</h2><p>Simulated.</p></section>')
    order = [section.id for section in sections(about(comparison), lives)]
    assert order[order.index("lives") - 1 : order.index("lives") + 2] == ["places", "lives", "unspent"]
    html = page(comparison, lives)
    assert "<p>Simulated.</p>" in html and ("#lives" in html)
    accessible(read(html))


def test_the_command_of_the_page_plans_the_same_run(
    found: Read, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = load(folder).manifest["again"]
    assert command in found.text
    assert main([*shlex.split(command)[1:], "--dry-run"]) == 0
    assert f"results/compare-{load(folder).manifest['run'][:10]}" in capsys.readouterr().out


def test_a_number_of_ones_own_is_told_with_its_source_or_assumption() -> None:
    own = {"value": 0.5, "low": 0.3, "high": 0.7, "source": "Our <own> survey"}
    asked = load_scenario("more-mentors").vary({"estimates": {"work.hazard_ratio": own}}, "with-ours")
    text = read(page(made_up(asked, replicates=4))).text
    assert "with-ours: work.hazard_ratio" in text
    assert "0.50 (0.30 to 0.70), hazard ratio." in text and "Our <own> survey" in text


def test_unspent_money_adds_up_to_the_ledger(found: Read, folder: Path) -> None:
    ledger = pd.read_csv(folder / "ledger.csv")
    for row in found.tables["spent"][1:]:
        own = ledger[(ledger["scenario"] == row[0]) & (ledger["program"] == row[1])]
        came, spent, left = (own[name].sum() / 100 / 48 for name in ("arrived", "spent", "unspent"))
        assert numbers(" ".join(row[2:5])) == to_unit([came, spent, left], 10)
        assert row[5] == f"{left / came:.0%}"


def test_the_command_writes_a_file_once(
    folder: Path, found: Read, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "mine.html"
    assert main(["report", str(folder), "--out", str(out)]) == 0
    assert same(read(out.read_text(encoding="utf-8")), found)
    capsys.readouterr()
    for words, said in (([str(folder), "--out", str(out)], "exists"), (["nowhere"], "holds no complete run")):
        assert main(["report", *words]) == 2
        error = capsys.readouterr().err
        assert said in error and len(error.splitlines()) == 1
    assert not Path(REPORT).exists()


def test_what_a_picture_shows_is_said_in_words_that_can_be_read(comparison: Comparison, html: str) -> None:
    """The same caption stands small in the drawing, where the page hides it."""
    found = read(html)
    for kind in ("curves", "differences", "plane"):
        assert comparison.pictures[kind].caption in found.text
        assert f'id="{kind}-footer"' in html
    assert '[id$="-footer"] { display: none; }' in html
