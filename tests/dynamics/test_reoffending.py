from __future__ import annotations

import numpy as np
import pytest

from behavior.small_runs import numbers, small
from dynamics.hand_made import NONE, hazards, liable, month, people, traits
from reentrysim.dynamics import reoffending
from reentrysim.dynamics.reoffending import NO_ROUTE, exposure, liability, months_since
from reentrysim.evidence.catalog import Values
from reentrysim.evidence.population import load_profile
from reentrysim.vocabulary import DAYS_PER_MONTH, Offense, Route, Status

MANY = 20_000
NEAR = 4 * np.sqrt(0.25 / MANY)  # 0.014
VALUES = numbers(small())
WHO = traits(MANY)
UNDER_SUPERVISION = traits(MANY, conditional=True)


def test_a_constant_hazard_gives_the_exact_probability() -> None:
    happened = month(WHO, people(WHO), liable(MANY, arrest=np.log(0.2)), hazards())
    assert happened.arrested.mean() == pytest.approx(1 - np.exp(-0.2), abs=NEAR)
    assert not happened.died.any()


def test_terms_of_the_log_hazard_add_up() -> None:
    # A hazard of .1, doubled by the month, e^-1 of it after desistance, tripled by a recent arrest, e^-.25 by relief.
    table = hazards(
        arrest_by_month=np.full(61, np.log(2.0)), desistance_time=np.full(61, 2.0), recent_arrest=np.log(3.0)
    )
    risk = liable(MANY, arrest=np.log(0.1), pace=-0.5)
    state = people(WHO, recent_arrest=1.0)
    happened = month(WHO, state, risk, table, relief=-0.25)
    hazard = 0.1 * 2.0 * np.exp(-1.0) * 3.0 * np.exp(-0.25)
    assert happened.arrested.mean() == pytest.approx(1 - np.exp(-hazard), abs=NEAR)


def test_a_half_month_in_jail_halves_the_hazard() -> None:
    state = people(WHO, jail_days=DAYS_PER_MONTH / 2)
    happened = month(WHO, state, liable(MANY, arrest=np.log(0.4)), hazards())
    assert happened.arrested.mean() == pytest.approx(1 - np.exp(-0.2), abs=NEAR)


def test_exposure_by_hand() -> None:
    state = people(traits(4), jail_days=[0.0, DAYS_PER_MONTH / 4, DAYS_PER_MONTH, 200.0])
    assert exposure(state).tolist() == [1.0, 0.75, 0.0, 0.0]
    for status in (Status.AWAY, Status.AWAITING_RELEASE, Status.RETURNED, Status.DEAD):
        assert exposure(people(traits(1), status)).tolist() == [0.0]


@pytest.mark.parametrize("status", [Status.AWAY, Status.AWAITING_RELEASE, Status.RETURNED, Status.DEAD])
def test_nobody_in_custody_away_or_dead_is_arrested_or_violates(status: Status) -> None:
    state = people(UNDER_SUPERVISION, status)
    happened = month(UNDER_SUPERVISION, state, liable(MANY, arrest=5.0, violation=5.0), hazards())
    assert not happened.arrested.any()
    assert not happened.returned.any()


@pytest.mark.parametrize(
    ("status", "share"),
    [
        (Status.AWAY, 0.0),
        (Status.AWAITING_RELEASE, 0),
        (Status.COMMUNITY, 0.3),
        (Status.RETURNED, 0.1),
        (Status.DEAD, 0),
    ],
)
def test_deaths_go_by_where_people_are(status: Status, share: float) -> None:
    table = hazards(death_by_month=np.full(61, 0.3), death_in_prison=0.1)
    assert month(WHO, people(WHO, status), liable(MANY), table).died.mean() == pytest.approx(share, abs=NEAR)


def test_the_dead_are_not_arrested_in_the_same_month() -> None:
    table = hazards(death_by_month=np.full(61, 0.5))
    happened = month(UNDER_SUPERVISION, people(UNDER_SUPERVISION), liable(MANY, arrest=1.0, violation=1.0), table)
    assert 0 < happened.died.sum() < MANY
    assert not (happened.died & (happened.arrested | happened.returned)).any()


def test_routes_after_arrest_by_hand() -> None:
    # Everybody arrested and convicted; prison .3, else revocation .4 of the .7 left: .3, .28, and .42 stay.
    risk = liable(MANY, arrest=5.0, prison=0.3, revocation=0.4)
    route = month(UNDER_SUPERVISION, people(UNDER_SUPERVISION), risk, hazards()).route
    shares = [np.mean(route == kind) for kind in (Route.NEW_SENTENCE, Route.REVOKED_AFTER_ARREST, NO_ROUTE)]
    assert shares == pytest.approx([0.3, 0.28, 0.42], abs=NEAR)


