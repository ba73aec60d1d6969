"""ReentryModel: one month of people leaving prison and of the mentors that money can pay for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

import numpy as np

from reentrysim.agents.columns import Flags, Ints, rows
from reentrysim.agents.mentors import recruit
from reentrysim.agents.views import ColumnModel
from reentrysim.dynamics import custody, engagement, recording, reoffending, staffing
from reentrysim.policies import caseload, matching
from reentrysim.programs import mentoring
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario
from reentrysim.setup import set_up
from reentrysim.vocabulary import NEVER, Status


class ReentryModel(ColumnModel):
    """One run of one scenario with one set of numbers and one luck.

    Args:
        scenario: the question.
        values: the numbers (`reentrysim.scenario.values.values_for`).
        luck: the luck; the same luck in two scenarios pairs them person by person.
        participants: people simulated in the analysis cohort (default: all of them, population.size).
        without: identities that never enter, everybody else unchanged.
    """

    def __init__(
        self,
        scenario: Scenario,
        values: Mapping[str, float],
        luck: Luck,
        participants: int | None = None,
        without: Iterable[int] = (),
    ) -> None:
        super().__init__()
        self.scenario, self.values, self.luck = scenario, values, luck
        self.participants = scenario.population.size if participants is None else participants
        self.newcomers = 0
        self.world = set_up(scenario, values, luck, self.participants, without)

    def step(self) -> None:
        """One month. Within a stage everybody reads the same state."""
        self._begin_month()
        self.money_arrives()
        self.people_enter_and_are_released()
        self.posts_open_are_filled_and_cut()
        self.programs_say_who_waits()
        self.matching_makes_offers()
        self.people_meet_and_build_trust()
        self.matches_and_mentors_end()
        self.arrests_violations_returns_and_deaths_happen()
        self.the_month_is_recorded()
        self.running = self.steps < self.world.calendar.last_step

    def run(self) -> ReentryModel:
        """All steps to the end of the follow-up; unspent money is booked."""
        self.run_model()
        self.world.ledger.close(self.steps)
        return self

    def _begin_month(self) -> None:
        """Set the rows of people whom this month can concern: a window, because rows are in order of release."""
        self.steps += 1
        calendar, now = self.world.calendar, self.steps
        release = calendar.release_steps
        first = int(np.searchsorted(release, now - self.world.program_steps))
        last = int(np.searchsorted(release, now + calendar.lead_months, side="right"))
        if first == len(release):  # only the cohort still counts
            last = calendar.cohort.stop
        self.window = slice(min(first, calendar.cohort.start), last)
        self.people = rows(self.world.people, self.window)
        self.traits = rows(self.world.traits, self.window)
        self.mentees = rows(self.world.mentees, self.window)
        self.month_luck = reoffending.MonthLuck(self.luck, now, self.window.start, self.window.stop)

    def money_arrives(self) -> None:
        """Sources pay into the ledger."""
        self.world.ledger.receive(self.steps)

    def people_enter_and_are_released(self) -> None:
        """People come within the lead time, are released, and are released again after a return."""
        custody.enter_and_release(
            self.people, self.traits, self.steps, self.values, self.world.occasions, start=self.window.start
        )

    def posts_open_are_filled_and_cut(self) -> None:
        """Money decides how many posts there are; vacant ones find new people while there is need.

        Mentors go when money for their post ends, or when they have nobody and nobody comes any more.
        """
        world, mentors, now = self.world, self.world.mentors, self.steps
        money = world.ledger.available("mentoring")
        lottery = float(self.luck.uniform("mentors.last_post", 0, 1)[0])
        posts = staffing.posts_within(world.payroll_to, world.ledger.plan("mentoring", now), money, lottery)
        opened = np.arange(len(world.payroll)) < posts
        self._mentors_leave(staffing.filled(mentors) & ~opened, first_step_without=now)
        needed = self._posts_needed()
        if not self.newcomers:
            load = caseload.load(self.mentees.mentor, len(mentors.tenure))
            self._mentors_leave(staffing.surplus(mentors, load, needed), first_step_without=now)
        payroll = int(world.payroll[mentors.active(now)].sum())
        world.ledger.spend("mentoring", now, payroll)
        missing = max(needed - int(np.count_nonzero(staffing.filled(mentors))), 0)
        vacant = np.flatnonzero(opened & ~staffing.filled(mentors))[:missing]
        hired = staffing.affordable_recruits(vacant, world.costs.recruit, world.ledger.available("mentoring"))
        world.ledger.spend("mentoring", now, len(hired) * world.costs.recruit)
        program = self.scenario.programs.mentoring
        lag = max(program.hire_lag_months + program.train_lag_months, 1)
        recruit(mentors, hired, now + lag, self.values, self.luck)
        world.ledger.lapse(now)

    def _posts_needed(self) -> int:
        """Posts that the people who had a mentor or waited at the end of last month would fill."""
        policy = self.scenario.policies.caseload.mentoring
        people = int(np.count_nonzero((self.mentees.mentor != NEVER) | (self.mentees.waiting_since != NEVER)))
        return staffing.posts_needed(people, policy.per_worker)

    def programs_say_who_waits(self) -> None:
        """Eligible people join the queue; those who no longer are leave it."""
        mentees, now = self.mentees, self.steps
        risk, design = self.world.risk[self.window], self.world.design
        may = mentoring.eligible(self.people, self.traits, mentees, risk, design, self.values, now)
        may &= ~mentees.closed & (mentees.mentor == NEVER)
        joins = may & (mentees.waiting_since == NEVER)
        mentees.waiting_since[joins] = now
        self.newcomers = int(np.count_nonzero(joins))
        mentees.waiting_since[~may & (mentees.waiting_since <= now)] = NEVER
        self.waiting = may & (mentees.waiting_since <= now)

    def matching_makes_offers(self) -> None:
        """Offers go down the queue while seats are free; who is willing gets a mentor by the matching rule."""
        if not self.waiting.any():
            return
        mentees, policy = self.mentees, self.scenario.policies.matching.mentoring
        limits = self._caseload_limits()
        line = matching.queue(self.waiting, mentees.waiting_since, mentees.lottery, policy.ties)
        asked = matching.offers(line, mentees.willing, int(self._free_seats(limits[-1]).sum()))
        self.world.record.offers[self.steps] = np.count_nonzero(mentees.offered_step[asked] == NEVER)
        engagement.hear_offers(mentees, asked, self.steps)
        who = asked[mentees.willing[asked]]
        for limit in limits:
            seats = self._free_seats(limit)
            seated = int(min(seats.sum(), len(who)))
            if seated:
                self._match(who[:seated], seats)
            who = who[seated:]

    def _caseload_limits(self) -> list[int]:
        """The usual caseload, and the thinner one that it may grow to once every mentor has the usual one."""
        policy, multiple = self.scenario.policies.caseload.mentoring, self.values["mentoring.thin_out_multiple"]
        return caseload.limits(policy.per_worker, policy.when_full, multiple)

    def _free_seats(self, most: int) -> Ints:
        """Free seats of each post at a caseload of `most`."""
        mentors = self.world.mentors
        load = caseload.load(self.mentees.mentor, len(mentors.tenure))
        return np.asarray(np.where(mentors.active(self.steps), np.maximum(most - load, 0), 0), dtype=np.int64)

    def _match(self, who: Ints, seats: Ints) -> None:
        """Give people `who`, first in line first, a seat each."""
        mentors, policy = self.world.mentors, self.scenario.policies.matching.mentoring
        posts = np.flatnonzero(seats > 0)
        luck = self.luck.pair("matching.mentoring", who + self.window.start, mentors.identity[posts])
        gap = self.values["matching.age_gap_years"]
        score = luck
        if policy.rule == "compatibility":
            crossed = matching.pairs(self.traits, who, mentors, posts, crossed=True)
            score = matching.fit(crossed, policy.weights.model_dump(), gap)
        mentor = posts[matching.assign(score, luck, seats[posts])]
        couples = matching.pairs(self.traits, who, mentors, mentor, crossed=False)
        engagement.begin_matches(self.mentees, who, mentor, matching.fit(couples, self._nature, gap), self.steps)

    @cached_property
    def _nature(self) -> dict[str, float]:
        """What really makes a match fit, whatever the agency's weights say."""
        return {trait: self.values[f"matching.fit_weight_{trait}"] for trait in matching.FIT_TRAITS}

    def people_meet_and_build_trust(self) -> None:
        """Mentors share their hours among their people; kept meetings build trust, missed ones cost it."""
        mentees, mentors, values, design = self.mentees, self.world.mentors, self.values, self.world.design
        matched = mentees.mentor != NEVER
        self.hours_wanted = np.zeros(len(mentors.tenure))
        if not matched.any():
            mentees.trust[:] = mentoring.faded(mentees.trust, values)
            return
        planned = mentoring.planned_contacts(mentees, self.traits, design, values, self.steps)
        hours = planned * values["mentoring.hours_per_contact"]
        self.hours_wanted = caseload.hours_wanted(mentees.mentor, hours, len(mentors.tenure))
        delivered = caseload.share_delivered(self.hours_wanted, mentors.hours_per_month)
        contacts = planned * np.where(matched, delivered[mentees.mentor], 0.0)
        inside = self.people.status == Status.AWAITING_RELEASE
        at_liberty = np.where(inside, 1.0, reoffending.exposure(self.people))
        met = engagement.meetings_kept(self.month_luck("mentoring.meeting"), at_liberty, values) & matched
        mentees.trust[:] = mentoring.trust_after(mentees, contacts, met, design, values)
        mentees.contacts[met] += contacts[met]
        self.world.record.contacts[self.steps] = contacts[met].sum()

    def matches_and_mentors_end(self) -> None:
        """Matches are completed or quit; mentors tire and leave."""
        mentees, mentors, values = self.mentees, self.world.mentors, self.values
        matched = mentees.mentor != NEVER
        if matched.any():
            completed = self.steps >= mentoring.planned_end(mentees, self.traits, self.world.design, values)
            quits = self.month_luck("mentoring.participant_ends") < engagement.quitting_risk(values)
            engagement.end_matches(mentees, matched & (completed | quits), closed=True)
        speed, multiple = values["mentors.strain_speed"], values["mentors.strain_leave_multiple"]
        mentors.strain[:] = staffing.tired(mentors.strain, self.hours_wanted, mentors.hours_per_month, speed)
        leaves = self.luck.uniform("mentors.leave", self.steps, len(mentors.tenure))
        gone = mentors.active(self.steps) & (leaves < staffing.leaving_risk(mentors, multiple))
        self._mentors_leave(gone, first_step_without=self.steps + 1)

    def _mentors_leave(self, gone: Flags, first_step_without: int) -> None:
        """Posts fall vacant; their people may queue again after some months without a mentor."""
        if not gone.any():
            return
        lost = engagement.lost_mentor(self.mentees, gone)
        engagement.end_matches(self.mentees, lost, closed=False)
        wait = self.scenario.policies.matching.mentoring.rematch_after_months
        self.mentees.waiting_since[lost] = first_step_without + wait
        self.world.mentors.ready_step[gone] = NEVER

    def arrests_violations_returns_and_deaths_happen(self) -> None:
        """The month's events, and the custody that they lead to."""
        world = self.world
        relief = mentoring.relief(self.mentees, self.values)
        liable = rows(world.liable, self.window)
        self.month = reoffending.month_of_events(
            self.people, self.traits.release_step, liable, world.hazards, relief, self.steps, self.month_luck
        )
        self.days_in_custody = custody.custody_days(self.people)
        custody.take_into_custody(self.people, self.traits, self.month, world.stays, self.month_luck, world.occasions)
        fade = self.people.recent_arrest * world.hazards.recent_arrest_fade
        self.people.recent_arrest[:] = np.where(self.month.arrested, 1.0, fade)
        engagement.end_matches(self.mentees, self.month.died | self.month.returned, closed=True)

    def the_month_is_recorded(self) -> None:
        """First events, the cohort's month, and the queue go into the record."""
        since = reoffending.months_since(self.steps, self.traits.release_step)
        recording.note_first_events(self.people, self.month, since)
        cohort, window = self.world.calendar.cohort, self.window
        members = np.arange(max(cohort.start, window.start), min(cohort.stop, window.stop))
        if len(members):
            who = slice(int(members[0]) - window.start, int(members[-1]) + 1 - window.start)
            days = self.days_in_custody
            recording.note_cohort(self.world.record, members - cohort.start, since, self.month, days, who)
        active = int(np.count_nonzero(self.world.mentors.active(self.steps)))
        recording.note_queue(self.world.record, self.steps, self.mentees, self.people, active)
