"""What the project publishes about itself, made from the program's own output: the golden files and the README."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from reentrysim.analysis.checks import dose_response, solved, unsolved
from reentrysim.analysis.compare import Comparison, compare
from reentrysim.analysis.effects import THROUGH, effects
from reentrysim.analysis.estimates import SUMMARY
from reentrysim.analysis.guide import guide
from reentrysim.analysis.loaded import Loaded
from reentrysim.analysis.trials.record import TrialsReport, run_trials
from reentrysim.analysis.validate import ValidationReport, validate
from reentrysim.evidence.calibration import load_calibration
from reentrysim.experiments.store import about_plan, write_csv
from reentrysim.report.brief.cards import write_card
from reentrysim.report.brief.words import words_of
from reentrysim.report.export.results import result_sheets
from reentrysim.report.export.sheet import Sheet
from reentrysim.report.export.workbook import write_csvs
from reentrysim.report.validation import figure_moved

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
VALIDATION = ROOT / "docs" / "validation.md"
PROGRAMS = VALIDATION.with_name("programs.md")
PICTURES = ROOT / "docs" / "pictures"
RESULTS = ROOT / "results"
COMPARISONS: dict[str, tuple[str, ...]] = {
    "default": (),
    "mentoring": ("smaller-mentor-caseloads", "compatible-matching", "front-loaded-contact", "grant-ends-early"),
    "partners": ("women-only", "virtual-first", "second-chance-employers", "community-partnership"),
}
"""Folder in RESULTS -> scenarios that were compared with status-quo; none: the default ones."""
ABOUT, FIRST, CARD = "about.json", "first-replicate.csv", (1080, 1080)
RESTS_ON = ("version", "run", "seed", "replicates", "participants", "baseline", "scenarios", "evidence", "calibration")
GOLDEN = Path(__file__).parent / "comparison.csv"
_FIT = "fit"
"""Mark of README's table; the others are of docs/validation.md."""
GUIDE = "guide"
QUOTED_PICTURES = ("recidivism.png", "differences.png")
"""What README shows of them."""


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
    lines = ["| Figure | Published | Fitted | 95% of draws | Promise |", "|---|---|---|---|---|"]
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
    spread = load_calibration("us_2008")["spread"].get(row["row"])
    draws = f"{spread[0]:.3f} to {spread[1]:.3f}" if spread else ""
    short = "" if row["ok"] else ", falls short"
    return f"| {name}{short} | {row['target']:.3f} | {row['predicted']:.3f} | {draws} | {row['tolerance']:.3f} |"


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


def family_table(report: ValidationReport) -> str:
    """How near the fit is, by family."""
    lines = ["| Family | Figures | Mean miss | Largest miss | Promised | Kept |", "|---|---|---|---|---|---|"]
    for _, row in report.fit.iterrows():
        misses = f"{row['mean_miss']:.3f} | {row['largest_miss']:.3f}"
        promised = f"{row['promised']} | {row['kept']}" if row["promised"] else " | "
        lines.append(f"| {row['family']} | {row['figures']} | {misses} | {promised} |")
    return "\n".join(lines) + "\n"


def skill_table(report: ValidationReport) -> str:
    """How good the predictions are, by family, beside their naive rivals."""
    lines = [
        "| Family | Figures | Mean miss | Rival's | Miss removed | In the 95% interval |",
        "|---|---|---|---|---|---|",
    ]
    for _, row in report.skill.iterrows():
        misses = f"{row['mean_miss']:.3f} | {row['rival_mean_miss']:.3f} | {row['skill']:+.0%}"
        lines.append(f"| {row['family']} | {row['figures']} | {misses} | {row['inside']:.0%} |")
    for _, row in report.left_out.iterrows():
        lines.append(f"| *not asked:* {row['reason']} | {row['figures']} | | | | |")
    return "\n".join(lines) + "\n"


