"""Rules of a user's own: nothing runs that was not allowed, nothing wrong goes through, and a right one is a rule."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from dataclasses import fields
from operator import attrgetter
from pathlib import Path
from textwrap import dedent
from typing import Any

import numpy as np
import pytest
from joblib import Parallel, delayed

from behavior.small_runs import TOTAL, model_of, small
from behavior.test_laws import differing
from commands import SMALL, written
from reentrysim.cli import main
from reentrysim.experiments.plan import plan_runs
from reentrysim.experiments.store import about_plan
from reentrysim.scenario import Scenario, load_scenario
from reentrysim.scenario.adding import carried
from reentrysim.scenario.own_rules import allow_rules, digests, forget_rules
from reentrysim.scenario.rule_views import Programs, Waiting, ordered, shared, waiting
from reentrysim.vocabulary import InputError

HEAD = 'schema = 1\ntitle = "A rule"\nquestion = "Does it?"\nbased_on = "status-quo"\n'
RULES = """
    import numpy as np

    def oldest_first(people):
        return np.lexsort((people.lottery, -people.age))

    def as_they_come(people):
        return np.lexsort((people.lottery, -people.months_waited))

    def by_band(people):
        order = np.select([people.risk == "high", people.risk == "medium"], [0, 1], 2)
        return np.lexsort((people.lottery, -people.months_waited, order))

    def by_lot(people):
        return np.argsort(people.lottery, kind="stable")

    def fixed(programs):
        return programs.fixed_shares

    def raises(people):
        raise ZeroDivisionError("no such luck")

    def nothing(seen):
        pass

    def twice(people):
        return [0, 0]

    def a_stranger(people):
        return [len(people)]

    def from_behind(people):
        return [-1]

    def halves(people):
        return [0.5]

    def ragged(people):
        return [[0], [1, 2]]

    def all_nan(programs):
        return [float("nan")] * len(programs.names)

    def too_little(programs):
        return {"mentoring": 0.9}

    def negative(programs):
        return [1.5, -0.5][: len(programs.names)] if len(programs.names) > 1 else [-1.0]

    def too_many(programs):
        return [1.0] * (len(programs.names) + 1)

    def a_name(programs):
        return {"theater": 1.0}

    def words(programs):
        return "everything for mentors"

    def writes(people):
        people.age[0] = 1.0
        return [0]
