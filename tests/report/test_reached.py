"""Whom programs reach, on the terminal."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from behavior.small_runs import TOTAL, small
from fakes import fake_simulate, use_fake_inputs
from reentrysim.analysis.answer import supported_unit
from reentrysim.analysis.compare import Comparison, compare, run
from reentrysim.report.reached import reach_key, reach_table


@pytest.fixture(scope="module")
def result() -> Comparison:
    short = {"time.follow_up_months": 12}
    without, rich = (small({**short, TOTAL: dollars}, size=300) for dollars in (0.0, 10 * 343.0 * 300 / 6 * 38))
    names = {"baseline": without.vary({}, name="without"), "replicates": 20, "jobs": 1, "participants": 300}
    return compare([rich.vary({}, name="rich-and-with-a-name")], **names)


def printed(result: Comparison, width: int = 80) -> str:
    text = io.StringIO()
    Console(file=text, width=width).print(reach_table(result))
    return text.getvalue()


def test_the_table_says_how_many_are_reached_and_what_changes_for_them(result: Comparison) -> None:
    text = printed(result)
    row = next(line for line in text.splitlines() if "mentoring" in line)
    lines, gaps = result.reach("rich-and-with-a-name").set_index("whom")["per_1000"], result.equity()
    own = gaps[
        (gaps["scenario"] == "rich-and-with-a-name") & (gaps["subgroup"] == "all") & (gaps["program"] == "mentoring")
    ]
    units = {one["measure"]: supported_unit(1000 * one["value_mcse"]) for one in own.to_dict("records")}
    wanted = [round(lines[whom] / units[whom]) * units[whom] for whom in ("offered", "served", "completed")]
    assert row.split()[2:5] == [f"{count}" for count in wanted]
    assert " to " in row
    assert "without" not in text  # nothing changes for those whom the baseline's own programs reach
    assert max(map(len, text.splitlines())) <= 80
    assert "no effect" in reach_key(result)


def test_nobody_reached_is_no_row(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_inputs(monkeypatch)
    fakes = compare(["more-mentors"], simulate=fake_simulate, replicates=4, jobs=1, participants=100, months=12)
    assert reach_table(fakes).row_count == 0


def test_one_scenario_alone_changes_nothing_and_points_to_no_file() -> None:
    alone = run(small({TOTAL: 10 * 343.0 * 300 / 6 * 38}, size=300), replicates=2, jobs=1, participants=300)
    text, key = printed(alone), reach_key(alone)
    assert "mentoring" in text
    assert "Naive" in text
    assert "Change" not in text + key
    assert "reach.csv" not in key
    assert "reach.csv" not in alone.files()
