"""The file that `reentrysim new NAME` writes: it loads as it is, and every line to change is there."""

from __future__ import annotations

from reentrysim.scenario.loading import check_name

_TEXT = """\
# A scenario names only what differs from the one it is based on. Take the "# " from a line (and from the table above
# it) to change that value. `reentrysim check {name}.toml` tells you what it doesn't understand;
# scenarios/status-quo.toml has every key with a sentence on it.
schema = 1
title = "{title}"
question = "How does this compare with today?"
based_on = "status-quo"   # a shipped name, or the path of another file, relative to this one

# [time]
# follow_up_months = 60   # months since release, 1 to 120

# [funding]
# rule = "fixed_shares"   # or by who is there: waiting_list, need, risk_high_first, risk_low_first; or next_dollar
# shares = {{ mentoring = 1.0 }}   # of every program in use, 0.0 for none, by whatever rule; they sum to 1

# [funding.sources.state_grant]
# total_dollars = 4_900_000   # over its steps, for the whole real system
# first_step = 1
# last_step = 84   # a cliff is a last step before the end of the run
# spend = "even"   # even, front_loaded or late

# [programs.mentoring]
# setting = "both"   # custody, community, or both (through the gate)
# format = "one_to_one"   # one_to_one, circle (volunteers around one person) or group
# contact.custody = {{ visit = 1.0 }}   # shares of visit, letter, phone, video; likewise contact.community
# length_months = 18
# dose = "even"   # even, or front_loaded (the same contacts, in the first six months after release)
# contacts_per_month = 4
# eligible = {{ risk = ["high"], from_month = -6, to_month = 3 }}   # there is no month 0
# staff = {{ origin = {{ volunteer = 0.6, lived_experience = 0.4 }} }}   # shares sum to 1
# staff.alumni = false   # whether participants who did well can become mentors; staff.ambassadors: and give talks

# Further programs are in use where their table stands and the money has a share for them; what a table leaves out
# is as usual (scenarios/programs has one of each). For example: shares = {{ mentoring = 0.5, transitional_jobs = 0.5 }}
# above, and here
#   [programs.transitional_jobs]      length_months = 3, placement_months = 6, places = 40 (a ceiling)
#   [programs.transitional_housing]   length_months = 6, places = 20
#   [programs.case_management]        length_months = 9, setting = "both", hire_lag_months = 2

# [policies.matching.mentoring]
# rule = "random"   # first_come, compatibility, optimal, risk_high_first, risk_low_first or threshold (least_fit_share)

# [policies.matching.jobs]
# rule = "random"   # program jobs: random, first_come, risk_high_first, risk_low_first, or threshold (only_risk)

# [policies.matching.beds]
# rule = "first_come"   # shelter and program beds, likewise

# [policies.caseload.mentoring]
# per_worker = 2
# when_full = "wait"   # wait, thin_out (everybody gets less time) or refer_on (they are sent elsewhere)

# [policies.caseload.case_management]
# per_worker = 60   # people a caseworker: fewer means more hours for each

# [policies.caseload.supervision]
# per_worker = 60   # people per officer: fewer means more contact, which finds more rule violations
# hours_per_month = {{ low = 2.0, medium = 2.0, high = 2.0 }}   # by assessed risk; only their proportions count

# [circumstances]
# employer_assurance = "none"   # none, insurance, review or clean_year
# ban_the_box = false
# wage_support_share = 0.0   # share of the wage that is paid for the employer
# labor_market = 1.0   # vacancies as a multiple of the usual ones
# vacancies_by_trade = {{ carpentry = 1.0, plumbing = 1.0, culinary = 1.0, office = 1.0 }}   # likewise, trade by trade
# licensing_bars = []   # trades in which nobody with a record gets a license, such as ["plumbing"]
# transport_share = "evidence"   # share who can get to a job in another part of town, such as 0.8; all as it is
# benefits_barred_share = "evidence"   # share barred further from benefits that pay a rent; none as it is
# program_reach_share = "evidence"   # share who can get to programs and mentors outside; all as it is
# consent_share = "evidence"   # share who consent to what programs have to know
# community_opinion = "fixed"   # or "moves", with campaigns
# campaign_share = 0.0   # intensity of a campaign for acceptance, from none to 1
#   (and volunteers_per_100: who would mentor, for every hundred people released; without it money alone limits them;
#   and nonprofit_places_per_100: most places that those who run a program can offer, likewise)
# beds_per_100.shelter = 15.0   # for every hundred people released in a year
# beds_per_100.transitional = 5.0   # of transitional housing, which its program has to pay for
# beds_per_100.sober_living = 5.0   # likewise of sober living houses
# beds_per_100.supportive = 5.0   # likewise of supportive housing
# background_demand = {{ jobs = 1.0, beds = 1.0 }}   # of everybody else, as multiples
# supervision_intensity = 1.0   # contact with officers as a multiple
# supervision_length = 1.0   # terms as a multiple
# violation_response = 1.0   # chance that a violation found leads back to prison, as a multiple
# arrest_intensity = {{ white = 1.0, black = 1.0, hispanic = 1.0, other = 1.0 }}   # arrests made of the same offending
# learning = true   # employers and landlords
# discrimination = true

# A number of your own in place of a published one needs a source or an assumption. It changes just that number: the
# baseline and the effects that the calibration solved stay as they are.
# [estimates]
# "mentoring.match_end_monthly_risk" = {{ value = 0.03, low = 0.02, high = 0.05, assumption = "own records" }}
"""


def template(name: str) -> str:
    """The text of a new scenario file; InputError when a scenario can't have this name (kebab-case)."""
    check_name(name)
    return _TEXT.format(name=name, title=name.replace("-", " ").capitalize())
