"""A finished comparison can be planned again from its folder, or it is said why not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import fakes
from reentrysim.analysis.compare import compare
from reentrysim.analysis.loaded import load
from reentrysim.experiments import plan as plan_module
from reentrysim.vocabulary import InputError


def _folder(place: Path, *scenarios: str | Path) -> Path:
    options = {"replicates": 20, "jobs": 1, "participants": 60, "months": 12, "seed": 7}
    return compare(scenarios or ["more-mentors"], simulate=fakes.fake_simulate, **options).save(place / "here")


def test_a_folder_plans_the_runs_that_it_holds(tmp_path: Path) -> None:
    plan = load(_folder(tmp_path)).plan()
    assert plan.names == ("status-quo", "more-mentors")
    assert (plan.seed, plan.replicates, plan.participants, plan.months) == (7, 20, 60, 12)
    assert plan.family == json.loads((tmp_path / "here" / "manifest.json").read_text())["family"]


def test_another_version_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = _folder(tmp_path)
    for module in ("plan", "again"):
        monkeypatch.setattr(f"reentrysim.experiments.{module}.VERSION", "9.9")
    with pytest.raises(InputError, match=r"again here: another version of reentrysim wrote it \(.*; this is 9\.9\)\."):
        load(folder).plan()


@pytest.mark.parametrize("what", ["evidence", "calibration"])
def test_other_inputs_of_the_same_version_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    folder = _folder(tmp_path)
    real = plan_module.read_inputs
    monkeypatch.setattr(plan_module, "read_inputs", lambda base: replace(real(base), **{what: "other"}))
    with pytest.raises(InputError, match=rf"run again here: its {what} is other than here\. "):
        load(folder).plan()


def test_files_of_ones_own_are_neither_kept_nor_needed_to_read(tmp_path: Path) -> None:
    (tmp_path / "who.csv").write_text("subgroup,share\nsex=female,0.5\nsex=male,0.5\n")
    own = 'schema = 1\ntitle = "Mine"\nquestion = "?"\nbased_on = "status-quo"\npopulation.margins = "who.csv"\n'
    (tmp_path / "mine.toml").write_text(own)
    result = compare(
        [tmp_path / "mine.toml"],
        baseline=tmp_path / "mine.toml",
        simulate=fakes.fake_simulate,
        replicates=20,
        jobs=1,
        participants=60,
        months=12,
    )
    folder = result.save(tmp_path / "here")
    assert "who.csv" not in (folder / "scenarios.json").read_text()
    with pytest.raises(InputError, match="rests on files of your own"):
        load(folder).plan()
