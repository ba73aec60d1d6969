"""Transitional jobs, transitional housing and case management, one person and one place at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np
from scipy.special import ndtri

from reentrysim.evidence import load_catalog
from reentrysim.evidence.prices import in_dollars_of
from reentrysim.vocabulary import (
    CENTS_PER_DOLLAR,
    DAYS_PER_MONTH,
    DAYS_PER_WEEK,
    MONTHS_PER_YEAR,
    NEVER,
    Home,
    HousingKind,
    Risk,
    Status,
)
from twin.draws import Draws
from twin.risk import quitting_risk

if TYPE_CHECKING:
    from twin.markets import HousingProvider
    from twin.people import Person
    from twin.world import TwinModel

JOBS, HOUSING, CASES = "transitional_jobs", "transitional_housing", "case_management"


class ProgramJob:
    """A place that is like every other."""

    number = 0


class Caseworker(mesa.Agent):
    """A funded post, and who sees people in it."""

    def __init__(self, model: TwinModel, number: int) -> None:
        super().__init__(model)
        self.number, self.tenure, self.ready_step = number, NEVER, NEVER
        self.load = 0

    @property
    def filled(self) -> bool:
        return self.ready_step != NEVER

    def active(self, step: int) -> bool:
        return self.filled and self.ready_step <= step


Place = ProgramJob | Caseworker


class Standing:
    """Where one person stands with one program."""

    def __init__(self, person: Person, program: Program) -> None:
        self.person, self.program = person, program
        self.willing = program.accepted_by(person)
        self.lottery = program.model.draws(f"{program.name}.lottery", 0, person.number)
        self.waiting_since = self.offered_step = self.start_step = self.helped_until = NEVER
        self.place: ProgramJob | Caseworker | HousingProvider | None = None
        self.closed = self.completed = False
        self.dose = 0.0

    def hear_offer(self, step: int) -> None:
        if self.offered_step == NEVER:
            self.offered_step = step
        if not self.willing:
            self.close()

    def close(self) -> None:
        self.closed, self.waiting_since = True, NEVER

    def begin(self, place: ProgramJob | Caseworker | HousingProvider, step: int) -> None:
        if self.start_step == NEVER:
            self.start_step = step
        self.helped_until = self.start_step + self.program.length + self.program.after - 1
        self.place, self.waiting_since = place, NEVER

    def lose_place(self, first_step_without: int) -> None:
        """Without a fault of one's own: one may come back."""
        self.place, self.helped_until = None, first_step_without - 1

    def end(self, helped_until: int) -> None:
        self.place, self.helped_until = None, helped_until
        self.close()

    def join_or_leave_line(self, step: int) -> bool:
        """Whether the person is in line now."""
        may = self._may(step)
        if may and self.waiting_since == NEVER:
            self.waiting_since = step
        if not may:
            self.waiting_since = NEVER
        return may

    def _may(self, step: int) -> bool:
        person, wanted, setting = self.person, self.program.settings.eligible, self.program.setting
        if self.place is not None or self.closed or not self.program.is_needed_by(person):
            return False
        if self.start_step == NEVER:
            in_time = wanted.from_month <= person.month_since_release(step) <= wanted.to_month
        else:
            in_time = step < self.start_step + self.program.length
        inside = person.status == Status.AWAITING_RELEASE and setting != "community"
        outside = person.status == Status.COMMUNITY and setting != "custody"
        kind = Risk(person.risk).name.lower() in wanted.risk
        return in_time and (inside or outside) and kind and ("female" if person.traits.female else "male") in wanted.sex

    def build_up(self) -> None:
        """A month in a place, or a month after it."""
        values, name = self.program.model.values, self.program.name
        if self.place is None:
            self.dose *= 2.0 ** (-1.0 / values[f"{name}.half_life_months"])
            return
        share = 1.0 if self.person.status == Status.AWAITING_RELEASE else self.person.free_share()
        if isinstance(self.place, Caseworker):
            hours = values[f"{name}.hours_per_month"] / self.place.load
            share *= min(hours / values[f"{name}.full_dose_hours_per_month"], 1.0)
        self.dose += (share - self.dose) * (1.0 - 2.0 ** (-1.0 / values[f"{name}.onset_months"]))

    def complete_or_quit(self, step: int) -> None:
        if self.place is None:
            return
        name, values = self.program.name, self.program.model.values
        uptake, motivation = values[f"{name}.uptake_share"], self.person.traits.motivation
        risk = quitting_risk(values[f"{name}.quit_monthly_risk"], motivation, uptake, values)
        quits = self.person.draw(f"{name}.quit", step) < risk
        if step >= self.start_step + self.program.length or (
            self.program.setting == "custody" and step >= self.person.traits.release_step
        ):
            self.completed = True
            self.end(self.helped_until)
        elif quits or (name != CASES and self.person.free_share() == 0.0):
            self.end(step - 1)


