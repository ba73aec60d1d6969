"""A calibration of one's own place: the national one, moved as far as one's own figures ask for.

Every stored draw of the national calibration is where a place could be; one's own figures move each of them by weighted
least squares, from where it is and no further than they ask (the same randomized maximum likelihood as the national
ensemble, whose draws are the prior). What no figure speaks of stays national, and is listed.
"""

from __future__ import annotations

import hashlib
import json
import os
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy.optimize import least_squares

from reentrysim.agents.columns import Floats
from reentrysim.analysis.baseline import HIGHEST, LOWEST, NAMES, ODDS, PARAMETERS, predictions, simulate
from reentrysim.analysis.calibrate import Draw, Size, complete, question_digest
from reentrysim.analysis.fingerprint import code_digest, files_digest
from reentrysim.analysis.fitting import Progress
from reentrysim.analysis.history import Target, members, observe
from reentrysim.analysis.keeping import Keeper
from reentrysim.analysis.movers import ARRESTS, MOVERS, RETURNS
from reentrysim.analysis.own_targets import in_words_of_results, read_targets
from reentrysim.evidence.calibration import evidence_digest, load_calibration, save_calibration
from reentrysim.evidence.catalog import Values, load_catalog
from reentrysim.evidence.place import Place
from reentrysim.randomness import Luck
from reentrysim.vocabulary import MONTHS_PER_YEAR, InputError

PRIOR = "us_2008"
_STEP = 0.05
_REPLICATE = 1 << 34  # people whom neither comparisons nor the national calibration ever see
_OF_A_PLACE = (
    *(f"analysis/{name}.py" for name in ("local", "movers", "own_targets", "own_hazards", "holdouts")),
    *(f"evidence/{name}.py" for name in ("margins", "people", "place", "stays")),
)
GOOD_ENOUGH = 0.015
"""A fit is good when no figure is missed by more than this, or by two of its own standard deviations."""


@dataclass(frozen=True)
class LocalSize:
    """How large the simulations are (people), and how many draws are stored."""

    fit: int = 20_000
    refit: int = 8_000
    refit_steps: int = 2
    trial: int = 6_000
    draws: int = 40
    most_steps: int = 6


@dataclass(frozen=True)
class LocalReport:
    """A calibration of one's own place."""

    path: Path
    frame: pd.DataFrame
    """Columns quantity, subgroup, month, target, predicted, miss, sd, low, high (95% of draws), good, moved_by."""
    moved: pd.DataFrame
    """Columns parameter, moves, national, here, ratio (here against the nation), of (rates or odds): what was moved."""
    assumed: list[str]
    """What was taken from files of one's own, and from the nation."""
    place: Place
    """Where its people come from."""

    @property
    def used_by(self) -> dict[str, Path]:
        """Keys of [population] by which a scenario beside the calibration uses it."""
        files = {key: Path(os.path.relpath(path, self.path.parent)) for key, path in self.place.own_files.items()}
        return {"calibration": Path(self.path.name), **files}

    @property
    def good(self) -> bool:
        """Whether every figure is met."""
        return bool(self.frame["good"].all())


def calibrate_local(
    targets_csv: Path,
    name: str,
    folder: Path = Path(),
    seed: int = 1,
    jobs: int = 2,
    progress: Progress = lambda *_: None,
    size: LocalSize | None = None,
    place: Place | None = None,
) -> LocalReport:
    """Fit a place to the figures of a CSV file and store `<name>.json` in `folder`, for `population.calibration`.

    Finished draws are kept beside it while it runs, so that an interrupted fit goes on where it stopped. `place` says
    who is released there (default: people like the nation's).

    Raises:
        InputError: for a file that `read_targets` refuses, or a calibration that exists already.
    """
    size, targets, place = size or LocalSize(), read_targets(targets_csv), place or Place()
    place.people()
    before = place.contents
    path = folder / f"{name}.json"
    if path.exists():
        raise InputError("this exists already", where=str(path), hint="Remove it, or give another name by --name")
    fit = _Local(targets, load_calibration(PRIOR), size, seed, place)
    fit.check_groups()
    with Parallel(n_jobs=jobs, return_as="generator") as pool:
        theta = fit.center(pool, progress)
        center = fit.complete(theta, load_catalog().values(), Luck(seed, _REPLICATE))
        keeper = Keeper(path.with_name(f".{name}.draws"), fit.digest, Draw.packed, Draw.unpacked)
        draws = list(_counted(keeper.parts(partial(fit.more_draws, theta, pool)), fit.draws, progress))
    predicted = np.array([draw.predicted for draw in draws])
    frame = _frame(fit, fit.predict(theta, load_catalog().values(), size.fit, Luck(seed, 2 * _REPLICATE)), predicted)
    report = LocalReport(path, frame, fit.moved(theta), [*place.assumed(), *_assumed(targets)], place)
    if place.contents != before:
        raise InputError("a file of the place changed during the fit", hint="Run the same command again")
    save_calibration(path, _stored(name, fit, center, draws, report))
    keeper.forget()
    return report


