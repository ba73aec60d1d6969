"""The documents are true: every path, command, column, number and decision they name is there, and none is missing."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import pytest
from typer.main import get_command

import reentrysim
from fakes import fake_simulate, use_fake_inputs
from reentrysim.agents.caseworkers import Caseworkers
from reentrysim.agents.employers import Employers
from reentrysim.agents.housing import HousingProviders
from reentrysim.agents.mentors import Mentors
from reentrysim.agents.participants import Enrollment, Lives, Mentees, Participants, Traits
from reentrysim.analysis.compare import Comparison, compare
from reentrysim.analysis.tables import COMPARISON_COLUMNS, CURVE_COLUMNS, LEDGER_COLUMNS
from reentrysim.analysis.waits import COLUMNS as WAITS
from reentrysim.analysis.why.why import TABLES as TABLES_OF_WHY
from reentrysim.cli import app
from reentrysim.dynamics.recording import Record
from reentrysim.evidence import load_calibration, load_catalog
from reentrysim.evidence.population import load_profile
from reentrysim.experiments.store import MANIFEST
from reentrysim.model import ReentryModel
from reentrysim.outcomes import RunResult, tabulate
from reentrysim.randomness import Floats, Ids, Luck
from reentrysim.report.figures import ALL, figure_files
from reentrysim.scenario import load_scenario, shipped_scenarios
from reentrysim.scenario.values import values_for
from reentrysim.vocabulary import OUTCOMES

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "reentrysim"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")), ROOT / "results" / "README.md"]
SWEPT = {
    "design.csv",
    "results.parquet",
    "failures.csv",
    "sweep.json",
    "index.parquet",
    "names.parquet",
    "runs/",
    "failures/",
    "sensitivity/",
}
EXPLAINED = {f"{name}.csv" for name in TABLES_OF_WHY}
DECISIONS = sorted((ROOT / "docs" / "decisions").iterdir())
RUN_LINE = "python3.11 -m venv .venv && .venv/bin/pip install --quiet . && .venv/bin/reentrysim compare"
TEST_LINE = 'python3.11 -m venv .venv && .venv/bin/pip install --quiet --editable ".[dev]" && .venv/bin/pytest -n 2'
FIT_COLUMNS = ["Figure", "Published", "Fitted", "95% of draws", "Promise"]
SUFFIXES = (".md", ".toml", ".py", ".csv", ".json", ".cff", ".parquet", ".png")
TABLES = (Traits, Participants, Lives, Mentees, Enrollment, Mentors, Caseworkers, Employers, HousingProviders, Record)


def text(*path: str) -> str:
    return ROOT.joinpath(*path).read_text(encoding="utf-8")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(source: str, language: str = "") -> list[str]:
    """Fenced blocks in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", source, re.MULTILINE | re.DOTALL)


