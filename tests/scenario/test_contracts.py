"""What a contract may say, and what no run could judge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reentrysim.scenario import load_scenario
from reentrysim.scenario.contracts import judged_step, programs_of, releases
from reentrysim.vocabulary import InputError

Write = Callable[..., str]
FUND = "funding.sources.outcome_fund"
SOURCE = """
[funding.sources.outcome_fund]
kind = "pay_for_success"
total_dollars = 1_400_000
first_step = 1
last_step = 60
spend = "even"
unspent = "carry_over"
overhead_share = 0.0
"""
CONTRACT = SOURCE + 'advanced_by = "investors"\n[funding.sources.outcome_fund.pays_if]\n'
USUAL = {
    "outcome": '"return_to_prison"',
    "month": "24",
    "evaluator": '"historical_rate"',
    "at_most": "0.40",
    "last_part_share": "0.3",
}
PRICE = "price_per_return_averted_dollars"


def terms(**changes: str | None) -> str:
    """A scenario's contract with some keys changed, or left out."""
    own = {**USUAL, **changes}
    return CONTRACT + "\n".join(f"{key} = {value}" for key, value in own.items() if value is not None)


def message(path: str) -> str:
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    return str(caught.value)


def test_a_contract_as_in_the_shared_skeleton_is_right_and_is_about_the_analysis_cohort(write: Write) -> None:
    mine = load_scenario(write(terms()))
    source = mine.funding.sources["outcome_fund"]
    assert source.pays_if is not None
    assert releases(source.pays_if, mine.time) == (49, 60)
    assert judged_step(source.pays_if, mine.time) == 60 + 24 + 3
    assert list(programs_of(source, mine.programs.used)) == ["mentoring"]


WRONG: dict[str, tuple[dict[str, str | None], str, str]] = {
    "unknown outcome": ({"outcome": '"return_to_prisn"'}, "pays_if.outcome", "Did you mean 'return_to_prison'?"),
    "no event": ({"outcome": '"employed"'}, "pays_if.outcome", "'rearrest', 'reconviction'"),
    "negative share": ({"last_part_share": "-0.3"}, "pays_if.last_part_share", "more than 0, not -0.3"),
    "share of 30": ({"last_part_share": "30"}, "pays_if.last_part_share", "Did you mean 0.3?"),
    "negative threshold": ({"at_most": "-0.4"}, "pays_if.at_most", "at least 0, not -0.4"),
    "threshold and price": (
        {PRICE: "5000"},
        f"pays_if.{PRICE}",
        f"at_most and {PRICE} stand together. A contract pays by exactly one",
    ),
    "neither": ({"at_most": None}, "pays_if", f"neither at_most nor {PRICE} is set"),
    "ratio to a historical rate": (
        {"at_most": None, "at_most_ratio": "0.9"},
        "pays_if.at_most_ratio",
        f"no term of the evaluator historical_rate. Use at_most or {PRICE}",
    ),
    "share against a group": ({"evaluator": '"waiting_list"'}, "pays_if.at_most", "Use at_most_ratio"),
    "price from nowhere": ({"at_most": None, PRICE: "5000"}, "pays_if", "Set historical_share, such as 0.45"),
    "a rate that nothing reads": ({"historical_share": "0.5"}, "pays_if.historical_share", "Leave it out"),
    "misspelt evaluator": ({"evaluator": '"waitinglist"'}, "pays_if.evaluator", "Did you mean 'waiting_list'?"),
    "who waits against who waits": (
        {"evaluator": '"waiting_list"', "cohort": '"eligible"', "at_most": None, "at_most_ratio": "0.9"},
        "pays_if.cohort",
        'Set cohort to "served" or "offered"',
    ),
    "month beyond the follow-up": (
        {"month": "61"},
        "pays_if.month",
        "month 61 is never seen: people are followed for 60 months. Set it to 60 at most, or time.follow_up_months",
    ),
    "judged after the end": (
        {"month": "58"},
        "pays_if.month",
        "the judgment would come in step 121, and the run ends with step 119. Lengthen time.follow_up_months "
        "(--months) by 2, or lower month, report_lag_months or last_release_step",
    ),
    "released before anybody is followed": (
        {"first_release_step": "12"},
        "pays_if.first_release_step",
        "12 is outside steps 49 to 60",
    ),
    "released after that": ({"last_release_step": "61"}, "pays_if.last_release_step", "61 is outside steps 49 to 60"),
    "window backward": (
        {"first_release_step": "55", "last_release_step": "52"},
        "pays_if.last_release_step",
        "must not lie before first_release_step: 52 is less than 55",
    ),
    "unknown program": ({"programs": '["mentorng"]'}, "pays_if.programs", "Did you mean 'mentoring'?"),
    "program without a table": (
        {"programs": '["education"]'},
        "pays_if.programs",
        "education is not among the programs. Add a table [programs.education]",
    ),
    "nobody": ({"least_people": "0"}, "pays_if.least_people", "at least 1, not 0"),
    "unknown key": ({"at_mst": "0.4"}, "pays_if.at_mst", "Did you mean 'at_most'?"),
}


