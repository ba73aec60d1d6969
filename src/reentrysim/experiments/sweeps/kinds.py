"""The table `design` of a sweep's file: which design, and how large."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from reentrysim.experiments.plan import DEFAULT_SEED, LARGEST_SEED
from reentrysim.experiments.sweeps.lists import MOST_POINTS
from reentrysim.scenario.fields import Strict
from reentrysim.scenario.messages import refuse

_TAKES: dict[str, tuple[str, ...]] = {
    "grid": ("levels",),
    "list": ("file",),
    "random": ("points", "seed"),
    "latin_hypercube": ("points", "seed"),
    "sobol": ("points", "seed", "second_order"),
    "morris": ("points", "seed", "levels"),
}
Seed = Annotated[int, Field(ge=0, le=LARGEST_SEED)]


class DesignTable(Strict):
    """How the points are chosen."""

    kind: Literal["grid", "list", "random", "latin_hypercube", "sobol", "morris"]
    """The design."""
    points: Annotated[int, Field(ge=1, le=MOST_POINTS)] | None = None
    """Points of random and latin_hypercube, base points of sobol (a power of two), trajectories of morris."""
    seed: Seed = DEFAULT_SEED
    """Seed of the points, not of the runs."""
    levels: Annotated[int, Field(ge=2, le=1000)] = 4
    """Levels of each range or distribution in a grid, and of each factor in a Morris design: an even number, and a
    multiple of how many values a factor lists."""
    file: str | None = None
    """CSV of a list, beside this file: its first line names paths, every other line is a point."""
    second_order: bool = False
    """Whether Sobol' points allow for indices of pairs, at nearly twice the runs."""

    @property
    def count(self) -> int:
        """`points` of a design that has them."""
        assert self.points is not None  # the validator has seen it
        return self.points

    @model_validator(mode="after")
    def _has_what_its_kind_takes(self) -> Self:
        takes = _TAKES[self.kind]
        for key, field in type(self).model_fields.items():
            if key != "kind" and key not in takes and getattr(self, key) != field.default:
                raise refuse(f"does nothing in a design of kind {self.kind}", f"It takes {', '.join(takes)}", (key,))
        for key in ("points", "file"):
            if key in takes and getattr(self, key) is None:
                raise refuse(f"a design of kind {self.kind} needs it", f"It takes {', '.join(takes)}", (key,))
        if self.kind == "sobol" and self.count & (self.count - 1):
            below = 1 << (self.count.bit_length() - 1)
            what = f"Sobol' points come in powers of two, not {self.count}"
            raise refuse(what, f"Set it to {below} or {2 * below}", ("points",))
        if self.kind == "morris" and self.levels % 2:
            what = f"a Morris design has an even number of levels, not {self.levels}"
            raise refuse(what, f"Set it to {self.levels - 1} or {self.levels + 1}", ("levels",))
        return self
