"""Every draw has an address: (seed, replicate, decision, step, entity).

The generator is Philox 4x64 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"), a counter-based
bijection. Four 64-bit words fix the stream (seed and decision are its key, replicate and step the upper half of
its counter) and the lower half counts entities, so entity i of an address always gets the same number, whoever else
exists, whatever was drawn before, and in whatever order. Nothing here has state that a caller can see.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]
Ids = NDArray[np.int64]

_WORD = 1 << 64
_LANES = 4  # uniforms in one Philox block
_BITS = np.uint64(11)  # 64 random bits -> 53-bit fraction
_UNIT = 2.0**-53
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


@cache
def decision_key(name: str) -> int:
    """The 64-bit key of a named decision."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


class _Stream(threading.local):
    """A generator that is moved to an address before every use; one a thread."""

    def __init__(self) -> None:
        self.bits = np.random.Philox(key=0)
        self.generator = np.random.Generator(self.bits)
        self.state = self.bits.state

    def at(self, seed: int, decision: str, replicate: int, step: int, block: int) -> np.random.Generator:
        key, counter = self.state["state"]["key"], self.state["state"]["counter"]
        key[0], key[1] = seed % _WORD, decision_key(decision)
        counter[0], counter[1], counter[2], counter[3] = block, 0, step % _WORD, replicate % _WORD
        self.state["buffer_pos"] = _LANES  # nothing left over from the last address
        self.state["has_uint32"] = 0
        self.bits.state = self.state
        return self.generator


_stream = _Stream()


@dataclass(frozen=True)
class Luck:
    """All the luck of one replicate: a pair of numbers from which every draw follows."""

    seed: int
    replicate: int

    def uniform(self, decision: str, step: int, stop: int, start: int = 0) -> Floats:
        """Uniforms in [0, 1) of entities start..stop-1, shape (stop - start,)."""
        if stop <= start:
            return np.empty(0)
        block, skip = divmod(start, _LANES)
        return _stream.at(self.seed, decision, self.replicate, step, block).random(stop - start + skip)[skip:]

    def normal(self, decision: str, step: int, stop: int, start: int = 0) -> Floats:
        """Standard normals of entities start..stop-1, by inverse transform (never infinite)."""
        u = self.uniform(decision, step, stop, start)
        return np.asarray(ndtri(u * (1.0 - _UNIT) + _UNIT / 2), dtype=np.float64)

    def pair(self, decision: str, first: Ids, second: Ids) -> Floats:
        """Uniforms of pairs: shape (len(first), len(second)), a hash of both identities."""
        key = np.uint64(decision_key(f"{decision}/{self.seed % _WORD}/{self.replicate % _WORD}"))
        rows = _mix(first.astype(np.uint64) ^ key)[:, None]
        return np.asarray((_mix(rows + second.astype(np.uint64) * _GOLDEN) >> _BITS) * _UNIT, dtype=np.float64)


class Occasions:
    """Luck addressed by how often something has happened to a person, not by when; each vector is drawn once."""

    def __init__(self, luck: Luck, people: int) -> None:
        self._luck, self._people = luck, people
        self._drawn: dict[tuple[str, int], Floats] = {}

    def uniform(self, decision: str, occasion: Ids, who: Ids) -> Floats:
        """Uniforms of the `occasion`-th time of each person `who`, shape (len(who),)."""
        u = np.empty(len(who))
        for time in np.unique(occasion).tolist():
            now = occasion == time
            u[now] = self._of(decision, time)[who[now]]
        return u

    def _of(self, decision: str, time: int) -> Floats:
        if (decision, time) not in self._drawn:
            self._drawn[decision, time] = self._luck.uniform(decision, time, self._people)
        return self._drawn[decision, time]


def _mix(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finalizer of SplitMix64 (Steele, Lea & Flood 2014): every input bit reaches every output bit."""
    z = x + _GOLDEN
    z = (z ^ (z >> np.uint64(30))) * _MIX_1
    z = (z ^ (z >> np.uint64(27))) * _MIX_2
    return np.asarray(z ^ (z >> np.uint64(31)), dtype=np.uint64)
