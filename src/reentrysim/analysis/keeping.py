"""Finished parts of a long fit, kept beside its result while it runs, so that an interrupted one goes on."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

Part = TypeVar("Part")


@dataclass(frozen=True)
class Keeper(Generic[Part]):
    """A file of finished parts, one line each, under the digest of everything that they rest on."""

    path: Path
    digest: str
    pack: Callable[[Part], Any]
    """A part as JSON holds it, and back."""
    unpack: Callable[[Any], Part]

    def parts(self, rest: Callable[[list[Part]], Iterable[Part]]) -> Iterator[Part]:
        """Those of an interrupted fit of the same digest, then the rest of them, each kept as soon as it is there."""
        kept = [self.unpack(line) for line in self._lines()]
        yield from kept
        anew = self.path.with_name(f"{self.path.name}.new")
        anew.write_text("".join(f"{line}\n" for line in (self.digest, *map(json.dumps, map(self.pack, kept)))), "utf-8")
        os.replace(anew, self.path)  # parts that are kept are never lost on the way
        with self.path.open("a", encoding="utf-8") as out:
            for part in rest(kept):
                print(json.dumps(self.pack(part)), file=out, flush=True)
                yield part

    def forget(self) -> None:
        """The fit is whole: there is nothing to go on with."""
        self.path.unlink(missing_ok=True)

    def _lines(self) -> Iterator[Any]:
        """Every whole line of the file, up to one that was cut; none of another digest."""
        try:
            first, *lines = self.path.read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError):
            return
        for line in lines if first == self.digest else ():
            try:
                yield json.loads(line)
            except ValueError:
                return