"""


@pytest.fixture(autouse=True)
def _nothing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    yield
    for path in digests():
        forget_rules(path)


def rules(folder: Path = Path(), text: str = RULES, name: str = "my_rules.py") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(dedent(text), encoding="utf-8")
    return path


def scenario(rule: str, key: str = "policies.matching.mentoring", folder: Path = Path()) -> Path:
    path = folder / "mine.toml"
    path.write_text(f'{HEAD}[{key}]\nrule = "{rule}"\n', encoding="utf-8")
    return path


def with_rule(function: str, key: str = "policies.matching.mentoring.rule", **more: Any) -> Scenario:
    return small({key: f"code:my_rules.py:{function}", **more})


def test_code_that_was_not_allowed_does_not_run(capsys: pytest.CaptureFixture[str]) -> None:
    rules(text="from pathlib import Path\nPath('touched').write_text('x')\ndef first(people):\n    return [0]\n")
    before = written()
    mine = str(scenario("code:my_rules.py:first"))
    for command in (["check", mine], ["compare", mine, *SMALL], ["run", mine, *SMALL], ["diff", "status-quo", mine]):
        assert main(command) == 2
        said = capsys.readouterr().err
        assert "policies.matching.mentoring.rule" in said and "--allow-code my_rules.py" in said
    assert set(written()) == {*before, "mine.toml"}
    assert main(["check", mine, "--allow-code", "my_rules.py"]) == 0
    assert Path("touched").exists()


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("code:my_rules.py:oldest_frist", "Did you mean 'oldest_first'?"),
        ("code:my_rules.py", "code:FILE.py:FUNCTION"),
        ("code:my_rules.txt:oldest_first", "code:FILE.py:FUNCTION"),
        ("code::", "code:FILE.py:FUNCTION"),
        ("code:my_rules.py:a b", "code:FILE.py:FUNCTION"),
        ("code:elsewhere.py:oldest_first", "--allow-code elsewhere.py"),
        ("my_rules.py:oldest_first", "random"),
    ],
)
def test_a_rule_that_is_none_is_refused(rule: str, message: str) -> None:
    allow_rules(rules())
    with pytest.raises(InputError) as error:
        load_scenario(scenario(rule))
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def first(:", "SyntaxError"),
        ("raise SystemExit(3)", "SystemExit"),
        ("ORDER = 1", "has neither a PROGRAM nor a function"),
    ],
)
def test_a_file_of_rules_that_is_none_is_wrong_input(
    text: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rules(text=text)
    assert main(["check", "status-quo", "--allow-code", "my_rules.py"]) == 2
    assert message in capsys.readouterr().err
    assert main(["check", "status-quo", "--allow-code", "my_rulse.py"]) == 2
    assert "Did you mean 'my_rules.py'?" in capsys.readouterr().err


def test_a_file_is_found_beside_the_scenario_that_names_it(tmp_path: Path) -> None:
    there = tmp_path / "there"
    allow_rules(rules(there))
    asked = load_scenario(scenario("code:my_rules.py:oldest_first", folder=there))
    assert asked.own_rules == (f"code:{there.resolve() / 'my_rules.py'}:oldest_first",)
    child = tmp_path / "child.toml"
    child.write_text('schema = 1\nbased_on = "there/mine.toml"\n', encoding="utf-8")
    assert load_scenario(child).own_rules == asked.own_rules


def test_the_digest_is_that_of_what_the_code_says_and_not_of_where_it_lies(tmp_path: Path) -> None:
    one, other, another = (tmp_path / name for name in ("one", "other", "another"))
    for folder, text in ((one, RULES), (other, RULES), (another, RULES.replace("-people.age", "people.age"))):
        allow_rules(rules(folder, text))
    found = [load_scenario(scenario("code:my_rules.py:oldest_first", folder=f)).digest for f in (one, other, another)]
    assert found[0] == found[1] != found[2]
    function = load_scenario(scenario("code:my_rules.py:by_lot", folder=one)).digest
    assert function not in found


def test_two_files_of_one_name_are_two(tmp_path: Path) -> None:
    for folder, text in (("one", RULES), ("two", RULES.replace("-people.age", "people.age"))):
        allow_rules(rules(tmp_path / folder, text))

    def asked(folders: tuple[str, str], name: str) -> Scenario:
        own = [f"code:{tmp_path / folder / 'my_rules.py'}:oldest_first" for folder in folders]
        keys = {"policies.matching.mentoring.rule": own[0], "policies.matching.jobs": {"rule": own[1]}}
        return load_scenario("status-quo").vary(keys, name=name)

    first, swapped, twice = (asked(pair, "mine") for pair in (("one", "two"), ("two", "one"), ("one", "one")))
    assert len({first.digest, swapped.digest, twice.digest}) == 3
    for plan in (plan_runs([first], replicates=2), plan_runs([twice, asked(("two", "two"), "other")], replicates=2)):
        told = about_plan(plan)["code"]
        assert set(told.values()) == set(digests().values()) and len(told) == 2
        assert all(name.startswith("my_rules.py ") for name in told)


@pytest.mark.parametrize(
    ("function", "usual"),
    [
        ("as_they_come", {"policies.matching.mentoring.ties": "longest_wait"}),
        ("by_lot", {"policies.matching.mentoring.ties": "luck"}),
    ],
)
def test_a_rule_that_says_what_a_shipped_one_says_is_that_rule(function: str, usual: dict[str, str]) -> None:
    allow_rules(rules())
    own, shipped = model_of(with_rule(function)).run(), model_of(small(usual)).run()
    assert not differing(own, shipped)
    assert own.world.mentees.matches.sum() > 10


@pytest.mark.parametrize(("function", "rule"), [("as_they_come", "first_come"), ("by_band", "risk_high_first")])
def test_so_it_is_in_the_lines_for_places_and_beds(function: str, rule: str) -> None:
    allow_rules(rules())
    lines = ("jobs", "beds", "case_management")
    names = ("mentoring", "transitional_jobs", "transitional_housing", "case_management")
    money = {TOTAL: 900_000.0, "funding.shares": dict.fromkeys(names, 0.25)}
    money |= {f"programs.{name}": {} for name in names[1:]}
    money["circumstances.beds_per_100.shelter"] = 3.0
    of = {key: {f"policies.matching.{line}": {"rule": key} for line in lines} for key in (rule,)}[rule]
    mine = {f"policies.matching.{line}": {"rule": f"code:my_rules.py:{function}"} for line in lines}
    own, shipped = (model_of(small({**money, **changes})).run() for changes in (mine, of))
    assert not differing(own, shipped)


def test_fixed_shares_by_ones_own_rule_are_fixed_shares() -> None:
    allow_rules(rules())
    shares = {"funding.shares": {"mentoring": 0.3, "transitional_jobs": 0.7}, "programs.transitional_jobs": {}}
    own, usual = (model_of(one).run() for one in (with_rule("fixed", "funding.rule", **shares), small(shares)))
    assert not differing(own, usual)
    assert np.array_equal(own.world.ledger.spent, usual.world.ledger.spent)


@pytest.mark.parametrize(
    ("function", "said"),
    [
        ("raises", "fails in line 21 (ZeroDivisionError: no such luck)"),
        ("nothing", "returns nothing"),
        ("twice", "returns person 0 twice"),
        ("a_stranger", "and there are people 0 to"),
        ("from_behind", "returns -1"),
        ("halves", "does not return whole numbers"),
        ("ragged", "does not return whole numbers"),
        ("writes", "read-only"),
    ],
)
def test_a_wrong_order_ends_in_words_and_leaves_nothing(
    function: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rules()
    mine = str(scenario(f"code:my_rules.py:{function}"))
    before = written()
    assert main(["compare", mine, "--allow-code", "my_rules.py", *SMALL, "--out", "here"]) == 2
    told = capsys.readouterr().err
    assert f"the rule {function} of my_rules.py" in told and said in told
    assert "scenario mine, step " in told and "Traceback" not in told
    assert written() == before


@pytest.mark.parametrize(
    ("function", "said", "jobs"),
    [
        ("raises", "fails in line 21 (ZeroDivisionError", 2),
        ("nothing", "returns nothing", 1),
        ("all_nan", "shares are numbers from 0 to 1", 1),
        ("negative", "shares are numbers from 0 to 1", 1),
        ("too_little", "shares that sum to 0.9", 1),
        ("too_many", "does not return 1 shares", 1),
        ("a_name", "names 'theater', no program here", 1),
        ("words", "does not return shares", 1),
    ],
)
def test_wrong_shares_end_in_words_and_leave_nothing(
    function: str, said: str, jobs: int, capsys: pytest.CaptureFixture[str]
) -> None:
    rules()
    mine = str(scenario(f"code:my_rules.py:{function}", "funding"))
    before = written()
    assert main(["compare", mine, "--allow-code", "my_rules.py", *SMALL, "--jobs", str(jobs), "--out", "here"]) == 2
    told = capsys.readouterr().err
    assert f"the rule {function} of my_rules.py" in told and said in told
    assert "scenario mine, step 1" in told
    assert written() == before


def test_other_processes_have_the_rule_and_the_manifest_its_digest() -> None:
    rules()
    mine = str(scenario("code:my_rules.py:oldest_first"))
    asked = ["compare", mine, "--allow-code", "my_rules.py", *SMALL]
    assert main([*asked, "--out", "one"]) == 0
    assert main([*asked, "--jobs", "2", "--out", "two"]) == 0
    one, two = (json.loads(Path(folder, "manifest.json").read_text()) for folder in ("one", "two"))
    assert one["files"]["comparison.csv"] == two["files"]["comparison.csv"]
    assert one["code"] == {"my_rules.py": next(iter(digests().values()))}


def test_a_file_that_changes_while_it_is_used_is_told(tmp_path: Path) -> None:
    path = rules()
    allow_rules(path)
    sent = pickle.dumps(with_rule("oldest_first"))
    assert pickle.loads(sent) == with_rule("oldest_first")
    rules(text=RULES + "    # changed\n")
    forget_rules(path)
    with pytest.raises(InputError, match="has changed while it was used"):
        pickle.loads(sent)
    allow_rules(path)
    task = delayed(carried(attrgetter("digest")))
    with_two = Parallel(n_jobs=2)(task(with_rule("oldest_first")) for _ in range(2))
    assert with_two == [with_rule("oldest_first").digest] * 2


def people(count: int = 3) -> Waiting:
    ones = np.ones(count, dtype=np.int64)
    numbers = {"age": ones * 30.0, "score": ones * 0.0, "lottery": np.linspace(0, 0.9, count)}
    return waiting(
        5,
        race=ones,
        risk=ones * 2,
        release_step=np.array([5, 6, 3])[:count],
        since=ones * 3,
        female=ones > 1,
        prior_arrests=ones,
        place=ones,
        **numbers,
    )


def test_a_rule_sees_what_an_agency_could_and_cannot_write() -> None:
    seen = people()
    observable = "step female age race risk score months_waited months_since_release prior_arrests place lottery"
    assert [field.name for field in fields(Waiting)] == observable.split()
    assert [field.name for field in fields(Programs)][2:] == [
        *("served", "waiting", "cost_per_person", "on_hand", "fixed_shares")
    ]
    assert seen.months_since_release.tolist() == [1, -1, 3]
    assert (seen.race.tolist()[0], seen.risk.tolist()[0], seen.months_waited.tolist()[0]) == ("black", "high", 2)
    assert not any(getattr(seen, name).flags.writeable for name in observable.split()[1:])


def test_whoever_is_left_out_is_not_asked() -> None:
    allow_rules(rules(text="def nobody(people):\n    return []\ndef last(people):\n    return [len(people) - 1]\n"))
    assert ordered("code:my_rules.py:nobody", people(), "here").tolist() == []
    assert ordered("code:my_rules.py:last", people(), "here").tolist() == [2]
    model = model_of(with_rule("nobody")).run()
    assert model.world.mentees.matches.sum() == 0
    assert (model.world.record.waiting > 0).any()


def test_shares_may_be_told_by_name() -> None:
    allow_rules(rules(text="def all_to_jobs(programs):\n    return {'transitional_jobs': 1.0}\n"))
    none, cents = np.zeros(2, dtype=np.int64), np.ones(2)
    seen = Programs(1, ("mentoring", "transitional_jobs"), none, none, cents, cents, cents)
    assert shared("code:my_rules.py:all_to_jobs", seen, "here") == {"mentoring": 0.0, "transitional_jobs": 1.0}


def test_the_rules_of_the_documentation_run(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "own-rules.md").read_text(encoding="utf-8")
    code, question = (page.split(f"```{kind}\n")[1].split("```")[0] for kind in ("python", "toml"))
    allow_rules(rules(text=code))
    more = "[programs.case_management]\n[funding.shares]\nmentoring = 0.5\ncase_management = 0.5\n"
    Path("mine.toml").write_text(HEAD + question + more, encoding="utf-8")
    asked = load_scenario("mine.toml")
    assert len(asked.own_rules) == 3
    tables = asked.resolved()
    lines = tables["policies"]["matching"]
    own = {"policies.matching.mentoring.rule": lines["mentoring"]["rule"]}
    own["policies.matching.case_management"] = {"rule": lines["case_management"]["rule"]}
    money = {"funding.rule": tables["funding"]["rule"], "funding.shares": tables["funding"]["shares"], TOTAL: 400_000.0}
    model = model_of(small({**money, "programs.case_management": {}, **own})).run()
    assert model.world.ledger.conserves()
    assert (model.world.enrolled["case_management"].start_step >= 0).any()
    assert model.world.mentees.matches.sum() > 0
