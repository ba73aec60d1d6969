from __future__ import annotations

import numpy as np
import pytest

from dynamics.hand_made import people, traits
from reentrysim.agents.participants import Lives
from reentrysim.analysis import livelihood
from reentrysim.analysis.history import History
from reentrysim.evidence.published import published_row
from reentrysim.vocabulary import NEVER, Home

MONTHS = 26
WORK = {
    0: [2, 3, 4, 8],  # found in month 2, lost in 5, found in 8, lost in 9
    1: range(1, 27),
    2: [],
    3: [1, 2],  # a woman
    4: [1, 2, 3, 4],  # arrested in month 3
}


@pytest.fixture
def five() -> History:
    """Four men and a woman; the last man is arrested in month 3."""
    who = traits(5, female=[False, False, False, True, False])
    state = people(who, first_arrest=[NEVER, NEVER, NEVER, NEVER, 3])
    employed = np.zeros((MONTHS, 5), dtype=np.bool_)
    for person, months in WORK.items():
        employed[[month - 1 for month in months], person] = True
    home = np.full((MONTHS, 5), Home.OTHERS, dtype=np.int8)
    home[13] = [Home.OWN, Home.STREET, Home.INSTITUTION, Home.NONE, Home.SHELTER]
    home[23, 1] = Home.SHELTER
    home[24, 2] = Home.SHELTER
    using = np.zeros((MONTHS, 5), dtype=np.bool_)
    using[8, :2] = True
    lives = Lives.inside(who, 0.5)
    lives.moves[:] = [2, 1, 0, 0, 0]
    nobody, arrests = np.zeros(5, dtype=bool), np.zeros((MONTHS, 5), dtype=np.int8)
    return History(who, state, lives, np.zeros(5), nobody, arrests, employed, home, using)


def test_finding_and_losing_by_hand(five: History) -> None:
    # Men before any arrest, months 1-3: at risk of finding 0 1 2 4 | 0 2 | 2; found 1 4 | 0 | -.
    assert livelihood.finding(five, 1, 3) == pytest.approx(3 / 7)
    # At risk of losing in months 4-6: 0 and 1 | 0 and 1 | 1; lost by 0 in month 5.
    assert livelihood.losing(five, 4, 6) == pytest.approx(1 / 5)


def test_shares_employed_by_hand(five: History) -> None:
    assert livelihood.employed_men(five, 2) == pytest.approx(3 / 4)  # the last man is spared until month 2
    assert livelihood.employed_men(five, 4) == pytest.approx(2 / 3)
    assert livelihood.ever_employed(five, 8, livelihood.men(five)) == pytest.approx(3 / 4)
    assert livelihood.ever_employed(five, 1, livelihood.everybody(five)) == pytest.approx(3 / 5)


def test_spells_of_men_by_hand(five: History) -> None:
    # Found: by 0 in months 2 and 8, by 1 and the last man in month 1; two more months last all but 0's second.
    assert livelihood.spells_lasting(five, 2) == pytest.approx(3 / 4)
    assert livelihood.spells_lasting(five, 3) == pytest.approx(2 / 4)


def test_homes_by_hand(five: History) -> None:
    assert livelihood.share(five, livelihood.is_homeless, 14) == pytest.approx(2 / 4)  # one is in prison
    assert livelihood.share_at_home(five, livelihood.is_homeless, 14) == pytest.approx(2 / 3)  # one in an institution
    assert livelihood.share_at_home(five, livelihood.is_at(Home.OWN), 14) == pytest.approx(1 / 3)
    assert livelihood.sheltered(five) == pytest.approx(2 / 5)  # by month 24: the third is later
    assert livelihood.moves_a_year(five) == pytest.approx(3 / (5 * MONTHS - 1) * 12)
    assert livelihood.using(five) == pytest.approx(2 / 5)


def test_fitted_figures_are_few_and_the_others_set_nothing() -> None:
    fitted, predicted = livelihood.livelihood_targets(), livelihood.livelihood_predictions()
    assert {target.row_id for target in fitted}.isdisjoint({target.row_id for target in predicted})
    assert {target.use for target in fitted} == {"fit"}
    assert {target.use for target in predicted} == {"predicted"}
    assert len(fitted) == 9
    assert len(predicted) > 15
    for target in (*fitted, *predicted):
        assert published_row(target.row_id).use != "holdout"


def test_targets_are_the_published_figures() -> None:
    figures = {(t.family, t.quantity, t.subgroup): t.value for t in livelihood.livelihood_targets()}
    assert figures["job finding", "a month", "months 1-3"] == 0.313
    assert figures["job loss", "a month", "months 7-12"] == 0.142
    assert figures["homes", "own home", "all"] == pytest.approx(0.37 / 0.9)
    assert figures["homes", "homeless", "all"] == pytest.approx(0.08 / 0.9)
