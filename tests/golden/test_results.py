"""results/default is what today's default comparison gives: by what it rests on, and by one replicate run again."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace

import pandas as pd

from golden import published
from reentrysim.analysis.compare import Comparison, plan_comparison
from reentrysim.experiments.run import run_plan

ABOUT = json.loads((published.RESULTS / published.ABOUT).read_text(encoding="utf-8"))
RUN_AGAIN = ("status-quo", "balanced")
"""Scenarios of which the first replicate is run again: the baseline, and the one with most programs."""


def test_the_files_are_those_that_were_published() -> None:
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in published.RESULTS.iterdir()
        if path.name != published.ABOUT
    }
    assert found == ABOUT["files"]
    assert sum(path.stat().st_size for path in published.RESULTS.iterdir()) < 250_000


def test_the_default_comparison_rests_on_the_same_version_scenarios_evidence_and_calibration() -> None:
    plan = plan_comparison()
    assert ABOUT["scenarios"] == {one.name: one.digest for one in plan.scenarios}
    assert (ABOUT["evidence"], ABOUT["calibration"]) == (plan.inputs.evidence, plan.inputs.calibration)
    assert (ABOUT["seed"], ABOUT["replicates"]) == (plan.seed, plan.replicates)
    assert ABOUT["run"] == plan.digest, "renew it: python tests/golden/renew.py --keep-calibration"


def test_the_model_still_gives_its_first_replicate() -> None:
    """The digests don't see the code. Seven digits: the last ones may differ between processors."""
    plan = plan_comparison(jobs=1)
    few = replace(plan, scenarios=tuple(one for one in plan.scenarios if one.name in RUN_AGAIN), replicates=1)
    now = published.first_replicate(Comparison(run_plan(few)).outcomes)
    kept = pd.read_csv(published.RESULTS / published.FIRST)
    kept = kept[kept["scenario"].isin(RUN_AGAIN)].reset_index(drop=True)
    pd.testing.assert_frame_equal(now, kept, rtol=1e-6, atol=1e-8, check_dtype=False)


def test_the_tables_say_what_the_sentence_says() -> None:
    table = pd.read_csv(published.RESULTS / "comparison.csv")
    rows = table[table["outcome"] == "return_to_prison"].set_index("scenario")
    found = re.search(r"(\d+) (more|fewer)", ABOUT["sentence"])
    assert found and f"within {rows['month'].iloc[0] // 12} years" in ABOUT["sentence"]
    told = int(found[1]) * (1 if found[2] == "more" else -1)
    assert told in rows["difference"].tolist()
