from __future__ import annotations

import numpy as np
import pytest

from behavior.small_runs import numbers, small
from reentrysim.agents.columns import column_names
from reentrysim.agents.employers import Employers, create_employers, spread
from reentrysim.agents.housing import create_providers
from reentrysim.randomness import Luck
from reentrysim.vocabulary import HousingKind, Trade

VALUES = numbers(
    small(), {"work.seats_per_employer": 80.0, "work.good_job_share": 0.3, "work.good_job_wage_ratio": 2.0}
)
EVEN = (np.arange(1000) + 0.5) / 1000


@pytest.mark.parametrize("mean", [0.0, 0.2, 0.5, 0.57, 0.9, 1.0])
def test_chances_spread_around_their_mean_within_0_and_1(mean: float) -> None:
    chances = spread(EVEN, mean)
    assert chances.mean() == pytest.approx(mean)
    assert 0.0 <= chances.min() <= chances.max() <= 1.0


def test_employers_are_as_the_numbers_say() -> None:
    many = create_employers(20_000, 0.39, 10.0, VALUES, Luck(1, 0))
    assert many.seats.mean() == pytest.approx(80.0, rel=0.03)
    assert many.seats.min() >= 1
    assert many.good.mean() == pytest.approx(0.3, abs=0.015)
    assert set(many.wage[many.good]) == {20.0}
    assert set(many.wage[~many.good]) == {10.0}
    assert many.willing.mean() == pytest.approx(0.39, abs=0.01)
    assert np.bincount(many.trade).tolist() == pytest.approx([5000] * len(Trade), rel=0.05)


def test_an_employer_is_the_same_however_many_there_are() -> None:
    few, many = (create_employers(count, 0.39, 10.0, VALUES, Luck(1, 0)) for count in (5, 50))
    for name in column_names(Employers):
        assert np.array_equal(getattr(few, name), getattr(many, name)[:5]), name


def test_landlords_come_first_and_shelters_hold_every_bed() -> None:
    values = VALUES.merged({"housing.beds_per_shelter": 20.0, "housing.rooms_per_landlord": 20.0})
    providers = create_providers(4000, 50, 0.43, values, Luck(1, 0))
    assert providers.kind.tolist() == [HousingKind.LANDLORD] * 4000 + [HousingKind.SHELTER] * 3
    assert providers.places[4000:].tolist() == [20, 20, 10]
    assert providers.places[:4000].mean() == pytest.approx(20.0, rel=0.06)
    assert providers.willing[:4000].mean() == pytest.approx(0.57, abs=0.02)
    assert providers.willing[4000:].tolist() == [1.0] * 3
    assert not providers.bars_use[:4000].any()


def test_there_may_be_none() -> None:
    assert len(create_employers(0, 0.39, 10.0, VALUES, Luck(1, 0)).seats) == 0
    assert len(create_providers(0, 0, 0.43, VALUES, Luck(1, 0)).places) == 0
