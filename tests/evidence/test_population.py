from __future__ import annotations

import numpy as np
import pytest

from reentrysim.evidence.audit import row_faults
from reentrysim.evidence.population import load_profile, offenses_by_sex, profile_names
from reentrysim.evidence.published import published_row
from reentrysim.vocabulary import InputError


@pytest.mark.parametrize("name", profile_names())
def test_no_row_of_a_profile_is_held_out(name: str) -> None:
    rows = load_profile(name).row_ids
    assert len(rows) > 60
    assert [fault for row in rows for fault in row_faults(row, effect=False)] == []


def test_margins_of_us_2008_are_the_published_ones() -> None:
    profile = load_profile("us_2008")
    assert profile.female_share == pytest.approx(0.11)
    assert profile.age.starts.tolist() == [18, 25, 30, 35, 40, 55, 65]
    assert profile.age.shares.sum() == pytest.approx(1)
    assert profile.age.shares[4] == pytest.approx(0.305, abs=0.001)
    assert profile.priors.shares[-1] == pytest.approx(0.489, abs=0.001)
    assert profile.mean_priors == 12.1
    assert profile.need_shares["trauma"].tolist() == [0.16, 0.57]
    assert profile.jail_survival[0, 0] == pytest.approx(published_row("RT03402").number())


def test_offenses_keep_both_margins_and_the_odds_between_the_sexes() -> None:
    profile = load_profile("us_2008")
    sexes = np.array([1 - profile.female_share, profile.female_share])
    released = np.array([published_row(f"RT0146{n}").number() for n in (5, 6, 7, 8)])
    assert profile.offense_shares.sum(axis=1) == pytest.approx([1, 1])
    assert sexes @ profile.offense_shares == pytest.approx(released / released.sum(), abs=1e-6)
    men, women = ([published_row(f"RT0{n}").number() for n in ids] for ids in ((3466, 3468), (3467, 3469)))
    published = (men[0] / men[1]) / (women[0] / women[1])
    fitted = profile.offense_shares[0, 0] / profile.offense_shares[0, 1]
    fitted /= profile.offense_shares[1, 0] / profile.offense_shares[1, 1]
    assert fitted == pytest.approx(published, rel=1e-6)


def test_proportional_fitting_by_hand() -> None:
    # Independent stock: every group gets the margin itself.
    shares = offenses_by_sex(np.array([0.7, 0.3]), np.array([0.5, 0.5]), np.array([[0.4, 0.6], [0.4, 0.6]]))
    assert shares == pytest.approx(np.array([[0.7, 0.3], [0.7, 0.3]]))


def test_an_unknown_profile_is_named() -> None:
    with pytest.raises(InputError, match="Did you mean 'us_2008'"):
        load_profile("us_2009")