def test_no_prison_sentence_without_conviction() -> None:
    risk = liable(MANY, arrest=5.0, conviction=0.25, prison=1.0, revocation=0.0)
    happened = month(WHO, people(WHO), risk, hazards())
    assert happened.convicted.mean() == pytest.approx(0.25, abs=NEAR)
    assert np.array_equal(happened.route == Route.NEW_SENTENCE, happened.convicted)


def test_only_the_arrested_are_convicted() -> None:
    happened = month(WHO, people(WHO), liable(MANY, arrest=np.log(0.5)), hazards())
    assert 0 < happened.arrested.sum() < MANY
    assert np.array_equal(happened.convicted, happened.arrested)  # conviction 1


def test_the_unsupervised_are_never_revoked_and_break_no_rules() -> None:
    happened = month(WHO, people(WHO), liable(MANY, arrest=0.0, violation=5.0, revocation=1.0, prison=0.2), hazards())
    assert set(np.unique(happened.route)) == {NO_ROUTE, Route.NEW_SENTENCE}


def test_supervision_holds_through_its_last_step() -> None:
    who = traits(1, conditional=True, term_months=5)  # released at step 1: steps 1 to 5
    state = people(who)
    violated = [
        month(who, state, liable(1, arrest=NONE, violation=9.0), hazards(), step).returned[0] for step in range(1, 8)
    ]
    assert violated == [True] * 5 + [False] * 2


def test_rule_violations_by_hand() -> None:
    table = hazards(violation_by_month=np.full(61, np.log(0.5)))
    risk = liable(MANY, arrest=NONE, violation=np.log(0.2))
    state = people(UNDER_SUPERVISION, jail_days=DAYS_PER_MONTH / 2)
    route = month(UNDER_SUPERVISION, state, risk, table).route
    assert np.mean(route == Route.RULE_VIOLATION) == pytest.approx(1 - np.exp(-0.05), abs=NEAR)


def test_rule_violations_rise_with_what_is_found_and_with_use() -> None:
    risk = liable(MANY, arrest=NONE, violation=np.log(0.1))
    route = month(UNDER_SUPERVISION, people(UNDER_SUPERVISION), risk, hazards(), temptation=np.log(3.0)).route
    assert np.mean(route == Route.RULE_VIOLATION) == pytest.approx(1 - np.exp(-0.3), abs=NEAR)


@pytest.mark.parametrize(
    ("intensity", "per_officer", "response", "share"),
    [(1.0, 60, 1.0, 1.0), (4.0, 60, 1.0, 2.0), (1.0, 15, 1.0, 2.0), (1.0, 60, 0.25, 0.25), (0.0, 60, 1.0, 0.0)],
)
def test_more_contact_finds_more_violations(intensity: float, per_officer: int, response: float, share: float) -> None:
    found = reoffending.violations_answered(_officers(), intensity, per_officer, response, np.full(3, 2.0))
    assert np.exp(found) == pytest.approx([share] * 3)


def test_an_officers_hours_go_where_risk_is_highest() -> None:
    found = reoffending.violations_answered(_officers(), 1.0, 60, 1.0, np.array([1.0, 2.0, 4.0]))
    mean = 0.25 * 1 + 0.5 * 2 + 0.25 * 4  # of the bands together: an officer's month is as long as it is
    assert np.exp(found) == pytest.approx(np.sqrt(np.array([1.0, 2.0, 4.0]) / mean))


def _officers() -> Values:
    bands = {"assessment.low_band_share": 0.25, "assessment.high_band_share": 0.25}
    return VALUES.merged({"supervision.usual_caseload": 60.0, "supervision.found_elasticity": 0.5, **bands})


def test_relief_does_not_touch_rule_violations() -> None:
    risk = liable(MANY, arrest=NONE, violation=np.log(0.3))
    free = month(UNDER_SUPERVISION, people(UNDER_SUPERVISION), risk, hazards(), relief=-2.0).route
    assert np.array_equal(free, month(UNDER_SUPERVISION, people(UNDER_SUPERVISION), risk, hazards()).route)


def test_relief_prevents_arrests_and_adds_none() -> None:
    base = month(WHO, people(WHO), liable(MANY), hazards()).arrested
    helped = month(WHO, people(WHO), liable(MANY), hazards(), relief=-1.0).arrested
    assert helped.sum() < base.sum()
    assert not (helped & ~base).any()  # the same luck


def test_seriousness_of_new_arrests() -> None:
    table = hazards(seriousness_upper=np.cumsum([0.1, 0.2, 0.3, 0.4]))
    kinds = month(WHO, people(WHO), liable(MANY, arrest=5.0), table).seriousness
    assert np.bincount(kinds, minlength=4) / MANY == pytest.approx([0.1, 0.2, 0.3, 0.4], abs=NEAR)