class _Local:
    """The figures, the parameters that they move, and the nation as prior."""

    def __init__(
        self, targets: list[Target], prior: Mapping[str, Any], size: LocalSize, seed: int, place: Place
    ) -> None:
        self.targets, self.prior, self.size, self.seed, self.place = targets, prior, size, seed, place
        self.movers = [mover for mover in MOVERS if any(map(mover.speaks, targets))]
        self.free = np.array([NAMES.index(mover.name) for mover in self.movers])
        self.prior_sd = np.array([mover.prior_sd for mover in self.movers])
        self.value = np.array([target.value for target in targets])
        self.sd = np.array([target.sd for target in targets])
        self.jacobian = np.zeros((len(targets), len(self.movers)))

    def national(self, draw: int | None = None) -> Floats:
        """Every parameter of the nation, at the center or in a draw, in the order of NAMES."""
        numbers = self.prior["center"] if draw is None else self.prior["draws"][draw]
        solved = dict(zip(self.prior["names"], numbers, strict=True))
        return np.array([solved[name] for name in NAMES])

    def predict(self, theta: Floats, evidence: Values, people: int, luck: Luck) -> Floats:
        """What the model says to the targets."""
        return predictions(observe(simulate(theta, evidence, people, luck, self.place)), self.targets)

    def check_groups(self) -> None:
        """InputError for a figure on people of whom nobody is simulated here."""
        model = simulate(
            self.national(), load_catalog().values(), self.size.refit, Luck(self.seed, _REPLICATE), self.place
        )
        history = observe(model)
        for target in self.targets:
            if not members(target.subgroup, history.traits).any():
                who = in_words_of_results(target.subgroup)
                raise InputError(f"nobody released here is {who}", where=target.row_id, hint="Leave the line out")

    def center(self, pool: Parallel, progress: Progress) -> Floats:
        """The nation's center moved to the figures."""
        start, run = self.national(), (load_catalog().values(), self.size.fit, Luck(self.seed, _REPLICATE))

        def whole(free: Floats) -> Floats:
            theta = start.copy()
            theta[self.free] = free
            return theta

        def residuals(free: Floats) -> Floats:
            missed = (self.predict(whole(free), *run) - self.value) / self.sd
            return np.append(missed, (free - start[self.free]) / self.prior_sd)

        def jacobian(free: Floats) -> Floats:
            progress("fitting your figures", 0.0)
            points = [free, *(free + _STEP * np.eye(len(free)))]
            here, *there = pool(delayed(self.predict)(whole(point), *run) for point in points)
            self.jacobian = np.stack([(one - here) / _STEP for one in there], axis=1)
            return np.vstack([self.jacobian / self.sd[:, None], np.diag(1.0 / self.prior_sd)])

        bounds = (LOWEST[self.free], HIGHEST[self.free])
        inside = np.clip(start[self.free], bounds[0] + 1e-6, bounds[1] - 1e-6)
        found = least_squares(
            residuals, inside, jac=jacobian, bounds=bounds, ftol=1e-3, xtol=1e-3, max_nfev=self.size.most_steps
        )
        return whole(found.x)

    def draw(self, number: int, center: Floats) -> Draw:
        """Draw `number` of the nation moved to the figures, which are moved by their standard deviations."""
        evidence = load_catalog().values(number, seed=self.prior["draw_seed"])
        luck = Luck(self.seed, _REPLICATE + number + 1)
        noise = Luck(self.seed, 0).normal("draw/own targets", number, len(self.targets))
        wanted, national = self.value + noise * self.sd, self.national(number)
        theta = national.copy()
        theta[self.free] += center[self.free] - self.national()[self.free]
        weighted = self.jacobian / self.sd[:, None]
        hessian = weighted.T @ weighted + np.diag(self.prior_sd**-2.0)
        for _ in range(self.size.refit_steps):
            missed = (self.predict(theta, evidence, self.size.refit, luck) - wanted) / self.sd
            pull = (theta - national)[self.free] / self.prior_sd**2
            step = np.linalg.solve(hessian, weighted.T @ missed + pull)
            theta[self.free] = np.clip(theta[self.free] - step, LOWEST[self.free], HIGHEST[self.free])
        solved = self.complete(theta, evidence, luck)
        return Draw(solved, self.predict(theta, evidence, self.size.refit, luck))

    @property
    def draws(self) -> int:
        """How many draws the nation has for this place."""
        return min(self.size.draws, len(self.prior["draws"]))

    def more_draws(self, center: Floats, pool: Parallel, kept: list[Draw]) -> Iterable[Draw]:
        """The draws after those that are kept."""
        drawn: Iterable[Draw] = pool(delayed(self.draw)(number, center) for number in range(len(kept), self.draws))
        return drawn

    def complete(self, theta: Floats, evidence: Values, luck: Luck) -> dict[str, float]:
        """Every solved number: the baseline, the risk tool, the direct effects of programs at this place."""
        size = Size(refit=self.size.refit, refit_cohorts=1, trial=self.size.trial)
        with warnings.catch_warnings():
            # It also counts the national targets, of whose groups some may be empty here; nobody reads them.
            warnings.filterwarnings("ignore", message="Mean of empty slice|invalid value", category=RuntimeWarning)
            return complete(theta, evidence, size, luck, self.place).solved

    def moved(self, theta: Floats) -> pd.DataFrame:
        """What the figures moved, and by how much."""
        lines = [
            {
                "parameter": m.name,
                "moves": m.moves,
                "national": self.national()[n],
                "here": theta[n],
                "ratio": np.exp(theta[n] - self.national()[n]),
                "of": "odds" if PARAMETERS[n].unit == ODDS else "rates",
            }
            for m, n in zip(self.movers, self.free.tolist(), strict=True)
        ]
        return pd.DataFrame(lines)

    @property
    def digest(self) -> str:
        """Of everything a draw rests on."""
        asked = [(t.quantity, t.subgroup, t.month, t.value, t.sd) for t in self.targets]
        where = (self.place.profile, self.place.contents)
        code = (code_digest(), files_digest(_OF_A_PLACE), evidence_digest(), question_digest())
        rest = (asked, where, self.seed, vars(self.size), code, self.prior["center"])
        return hashlib.sha256(json.dumps(rest, sort_keys=True, default=str).encode()).hexdigest()