def cohort_table(report: ValidationReport) -> str:
    """Every prediction for everybody of a cohort, the risk bands at year 3, and the largest misses of each family."""
    held = report.holdouts
    whole = held["subgroup"].str.startswith("all") | ((held["month"] == 36) & held["subgroup"].str.startswith("risk"))
    worst = held.loc[held.groupby("family")["miss"].apply(lambda miss: miss.abs().idxmax())]
    shown = pd.concat([held[whole], worst]).drop_duplicates("row")
    lines = ["| Figure | Month | Published | Model (95%) | Miss | Rival | Row |", "|---|---|---|---|---|---|---|"]
    for _, row in shown.sort_values(["family", "row"]).iterrows():
        name = f"{row['family']}: {row['quantity'].replace('cumulative_', '').replace('_', ' ')}, {row['subgroup']}"
        model = f"{row['predicted']:.3f} ({row['low']:.3f} to {row['high']:.3f})"
        figures = f"{row['target']:.3f} | {model} | {row['miss']:+.3f} | {row['rival']:.3f}"
        lines.append(
            f"| {name.replace('offence=', '').replace('_', ' ')} | {row['month']} | {figures} | {row['row']} |"
        )
    return "\n".join(lines) + "\n"


def structure_table(report: ValidationReport) -> str:
    """The headline under each structure of the hazard."""
    frame = report.structures
    names = list(frame["scenario"].unique())
    lines = [f"| Structure | Misfit | Weight | Draws | {' | '.join(names)} |", "|---" * (4 + len(names)) + "|"]
    for structure, rows in frame.groupby("structure", sort=False):
        first = rows.iloc[0]
        told = [f"{r['return_to_prison']:+.0f} ± {2 * r['return_to_prison_mcse']:.0f}" for _, r in rows.iterrows()]
        fit = f"{first['misfit']:.1f} | {first['weight']:.2f} | {first['draws']}"
        lines.append(f"| {structure} | {fit} | {' | '.join(told)} |")
    return "\n".join(lines) + "\n"


def guide_table() -> str:
    """What each parameter moves most."""
    lines = ["| Parameter, larger by 0.1 | Moves most |", "|---|---|"]
    for parameter, rows in guide().groupby("parameter", sort=False):
        moves = "; ".join(figure_moved(row) for _, row in rows.iterrows())
        lines.append(f"| `{parameter}` | {moves} |")
    return "\n".join(lines) + "\n"


def trials_table(report: TrialsReport) -> str:
    """Every outcome of every trial that was asked, the primary one first."""
    lines = [
        "| Trial | Outcome | Control arm: nation, here, published | Predicted, points (95%) | Published | z |",
        "|---|---|---|---|---|---|",
    ]
    for row in (
        report.frame.sort_values("primary", ascending=False, kind="stable")
        .sort_values("trial", kind="stable")
        .to_dict("records")
    ):
        name = f"**{row['trial']}** | **{row['outcome']}**" if row["primary"] else f"{row['trial']} | {row['outcome']}"
        levels = (row["national_control"], row["control"], row["published_control"])
        control = ", ".join("" if pd.isna(level) else f"{100 * level:.0f}%" for level in levels)
        points = [round(100 * row[f"predicted{end}"]) + 0 for end in ("", "_low", "_high")]
        predicted = f"{points[0]:+d} ({points[1]:+d} to {points[2]:+d})"
        verdict = "in words |" if pd.isna(row["published"]) else f"{100 * row['published']:+.1f} | {row['z']:+.1f}"
        lines.append(f"| {name}, {row['months']} months | {control} | {predicted} | {verdict} |")
    return "\n".join(lines) + "\n"


def scores_table(report: TrialsReport) -> str:
    """The model's gain over each rival."""
    lines = ["| Rival | Gain in log score a trial (95%) | Gain in interval score | |", "|---|---|---|---|"]
    for row in report.board.skill.to_dict("records"):
        gain = f"{row['log_score_gain']:+.2f} ({row['low']:+.2f} to {row['high']:+.2f})"
        lines.append(f"| {row['rival']} | {gain} | {row['interval_score_gain']:+.3f} | {row['verdict']} |")
    board = report.board
    lines.append("")
    lines.append(
        f"{board.covered} of {board.trials} primary outcomes lie in their 95% interval (between "
        f"{board.coverage_low:.0%} and {board.coverage_high:.0%} of such would), {100 * board.width:.0f} points wide "
        f"on average; rank correlation of predicted and published differences {board.rank_correlation:+.2f}."
    )
    return "\n".join(lines) + "\n"


