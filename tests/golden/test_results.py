"""Each folder of results/ is what its comparison gives today: by what it rests on, and by one replicate run again."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from golden import published
from reentrysim.analysis.compare import Comparison, plan_comparison
from reentrysim.experiments.run import run_plan

NAMES = list(published.COMPARISONS)
RUN_AGAIN = {"default": ("status-quo", "balanced"), "mentoring": ("grant-ends-early",), "partners": ("women-only",)}
"""Scenarios of which the first replicate is run again: of the default ones the baseline and that with most programs."""


def about(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((published.RESULTS / name / published.ABOUT).read_text(encoding="utf-8"))
    return found


def test_the_page_names_them_with_their_commands() -> None:
    page = (published.RESULTS / "README.md").read_text(encoding="utf-8")
    assert all(f"`{name}/`" in page and published.command_of(name) in page for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_files_are_those_that_were_published(name: str) -> None:
    files = [path for path in (published.RESULTS / name).iterdir() if path.name != published.ABOUT]
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files} == about(name)["files"]
    assert sum(path.stat().st_size for path in files) < 400_000


@pytest.mark.parametrize("name", NAMES)
def test_it_rests_on_the_same_version_scenarios_evidence_and_calibration(name: str) -> None:
    plan, said = plan_comparison(list(published.COMPARISONS[name])), about(name)
    assert said["command"] == published.command_of(name)
    assert said["scenarios"] == {one.name: one.digest for one in plan.scenarios}
    assert (said["evidence"], said["calibration"]) == (plan.inputs.evidence, plan.inputs.calibration)
    assert (said["seed"], said["replicates"]) == (plan.seed, plan.replicates)
    assert said["run"] == plan.digest, "renew it: python tests/golden/renew.py --results"


@pytest.mark.parametrize("name", NAMES)
def test_the_model_still_gives_its_first_replicate(name: str) -> None:
    """The digests don't see the code. Seven digits: the last ones may differ between processors."""
    plan = plan_comparison(list(published.COMPARISONS[name]), jobs=1)
    wanted = {"status-quo", *RUN_AGAIN[name]}
    few = replace(plan, scenarios=tuple(one for one in plan.scenarios if one.name in wanted), replicates=1)
    now = published.first_replicate(Comparison(run_plan(few)).outcomes)
    kept = pd.read_csv(published.RESULTS / name / published.FIRST)
    kept = kept[kept["scenario"].isin(wanted)].reset_index(drop=True)
    pd.testing.assert_frame_equal(now, kept, rtol=1e-6, atol=1e-8, check_dtype=False)


@pytest.mark.parametrize("name", NAMES)
def test_the_tables_say_what_the_sentence_says(name: str) -> None:
    table, sentence = pd.read_csv(published.RESULTS / name / "comparison.csv"), about(name)["sentence"]
    rows = table[table["outcome"] == "return_to_prison"].set_index("scenario")
    found = re.search(r"(\d+) (more|fewer)", sentence)
    assert found and f"within {rows['month'].iloc[0] // 12} years" in sentence
    told = int(found[1]) * (1 if found[2] == "more" else -1)
    assert told in rows["difference"].tolist()