@pytest.mark.parametrize(("changes", "where", "advice"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_named_with_its_place(
    write: Write, changes: dict[str, str | None], where: str, advice: str
) -> None:
    text = message(write(terms(**changes)))
    assert f"{FUND}.{where}" in text
    assert advice in text


def test_only_a_source_that_pays_for_success_has_a_contract_and_it_must_have_one(write: Write) -> None:
    assert f"{FUND}.advanced_by: this key is missing" in message(write(SOURCE))
    assert f"{FUND}.pays_if: this key is missing" in message(write(SOURCE + 'advanced_by = "provider"'))
    other = message(write(terms().replace('"pay_for_success"', '"philanthropy"')))
    assert f"{FUND}.advanced_by: a source of kind philanthropy has no contract" in other
    contract = CONTRACT.replace('advanced_by = "investors"\n', "").replace('"pay_for_success"', '"business"')
    only_terms = contract + "\n".join(f"{key} = {value}" for key, value in USUAL.items())
    assert f"{FUND}.pays_if: a source of kind business has no contract" in message(write(only_terms))
    misspelt = terms().replace('"investors"', '"investor"')
    assert f"{FUND}.advanced_by" in message(write(misspelt)) and "'investors'" in message(write(misspelt))


def test_a_follow_up_that_is_too_short_is_blamed_on_who_shortens_it(write: Write) -> None:
    mine = load_scenario(write(terms()))
    mine.vary({"time.follow_up_months": 28})
    with pytest.raises(InputError, match=r"changes to mine: .*follow_up_months .--months. by 1, or lower"):
        mine.vary({"time.follow_up_months": 27})


def test_whoever_inherits_a_contract_may_pay_by_another_rule(write: Write) -> None:
    write(terms(), "parent.toml")
    body = f"[{FUND}.pays_if]\nat_most_ratio = 0.9\nevaluator = 'matched_group'"
    child = load_scenario(write(body, "child.toml", head='based_on = "parent.toml"\n'))
    contract = child.funding.sources["outcome_fund"].pays_if
    assert contract is not None
    assert (contract.at_most, contract.at_most_ratio, contract.month) == (None, 0.9, 24)


@pytest.mark.parametrize(
    ("name", "differs"),
    [
        ("pay-for-success-waiting-list", {"evaluator": "waiting_list", "at_most_ratio": 0.925, "least_people": 50}),
        ("pay-for-success-matched", {"evaluator": "matched_group", "at_most_ratio": 0.925, "least_people": 50}),
        ("pay-for-success-provider", {"advanced_by": "provider"}),
    ],
)
def test_each_shipped_contract_differs_from_the_first_in_one_thing(name: str, differs: dict[str, Any]) -> None:
    first, mine = (_flat(load_scenario(one).resolved()) for one in ("pay-for-success", name))
    changed = {key.rpartition(".")[2]: value for key, value in mine.items() if first.get(key) != value}
    assert {key: value for key, value in changed.items() if key not in ("name", "title", "question")} == differs


def test_shipped_contracts_serve_as_many_dollars_as_status_quo_over_as_many_months() -> None:
    sources = load_scenario("pay-for-success").funding.sources
    (today,) = load_scenario("status-quo").funding.sources.values()
    assert sum(source.total_dollars for source in sources.values()) == today.total_dollars
    assert {(one.first_step, one.last_step, one.spend, one.overhead_share) for one in sources.values()} == {
        (today.first_step, today.last_step, today.spend, today.overhead_share)
    }


def _flat(table: dict[str, Any], path: str = "") -> dict[str, Any]:
    leaves: dict[str, Any] = {}
    for key, value in table.items():
        leaves |= _flat(value, f"{path}{key}.") if isinstance(value, dict) else {f"{path}{key}": value}
    return leaves