def inline(source: str) -> list[str]:
    """What stands between backticks, fenced blocks apart."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", source, flags=re.MULTILINE | re.DOTALL))


def looks_like_a_path(word: str) -> bool:
    if not re.fullmatch(r"[\w.*-]+(/[\w.*-]+)*/?", word) or word.startswith("draw/"):  # draws have addresses, too
        return False
    return "/" in word or word.endswith(SUFFIXES)


def section(source: str, start: str) -> list[list[str]]:
    """Cells of the first table whose head begins with `start`, without the head."""
    lines = source[source.index(start) :].split("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:] if line.startswith("|")]


@dataclass(frozen=True)
class Watched:
    """A finished run, and the decisions it drew luck for."""

    result: RunResult
    decisions: frozenset[str]


@pytest.fixture(scope="module")
def watched() -> Watched:
    seen: set[str] = set()
    uniform, pair, of = Luck.uniform, Luck.pair, Luck.of

    def watch_uniform(self: Luck, decision: str, step: int, stop: int, start: int = 0) -> Floats:
        seen.add(decision)
        return uniform(self, decision, step, stop, start)

    def watch_pair(self: Luck, decision: str, first: Ids, second: Ids) -> Floats:
        seen.add(decision)
        return pair(self, decision, first, second)

    def watch_of(self: Luck, decision: str, step: int, who: Ids, occasion: Ids | None = None) -> Floats:
        seen.add(decision)
        return of(self, decision, step, who, occasion)

    scenario = load_scenario("balanced")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Luck, "uniform", watch_uniform)
        patch.setattr(Luck, "pair", watch_pair)
        patch.setattr(Luck, "of", watch_of)
        model = ReentryModel(scenario, values_for(scenario), Luck(1, 0), participants=300).run()
        alumni = {"programs.mentoring.staff.alumni": True, "programs.mentoring.staff.ambassadors": True}
        readings = {"policies.assessment.assessed_share": 0.9, "policies.assessment.reassess_months": 6}
        other = scenario.vary({"circumstances.rooms": "free", **alumni, **readings})
        ReentryModel(other, values_for(other), Luck(1, 0), participants=100).run()
    return Watched(tabulate(model), frozenset(seen))


@cache
def comparison() -> Comparison:
    with pytest.MonkeyPatch.context() as patch:
        use_fake_inputs(patch)
        options = {"replicates": 2, "jobs": 1, "participants": 24}
        return compare(["more-mentors"], simulate=fake_simulate, marginal=1000.0, **options)


@cache
def written() -> set[str]:
    """What a comparison writes: pictures where the results have the numbers for them, contracts where there are any."""
    pictures = {f"figures/{kind}.png" for kind in ALL}
    return {*comparison().files(), *pictures, *figure_files(comparison()), MANIFEST, "contracts.csv"}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_path_named_exists(page: Path) -> None:
    named = [word for word in inline(page.read_text(encoding="utf-8")) if looks_like_a_path(word)]
    places = (ROOT, PACKAGE, page.parent)
    missing = [word for word in named if not any(list(place.glob(word)) for place in places)]
    assert set(missing) <= written() | {"figures/"} | SWEPT | EXPLAINED


def test_the_layout_shown_is_the_layout() -> None:
    layout = blocks(text("docs", "architecture.md"))[0]
    shown = re.findall(r"(?<!\S)[\w./-]+/(?!\S)|(?<!\S)[\w-]+\.(?:md|cff|toml)", layout)
    assert [path for path in shown if not ((ROOT / path).exists() or (ROOT / "tests" / path).exists())] == []
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and re.match(r"[a-z]", path.name)}
    shown_folders = {path.split("/")[0] for path in shown if path.endswith("/")}
    assert folders - {"build", "dist", "venv"} <= shown_folders


def commands(source: str) -> Iterator[list[str]]:
    """Every call of the command line in a page, in words after the program's name."""
    lines = [line for block in blocks(source, "sh") for line in re.split(r"\n|&&", block)]
    for code in [*inline(source), *lines]:
        words = code.split()
        if len(words) > 1 and words[0].split("/")[-1] == "reentrysim":
            yield words[1:]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_and_option_named_exists(page: Path) -> None:
    source, every = page.read_text(encoding="utf-8"), get_command(app)
    known = {
        name: {option for parameter in command.params for option in parameter.opts}
        for name, command in every.commands.items()  # type: ignore[attr-defined]
    }
    for words in commands(source):
        assert words[0] in known
        assert {word for word in words if word.startswith("--")} <= known[words[0]]
    alone = {word for word in inline(source) if re.fullmatch(r"--[a-z-]+", word)}
    assert alone <= set().union(*known.values(), *(parameter.opts for parameter in every.params))


def test_the_tools_named_are_installed_with_the_tests() -> None:
    extras = tomllib.loads(text("pyproject.toml"))["project"]["optional-dependencies"]["dev"]
    installed = {re.split(r"[^\w-]", need)[0] for need in extras} | {"pip", "python", "reentrysim"}
    lines = "\n".join(block for page in PAGES for block in blocks(page.read_text(encoding="utf-8"), "sh"))
    assert set(re.findall(r"\.venv/bin/([\w-]+)", lines)) <= installed
    assert all((ROOT / path).exists() for path in re.findall(r"pytest ([\w/]+)", lines))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_pages_name_no_machine_and_call_nobody_names(page: Path) -> None:
    source = page.read_text(encoding="utf-8").lower()
    assert re.findall(r"/(?:home|root|tmp|work|users)/|\b(?:inmate|offender|felon)s?\b|\btodo\b", source) == []


def test_the_readme_starts_with_two_lines_that_set_everything_up() -> None:
    readme = text("README.md")
    assert blocks(readme, "sh")[0].splitlines() == [RUN_LINE, TEST_LINE]
    first = next(line for line in readme.splitlines() if re.match(r"python3\.11 .*pytest", line))
    assert first == TEST_LINE  # what .ci/run looks for
    assert len(readme.splitlines()) < 130


def test_the_readme_shows_how_far_to_trust_it() -> None:
    table = re.findall(r"<!-- fit:start -->\n(.*?)\n<!-- fit:end -->", text("README.md"), re.DOTALL)
    head, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in table[0].splitlines())
    assert head == FIT_COLUMNS
    assert rows, "print them with `reentrysim validate`"
    for figure, *cells in rows:
        published, predicted, promise = (float(cells[n]) for n in (0, 1, 3))
        assert (round(abs(predicted - published), 4) <= promise) == ("falls short" not in figure), figure


def test_the_readme_says_what_it_must_not_be_used_for() -> None:
    forbidden = text("README.md").split("## What it must not be used for")[1]
    assert "**Deciding about a real individual**" in forbidden


