from __future__ import annotations

import math
from pathlib import Path

import pytest

from reentrysim.analysis.own_hazards import AT_MONTHS, Hazard, curve
from reentrysim.analysis.own_targets import UNSURE, read_targets
from reentrysim.vocabulary import InputError

HEAD = "quantity,subgroup,follow_up_months,value"
NAME = "monthly_hazard_first_rearrest"


def test_a_constant_hazard_adds_up() -> None:
    table = [Hazard(f"line {month}", month, 0.1, None) for month in (3, 1, 2, 4)]
    assert [(month, pytest.approx(share), sd) for _, month, share, sd in curve(table)] == [
        (1, 0.1, None),
        (3, 1 - 0.9**3, None),
        (4, 1 - 0.9**4, None),
    ]


def test_the_variance_is_greenwoods() -> None:
    table = [Hazard("", month, 0.2, 0.2 * 0.8 / n) for month, n in ((1, 100), (2, 80), (3, 64))]
    *_, (_, _, share, sd) = curve(table)
    assert share == pytest.approx(0.488)
    # Nobody is censored: Greenwood is the binomial of the first 100.
    assert sd == pytest.approx(math.sqrt(0.488 * 0.512 / 100))


def test_a_table_becomes_shares_by_a_few_months(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    lines = [f"{NAME},all,{month},0.05" for month in range(1, 31)]
    path.write_text("\n".join([HEAD, "return_to_prison,all,36,0.4", *lines]))
    targets = read_targets(path)
    assert [t.quantity for t in targets] == ["return_to_prison", *["rearrest"] * 6]
    assert [t.month for t in targets[1:]] == [*(month for month in AT_MONTHS if month <= 30), 30]
    assert targets[-1].value == pytest.approx(1 - 0.95**30)
    assert targets[-1].sd == UNSURE


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([f"{NAME},all,2,0.05"], "month 1 of the hazard table is missing"),
        ([f"{NAME},all,1,0.05", f"{NAME},all,3,0.05"], "month 2 of the hazard table is missing"),
        ([f"{NAME},all,1,0.05", f"{NAME},all,1,0.06"], "month 1 of the hazard table stands twice"),
        ([f"{NAME},all,1,0.05", "rearrest,all,1,0.05"], "stands twice"),
        ([f"{NAME},all,1,5"], "Write 0.05"),
        (["monthly_hazard_rearrest,all,1,0.05"], f"Did you mean '{NAME}'?"),
    ],
)
def test_a_wrong_table_is_told(lines: list[str], message: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("\n".join([HEAD, *lines]))
    with pytest.raises(InputError) as error:
        read_targets(path)
    assert message in str(error.value)