def test_every_release_opens_with_its_own_months_and_desistance_counts_from_the_first() -> None:
    opening = np.full(61, NONE)
    opening[1] = 5.0
    who = traits(1, release_step=1)
    state = people(who, released_step=10)  # out again at step 10
    struck = [
        bool(month(who, state, liable(1), hazards(arrest_by_month=opening), step).arrested[0]) for step in (9, 10, 11)
    ]
    assert struck == [False, True, False]
    later = np.full(61, NONE)
    later[10] = 5.0
    table = hazards(desistance_time=later)
    struck = [bool(month(who, state, liable(1, pace=1.0), table, step).arrested[0]) for step in (9, 10, 11)]
    assert struck == [False, True, False]  # its tenth month since the release that counts


def test_months_since_release() -> None:
    assert months_since(5, np.array([3, 4, 5, 6, 9])).tolist() == [3, 2, 1, 0, 0]


def test_the_reference_person_has_the_level() -> None:
    values = VALUES.merged({"arrest.level": -3.0, "arrest.violent": 0.0, "reoffending.center_priors": 9})
    risk = liability(traits(1, offense=Offense.VIOLENT, age=35.0, priors=9), values)
    assert risk.arrest[0] == pytest.approx(-3.0)


def test_liability_by_hand() -> None:
    values = VALUES.merged(
        {
            "arrest.level": -3.0,
            "arrest.female": -0.4,
            "arrest.age": -0.3,
            "arrest.age_beyond_bend": -0.5,
            "arrest.priors": 0.8,
            "arrest.age_priors": 0.2,
            "arrest.drug": 0.35,
            "arrest.frailty_sd": 0.25,
            "arrest.divergence": 0.4,
            "arrest.decline": 0.45,
            "arrest.age_decline": 0.3,
            "conviction.log_odds": -0.4,
            "conviction.age": -0.2,
        }
    )
    who = traits(1, female=True, age=55.0, priors=18, offense=Offense.DRUG, frailty=2.0)
    log2 = np.log(2.0)  # 18 priors against 9
    by_hand = -3.0 - 0.4 - 0.3 * 2 - 0.5 * 0.5 + 0.8 * log2 + 0.2 * 2 * log2 + 0.35 + 0.25 * 2
    risk = liability(who, values)
    assert risk.arrest[0] == pytest.approx(by_hand)
    assert risk.pace[0] == pytest.approx(0.4 * 2 - 0.3 * 0.5 - 0.45)  # half a decade past the bend at 50
    assert risk.conviction[0] == pytest.approx(1 / (1 + np.exp(0.4 + 0.2 * 2)))  # two decades past the center


def test_violations_share_a_part_of_the_risk_of_arrest() -> None:
    values = VALUES.merged({"violation.level": -4.0, "violation.female": 0.1, "violation.share_of_arrest_risk": 0.25})
    risk = liability(traits(2, female=[True, False], priors=[9, 30]), values)
    above = risk.arrest - values["arrest.level"]
    assert risk.violation == pytest.approx([-4.0 + 0.1 + 0.25 * above[0], -4.0 + 0.25 * above[1]])


def test_prison_is_likelier_for_violence() -> None:
    risk = liability(traits(1), VALUES.merged({"prison.log_odds": 0.0, "custody.violent_prison_log_odds": np.log(3.0)}))
    assert risk.prison[0, Offense.VIOLENT] == pytest.approx(0.75)
    assert risk.prison[0, Offense.PROPERTY] == pytest.approx(0.5)
    assert risk.prison[0, Offense.PUBLIC_ORDER] < 0.5


def test_hazard_tables_by_hand() -> None:
    changes = {
        "arrest.start": 0.6,
        "arrest.first_month": 0.5,
        "reoffending.arrest_ramp_months": 1.0,
        "reoffending.decline_scale_months": 6.0,
        "mortality.annual_death_rate": 0.012,
        "mortality.first_weeks_death_rate": 0.036,
        "reoffending.recent_arrest_half_life_months": 6.0,
    }
    table = reoffending.hazards(VALUES.merged(changes), load_profile("us_2008"), 30)
    assert table.arrest_by_month[[1, 2, 3]] == pytest.approx([-0.1, -0.3, -0.15])
    assert table.desistance_time[[1, 7, 19]] == pytest.approx([0.0, np.log(2), np.log(4)])
    assert table.death_by_month[[1, 2, 30]] == pytest.approx(
        [0.002, 0.001, 0.001], rel=0.002
    )  # half the month at risk .036
    assert table.recent_arrest_fade**6 == pytest.approx(0.5)
    assert table.seriousness_upper[-1] == pytest.approx(1.0)
