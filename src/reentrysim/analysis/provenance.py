"""Where every number of the model comes from, where it enters, and what it moves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any, cast

import numpy as np
import pandas as pd

from reentrysim.analysis.baseline import PARAMETERS
from reentrysim.analysis.readers import reads_of_shipped
from reentrysim.analysis.trial import LATER, SHARE, TRIALS, Trial, trial_of
from reentrysim.evidence.calibration import load_calibration, load_levels
from reentrysim.evidence.catalog import Catalog, load_catalog
from reentrysim.evidence.entries import derived
from reentrysim.evidence.estimate import GRADES, JUDGMENT, Estimate
from reentrysim.evidence.population import load_profile
from reentrysim.evidence.published import Row, published_row, published_rows, read_lines
from reentrysim.evidence.sources import source_of
from reentrysim.model import ReentryModel
from reentrysim.outcomes import tabulate
from reentrysim.programs.contract import Program
from reentrysim.randomness import Luck
from reentrysim.scenario import load_scenario, shipped_scenarios
from reentrysim.scenario.offered import added
from reentrysim.scenario.values import values_for
from reentrysim.vocabulary import InputError, nearest

PLACE = "us_2008"
"""The population profile and the calibration that the shipped scenarios use."""
SOLVED, READ_AS_IT_STANDS = "calibration", "published"
_SELECTED = {
    "participants.frailty_motivation_correlation": ("participants.accepting_hazard_ratio", "correlation"),
    "population.months_before": ("participants.supervision_violators_share", "months"),
}
"""What says who people are (`selection.py`): the estimate that it is solved from, and its unit."""
_MIDDLE = (0.025, 0.975)
_REPLICATES, _PEOPLE = 12, 1500
_TOLD = ("rearrest", "reconviction", "return_to_prison", "employed", "stably_housed", "homeless", "cost_programs")


@dataclass(frozen=True)
class EvidenceReport:
    """Numbers that the model reads."""

    frame: pd.DataFrame
    """One row a number: fields of `Estimate`, then kind (estimate, solved or published), subject and sources."""


@dataclass(frozen=True)
class Story:
    """All there is to say about one number."""

    number: Estimate
    kind: str
    figures: tuple[Row, ...]
    """The published rows it rests on."""
    sources: tuple[str, ...]
    """A citation for each of them."""
    gives: tuple[float, ...]
    """What its rows give by its transform; empty for a judgment."""
    places: tuple[str, ...]
    """Functions that read it, such as "dynamics/work.py: asks"."""
    scenarios: tuple[str, ...]
    """Shipped scenarios whose runs read it."""
    solved: tuple[str, ...]
    """What is solved from it in a trial."""
    moved_in: str
    """The shipped scenario in which it was moved; "" if none reads it."""
    moves: pd.DataFrame
    """Columns outcome, low, high, difference, mcse: outcomes at the last month with it alone at either end."""


def evidence(grade: str | None = None, subject: str | None = None) -> EvidenceReport:
    """Every number that the model reads, or those of a grade (A to D) or of a subject such as "work".

    Raises:
        InputError: for a grade or a subject that there is not.
    """
    if grade is not None and grade.upper() not in GRADES:
        raise InputError(f"there is no grade {grade!r}", hint=", ".join(f"{g}: {word}" for g, word in GRADES.items()))
    subjects = {_subject(name) for name in numbers()}
    if subject is not None and subject not in subjects:
        raise InputError(f"there is no subject {subject!r}", hint=nearest(subject, subjects))
    chosen = [
        number
        for name, number in numbers().items()
        if (grade is None or number.grade == grade.upper()) and subject in (None, _subject(name))
    ]
    return EvidenceReport(pd.DataFrame([_line(number) for number in chosen], columns=_columns()))


def numbers() -> Mapping[str, Estimate]:
    """Every number that the model reads: estimates, what the calibration solved, published rows as they stand."""
    return _numbers(load_catalog())


@cache
def _numbers(catalog: Catalog) -> Mapping[str, Estimate]:
    found = [*dict(catalog.items()).values(), *_solved(), *_solved_later(), *_population(), *_prices()]
    return {number.name: number for number in found}


def kind_of(name: str) -> str:
    """Whether a number is an estimate, solved by the calibration, or a published row read as it stands."""
    return {SOLVED: "solved", READ_AS_IT_STANDS: "published"}.get(numbers()[name].transform, "estimate")


def _solved() -> Iterator[Estimate]:
    stored = load_calibration(PLACE)
    draws = np.array(stored["draws"])
    effects = {trial.level: load_catalog()[trial.effect] for trial in TRIALS}
    units = {parameter.name: parameter.unit for parameter in PARAMETERS}
    units |= {name: unit for name, (_, unit) in _SELECTED.items()} | dict.fromkeys(effects, "log hazard")
    for column, name in enumerate(stored["names"]):
        low, high = (float(end) for end in np.quantile(draws[:, column], _MIDDLE))
        what = "solved so that the baseline meets the published figures (docs/validation.md)"
        effect = effects.get(name)
        if effect:
            what = f"solved in a simulated trial that gives {effect.name}"
        elif name in _SELECTED:
            effect = load_catalog()[_SELECTED[name][0]]
            what = f"solved so that simulated people give {effect.name}"
        yield Estimate(
            name=name,
            description=what,
            value=stored["center"][column],
            low=low,
            high=high,
            interval="95% of the stored draws" if low < high else "",
            unit=units.get(name, ""),
            distribution="ensemble" if low < high else "fixed",
            population=PLACE,
            grade=effect.grade if effect else "C",
            rows=effect.rows if effect else (),
            transform=SOLVED,
            source="" if effect else "the figures that `reentrysim validate` prints as fitted",
        )


def _solved_later() -> Iterator[Estimate]:
    """The direct paths that are solved after the calibration: the package's own, and those from outside if solved."""
    stored: list[tuple[Trial, Mapping[str, Any] | None]]
    stored = [(trial, load_levels(PLACE, trial.program)) for trial in LATER]
    own = [(cast(Program, one.program), one.levels) for one in added().values()]
    stored += [(trial_of(program), levels) for program, levels in own if program.trial]
    for trial, levels in stored:
        if levels is None:
            continue
        effect = load_catalog()[trial.effect]
        low, high = (float(end) for end in np.quantile(levels["draws"], _MIDDLE))
        yield replace(
            effect,
            name=trial.level,
            description=f"solved in a simulated trial that gives {effect.name}",
            value=levels["center"],
            low=low,
            high=high,
            interval="95% of the stored draws",
            unit="log hazard",
            distribution="ensemble",
            transform=SOLVED,
            read_by="run",
        )


