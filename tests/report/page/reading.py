"""A report read as a reader's program would: tables, headings, and what its tags point at."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "br", "wbr", "link", "img", "hr", "input"}


@dataclass
class Read(HTMLParser):
    """What stands in a page."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    tables: dict[str, list[list[str]]] = field(default_factory=dict)
    captions: dict[str, str] = field(default_factory=dict)
    lists: list[list[str]] = field(default_factory=list)
    text: str = ""
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.table = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = {name: value or "" for name, value in attrs}
        self.tags.append((tag, own))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.table = own["id"]
            self.tables[self.table] = []
        if tag == "tr":
            self.tables[self.table].append([])
        if tag in ("td", "th"):
            self.tables[self.table][-1].append("")
        if tag in ("h1", "h2", "h3"):
            self.headings.append((int(tag[1]), ""))
        if tag == "dl":
            self.lists.append([])
        if tag in ("dt", "dd"):
            self.lists[-1].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            return
        self.text += data
        if "caption" in self.open:
            self.captions[self.table] = self.captions.get(self.table, "") + data
        elif {"td", "th"} & set(self.open):
            self.tables[self.table][-1][-1] += data
        elif {"h1", "h2", "h3"} & set(self.open):
            level, so_far = self.headings[-1]
            self.headings[-1] = level, so_far + data
        elif {"dt", "dd"} & set(self.open):
            self.lists[-1][-1] += data


def read(html: str) -> Read:
    """A page that opens and closes every tag as it should."""
    found = Read()
    found.feed(html)
    assert found.open == []
    return found
