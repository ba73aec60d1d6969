"""Known worlds are found again: figures made by the model, fitted as one's own place, give back what made them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from reentrysim.analysis.baseline import NAMES, simulate
from reentrysim.analysis.history import observe
from reentrysim.analysis.holdouts import share_of
from reentrysim.analysis.local import LocalSize, calibrate_local
from reentrysim.evidence.calibration import load_calibration
from reentrysim.evidence.catalog import load_catalog
from reentrysim.randomness import Luck

WORLDS, PEOPLE = 8, 30_000
SMALL = LocalSize(fit=8000, refit=6000, trial=300, draws=24, most_steps=5)
GIVEN = (("rearrest", 12), ("rearrest", 24), ("rearrest", 36), ("reconviction", 36), ("return_to_prison", 36))
KNOWN = ("arrest.level", "conviction.log_odds")
UNSEEN = ("rearrest", 60)
"""A figure that the fit is not given."""


def test_known_values_lie_within_the_intervals_as_often_as_they_should(tmp_path: Path) -> None:
    """Of eight worlds at 95%: seven or eight nine times in ten, five or fewer hardly ever."""
    inside = np.array([_world(number, tmp_path) for number in range(WORLDS)])
    print("inside 95%:", dict(zip((*KNOWN, f"{UNSEEN[0]} by month {UNSEEN[1]}"), inside.sum(axis=0), strict=True)))
    assert (inside.sum(axis=0) >= WORLDS - 2).all()


def _world(number: int, folder: Path) -> list[bool]:
    """Whether each known value of one world is inside; the world is a draw that the fit does not use, and moved."""
    national = load_calibration("us_2008")
    draw = len(national["draws"]) - 1 - number
    solved = dict(zip(national["names"], national["draws"][draw], strict=True))
    moves = Luck(5, 0).normal("recovery", number, len(KNOWN)) * 0.4
    solved |= {name: solved[name] + move for name, move in zip(KNOWN, moves.tolist(), strict=True)}
    theta = np.array([solved[name] for name in NAMES])
    evidence = load_catalog().values(draw, seed=national["draw_seed"])
    history = observe(simulate(theta, evidence, PEOPLE, Luck(9, number)))

    def share(quantity: str, month: int) -> float:
        return share_of(history, f"cumulative_{quantity}", lambda h: np.ones(len(h.traits.age), dtype=bool), month)

    table = folder / f"world{number}.csv"
    lines = [f"{quantity},all,{month},{share(quantity, month):.4f},{PEOPLE}" for quantity, month in GIVEN]
    table.write_text("\n".join(["quantity,subgroup,follow_up_months,value,n", *lines]) + "\n")
    report = calibrate_local(table, f"world{number}", folder, size=SMALL)
    found = load_calibration(report.path)
    by_name = dict(zip(found["names"], np.array(found["draws"]).T, strict=True))
    inside = [_holds(by_name[name], solved[name]) for name in KNOWN]
    later = [_later(found, one) for one in range(len(found["draws"]))]
    return [*inside, _holds(np.array(later), share(*UNSEEN))]


def _later(found: dict, draw: int) -> float:
    """The unseen figure in one draw."""
    solved = dict(zip(found["names"], found["draws"][draw], strict=True))
    theta = np.array([solved[name] for name in NAMES])
    evidence = load_catalog().values(draw, seed=found["draw_seed"])
    history = observe(simulate(theta, evidence, SMALL.refit, Luck(9, 100 + draw)))
    return share_of(history, f"cumulative_{UNSEEN[0]}", lambda h: np.ones(len(h.traits.age), dtype=bool), UNSEEN[1])


def _holds(draws: np.ndarray, value: float) -> bool:
    """Within the t interval of the draws."""
    mean, spread = draws.mean(), draws.std(ddof=1)
    return bool(abs(value - mean) <= 2.07 * spread)  # t with 23 degrees of freedom