def _population() -> Iterator[Estimate]:
    for row_id in dict.fromkeys(load_profile(PLACE).row_ids):
        row = published_row(row_id)
        what = f"{row.quantity.replace('_', ' ')} ({row.subgroup or 'all'})"
        yield _as_it_stands(f"population.{row_id}", what, row.number(), row.unit, (row_id,))


def _prices() -> Iterator[Estimate]:
    for line in read_lines("price_index"):
        name, what = f"prices.cpi_{line['year']}", f"consumer prices (CPI-U), mean of {line['year']}"
        yield replace(_as_it_stands(name, what, float(line["cpi_u"]), "index", ()), source=line["source_id"])


def _as_it_stands(name: str, what: str, value: float, unit: str, rows: tuple[str, ...]) -> Estimate:
    return Estimate(
        name=name,
        description=what,
        value=value,
        low=value,
        high=value,
        interval="",
        unit=unit,
        distribution="fixed",
        population=PLACE if rows else "United States",
        grade="C",
        rows=rows,
        transform=READ_AS_IT_STANDS,
    )


def _subject(name: str) -> str:
    return name.partition(".")[0]


def _columns() -> list[str]:
    told = [name for name in Estimate.__dataclass_fields__ if name not in ("brackets", "at_least", "at_most", "source")]
    return [*told, "kind", "subject", "sources", "rests_on"]


def _line(number: Estimate) -> dict[str, object]:
    rows = [published_row(row_id) for row_id in number.rows]
    cited = "; ".join(dict.fromkeys(_short(row) for row in rows)) or number.source
    more = {"kind": kind_of(number.name), "subject": _subject(number.name), "sources": cited}
    more["rests_on"] = _shortest(rows) if rows else number.source or "an assumption"
    return asdict(number) | {"rows": "; ".join(number.rows)} | more


def _short(row: Row) -> str:
    """Authors and year."""
    of = source_of(row)
    return " ".join(part for part in (of.authors or of.publisher, f"({of.year})" if of.year else "") if part)


