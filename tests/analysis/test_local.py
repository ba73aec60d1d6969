from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reentrysim.analysis import calibrate as calibrate_module
from reentrysim.analysis.cautions import changed_files, other_people, other_version, poor_fit
from reentrysim.analysis.local import MOVERS, LocalReport, LocalSize, _Local, calibrate_local
from reentrysim.analysis.trial import TRIALS
from reentrysim.evidence.calibration import load_calibration, save_calibration
from reentrysim.evidence.place import Place
from reentrysim.experiments.plan import plan_runs
from reentrysim.model import ReentryModel
from reentrysim.randomness import Luck
from reentrysim.scenario import load_scenario
from reentrysim.scenario.values import stored_draws, values_for
from reentrysim.vocabulary import InputError

TINY = LocalSize(fit=1500, refit=800, refit_steps=1, trial=400, draws=3, most_steps=3)
HEAD = "quantity,subgroup,follow_up_months,value"
HALF = ("rearrest,all,12,0.215", "rearrest,all,24,0.32", "rearrest,all,36,0.39", "return_to_prison,all,36,0.25")


def fit(folder: Path, *lines: str, name: str = "mine") -> LocalReport:
    table = folder / "targets.csv"
    table.write_text("\n".join([HEAD, *lines]) + "\n")
    return calibrate_local(table, name, folder, jobs=1, size=TINY)


@pytest.fixture
def unsolved(monkeypatch: pytest.MonkeyPatch) -> None:
    """No direct effect is solved: most of the time of a fit, and nothing to what is asked of it here."""
    monkeypatch.setattr(calibrate_module, "solve_levels", lambda *_: {trial.level: -0.25 for trial in TRIALS})


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> LocalReport:
    return fit(tmp_path_factory.mktemp("half"), *HALF)


def test_half_the_rearrests_lower_the_level_and_leave_people_as_they_are(half: LocalReport) -> None:
    moved = half.moved.set_index("parameter")
    assert moved.loc["arrest.level", "here"] < moved.loc["arrest.level", "national"] - 0.3
    assert "arrest.female" not in moved.index
    stored, national = load_calibration(half.path), load_calibration("us_2008")
    assert stored["names"] == national["names"]
    assert len(stored["draws"]) == TINY.draws
    same = dict(zip(stored["names"], np.array(stored["center"]) == np.array(national["center"]), strict=True))
    assert same["arrest.female"]
    assert not same["arrest.level"]
    assert not same["mentoring.log_hazard_at_full_trust"]  # solved at this place


def test_every_figure_is_told_with_its_miss_and_what_moves_it(half: LocalReport) -> None:
    assert half.frame["target"].tolist() == [0.215, 0.32, 0.39, 0.25]
    assert half.frame["miss"].tolist() == pytest.approx((half.frame["predicted"] - half.frame["target"]).tolist())
    assert half.frame["miss"].abs().max() < 0.06  # 1,500 people
    assert "arrest.level" in half.frame["moved_by"].iloc[0]
    assert (half.frame["low"] <= half.frame["high"]).all()


def test_a_scenario_runs_at_this_place(half: LocalReport, tmp_path: Path) -> None:
    file = half.path.parent / "here.toml"
    file.write_text('schema = 1\nbased_on = "status-quo"\npopulation.calibration = "mine.json"\n')
    here, nation = load_scenario(file), load_scenario("status-quo")
    assert stored_draws(here) == TINY.draws
    assert here.digest != nation.digest
    rearrested = [
        np.mean(ReentryModel(one, values_for(one), Luck(0, 0), 600).run().world.people.first_arrest > 0)
        for one in (here, nation)
    ]
    assert rearrested[0] < rearrested[1] - 0.05
    elsewhere = tmp_path / "copy.json"
    elsewhere.write_bytes(half.path.read_bytes())
    assert here.vary({"population.calibration": str(elsewhere)}).digest == here.digest  # by what is in it


@pytest.mark.usefixtures("unsolved")
def test_one_figure_is_enough_and_says_what_was_borrowed(tmp_path: Path) -> None:
    report = fit(tmp_path, "rearrest,all,12,0.3")
    assert report.moved["parameter"].tolist() == ["arrest.level"]
    told = " ".join(report.assumed)
    for borrowed in (
        "after the first year",
        "conviction",
        "Returns",
        "sex",
        "age",
        "earlier arrests",
        "Who is released",
    ):
        assert borrowed in told


@pytest.mark.usefixtures("unsolved")
def test_figures_that_contradict_one_another_are_no_good_fit(tmp_path: Path) -> None:
    report = fit(tmp_path, "rearrest,all,1,0.4", "rearrest,all,36,0.41")
    assert not report.good
    assert load_calibration(report.path)["good"] is False
    here = load_scenario("status-quo").vary({"population.calibration": str(report.path)})
    (told,) = poor_fit(plan_runs([here], baseline=here))
    assert told.startswith(
        "The calibration mine.json misses figures of its place, most of all: rearrest of all by month"
    )
    assert not list(poor_fit(plan_runs(["status-quo"])))


