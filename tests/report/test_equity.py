from __future__ import annotations

import numpy as np
import pandas as pd

from reentrysim.report.equity import clear_changes, in_a_sentence


def table(*changes: float, half: float = 0.01, **columns: object) -> pd.DataFrame:
    """Rows of returns with these changes of a gap, each known to `half` of a share."""
    made = np.array(changes)
    own = {
        "scenario": "jobs-first",
        "dimension": "race",
        "program": "",
        "measure": "return_to_prison",
        "month": 36,
        "subgroup": "race=black",
        "reference": "race=white",
        "value": 0.52,
        "before": 0.5,
        "value_mcse": 0.0005,
    }
    frame = pd.DataFrame({"gap_change": made, "gap_before": 0.02, "gap": 0.02 + made}).assign(**own | columns)
    for name in ("gap_change", "gap_before", "gap"):
        frame[f"{name}_low"], frame[f"{name}_high"] = frame[name] - half, frame[name] + half
        frame[f"{name}_mcse"] = 0.0005
    return frame


def test_the_widest_clear_change_comes_first_and_a_reference_never() -> None:
    clear = clear_changes(table(0.03, -0.05, 0.02, 0.0))
    assert clear["gap_change"].tolist() == [-0.05, 0.03, 0.02]
    assert clear_changes(table(0.03, subgroup="race=white")).empty
    assert clear_changes(table(0.03, measure="employed")).empty
    assert clear_changes(table(0.03, program="mentoring", measure="served")).empty
    assert clear_changes(table(0.03, half=np.nan)).empty


def test_of_many_gaps_one_that_barely_excludes_no_change_is_not_told() -> None:
    """Of 31, each has to exclude it at one in 1,240: at 3.156 standard errors, and not at 1.96."""
    small = [0.001] * 30
    assert len(clear_changes(table(0.0101))) == 1
    assert len(clear_changes(table(0.0101, *small))) == 0
    assert len(clear_changes(table(0.0160, *small))) == 0  # 3.136
    assert len(clear_changes(table(0.0162, *small))) == 1  # 3.175


def test_a_sentence_says_both_groups_and_the_gap_before_and_after() -> None:
    (line,) = table(0.03).to_dict("records")
    assert in_a_sentence(line, "status-quo") == (
        "Back in prison within 3 years under jobs-first, of 1,000 in each group: 520 Black participants (500 under "
        "status-quo) and 470 White participants (480); the gap grows by 30 (change, 95%: +20 to +40)."
    )
    (less,) = table(-0.015).to_dict("records")
    assert "the gap shrinks by 15 (" in in_a_sentence(less, "status-quo")
    (other,) = table(-0.04).to_dict("records")
    assert "the gap turns round (" in in_a_sentence(other, "status-quo")
    (coarse,) = table(0.03, value_mcse=0.007).to_dict("records")
    assert ": about 520 Black participants (500 under status-quo) and 470 White" in in_a_sentence(coarse, "status-quo")


def test_the_course_of_a_gap_is_that_of_the_numbers_and_not_of_their_rounding() -> None:
    rough = table(-0.008).assign(gap_before=0.122, gap=0.114, gap_before_mcse=0.03, gap_mcse=0.03)
    told = in_a_sentence(rough.to_dict("records")[0], "status-quo")
    assert "the gap shrinks by 8 (" in told  # and not from about 100 to about 100
    over = table(-0.05).to_dict("records")[0]
    assert "the gap turns round (" in in_a_sentence(over, "status-quo")


def test_a_gap_that_closes_because_both_have_less_is_told_so() -> None:
    rough = table(-0.041).assign(value=0.093, before=0.159, gap_before=0.052, gap=0.011, gap_mcse=0.004)
    told = in_a_sentence(rough.to_dict("records")[0], "status-quo")
    assert "about 95 Black participants (160 under status-quo) and 80 White participants (105), fewer in both" in told
    assert "the gap shrinks by 41 (" in told
