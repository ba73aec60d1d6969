"""What checking a folder found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Kind(StrEnum):
    """How a file is not what it should be."""

    CHANGED = "changed"
    MISSING = "missing"
    STRANGE = "strange"
    DIFFERENT = "different"


@dataclass(frozen=True)
class Finding:
    """One file that is not what it should be."""

    file: str
    kind: Kind
    what: str

    def __str__(self) -> str:
        return f"{self.file}: {self.what}"


@dataclass(frozen=True)
class Verification:
    """What a check of a folder found; nothing found is `ok`."""

    folder: Path
    checked: int
    """Files whose SHA-256 was compared, the manifest among them."""
    findings: tuple[Finding, ...]
    rerun: str = ""
    """What was computed again, in words; "" where nothing was."""
    same: tuple[str, ...] = ()
    """Files that came out the same again."""
    near: tuple[str, ...] = ()
    """Files that came out the same to six digits, and not to the last byte."""
    left_out: tuple[str, ...] = ()
    """Files that are not computed again."""

    @property
    def ok(self) -> bool:
        """Whether everything is as it should be."""
        return not self.findings

    def lines(self) -> list[str]:
        """The report in words, findings first."""
        told = [str(finding) for finding in self.findings]
        if self.rerun:
            told.append(f"Computed again: {self.rerun}.")
        told += _listed("the same, to the byte or the value", self.same)
        told += _listed("the same to six digits (other processor or libraries)", self.near)
        told += _listed("not computed again", self.left_out)
        return [*told, self._verdict()]

    def _verdict(self) -> str:
        if self.findings:
            count = len({finding.file for finding in self.findings})
            return f"{self.folder} is not what its run wrote: {count} of its files {'is' if count == 1 else 'are'} not."
        return f"{self.folder}: all {self.checked} files are what the run wrote."

    def __str__(self) -> str:
        return "\n".join(self.lines())


def _listed(what: str, files: tuple[str, ...]) -> list[str]:
    return [f"  {what}: {', '.join(files)}"] if files else []
