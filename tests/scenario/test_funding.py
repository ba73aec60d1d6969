"""Wrong money is one message that says what, where and what to do, and what does nothing is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reentrysim.scenario import load_scenario
from reentrysim.vocabulary import InputError

Write = Callable[..., str]
PARTNER = """
[funding.sources.partner]
kind = "business"
total_dollars = 100
first_step = 1
last_step = 84
unspent = "lapse"
overhead_share = 0.0
"""
SOURCE = "[funding.sources.state_grant]\n"

WRONG = {
    "shares that sum to .9": ("[funding]\nshares = { mentoring = 0.9 }", "funding.shares", "these sum to 0.9"),
    "ends before it starts": (f"{SOURCE}first_step = 9\nlast_step = 8", "state_grant.last_step", "8 is less than 9"),
    "unknown rule": ('[funding]\nrule = "next_dolar"', "funding.rule", "Did you mean 'next_dollar'?"),
    "negative dollars": (f"{SOURCE}total_dollars = -1", "state_grant.total_dollars", "at least 0, not -1"),
    "negative rent": ("[programs.mentoring]\nfixed_dollars_per_month = -1", "fixed_dollars_per_month", "at least 0"),
    "rent by another name": ("[programs.mentoring]\nfixed_dollars = 1", "fixed_dollars", "fixed_dollars_per_month"),
    "a share of 40": ("[funding]\ninflation_share = 3", "funding.inflation_share", '"evidence" or a share'),
    "indexed to nothing": (f"{SOURCE}indexed = true", "state_grant.indexed", "does nothing while prices stay"),
    "no spending and no match": (PARTNER, "partner.spend", "this key is missing"),
    "a ratio of nothing": (f"{SOURCE}match_ratio = 1", "state_grant.match_ratio", "nothing to match"),
    "no ratio": (f'{PARTNER}match_of = "state_grant"', "partner.match_ratio", "this key is missing"),
    "a ratio of 0": (f'{PARTNER}match_of = "state_grant"\nmatch_ratio = 0', "partner.match_ratio", "more than 0"),
    "a match with a schedule": (
        f'{PARTNER}match_of = "state_grant"\nmatch_ratio = 1\nspend = "even"',
        "partner.spend",
        "a match pays as the other source spends",
    ),
    "an indexed match": (
        f'[funding]\ninflation_share = 0.1\n{PARTNER}match_of = "state_grant"\nmatch_ratio = 1\nindexed = true',
        "partner.indexed",
        "a match follows what the other source spends",
    ),
    "unknown payer": (
        f'{PARTNER}match_of = "state_grnt"\nmatch_ratio = 1',
        "partner.match_of",
        "Did you mean 'state_grant'?",
    ),
    "a match of itself": (f'{PARTNER}match_of = "partner"\nmatch_ratio = 1', "partner.match_of", "can't match itself"),
    "a circle": (
        f'{PARTNER}match_of = "other"\nmatch_ratio = 1\n'
        + PARTNER.replace("partner", "other")
        + 'match_of = "partner"\nmatch_ratio = 1',
        "other.match_of",
        "in a circle (other -> partner -> other)",
    ),
    "no month in common": (
        f'{PARTNER}match_of = "state_grant"\nmatch_ratio = 1'.replace("first_step = 1", "first_step = 85").replace(
            "last_step = 84", "last_step = 90"
        ),
        "partner.match_of",
        "steps 85 to 90 and those of state_grant have none in common",
    ),
}


@pytest.mark.parametrize(("body", "where", "advice"), WRONG.values(), ids=WRONG)
def test_wrong_money_is_one_message_with_its_place(write: Write, body: str, where: str, advice: str) -> None:
    path = write(body)
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    text = str(caught.value)
    place, _, rest = text.removeprefix(f"{path}: ").partition(": ")
    assert text.startswith(f"{path}: ")
    assert place.endswith(where)
    assert advice in rest
    assert text.isprintable()
    assert "error" not in rest  # nothing else is wrong


def test_prices_may_rise_for_everybody_who_is_indexed(write: Write) -> None:
    mine = load_scenario(write(f'[funding]\ninflation_share = "evidence"\n{SOURCE}indexed = true'))
    assert mine.funding.inflation_share == "evidence"


def test_a_match_of_a_match_is_one(write: Write) -> None:
    third = PARTNER.replace("partner", "third") + 'match_of = "partner"\nmatch_ratio = 0.5'
    mine = load_scenario(write(f'{PARTNER}match_of = "state_grant"\nmatch_ratio = 1\n{third}'))
    assert mine.funding.sources["third"].match_of == "partner"
    assert mine.funding.sources["third"].spend is None
    assert mine.vary({}).digest == mine.digest
