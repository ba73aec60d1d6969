"""Whether changed code still gives, event for event, the runs that a calibration rests on.

A change of the month's code makes a calibration stale even if it moves no number, such as a rule that nobody uses yet.
The witness is a digest of runs of every kind that a calibration made. Where all of it is as before, the fit would come
out the same, and it is enough to renew the digests by which a stale calibration is recognized.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from reentrysim.analysis.baseline import baseline_scenario
from reentrysim.analysis.calibrate import assessment_values, question_digest
from reentrysim.analysis.fingerprint import FIT_FILES, code_digest, files_digest
from reentrysim.analysis.history import observe
from reentrysim.analysis.solving import CALIBRATION, rests_on
from reentrysim.analysis.targets import fit_targets
from reentrysim.analysis.trial import LATER, TRIALS, Trial, arm
from reentrysim.evidence.calibration import (
    CALIBRATIONS,
    evidence_digest,
    load_calibration,
    load_levels,
    save_calibration,
)
from reentrysim.evidence.catalog import Values, load_catalog
from reentrysim.model import ReentryModel
from reentrysim.randomness import Luck
from reentrysim.scenario.values import values_for

PEOPLE = 8_000
_LUCK = Luck(1, 1 << 36)
_DRAWS = 2
"""Stored draws whose baseline is run; that of every structure's center is."""
Witness = dict[str, Any]


def witness(jobs: int = 2, people: int = PEOPLE, names: Sequence[str] | None = None) -> Witness:
    """Digests of every part that the national calibration rests on.

    `names` are the numbers of the evidence that count (default: all); those that came later can have moved nothing.
    """
    stored, catalog = load_calibration(CALIBRATION), load_catalog()
    known = sorted(catalog) if names is None else list(names)
    structures = [one["structure"] for one in stored["structures"]]
    whose = [*((None, one) for one in structures), *((draw, None) for draw in range(_DRAWS))]
    trials = (*TRIALS, *LATER)
    runs = [delayed(baseline_events)(draw, structure, people) for draw, structure in whose]
    runs += [delayed(trial_events)(trial, people) for trial in trials]
    found = Parallel(n_jobs=jobs)(runs)
    return {
        "names": known,
        "fit": files_digest(FIT_FILES),
        "evidence": evidence_that_counts(known, len(stored["draws"]), stored["draw_seed"]),
        "baseline": _sha(found[: len(whose)]),
        "trials": {trial.program: one for trial, one in zip(trials, found[len(whose) :], strict=True)},
    }


def baseline_events(draw: int | None, structure: str | None, people: int) -> str:
    """SHA-256 (hex) of what happens to everybody, month by month, without any program."""
    asked = baseline_scenario(people)
    model = ReentryModel(asked, values_for(asked, draw, structure), _LUCK).run()
    seen = observe(model)
    columns = (seen.arrests, seen.employed, seen.home, seen.active_use, seen.score, seen.violators)
    events = seen.people.first_arrest, *(one.observe(seen) for one in fit_targets()), *assessment_values(model).values()
    return _sha(_bytes(each) for each in (*columns, *events))


def trial_events(trial: Trial, people: int) -> str:
    """SHA-256 (hex) of who is offered a program and who is arrested, when, in its simulated trial."""
    values = values_for(trial.scenario(people, funded=True))
    offered = arm(trial, values, people, _LUCK, level=values[trial.level], funded=True)
    return _sha((_bytes(offered.first_arrest), _bytes(offered.offered_month)))


def evidence_that_counts(names: Sequence[str], draws: int, seed: int) -> str:
    """SHA-256 (hex) of the numbers at the center and in every draw, and of what the fit aims at."""
    catalog = load_catalog()

    def numbers(values: Values) -> NDArray[np.float64]:
        return np.array([values.get(name, np.nan) for name in names])

    each = (numbers(catalog.values(draw, seed=seed)).tobytes() for draw in (None, *range(draws)))
    targets = [f"{one.row_id} {one.value!r} {one.sd!r}" for one in fit_targets()]
    return _sha((*names, *targets, *each))


def moved(before: Witness, now: Witness) -> list[str]:
    """What differs: "fit", "evidence", "baseline", or the programs whose trials do (new ones too)."""
    parts = [part for part in ("fit", "evidence", "baseline") if before[part] != now[part]]
    return parts + [name for name, one in now["trials"].items() if before["trials"].get(name) != one]


def renew_digests(jobs: int = 2) -> list[str]:
    """Stamp the national calibration as resting on today's code if it stands by it; what to solve again first.

    Returns:
        Nothing if the calibration and all levels hold, or the programs solved after it that have to be solved again.

    Raises:
        ValueError: if anything differs that the calibration itself rests on; it names what.
    """
    stored = load_calibration(CALIBRATION)
    before = stored["witness"]
    now = witness(jobs, names=before["names"])
    changed = moved(before, now)
    later = {trial.program for trial in LATER}
    if set(changed) - later:
        raise ValueError(f"calibrate again: other than when it was calibrated are {', '.join(changed)}")
    stale = [name for name in sorted(later) if name in changed or not _is_fresh(name)]
    digests = {"code_digest": code_digest(), "evidence_digest": evidence_digest(), "question_digest": question_digest()}
    save_calibration(CALIBRATIONS / f"{CALIBRATION}.json", stored | digests)
    return stale


def call_witness(jobs: int = 2) -> None:
    """Store what the national calibration and all levels rest on, just after they were made."""
    path = CALIBRATIONS / f"{CALIBRATION}.json"
    save_calibration(path, load_calibration(CALIBRATION) | {"witness": witness(jobs)})


def _is_fresh(name: str) -> bool:
    levels: Mapping[str, Any] = load_levels(CALIBRATION, name) or {}
    return levels.get("rests_on") == rests_on(name)


def _bytes(column: object) -> bytes:
    return np.ascontiguousarray(column).tobytes()


def _sha(parts: Iterator[bytes | str] | Sequence[bytes | str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part if isinstance(part, bytes) else part.encode())
    return digest.hexdigest()
