"""What will be run: which scenarios, how often, with which draws. Everything is checked before the first run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from reentrysim._version import VERSION
from reentrysim.evidence import evidence_digest, load_calibration
from reentrysim.experiments.next_dollar import NextDollar
from reentrysim.scenario import Scenario, load_scenario
from reentrysim.scenario.assessment import Assessment
from reentrysim.scenario.programs import Programs
from reentrysim.vocabulary import MONTHS_PER_YEAR, InputError

DEFAULT_BASELINE = "status-quo"
DEFAULT_SCENARIOS = ("more-mentors", "jobs-first", "housing-first", "smaller-caseworker-caseloads", "balanced")
"""What an analyst asks first: mentors, jobs, housing or caseworkers, for the same money."""
DEFAULT_REPLICATES = 54
DEFAULT_SEED = 1
RUNS_PER_DRAW = 2
FEWEST_PARTICIPANTS, MOST_PARTICIPANTS = 24, 10_000_000
LONGEST_FOLLOW_UP = 120
MOST_REPLICATES = 2000
"""Where adding replicates for precision ends: an hour or so of the shipped comparison."""
LARGEST_SEED = 2**63 - 1
MOST_JOBS_PER_CORE = 4
"""More processes than this only wait for one another, and each takes its memory."""


@dataclass(frozen=True)
class Inputs:
    """What the runs rest on beside the scenarios: stored draws of the calibration, and digests."""

    stored_draws: int
    evidence: str
    calibration: str


@dataclass(frozen=True)
class Precision:
    """Replicates are added until the answer is known well enough."""

    error: float
    """Monte Carlo standard error, at most, of the difference in the share back in prison of every scenario."""
    first: int
    """Replicates to begin with."""
    most: int = MOST_REPLICATES
    """Replicates never exceeded."""


@dataclass(frozen=True)
class Plan:
    """Every run of a comparison; two equal plans give equal results, whatever `jobs` is."""

    scenarios: tuple[Scenario, ...]
    """In the order asked for, the baseline first when it was not asked for."""
    baseline: str
    replicates: int
    """Runs per scenario, even: two share a draw."""
    seed: int
    jobs: int
    participants: int
    """People simulated in the analysis cohort."""
    fixed_parameters: bool
    inputs: Inputs
    precision: Precision | None = None
    """Whether replicates are added to `replicates` as needed; None runs as many as asked."""
    notices: tuple[str, ...] = ()
    """What the plan changed of what was asked, or leaves out of it, in words."""
    next_dollar: NextDollar | None = None
    """Which scenarios are others with a sum more for one program."""
    people: tuple[str, ...] = ()
    """Where people come from, and what is national about them, where they are of a place of one's own."""

    @property
    def names(self) -> tuple[str, ...]:
        """The scenarios' names, in order."""
        return tuple(scenario.name for scenario in self.scenarios)

    @property
    def asked(self) -> Plan:
        """The same plan without the scenarios that are others with a sum more: what is told beside the next dollar."""
        if self.next_dollar is None:
            return self
        return replace(self, scenarios=tuple(one for one in self.scenarios if one.name not in self.next_dollar.further))

    @property
    def programs(self) -> tuple[str, ...]:
        """The programs that any of the scenarios has, in the order in which they are told."""
        used = {program for scenario in self.scenarios for program in scenario.programs.used}
        return tuple(name for name in Programs.names() if name in used)

    @property
    def tool(self) -> Assessment:
        """How the baseline reads risk, by which the results' bands of risk are made."""
        return next(one for one in self.scenarios if one.name == self.baseline).policies.assessment

    @property
    def months(self) -> int:
        """Months of follow-up, the same in every scenario."""
        return int(self.scenarios[0].time.follow_up_months)

    @property
    def reported_months(self) -> list[int]:
        """Months 12, 24, ... and the last one of follow-up."""
        return sorted({*range(MONTHS_PER_YEAR, self.months + 1, MONTHS_PER_YEAR), self.months})

    @property
    def system_size(self) -> int:
        """People in the analysis cohort of the real system."""
        return int(self.scenarios[0].population.size)

    @property
    def luck_only(self) -> bool:
        """True when every replicate has the same parameters, so that nothing but luck differs."""
        return len({self.draw_of(replicate) for replicate in range(self.replicates)}) == 1

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of everything that decides the results; the number of processes does not."""
        if self.precision is None:
            return _digest({"family": self.family, "replicates": self.replicates})
        return _digest({"family": self.family, "precision": asdict(self.precision)})

    @property
    def family(self) -> str:
        """SHA-256 (hex) of everything that decides what a replicate holds, whatever their number is."""
        return _digest(
            {
                "version": VERSION,
                "scenarios": [[scenario.name, scenario.digest] for scenario in self.scenarios],
                "baseline": self.baseline,
                "seed": self.seed,
                "participants": self.participants,
                "fixed_parameters": self.fixed_parameters,
                "inputs": asdict(self.inputs),
            }
        )

    def still_holds(self) -> bool:
        """Whether calibration and files of a place are what they were when this was planned."""
        base = next(scenario for scenario in self.scenarios if scenario.name == self.baseline)
        try:
            return read_inputs(base) == self.inputs and base.population.place.contents == base.population.contents
        except InputError:
            return False

    def draw_of(self, replicate: int) -> int | None:
        """The draw of a replicate, the same in every scenario; None stands for the central values."""
        return draw_of(replicate, self.inputs.stored_draws, self.fixed_parameters)


def _digest(parts: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def draw_of(replicate: int, stored_draws: int, fixed_parameters: bool) -> int | None:
    """The stored draw of a replicate; None stands for the central values."""
    return None if fixed_parameters or not stored_draws else (replicate // RUNS_PER_DRAW) % stored_draws


def plan_runs(
    scenarios: Sequence[Scenario | str | Path] = (),
    *,
    baseline: Scenario | str | Path | None = None,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = DEFAULT_SEED,
    jobs: int | None = None,
    participants: int | None = None,
    months: int | None = None,
    fixed_parameters: bool = False,
    precision: float | None = None,
) -> Plan:
    """The plan of a comparison of `scenarios` (names, paths or loaded) with `baseline` (default status-quo).

    `jobs` (at most MOST_JOBS_PER_CORE a core) defaults to the number of cores, `participants` to the population's
    size, `months` (of follow-up) to the scenarios' own. With `precision`, replicates are added until the Monte Carlo
    standard error of every headline difference (a share) is at most that, MOST_REPLICATES at most. Raises
    InputError when anything is out of range or the scenarios cannot be paired.
    """
    check_options(seed=seed, replicates=replicates, jobs=jobs, participants=participants, months=months)
    _check_precision(precision, replicates)
    base = _loaded(DEFAULT_BASELINE if baseline is None else baseline)
    listed = _with_baseline(base, [_loaded(scenario) for scenario in scenarios])
    for scenario in listed:
        _check_paired(base, scenario)
    if months is not None:
        listed = [scenario.vary({"time.follow_up_months": months}) for scenario in listed]
    runs = replicates + replicates % RUNS_PER_DRAW
    people = participants or int(base.population.size)
    return Plan(
        scenarios=tuple(listed),
        baseline=base.name,
        replicates=runs,
        seed=seed,
        jobs=jobs or cores(),
        participants=people,
        fixed_parameters=fixed_parameters,
        inputs=read_inputs(base),
        precision=None if precision is None else Precision(precision, runs),
        notices=(*(() if precision else _more_replicates(replicates, runs)), *_late_money(listed, people)),
        people=tuple(base.population.place.assumed()) if base.population.contents else (),
    )


def read_inputs(scenario: Scenario) -> Inputs:
    """What a plan with this scenario's calibration rests on."""
    from reentrysim.scenario.values import stored_draws

    calibration = json.dumps(load_calibration(scenario.population.calibration), sort_keys=True)
    evidence = evidence_digest(programs=True)
    return Inputs(stored_draws(scenario), evidence, hashlib.sha256(calibration.encode()).hexdigest())


