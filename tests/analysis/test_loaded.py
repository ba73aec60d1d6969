from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import reentrysim
from fakes import fake_simulate, use_fake_inputs
from reentrysim.analysis.compare import Comparison, compare
from reentrysim.experiments.store import MANIFEST, SEAL, written
from reentrysim.vocabulary import InputError


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[Comparison, Path]:
    use_fake_inputs(monkeypatch)
    names = ["more-mentors", "smaller-mentor-caseloads"]
    result = compare(names, simulate=fake_simulate, replicates=40, jobs=1, months=40, participants=100)
    return result, result.save(tmp_path / "here")


def test_a_results_folder_says_what_the_comparison_said(run: tuple[Comparison, Path]) -> None:
    result, folder = run
    loaded = reentrysim.load(folder)
    assert loaded.sentence() == result.sentence()
    assert loaded.warnings == result.warnings
    pd.testing.assert_frame_equal(loaded.notes, result.notes, check_dtype=False)
    assert loaded.notes.loc["status-quo", "mean_wait_months"] == 2.0 + 39 / 2
    for table in ("comparison", "curves", "ledger", "outcomes"):
        pd.testing.assert_frame_equal(
            getattr(loaded, table), getattr(result, table), check_dtype=False, rtol=1e-7, check_index_type=False
        )


def test_differences_and_summary_are_those_of_the_comparison(run: tuple[Comparison, Path]) -> None:
    result, folder = run
    loaded = reentrysim.load(str(folder))
    columns = ["value", "value_low", "difference", "difference_low", "difference_high", "probability_better", "people"]
    for asked in ({}, {"outcome": "rearrest", "month": 24}, {"subgroup": "sex=male"}, {"subgroup": "risk=high"}):
        told, said = loaded.difference(**asked), result.difference(**asked)
        pd.testing.assert_frame_equal(told[columns], said[columns], rtol=1e-6, check_dtype=False)
    pd.testing.assert_frame_equal(loaded.summary(), result.summary())
    pd.testing.assert_frame_equal(loaded.ranking("rearrest"), result.ranking("rearrest"))
    pd.testing.assert_frame_equal(loaded.reach("more-mentors"), result.reach("more-mentors"), check_dtype=False)


def test_what_is_not_in_the_table_names_the_nearest(run: tuple[Comparison, Path]) -> None:
    loaded = reentrysim.load(run[1])
    with pytest.raises(InputError, match="Did you mean 'rearrest'"):
        loaded.difference("rearest")
    with pytest.raises(InputError, match="no month 41 in these results"):
        loaded.difference(month=41)
    with pytest.raises(InputError, match="month 25 of sex=male is not kept in a folder"):
        loaded.difference(month=25, subgroup="sex=male")


def test_a_changed_file_or_another_folder_is_refused(run: tuple[Comparison, Path], tmp_path: Path) -> None:
    folder = run[1]
    file = folder / "comparison.csv"
    file.write_bytes(file.read_bytes().replace(b"0.5", b"0.6", 1))
    with pytest.raises(InputError, match="is not the file that the run wrote"):
        _ = reentrysim.load(folder).comparison
    (folder / "curves.csv").unlink()
    with pytest.raises(InputError, match="cannot be read"):
        _ = reentrysim.load(folder).curves
    with pytest.raises(InputError, match="holds no complete run"):
        reentrysim.load(tmp_path)


@pytest.mark.parametrize("key", ["baseline", "warnings", SEAL])
def test_a_manifest_that_lacks_something_is_refused(run: tuple[Comparison, Path], key: str) -> None:
    path = run[1] / MANIFEST
    said = json.loads(path.read_text())
    del said[key]
    path.write_text(written(said))
    with pytest.raises(InputError, match="is not the file that the run wrote"):
        reentrysim.load(run[1])
