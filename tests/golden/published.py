"""What the project publishes about itself, made from the program's own output: the golden files and the README."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from reentrysim.analysis.compare import Comparison, compare
from reentrysim.analysis.validate import ValidationReport, validate
from reentrysim.experiments.store import write_csv

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
VALIDATION = ROOT / "docs" / "validation.md"
PICTURES = ROOT / "docs" / "pictures"
GOLDEN = Path(__file__).parent / "comparison.csv"
_LIVELIHOOD = re.compile(r"(?<=<!-- lives:start -->\n).*?(?=<!-- lives:end -->)", re.DOTALL)
_TABLE = re.compile(r"(?<=<!-- fit:start -->\n).*?(?=<!-- fit:end -->)", re.DOTALL)


def golden_comparison() -> Comparison:
    """A small comparison that touches every stage of the month."""
    scenarios = ["smaller-mentor-caseloads", "compatible-matching", "front-loaded-contact"]
    return compare(scenarios, participants=240, months=24, replicates=20, seed=0, jobs=1)


def write_golden(path: Path) -> None:
    """Everybody's rows of the golden comparison; the program's own output, and nothing independent of it."""
    frame = golden_comparison().comparison
    write_csv(frame[frame["subgroup"] == "all"], path)


def fit_report() -> ValidationReport:
    """The validation that README quotes: what `reentrysim validate` runs by default."""
    return validate()


def fit_table(report: ValidationReport) -> str:
    """README's table: every promise by year, the worst of the families with many members."""
    promised = report.frame[report.frame["tolerance"].notna()]
    lines = ["| Figure | Published | Fitted | Promise |", "|---|---|---|---|"]
    for family, name in (
        ("rearrest", "rearrested by year {}"),
        ("arrested in the year", "arrested in year {}"),
        ("arrests per person", "arrests per person in year {}"),
        ("return", "returned to prison by year {}"),
    ):
        members = promised[promised["family"] == family]
        lines += [_line(name.format(row["month"] // 12), row) for _, row in members.iterrows()]
    by_group, by_month = (_worst(promised, family) for family in ("rearrest by group", "monthly hazard 2005"))
    group = by_group["subgroup"].replace("_", " ").replace("=", ": ")
    lines.append(
        _line(f"rearrested, by sex and prior arrests: the worst ({group}, year {by_group['month'] // 12})", by_group)
    )
    lines.append(
        _line(f"hazard of first rearrest, months 1-12 (2005 cohort): the worst (month {by_month['month']})", by_month)
    )
    return "\n".join(lines) + "\n"


def _line(name: str, row: pd.Series) -> str:
    return f"| {name} | {row['target']:.3f} | {row['predicted']:.3f} | {row['tolerance']:.3f} |"


def _worst(frame: pd.DataFrame, family: str) -> pd.Series:
    members = frame[frame["family"] == family]
    return members.loc[(members["miss"].abs() / members["tolerance"]).idxmax()]


def livelihood_table(report: ValidationReport) -> str:
    """The table of `docs/validation.md`: work, homes and use, each figure marked fitted or predicted."""
    frame = report.frame
    members = frame[frame["family"].isin(["job finding", "job loss", "work", "homes", "use"])]
    lines = ["| Figure | Months | Published | Model | Miss | | Row |", "|---|---|---|---|---|---|---|"]
    for _, row in members.iterrows():
        name = row["family"] if row["family"].startswith("job") else row["quantity"]
        months = row["subgroup"].removeprefix("months ") if row["family"].startswith("job") else row["month"]
        mark = "fitted" if row["use"] == "fit" else "predicted"
        figures = f"{row['target']:.3f} | {row['predicted']:.3f} | {row['miss']:+.3f}"
        lines.append(f"| {name} | {months} | {figures} | {mark} | {row['row']} |")
    return "\n".join(lines) + "\n"


def quote_livelihood(table: str) -> None:
    """Put the table into the validation page."""
    VALIDATION.write_text(_LIVELIHOOD.sub(lambda _: table, VALIDATION.read_text(encoding="utf-8")), encoding="utf-8")


def quoted_livelihood() -> str:
    """The table that the validation page holds now."""
    found = _LIVELIHOOD.search(VALIDATION.read_text(encoding="utf-8"))
    return found.group() if found else ""


def quoted_table() -> str:
    """The table that README holds now."""
    found = _TABLE.search(README.read_text(encoding="utf-8"))
    return found.group() if found else ""


def quote_table(table: str) -> None:
    """Put the table into README."""
    README.write_text(_TABLE.sub(lambda _: table, README.read_text(encoding="utf-8")), encoding="utf-8")


def paint(folder: Path) -> None:
    """The two pictures of the default comparison."""
    from reentrysim.report.figures import figure_files

    folder.mkdir(parents=True, exist_ok=True)
    for name, write in figure_files(compare()).items():
        write(folder / Path(name).name)
