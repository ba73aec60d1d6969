"""Programs other than mentoring, one person and one place at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np
from scipy.special import ndtri

from reentrysim.evidence import load_catalog
from reentrysim.evidence.prices import in_dollars_of
from reentrysim.scenario.offered import shipped
from reentrysim.scenario.own_rules import is_own
from reentrysim.scenario.scarcity import Caseload, Line
from reentrysim.vocabulary import (
    CENTS_PER_DOLLAR,
    DAYS_PER_MONTH,
    DAYS_PER_WEEK,
    MINUTES_PER_HOUR,
    MONTHS_PER_YEAR,
    NEVER,
    Home,
    HousingKind,
    Risk,
    Status,
)
from twin.draws import Draws
from twin.mentors import minutes_of
from twin.money import Office
from twin.own_rules import in_line
from twin.risk import quitting_risk

if TYPE_CHECKING:
    from twin.markets import HousingProvider
    from twin.people import Person
    from twin.world import TwinModel

JOBS = "transitional_jobs"
BEDS = {
    "sober_living": (HousingKind.SOBER_LIVING, Home.SOBER_LIVING),
    "supportive_housing": (HousingKind.SUPPORTIVE, Home.SUPPORTIVE),
    "transitional_housing": (HousingKind.TRANSITIONAL, Home.TRANSITIONAL),
}
FOR_NOW = (Home.SOBER_LIVING, Home.TRANSITIONAL)
"""Beds from which people look for a home."""
BY_THE_DAY = ("sober_living", "transitional_housing")
STAFFED = ("case_management", "peer_support")
TREATMENT = ("outpatient_treatment",)


def _needs(name: str, person: Person) -> bool:
    """Whether somebody has what it takes to be offered a place beside being eligible."""
    traits, out = person.traits, person.free_share() > 0.0
    if name == JOBS:
        return person.seeks()
    if name in BEDS:
        sober = traits.substance_use_disorder and not person.using
        return person.homeless and out and (name != "sober_living" or sober)
    if name in ("therapeutic_community", "outpatient_treatment"):
        return traits.substance_use_disorder
    if name == "rent_help":
        return out and person.home != Home.OWN and not traits.can_rent_without_work
    alone = {
        "medication_treatment": traits.opioid_use_disorder,
        "mental_health_care": traits.mental_illness or traits.trauma,
        "job_placement": traits.looks_for_work,
        "womens_services": traits.female,
    }
    return alone.get(name, True)


class ProgramJob:
    """A place that is like every other."""

    number = 0


class Caseworker(mesa.Agent):
    """A funded post, and who sees people in it."""

    def __init__(self, model: TwinModel, number: int) -> None:
        super().__init__(model)
        self.number, self.tenure, self.ready_step = number, NEVER, NEVER
        self.load, self.minutes = 0, 0
        self.strain = 0.0

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
        self.waiting_since = self.first_waiting = self.offered_step = self.start_step = self.helped_until = NEVER
        self.place: ProgramJob | Caseworker | HousingProvider | None = None
        self.closed, self.completed = not program.reaches(person), False
        self.dose, self.months_waited = 0.0, 0
        self.own = {"plan": 0.0} if program.name == "case_management" else {}

    def helped(self, step: int) -> bool:
        """In a place or in the months of help after it."""
        return self.helped_until >= step

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

    def find_what_it_is_for(self, step: int) -> None:
        """No need of the place any more; help goes on for the months after it."""
        self.completed = True
        self.end(step + self.program.after)

    def join_or_leave_line(self, step: int) -> bool:
        """Whether the person is in line now."""
        may = self._may(step)
        if may and self.waiting_since == NEVER:
            self.waiting_since = step
        if may and self.first_waiting == NEVER:
            self.first_waiting = step
        if not may:
            self.waiting_since = NEVER
        return may

    def _may(self, step: int) -> bool:
        person, wanted, setting = self.person, self.program.settings.eligible, self.program.setting
        if self.place is not None or self.closed or not self.program.is_needed_by(person):
            return False
        if self._is_jailed() and not self.program.staffed:
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
        dose, rested = self._dose_of_a_month()
        share = share * self.program.strength * self.person.attention() * dose * rested
        self.dose += (share - self.dose) * (1.0 - 2.0 ** (-1.0 / values[f"{name}.onset_months"]))

    def _dose_of_a_month(self) -> tuple[float, float]:
        """By a worker's hours, or by sessions; and what an hour of a tired worker is worth."""
        values, name, settings = self.program.model.values, self.program.name, self.program.settings
        if hasattr(settings, "sessions_per_month"):
            usual = type(settings).model_fields["sessions_per_month"].default
            return min(settings.sessions_per_month / usual, 1.0), 1.0
        if not isinstance(self.place, Caseworker):
            return 1.0, 1.0
        load = self.place.load
        if self.program.policy.hours_per_month is not None:
            have = self.program.minutes_a_worker
            got = self.minutes_kept() / MINUTES_PER_HOUR * (min(have, self.place.minutes) / self.place.minutes)
            load = max(have / MINUTES_PER_HOUR / got, 1.0)
        rested = 1.0
        if self.program.strains:
            rested = 1.0 - values["caseworkers.strain_quality_loss_share"] * self.place.strain
        dose = min(self.program.hours_a_worker / load / values[f"{name}.full_dose_hours_per_month"], 1.0)
        return dose, rested

    def minutes_kept(self) -> int:
        """Of a worker's month, where hours are counted."""
        return minutes_of(self.program.policy.hours_per_month, self.person.risk)

    def review_the_plan(self, step: int) -> None:
        """It ages; in the first month and when it is reviewed it is as good as the dose."""
        if "plan" not in self.own:
            return
        values, name = self.program.model.values, self.program.name
        self.own["plan"] *= 2.0 ** (-1.0 / values[f"{name}.plan_half_life_months"])
        if self.place is not None:
            due = self.person.draw(f"{name}.review", step) < self.dose / values[f"{name}.review_months"]
            if due or self.start_step == step:
                self.own["plan"] = max(self.own["plan"], self.dose)

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
            self.completed = step >= self.start_step + self.program.length
            self.end(self.helped_until)
        elif quits or self._loses_it():
            self.end(step - 1)

    def _is_jailed(self) -> bool:
        return self.person.status == Status.COMMUNITY and self.person.free_share() == 0.0

    def _loses_it(self) -> bool:
        """For a month in jail, or for using in a sober house."""
        return (self._is_jailed() and not self.program.staffed) or (
            self.program.name == "sober_living" and self.person.using
        )


