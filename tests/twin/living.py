"""How one person lives outside: work, home, use, treatment, self-efficacy and ties."""

from __future__ import annotations

import numpy as np
from scipy.special import expit, ndtr, ndtri

from reentrysim.vocabulary import DAYS_PER_MONTH, MONTHS_PER_YEAR, NEVER, Home, Race, Status
from twin.effects import added, on_arrest, trade_learned
from twin.markets import Employer, HousingProvider
from twin.programs import BEDS, FOR_NOW, JOBS, TREATMENT, Standing


class Living:
    """What happens to a person outside; the model and the traits are the person's."""

    def begin_inside(self) -> None:
        """Nothing yet."""
        self.employer: Employer | None = None
        self.job_step = NEVER
        self.good_job = False
        self.home, self.home_step = Home.NONE, NEVER
        self.provider: HousingProvider | None = None
        self.moves = 0
        self.using = self.in_treatment = False
        self.self_efficacy = self.model.values["health.start"]
        self.ties = self.traits.family_ties
        self.standings = {name: Standing(self, program) for name, program in self.model.programs.items()}
        self.shelter_lottery = self.model.draws("housing.lottery", 0, self.number)

    def remember_the_start_of_the_month(self, step: int) -> None:
        """For what employers and landlords learn at its end."""
        self.employer_before, self.provider_before = self.employer, self.provider
        self.job_age, self.home_age = step - self.job_step, step - self.home_step

    def still_the_same_tenancy(self) -> bool:
        """One that ended and began again with the same landlord is another."""
        return self.provider is self.provider_before and self.home_step < self.model.steps

    def draw(self, decision: str, step: int, occasion: int = 0) -> float:
        """Of a decision that the model draws for those alone whom it concerns."""
        return self.model.draws.of(decision, step, self.number, occasion)

    def leave_prison(self, step: int) -> None:
        """Go somewhere on release, as if at the end of the month before."""
        if self.status != Status.COMMUNITY or self.released_step != step:
            return
        before = step - 1
        values, u = self.model.values, self.draw("housing.release", step)
        homeless = self.model.homeless_at_release(self.traits.mental_illness)
        institution = homeless + values["housing.institution_at_release"]
        bridged = added(self, "homeless_at_release")
        if u < homeless:
            self.come_to(Home.STREET if u < homeless * bridged else Home.OTHERS, before)
        elif u < institution:
            self.come_to(Home.INSTITUTION, before)
        else:
            own = u < institution + values["housing.own_at_release"]
            self.come_to(Home.OWN if own else Home.OTHERS, before)

    def come_to(self, home: Home, step: int, provider: HousingProvider | None = None) -> None:
        """Live there from this step on."""
        self.home, self.home_step, self.provider = home, step, provider

    @property
    def homeless(self) -> bool:
        """On the street or in a shelter."""
        return self.home in (Home.STREET, Home.SHELTER)

    def seeks(self) -> bool:
        """Without a job, at liberty, and somebody who looks for one."""
        return self.free_share() > 0.0 and self.employer is None and self.traits.looks_for_work

    def may_lose_job(self, step: int) -> None:
        """A month in jail ends a job; else the shorter it has lasted, the sooner it ends."""
        if self.employer is None:
            return
        values = self.model.values
        log_hazard = (
            values["work.loss_level"]
            - values["work.loss_decline"] * np.log(step - self.job_step)
            + np.log(values["work.good_job_loss_ratio"]) * self.good_job
            + np.log(values["work.use_loss_ratio"]) * self.using
            + added(self, "job_loss")
        )
        if self.draw("work.loss", step) < -np.expm1(-np.exp(log_hazard)) or self.free_share() == 0.0:
            self.end_job()

    @property
    def has_program_job(self) -> bool:
        """A state of its own, no job."""
        return JOBS in self.standings and self.standings[JOBS].place is not None

    @property
    def works(self) -> bool:
        """In a job or a program job."""
        return self.employer is not None or self.has_program_job

    def end_job(self) -> None:
        """Out of work."""
        self.employer, self.good_job = None, False

    def _asks(self, step: int) -> int:
        """Employers asked this month."""
        values = self.model.values
        drive = values["health.search_gain"] * (self.self_efficacy - values["health.start"])
        since = max(step - self.released_step + 1, 0)
        effort = np.exp(values["work.effort"] - values["work.effort_decline"] * np.log(since) + drive)
        effort = effort * self.free_share() * (values["work.homeless_effort_ratio"] if self.homeless else 1.0)
        effort = effort * added(self, "search")
        return min(int(np.floor(effort + self.draw("work.asks", step))), int(values["work.most_asks"]))

    def ask_employers(self, step: int) -> None:
        """The first who considers the person gets an application."""
        most = self.model.values["work.learning_most"]
        for ask in range(self._asks(step)):
            employer, u = self.model.jobs.ask(self.draw("work.employer", step, ask))
            chance = self._considered_by(employer.willingness(most), step)
            if u < chance * self._can_work_for(employer):
                self.model.jobs.apply(self, employer, self._standing_at(employer, step))
                return

    def _considered_by(self, usual: float, step: int) -> float:
        """Policies, a clean last year, and race where it is measured."""
        model, year_ago = self.model, step - MONTHS_PER_YEAR
        clean = self.last_arrest < year_ago and self.released_step <= year_ago
        accepted = model.values["community.employer_gain"] * model.acceptance
        willing = usual + accepted + model.added_willingness + model.added_for_clean_year * clean
        return willing * model.banned_box * (model.black_at_work if self.traits.race == Race.BLACK else 1.0)

    def _can_work_for(self, employer: Employer) -> bool:
        """Near enough, and in a trade that licenses people with records."""
        near = self.traits.travels or self.traits.place == employer.place
        return near and not self.model.is_barred(employer.trade)

    def _standing_at(self, employer: Employer, step: int) -> float:
        values, weight = self.model.values, self.model.values["work.skill_weight"]
        score = weight * self.traits.skill + np.sqrt(1.0 - weight * weight) * ndtri(self.draw("work.standing", step))
        own_trade = self.traits.trade == employer.trade
        learned = added(self, "standing") + trade_learned(self, employer.trade)
        score = score + values["work.trade_bonus"] * own_trade - values["work.use_penalty"] * self.using
        return ndtr(score + learned)

    def start_job(self, employer: Employer, step: int) -> None:
        """Hired."""
        self.employer, self.job_step, self.good_job = employer, step, employer.good
        if self.has_program_job:
            self.standings[JOBS].find_what_it_is_for(step)

    def look_at_home(self, step: int) -> None:
        """Whether this month's home ends, a place is needed, and a room of one's own is looked for."""
        self.was_homeless, in_jail = self.homeless, self.free_share() == 0.0
        ends = self.draw("housing.leave", step) < self._leaving_risk(step) * self._kept_at_home()
        in_bed_for_now = self.home in FOR_NOW
        ends = ends or any(self.home == home and self._has_no_place(name) for name, (_, home) in BEDS.items())
        self.leaves = ends or (in_jail and self.home == Home.SHELTER)
        self.needs = (self.leaves or self.homeless) and not in_jail
        searches = False
        if self.home in (Home.OTHERS, Home.INSTITUTION):
            log_odds = self.model.values["housing.rent_search_log_odds"]
            searches = self.draw("housing.search", step) < expit(log_odds)
        helped = added(self, "rent") > 0.0
        can_pay = (self.works or self.traits.can_rent_without_work or helped) and not in_jail
        self.searching = can_pay and (self.needs or searches or in_bed_for_now)

    def _has_no_place(self, program: str) -> bool:
        return program in self.standings and self.standings[program].place is None

    def _kept_at_home(self) -> float:
        return added(self, "home_loss") if self.home in (Home.OTHERS, Home.OWN) else 1.0

    def _leaving_risk(self, step: int) -> float:
        values = self.model.values
        if self.home == Home.OTHERS:
            early = step - self.home_step <= values["housing.early_months"]
            risk = values["housing.others_leave_monthly_risk"]
            return risk * values["housing.early_leave_multiple"] if early else risk
        if self.home == Home.OWN:
            risk = values["housing.own_leave_monthly_risk"]
            return risk if self.works else risk * values["housing.no_work_leave_multiple"]
        if self.home == Home.INSTITUTION:
            return 1.0 / values["housing.institution_stay_months"]
        return 1.0 / values["housing.shelter_stay_months"] if self.home == Home.SHELTER else 0.0

    def ask_landlords(self, step: int) -> None:
        """The first who considers the person gets an application."""
        values, rooms = self.model.values, self.model.rooms
        black = self.model.black_at_home if self.traits.race == Race.BLACK else 1.0
        for ask in range(int(values["housing.asks_per_month"])):
            landlord, u = rooms.ask(self.draw("housing.landlord", step, ask))
            accepted = values["community.landlord_gain"] * self.model.acceptance
            chance = (landlord.willingness(values["housing.learning_most"]) + accepted) * black
            if u < chance:
                score = ndtri(self.draw("housing.standing", step)) + values["housing.good_job_bonus"] * self.good_job
                rooms.apply(self, landlord, ndtr(score))
                return

    def rent(self, landlord: HousingProvider, step: int) -> None:
        """A room of one's own."""
        self.come_to(Home.OWN, step, landlord)
        self.moves += 1
        self.needs = False

    def turn_to_others(self, step: int) -> None:
        """Be taken in, or not; who loses a home and finds none, or loses it from jail, is on the street."""
        if not self.needs:
            if self.leaves and self.free_share() == 0.0:
                self._be_out(step)
            return
        values = self.model.values
        log_odds = values["housing.others_log_odds"] + np.log(values["housing.homeless_exit_ratio"]) * self.was_homeless
        log_odds = log_odds + values["health.ties_home_log_odds"] * (self.ties - values["health.start"])
        if self.draw("housing.others", step) < expit(log_odds + added(self, "taken_in")):
            self.come_to(Home.OTHERS, step)
            self.moves += 1
            self.needs = False
        elif self.leaves:
            self._be_out(step)
        elif self.home == Home.SHELTER:
            self.needs = False  # keeps the bed

    def leave_beds_for_others(self, step: int) -> None:
        """Who lives elsewhere by now gives a program's bed back."""
        for name, (_, home) in BEDS.items():
            if name in self.standings and self.standings[name].place is not None and self.home != home:
                self.standings[name].find_what_it_is_for(step)

    def is_unsheltered(self) -> bool:
        """At liberty for some of this month, without a home or a bed at its end."""
        return self.home == Home.STREET and self.days_in_custody_now < DAYS_PER_MONTH

    def _be_out(self, step: int) -> None:
        self.come_to(Home.STREET, step)
        self.moves += 1

    @property
    def stable(self) -> bool:
        """Own, or with others for long enough by now."""
        long = self.model.steps - self.home_step >= self.model.values["housing.stable_months"]
        return self.home in (Home.OWN, Home.SUPPORTIVE) or (self.home == Home.OTHERS and long)

    @property
    def treated(self) -> bool:
        """In treatment, a program's or another's."""
        slots = [self.standings[name] for name in TREATMENT if name in self.standings]
        return self.in_treatment or any(slot.place is not None for slot in slots)

    def attention(self) -> float:
        """Share of a month's dose where there are more places than time."""
        most = self.model.values["participants.programs_at_once"]
        places = (self.mentor is not None) + sum(one.place is not None for one in self.standings.values())
        if len(self.standings) + 1 <= most or self.status != Status.COMMUNITY:
            return 1.0
        return min(most / max(places, 1.0), 1.0)

    def change(self, step: int) -> None:
        """Use and treatment from the same state, then self-efficacy and ties."""
        if self.traits.substance_use_disorder and self.free_share() > 0.0:
            use, treatment = self._use_changes(step), self._treatment_changes(step)
            self.using ^= use
            self.in_treatment ^= treatment
        values = self.model.values
        gain = values["health.work_gain"] * self.works + values["health.home_gain"] * self.stable + self._belonging()
        self.family_help = added(self, "ties")
        speed = values["health.change_speed"]
        self.self_efficacy += (values["health.start"] + gain - self.self_efficacy) * speed
        self.ties += (min(self.traits.family_ties + gain + self.family_help, 1.0) - self.ties) * speed

    def _belonging(self) -> float:
        """Gifts of mentors and programs, what a very early end took, acceptance, and what mentoring others gives."""
        values = self.model.values
        gain = added(self, "belonging") + values["community.self_efficacy_gain"] * self.model.acceptance
        helps = self.number in self.model.alumni_at_work and "belonging" not in self.model.silent
        return gain + values["mentors.helper_gain"] if helps else gain

    def _use_changes(self, step: int) -> bool:
        values, kind = self.model.values, "quit" if self.using else "relapse"
        risk = values[f"health.{kind}_monthly_risk"]
        if self.treated:
            risk *= values[f"health.treatment_{kind}_ratio"]
        risk *= added(self, kind)
        return bool(self.draw("health.use", step) < risk * self.free_share())

    def _treatment_changes(self, step: int) -> bool:
        values = self.model.values
        drive = np.exp(values["health.search_gain"] * (self.self_efficacy - values["health.start"]))
        entry = values["health.treatment_entry_monthly_risk"] * drive * added(self, "treatment")
        chance = 1.0 / values["health.treatment_months"] if self.in_treatment else entry
        return bool(self.draw("health.treatment", step) < chance)

    def circumstances_hazard(self) -> float:
        """What work, home and use add to the log hazard of arrest."""
        values, job = self.model.values, 0.0
        if self.works:
            good = np.log(values["work.hazard_ratio"])
            job = good if self.good_job else values["work.any_job_share"] * good
        home = np.log(values["housing.hazard_ratio_homeless"]) * self.homeless
        return job + home + np.log(values["health.hazard_ratio_use"]) * self.using

    def programs_hazard(self) -> float:
        """What mentoring and the programs' doses add to it."""
        return on_arrest(self)

    def end_life_outside(self, step: int) -> None:
        """In prison, or dead."""
        for standing in self.standings.values():
            standing.end(min(standing.helped_until, step))
        self.end_job()
        self.come_to(Home.NONE, step)
        self.using = self.in_treatment = False
