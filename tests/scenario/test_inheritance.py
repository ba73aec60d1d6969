"""Tables merge key by key; scalars, lists and sets of shares replace whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reentrysim.scenario import load_scenario
from reentrysim.scenario.merging import merge

Write = Callable[..., str]


def test_tables_merge_key_by_key(write: Write) -> None:
    mine = load_scenario(write("[programs.mentoring]\neligible.to_month = 6\nlength_months = 9")).programs.mentoring
    base = load_scenario("status-quo").programs.mentoring
    assert (mine.eligible.to_month, mine.length_months) == (6, 9)
    assert mine.eligible.from_month == base.eligible.from_month
    assert mine.eligible.risk == base.eligible.risk
    assert mine.staff == base.staff


def test_lists_and_sets_of_shares_replace_whole(write: Write) -> None:
    mine = load_scenario(
        write(
            "[programs.mentoring]\nstaff.origin = { professional = 1.0 }\neligible.risk = ['high']\n"
            "[policies.matching.mentoring]\nweights = { age = 3 }\n"
        )
    )
    assert mine.programs.mentoring.eligible.risk == ("high",)
    assert mine.programs.mentoring.staff.origin.model_dump() == {
        "volunteer": 0,
        "lived_experience": 0,
        "professional": 1,
    }
    assert mine.policies.matching.mentoring.weights.model_dump(exclude_defaults=True) == {"age": 3}


def test_a_new_source_stands_beside_the_inherited_one(write: Write) -> None:
    fund = 'kind = "philanthropy"\ntotal_dollars = 5\nfirst_step = 2\nlast_step = 3\nspend = "late"\n'
    mine = load_scenario(write(f'[funding.sources.a_fund]\n{fund}unspent = "lapse"\noverhead_share = 0\n'))
    assert list(mine.funding.sources) == ["a_fund", "state_grant"]
    assert mine.funding.sources["a_fund"].earmark == ()


def test_a_source_becomes_a_match_and_again_one_that_pays_by_the_month(write: Write) -> None:
    more = '[funding.sources.other]\nkind = "business"\ntotal_dollars = 5\nfirst_step = 1\nlast_step = 84\n'
    more += 'spend = "even"\nunspent = "lapse"\noverhead_share = 0.0\n'
    match = '[funding.sources.state_grant]\nmatch_of = "other"\nmatch_ratio = 2.0\n'
    mine = load_scenario(path := write(more + match))
    grant = mine.funding.sources["state_grant"]
    assert (grant.match_of, grant.spend, grant.unspent) == ("other", None, "carry_over")
    again = load_scenario(
        write(f'based_on = "{path}"\n[funding.sources.state_grant]\nspend = "late"\n', "again.toml", "schema = 1\n")
    )
    assert (again.funding.sources["state_grant"].match_of, again.funding.sources["state_grant"].match_ratio) == (
        None,
    ) * 2


def test_an_estimate_is_replaced_with_its_origin(write: Write) -> None:
    name = "mentoring.match_end_monthly_risk"
    write(f'[estimates]\n"{name}" = {{ value = 0.2, low = 0.1, high = 0.3, source = "A" }}', "parent.toml")
    body = f'based_on = "parent.toml"\n[estimates]\n"{name}" = {{ value = 0.4, assumption = "B" }}'
    own = load_scenario(write(body, head="")).estimates[name]
    assert (own.value, own.low, own.high, own.source, own.assumption) == (0.4, None, None, None, "B")


def test_a_chain_of_files_is_relative_to_each_file(tmp_path: Path, write: Write) -> None:
    (tmp_path / "deep").mkdir()
    write("[time]\nlead_months = 9", "parent.toml")
    (tmp_path / "deep" / "child.toml").write_text('based_on = "../parent.toml"\n[time]\nfollow_up_months = 24\n')
    mine = load_scenario(tmp_path / "deep" / "child.toml")
    assert (mine.time.lead_months, mine.time.follow_up_months, mine.time.window_months) == (9, 24, 12)


def test_a_title_is_never_inherited(write: Write) -> None:
    mine = load_scenario(write('based_on = "status-quo"', "our-county.toml", head=""))
    assert (mine.name, mine.title, mine.question) == (
        "our-county",
        "Our county",
        "How does this compare with status-quo?",
    )


def test_a_cohort_does_not_inherit_warm_up_and_tail(write: Write) -> None:
    mine = load_scenario(write('[time]\nintake = "cohort"'))
    assert (mine.time.warmup_months, mine.time.tail_months, mine.time.window_months) == (0, 0, 12)
    written_out = load_scenario(write('[time]\nintake = "cohort"\nwarmup_months = 0\ntail_months = 0', "same.toml"))
    assert mine.digest == written_out.digest


def test_a_mark_before_the_first_line_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b'\xef\xbb\xbfbased_on = "status-quo"')
    assert load_scenario(path).digest == load_scenario("status-quo").digest


def test_a_name_is_shipped_and_a_path_is_a_file(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("[time]\nlead_months = 7", "status-quo.toml")
    monkeypatch.chdir(tmp_path)
    assert load_scenario("status-quo").time.lead_months == 6
    assert load_scenario("status-quo.toml").time.lead_months == 7
    assert load_scenario("./status-quo.toml").name == "status-quo"


def test_merging_alters_neither_side() -> None:
    base, change = {"a": {"b": 1, "c": [1]}}, {"a": {"b": 2}, "d": 3}
    assert merge(base, change) == {"a": {"b": 2, "c": [1]}, "d": 3}
    assert (base, change) == ({"a": {"b": 1, "c": [1]}}, {"a": {"b": 2}, "d": 3})
