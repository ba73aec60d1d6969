"""Mentors: one row a funded post. A recruit is (post, tenure): whoever fills a post next is somebody else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from reentrysim.agents.columns import Flags, Floats, Ints, Small, rows_where
from reentrysim.agents.participants import Traits
from reentrysim.randomness import Luck
from reentrysim.vocabulary import NEVER, Origin

_TENURES_A_POST = 1 << 20
_ALUMNI = 1 << 60


@dataclass
class Mentors:
    """Mentors by post. Every array has shape (posts,)."""

    origin: Small
    """A property of the post: what the agency hires for it."""
    hours_per_month: Floats
    """Hours the post gives to mentoring, travel and notes included."""
    leave_monthly_risk: Floats
    """Risk of leaving without strain."""
    tenure: Ints
    """How many people have held the post before; with the post, a mentor's identity."""
    ready_step: Ints
    """First step in which the recruit can meet participants; NEVER while the post is vacant."""
    female: Flags
    age: Floats
    culture: Small
    interest: Small
    style: Small
    place: Small
    strain: Floats
    """Tiredness from overload, 0 to 1."""
    alumnus: Ints
    """Row of the participant who became the mentor; NEVER for everybody else."""

    @property
    def identity(self) -> Ints:
        """Shape (posts,): a number of its own for every person who ever holds a post; participants keep theirs."""
        others = np.arange(len(self.tenure), dtype=np.int64) * _TENURES_A_POST + self.tenure
        return np.where(self.alumnus == NEVER, others, _ALUMNI + self.alumnus)

    def active(self, step: int) -> Flags:
        """Shape (posts,): filled, trained and able to meet participants."""
        return np.asarray((self.ready_step != NEVER) & (self.ready_step <= step))


def create_posts(count: int, origin_shares: Mapping[Origin, float], values: Mapping[str, float], luck: Luck) -> Mentors:
    """`count` vacant posts; a post's origin is drawn by its own number."""
    u = luck.uniform("mentors.origin", 0, count)
    upper = np.cumsum([origin_shares.get(origin, 0.0) for origin in Origin])
    origin = np.minimum(np.searchsorted(upper, u, side="right"), len(Origin) - 1).astype(np.int8)
    hours = np.array([values[f"mentors.{name.name.lower()}_hours_per_month"] for name in Origin])
    leaving = np.array([values[f"mentors.{name.name.lower()}_leave_monthly_risk"] for name in Origin])
    return Mentors(
        origin=origin,
        hours_per_month=hours[origin],
        leave_monthly_risk=leaving[origin],
        tenure=np.full(count, NEVER, dtype=np.int64),
        ready_step=np.full(count, NEVER, dtype=np.int64),
        female=np.zeros(count, dtype=np.bool_),
        age=np.zeros(count),
        culture=np.zeros(count, dtype=np.int8),
        interest=np.zeros(count, dtype=np.int8),
        style=np.zeros(count, dtype=np.int8),
        place=np.zeros(count, dtype=np.int8),
        strain=np.zeros(count),
        alumnus=np.full(count, NEVER, dtype=np.int64),
    )


def screen(mentors: Mentors, posts: Ints, values: Mapping[str, float], luck: Luck) -> Ints:
    """New candidates for vacant `posts`, drawn by (post, tenure); the posts whose candidate passes screening."""
    mentors.tenure[posts] += 1
    return posts[_drawn(mentors, "screening", posts, luck) < values["mentors.screening_pass_share"]]


def recruit(mentors: Mentors, posts: Ints, ready_step: int, values: Mapping[str, float], luck: Luck) -> None:
    """Candidates who passed begin to train for their `posts`; they can meet people from `ready_step` on."""
    mentors.ready_step[posts] = ready_step
    mentors.strain[posts] = 0.0
    mentors.alumnus[posts] = NEVER
    _introduce(mentors, posts, values, luck)


def recruit_alumni(mentors: Mentors, posts: Ints, who: Ints, traits: Traits) -> None:
    """In `posts` begin people `who` (rows of `traits`), as they are, in place of the candidates drawn."""
    mentors.alumnus[posts] = who
    for name in ("female", "age", "culture", "interest", "style", "place"):
        getattr(mentors, name)[posts] = getattr(traits, name)[who]


def fail_training(mentors: Mentors, step: int, values: Mapping[str, float], luck: Luck) -> Flags:
    """Whose training ends now without a mentor, shape (posts,)."""
    failed: Flags = mentors.ready_step == step
    posts = rows_where(failed)
    failed[posts] = _drawn(mentors, "training", posts, luck) >= values["mentors.training_pass_share"]
    return failed


def _drawn(mentors: Mentors, trait: str, posts: Ints, luck: Luck) -> Floats:
    """Uniforms of who holds `posts` now, by (post, tenure), shape (len(posts),)."""
    return luck.of(f"mentors.{trait}", mentors.tenure[posts], posts)


def _introduce(mentors: Mentors, posts: Ints, values: Mapping[str, float], luck: Luck) -> None:
    def drawn(trait: str) -> Floats:
        return _drawn(mentors, trait, posts, luck)

    youngest, oldest = values["mentors.youngest_age"], values["mentors.oldest_age"]
    mentors.female[posts] = drawn("female") < values["mentors.female_share"]
    mentors.age[posts] = youngest + (oldest - youngest) * drawn("age")
    mentors.culture[posts] = drawn("culture") * values["participants.culture_kinds"]
    mentors.interest[posts] = drawn("interest") * values["participants.interest_kinds"]
    mentors.style[posts] = drawn("style") * values["participants.style_kinds"]
    mentors.place[posts] = drawn("place") * values["participants.place_kinds"]
