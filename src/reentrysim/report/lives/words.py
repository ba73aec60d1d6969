"""Paired lives in words: what the kinds are, how many of 1,000 each stands for, and how sure that is."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence

from reentrysim.analysis.answer import PEOPLE, period
from reentrysim.analysis.lives.lives import Kind, Life, Lives, Pair, Share
from reentrysim.vocabulary import PER_CENT

SIMULATED = "Simulated people: nobody here is real, and nothing here may be used to decide about a real individual."
KIND_WORDS = {Kind.IMPROVED: "Improved", Kind.WORSENED: "Worsened", Kind.BOTH: "Same", Kind.NEITHER: "Same"}
LONGEST = 48
"""Letters of a scenario's name that pictures show."""
_BIDI = {*range(0x200E, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x061C}
"""Marks that turn the direction of text: without them a name can't move what stands beside it."""


def clean(text: str, most: int | None = None) -> str:
    """A name as it may be shown: on one line, without marks that no reader sees; cut to `most` letters where asked."""
    plain = "".join(letter for letter in re.sub(r"\s+", " ", text) if _shown(letter)).strip()
    return plain if most is None or len(plain) <= most else plain[: most - 1] + "…"


def _shown(letter: str) -> bool:
    return ord(letter) not in _BIDI and unicodedata.category(letter) not in ("Cc", "Cs", "Cn")


def kind_words(kind: Kind, baseline: str, other: str, month: int) -> str:
    """What a kind is, in a sentence without its end: "back in prison within 3 years under A, not under B"."""
    back = f"back in prison within {period(month)}"
    return {
        Kind.IMPROVED: f"{back} under {baseline}, not under {other}",
        Kind.WORSENED: f"{back} under {other}, not under {baseline}",
        Kind.BOTH: f"{back} under both",
        Kind.NEITHER: f"not {back} under either",
    }[kind]


def count_words(of: Share | Pair) -> str:
    """How many of 1,000 are of a kind: "346", "fewer than 5" where no finer number is supported, "none"."""
    few = f"fewer than {of.unit:,}" if of.unit else "none"
    return f"{of.of_1000:,}" if of.of_1000 else few


def of_1000(of: Share | Pair) -> str:
    """ "346 of 1,000", "fewer than 5 of 1,000", "none of 1,000"."""
    return f"{count_words(of)} of {PEOPLE:,}"


def stands_for(pair: Pair) -> str:
    """How many people the person who is shown stands for."""
    count = of_1000(pair)
    if not pair.among:
        kind = f"1 of the {count_words(pair)} in {PEOPLE:,} who are of this kind"
        return f"An extra, {kind}: the {pair.people} shown in proportion hold none of them."
    others = pair.shown - 1
    with_others = f" together with {others} other{'' if others == 1 else 's'} shown" if others else ""
    return f"Stands for {count}{with_others}."


def verdict(life: Life, month: int) -> str:
    """What the answer's month finds: "back in prison in month 13", "not back in prison within 3 years"."""
    if life.back is not None and life.back <= month:
        return f"back in prison in month {life.back}"
    died = f"died in month {life.died}, " if life.died is not None and life.died <= month else ""
    return f"{died}not back in prison within {period(month)}"


def help_words(pair: Pair) -> str:
    """Whether a program reached the person at all."""
    if pair.reached:
        return f"A program gave this person a mentor or a place within {period(pair.headline_month)}."
    return f"No program reached this person within {period(pair.headline_month)} under either scenario."


def parted_words(pair: Pair) -> str:
    """The month where the two lives part, and through what."""
    return clean(pair.why)


def lives_words(lives: Lives) -> list[str]:
    """What the shares say, in plain sentences: how many of 1,000 of each kind, how sure, and who was reached."""
    baseline, other = clean(lives.baseline), clean(lives.scenario)
    return [SIMULATED, clean(lives.answer), *_counts(lives, baseline, other), *_caveats(lives)]


def _counts(lives: Lives, baseline: str, other: str) -> Iterator[str]:
    for share in lives.shares:
        count = of_1000(share)
        what = kind_words(share.kind, baseline, other, lives.headline_month)
        yield f"{KIND_WORDS[share.kind]}: {count} {what}{_error(share)}."


def _error(share: Share) -> str:
    if not share.error:
        return " (nobody in the runs made again)" if not share.runs else ""
    return f" (standard error {share.error:.1g})" if math.isfinite(share.error) else " (error unknown)"


def _caveats(lives: Lives) -> Iterator[str]:
    again, month = len(lives.replicates), period(lives.headline_month)
    which = f"{again} of the {lives.of} replicates" if again != lives.of else f"all {lives.of} replicates"
    yield (
        f"The rarer of improved and worsened is counted in {which}, run again ({lives.participants:,} people each); "
        "the other is that plus the expected difference over all of them."
    )
    changed = lives.shares[Kind.IMPROVED], lives.shares[Kind.WORSENED]
    yield from (_reached(share, month) for share in changed if share.runs)
    yield from _died(changed)
    everybody = again * lives.participants
    alike = round(PER_CENT * (everybody - lives.parted) / everybody)
    yield (
        f"Of 100 people about {alike} live exactly the same life under both. "
        "Improved and worsened include luck that moves: who gets a mentor, a job or a room leaves it to nobody else, "
        "so people whom no program reached differ too."
    )


def _reached(share: Share, month: str) -> str:
    people = "person" if share.runs == 1 else "people"
    return (
        f"Of {share.runs:,} {KIND_WORDS[share.kind].lower()} {people} in the runs made again, {share.reached:,} had a "
        f"mentor or a place of a program under one scenario or both within {month}."
    )


def _died(changed: Sequence[Share]) -> Iterator[str]:
    """Who did not come back because they died is told, and not counted as helped."""
    for share in changed:
        if share.died:
            verb = "was" if share.died == 1 else "were"
            yield (
                f"{share.died:,} of the {share.runs:,} {KIND_WORDS[share.kind].lower()} {verb} dead by then under one "
                "of the scenarios, which keeps anybody from coming back and helps nobody."
            )