class Program:
    """A program of a scenario: its line, its places, and what a month of one costs."""

    def __init__(self, model: TwinModel, name: str) -> None:
        self.model, self.name = model, name
        self.settings = getattr(model.scenario.programs, name)
        self.setting = getattr(self.settings, "setting", "community")
        self.length = self.settings.length_months
        self.after = getattr(self.settings, "placement_months", 0)
        self.inclination = model.luck.normal(f"{name}.uptake", 0, len(model.calendar.release_steps)).tolist()
        self.paid = 0
        if name != CASES:
            cost = self._dollars("cost_per_month") if name == JOBS else self._dollars("cost_per_day") * DAYS_PER_MONTH
            self.cents = max(round(cost * model.scale * CENTS_PER_DOLLAR), 1)
            self.lottery = model.luck.uniform(f"{name}.last_place", 0, 1)[0]
            most, ceiling = self.settings.places, model.luck.uniform(f"{name}.ceiling", 0, 1)[0]
            self.most = len(self.inclination) if most is None else int(most / model.scale + ceiling)

    def _dollars(self, key: str) -> float:
        name, year = f"{self.name}.{key}", self.model.scenario.time.price_year
        return in_dollars_of(self.model.values[name], load_catalog()[name].price_year, year)

    def wage(self) -> float:
        """Dollars of a month of a program job."""
        return self._dollars("wage_per_hour") * self.model.values[f"{self.name}.hours_per_month"]

    def accepted_by(self, person: Person) -> bool:
        values = self.model.values
        correlation = values["participants.uptake_by_motivation"]
        own = np.sqrt(1.0 - correlation * correlation) * self.inclination[person.number]
        wish = correlation * person.traits.motivation + own
        return bool(wish > ndtri(1.0 - values[f"{self.name}.uptake_share"]))

    def is_needed_by(self, person: Person) -> bool:
        if self.name == JOBS:
            return person.seeks()
        return self.name != HOUSING or (person.homeless and person.free_share() > 0.0)

    def standings(self) -> list[Standing]:
        """Of everybody whom the month can concern."""
        return [person.standings[self.name] for person in self.model.watched]

    def held(self) -> list[Standing]:
        return [standing for standing in self.standings() if standing.place is not None]

    def cents_of_everybody(self) -> float:
        """What everybody in the program and in line for it would cost a month."""
        there = [one for one in self.standings() if one.place is not None or one.waiting_since != NEVER]
        if self.name != CASES:
            return float(self.cents) * min(len(there), self.most)
        people = len(there) + self.model.referred_by_caseworkers
        posts = self.model.caseworkers
        each = float(np.mean([self.model.caseworker_cents] * len(posts))) / self._per_worker() if posts else 0.0
        return each * people

    def _per_worker(self) -> int:
        return self.model.scenario.policies.caseload.case_management.per_worker

    def open(self, step: int) -> None:
        """Places that money pays; if they are fewer than are held, who came last goes."""
        ledger = self.model.ledger
        plan, money = ledger.plan(self.name, step), ledger.available(self.name)
        self.paid = plan // self.cents
        part = (plan - self.paid * self.cents) / self.cents
        if money >= (self.paid + 1) * self.cents and self.lottery < part:
            self.paid += 1
        self.paid = min(self.paid, self.most)
        if self.name == HOUSING:
            self._open_beds()
        by_start = sorted(self.held(), key=lambda one: (one.start_step, one.lottery))
        for standing in by_start[self.paid :]:
            standing.lose_place(step)

    def _open_beds(self) -> None:
        left = self.paid
        for house in self.model.houses:
            house.openings = min(house.places, left)
            left -= house.openings
        self.paid -= left

    def line_of(self, step: int) -> list[Standing]:
        """Who waits, first in line first."""
        before = [one.waiting_since for one in self.standings()]
        waiting = [one for one in self.standings() if one.join_or_leave_line(step)]
        if self.name == CASES:
            joined = zip(self.standings(), before, strict=True)
            self.model.newcomers_to_caseworkers = sum(one.waiting_since != NEVER and b == NEVER for one, b in joined)
        policies = self.model.scenario.policies.matching
        rule = {JOBS: policies.jobs.rule, HOUSING: policies.beds.rule}.get(self.name, "first_come")
        return sorted(waiting, key=lambda one: rank(rule, one.waiting_since, one.lottery, one.person.risk))

    def offer(self, line: list[Standing], step: int) -> None:
        """Down the line while there are places."""
        places = self._free_places(step)
        if self.name == HOUSING:
            self._give_beds(line, places, step)
            line = []
        accepted: list[Standing] = []
        for standing in line:
            if len(accepted) == len(places):
                break
            standing.hear_offer(step)
            if standing.willing:
                accepted.append(standing)
        for standing, place in zip(accepted, places, strict=False):
            standing.begin(place, step)
        if self.name != CASES:
            self.model.ledger.spend(self.name, step, len(self.held()) * self.cents)
            return
        self.model.referred_by_caseworkers = 0
        if self.model.scenario.policies.caseload.case_management.when_full == "refer_on":
            for standing in line:
                if standing.waiting_since != NEVER:
                    standing.close()
                    self.model.referred_by_caseworkers += 1

    def _free_places(self, step: int) -> list:
        if self.name == CASES:
            return self._caseworkers_in_turn(step)
        free = max(self.paid - len(self.held()), 0)
        if self.name == JOBS:
            return [ProgramJob()] * free
        beds = []
        for house in self.model.houses:
            taken = sum(one.place is house for one in self.held())
            beds += [house] * max(house.openings - taken, 0)
        return beds[:free]

    def _caseworkers_in_turn(self, step: int) -> list[Caseworker]:
        """Each free seat goes to the caseworker who then has the fewest people."""
        policy = self.model.scenario.policies.caseload.case_management
        most = policy.per_worker
        if policy.when_full == "thin_out":
            most = int(most * self.model.values["mentoring.thin_out_multiple"])
        self.count_loads()
        seats = []
        for worker in self.model.caseworkers:
            seats += [(people, worker.number) for people in range(worker.load, most) if worker.active(step)]
        return [self.model.caseworkers[number] for _, number in sorted(seats)]

    def count_loads(self) -> None:
        """How many people each caseworker has."""
        for worker in self.model.caseworkers:
            worker.load = 0
        for standing in self.held():
            standing.place.load += 1

    def _give_beds(self, line: list[Standing], beds: list[HousingProvider], step: int) -> None:
        sober, open_to_all = ([bed for bed in beds if bed.bars_use == bars] for bars in (True, False))
        for standing in line:
            kind = sober if sober and not standing.person.using else open_to_all
            if kind:
                standing.hear_offer(step)
            if kind and standing.willing:
                bed = kind.pop(0)
                standing.begin(bed, step)
                standing.person.come_to(Home.TRANSITIONAL, step, bed)