def unsolved_table(frame: pd.DataFrame) -> str:
    """What was not solved, asked of the model and of the rival."""
    lines = ["| Row | Not solved | Published | Model | Constant .90 |", "|---|---|---|---|---|"]
    for row in frame.to_dict("records"):
        told = [f"{row[who]}: {row[f'{who}_holds']}" for who in ("model", "rival")]
        lines.append(f"| {row['row']} | {row['kind']} | {row['published']} | {told[0]} | {told[1]} |")
    held = [[int((frame[f"{who}_holds"] == one).sum()) for one in ("yes", "no")] for who in ("model", "rival")]
    (ours, missed), (theirs, wrong) = held
    told = f"Of {len(frame)} the model has {ours} and misses {missed}, the constant has {theirs} and misses {wrong}"
    lines += ["", f"{told}; the others can't be told within two Monte Carlo errors."]
    return "\n".join(lines) + "\n"


def solved_table(frame: pd.DataFrame) -> str:
    """How near the solver comes to what it was asked for, among people whom it never saw."""
    lines = [
        "| Program | Draws tried | Mean miss of the log ratio | Largest z | Share within 2 errors |",
        "|---|---|---|---|---|",
    ]
    for program, rows in frame.groupby("program", sort=False):
        miss, z = (rows["found"] - rows["wanted"]).mean(), rows["z"].abs()
        lines.append(f"| {program} | {len(rows)} | {miss:+.3f} | {z.max():.1f} | {(z < 2).mean():.0%} |")
    return "\n".join(lines) + "\n"


def dose_table(frame: pd.DataFrame) -> str:
    """What more mentoring does to the same people."""
    lines = [
        "| More of | Points of rearrest by month 36, level by level | Arrested with more and not with less |",
        "|---|---|---|",
    ]
    for dose, rows in frame.groupby("dose", sort=False):
        steps = "; ".join(f"{row['level']}: {row['points']:.1f}" for row in rows.to_dict("records"))
        after = rows.iloc[1:]
        reversals, down, away = (int(after[name].sum()) for name in ("reversals", "let_down", "otherwise_in_prison"))
        told = f"{reversals}: {down} let down, {away} else in prison, {reversals - down - away} other turns"
        lines.append(f"| {dose} | {steps} | {told} |")
    return "\n".join(lines) + "\n"


