"""Who is released: exactly one of profile, margins and file, read beside the scenario that names it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from reentrysim.experiments.plan import plan_runs
from reentrysim.model import ReentryModel
from reentrysim.randomness import Luck
from reentrysim.scenario import load_scenario
from reentrysim.scenario.values import values_for
from reentrysim.vocabulary import InputError, Route

Write = Callable[..., str]


@pytest.fixture(autouse=True)
def _files(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("subgroup,share\nsex=female,1\nage=18-24,1\nage=25+,0\n")
    (tmp_path / "p.csv").write_text("sex,priors\nfemale,7\n")
    (tmp_path / "s.csv").write_text("stay,months_at_least,share\nnew_sentence,2.9,1\nnew_sentence,3.1,0\n")
    (tmp_path / "bad.csv").write_text("sex,priors\nfemale,0\n")


def test_margins_and_file_take_the_place_of_the_profile(write: Write) -> None:
    for body, priors in (('population.margins = "m.csv"', None), ('population.file = "p.csv"', 7)):
        scenario = load_scenario(write(body)).vary({"population.size": 300})
        assert scenario.population.profile is None
        traits = ReentryModel(scenario, values_for(scenario), Luck(0, 0)).world.traits
        assert traits.female.all()
        if priors is None:
            assert traits.age.max() < 25
        else:
            assert set(traits.priors.tolist()) == {priors}


def test_a_profile_takes_the_place_of_inherited_margins(write: Write) -> None:
    base = write('population.margins = "m.csv"', name="base.toml")
    head = f'schema = 1\nbased_on = "{base}"\n'
    assert load_scenario(write("", name="one.toml", head=head)).population.margins is not None
    other = load_scenario(write('population.profile = "us_2008"', name="two.toml", head=head))
    assert other.population.margins is None
    varied = other.vary({"population.margins": str(Path(base).parent / "m.csv")})
    assert varied.population.profile is None
    assert varied.digest == load_scenario(base).digest


def test_own_stays_last_as_long_as_they_say(write: Write) -> None:
    scenario = load_scenario(write('population.stays = "s.csv"')).vary({"population.size": 400})
    world = ReentryModel(scenario, values_for(scenario), Luck(0, 0)).run().world
    people = world.people
    once = (people.returns == 1) & (people.route == Route.NEW_SENTENCE)
    since = world.traits.release_step[once] + people.first_return[once] - 1
    assert once.sum() > 30
    assert set((people.prison_until[once] - since).tolist()) == {3}


def test_a_question_is_known_by_what_the_files_hold(write: Write, tmp_path: Path) -> None:
    mine = load_scenario(write('population.file = "p.csv"'))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(tmp_path / "p.csv", elsewhere / "people.csv")
    before = mine.digest
    assert plan_runs([mine], baseline=load_scenario("status-quo").vary({"population.file": str(tmp_path / "p.csv")}))
    assert load_scenario(write('population.file = "elsewhere/people.csv"')).digest == before
    (tmp_path / "p.csv").write_text("sex,priors\nfemale,8\n")
    assert load_scenario(write('population.file = "p.csv"')).digest != before


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('population.margins = "m.csv"\npopulation.file = "p.csv"', "margins and file stand together"),
        ('population.profile = "us_2008"\npopulation.file = "p.csv"', "profile and file stand together"),
        ('population.file = "q.csv"', "q.csv: there is no such file"),
        ('population.file = "bad.csv"', "bad.csv, person 1: priors: this cell is not known"),
        ('population.margins = "p.csv"', "p.csv, line 1: unknown column 'sex'"),
        ('population.stays = "m.csv"', "these are the columns of margins"),
        ("population.file = 7", "must be text"),
        ('population.margin = "m.csv"', "Did you mean 'margins'?"),
    ],
)
def test_a_wrong_place_is_told_with_the_key(body: str, message: str, write: Write) -> None:
    with pytest.raises(InputError) as error:
        load_scenario(write(body))
    assert "population" in str(error.value)
    assert message in str(error.value)
