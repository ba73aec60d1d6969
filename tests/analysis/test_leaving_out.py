"""What limited a program: a rule that leaves people waiting is named, and money that never came is not idle."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from reentrysim.analysis.cautions import idle_money
from reentrysim.analysis.leaving_out import leaving_out
from reentrysim.experiments.plan import plan_runs
from reentrysim.scenario import load_scenario
from reentrysim.scenario.own_rules import allow_rules, forget_rules


def _idle(waiting: float, **notes: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Money of mentoring and of program jobs of which four tenths were left, and as many in both lines."""
    row = {"scenario": "mine", "step": 1, "arrived": 100, "spent": 60, "lapsed": 0, "unspent": 40, "unpaid": 0}
    ledger = pd.DataFrame([row | {"program": name} for name in ("mentoring", "transitional_jobs")])
    told = {"waiting": waiting, "transitional_jobs.waiting": waiting} | notes
    return ledger, pd.DataFrame(told, index=["mine"])


def test_a_rule_that_leaves_people_waiting_is_named(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("def nobody(people):\n    return []\n", encoding="utf-8")
    allow_rules(tmp_path / "mine.py")
    lines = "policies.matching"
    shared = {"funding.shares": {"mentoring": 0.5, "transitional_jobs": 0.5}, "programs.transitional_jobs": {}}
    fit = {f"{lines}.mentoring.rule": "threshold", f"{lines}.mentoring.least_fit_share": 0.6}
    bands = {f"{lines}.jobs": {"rule": "threshold", "only_risk": ["high"]}}
    own = {f"{lines}.jobs": {"rule": f"code:{tmp_path / 'mine.py'}:nobody"}}

    def told(waiting: float, placed: float, **changes: object) -> tuple[str, ...]:
        scenario = load_scenario("status-quo").vary(shared | changes, name="mine")
        plan = plan_runs([scenario], replicates=2)
        ledger, notes = _idle(waiting, **{"transitional_jobs.waits.may_be_placed.in_line": placed})
        return tuple(idle_money(ledger, notes, 2040, {"mine": 9}, (), leaving_out(plan)))

    mentors, jobs = told(400.0, 3.0, **fit, **bands)
    assert "whom no free mentor fits by 0.6" in mentors
    assert "not at high assessed risk" in jobs and "ceiling" not in jobs
    assert "ceiling" in told(400.0, 200.0, **bands)[1] and "threshold" not in told(400.0, 200.0, **bands)[1]
    assert "the rule nobody of mine.py, which may leave people in line, or" in told(400.0, 0.0, **own)[1]
    assert "eligible people who accept" in told(3.0, 3.0, **fit, **bands)[1]
    assert not any("rule" in line for line in told(400.0, 400.0))
    forget_rules(tmp_path / "mine.py")


def test_money_that_was_never_paid_is_none_of_what_there_was() -> None:
    ledger, notes = _idle(400.0)
    eaten = ledger.assign(spent=47, unspent=3, unpaid=50, program=["mentoring", "overhead"])
    assert not list(idle_money(eaten, notes, 2040, {"mine": 9}))  # 3 of the 50 that came
    (told,) = idle_money(eaten.assign(spent=44, unspent=6).iloc[:1], notes, 2040, {"mine": 9})
    assert "12% under mine" in told  # and not 6% of 100