@pytest.mark.usefixtures("unsolved")
def test_an_interrupted_fit_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "targets.csv"
    table.write_text(f"{HEAD}\n{HALF[0]}\n")
    told: list[str] = []

    def stop(what: str, share: float) -> None:
        told.append(what)
        if what == "draw 2 of 3":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        calibrate_local(table, "mine", tmp_path, jobs=1, size=TINY, progress=stop)
    assert not (tmp_path / "mine.json").exists()
    drawn: list[int] = []
    draw = _Local.draw
    monkeypatch.setattr(_Local, "draw", lambda fit, number, center: drawn.append(number) or draw(fit, number, center))
    calibrate_local(table, "mine", tmp_path, jobs=1, size=TINY)
    assert drawn == [2]
    calibrate_local(table, "whole", tmp_path, jobs=1, size=TINY)
    one, other = (load_calibration(tmp_path / f"{name}.json") for name in ("mine", "whole"))
    assert one["draws"] == other["draws"]
    assert {path.name for path in tmp_path.iterdir()} == {"targets.csv", "mine.json", "whole.json"}


@pytest.mark.usefixtures("unsolved")
def test_draws_of_other_figures_are_not_taken_over(tmp_path: Path) -> None:
    (tmp_path / ".mine.draws").write_text("another digest\n[[")
    assert fit(tmp_path, HALF[0]).path.exists()


def test_a_figure_on_nobody_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("subgroup,share\nsex=female,0\n")
    (tmp_path / "targets.csv").write_text(f"{HEAD}\nrearrest,all,12,0.4\nrearrest,sex=female,12,0.3\n")
    place = Place(margins=str(tmp_path / "m.csv"))
    with pytest.raises(InputError, match=r"line 3: nobody released here is sex=female"):
        calibrate_local(tmp_path / "targets.csv", "mine", tmp_path, jobs=1, size=TINY, place=place)


@pytest.mark.usefixtures("unsolved")
def test_a_file_that_changes_during_the_fit_is_no_fit(tmp_path: Path) -> None:
    margins = tmp_path / "m.csv"
    margins.write_text("subgroup,share\nsex=female,0.2\n")
    (tmp_path / "targets.csv").write_text(f"{HEAD}\nrearrest,all,12,0.4\n")

    def change(what: str, _: float) -> None:
        if what == "draw 1 of 3":
            margins.write_text("subgroup,share\nsex=female,0.25\n")

    with pytest.raises(InputError, match="changed during the fit"):
        calibrate_local(
            tmp_path / "targets.csv",
            "m",
            tmp_path,
            jobs=1,
            size=TINY,
            progress=change,
            place=Place(margins=str(margins)),
        )
    assert not (tmp_path / "m.json").exists()


def test_people_of_another_place_or_version_are_warned_of(half: LocalReport, tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("subgroup,share\nsex=female,0.2\n")
    here = load_scenario("status-quo").vary({"population.calibration": str(half.path)})
    assert not list(other_people(plan_runs([here], baseline=here)))
    others = here.vary({"population.margins": str(tmp_path / "m.csv")})
    (told,) = other_people(plan_runs([others], baseline=others))
    assert "was fitted to people like those of the nation, and these are others" in told
    assert not list(other_version(plan_runs([here], baseline=here)))
    old = tmp_path / "old.json"
    save_calibration(old, load_calibration(half.path) | {"code_digest": "0"})
    of_old = here.vary({"population.calibration": str(old)})
    (told,) = other_version(plan_runs([of_old], baseline=of_old))
    assert told.startswith("The calibration old.json was fitted by another version")


def test_a_file_that_changes_while_runs_are_made_is_told(tmp_path: Path) -> None:
    margins = tmp_path / "m.csv"
    margins.write_text("subgroup,share\nsex=female,0.2\n")
    place = load_scenario("status-quo").vary({"population.margins": str(margins)})
    plan = plan_runs([place], baseline=place)
    digest = plan.digest
    assert not list(changed_files(plan))
    margins.write_text("subgroup,share\nsex=female,0.25\n")
    assert "m.csv changed or went away" in next(changed_files(plan))
    margins.unlink()
    assert "m.csv changed or went away" in next(changed_files(plan))
    assert plan.digest == digest


def test_nothing_is_overwritten(half: LocalReport) -> None:
    with pytest.raises(InputError, match="exists already"):
        fit(half.path.parent, *HALF)


def test_every_mover_says_what_it_moves() -> None:
    assert len({mover.name for mover in MOVERS}) == len(MOVERS)
    assert all(mover.moves and mover.prior_sd > 0 for mover in MOVERS)
