"""Economics by hand: what a scenario costs, saves and gains, for whom, with the right signs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.economics.hand import MONTHS, RUNS, books, economics
from reentrysim.analysis.economics.accounts import LINES, TRANSFERS
from reentrysim.analysis.economics.averting import GIVEN, LESS, SAME
from reentrysim.analysis.economics.economics import ALL, Economics
from reentrysim.analysis.economics.ratios import HARM, UNCLEAR, UNEVEN
from reentrysim.vocabulary import DAYS_PER_MONTH, InputError

USUAL = {
    "return_to_prison": 0.5,
    "arrests": 1.0,
    "offending_violent": 0.2,
    "offending_property": 0.4,
    "convictions": 0.6,
    "months_in_community": 8.0,
    "months_in_prison": 3.0,
    "days_in_custody": 3.0 * DAYS_PER_MONTH + 20.0,
    "months_supervised": 8.0,
    "earnings": 8_000.0,
}
OTHER = {
    "return_to_prison": 0.4,
    "arrests": 0.8,
    "offending_violent": 0.15,
    "offending_property": 0.3,
    "convictions": 0.5,
    "months_in_community": 9.5,
    "months_in_prison": 2.0,
    "days_in_custody": 2.0 * DAYS_PER_MONTH + 10.0,
    "months_supervised": 9.0,
    "earnings": 9_000.0,
}
NOISE = np.random.default_rng(1).standard_normal(RUNS)


def line(found: Economics, name: str, payer: str = "society") -> float:
    frame = found.lines
    (row,) = frame[(frame["line"] == name) & (frame["payer"] == payer)].to_dict("records")
    return float(row["change"])


def balance(found: Economics, perspective: str = "society") -> dict[Any, Any]:
    frame = found.balance
    (row,) = frame[frame["perspective"] == perspective].to_dict("records")
    return row


def test_two_states_by_hand() -> None:
    found = economics(books(USUAL, OTHER))
    by_hand = {
        "programs": -500.0,
        "police": 0.2 * 500.0,
        "courts": 0.1 * 1_000.0,
        "prison": 1_000.0,  # a month of a marginal year
        "jail": 10.0 * 50.0,  # ten days fewer at 18,262.50 a year
        "supervision": -100.0,  # a month more
        "victims_tangible": 2.0 * (0.05 * 2_000.0 + 0.1 * 300.0),
        "victims_intangible": 2.0 * 0.05 * 10_000.0,
        "earnings": 1_000.0,
        "taxes": 0.0,
    }
    assert {name: line(found, name) for name in by_hand} == pytest.approx(by_hand)
    benefit = sum(by_hand.values()) + 500.0
    row = balance(found)
    assert (row["cost"], row["benefit"], row["net"]) == pytest.approx((500.0, benefit, benefit - 500.0))
    assert row["ratio"] == pytest.approx(benefit / 500.0)
    assert (row["ratio_low"], row["ratio_high"]) == pytest.approx((benefit / 500.0,) * 2)  # nothing varies
    (told,) = found.averted.to_dict("records")
    assert told["averted"] == pytest.approx(0.1)
    assert told["dollars_per_averted"] == pytest.approx(5_000.0)
    assert told["net_public_cost"] == pytest.approx(500.0 - 100.0 - 100.0 - 1_000.0 - 500.0 + 100.0 - 250.0)


def test_average_prices_and_those_of_the_short_run() -> None:
    average, short = (economics(books(USUAL, OTHER), prison=prison) for prison in ("average", "short_run"))
    assert [line(average, name) for name in ("prison", "jail", "supervision")] == pytest.approx([3_000, 1_000, -300])
    assert [line(short, name) for name in ("prison", "jail", "supervision")] == pytest.approx([500, 500, -100])


def test_what_some_pay_and_others_get_is_nothing_for_society() -> None:
    unpaid = {"usual": np.zeros(RUNS), "other": np.full(RUNS, 40.0)}
    half = np.full(RUNS, 0.5)
    payers = {"usual": {"government": np.ones(RUNS)}, "other": {"government": half, "philanthropy": half}}
    found = economics(books(USUAL, OTHER, unpaid=unpaid, payers=payers))
    assert all(line(found, name) == pytest.approx(0.0, abs=1e-12) for name in TRANSFERS)
    assert line(found, "taxes", "government") == pytest.approx(250.0)
    assert line(found, "unpaid_contracts", "investors") == pytest.approx(-40.0)
    assert line(found, "programs", "government") == pytest.approx(-300.0 + 100.0)
    assert line(found, "programs", "philanthropy") == pytest.approx(-300.0)
    assert line(found, ALL, "investors") == pytest.approx(-40.0)
    frame = found.lines[found.lines["line"] != ALL]
    parts = frame[frame["payer"] != "society"]["change"].sum()
    assert (
        parts
        == pytest.approx(frame[frame["payer"] == "society"]["change"].sum())
        == pytest.approx(found.net("other").mean())
    )


def test_optional_lines_are_left_out_unless_asked_for() -> None:
    usual, more = economics(books(USUAL, OTHER)), economics(books(USUAL, OTHER), deadweight=True, liberty=True)
    assert not {"deadweight", "liberty"} & set(usual.lines["line"])
    public = -usual.averted["net_public_cost"].iloc[0]
    assert line(more, "deadweight", "economy") == pytest.approx(0.5 * public)
    assert line(more, "liberty", "participants") == pytest.approx(1_500.0)  # of a year and a half, alive and free
    assert list(dict.fromkeys(more.lines["line"])) == [*LINES, ALL]


def test_months_later_are_worth_less() -> None:
    only_prison = {"months_in_prison": 1.0}
    late = economics(books(only_prison, {}), discount_rate=0.1)
    by_hand = sum(1_000.0 / MONTHS / 1.1 ** ((month - 0.5) / 12) for month in range(1, MONTHS + 1))
    assert line(late, "prison") == pytest.approx(by_hand)
    assert line(economics(books(only_prison, {}), months=6), "prison") == pytest.approx(500.0)


def test_dollars_of_another_year_are_all_of_that_year() -> None:
    now, then = economics(books(USUAL, OTHER)), economics(books(USUAL, OTHER), price_year=2008)
    factor = 215.3025 / 313.689  # consumer prices of 2008 and 2024
    assert (then.lines["change"] / now.lines["change"]).dropna().to_numpy() == pytest.approx(factor, rel=1e-4)
    assert balance(then)["ratio"] == pytest.approx(balance(now)["ratio"])


def test_negative_benefits_keep_their_sign() -> None:
    found = economics(books(OTHER, USUAL))
    row = balance(found)
    assert row["benefit"] < 0.0
    assert row["net"] == pytest.approx(row["benefit"] - 500.0)
    assert row["ratio"] == pytest.approx(row["benefit"] / 500.0)
    assert row["chance_net_positive"] == 0.0
    (told,) = found.averted.to_dict("records")
    assert told["no_price_because"] == HARM
    assert told["averted"] == pytest.approx(-0.1)


def test_at_break_even_the_chance_is_a_half() -> None:
    usual = {"earnings": 1_000.0}
    balanced = np.repeat(NOISE[: RUNS // 2], 2)
    balanced = balanced - balanced.mean()
    found = economics(books(usual, {"earnings": 1_500.0 + 300.0 * balanced}))
    row = balance(found)
    assert row["net"] == pytest.approx(0.0, abs=1e-9)
    assert row["chance_net_positive"] == pytest.approx(0.5)
    assert row["net_low"] == pytest.approx(-row["net_high"])


def test_no_price_where_none_can_be_told() -> None:
    def why(usual: Any, other: Any, **changes: Any) -> str:
        (row,) = economics(books(usual, other, **changes)).averted.to_dict("records")
        assert math.isnan(row["dollars_per_averted"]) and math.isnan(row["dollars_per_averted_high"])
        return str(row["no_price_because"])

    unclear = {"return_to_prison": 0.5 + 0.1 * NOISE}
    assert why({"return_to_prison": 0.5}, unclear) == UNCLEAR
    assert why(USUAL, OTHER, programs=(500.0, 505.0)) == SAME
    assert why(USUAL, OTHER, programs=(500.0, 400.0)) == LESS
    same = {"usual": 1_000.0, "other": 1_000.0}
    assert why(USUAL, OTHER, came=same) == GIVEN  # though more of it is spent
    (row, *_) = economics(books(USUAL, OTHER, came=same)).balance.to_dict("records")
    assert row["no_ratio_because"] == GIVEN and math.isnan(row["ratio"])
    assert why(USUAL, OTHER, uneven=frozenset({"other"})) == UNEVEN


def test_of_the_same_money_who_averts_more_ranks_first() -> None:
    same = {"usual": 1_000.0, "other": 1_000.0}
    (row,) = economics(books(USUAL, OTHER, came=same)).averted.to_dict("records")
    assert row["same_money"] and (row["rank"], row["chance_averts_most"]) == (1, 1.0)
    (row,) = economics(books(OTHER, USUAL, came=same)).averted.to_dict("records")
    assert (row["rank"], row["chance_averts_most"]) == (2, 0.0)
    unsure = {"return_to_prison": 0.5 + 0.1 * NOISE}
    (row,) = economics(books({"return_to_prison": 0.5}, unsure, came=same)).averted.to_dict("records")
    assert 0.1 < row["chance_averts_most"] < 0.9
    (row,) = economics(books(USUAL, OTHER)).averted.to_dict("records")
    assert not row["same_money"] and math.isnan(row["rank"]) and math.isnan(row["chance_averts_most"])


def test_a_facility_closes_only_past_its_size() -> None:
    def saved(months: float) -> dict[str, float]:
        frame = economics(books({"months_in_prison": months}, {})).custody()
        return dict(zip(frame["way"], frame["dollars_a_year"], strict=True))

    # 1,200 people a year: a month fewer each is 100 people fewer on an average day.
    few = saved(0.9)
    assert few == pytest.approx(
        {"short_run": 90 * 6e3, "marginal": 90 * 12e3, "average": 90 * 36e3, "by_facility": 90 * 6e3}
    )
    assert saved(2.5)["by_facility"] == pytest.approx(250 * 6e3 + 200 * 20e3)


def test_what_it_is_worth_decides_who_accepts_it() -> None:
    found = economics(books({"return_to_prison": 0.5}, {"return_to_prison": 0.4}))
    curve = found.acceptability([4_000.0, 6_000.0])
    assert curve["chance_worth_it"].tolist() == [0.0, 1.0]  # it takes 500 dollars for a tenth of a return
    assert curve["chance_best"].tolist() == [0.0, 1.0]
    plane = found.plane()
    assert plane["averted"].to_numpy() == pytest.approx(0.1)
    assert plane["net_public_cost"].to_numpy() == pytest.approx(500.0)
    assert len(plane) == RUNS // 2


def test_the_all_in_price_is_of_convictions() -> None:
    (row,) = economics(books(USUAL, OTHER)).cross_check().to_dict("records")
    assert row["all_in"] == pytest.approx(0.1 * 150_000.0)
    assert row["own"] == pytest.approx(100 + 100 + 1_000 + 500 - 100 + 260 + 1_000)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"prison": "marginl"}, "Did you mean 'marginal'"),
        ({"discount_rate": 3}, "share from 0 to 0.2"),
        ({"months": 13}, "months 1 to 12"),
        ({"price_year": 1066}, "2000 to 2024"),
    ],
)
def test_what_is_out_of_range_is_refused(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        economics(books(USUAL, OTHER), **asked)


def test_terms_are_said() -> None:
    words = economics(books(USUAL, OTHER), prison="average", discount_rate=0.035, deadweight=True).terms.words()
    assert words == (
        "dollars of 2024 per person released, 12 months since release, discounted at 3.5% a year to the release, "
        "average prices of custody, with deadweight of taxes"
    )


def test_tables_have_one_order() -> None:
    found = economics(books(USUAL, OTHER))
    pd.testing.assert_frame_equal(found.lines, economics(books(USUAL, OTHER)).lines)
    assert list(found.balance["perspective"]) == ["society", "government", "participants", "victims"]


def test_months_of_another_clock_are_not_compared() -> None:
    found = economics(books(USUAL, OTHER, elsewhere=frozenset({"other"})))
    assert found.others == ()
    assert found.lines.empty and found.balance.empty and found.averted.empty
    assert found.plane().empty and found.acceptability([0.0]).empty and found.custody().empty


def test_a_payer_whose_cost_hardly_moves_has_no_ratio() -> None:
    mostly = {"government": np.full(RUNS, 101.0 / 600.0), "philanthropy": np.full(RUNS, 499.0 / 600.0)}
    found = economics(books(USUAL, OTHER, payers={"usual": {"government": np.ones(RUNS)}, "other": mostly}))
    row = balance(found, "government")
    assert row["cost"] == pytest.approx(1.0)
    assert row["no_ratio_because"] == SAME and math.isnan(row["ratio"])


def test_terms_stand_in_every_table() -> None:
    found = economics(books(USUAL, OTHER), months=6, prison="average", discount_rate=0.05)
    for frame in (found.lines, found.balance, found.averted):
        assert set(frame["month"]) == {6} and set(frame["prison"]) == {"average"}
        assert set(frame["discount_rate"]) == {0.05} and set(frame["price_year"]) == {2024}
