"""Gaps by hand: two groups, ten draws of two replicates each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reentrysim.analysis.equity.gaps import COLUMNS, Sides, columns
from reentrysim.analysis.equity.groups import groups, in_words
from reentrysim.vocabulary import InputError

DRAWS = np.repeat(np.arange(10), 2)
LUCK = np.tile([0.01, -0.01], 10)[:, None]


def sides() -> Sides:
    """Men 0.5, women 0.3; the scenario takes 0.1 from women and 0.04 from men. Luck moves both alike."""
    before = np.array([0.5, 0.3]) + LUCK
    after = np.array([0.46, 0.2]) + LUCK
    return Sides(after, before, np.array([0, 0]), np.array([False, False]), DRAWS, itself=False)


def test_a_gap_is_a_group_less_its_reference_before_and_after() -> None:
    told = columns(sides())
    assert list(told) == COLUMNS
    assert told["value"] == pytest.approx([0.46, 0.2])
    assert told["before"] == pytest.approx([0.5, 0.3])
    assert told["change"] == pytest.approx([-0.04, -0.1])
    assert told["change_per_1000"] == pytest.approx([-40, -100])
    assert told["gap"] == pytest.approx([0, -0.26])
    assert told["gap_before"] == pytest.approx([0, -0.2])
    assert told["gap_change"] == pytest.approx([0, -0.06])


def test_luck_that_both_share_is_in_no_gap_and_in_no_change() -> None:
    told = columns(sides())
    for name in ("change", "gap", "gap_before", "gap_change"):
        assert told[f"{name}_mcse"] == pytest.approx([0, 0], abs=1e-12)
        assert told[f"{name}_low"] == pytest.approx(told[name])
    by_draw = np.repeat(np.tile([1, -1], 5), 2)[:, None]
    alone = columns(replace(sides(), before=sides().before + np.array([0, 0.02]) * by_draw))
    assert alone["gap_change_low"][1] < -0.06 < alone["gap_change_high"][1]
    assert alone["gap_change_low"][0] == alone["gap_change_high"][0] == 0  # men against themselves


def test_the_same_people_under_two_names_have_no_gap_at_all() -> None:
    alike = replace(sides(), after=np.repeat(sides().after[:, :1], 2, axis=1), before=np.repeat(LUCK, 2, axis=1))
    told = columns(alike)
    for name in ("gap", "gap_before", "gap_change"):
        assert all((told[f"{name}{end}"] == 0).all() for end in ("", "_low", "_high", "_mcse"))


def test_few_people_have_no_intervals_and_nobodys_gap_to_them_has() -> None:
    told = columns(replace(sides(), few=np.array([True, False])))
    assert np.isnan(told["value_low"]).tolist() == [True, False]
    assert np.isnan(told["change_high"]).tolist() == [True, False]
    assert np.isnan(told["gap_low"]).all() and np.isnan(told["gap_change_high"]).all()
    assert told["gap"][1] == pytest.approx(-0.26)


def test_shares_stay_shares() -> None:
    low = replace(sides(), after=np.repeat(np.repeat([0.0, 0.5], [9, 1]), 2)[:, None] * np.ones(2))
    assert columns(low)["value_low"].min() == 0.0
    assert columns(low, is_share=False)["value_low"].min() < 0.0


SUBGROUPS = ("all", "sex=female", "sex=male", "priors=0-4", "race=white", "race=black", "offered=mentoring")


def test_groups_are_those_of_five_dimensions_with_a_reference_each() -> None:
    told = {one.subgroup: one.reference for one in groups(SUBGROUPS)}
    men, white = "sex=male", "race=white"
    assert told == {
        "all": "all",
        "sex=female": men,
        "sex=male": men,
        "race=white": white,
        "race=black": white,
    }
    assert {one.reference for one in groups(SUBGROUPS, {"race": "black"})} == {"all", men, "race=black"}


def test_a_reference_that_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match=r"no gaps by 'sexx'\. Did you mean 'sex'\?"):
        groups(SUBGROUPS, {"sexx": "male"})
    with pytest.raises(InputError, match=r"no group 'blck' of race in these results\. Did you mean 'black'\?"):
        groups(SUBGROUPS, {"race": "blck"})


def test_groups_have_words() -> None:
    assert in_words("race=black") == "Black participants"
    assert in_words("age=18-24") == "people aged 18-24"
    assert in_words("risk=high") == "people at high risk"
    assert in_words("all") == "participants"