class Program:
    """A program of a scenario: its line, its places, and what a month of one costs."""

    def __init__(self, model: TwinModel, name: str) -> None:
        self.model, self.name = model, name
        self.settings = getattr(model.scenario.programs, name)
        self.setting, self.length = self.settings.where, self.settings.length_months
        self.after, self.mode = self.settings.after_months, self.settings.mode
        self.staffed = name in STAFFED
        self.strength = self.settings.fidelity_share * self._in_person_times("dose")
        self.inclination = model.luck.normal(f"{name}.uptake", 0, len(model.calendar.release_steps)).tolist()
        self.paid = self.referred = self.newcomers = 0
        self.sent_away: list[Standing] = []
        self.office = Office(model.ledger, name, self.settings)
        if not self.staffed:
            key, days = self.priced()
            cost = self._dollars(key) * days
            cost = cost * self._in_person_times("cost") * self.settings.cost_multiple
            self.cents = max(round(cost * model.scale * CENTS_PER_DOLLAR), 1)
            self.lottery = model.luck.uniform(f"{name}.last_place", 0, 1)[0]
            most, ceiling = self.settings.places, model.luck.uniform(f"{name}.ceiling", 0, 1)[0]
            per_100 = model.scenario.circumstances.nonprofit_places_per_100
            if per_100 is not None:
                offered = per_100 * (model.scale * model.yearly(model.participants)) / 100
                most = offered if most is None else min(most, offered)
            self.most = len(self.inclination) if most is None else int(most / model.scale + ceiling)

    def _in_person_times(self, what: str) -> float:
        """Cost or dose of its mode, in units of that in person."""
        return 1.0 if self.mode == "in_person" else self.model.values[f"{self.name}.{self.mode}_{what}_ratio"]

    def priced(self) -> tuple[str, float]:
        """What its price is called, and how many of it make a month."""
        return ("cost_per_day", DAYS_PER_MONTH) if self.name in BY_THE_DAY else ("cost_per_month", 1.0)

    def reaches(self, person: Person) -> bool:
        """Whether its mode does."""
        if self.mode == "in_person":
            return True
        u = self.model.draws(f"{self.name}.{self.mode}_reach", 0, person.number)
        return u < self.model.values[f"{self.name}.{self.mode}_reach_share"]

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
        there = person.gets_there or self.setting == "custody" or self.mode != "in_person"
        return person.consents and there and bool(wish > ndtri(1.0 - values[f"{self.name}.uptake_share"]))

    def is_needed_by(self, person: Person) -> bool:
        return bool(_needs(self.name, person))

    def standings(self) -> list[Standing]:
        """Of everybody whom the month can concern."""
        return [person.standings[self.name] for person in self.model.watched]

    def held(self) -> list[Standing]:
        return [standing for standing in self.standings() if standing.place is not None]

    def cents_each(self) -> float:
        """What one person costs a month."""
        return float(self.cents)

    def ceiling(self, people: int) -> int:
        """So many people, or as many as there can be."""
        return min(people, self.most)

    def open(self, step: int) -> None:
        """Places that money pays; if they are fewer than are held, who came last goes."""
        started = self.office.opens(step)
        plan, money = self.office.plan(step), self.model.ledger.available(self.name)
        self.paid = plan // self.cents
        part = (plan - self.paid * self.cents) / self.cents
        if money >= (self.paid + 1) * self.cents and self.lottery < part:
            self.paid += 1
        self.paid = min(self.paid, self.most) if started else 0
        if self.name in BEDS:
            self._open_beds()
        by_start = sorted(self.held(), key=lambda one: (one.start_step, one.lottery))
        for standing in by_start[self.paid :]:
            standing.lose_place(step)

    @property
    def houses(self) -> list[HousingProvider]:
        """Whose beds its places are."""
        return [one for one in self.model.providers if one.kind == BEDS[self.name][0]]

    def _open_beds(self) -> None:
        left = self.paid
        for house in self.houses:
            house.openings = min(house.places, left)
            left -= house.openings
        self.paid -= left

    def line_of(self, step: int) -> list[Standing]:
        """Who waits, first in line first."""
        before = [one.waiting_since for one in self.standings()]
        waiting = [one for one in self.standings() if one.join_or_leave_line(step)]
        joined = zip(self.standings(), before, strict=True)
        self.newcomers = sum(one.waiting_since != NEVER and b == NEVER for one, b in joined)
        if is_own(self.rule.rule):
            return waiting  # put in order when it is known who is asked
        return sorted(waiting, key=lambda one: rank(self.rule, one.waiting_since, one.lottery, one.person.risk))

    @property
    def rule(self) -> Line:
        """Who goes first."""
        return self.model.scenario.policies.matching.line_of(self.name)

    def _in_order(self, line: list[Standing], places: list, step: int) -> list[Standing]:
        """The line as a rule of one's own has it, which is asked only where there is something to give."""
        rule = self.rule.rule
        if not is_own(rule):
            return line
        line = line if places else []
        since, lots = [one.waiting_since for one in line], [one.lottery for one in line]
        return [line[row] for row in in_line(rule, [one.person for one in line], since, lots, step)]

    def offer(self, line: list[Standing], step: int) -> None:
        """Down the line while there are places."""
        everybody, line = line, [one for one in line if may_be_placed(self.rule, one.person.risk)]
        places = self._free_places(step)
        if self.name in BEDS:
            needing = [one for one in line if self.is_needed_by(one.person)]
            self._give_beds(self._in_order(needing, places, step), places, step)
            line = []
        accepted: list[Standing] = []
        for standing in self._in_order(line, places, step) if not self.counts_hours else []:
            if len(accepted) == len(places):
                break
            standing.hear_offer(step)
            if standing.willing:
                accepted.append(standing)
        for standing, place in zip(accepted, places, strict=False):
            standing.begin(place, step)
        if self.counts_hours:
            self._offer_time(line, step)
        self.settle(everybody, step)

    counts_hours = False

    def settle(self, _line: list[Standing], step: int) -> None:
        """Places that are held are paid."""
        self.model.ledger.spend(self.name, step, len(self.held()) * self.cents)

    def _free_places(self, _step: int) -> list:
        free = max(self.paid - len(self.held()), 0)
        if self.name not in BEDS:
            return [ProgramJob()] * free
        beds = []
        for house in self.houses:
            taken = sum(one.place is house for one in self.held())
            beds += [house] * max(house.openings - taken, 0)
        return beds[:free]

    def _give_beds(self, line: list[Standing], beds: list[HousingProvider], step: int) -> None:
        sober, open_to_all = ([bed for bed in beds if bed.bars_use == bars] for bars in (True, False))
        for standing in line:
            kind = sober if sober and not standing.person.using else open_to_all
            if kind:
                standing.hear_offer(step)
            if kind and standing.willing:
                bed = kind.pop(0)
                standing.begin(bed, step)
                standing.person.come_to(BEDS[self.name][1], step, bed)


