from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reentrysim.evidence.population import load_profile
from reentrysim.evidence.stays import read_stays, with_stays
from reentrysim.vocabulary import DAYS_PER_MONTH, InputError, Route


def write(folder: Path, *lines: str) -> Path:
    path = folder / "stays.csv"
    path.write_text("\n".join(["stay,months_at_least,share", *lines]) + "\n")
    return path


def test_stays_are_straight_lines_between_the_points(tmp_path: Path) -> None:
    lines = ("rule_violation,6,0.5", "rule_violation,2,1", "rule_violation,12,0")
    survival = read_stays(write(tmp_path, *lines))["rule_violation"]
    assert survival.at(np.array([0.0, 0.25, 0.5, 0.75])) == pytest.approx([12, 9, 6, 4])


def test_stays_of_prison_and_jail_find_their_place(tmp_path: Path) -> None:
    lines = ("new_sentence,24,0.3", "new_sentence,60,0", "jail,0.5,0.4", "jail,6,0")
    place = with_stays(load_profile("us_2008"), read_stays(write(tmp_path, *lines)))
    assert set(place.prison_stays) == {Route.NEW_SENTENCE}
    assert place.jail_days == pytest.approx([0.5 * DAYS_PER_MONTH, 6 * DAYS_PER_MONTH])
    assert place.jail_survival.tolist() == [[0.4, 0.0], [0.4, 0.0]]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "has no stays"),
        (["new_sentences,6,0.5"], "Did you mean 'new_sentence'?"),
        (["jail,6,0.5"], "0.5 of jail stays go on beyond 6 months"),
        (["jail,-1,0.5"], "is no such stay"),
        (["jail,700,0"], "is no such stay"),
        (["jail,6,0.5", "jail,9,0.7", "jail,12,0"], "more jail stays last at least 9 months (0.7) than 6 (0.5)"),
        (["jail,6,0.5", "jail,6,0"], "stands twice"),
        (["jail,6,50"], "Write 0.5"),
        (["jail,0,0"], "only 0 of jail stays last at least 0 months"),
        (["jail,0,0.4", "jail,6,0"], "only 0.4 of jail stays last at least 0 months"),
        (["jail,0,1"], "1 of jail stays go on beyond 0 months"),
    ],
)
def test_a_wrong_stay_is_told(lines: list[str], message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        read_stays(write(tmp_path, *lines))
    assert "stays.csv" in str(error.value)
    assert message in str(error.value)
