"""Every draw has an address: (seed, replicate, decision, step, entity).

The generator is Philox 4x64 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"), a counter-based
bijection. Four 64-bit words fix the stream (seed and decision are its key, replicate and step the upper half of
its counter) and the lower half counts entities, so entity i of an address always gets the same number, whoever else
exists, whatever was drawn before, and in whatever order. Nothing here has state that a caller can see.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, field
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
_OCCASION = np.uint64(40)  # entities number fewer than 2^40
_SHIFT_1, _SHIFT_2, _SHIFT_3 = np.uint64(30), np.uint64(27), np.uint64(31)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


@cache
def decision_key(name: str) -> int:
    """The 64-bit key of a named decision."""
    return _digest(name)


def _digest(name: str) -> int:
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
    _keys: dict[str, int] = field(default_factory=dict, init=False, repr=False, compare=False)

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

    def of(self, decision: str, step: int | Ids, who: Ids, occasion: Ids | None = None) -> Floats:
        """Uniforms of the entities `who` alone, shape (len(who),); cheaper than `uniform` where few are concerned.

        A SplitMix64 sequence for each address, entered at the entity's own place, or at that of its `occasion` (0 is
        the first, shape as `who`) within the step. Every entity may have a step of its own (shape as `who`).
        """
        if not len(who):
            return np.empty(0)
        place = _words(who)
        if occasion is not None:
            place = place + (_words(occasion) << _OCCASION)
        place = place * _GOLDEN
        place += self._start(decision, step)
        return _unit(_finish(place))

    def _start(self, decision: str, step: int | Ids) -> np.uint64 | NDArray[np.uint64]:
        if isinstance(step, int):
            return np.uint64((self._key(decision) + step * int(_MIX_1)) % _WORD)
        return np.uint64(self._key(decision)) + _words(step) * _MIX_1

    def _key(self, decision: str) -> int:
        """The 64-bit key of a decision in this replicate, kept because it is asked for every month."""
        if decision not in self._keys:
            self._keys[decision] = _digest(f"{decision}/{self.seed % _WORD}/{self.replicate % _WORD}")
        return self._keys[decision]

    def pair(self, decision: str, first: Ids, second: Ids) -> Floats:
        """Uniforms of pairs: shape (len(first), len(second)), a hash of both identities."""
        key = np.uint64(self._key(decision))
        rows = _mix(first.astype(np.uint64) ^ key)[:, None]
        return _unit(_mix(rows + second.astype(np.uint64) * _GOLDEN))


@dataclass(frozen=True)
class MonthLuck:
    """The luck of one step for a window of people, whose rows in the window stand for them."""

    luck: Luck
    step: int
    start: int
    """Identity of the window's first row, and `stop` of the row after its last."""
    stop: int

    def __call__(self, decision: str) -> Floats:
        """Uniforms of everybody in the window, shape (stop - start,)."""
        return self.luck.uniform(decision, self.step, self.stop, self.start)

    def of(self, decision: str, rows: Ids, occasion: Ids | None = None) -> Floats:
        """Uniforms of some rows of the window alone, shape (len(rows),)."""
        return self.luck.of(decision, self.step, rows + self.start, occasion)

    def beyond(self, decision: str, entities: Ids, occasion: Ids | None = None) -> Floats:
        """Uniforms of entities that are no people, by their own identity, shape (len(entities),)."""
        return self.luck.of(decision, self.step, entities, occasion)


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


def _words(ids: Ids) -> NDArray[np.uint64]:
    """The same whole numbers, from 0 on, as 64-bit words; no copy."""
    return np.asarray(ids, dtype=np.int64).view(np.uint64)


def _unit(bits: NDArray[np.uint64]) -> Floats:
    """Uniforms in [0, 1) from 64 random bits, which are used up."""
    bits >>= _BITS
    return np.asarray(bits * _UNIT, dtype=np.float64)


def _mix(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The next number of SplitMix64 (Steele, Lea & Flood 2014): every input bit reaches every output bit."""
    return _finish(x + _GOLDEN)


def _finish(z: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finalizer of SplitMix64, in place."""
    z ^= z >> _SHIFT_1
    z *= _MIX_1
    z ^= z >> _SHIFT_2
    z *= _MIX_2
    z ^= z >> _SHIFT_3
    return z
