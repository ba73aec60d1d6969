"""Every draw has an address: (seed, replicate, decision, step, entity).

The generator is Philox 4x64 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"), a counter-based
bijection. Four 64-bit words fix the stream (seed and decision are its key, replicate and step the upper half of
its counter) and the lower half counts entities, so entity i of an address always gets the same number, whoever else
exists, whatever was drawn before, and in whatever order. Nothing here has state that a caller can see.
"""

from __future__ import annotations

import hashlib
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


_bits = np.random.Philox(key=0)
_generator = np.random.Generator(_bits)
_state = _bits.state


def _set_address(seed: int, decision: str, replicate: int, step: int, block: int) -> None:
    key, counter = _state["state"]["key"], _state["state"]["counter"]
    key[0], key[1] = seed % _WORD, decision_key(decision)
    # The generator increments before its first block, so entity 0 sits in block 1.
    counter[0], counter[1], counter[2], counter[3] = block, 0, step % _WORD, replicate % _WORD
    _state["buffer_pos"] = _LANES
    _state["has_uint32"] = 0
    _bits.state = _state


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
        _set_address(self.seed, decision, self.replicate, step, block)
        return _generator.random(stop - start + skip)[skip:]

    def normal(self, decision: str, step: int, stop: int, start: int = 0) -> Floats:
        """Standard normals of entities start..stop-1, by inverse transform (never infinite)."""
        u = self.uniform(decision, step, stop, start)
        return np.asarray(ndtri(u * (1.0 - _UNIT) + _UNIT / 2), dtype=np.float64)

    def pair(self, decision: str, first: Ids, second: Ids) -> Floats:
        """Uniforms of pairs: shape (len(first), len(second)), a hash of both identities."""
        key = np.uint64(decision_key(f"{decision}/{self.seed}/{self.replicate}"))
        rows = _mix(first.astype(np.uint64) ^ key)[:, None]
        return (_mix(rows + second.astype(np.uint64) * _GOLDEN) >> _BITS) * _UNIT


def _mix(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finalizer of SplitMix64 (Steele, Lea & Flood 2014): every input bit reaches every output bit."""
    z = x + _GOLDEN
    z = (z ^ (z >> np.uint64(30))) * _MIX_1
    z = (z ^ (z >> np.uint64(27))) * _MIX_2
    return np.asarray(z ^ (z >> np.uint64(31)), dtype=np.uint64)