def rank(rule: str, since: int, lottery: float, risk: int) -> tuple[float, ...]:
    """Place in a line, the smallest first."""
    if rule == "random":
        return (lottery,)
    by_risk = {"first_come": 0, "risk_high_first": -int(risk), "risk_low_first": int(risk)}[rule]
    return by_risk, since, lottery


class CaseworkerPosts:
    """What the model does with caseworkers, post by post."""

    def set_up_caseworkers(self) -> None:
        """As many posts as money could ever pay."""
        values, year, fringe = self.values, self.scenario.time.price_year, self.values["mentors.fringe_share"]
        self.caseworkers: list[Caseworker] = []
        self.referred_by_caseworkers = self.newcomers_to_caseworkers = 0
        if CASES not in self.programs:
            return
        salary = in_dollars_of(values[f"{CASES}.salary"], load_catalog()[f"{CASES}.salary"].price_year, year)
        loaded = salary / MONTHS_PER_YEAR * (1.0 + fringe)
        monthly = loaded * (1.0 + values[f"{CASES}.support_share"])
        self.caseworker_cents = max(round(monthly * self.scale * CENTS_PER_DOLLAR), 1)
        training = loaded * values[f"{CASES}.training_weeks"] * DAYS_PER_WEEK / DAYS_PER_MONTH
        self.training_cents = round(training * self.scale * CENTS_PER_DOLLAR)
        self.last_caseworker = self.luck.uniform(f"{CASES}.last_post", 0, 1)[0]
        count = self.most_posts(self.caseworker_cents)
        self.caseworkers = [Caseworker(self, number) for number in range(count)]
        self.caseworker_draws = Draws(self.luck, count)

    def open_fill_and_cut_caseworkers(self, now: int) -> None:
        """As mentors' posts, but for what a post costs and whom it needs."""
        program, cents = self.programs[CASES], self.caseworker_cents
        plan, money = self.ledger.plan(CASES, now), self.ledger.available(CASES)
        opened = min(plan // cents, len(self.caseworkers))
        part = (plan - opened * cents) / cents
        if opened < len(self.caseworkers) and money >= (opened + 1) * cents and self.last_caseworker < part:
            opened += 1
        for worker in self.caseworkers[opened:]:
            self._caseworker_goes(worker, now)
        waiting = sum(one.waiting_since != NEVER for one in program.standings())
        people = len(program.held()) + waiting + self.referred_by_caseworkers
        per_worker = self.scenario.policies.caseload.case_management.per_worker
        needed = -(-people // per_worker)
        if not self.newcomers_to_caseworkers:
            program.count_loads()
            for worker in reversed(self.caseworkers):
                if worker.filled and not worker.load and sum(one.filled for one in self.caseworkers) > needed:
                    self._caseworker_goes(worker, now)
        self.ledger.spend(CASES, now, cents * sum(worker.active(now) for worker in self.caseworkers))
        lag = max(program.settings.hire_lag_months + program.settings.train_lag_months, 1)
        for worker in self.caseworkers[:opened]:
            enough = sum(one.filled for one in self.caseworkers) >= needed
            if not worker.filled and not enough and self.ledger.available(CASES) >= self.training_cents:
                self.ledger.spend(CASES, now, self.training_cents)
                worker.tenure += 1
                worker.ready_step = now + lag

    def caseworkers_leave(self, now: int) -> None:
        """Some do."""
        risk = self.values.get(f"{CASES}.leave_monthly_risk", 0.0)
        for worker in self.caseworkers:
            if worker.active(now) and self.caseworker_draws.of(f"{CASES}.leave", now, worker.number) < risk:
                self._caseworker_goes(worker, now + 1)

    def _caseworker_goes(self, worker: Caseworker, first_step_without: int) -> None:
        worker.ready_step = NEVER
        for standing in self.programs[CASES].held():
            if standing.place is worker:
                standing.lose_place(first_step_without)
                standing.waiting_since = first_step_without


def houses_of(providers: list[HousingProvider]) -> list[HousingProvider]:
    """Those of transitional housing."""
    return [provider for provider in providers if provider.kind == HousingKind.TRANSITIONAL]
