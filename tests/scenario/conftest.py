"""A folder to write scenario files in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Write = Callable[..., str]

HEAD = 'schema = 1\ntitle = "A test"\nquestion = "Does it?"\nbased_on = "status-quo"\n'


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a scenario file and returns its path; without a head of its own it is based on status-quo."""

    def write_file(body: str, name: str = "mine.toml", head: str = HEAD) -> str:
        path = tmp_path / name
        path.write_text(head + body, encoding="utf-8")
        return str(path)

    return write_file
