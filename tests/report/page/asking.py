"""Results to write reports of: made-up people, and titles that nobody should trust."""

from __future__ import annotations

from typing import Any

from fakes import fake_simulate
from reentrysim.analysis import compare as comparing
from reentrysim.results import Comparison
from reentrysim.scenario import Scenario, load_scenario

SCRIPT = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("http://example.com","click")'
LONG = "Longer than anybody reads " * 11 + "and then more"
ONE_WORD = "Donaudampfschifffahrt" * 15
HEBREW = "מרכז שיקום: יותר מלווים, אותו כסף"
ARABIC = "المزيد من المرشدين بالمال نفسه"
HOSTILE = (SCRIPT, FORMULA, LONG, ONE_WORD, HEBREW, ARABIC, '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}", "$x_1^2$")


def made_up(*scenarios: Scenario | str, **options: Any) -> Comparison:
    """A comparison of made-up people with status-quo."""
    asked: dict[str, Any] = {"replicates": 48, "jobs": 1, "participants": 100, "months": 40, "simulate": fake_simulate}
    return Comparison(comparing.compare(list(scenarios), **(asked | options)).runs)


def alone(scenario: Scenario | str = "more-mentors") -> Comparison:
    """One scenario of made-up people."""
    asked: dict[str, Any] = {"replicates": 24, "jobs": 1, "participants": 100, "months": 40}
    return Comparison(comparing.run(scenario, simulate=fake_simulate, **asked).runs)


def hostile(count: int = len(HOSTILE)) -> list[Scenario]:
    """Scenarios whose titles and questions would do harm, or break a page, if they were not only words."""
    base = load_scenario("more-mentors")
    names = [f"named-{number:02}" for number in range(count)]
    return [
        base.vary({"title": HOSTILE[n % len(HOSTILE)], "question": HOSTILE[(n + 1) % len(HOSTILE)]}, name)
        for n, name in enumerate(names)
    ]
