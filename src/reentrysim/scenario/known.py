"""Which keys exist, and what somebody who wrote another one probably meant."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reentrysim.vocabulary import nearest

Path = tuple[str, ...]
"""Keys from the root of a scenario file down; "*" stands for a name that the file chooses."""

_UNIT = re.compile(r"_?(per_)?(months?|weeks?|days?|years?|hours?|steps?|dollars?|cents|usd|shares?|percent|pct|rate)$")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_NAMED_TABLES = {("programs",): "program", ("policies", "matching"): "table", ("policies", "caseload"): "program"}
_SHOWN = 60


def known_paths(schema: Mapping[str, Any]) -> frozenset[Path]:
    """Every key path that a JSON Schema of scenario files describes."""
    return frozenset(_walk(schema, schema.get("$defs", {}), ()))


def _walk(node: Mapping[str, Any], definitions: Mapping[str, Any], path: Path) -> Iterator[Path]:
    if "$ref" in node:
        node = definitions[node["$ref"].rsplit("/", 1)[1]]
    for other in node.get("anyOf", ()):  # a table that may be left out
        yield from _walk(other, definitions, path)
    children = dict(node.get("properties", {}))
    for other in (node.get("additionalProperties"), *node.get("patternProperties", {}).values()):
        if isinstance(other, Mapping):
            children["*"] = other
    for key, child in children.items():
        yield (*path, key)
        yield from _walk(child, definitions, (*path, key))


def dotted(path: Sequence[str]) -> str:
    """A key path as a scenario file would spell it, cut where a key is longer than anybody reads."""
    return ".".join(_spelled(key if len(key) <= _SHOWN else f"{key[:_SHOWN]}...") for key in path)


def _spelled(key: str) -> str:
    return key if key == "*" or _BARE_KEY.fullmatch(key) else json.dumps(key)


def unknown_key(path: Path, known: frozenset[Path]) -> tuple[str, str]:
    """What is wrong with a key that doesn't exist, and what to do about it."""
    table, key = path[:-1], path[-1]
    here = {other[-1] for other in known if _matches(other[:-1], table)} - {key}
    written = repr(key if len(key) <= _SHOWN else f"{key[:_SHOWN]}...")
    if table in _NAMED_TABLES:
        close = nearest(key, here)
        own = "" if table != ("programs",) or close.startswith("Did") else ". One of your own comes by --allow-code"
        return f"unknown {_NAMED_TABLES[table]} {written}", f"{close}{own}"
    in_unit = [other for other in sorted(here) if _UNIT.search(other) and _stem(other) == _stem(key)]
    if in_unit:
        return f"unknown key {written}, or a wrong unit", f"Write {in_unit[0]!r}, in the unit of that name"
    elsewhere = _elsewhere(path, known)
    if elsewhere:
        return f"key {written} doesn't belong here", f"It belongs in {' or '.join(map(dotted, elsewhere))}"
    return f"unknown key {written}", nearest(key, here)


def _stem(key: str) -> str:
    return _UNIT.sub("", key)


def _matches(pattern: Path, path: Path) -> bool:
    return len(pattern) == len(path) and all(a in ("*", b) for a, b in zip(pattern, path, strict=True))


def _elsewhere(path: Path, known: frozenset[Path]) -> list[Path]:
    """The paths that end in this very key, those that share most of the way to it."""
    same = [other for other in known if other[-1] == path[-1] and not _matches(other[:-1], path[:-1])]
    shared = {other: _shared(other, path) for other in same}
    return sorted(other for other in same if shared[other] == max(shared.values()))


def _shared(a: Path, b: Path) -> int:
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x not in ("*", y)), min(len(a), len(b)))
