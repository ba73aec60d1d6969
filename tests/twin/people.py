"""One person: coming out, waiting for a mentor, meeting, parting, being arrested, going back, dying."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import mesa
import numpy as np
from scipy.special import ndtri

from reentrysim.agents.intake import in_force, supervision_term
from reentrysim.vocabulary import DAYS_PER_MONTH, MINUTES_PER_HOUR, NEVER, Offense, Race, Risk, Route, Status
from twin.assessing import Readings
from twin.effects import added
from twin.living import Living
from twin.mentors import fit, minutes_of
from twin.risk import Liability, jail_days, prison_months, quitting_risk, seriousness

if TYPE_CHECKING:
    from twin.mentors import MentorPost
    from twin.world import TwinModel


class Person(Living, mesa.Agent):
    """Somebody who leaves prison.

    `noise` blurs what the risk tool reads, `inclination` is the person's own taste for mentoring; standard normals.
    """

    def __init__(
        self, model: TwinModel, number: int, traits: SimpleNamespace, noise: float, inclination: float
    ) -> None:
        super().__init__(model)
        self.number, self.traits = number, traits
        self.liable = Liability(traits, model.values)
        self.readings = Readings(self, noise)
        if model.scenario.population.sentence == "community":
            self.liable.arrest += np.log(model.values["sentencing.community_hazard_ratio"])
        self._in_prison_for_the_first_time()
        self._unmet(inclination)
        self.begin_inside()

    def _in_prison_for_the_first_time(self) -> None:
        traits = self.traits
        self.status = Status.AWAY
        self.released_step = traits.release_step
        self.supervised_until = traits.release_step + traits.term_months - 1 if traits.conditional else NEVER
        self.prison_until = NEVER
        self.returns = 0
        self.route = Route.NEW_SENTENCE
        self.jail_days = 0.0
        self.recent_arrest = 0.0
        self.last_arrest = NEVER
        self.first_arrest = self.first_conviction = self.first_return = self.death = NEVER
        self.first_route = Route.NEW_SENTENCE
        self.arrested_now = False
        self.law_now: dict[str, int] = {}
        self.days_in_custody_now = 0.0

    def _unmet(self, inclination: float) -> None:
        self.willing = self._would_accept(inclination)
        self.lottery = self.model.draws("mentoring.lottery", 0, self.number)
        self.waiting_since = self.first_waiting = self.offered_step = self.match_step = NEVER
        self.mentor: MentorPost | None = None
        self.matches = 0
        self.current_step, self.kept_months, self.months_waited = NEVER, 0, 0
        self.closed = self.completed = False
        self.fit = self.trust = self.contacts = self.plan = self.let_down = 0.0
        self.mentors_others = False
        self.pausing = False

    def _would_accept(self, inclination: float) -> bool:
        """A standing answer: the motivated accept more often."""
        correlation = self.model.values["participants.uptake_by_motivation"]
        wish = correlation * self.traits.motivation + np.sqrt(1.0 - correlation * correlation) * inclination
        settings = self.model.scenario.programs.mentoring
        must_travel = settings.setting != "custody" and settings.contact.community.visit > 0.0
        there = self.gets_there if must_travel else True
        return self.consents and there and bool(wish > ndtri(1.0 - self.model.values["mentoring.uptake_share"]))

    @property
    def gets_there(self) -> bool:
        """To programs outside."""
        share = self.model.values["participants.program_reach_share"]
        return self.model.draws("participants.reach", 0, self.number) < share

    @property
    def consents(self) -> bool:
        """To what programs have to know."""
        return (
            self.model.draws("participants.consent", 0, self.number) < self.model.values["participants.consent_share"]
        )

    def _draw(self, decision: str, step: int) -> float:
        return self.model.draws(decision, step, self.number)

    def come_and_go(self, step: int) -> None:
        """Come within the lead time, be released, be released again."""
        if self.status == Status.AWAY and self.traits.entry_step <= step:
            self.status = Status.AWAITING_RELEASE
        if self.status == Status.AWAITING_RELEASE and self.traits.release_step == step:
            self.status = Status.COMMUNITY
        elif self.status == Status.RETURNED and self.prison_until < step:
            self.status = Status.COMMUNITY
            self.released_step = step
            if self.route == Route.NEW_SENTENCE:
                self.supervised_until = step + self._new_term() - 1 if self.traits.conditional else NEVER

    def _new_term(self) -> int:
        u = self.model.draws("custody.term", self.returns, self.number)
        return int(in_force(supervision_term(np.array([u]), self.model.values), self.model.values)[0])

    def month_since_release(self, step: int) -> int:
        """1 in the month of release, -1 in the month before: there is no month 0."""
        gap = step - self.traits.release_step
        return gap + 1 if gap >= 0 else gap

    def free_share(self) -> float:
        """Share of the month at liberty."""
        if self.status != Status.COMMUNITY:
            return 0.0
        return 1.0 - min(self.jail_days, DAYS_PER_MONTH) / DAYS_PER_MONTH

    def eligible(self, step: int) -> bool:
        """Whether the program wants this person this month."""
        program = self.model.scenario.programs.mentoring
        if self.status == Status.AWAITING_RELEASE:
            in_setting = program.setting != "community"
        else:
            in_setting = self.status == Status.COMMUNITY and program.setting != "custody"
        wanted = program.eligible
        return (
            in_setting
            and (self.unfinished(step) if self.matches else self._in_window(step))
            and Risk(self.risk).name.lower() in wanted.risk
            and ("female" if self.traits.female else "male") in wanted.sex
        )

    def _in_window(self, step: int) -> bool:
        wanted = self.model.scenario.programs.mentoring.eligible
        return wanted.from_month <= self.month_since_release(step) <= wanted.to_month

    def unfinished(self, step: int) -> bool:
        """Mentoring has begun, and its planned end has not come."""
        return self.matches > 0 and step <= self.planned_end()

    def may_be_offered(self, step: int) -> bool:
        """Nobody who has a mentor, or is through with mentoring, is asked."""
        return not self.closed and self.mentor is None and self.eligible(step)

    def queue(self, step: int) -> bool:
        """Join the queue or leave it; whether the person is in it."""
        may = self.may_be_offered(step)
        self.pausing = self.waiting_since != NEVER  # or has been in the queue already
        if may and self.waiting_since == NEVER:
            self.waiting_since = step
            self.first_waiting = step if self.first_waiting == NEVER else self.first_waiting
        elif not may and self.waiting_since <= step:
            self.waiting_since = NEVER
        return may and self.waiting_since <= step

    def hear_offer(self, step: int) -> bool:
        """Accept or decline for good; whether this was the first offer ever."""
        first = self.offered_step == NEVER
        if first:
            self.offered_step = step
        if not self.willing:
            self.closed = True
            self.waiting_since = NEVER
        return first

    def begin(self, mentor: MentorPost, fit: float, step: int) -> None:
        """Get a mentor."""
        self.mentor, self.fit = mentor, fit
        if self.matches == 0:
            self.match_step = step
        self.matches += 1
        self.current_step, self.kept_months = step, 0
        self.waiting_since = NEVER
        mentor.mentees.append(self)

    def _part(self) -> None:
        self.mentor.mentees.remove(self)
        self.mentor = None

    def end_for_good(self) -> None:
        """The match ends, if there is one, and no other is offered."""
        if self.mentor is not None:
            self._part()
        self.closed = True

    def lose_mentor(self, first_step_without: int) -> None:
        """The mentor is gone; wait a while, then queue again."""
        self._part()
        self._be_let_down(first_step_without - 1)
        self.waiting_since = first_step_without + self.model.scenario.policies.matching.mentoring.rematch_after_months

    def _front_loaded(self) -> bool:
        program = self.model.scenario.programs.mentoring
        return program.dose == "front_loaded" and program.setting != "custody"

    def _dense_from(self) -> int:
        """Step in which the dense months of a front-loaded match begin."""
        return max(self.match_step, self.traits.release_step)

    def _even_end(self) -> int:
        return self.match_step + self.model.scenario.programs.mentoring.length_months - 1

    def planned_end(self) -> int:
        """Last step of the match if nothing cuts it short."""
        if self.model.scenario.programs.mentoring.setting == "custody":
            return min(self._even_end(), self.traits.release_step - 1)
        if not self._front_loaded():
            return self._even_end()
        dense_end = self._dense_from() + int(self.model.values["mentoring.front_loaded_months"]) - 1
        return min(self._even_end(), dense_end)

    def planned_contacts(self, step: int) -> float:
        """Contacts that this month should have; front loading packs those of later months into the dense ones."""
        usual = float(self.model.scenario.programs.mentoring.contacts_per_month)
        if not self._front_loaded() or step < self._dense_from():
            return usual
        months = max(self._even_end() - self._dense_from() + 1, 0)
        dense = min(months, int(self.model.values["mentoring.front_loaded_months"]))
        return usual * months / max(dense, 1)

    def _be_let_down(self, last_step: int) -> None:
        """By what ends when it has only just begun."""
        if last_step - self.match_step < self.model.values["mentoring.early_end_months"]:
            self.let_down = 1.0

    def _ways(self) -> tuple[float, float, float]:
        """Contacts, hours and trust in units of visits, by the ways of contact that reach the person."""
        tables = self.model.scenario.programs.mentoring.contact
        table = tables.custody if self.status == Status.AWAITING_RELEASE else tables.community
        contacts = hours = trust = 0.0
        for way in ("visit", "letter", "phone", "video"):
            share, of_hours, of_trust = float(getattr(table, way)), 1.0, 1.0
            if way != "visit":
                of_hours, of_trust = (self.model.values[f"mentoring.{way}_{what}_ratio"] for what in ("hours", "trust"))
                reached = self.model.draws(f"mentoring.{way}_reach", 0, self.number)
                share *= reached < self.model.values[f"mentoring.{way}_reach_share"]
            contacts += share
            hours += share * of_hours
            trust += share * of_trust
        return (contacts, hours / contacts, trust / contacts) if contacts else (0.0, 0.0, 0.0)

    def _contacts_by_ways(self, step: int) -> float:
        return self.planned_contacts(step) * self._ways()[0]

    def hours_wanted(self, step: int) -> float:
        """Hours of the mentor that the planned contacts would take."""
        values = self.model.values
        together = 1.0
        if self.model.scenario.programs.mentoring.format == "group":
            together = min(len(self.mentor.mentees), values["mentoring.group_size"])
        each = values["mentoring.hours_per_contact"] / together
        return self._contacts_with(step) * each * self._ways()[1]

    def _contacts_with(self, step: int) -> float:
        """Contacts that are planned, and for which the mentor keeps the time."""
        planned, minutes = self._contacts_by_ways(step), self.minutes_kept()
        if minutes is None:
            return planned
        together = 1.0
        if self.model.scenario.programs.mentoring.format == "group":
            together = min(len(self.mentor.mentees), self.model.values["mentoring.group_size"])
        each = self.model.values["mentoring.hours_per_contact"] / together * self._ways()[1]
        return min(planned, minutes / MINUTES_PER_HOUR / max(each, np.finfo(float).tiny))

    def minutes_kept(self) -> int | None:
        """Of a mentor's month; None where nobody counts hours."""
        hours = self.model.scenario.policies.caseload.mentoring.hours_per_month
        return None if hours is None else minutes_of(hours, self.risk)

    def keeps_meetings(self, step: int) -> bool:
        """Whether this month's meetings would be kept; mentors come to visit before release, but not in jail."""
        at_liberty = 1.0 if self.status == Status.AWAITING_RELEASE else self.free_share()
        return self.draw("mentoring.meeting", step) < self.model.kept_share * at_liberty

    def meet(self, step: int) -> float:
        """Meet the mentor or miss the month, and trust accordingly; contacts kept."""
        self.let_down *= self.model.trust_fade
        if self.mentor is None:
            self.trust *= self.model.trust_fade
            return 0.0
        values = self.model.values
        if not self._contacts_by_ways(step):
            self.trust *= self.model.trust_fade  # as without a mentor
        if not self.keeps_meetings(step):
            loss = values["mentoring.trust_loss_ratio"] * self._trust_a_contact() * self._contacts_with(step)
            self.trust *= 1.0 - min(loss, 1.0)
            return 0.0
        contacts = self._contacts_with(step) * self.mentor.share_delivered()
        self.kept_months += self.model.scenario.policies.matching.mentoring.monitoring is not None
        self.trust += (1.0 - self.trust) * min(self._trust_a_contact() * contacts, 1.0)
        fidelity = float(self.model.scenario.programs.mentoring.fidelity_share)
        self.plan += (1.0 - self.plan) * min(values["mentoring.plan_gain_per_contact"] * contacts * fidelity, 1.0)
        self.contacts += contacts
        return contacts

    def _trust_a_contact(self) -> float:
        """Share of the missing trust that a contact adds."""
        values, weight = self.model.values, self.model.values["mentoring.fit_weight"]
        program = self.model.scenario.programs.mentoring
        group = values["mentoring.group_trust_ratio"] if program.format == "group" else 1.0
        strength = float(program.fidelity_share) * group * self._ways()[2]
        return values["mentoring.trust_gain_per_contact"] * strength * (1.0 - weight + weight * self.fit)

    def finish_or_quit(self, step: int) -> None:
        """The planned end has come, or the person has had enough."""
        if self.mentor is not None:
            quits = self.draw("mentoring.participant_ends", step)
            through = step >= self.planned_end()
            self.completed |= through
            if through and self._stops_at_the_gate(step):
                self.trust *= self.model.values["mentoring.gate_trust_kept_share"]
            uptake = self.model.values["mentoring.uptake_share"]
            risk = quitting_risk(self.model.ended_by_participants, self.traits.motivation, uptake, self.model.values)
            if quits < risk and not through:
                self._be_let_down(step)
            if self.completed or quits < risk:
                self.end_for_good()

    def fails(self, step: int) -> bool:
        """Whether somebody looks at the match now and finds it bad."""
        policy = self.model.scenario.policies.matching.mentoring
        look = policy.monitoring
        if look is None or self.mentor is None or step - self.current_step + 1 != look.after_months:
            return False
        gap = self.model.values["matching.age_gap_years"]
        missed = self.kept_months < look.least_kept_share * look.after_months
        return missed or fit(self, self.mentor, policy.weights.model_dump(), gap) < look.least_fit_share

    def _stops_at_the_gate(self, step: int) -> bool:
        return self.model.scenario.programs.mentoring.setting == "custody" and step + 1 >= self.traits.release_step

    def does_well(self) -> bool:
        """At liberty, and not arrested since the release."""
        return self.status == Status.COMMUNITY and self.last_arrest == NEVER

    def could_mentor(self, step: int) -> bool:
        """Who did well, and wishes to."""
        keen = self.wish_to_mentor < self.model.values["mentors.alumni_willing_share"]
        long_enough = step - self.traits.release_step >= self.model.values["mentors.alumni_months"]
        first = keen and not self.mentors_others
        return self.completed and self.does_well() and self.returns == 0 and long_enough and first

    @property
    def wish_to_mentor(self) -> float:
        """Low where it is strong."""
        return self.model.draws("mentors.alumni", 0, self.number)

    def live(self, step: int) -> None:
        """A month with its death, arrest or violation, and the custody that follows from it."""
        since, self.was_out = max(step - self.traits.release_step + 1, 0), self.free_share() > 0.0
        died = self._dies(step)
        self.law_now = {"in_prison": self.status == Status.RETURNED, "supervised": self._supervised(step)}
        self.arrested_now = not died and self._is_arrested(step, since)
        route = None
        if self.arrested_now:
            route = self._answers_for_arrest(step, since)
        if not died and route is None and self._breaks_a_rule(step):
            route = Route.RULE_VIOLATION
        self.law_now["returned"] = route is not None
        self._serve_the_month()
        if self.arrested_now and route is None:
            self._go_to_jail(step)
        if route is not None:
            self._go_back(route, step, since)
        if died:
            self._die(since)
        if died or route is not None:
            self.end_life_outside(step)
        if self.arrested_now:
            self.last_arrest = step
        self.recent_arrest = 1.0 if self.arrested_now else self.recent_arrest * self.model.recent_arrest_fade

    def _month_out(self, step: int) -> int:
        """Months since the latest release."""
        return max(step - self.released_step + 1, 0)

    def _dies(self, step: int) -> bool:
        times = self.model.times
        if self.status == Status.COMMUNITY:
            usual, ratio = times.death[self._month_out(step)], added(self, "death")
            chance = usual if ratio == 1.0 else -np.expm1(np.log1p(-usual) * ratio)
            return self._draw("death", step) < chance
        back = self.status == Status.RETURNED  # nobody dies before the release that made them a participant
        return back and self._draw("death", step) < times.death_in_prison

    def _is_arrested(self, step: int, since: int) -> bool:
        free, times, values = self.free_share(), self.model.times, self.model.values
        if free == 0.0:
            return False
        log_hazard = (
            self.liable.arrest
            + times.arrest[self._month_out(step)]
            + self.liable.pace * times.desistance[since]
            + values["arrest.recent"] * self.recent_arrest
            + (self.circumstances_hazard() + self.programs_hazard())
        )
        found = np.exp(log_hazard) * free * self.model.arrest_intensity[Race(self.traits.race)]
        return bool(self.draw("arrest", step) < -np.expm1(-found))

    def _supervised(self, step: int) -> bool:
        return self.status == Status.COMMUNITY and step <= self.supervised_until

    def _answers_for_arrest(self, step: int, since: int) -> Route | None:
        """Conviction or not, prison or not, revocation or not."""
        kind = Offense(seriousness(self.draw("arrest.seriousness", step), self.model.new_arrest_shares))
        convicted = self.draw("arrest.conviction", step) < self.liable.conviction
        self.law_now |= {"seriousness": kind, "convicted": convicted}
        if self.first_arrest == NEVER:
            self.first_arrest = since
        if convicted and self.first_conviction == NEVER:
            self.first_conviction = since
        if convicted and self.draw("arrest.prison", step) < self.liable.prison[kind]:
            return Route.NEW_SENTENCE
        if self._supervised(step) and self.draw("arrest.revocation", step) < self.liable.revocation:
            return Route.REVOKED_AFTER_ARREST
        return None

    def _breaks_a_rule(self, step: int) -> bool:
        if not self._supervised(step):
            return False
        use = np.log(self.model.values["health.violation_ratio_use"]) * self.using + self.model.answered[self.risk]
        hazard = np.exp(self.liable.violation + self.model.times.violation[self._month_out(step)] + use)
        return bool(self.draw("violation", step) < -np.expm1(-hazard * self.free_share()))

    def _serve_the_month(self) -> None:
        """Jail days of this month are over; so is the month in prison."""
        jail = min(self.jail_days, DAYS_PER_MONTH)
        self.days_in_custody_now = DAYS_PER_MONTH if self.status == Status.RETURNED else jail
        self.jail_days -= jail

    def _go_to_jail(self, step: int) -> None:
        longest = self.model.values["custody.longest_jail_days"]
        self.jail_days += jail_days(self.draw("custody.jail", step), self.traits.female, self.model.profile, longest)

    def _go_back(self, route: Route, step: int, since: int) -> None:
        """Return to prison from the next month on."""
        self.end_for_good()
        self.returns += 1
        self.route = route
        u = self.model.draws("custody.stay", self.returns, self.number)
        self.prison_until = step + prison_months(u, route, self.model.values, self.model.profile)
        self.status = Status.RETURNED
        self.jail_days = 0.0
        if self.first_return == NEVER:
            self.first_return, self.first_route = since, route

    def _die(self, since: int) -> None:
        self.end_for_good()
        self.status = Status.DEAD
        self.jail_days = 0.0
        self.death = since
