"""Own margins take the place of the national ones, and what goes together keeps going together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reentrysim.agents.intake import prior_arrests
from reentrysim.evidence.margins import WORDS, read_margins, rebanded, with_margins
from reentrysim.evidence.population import Margin, PopulationProfile, closed_means, load_profile
from reentrysim.vocabulary import InputError

NATION = load_profile("us_2008")


def write(folder: Path, *lines: str) -> Path:
    path = folder / "margins.csv"
    path.write_text("\n".join(["subgroup,share", *lines]) + "\n")
    return path


def place(folder: Path, *lines: str) -> PopulationProfile:
    return with_margins(NATION, read_margins(write(folder, *lines)))


def odds_ratio(table: np.ndarray) -> float:
    return float(table[0, 0] * table[1, 1] / (table[0, 1] * table[1, 0]))


def test_one_of_two_words_is_enough(tmp_path: Path) -> None:
    here = place(tmp_path, "sex=female,0.25", "release=conditional,0.4")
    assert here.female_share == 0.25
    assert here.conditional_share == 0.4
    assert here.age is NATION.age


def test_offenses_and_sexes_of_ones_own_keep_the_odds_between_them(tmp_path: Path) -> None:
    offenses = ("violent,.4", "property,.3", "drug,.2", "public_order,.1")
    here = place(tmp_path, "sex=female,0.3", *(f"offense={line}" for line in offenses))
    assert [0.7, 0.3] @ here.offense_shares == pytest.approx([0.4, 0.3, 0.2, 0.1])
    assert odds_ratio(here.offense_shares) == pytest.approx(odds_ratio(NATION.offense_shares))


def test_a_need_is_shifted_alike_for_men_and_women(tmp_path: Path) -> None:
    here = place(tmp_path, "mental_illness=yes,0.7", "substance_use_disorder=yes,0.9", "trauma=yes,1")
    men, women = here.need_shares["mental_illness"]
    assert 0.89 * men + 0.11 * women == pytest.approx(0.7)
    was_men, was_women = NATION.need_shares["mental_illness"]
    odds = [p / (1 - p) for p in (men, women, was_men, was_women)]
    assert odds[1] / odds[0] == pytest.approx(odds[3] / odds[2])
    assert here.substance_use_shares @ [0.3, 0.7] == pytest.approx(0.9)
    assert here.need_shares["trauma"].tolist() == [1.0, 1.0]


def test_people_spread_within_a_band_as_in_the_nation(tmp_path: Path) -> None:
    here = place(tmp_path, "age=18-29,0.5", "age=30+,0.5")
    young = here.age.starts < 30
    national = NATION.age.shares[:2] / NATION.age.shares[:2].sum()
    assert here.age.starts.tolist() == NATION.age.starts.tolist()
    assert here.age.shares[young] == pytest.approx(0.5 * national)
    assert here.age.shares.sum() == pytest.approx(1.0)


def test_a_band_that_cuts_a_national_one_takes_an_even_part_of_it() -> None:
    nation = Margin(np.array([0.0, 10.0]), np.array([0.8, 0.2]))
    own = Margin(np.array([0.0, 5.0]), np.array([0.5, 0.5]))
    cut = rebanded(nation, own)
    assert cut.starts.tolist() == [0.0, 5.0, 10.0]
    assert cut.shares == pytest.approx([0.5, 0.5 * 0.4 / 0.6, 0.5 * 0.2 / 0.6])


def test_a_band_where_the_nation_has_nobody_is_even() -> None:
    nation = Margin(np.array([18.0, 25.0]), np.array([0.5, 0.5]))
    young = rebanded(nation, Margin(np.array([16.0, 18.0]), np.array([0.1, 0.9])))
    assert young.shares == pytest.approx([0.1, 0.45, 0.45])


def test_prior_arrests_beyond_the_last_national_band_fall_off_as_nationally(tmp_path: Path) -> None:
    here = place(tmp_path, "priors=0-9,0.5", "priors=10-19,0.3", "priors=20+,0.2")
    assert here.priors.starts.tolist() == [1, 3, 5, 10, 20]
    assert here.priors.shares[-2:] == pytest.approx([0.3, 0.2])
    beyond = (NATION.mean_priors - NATION.priors.shares[:-1] @ closed_means(NATION.priors)) / NATION.priors.shares[-1]
    by_hand = here.priors.shares[:-1] @ closed_means(here.priors) + 0.2 * (20 + beyond - 10)
    assert here.mean_priors == pytest.approx(by_hand)


def test_an_open_band_may_be_empty(tmp_path: Path) -> None:
    here = place(tmp_path, "priors=1-4,1", "priors=5+,0")
    priors = prior_arrests(np.linspace(0.0, 0.9999, 1000), here.priors, here.mean_priors)
    assert set(priors.tolist()) == {1, 2, 3, 4}


def test_months_served_have_ones_own_bands_over_all_offenses(tmp_path: Path) -> None:
    here = place(tmp_path, "months_served=0-11,0.6", "months_served=12+,0.4")
    offenses = np.array([0.89, 0.11]) @ here.offense_shares
    short = [margin.shares[margin.starts < 12].sum() for margin in here.months_served]
    assert offenses @ short == pytest.approx(0.6)
    was = [margin.shares[margin.starts < 12].sum() for margin in NATION.months_served]
    assert np.argsort(short).tolist() == np.argsort(was).tolist()  # who served longer for what


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "has no shares"),
        (["sex=femal,0.2"], "Did you mean 'female'?"),
        (["gender=female,0.2"], "unknown subgroup 'gender=female'"),
        (["SEX=FEMLE,0.2"], "Did you mean 'female'?"),
        (["sex=female;age=18-24,0.2"], "Margins are of one trait at a time"),
        (["sex=female,20"], "Write 0.2"),
        (["sex=female,"], "share is empty"),
        (["sex=female,0.2", "sex=female,0.3"], "stands twice"),
        (["sex=female,0.2", "sex=male,0.3"], "shares sum to 0.5, not to 1"),
        (["race=white,0.5", "race=black,0.5"], "race=hispanic is missing"),
        (["age=18-24,0.5", "age=30+,0.5"], "18-24 and 30+ don't fit together"),
        (["age=18-24,0.5", "age=20+,0.5"], "don't fit together"),
        (["age=18-24,1"], "Make the last band open: 18+"),
        (["age=0-24,0.5", "age=25+,0.5"], "0-24 begins below 16"),
        (["age=18-89,0.5", "age=90+,0.5"], "90+ begins above 65"),
        (["priors=0-0,0.4", "priors=1-4,0.3", "priors=5+,0.3"], "Count the arrest that led to prison"),
        (["age=young,0.5"], "is no band"),
        (["age=150,0.5"], "is no band"),
    ],
)
def test_a_wrong_margin_is_told(lines: list[str], message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        read_margins(write(tmp_path, *lines))
    assert "margins.csv" in str(error.value)
    assert message in str(error.value)


def test_every_trait_in_words_has_its_codes_in_the_order_of_the_vocabulary() -> None:
    assert WORDS["race"] == ("white", "black", "hispanic", "other")
    assert WORDS["offense"] == ("violent", "property", "drug", "public_order")
    assert WORDS["sex"].index("female") == WORDS["release"].index("conditional") == 1
