"""ReentryModel: one month of people leaving prison, and of the world that they return to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from reentrysim.agents.views import ColumnModel
from reentrysim.dynamics import custody
from reentrysim.programs.contract import Channel
from reentrysim.randomness import Luck
from reentrysim.scenario import Scenario
from reentrysim.setup import set_up
from reentrysim.stages import assessing, circumstances, events, matches, mentorships, money, places, staff
from reentrysim.stages.now import begin


class ReentryModel(ColumnModel):
    """One run of one scenario with one set of numbers and one luck.

    Args:
        scenario: the question.
        values: the numbers (`reentrysim.scenario.values.values_for`).
        luck: the luck; the same luck in two scenarios pairs them person by person.
        participants: people simulated in the analysis cohort (default: all of them, population.size).
        without: identities that never enter, everybody else unchanged.
        silent: channels in which programs do nothing to anybody, everything else unchanged.
    """

    def __init__(
        self,
        scenario: Scenario,
        values: Mapping[str, float],
        luck: Luck,
        participants: int | None = None,
        without: Iterable[int] = (),
        silent: Collection[Channel] = (),
    ) -> None:
        super().__init__()
        self.scenario, self.values, self.luck = scenario, values, luck
        self.participants = scenario.population.size if participants is None else participants
        self.world = set_up(scenario, values, luck, self.participants, without, silent)

    def step(self) -> None:
        """One month. Within a stage everybody reads the same state."""
        self.steps += 1
        self.now = begin(self.world, self.scenario, self.values, self.luck, self.steps)
        self.money_arrives()
        self.people_enter_and_are_released()
        self.staff_vacancies_rooms_and_beds_change()
        self.programs_say_who_waits()
        self.matching_makes_offers()
        self.people_meet_and_build_trust()
        self.matches_and_staff_end()
        self.work_homes_health_and_ties_change()
        self.arrests_violations_returns_and_deaths_happen()
        self.employers_landlords_and_the_community_learn()
        self.the_month_is_recorded()
        self.running = self.steps < self.world.calendar.last_step

    def run(self) -> ReentryModel:
        """All steps to the end of the follow-up; unspent money is booked."""
        self.run_model()
        self.world.ledger.close(self.steps)
        return self

    def money_arrives(self) -> None:
        """Sources pay into the ledger, by fixed shares or by who waits where."""
        money.arrives(self.now)

    def people_enter_and_are_released(self) -> None:
        """People come within the lead time, are released, and again after a return; some are assessed again."""
        now = self.now
        start = now.window.start
        custody.enter_and_release(now.people, now.traits, now.step, now.values, self.world.occasions, start=start)
        circumstances.leave_prison(now)
        assessing.read_again(now)

    def staff_vacancies_rooms_and_beds_change(self) -> None:
        """Places end that are over; money opens and ends posts and places; jobs, rooms and shelter beds fall vacant."""
        places.complete_or_quit(self.now)
        staff.open_fill_and_cut_posts(self.now)
        places.open_places(self.now)
        circumstances.open_vacancies_rooms_and_beds(self.now)

    def programs_say_who_waits(self) -> None:
        """Eligible people join the queue; those who no longer are leave it."""
        mentorships.say_who_waits(self.now)
        places.say_who_waits(self.now)

    def matching_makes_offers(self) -> None:
        """Offers go down each queue while there are free seats."""
        matches.make_offers(self.now)
        places.make_offers(self.now)

    def people_meet_and_build_trust(self) -> None:
        """Mentors and caseworkers share their hours; kept meetings build trust, a month in a place builds a dose."""
        mentorships.meet_and_build_trust(self.now)
        places.take_part(self.now)

    def matches_and_staff_end(self) -> None:
        """Matches are completed, quit, or ended because they fail; mentors tire; mentors and caseworkers leave."""
        mentorships.complete_or_quit(self.now)
        staff.tire_and_leave(self.now)

    def work_homes_health_and_ties_change(self) -> None:
        """Jobs and homes are lost and found; use, treatment, self-efficacy and ties follow."""
        circumstances.lose_and_find_work(self.now)
        circumstances.lose_and_find_homes(self.now)
        circumstances.change_health_and_ties(self.now)

    def arrests_violations_returns_and_deaths_happen(self) -> None:
        """The month's events, and the custody that they lead to."""
        events.happen(self.now)

    def employers_landlords_and_the_community_learn(self) -> None:
        """Hires and tenancies that lasted, or did not, move those who took the risk; campaigns move everybody."""
        circumstances.providers_learn(self.now)
        circumstances.community_learns(self.now)

    def the_month_is_recorded(self) -> None:
        """First events, the cohort's month, and the queues go into the record; at year's end some money lapses."""
        events.record(self.now)
        self.world.ledger.lapse(self.steps)