def test_the_readme_question_is_a_scenario(tmp_path: Path) -> None:
    (example,) = blocks(text("README.md"), "toml")
    assert len(example.splitlines()) == 6
    file = tmp_path / "fewer-contacts.toml"
    file.write_text(example, encoding="utf-8")
    asked, base = load_scenario(file), load_scenario("status-quo")
    assert asked.digest != base.digest
    assert asked.funding == base.funding


def test_the_readme_python_uses_public_names() -> None:
    (example,) = blocks(text("README.md"), "python")
    nodes = [node for node in ast.walk(ast.parse(example)) if isinstance(node, ast.Attribute)]
    used = {(node.value.id, node.attr) for node in nodes if isinstance(node.value, ast.Name)}
    assert {name for owner, name in used if owner == "reentrysim"} <= set(reentrysim.__all__)
    assert all(hasattr(Comparison, name) for owner, name in used if owner == "result")


def test_decisions_are_numbered_once_and_say_what_was_given_up() -> None:
    numbers = [path.name[:3] for path in DECISIONS]
    assert numbers == [f"{number:03}" for number in range(1, len(DECISIONS) + 1)]
    for path in DECISIONS:
        source = path.read_text(encoding="utf-8")
        assert re.fullmatch(r"\d{3}-[a-z0-9-]+\.md", path.name)
        assert source.startswith(f"# {path.name[:3]} ")
        assert re.findall(r"^\*\*(.+?)\.\*\*", source, re.MULTILINE) == ["Decision", "Why", "Given up"]
        assert len(source.splitlines()) <= 40


def test_the_version_is_the_same_everywhere() -> None:
    assert f"\nversion: {reentrysim.__version__}\n" in text("CITATION.cff")
    assert re.findall(r"^## (\S+)", text("CHANGELOG.md"), re.MULTILINE)[0] == reentrysim.__version__


def test_the_changelog_names_every_shipped_scenario() -> None:
    assert set(shipped_scenarios()) <= set(inline(text("CHANGELOG.md")))


def test_the_glossary_has_every_outcome_column_and_note(watched: Watched) -> None:
    glossary = text("docs", "glossary.md")
    outcomes = section(glossary, "| Outcome | Counted | Denominator | Unit |")
    assert [row[0].strip("`") for row in outcomes] == list(OUTCOMES)
    assert all(all(row) for row in outcomes)
    named = set(inline(glossary))
    columns = [*COMPARISON_COLUMNS, *CURVE_COLUMNS, *LEDGER_COLUMNS, *comparison().outcomes.columns]
    assert set(columns) <= named
    notes = section(glossary, "| Note | Meaning |")
    named_notes = {name.strip("`") for row in notes for name in row[0].split(", ")}
    assert named_notes == {name for name in watched.result.notes if ".waits." not in name}
    assert set(WAITS) <= named


def test_the_glossary_has_one_meaning_a_word() -> None:
    words = [word for row in section(text("docs", "glossary.md"), "| Word | Meaning |") for word in row[0].split(", ")]
    assert len(set(words)) == len(words)


def test_the_model_page_has_every_column() -> None:
    named = set(inline(text("docs", "model.md")))
    assert {field.name for table in TABLES for field in fields(table)} <= named


def test_the_model_page_has_every_decision_and_no_other(watched: Watched) -> None:
    rows = section(text("docs", "model.md"), "| Decision | Step of the address |")
    named = [name for row in rows for name in inline(row[0])]
    assert len(set(named)) == len(named)
    assert {name for name in named if not name.startswith("draw/")} == watched.decisions


def test_the_model_page_has_every_estimate_with_its_rows() -> None:
    page = text("docs", "model.md")
    for name, estimate in load_catalog().items():
        known = f"`{name}` ({estimate.grade}; {' '.join(estimate.rows)}" if estimate.rows else f"`{name}`"
        assert known in page
    profile = {row for name in ("us_2008",) for row in load_profile(name).row_ids}
    assert profile <= set(re.findall(r"RT\d{5}", page))


def test_the_model_page_has_every_solved_number() -> None:
    assert set(load_calibration("us_2008")["names"]) <= set(inline(text("docs", "model.md")))


def test_the_month_is_told_as_it_is() -> None:
    step = next(
        node
        for node in ast.walk(ast.parse((PACKAGE / "model.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name == "step"
    )
    calls = [node.func for node in ast.walk(step) if isinstance(node, ast.Call)]
    called = [call.attr for call in sorted(calls, key=lambda call: call.lineno) if isinstance(call, ast.Attribute)]
    month = [name for name in called if not name.startswith("_")]
    shown = [row[0].strip("`") for row in section(text("docs", "architecture.md"), "| Call | What happens |")]
    assert shown == month
    told = re.findall(r"\d\. `(\w+)`", text("docs", "model.md"))
    assert told == month
