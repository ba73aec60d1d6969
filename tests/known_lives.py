"""A made-up pair of lives whose picture and text can be reckoned with by hand."""

from __future__ import annotations

from reentrysim.analysis.lives import states
from reentrysim.analysis.lives.lives import Event, Kind, Life, Lives, Pair, Share

MONTHS = (-2, -1, *range(1, 41))


def life(scenario: str, back: int | None, mentor_from: int | None = None, died: int | None = None) -> Life:
    """Two months inside, then at liberty with a job, until back in prison for good."""

    def lane(inside: str, outside: str, after: str) -> tuple[str, ...]:
        return tuple(inside if m < 0 else outside if back is None or m < back else after for m in MONTHS)

    met = tuple("has a mentor" if mentor_from and m >= mentor_from else "" for m in MONTHS)
    events = [Event(1, states.RELEASE, "released")]
    if mentor_from:
        events.append(Event(mentor_from, states.BEGINS, "mentor begins"))
    if back:
        events += [
            Event(back, states.ARREST, "arrested (drugs)"),
            Event(back, states.CONVICTION, "convicted"),
            Event(back, states.RETURN, "back in prison (new sentence)"),
        ]
    lanes = {
        "custody": lane("in prison", "at liberty", "back in prison"),
        "home": lane("", "own home", ""),
        "work": lane("", "job", ""),
        "use": lane("", "no active use", ""),
        "mentoring": met,
    }
    return Life(scenario, lanes, tuple(events), back, died)


def made_up_pair(kind: Kind = Kind.IMPROVED, baseline: str = "status-quo", scenario: str = "more-mentors") -> Pair:
    """Back in month 12 where the kind says so; under the other scenario there is a mentor from month 3."""
    return Pair(
        label="Participant A",
        who="34, man, 7 prior arrests",
        kind=kind,
        of_1000=30,
        unit=2,
        shown=1,
        among=True,
        people=8,
        replicate=0,
        months=MONTHS,
        headline_month=36,
        baseline=life(baseline, 12 if kind in (Kind.IMPROVED, Kind.BOTH) else None),
        other=life(scenario, 12 if kind in (Kind.WORSENED, Kind.BOTH) else None, mentor_from=3),
        reached=True,
        parted=3,
        through="a mentor",
        why=f"In month 3 after release a mentor is offered under {scenario}, and not under {baseline}.",
    )


def made_up_lives(baseline: str = "status-quo", scenario: str = "more-mentors") -> Lives:
    """One pair of each kind: 30 improve, 20 worsen, 350 and 600 do neither."""
    counts = {Kind.IMPROVED: 30, Kind.WORSENED: 20, Kind.BOTH: 350, Kind.NEITHER: 600}
    return Lives(
        baseline=baseline,
        scenario=scenario,
        headline_month=36,
        shares=tuple(Share(kind, count, 2, 2.0, 2 * count, count, 1) for kind, count in counts.items()),
        pairs=tuple(made_up_pair(kind, baseline, scenario) for kind in Kind),
        people=4,
        replicates=(0, 5),
        of=10,
        participants=1000,
        answer=f"Expected over all 10 replicates: 10 fewer of 1,000 under {scenario} than under {baseline}.",
        parted=900,
    )