def _counted(draws: Iterable[Draw], total: int, progress: Progress) -> Iterator[Draw]:
    for done, draw in enumerate(draws, start=1):
        progress(f"draw {done} of {total}", done / total)
        yield draw


def _frame(fit: _Local, predicted: Floats, drawn: Floats) -> pd.DataFrame:
    low, high = np.quantile(drawn, (0.025, 0.975), axis=0)
    miss = predicted - fit.value
    strongest = np.argsort(-np.abs(fit.jacobian) * fit.prior_sd, axis=1)[:, :2]
    movers = [mover.name for mover in fit.movers]
    return pd.DataFrame(
        {
            "quantity": [target.quantity for target in fit.targets],
            "subgroup": [in_words_of_results(target.subgroup) for target in fit.targets],
            "month": [target.month for target in fit.targets],
            "target": fit.value,
            "predicted": predicted,
            "miss": miss,
            "sd": fit.sd,
            "low": low,
            "high": high,
            "good": np.abs(miss) <= np.maximum(GOOD_ENOUGH, 2.0 * fit.sd),
            "moved_by": [", ".join(movers[n] for n in two) for two in strongest.tolist()],
        }
    )


def _assumed(targets: list[Target]) -> list[str]:
    """What was borrowed, in sentences."""
    given = {target.quantity for target in targets}
    told: list[str] = []
    if not given & set(ARRESTS):
        told.append("Rearrest: its level follows from your other figures, its path over months is national.")
    elif not any(target.month > MONTHS_PER_YEAR for target in targets):
        told.append("How arrests fall after the first year: national.")
    if "reconviction" not in given:
        told.append("Arrests that lead to conviction: national.")
    if not given & set(RETURNS):
        told.append("Returns to prison for an arrest, and for rule violations: national rates.")
    groups = {"sex": "sex=", "age": "age_at_release=", "earlier arrests": "prior_arrests=", "offense": "offence="}
    for word, key in groups.items():
        if not any(key in target.subgroup for target in targets):
            told.append(f"Differences by {word}: national.")
    told.append("Work, homes, substance use, deaths, prices, and the effects of programs: national.")
    return told


def _stored(name: str, fit: _Local, center: dict[str, float], draws: list[Draw], report: LocalReport) -> dict[str, Any]:
    names = sorted(center)
    return {
        "name": name,
        "prior": PRIOR,
        "place": fit.place.contents,
        "draw_seed": fit.prior["draw_seed"],
        "names": names,
        "center": [center[key] for key in names],
        "draws": [[draw.solved[key] for key in names] for draw in draws],
        "good": report.good,
        "targets": report.frame[["quantity", "subgroup", "month", "target", "predicted", "miss"]].to_dict("records"),
        "assumed": report.assumed,
        "evidence_digest": evidence_digest(),
        "code_digest": code_digest(),
    }