def check_options(**options: int | None) -> None:
    """Raises InputError for the first of the options (of any command, by name) that is out of range; None is not."""
    lowest = {"seed": 0, "participants": FEWEST_PARTICIPANTS}
    for name, value in options.items():
        if value is not None:
            check_range(name, value, lowest.get(name, 1), _highest(name))


def _check_precision(precision: float | None, replicates: int) -> None:
    if precision is None:
        return
    if not 0.0 < precision < 1.0:
        hint = "It is a standard error in shares: 0.005 is 5 people of 1,000"
        raise InputError(f"{precision:g} is out of range", where="--precision", hint=hint)
    if replicates > MOST_REPLICATES:
        what = f"--precision adds replicates up to {MOST_REPLICATES:,}, and {replicates:,} are asked for already"
        raise InputError(what, hint="Leave one of the two out")


def _highest(name: str) -> int | None:
    if name == "jobs":
        return MOST_JOBS_PER_CORE * cores()
    highest = {"seed": LARGEST_SEED, "months": LONGEST_FOLLOW_UP, "participants": MOST_PARTICIPANTS}
    return highest.get(name)


def check_range(name: str, value: int, lowest: int, highest: int | None) -> None:
    """InputError for an option, by its name, whose value is below the lowest or, if there is one, above the highest."""
    if value >= lowest and (highest is None or value <= highest):
        return
    allowed = f"at least {lowest}" if highest is None else f"from {lowest} to {highest}"
    raise InputError(f"{value} is out of range", where=f"--{name}", hint=f"It must be {allowed}")