def effects_table(frame: pd.DataFrame) -> str:
    """What every program does in its own trial, and through what, in hundredths of the log ratio."""
    heads = ["Program", "Taken as known (95%)", "Simulated (95%)", "Rearrested per 1,000 offered (95%)"]
    heads += ["a place itself", *THROUGH, "declared harm", "direct", "Assumed"]
    lines = ["| " + " | ".join(heads) + " |", "|---|" + "---:|" * (len(heads) - 1)]
    for row in frame.to_dict("records"):
        parts = [row[key] for key in ("place", *THROUGH, "declared", "direct")]
        cells = [
            str(row["program"]).replace("_", " "),
            "none" if not row["measure"] else f"{_short(row['measure'])} {_ratio(row, 'published')}",
            f"{row['simulated']:.2f} ({row['low']:.2f} to {row['high']:.2f})",
            _people(row),
            *(f"{100 * part + 0.0:+.1f}".replace("-0.0", "0").replace("+0.0", "0") for part in parts),
            f"{row['assumed']} of {row['numbers']}",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _people(row: dict[Any, Any]) -> str:
    mean, low, high = (round(row[f"per_1000{end}"]) for end in ("", "_low", "_high"))
    return f"{mean:+d} ({low:+d} to {high:+d})"


def _short(measure: str) -> str:
    return {"odds ratio": "OR", "hazard ratio": "HR"}[measure]


def _ratio(row: dict[Any, Any], what: str) -> str:
    return f"{row[what]:.2f} ({row[f'{what}_low']:.2f} to {row[f'{what}_high']:.2f})"


CHECKS = {"dose": (dose_table, dose_response), "unsolved": (unsolved_table, unsolved), "solved": (solved_table, solved)}
TRIALS = {"trials": trials_table, "scores": scores_table}


def quote_trials() -> None:
    """Put what trials were predicted into the validation page."""
    report = run_trials()
    for mark, made in TRIALS.items():
        quote(VALIDATION, mark, made(report))
    for mark, (table, checks) in CHECKS.items():
        quote(VALIDATION, mark, table(checks()))
    quote(PROGRAMS, "effects", effects_table(effects()))


TABLES = {
    "families": family_table,
    "skill": skill_table,
    "cohorts": cohort_table,
    "structures": structure_table,
    "lives": livelihood_table,
}
"""Mark in docs/validation.md -> what stands between its start and end."""


def _between(mark: str) -> re.Pattern[str]:
    return re.compile(rf"(?<=<!-- {mark}:start -->\n).*?(?=<!-- {mark}:end -->)", re.DOTALL)


def quote(page: Path, mark: str, table: str) -> None:
    """Put a table into a page."""
    page.write_text(_between(mark).sub(lambda _: table, page.read_text(encoding="utf-8")), encoding="utf-8")


def quoted(page: Path, mark: str) -> str:
    """The table that a page holds now."""
    found = _between(mark).search(page.read_text(encoding="utf-8"))
    return found.group() if found else ""


def quote_all(report: ValidationReport) -> None:
    """Put every table of the report into README and the validation page."""
    quote(README, _FIT, fit_table(report))
    for mark, made in TABLES.items():
        quote(VALIDATION, mark, made(report))
    quote(VALIDATION, GUIDE, guide_table())


def paint(folder: Path, result: Comparison) -> None:
    """The two pictures of the default comparison."""
    from reentrysim.report.figures import figure_files

    folder.mkdir(parents=True, exist_ok=True)
    for name, write in figure_files(result).items():
        if Path(name).name not in QUOTED_PICTURES:
            continue
        write(folder / Path(name).name)


def command_of(name: str) -> str:
    """What is typed for a published comparison."""
    return " ".join(["reentrysim compare", *COMPARISONS[name]])


def publish(name: str, result: Comparison | Loaded) -> None:
    """Small tables and pictures of a comparison, what they rest on, and one replicate to try it by."""
    folder = RESULTS / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    write_csvs(_small(result), folder)
    write_csv(first_replicate(result.outcomes), folder / FIRST)
    write_card(words_of(result), *CARD, folder / "card.png")
    (folder / "differences.svg").write_text(result.pictures["differences"].svg, encoding="utf-8", newline="\n")
    said = result.manifest if isinstance(result, Loaded) else about_plan(result.plan) | {"run": result.plan.digest}
    about = {key: said[key] for key in RESTS_ON} | {"command": command_of(name), "sentence": result.sentence()}
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}
    (folder / ABOUT).write_text(json.dumps(about | {"files": digests}, indent=1) + "\n", encoding="utf-8")


def _small(result: Comparison | Loaded) -> Iterator[Sheet]:
    """Sheets of the workbook that fit on a screen: everybody's headline outcomes, money, prices of returns, ranks."""
    for sheet in result_sheets(result):
        if sheet.name == "Comparison":
            table = sheet.table
            rows = table[(table["subgroup"] == "all") & table["outcome"].isin(SUMMARY)]
            yield replace(sheet, table=rows.drop(columns=["baseline", "subgroup"]))
        elif sheet.name in ("Economics", "Averted", "Ranking"):
            yield sheet


def first_replicate(outcomes: pd.DataFrame) -> pd.DataFrame:
    """What the first run of each scenario gave everybody, in every twelfth month, for the headline outcomes."""
    chosen = (outcomes["replicate"] == 0) & (outcomes["subgroup"] == "all") & (outcomes["month"] % 12 == 0)
    return outcomes.loc[chosen, ["scenario", "month", *SUMMARY]].reset_index(drop=True)