def rank(line: Line, since: int, lottery: float, risk: int) -> tuple[float, ...]:
    """Place in a line, the smallest first."""
    by_risk = {"risk_high_first": -int(risk), "risk_low_first": int(risk)}.get(line.rule, 0)
    if line.rule == "random" or line.ties == "luck":
        return by_risk * (line.rule != "random"), lottery
    return by_risk, since, lottery


def may_be_placed(line: Line, risk: int) -> bool:
    """Whether the rule leaves somebody a place at all."""
    return line.only_risk is None or Risk(risk).name.lower() in line.only_risk


class StaffedProgram(Program):
    """A program whose places are seats with workers: its posts, and what the model does with them."""

    def __init__(self, model: TwinModel, name: str) -> None:
        super().__init__(model, name)
        values, fringe = model.values, model.values["mentors.fringe_share"]
        loaded = self._dollars("salary") / MONTHS_PER_YEAR * (1.0 + fringe)
        monthly = loaded * (1.0 + values[f"{name}.support_share"]) * self._in_person_times("cost")
        self.cents = max(round(monthly * model.scale * CENTS_PER_DOLLAR), 1)
        training = loaded * values[f"{name}.training_weeks"] * DAYS_PER_WEEK / DAYS_PER_MONTH
        self.training_cents = round(training * model.scale * CENTS_PER_DOLLAR)
        self.lottery = model.luck.uniform(f"{name}.last_post", 0, 1)[0]
        self.workers: list[Caseworker] = []
        self.strains = model.scenario.policies.caseload.strains(name)
        self.counts_hours = self.policy.hours_per_month is not None
        self.hours_a_worker = values[f"{name}.hours_per_month"]
        if name == "peer_support" and self.settings.format == "group":
            self.hours_a_worker *= values[f"{name}.group_size"]
        self.minutes_a_worker = int(self.hours_a_worker * MINUTES_PER_HOUR)

    def set_up_posts(self) -> None:
        """As many posts as money could ever pay."""
        count = self.model.most_posts(self.cents)
        self.workers = [Caseworker(self.model, number) for number in range(count)]
        self.draws = Draws(self.model.luck, count)

    @property
    def policy(self) -> Caseload:
        """Its caseloads."""
        return self.model.scenario.policies.caseload.of(self.name)

    def cents_each(self) -> float:
        """A part of a worker."""
        count = len(self.workers)
        return float(np.mean([self.cents] * count)) / self._people_a_worker() if count else 0.0

    def ceiling(self, people: int) -> int:
        """No ceiling but money's."""
        return people

    def _people_a_worker(self) -> float:
        """As an agency reckons it, as many of each band."""
        if not self.counts_hours:
            return self.policy.per_worker
        mean = np.mean([minutes_of(self.policy.hours_per_month, band) for band in Risk])
        return min(self.policy.per_worker, float(np.mean([self.minutes_a_worker] * len(self.workers))) / float(mean))

    def open(self, now: int) -> None:
        """As mentors' posts, but for what a post costs and whom it needs."""
        started, ledger = self.office.opens(now), self.model.ledger
        plan, money = self.office.plan(now), ledger.available(self.name)
        opened = min(plan // self.cents, len(self.workers))
        part = (plan - opened * self.cents) / self.cents
        if opened < len(self.workers) and money >= (opened + 1) * self.cents and self.lottery < part:
            opened += 1
        opened = opened if started else 0
        for worker in self.workers[opened:]:
            self._goes(worker, now)
        waiting = [one for one in self.standings() if one.waiting_since != NEVER]
        there = self.held() + [one for one in waiting if may_be_placed(self.rule, one.person.risk)]
        needed = -(-(len(there) + self.referred) // self.policy.per_worker)
        if self.counts_hours:
            each = [minutes_of(self.policy.hours_per_month, band) for band in Risk]
            minutes = sum(one.minutes_kept() for one in there) + self.referred * sum(each) // len(each)
            everybody = self.minutes_a_worker * len(self.workers)
            needed = max(needed, -(-minutes * len(self.workers) // everybody) if everybody else 0)
        if not self.newcomers:
            self.count_loads()
            for worker in reversed(self.workers):
                if worker.filled and not worker.load and sum(one.filled for one in self.workers) > needed:
                    self._goes(worker, now)
        ledger.spend(self.name, now, self.cents * sum(worker.active(now) for worker in self.workers))
        lag = max(self.settings.hire_lag_months + self.settings.train_lag_months, 1)
        for worker in self.workers[:opened]:
            enough = sum(one.filled for one in self.workers) >= needed
            if not worker.filled and not enough and ledger.available(self.name) >= self.training_cents:
                ledger.spend(self.name, now, self.training_cents)
                worker.tenure += 1
                worker.ready_step = now + lag
                worker.strain = 0.0

    def settle(self, line: list[Standing], step: int) -> None:
        """Who found no seat may be sent elsewhere."""
        self.sent_away = []
        if self.policy.when_full == "refer_on":
            for standing in line:
                if standing.waiting_since != NEVER:
                    standing.close()
                    self.sent_away.append(standing)
        self.referred = len(self.sent_away)

    def _free_places(self, step: int) -> list[Caseworker]:
        """Each free seat goes to the worker who then has the fewest people."""
        most = self.policy.per_worker
        if self.policy.when_full == "thin_out":
            most = int(most * self.model.values["mentoring.thin_out_multiple"])
        self.count_loads()
        seats = []
        for worker in self.workers:
            seats += [(people, worker.number) for people in range(worker.load, most) if worker.active(step)]
        return [self.workers[number] for _, number in sorted(seats)]

    def _offer_time(self, line: list[Standing], step: int) -> None:
        """Down the line until there is no time for somebody; who has most time takes the next."""
        multiple = self.model.values["mentoring.thin_out_multiple"] if self.policy.when_full == "thin_out" else 1.0
        self.count_loads()
        for standing in line:
            seats = [
                one for one in self.workers if one.active(step) and one.load < int(self.policy.per_worker * multiple)
            ]
            left = [(int(self.minutes_a_worker * multiple) - one.minutes, -one.number) for one in seats]
            if not left or max(left)[0] < standing.minutes_kept():
                break
            standing.hear_offer(step)
            if standing.willing:
                standing.begin(self.workers[-max(left)[1]], step)
                self.count_loads()

    def count_loads(self) -> None:
        """How many people each worker has, and what is kept for them."""
        for worker in self.workers:
            worker.load = worker.minutes = 0
        for standing in self.held():
            standing.place.load += 1
            standing.place.minutes += standing.minutes_kept() if self.counts_hours else 0

    def leave(self, now: int) -> None:
        """Some workers do, tired ones sooner."""
        values, usual = self.model.values, shipped()[self.name].usual_caseload
        if self.strains:
            self.count_loads()
        for worker in self.workers:
            if self.strains:
                by_heads = worker.load / usual - 1.0
                by_hours = worker.minutes / max(self.minutes_a_worker, 1) - 1.0
                overload = min(max(by_hours if self.counts_hours else by_heads, 0.0), 1.0)
                worker.strain += (overload - worker.strain) * values["mentors.strain_speed"]
            raised = 1.0 + values["mentors.strain_leave_multiple"] * worker.strain
            risk = min(values[f"{self.name}.leave_monthly_risk"] * raised, 1.0)
            if worker.active(now) and self.draws.of(f"{self.name}.leave", now, worker.number) < risk:
                self._goes(worker, now + 1)

    def _goes(self, worker: Caseworker, first_step_without: int) -> None:
        worker.ready_step = NEVER
        for standing in self.held():
            if standing.place is worker:
                standing.lose_place(first_step_without)
                standing.waiting_since = first_step_without


def program_of(model: TwinModel, name: str) -> Program:
    """With workers or without."""
    return StaffedProgram(model, name) if name in STAFFED else Program(model, name)
