"""A place made by the model, with people of its own, is found again from its margins and its hazard table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reentrysim.analysis.baseline import NAMES, simulate
from reentrysim.analysis.history import observe
from reentrysim.analysis.local import GOOD_ENOUGH, LocalReport, LocalSize, calibrate_local
from reentrysim.analysis.targets import hazard_in, share_by
from reentrysim.evidence.calibration import load_calibration
from reentrysim.evidence.catalog import load_catalog
from reentrysim.evidence.place import Place
from reentrysim.randomness import Luck

FEW_DRAWS = LocalSize(fit=14_000, trial=1000, draws=3)
MARGINS = ("sex=female,0.3", "age=18-24,0.3", "age=25-39,0.5", "age=40+,0.2", "priors=0-4,0.6", "priors=5+,0.4")
MOVED = {"arrest.level": -0.3, "arrest.decline": 0.15, "violation.level": 0.5}
PEOPLE, MONTHS = 40_000, 60


def _theta() -> np.ndarray:
    stored = load_calibration("us_2008")
    solved = dict(zip(stored["names"], stored["center"], strict=True))
    return np.array([solved[name] + MOVED.get(name, 0.0) for name in NAMES])


def _fit(folder: Path, place: Place, name: str, given: Place) -> tuple[LocalReport, float]:
    """A fit to the hazard table of people of a place, and their share rearrested by the last month."""
    history = observe(simulate(_theta(), load_catalog().values(), PEOPLE, Luck(21, 0), place))
    quantities = ("monthly_hazard_first_rearrest", "monthly_hazard_first_return_to_prison")
    lines = [f"{q},all,{m},{hazard_in(history, q, m):.5f}" for q in quantities for m in range(1, MONTHS + 1)]
    table = folder / f"{name}.csv"
    table.write_text("\n".join(["quantity,subgroup,follow_up_months,value", *lines]))
    report = calibrate_local(table, name, folder, size=FEW_DRAWS, place=given)
    return report, share_by(history, "rearrest", "all", MONTHS)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("place")
    (folder / "m.csv").write_text("\n".join(["subgroup,share", *MARGINS]))
    return Place(margins=str(folder / "m.csv"))


@pytest.fixture(scope="module")
def known(place: Place, tmp_path_factory: pytest.TempPathFactory) -> tuple[LocalReport, float]:
    """A fit by somebody who knows who is released there."""
    return _fit(tmp_path_factory.mktemp("known"), place, "known", place)


def test_a_hazard_table_and_margins_are_met(known: tuple[LocalReport, float]) -> None:
    report, rearrested = known
    print(report.frame[["quantity", "month", "target", "predicted", "miss"]].to_string())
    assert report.good
    assert report.frame["miss"].abs().max() <= GOOD_ENOUGH
    last = report.frame[(report.frame["quantity"] == "rearrest") & (report.frame["month"] == MONTHS)]
    assert abs(last["target"].item() - rearrested) < 0.001  # what the hazards add up to
    levels = dict(zip(report.moved["parameter"], np.log(report.moved["ratio"]), strict=True))
    assert abs(levels["arrest.level"] - MOVED["arrest.level"]) < 0.15


def test_the_same_figures_of_other_people_are_another_place(
    place: Place, known: tuple[LocalReport, float], tmp_path: Path
) -> None:
    """Young people with few arrests who come back less are no low level, when one knows who they are."""
    unknown, _ = _fit(tmp_path, place, "unknown", Place())
    level = [report.moved.set_index("parameter").loc["arrest.level", "here"] for report in (known[0], unknown)]
    assert level[1] < level[0] - 0.1