def _more_replicates(asked: int, runs: int) -> Iterator[str]:
    if asked != runs:
        yield f"{runs} replicates are run instead of {asked}: two replicates share each draw."


def _late_money(scenarios: Sequence[Scenario], participants: int) -> Iterator[str]:
    """Sources that go on after the run's last step, the scenarios with the same one together."""
    late: dict[str, list[str]] = {}
    for scenario in scenarios:
        for words in _sources_cut_off(scenario, participants):
            late.setdefault(words, []).append(scenario.name)
    for words, names in late.items():
        yield f"Under {', '.join(names)}: {words}"


def late_sums(plan: Plan) -> Iterator[str]:
    """Whether the run ends before all of a sum more came; the sum of one program of each scenario is enough."""
    first = {base: more for base, _, more in reversed(plan.next_dollar.pairs)} if plan.next_dollar else {}
    scenarios = {scenario.name: scenario for scenario in plan.scenarios}
    for base, more in first.items():
        without = set(_sources_cut_off(scenarios[base], plan.participants))
        for words in _sources_cut_off(scenarios[more], plan.participants):
            if words not in without:
                yield f"Under {base} with the sum more: {words}"


def _sources_cut_off(scenario: Scenario, participants: int) -> Iterator[str]:
    from reentrysim.policies.funding import arrivals
    from reentrysim.setup import calendar_of, sources

    last = calendar_of(scenario, participants).last_step
    for source in sources(scenario):
        promised = source.total_cents - source.held_back  # the rest comes, if it is earned, whenever that is judged
        if promised and not source.match_of and source.last_step > last:
            percent = int(100 * arrivals(source, last).sum() // promised)  # down: 100% would deny it
            yield (
                f"only {percent}% of the money of {source.name} arrives, because the run ends at step {last} and the "
                f"source at step {source.last_step}. The rest buys nothing here."
            )


def _loaded(scenario: Scenario | str | Path) -> Scenario:
    return load_scenario(scenario) if isinstance(scenario, str | Path) else scenario


def _with_baseline(base: Scenario, asked: list[Scenario]) -> list[Scenario]:
    """The scenarios asked for, with the baseline first unless it is among them (same name, same content)."""
    names = [scenario.name for scenario in asked]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"the scenario {name!r} is listed twice", hint="Give each scenario its own file name")
    twin = next((scenario for scenario in asked if scenario.name == base.name), None)
    if twin is None:
        return [base, *asked]
    if twin.digest != base.digest:
        raise InputError(
            f"the scenario {base.name!r} is not the baseline of that name", hint="Rename its file, or pass --baseline"
        )
    return asked


def _check_paired(base: Scenario, scenario: Scenario) -> None:
    """Raises InputError unless both are about the same people at the same times: only then differences are paired."""
    ours, theirs = _asked(base), _asked(scenario)
    for key in sorted(ours.keys() | theirs.keys()):
        if key == "population.sentence":  # the same people, sentenced otherwise
            continue
        if key.startswith("estimates.prices.") and ours.get(key) != theirs.get(key):
            what = f"{key.removeprefix('estimates.')} is set in {scenario.name} and otherwise in {base.name}"
            hint = "What an event costs is the same in all scenarios: set it in each of them and in the baseline"
            raise InputError(what, where=scenario.name, hint=hint)
        if key.startswith(("population.", "time.")) and ours.get(key) != theirs.get(key):
            raise InputError(
                f"{key} is {theirs.get(key)} in {scenario.name} and {ours.get(key)} in the baseline {base.name}",
                where=scenario.name,
                hint="Scenarios can be compared when [population] and [time] are the same; "
                "--baseline names another baseline",
            )


def _asked(scenario: Scenario) -> dict[str, Any]:
    """What a scenario asks, by dotted key; files of a place by what they hold, and not by where they lie."""
    return _flat(scenario.resolved()) | {
        f"population.{key}": held for key, held in scenario.population.contents.items()
    }


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    return dict(_leaves(table, prefix))


def _leaves(table: Mapping[str, Any], prefix: str) -> Iterable[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def cores() -> int:
    """Processes that this machine can run at once."""
    import joblib

    return int(joblib.cpu_count())
