"""Trials on the terminal: what the model says to each, what was published, and how it scores."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from reentrysim.analysis.trials.files import Trial
from reentrysim.analysis.trials.posterior import sampling_error
from reentrysim.analysis.trials.predicting import Asked
from reentrysim.analysis.trials.scoring import FEWEST_PROGRAMS, FEWEST_TRIALS, Scoreboard
from reentrysim.evidence.audit import leaks_beside

_FAR, _CLOSE = 3.0, 0.01
"""Standard errors (of at least one point) beyond which a control arm is not reached."""
_HEADINGS = {"nation": 8, "here": 8, "publ.": 8, "predicted (95%)": 22, "published (95%)": 22, "z": 6}


def show_trial(asked: Asked) -> Iterator[str]:
    """One trial: its arms, its outcomes, where its place was moved to, and what was assumed."""
    protocol, frame = asked.trial.protocol, asked.frame
    arms = protocol.arms
    yield f"{asked.trial.name}: {protocol.title}. {protocol.place}."
    yield (
        f"  {arms.program.people:,} were offered it and {arms.control.people:,} were not. Differences: program arm "
        "less control arm, both\n  sampled at their size; below 0 is fewer. * was declared before the first run."
    )
    yield f"  {'':<20}{'control arm, %':^24}{'difference, points':^44}".rstrip()
    yield f"  {'outcome':<14}{'month':>6}" + "".join(f"{heading:>{width}}" for heading, width in _HEADINGS.items())
    for row in frame.to_dict("records"):
        yield _line(row)
    if asked.moved:
        moved = "; ".join(f"{line.parameter} {line.moved:+.2f}" for line in asked.place.itertuples())
        yield f"  Levels moved to the control arm (logs): {moved}."
    else:
        yield "  No share was published of the control arm: levels are the nation's."
    yield f"  {_verdict(asked)}"
    yield from (f"  warning: {told}" for told in _doubts(asked))
    yield from (f"  Leak: {told}" for told in leaks_beside(asked.trial.name))
    yield from (f"  Assumed: {sentence}" for sentence in protocol.assumed)


def _line(row: dict[object, object]) -> str:
    mark = "*" if row["primary"] else " "
    levels = "".join(f"{_percent(row[key]):>8}" for key in ("national_control", "control", "published_control"))
    told = [_points(row, "predicted"), _points(row, "published")]
    z = row["z"]
    return (
        f" {mark}{row['outcome']!s:<14}{row['months']:>6}{levels}{told[0]:>22}{told[1]:>22}"
        f"{'' if _unknown(z) else f'{z:+.1f}':>6}"
    )


def _verdict(asked: Asked) -> str:
    row = asked.frame[asked.frame["primary"]].iloc[0]
    if pd.isna(row["published"]):
        return f"{row['outcome']}: published in words ({asked.trial.primary.row}), not scored."
    inside = "inside" if row["inside"] else "OUTSIDE"
    return f"{row['outcome']}: what was published is {inside} what was predicted (z: how many standard deviations off)."


def _doubts(asked: Asked) -> Iterator[str]:
    """Whether the trial can be what it says, and the model can be there."""
    arms = asked.trial.protocol.arms
    if (arms.program.programs, arms.program.circumstances) == (arms.control.programs, arms.control.circumstances):
        yield "both arms get the same, so nothing can differ"
    for row in asked.frame.to_dict("records"):
        known, here = row["published_control"], row["control"]
        far = _FAR * max(sampling_error(known, arms.control.people), _CLOSE) if not _unknown(known) else math.inf
        if abs(here - known) > far:
            yield f"the model does not reach this control arm: {row['outcome']} {here:.0%} instead of {known:.0%}"


def _points(row: dict[object, object], what: str) -> str:
    numbers = [row[f"{what}{end}"] for end in ("", "_low", "_high")]
    if _unknown(numbers[0]):
        return "-"
    mean, low, high = (round(100.0 * float(number)) + 0 for number in numbers)  # type: ignore[arg-type]
    return f"{mean:+d} ({low:+d} to {high:+d})"


def _percent(share: object) -> str:
    return "-" if _unknown(share) else f"{100.0 * float(share):.0f}"  # type: ignore[arg-type]


def _unknown(number: object) -> bool:
    return not isinstance(number, int | float) or math.isnan(number)


def show_scoreboard(board: Scoreboard, left: list[Trial]) -> Iterator[str]:
    """All trials together, and those that can't be asked yet."""
    if board.trials:
        yield (
            f"{board.covered} of {board.trials} published differences lie in their 95% interval (so "
            f"{board.coverage_low:.0%} to {board.coverage_high:.0%} of such would), which is {100 * board.width:.0f} "
            "points wide on average."
        )
        if not math.isnan(board.rank_correlation):
            yield f"Rank correlation of predicted and published differences: {board.rank_correlation:+.2f}."
        for line in board.skill.to_dict("records"):
            interval = "" if _unknown(line["low"]) else f" ({line['low']:+.2f} to {line['high']:+.2f})"
            gain = f"log score {line['log_score_gain']:+.2f} a trial{interval}"
            yield f"  against {line['rival']}: {gain}: {line['verdict']}"
        if board.trials < FEWEST_TRIALS:
            yield f"Below {FEWEST_TRIALS} trials nothing is claimed."
        elif board.programs < FEWEST_PROGRAMS:
            yield f"They are of {board.programs} programs; below {FEWEST_PROGRAMS} nothing is claimed."
    for trial in left:
        yield f"not yet: {trial.name} ({trial.protocol.title}) needs {', '.join(trial.protocol.needs)}"
