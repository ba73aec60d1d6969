"""The twin: an ordinary Mesa model of the same month."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from types import SimpleNamespace
from typing import Any

import mesa
import numpy as np

from reentrysim.agents.intake import Calendar, cohort_calendar, draw_traits, sentenced_to_the_community, steady_calendar
from reentrysim.evidence.catalog import Values
from reentrysim.policies.assignment import Pool, assign_together
from reentrysim.policies.matching import assign
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario
from reentrysim.scenario.own_rules import is_own
from reentrysim.vocabulary import (
    DAYS_PER_MONTH,
    MINUTES_PER_HOUR,
    MONTHS_PER_YEAR,
    NEVER,
    Home,
    HousingKind,
    Origin,
    Race,
    Risk,
    Status,
    Trade,
)
from twin import own_rules
from twin.asking import asked, count_need
from twin.contracts import Evaluator
from twin.draws import Draws
from twin.markets import Employer, HousingProvider, Market, landlords_and_shelters
from twin.mentors import Costs, MentorPost, fit, minutes_of
from twin.money import Ledger, Office, Source
from twin.people import Person
from twin.programs import JOBS, Caseworker, StaffedProgram, may_be_placed, program_of, rank
from twin.risk import Times

MENTORING = "mentoring"


class TwinModel(mesa.Model):
    """One run of one scenario, one person at a time."""

    def __init__(
        self, scenario: Scenario, values: Values, luck: Luck, participants: int, silent: Iterable[str] = ()
    ) -> None:
        super().__init__(rng=luck.seed)
        self.scenario, self.values, self.luck = scenario, values, luck
        self.silent = frozenset(silent)
        self.profile = scenario.population.place.people()
        self.calendar = calendar(scenario, participants)
        self.last_step = self.calendar.last_step
        self.newcomers = self.referred = 0
        self.sent_away: list[Person] = []
        self.in_need: dict[str, int] = {}
        self.participants, self.scale = participants, scenario.population.size / participants
        self._what_everybody_shares()
        used, sources = scenario.programs.used, scenario.funding.sources
        prices = values["funding.inflation_share"]
        payers = [Source(name, terms, prices) for name, terms in sources.items()]
        self.ledger = Ledger(payers, used, scenario.funding.shares)
        self.evaluators = [Evaluator(self, source) for source in payers if source.terms.pays_if]
        self.judgments: dict[str, tuple[Any, ...]] = {}
        self.office = Office(self.ledger, MENTORING, scenario.programs.mentoring)
        self.draws = Draws(luck, len(self.calendar.release_steps))
        self.acceptance = 0.0
        self.programs = {name: program_of(self, name) for name in used if name != MENTORING}
        self.staffed = [one for one in self.programs.values() if isinstance(one, StaffedProgram)]
        self.people = self._people()
        self._employers_and_homes(participants)
        self.posts = self._posts()
        for program in self.staffed:
            program.set_up_posts()
        months, teams = scenario.time.follow_up_months, 1 + len(self.staffed)
        self.record = record(months, participants, self.last_step, len(self.programs), teams)
        mesa.Agent._ids.pop(self)  # everybody is there; Mesa's own table would keep this model alive

    def _what_everybody_shares(self) -> None:
        values = self.values
        self.times = Times(values, self.last_step + 2)
        self.new_arrest_shares = self.profile.new_arrest_shares.tolist()
        self.trust_fade = 2.0 ** (-1.0 / values["mentoring.trust_half_life_months"])
        from_participants = 1.0 - values["mentoring.mentor_share_of_match_ends"]
        self.ended_by_participants = values["mentoring.match_end_monthly_risk"] * from_participants
        self.recent_arrest_fade = 2.0 ** (-1.0 / values["reoffending.recent_arrest_half_life_months"])

    def _people(self) -> list[Person]:
        traits = draw_traits(self.profile, self.calendar, self.values, self.luck)
        if self.scenario.population.sentence == "community":
            traits = sentenced_to_the_community(traits)
        columns = {field.name: getattr(traits, field.name).tolist() for field in fields(traits)}
        n = len(self.calendar.release_steps)
        noise = self.luck.normal("assessment.noise", 0, n).tolist()
        inclination = self.luck.normal("mentoring.uptake", 0, n).tolist()
        each = [SimpleNamespace(**dict(zip(columns, row, strict=True))) for row in zip(*columns.values(), strict=True)]
        return [Person(self, i, own, noise[i], inclination[i]) for i, own in enumerate(each)]

    def _employers_and_homes(self, participants: int) -> None:
        values, world = self.values, self.scenario.circumstances
        yearly = self.yearly(participants)
        self.released_people = yearly / MONTHS_PER_YEAR * values["work.months_in_market"]
        employers = self._places(world.employers_per_100, yearly, "employers.count")
        draws = Draws(self.luck, employers)
        self.employers = [Employer(self, number, draws) for number in range(employers)]
        landlords = self._places(world.landlords_per_100, yearly, "landlords.count")
        beds = self._places(world.beds_per_100.shelter, yearly, "shelters.beds")
        kinds = ("transitional", "sober_living", "supportive")
        program_beds = {kind: self._places(getattr(world.beds_per_100, kind), yearly, f"{kind}.beds") for kind in kinds}
        self.providers = landlords_and_shelters(self, landlords, beds, program_beds)
        self.shelters = [one for one in self.providers if one.kind == HousingKind.SHELTER]
        per_100 = world.volunteers_per_100
        self.volunteers_there = np.inf if per_100 is None else per_100 * yearly / 100
        self.shelter_draws = Draws(self.luck, len(self.shelters))
        turnover = values["work.turnover_monthly"]
        self.jobs = Market(self, "work", self.employers, turnover, world.labor_market)
        lettings = values["housing.room_turnover_monthly"]
        self.rooms = Market(self, "housing", self.providers[:landlords], lettings, 1.0)
        self._how_records_and_race_count()

    def yearly(self, participants: int) -> float:
        """People released in a year."""
        time = self.scenario.time
        return participants * MONTHS_PER_YEAR / time.window_months if time.intake == "steady" else participants

    def _places(self, per_100: float, yearly: float, decision: str) -> int:
        return int(np.floor(per_100 * yearly / 100 + self.luck.uniform(decision, 0, 1)[0]))

    def _how_records_and_race_count(self) -> None:
        values, world = self.values, self.scenario.circumstances
        assured = max(values["work.assured_willing_share"] - values["work.willing_employers_share"], 0.0)
        self.added_willingness = values["work.wage_support_gain"] * world.wage_support_share
        if world.employer_assurance in ("insurance", "review"):
            self.added_willingness += assured
        self.added_for_clean_year = assured if world.employer_assurance == "clean_year" else 0.0
        penalty = values["work.record_callback_ratio"] - 1.0
        self.banned_box = 1.0 + values["work.employers_asking_share"] * penalty if world.ban_the_box else 1.0
        gap = values["work.black_gap_without_record" if world.ban_the_box else "work.black_gap_with_record"]
        self.black_at_work = 1.0 - gap if world.discrimination else 1.0
        self.black_at_home = 1.0 - values["housing.black_gap"] if world.discrimination else 1.0
        self.arrest_intensity = {race: getattr(world.arrest_intensity, race.name.lower()) for race in Race}
        officer = self.scenario.policies.caseload.supervision.per_worker
        contact = world.supervision_intensity * values["supervision.usual_caseload"] / officer
        low, high = values["assessment.low_band_share"], values["assessment.high_band_share"]
        hours = self.scenario.policies.caseload.supervision.hours_per_month
        mean = low * hours.low + (1.0 - low - high) * hours.medium + high * hours.high
        found = [contact * of_band / mean for of_band in (hours.low, hours.medium, hours.high)]
        answered = [
            world.violation_response * np.float64(each) ** values["supervision.found_elasticity"] for each in found
        ]
        self.answered = [np.log(each) if each > 0.0 else -np.inf for each in answered]

    def homeless_at_release(self, mental_illness: bool) -> float:
        """Share who have nowhere to go on release."""
        values, women = self.values, self.profile.female_share
        men_s, women_s = self.profile.need_shares["mental_illness"]
        ill = (1.0 - women) * men_s + women * women_s
        ratio = values["housing.mental_illness_homeless_ratio"]
        rest = (
            1.0
            - values["housing.others_at_release"]
            - values["housing.own_at_release"]
            - values["housing.institution_at_release"]
        )
        without = rest / (1.0 + ill * (ratio - 1.0))
        return min(max(without * ratio if mental_illness else without, 0.0), 1.0)

    def unseen(self, scarce: bool, step: int) -> float:
        """Released people in the market whom nobody simulates; where nobody takes from anybody, everybody."""
        return max(self.released_people - self._seen(step), 0.0) if scarce else self.released_people

    def _seen(self, step: int) -> int:
        return sum(person.traits.release_step <= step for person in self.watched)

    def _posts(self) -> list[MentorPost]:
        """As many posts as money could ever open (the richest month's and a twelfth of everything), or one a person."""
        program = self.scenario.programs.mentoring
        self.volunteers = int(self.values["mentoring.circle_size"]) if program.format == "circle" else 1
        support, scale = program.staff.support_share, self.scale * self.volunteers
        costs = Costs(self.values, self.scenario.time.price_year, scale, support)
        self.screening_cents, self.training_cents_of_mentors = costs.of("screening"), costs.of("training")
        self.kept_share = self._kept_share(program.format)
        cents = {origin: costs.month_of(origin) for origin in Origin}
        count = self.most_posts(min(cents.values()))
        self.post_draws = Draws(self.luck, count)
        return [MentorPost(self, number, cents) for number in range(count)]

    def _kept_share(self, form: str) -> float:
        """Misses come from either side as early ends do; a circle misses only when all of it does."""
        kept = self.values["mentoring.kept_share"]
        if form != "circle":
            return kept
        participant = 1.0 - (1.0 - kept) * (1.0 - self.values["mentoring.mentor_share_of_match_ends"])
        return participant * (1.0 - (1.0 - kept / participant) ** self.volunteers)

    def most_posts(self, cents: int) -> int:
        """Posts at `cents` a month that money could ever open, one a person at most."""
        sources, steps = self.ledger.sources, range(1, self.last_step + 1)
        richest = max(sum(source.pays(step) for source in sources) for step in steps)
        richest += sum(source.total_cents for source in sources if source.terms.match_of)
        everything = sum(source.total_cents for source in sources)
        return min((richest + everything // MONTHS_PER_YEAR) // max(cents, 1) + 1, len(self.people))

    def run(self) -> TwinModel:
        """All months, and the end of the accounts."""
        self.run_model()
        self.close()
        return self

    def close(self) -> None:
        """Book what money is left."""
        self.ledger.close(self.steps)

    def step(self) -> None:
        """One month."""
        now = self.steps
        self.watched = [person for person in self.people if self._watches(person, now)]
        self._money_arrives(now)
        for person in self.watched:
            person.remember_the_start_of_the_month(now)
            person.come_and_go(now)
            person.leave_prison(now)
            person.readings.again(now)
        for person in self.watched:
            for standing in person.standings.values():
                standing.complete_or_quit(now)
        self._open_fill_and_cut_posts(now)
        for program in self.programs.values():
            program.open(now)
        self._open_jobs_rooms_and_beds(now)
        waiting = [person for person in self.watched if person.queue(now)]
        self.newcomers = sum(person.waiting_since == now and not person.pausing for person in waiting)
        lines = {program: program.line_of(now) for program in self.programs.values()}
        self.in_need = count_need(self, now)
        self._make_offers(waiting, now)
        for program, line in lines.items():
            program.offer(line, now)
        self._meet(now)
        self._take_part()
        self._end_matches(now)
        self._work(now)
        self._find_homes(now)
        self.alumni_at_work = {post.alumnus for post in self.posts if post.active(now)}
        for person in self.watched:
            person.change(now)
        for person in self.watched:
            person.live(now)
        self._learn()
        self._hear_campaign()
        self._record_the_month(now)
        self.ledger.lapse(now)
        self.running = now < self.last_step

    def _watches(self, person: Person, now: int) -> bool:
        """Whether the month can concern a person.

        From the lead time before release on. People released before the analysis cohort are forgotten when no program
        can concern them any more; the cohort never is; those released after it are forgotten together, when no
        program can concern the last of them.
        """
        program, cohort = self.scenario.programs.mentoring, self.calendar.cohort
        months_of_program = max(program.eligible.to_month, 0) + program.length_months
        for other in self.programs.values():
            months = max(other.settings.eligible.to_month, 0) + other.length + other.after
            months_of_program = max(months_of_program, months)
        if self.calendar.release_steps[-1] + months_of_program < now:
            return cohort.start <= person.number < cohort.stop
        release = person.traits.release_step
        concerned = release + months_of_program >= now or person.number >= cohort.start
        return concerned and release <= now + self.calendar.lead_months

    def _open_fill_and_cut_posts(self, now: int) -> None:
        """Posts open as far as money reaches, from the first on; then wages are paid, then vacant posts are filled."""
        for post in self.posts:
            if post.fails_training(now) or post.stops_mentoring(now):
                post.fall_vacant(now)
        opened = self._posts_that_money_opens(now)
        for post in self.posts[len(opened) :]:
            if post.filled:
                post.fall_vacant(now)
        needed = self._posts_needed()
        if not self.newcomers:
            self._let_the_unneeded_go(needed, now)
        self.ledger.spend(MENTORING, now, sum(post.monthly_cents for post in self.posts if post.active(now)))
        self._recruit(opened, needed, now)

    def _recruit(self, opened: list[MentorPost], needed: int, now: int) -> None:
        """Candidates for as many vacant posts as are needed and money is there for; some fail."""
        program, cost = self.scenario.programs.mentoring, self.screening_cents + self.training_cents_of_mentors
        tries = max(needed - sum(other.filled for other in self.posts), 0)
        if cost:
            tries = min(tries, self.ledger.available(MENTORING) // cost)
        vacant = self._whom_volunteers_can_fill([post for post in opened if not post.filled])
        passed = [post for post in vacant[:tries] if self._screens(post, now)]
        for post in passed:
            self.ledger.spend(MENTORING, now, self.training_cents_of_mentors)
            post.recruit(now + max(program.hire_lag_months + program.train_lag_months, 1))
        if program.staff.alumni:
            keen = [one for one in self.watched if one.could_mentor(now)]
            for_peers = [post for post in passed if post.origin == Origin.LIVED_EXPERIENCE]
            for post, person in zip(for_peers, sorted(keen, key=lambda one: one.wish_to_mentor), strict=False):
                post.become(person)

    def _whom_volunteers_can_fill(self, vacant: list[MentorPost]) -> list[MentorPost]:
        """Posts for volunteers only as long as there are any."""
        if np.isinf(self.volunteers_there):
            return vacant
        there = self.volunteers_there * (1.0 + self.values["community.volunteer_gain"] * self.acceptance)
        there = int(there + self.luck.uniform("mentors.last_volunteer", 0, 1)[0])
        left = there // self.volunteers
        left -= sum(post.filled and post.origin == Origin.VOLUNTEER for post in self.posts)
        found = []
        for post in vacant:
            left -= post.origin == Origin.VOLUNTEER
            if post.origin != Origin.VOLUNTEER or left >= 0:
                found.append(post)
        return found

    @property
    def caseworkers(self) -> list[Caseworker]:
        """The workers of all programs, one program's after the other's."""
        return [worker for program in self.staffed for worker in program.workers]

    def is_barred(self, trade: int) -> bool:
        """Whether nobody with a record gets a license in a trade."""
        return Trade(trade).name.lower() in self.scenario.circumstances.licensing_bars

    def _cents_of_replacing(self) -> float:
        """One volunteer, those who fail on the way included."""
        screened, trained = (self.values[f"mentors.{what}_pass_share"] for what in ("screening", "training"))
        each = self.screening_cents * (1.0 / screened if screened else 1.0) + self.training_cents_of_mentors
        return each * (1.0 / trained if trained else 1.0) / self.volunteers

    def _screens(self, post: MentorPost, now: int) -> bool:
        self.ledger.spend(MENTORING, now, self.screening_cents)
        return post.screen()

    def _posts_needed(self) -> int:
        """As many as the people with a mentor or in the queue would fill."""
        there = [person for person in self.watched if person.mentor is not None or person.waiting_since != NEVER]
        needed = int(np.ceil((len(there) + self.referred) / self.scenario.policies.caseload.mentoring.per_worker))
        hours = self.scenario.policies.caseload.mentoring.hours_per_month
        if hours is None:
            return needed
        each = [minutes_of(hours, band) for band in Risk]
        minutes = sum(each[person.risk] for person in there) + self.referred * sum(each) // len(each)
        everybody = sum(int(post.hours_per_month * MINUTES_PER_HOUR) for post in self.posts)
        return max(needed, -(-minutes * len(self.posts) // everybody) if everybody else 0)

    def _people_a_mentor(self) -> float:
        """As an agency reckons it."""
        policy = self.scenario.policies.caseload.mentoring
        if policy.hours_per_month is None:
            return policy.per_worker
        mean = float(np.mean([minutes_of(policy.hours_per_month, band) for band in Risk]))
        have = float(np.mean([int(post.hours_per_month * MINUTES_PER_HOUR) for post in self.posts]))
        return min(policy.per_worker, have / mean)

    def _caseloads(self) -> list[int]:
        """The usual one, and the one it may grow to when every mentor has the usual one."""
        policy = self.scenario.policies.caseload.mentoring
        if policy.when_full != "thin_out":
            return [policy.per_worker]
        return [policy.per_worker, int(policy.per_worker * self.values["mentoring.thin_out_multiple"])]

    def _seats(self, most: int, now: int) -> dict[MentorPost, int]:
        seats = {post: post.free_seats(now, most) for post in self.posts}
        return {post: free for post, free in seats.items() if free > 0}

    def _let_the_unneeded_go(self, needed: int, now: int) -> None:
        """Mentors without people go, the last first, while there are more than needed."""
        for post in reversed(self.posts):
            if post.filled and not post.mentees and sum(other.filled for other in self.posts) > needed:
                post.fall_vacant(now)

    def _posts_that_money_opens(self, now: int) -> list[MentorPost]:
        """The leading posts whose payroll is planned and on hand; a lottery decides on the one planned in part."""
        if not self.office.opens(now):
            return []
        plan, on_hand, payroll = self.office.plan(now), self.ledger.available(MENTORING), 0
        lottery = self.post_draws("mentors.last_post", 0, 0)
        for number, post in enumerate(self.posts):
            planned_share = (plan - payroll) / post.monthly_cents if post.monthly_cents else 1.0
            payroll += post.monthly_cents
            if payroll > on_hand or (payroll > plan and lottery >= planned_share):
                return self.posts[:number]
        return self.posts

    def _make_offers(self, waiting: list[Person], now: int) -> None:
        """Ask down the line until every free seat has somebody willing."""
        policy, hours = self.scenario.policies.matching.mentoring, self.scenario.policies.caseload.mentoring
        if policy.rule == "threshold" or hours.hours_per_month is not None:
            self._offer_in_turn(self._line(waiting, now), now)
        else:
            self._offer_seats(waiting, now)
        self.sent_away = []
        if hours.when_full == "refer_on":
            for person in waiting:
                if person.waiting_since != NEVER:
                    person.waiting_since, person.closed = NEVER, True
                    self.sent_away.append(person)
        self.referred = len(self.sent_away)

    def _offer_in_turn(self, line: list[Person], now: int) -> None:
        """Each in turn is offered the best mentor who has room for them."""
        policy, load = self.scenario.policies.matching.mentoring, self.scenario.policies.caseload.mentoring
        thin = self.values["mentoring.thin_out_multiple"]
        for multiple in (1.0, thin) if load.when_full == "thin_out" else (1.0,):
            most = int(load.per_worker * multiple)
            for person in [one for one in line if one.waiting_since != NEVER]:
                seats = list(self._seats(most, now))
                if not seats:
                    break
                wishes = {post: self._wish(person, post, multiple) for post in seats}
                least = policy.least_fit_share if policy.rule == "threshold" else -np.inf
                suits = [post for post in seats if wishes[post][0] >= least]
                need = person.minutes_kept() or 0
                open_ = [post for post in suits if not need or post.minutes_left(multiple) >= need]
                if not open_ and suits:
                    break
                if open_:
                    self.record.offers[now] += person.hear_offer(now)
                if open_ and person.willing:
                    self._begin(person, max(open_, key=lambda post, wishes=wishes: wishes[post]), now)

    def _wish(self, person: Person, post: MentorPost, multiple: float) -> tuple[float, float, int]:
        """How much a mentor is wished for, the one who goes first last in the comparison."""
        policy, gap = self.scenario.policies.matching.mentoring, self.values["matching.age_gap_years"]
        if policy.rule == "first_come":
            return 0.0, post.minutes_left(multiple), -post.number
        luck = float(self.luck.pair("matching.mentoring", np.array([person.number]), np.array([post.identity]))[0, 0])
        by_lot = policy.rule == "random" or is_own(policy.rule)
        score = luck if by_lot else fit(person, post, policy.weights.model_dump(), gap)
        return score, luck, -post.number

    def _offer_seats(self, waiting: list[Person], now: int) -> None:
        places = sum(self._seats(self._caseloads()[-1], now).values())
        willing: list[Person] = []
        for person in self._line(waiting, now) if places else []:
            if len(willing) == places:
                break
            self.record.offers[now] += person.hear_offer(now)
            if person.willing:
                willing.append(person)
        for most in self._caseloads():
            seats = self._seats(most, now)
            seated = min(sum(seats.values()), len(willing))
            if seated:
                self._match(willing[:seated], seats, now, most)
            willing = willing[seated:]

    def _money_arrives(self, now: int) -> None:
        wanted, turns = asked(self)
        unmet = self.ledger.receive(now, wanted, turns)
        for evaluator in self.evaluators:
            if evaluator.due == now:
                judged = self.judgments[evaluator.source.name] = evaluator.judge()
                if evaluator.source.kept_back:
                    self.ledger.settle(evaluator.source, now, judged[-1], wanted, unmet)

    def _take_part(self) -> None:
        """A month with a place or without one."""
        for program in self.staffed:
            program.count_loads()
        for person in self.watched:
            for standing in person.standings.values():
                standing.build_up()
                standing.review_the_plan(self.steps)

    def _line(self, waiting: list[Person], now: int) -> list[Person]:
        policy = self.scenario.policies.matching.mentoring
        if is_own(policy.rule):
            since, lots = [one.waiting_since for one in waiting], [one.lottery for one in waiting]
            return [waiting[row] for row in own_rules.in_line(policy.rule, waiting, since, lots, now)]
        by_luck = policy.ties == "luck" and policy.rule != "first_come"
        sign = {"risk_high_first": -1, "risk_low_first": 1}.get(policy.rule, 0)

        def place(person: Person) -> tuple[float, ...]:
            return (sign * int(person.risk), person.lottery if by_luck else person.waiting_since, person.lottery)

        return sorted(waiting, key=place)

    def _match(self, willing: list[Person], seats: dict[MentorPost, int], now: int, most: int) -> None:
        """Each in turn takes the mentor whom the agency's weights like best; what really fits may be another."""
        policy, gap = self.scenario.policies.matching.mentoring, self.values["matching.age_gap_years"]
        if policy.rule == "first_come":
            for person in willing:
                emptiest = min(self._seats(most, now), key=lambda post: (len(post.mentees), post.number))
                self._begin(person, emptiest, now)
            return
        people, posts = np.array([person.number for person in willing]), np.array([post.identity for post in seats])
        luck = self.luck.pair("matching.mentoring", people, posts)
        score = np.zeros(luck.shape)
        if policy.rule != "random" and not is_own(policy.rule):
            weights = policy.weights.model_dump()
            score = np.array([[fit(person, post, weights, gap) for post in seats] for person in willing])
        free = np.array(list(seats.values()))
        if policy.rule == "optimal":
            pool = Pool(lambda who, some: score[np.ix_(who, some)], lambda who, some: luck[np.ix_(who, some)])
            chosen = assign_together(pool, len(willing), free)
        else:
            chosen = assign(score, luck, free)
        for person, index in zip(willing, chosen.tolist(), strict=True):
            self._begin(person, list(seats)[index], now)

    def _begin(self, person: Person, mentor: MentorPost, now: int) -> None:
        """A match, and how well it really fits."""
        weights = self.scenario.policies.matching.mentoring.weights.model_dump()
        truth = {trait: self.values[f"matching.fit_weight_{trait}"] for trait in weights}
        person.begin(mentor, fit(person, mentor, truth, self.values["matching.age_gap_years"]), now)

    def _meet(self, now: int) -> None:
        """Everybody says what they want before anybody meets."""
        for post in self.posts:
            post.hours_wanted = 0.0
        for person in self.watched:
            if person.mentor is not None:
                person.mentor.hours_wanted += person.hours_wanted(now)
        matched = [person.mentor is not None for person in self.watched]
        kept = [person.keeps_meetings(now) for person in self.watched]
        contacts = [person.meet(now) for person in self.watched]
        # Added up as the model does, because in the last digits the order counts.
        meetings = [c for c, has_mentor, keeps in zip(contacts, matched, kept, strict=True) if has_mentor and keeps]
        self.record.contacts[now] = np.sum(np.array(meetings))
        volunteers = [post for post in self.posts if post.origin == Origin.VOLUNTEER]
        self.record.volunteer_hours[now] = np.array(
            [min(one.hours_wanted, one.hours_per_month) for one in volunteers]
        ).sum()

    def _end_matches(self, now: int) -> None:
        """Some are through, some quit; mentors tire, and some leave."""
        for person in self.watched:
            person.finish_or_quit(now)
        for person in [one for one in self.watched if one.fails(now)]:
            self.record.noticed[now] += 1
            person.lose_mentor(now + 1)
        for program in self.staffed:
            program.leave(now)
        replaced = 0
        for post in self.posts:
            post.tire()
            leavers = post.leavers(now)
            if leavers == self.volunteers:
                post.fall_vacant(now + 1)
            else:
                replaced += leavers
        each = self._cents_of_replacing()
        cents = int(min(replaced * each, self.ledger.available(MENTORING)))
        self.ledger.spend(MENTORING, now, cents)

    def _open_jobs_rooms_and_beds(self, now: int) -> None:
        self.jobs.open(now)
        self.rooms.open(now)
        values, demand = self.values, self.scenario.circumstances.background_demand.beds
        left = max(1.0 - values["housing.shelter_background_share"] * demand, 0.0)
        present = min(self._seen(now) / self.released_people, 1.0)
        for number, shelter in enumerate(self.shelters):
            lottery = self.shelter_draws("shelters.lottery", 0, number)
            shelter.openings = int(np.floor(shelter.places * left * present + lottery))

    def _work(self, now: int) -> None:
        """Who has no work at the start of the month asks for it; jobs that end leave their holders without."""
        seekers = [person for person in self.watched if person.seeks()]
        for person in self.watched:
            person.may_lose_job(now)
        if self.employers:
            for person in seekers:
                person.ask_employers(now)
        for person, employer in self.jobs.chosen(now):
            person.start_job(employer, now)

    def _find_homes(self, now: int) -> None:
        """Rent, turn to others, then to the shelters."""
        for person in self.watched:
            person.look_at_home(now)
        if self.rooms.providers:
            for person in self.watched:
                if person.searching:
                    person.ask_landlords(now)
        for person, landlord in self.rooms.chosen(now):
            person.rent(landlord, now)
        for person in self.watched:
            person.turn_to_others(now)
        for person in self.watched:
            person.leave_beds_for_others(now)
        line = [person for person in self.watched if person.needs]
        rule = self.scenario.policies.matching.beds
        line = [person for person in line if may_be_placed(rule, person.risk)]
        if is_own(rule.rule):
            since, lots = [one.home_step for one in line], [one.shelter_lottery for one in line]
            self._shelter([line[row] for row in own_rules.in_line(rule.rule, line, since, lots, now)], now)
            return
        self._shelter(sorted(line, key=lambda one: rank(rule, one.home_step, one.shelter_lottery, one.risk)), now)

    def _shelter(self, line: list[Person], now: int) -> None:
        if self.scenario.circumstances.rooms == "free":
            for person in line:
                if person.draw("housing.shelter", now) < self.values["housing.shelter_chance"]:
                    person.come_to(Home.SHELTER, now)
            return
        free: list[HousingProvider] = []
        for shelter in self.shelters:
            taken = sum(person.home == Home.SHELTER and person.provider is shelter for person in self.watched)
            free += [shelter] * max(shelter.openings - taken, 0)
        barring, open_to_all = ([s for s in free if s.bars_use == bars] for bars in (True, False))
        for person in line:  # who doesn't use leaves the beds that are open to all to the others, as long as possible
            if not person.using and barring:
                person.come_to(Home.SHELTER, now, barring.pop(0))
            elif open_to_all:
                person.come_to(Home.SHELTER, now, open_to_all.pop(0))

    def _learn(self) -> None:
        """Employers and landlords, from what passed its trial this month or ended before."""
        if not self.scenario.circumstances.learning:
            return
        for subject, expected, providers in (
            ("work", self.values["work.good_hire_share"], self.employers),
            ("housing", self.values["housing.good_tenancy_share"], self.rooms.providers),
        ):
            trial = int(self.values[f"{subject}.trial_months"])
            lasted, failed = dict.fromkeys(providers, 0), dict.fromkeys(providers, 0)
            for provider in self._talked_to("employer" if subject == "work" else "landlord", providers):
                lasted[provider] += 1
            for person in self.watched:
                before, stayed, age = (
                    (person.employer_before, person.employer is person.employer_before, person.job_age)
                    if subject == "work"
                    else (person.provider_before, person.still_the_same_tenancy(), person.home_age)
                )
                if before in lasted:
                    lasted[before] += stayed and age == trial
                    failed[before] += not stayed and age <= trial
            for provider in providers:
                provider.learn(lasted[provider], failed[provider], subject, expected)

    def _hear_campaign(self) -> None:
        world, values = self.scenario.circumstances, self.values
        if world.community_opinion == "fixed":
            return
        faded = self.acceptance * 2.0 ** (-1.0 / values["community.fade_half_life_months"])
        push = values["community.campaign_push"] * world.campaign_share
        self.acceptance = min(faded + push, 1.0)

    def _talked_to(self, kind: str, providers: list) -> list:
        """By former participants who mentor and are sent to talk."""
        if not (self.scenario.programs.mentoring.staff.ambassadors and providers):
            return []
        there = [post for post in self.posts if post.active(self.steps) and post.alumnus != NEVER]
        chance, draws = self.values["mentors.ambassador_talks_per_month"], self.post_draws
        talking = [post for post in there if draws.of(f"mentors.talk_{kind}", self.steps, post.number) < chance]
        return [
            providers[int(draws.of(f"mentors.which_{kind}", self.steps, post.number) * len(providers))]
            for post in talking
        ]

    def _record_the_month(self, now: int) -> None:
        """The cohort's month by months since release, and the state of the queue."""
        for person in self.watched:
            self._record_person(person, now)
        alive = [person for person in self.watched if person.status != Status.DEAD]
        queued = [person for person in alive if person.waiting_since != NEVER and person.waiting_since <= now]
        for person in queued:
            person.months_waited += 1
        self.record.waiting[now] = len(queued)
        self.record.matched[now] = sum(person.mentor is not None for person in self.watched)
        self.record.unsheltered[now] = sum(person.is_unsheltered() for person in self.watched)
        at_work = [post for post in self.posts if post.active(now)]
        self.record.active_mentors[now] = len(at_work)
        self.record.strain[now] = np.array([post.strain for post in at_work]).sum()
        self.record.referred[0, now] = self.referred
        self.record.workers[0, now] = len(at_work)
        for row, program in enumerate(self.staffed, start=1):
            self.record.referred[row, now] = program.referred
            self.record.workers[row, now] = sum(worker.active(now) for worker in program.workers)
        for row, program in enumerate(self.programs.values()):
            in_line = [one for one in program.standings() if one.waiting_since != NEVER and one.waiting_since <= now]
            for one in in_line:
                one.months_waited += 1
            self.record.in_line[row, now] = len(in_line)
            self.record.held[row, now] = len(program.held())

    def _record_person(self, person: Person, now: int) -> None:
        member, month = person.number - self.calendar.cohort.start, person.month_since_release(now)
        months, cohort = self.record.arrests.shape
        if 0 <= member < cohort and 1 <= month <= months:
            self.record.arrests[month - 1, member] = person.arrested_now
            for name, happened in person.law_now.items():
                getattr(self.record, name)[month - 1, member] = happened
            self.record.custody_days[month - 1, member] = person.days_in_custody_now
            inside = person.days_in_custody_now >= DAYS_PER_MONTH and person.status != Status.DEAD
            self.record.in_custody[month - 1, member] = inside
            self._record_life(person, month - 1, member)

    def _record_life(self, person: Person, row: int, member: int) -> None:
        """Nobody who was in custody for the whole month has work or a home."""
        if person.days_in_custody_now >= DAYS_PER_MONTH:
            return
        self.record.stably_housed[row, member] = person.stable
        self.record.home[row, member] = person.home
        self.record.active_use[row, member] = person.using
        if person.employer is not None:
            self.record.employed[row, member] = True
            hours = self.values["work.hours_per_month"] * (1.0 - person.days_in_custody_now / DAYS_PER_MONTH)
            self.record.earned[row, member] = person.employer.wage * hours
        if person.has_program_job:
            self.record.program_job[row, member] = True
            share = 1.0 - person.days_in_custody_now / DAYS_PER_MONTH
            self.record.earned[row, member] = self.programs[JOBS].wage() * share


def calendar(scenario: Scenario, participants: int) -> Calendar:
    """Who is released when."""
    time = scenario.time
    shared = {"lead": time.lead_months, "window": time.window_months, "follow_up": time.follow_up_months}
    if time.intake == "cohort":
        return cohort_calendar(participants, **shared)
    return steady_calendar(participants, warmup=time.warmup_months, tail=time.tail_months, **shared)


def record(months: int, cohort: int, steps: int, programs: int, teams: int) -> SimpleNamespace:
    """Nothing has happened yet."""
    tables = {"arrests": np.int8, "custody_days": np.float64, "in_custody": np.bool_, "employed": np.bool_}
    tables |= {"stably_housed": np.bool_, "home": np.int8, "active_use": np.bool_, "earned": np.float64}
    tables["program_job"] = np.bool_
    tables |= {"seriousness": np.int8} | dict.fromkeys(("convicted", "returned", "in_prison", "supervised"), np.bool_)
    queues = ("waiting", "matched", "unsheltered", "active_mentors", "strain", "contacts", "offers")
    queues += ("volunteer_hours", "noticed")
    return SimpleNamespace(
        **{name: np.zeros((months, cohort), dtype=kind) for name, kind in tables.items()},
        **{name: np.zeros(steps + 1) for name in queues},
        **{name: np.zeros((programs, steps + 1)) for name in ("in_line", "held")},
        referred=np.zeros((teams, steps + 1)),
        workers=np.zeros((teams, steps + 1)),
    )
