"""A month's optimal matching of a large pool in blocks: seconds, peak memory, and share of the optimum.

    python benchmarks/optimal_matching.py

Fifty thousand people wait and five thousand mentors have two free seats each, with traits as the evidence draws them.
The share of the optimum is taken where the whole can be solved at once, in pools that are still many blocks large.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

import numpy as np

from reentrysim.policies.assignment import assign_together
from reentrysim.policies.matching import line

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from policies.pools import Drawn

WAITING, MENTORS, SEATS_EACH = 50_000, 5_000, 2
POOLS = (500, 1000, 2000, 3000)
"""People in pools that are solved as a whole too."""


def month(waiting: int, mentors: int) -> tuple[float, float]:
    """Seconds from the line to the last match, and the mean fit."""
    drawn = Drawn(waiting, mentors, seed=0)
    since, lottery = np.arange(waiting) % 24, drawn.luck.uniform("lottery", 0, waiting)
    started = time.perf_counter()
    in_reach = line(np.arange(waiting), since, lottery, np.zeros(waiting, dtype=np.int8), "longest_wait")
    who, posts = in_reach[: mentors * SEATS_EACH], np.arange(mentors)
    chosen = assign_together(drawn.pool(who, posts), len(who), np.full(mentors, SEATS_EACH))
    return time.perf_counter() - started, float(drawn.fits(who, posts[chosen]).mean())


def share_of_optimum(people: int, seed: int, seats_each: int = 1, spare: float = 1.0) -> float:
    """Total of blocks in units of that of the whole pool solved at once; `spare` seats to a person."""
    posts = int(people * spare) // seats_each
    drawn, seats = Drawn(people, posts, seed), np.full(posts, seats_each)
    pool = drawn.pool(np.arange(people), np.arange(posts))
    in_blocks, whole = (assign_together(pool, people, seats, whole=most) for most in (0, people))
    totals = [float(drawn.fits(np.arange(people), chosen).sum()) for chosen in (in_blocks, whole)]
    return totals[0] / totals[1]


def main() -> None:
    """Print the tables."""
    seconds, fit = month(WAITING, MENTORS)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"{WAITING:,} waiting, {MENTORS:,} mentors with {SEATS_EACH} seats: {seconds:.2f} s, mean fit {fit:.4f}")
    print(f"peak memory of the process {peak:.2f} GiB", flush=True)
    for people in POOLS:
        shares = [share_of_optimum(people, seed) for seed in range(2)]
        shares += [share_of_optimum(people, 2, seats_each=2), share_of_optimum(people, 3, spare=1.5)]
        print(f"{people:,} people: {min(shares):.2%} to {max(shares):.2%} of the optimum", flush=True)


if __name__ == "__main__":
    main()