def _shortest(rows: list[Row]) -> str:
    """First author and year of the first source, and how many more there are."""
    cited = list(dict.fromkeys(source_of(row) for row in rows))
    first = re.split(r"[;,]", cited[0].authors or cited[0].publisher)[0]
    surname = re.sub(r"( [A-Z]{1,3}\.?)+$", "", first.strip())
    return f"{surname} {cited[0].year}".strip() + (f" +{len(cited) - 1}" if len(cited) > 1 else "")


def citation(row: Row) -> str:
    """Authors, year, title, publisher, identifier, where in it, and how closely it was read."""
    of = source_of(row)
    year = f"({of.year})" if of.year else ""
    whole = ". ".join(part for part in (f"{of.authors} {year}".strip(), of.title, of.publisher, of.identifier) if part)
    place = row.fields.get("locator", "")
    return f"{whole}. {place} [{row.fields.get('read_in', '')}]".replace(" []", "")


def story(name: str) -> Story:
    """All there is to say about a number; short runs say where it is read and what it moves.

    Raises:
        InputError: for a name that there is not.
    """
    known = numbers()
    if name not in known:
        raise InputError(f"there is no number {name!r}", hint=_advice(name))
    number, kind = known[name], kind_of(name)
    figures = tuple(published_row(row_id) for row_id in number.rows)
    reads = _reads(name)
    solved = tuple(t.level for t in (*TRIALS, *LATER) if name == t.effect or (name == SHARE and t.demonstrations))
    solved += tuple(number for number, (origin, _) in _SELECTED.items() if name == origin)
    moved_in = next(iter(sorted(reads, key=lambda one: (one != "status-quo", one))), "")
    as_they_are = number.transform in (JUDGMENT, SOLVED, READ_AS_IT_STANDS) or not figures
    return Story(
        number=number,
        kind=kind,
        figures=figures,
        sources=tuple(citation(row) for row in figures),
        gives=() if as_they_are else derived(number),
        places=tuple(sorted(set().union(*reads.values()))) if reads else (),
        scenarios=tuple(sorted(reads)),
        solved=solved,
        moved_in=moved_in,
        moves=_moves(number, moved_in),
    )


def _reads(name: str) -> Mapping[str, frozenset[str]]:
    """Shipped scenario -> where a run of it reads the number; the population and prices are read at set-up."""
    where = {"population": "agents/intake.py: draw_traits", "prices": "evidence/prices.py: in_dollars_of"}
    if kind_of(name) == "published":
        return dict.fromkeys(shipped_scenarios(), frozenset([where[_subject(name)]]))
    return reads_of_shipped().get(name, {})


def _advice(name: str) -> str:
    if name in published_rows():
        resting = [number.name for number in numbers().values() if name in number.rows]
        told = f"estimates that rest on it: {', '.join(resting)}" if resting else "no estimate rests on it"
        return f"{name} is a published row; {told}"
    if name in {_subject(known) for known in numbers()}:
        return f"{name} is a subject: use --subject {name}"
    told = nearest(name, numbers())
    if told.startswith("Did you mean"):
        return told
    mates = [known for known in numbers() if _subject(known) == _subject(name)]
    return nearest(name, mates or {_subject(known) for known in numbers()})  # some, not all of hundreds


def _moves(number: Estimate, scenario: str) -> pd.DataFrame:
    """What its scenario gives with the number at its low and high end, on the same luck and nothing fitted again."""
    columns = ["outcome", "low", "high", "difference", "mcse"]
    if not scenario or number.low == number.high:
        return pd.DataFrame([], columns=columns)
    ends = np.array(
        [[_outcomes(scenario, number.name, end, k) for end in (number.low, number.high)] for k in range(_REPLICATES)]
    )
    means, change = ends.mean(axis=0), ends[:, 1] - ends[:, 0]
    frame = pd.DataFrame(
        {
            "outcome": _TOLD,
            "low": means[0],
            "high": means[1],
            "difference": change.mean(axis=0),
            "mcse": change.std(axis=0, ddof=1) / np.sqrt(_REPLICATES),
        }
    )
    return frame[columns]


def _outcomes(scenario: str, name: str, value: float, replicate: int) -> list[float]:
    asked = load_scenario(scenario)
    model = ReentryModel(asked, values_for(asked).merged({name: value}), Luck(0, replicate), _PEOPLE).run()
    series = tabulate(model).series
    return [float(series[outcome][0, -1]) for outcome in _TOLD]
