from __future__ import annotations

import gc
import weakref

import mesa
import numpy as np
import pytest
from mesa.agent import AgentSet

from behavior.small_runs import model_of, small
from reentrysim.agents.views import Caseworker, Employer, HousingProvider, Mentor, Participant
from reentrysim.model import ReentryModel
from reentrysim.vocabulary import HousingKind, Status


@pytest.fixture
def model() -> ReentryModel:
    model = model_of(small(size=120))
    for _ in range(14):
        model.step()
    return model


def test_agents_are_the_people_present_and_the_filled_posts(model: ReentryModel) -> None:
    status = model.world.people.status
    present = np.count_nonzero((status != Status.AWAY) & (status != Status.DEAD))
    posts = np.count_nonzero(model.world.mentors.ready_step >= 0)
    assert present > 100
    assert posts > 3
    by_type = model.agents_by_type
    assert (len(by_type[Participant]), len(by_type[Mentor])) == (present, posts)
    employers, providers = len(model.world.employers.seats), len(model.world.providers.places)
    assert min(employers, providers) > 5
    assert (len(by_type[Employer]), len(by_type[HousingProvider])) == (employers, providers)
    assert len(model.agents) == present + posts + employers + providers
    assert set(model.agent_types) == {Participant, Mentor, Caseworker, Employer, HousingProvider}


def test_employers_and_landlords_show_what_they_offer(model: ReentryModel) -> None:
    employers = model.agents_by_type[Employer]
    assert employers.agg("openings", sum) == model.world.employers.openings.sum() > 0
    shelters = model.agents_by_type[HousingProvider].select(lambda place: place.kind == HousingKind.SHELTER)
    assert (
        shelters.agg("places", sum) == 36
    )  # 15 beds for every 100 people released in a year, 120 of them in half a year


def test_agents_are_mesa_agents_of_this_model(model: ReentryModel) -> None:
    agents = model.agents
    assert isinstance(agents, AgentSet)
    assert len(list(agents)) > 100
    assert all(isinstance(agent, mesa.Agent) and agent.model is model for agent in agents)


def test_agents_outlive_the_expression_that_asked_for_them(model: ReentryModel) -> None:
    old = model.agents.select(agent_type=Participant).select(lambda person: person.age > 40)
    assert len(old) == sum(person.age > 40 for person in model.agents_by_type[Participant]) > 0


def test_an_agent_asked_for_twice_is_the_same(model: ReentryModel) -> None:
    person = next(iter(model.agents))
    assert person in model.agents


def test_no_two_agents_share_an_id(model: ReentryModel) -> None:
    ids = [agent.unique_id for agent in model.agents]
    assert ids
    assert len(set(ids)) == len(ids)


def test_an_agent_keeps_its_id_while_others_come_and_go(model: ReentryModel) -> None:
    before = {agent.row: agent.unique_id for agent in model.agents_by_type[Participant]}
    for _ in range(4):
        model.step()
    after = {agent.row: agent.unique_id for agent in model.agents_by_type[Participant]}
    assert set(after) > set(before) - set(range(40))
    assert all(after[row] == id_ for row, id_ in before.items() if row in after)


def test_select_get_and_agg_work_on_columns(model: ReentryModel) -> None:
    people = model.agents_by_type[Participant]
    women = people.select(lambda person: person.female)
    assert 0 < len(women) < len(people)
    status = model.world.people.status
    present = (status != Status.AWAY) & (status != Status.DEAD)
    assert len(women) == np.count_nonzero(model.world.traits.female & present)
    assert people.get("age") == model.world.traits.age[present].tolist()
    assert people.agg("priors", max) == model.world.traits.priors[present].max()


def test_a_view_reads_and_writes_its_row(model: ReentryModel) -> None:
    person = next(iter(model.agents_by_type[Participant]))
    assert person.age == model.world.traits.age[person.row]
    person.trust = 0.5
    assert model.world.mentees.trust[person.row] == 0.5
    assert np.count_nonzero(model.world.mentees.trust == 0.5) == 1
    model.world.people.jail_days[person.row] = 3.0
    assert person.jail_days == 3.0


def test_a_mentor_reads_and_writes_the_table_of_mentors(model: ReentryModel) -> None:
    mentor = next(iter(model.agents_by_type[Mentor]))
    mentor.strain = 0.25
    assert model.world.mentors.strain[mentor.row] == 0.25
    assert mentor.hours_per_month in (7.5, 20.0)


def test_a_word_that_is_no_column_is_refused(model: ReentryModel) -> None:
    person = next(iter(model.agents_by_type[Participant]))
    with pytest.raises(AttributeError, match="Participant has no 'agee'"):
        _ = person.agee
    with pytest.raises(TypeError, match="cannot be removed"):
        person.remove()


def test_asking_for_agents_changes_nothing() -> None:
    asked, alone = model_of(small(size=60)), model_of(small(size=60))
    for _ in range(12):
        asked.step()
        alone.step()
        assert len(asked.agents) > 0
    assert np.array_equal(asked.world.mentees.trust, alone.world.mentees.trust)
    assert np.array_equal(asked.world.people.status, alone.world.people.status)


def test_a_model_whose_agents_were_asked_for_can_still_be_collected() -> None:
    model = model_of(small(size=60))
    model.step()
    assert len(model.agents) > 0
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


def test_a_data_collector_works(model: ReentryModel) -> None:
    collector = mesa.DataCollector(
        model_reporters={"people": lambda m: len(m.agents_by_type[Participant])},
        agenttype_reporters={Participant: {"trust": "trust"}, Mentor: {"strain": "strain"}},
    )
    for _ in range(2):
        model.step()
        collector.collect(model)
    assert collector.get_model_vars_dataframe()["people"].iloc[-1] == len(model.agents_by_type[Participant])
    trust = collector.get_agenttype_vars_dataframe(Participant)["trust"]
    assert trust.loc[model.steps].sum() == pytest.approx(model.world.mentees.trust.sum(), rel=0.2)
    assert len(collector.get_agenttype_vars_dataframe(Mentor).loc[model.steps]) == len(model.agents_by_type[Mentor])


def test_a_data_collector_over_all_agents_has_a_row_for_each(model: ReentryModel) -> None:
    collector = mesa.DataCollector(agent_reporters={"row": "row"})
    collector.collect(model)
    frame = collector.get_agent_vars_dataframe()
    assert len(frame) == len(model.agents) > 0
    assert frame.index.is_unique


def test_caseworkers_are_agents_where_a_program_has_them() -> None:
    shares = {"funding.shares": {"mentoring": 0.0, "case_management": 1.0}, "programs.case_management": {}}
    model = model_of(small({**shares, "funding.sources.state_grant.total_dollars": 4_000_000.0}, size=120))
    for _ in range(14):
        model.step()
    caseworkers = model.agents_by_type[Caseworker]
    assert len(caseworkers) == np.count_nonzero(model.world.caseworkers.ready_step >= 0) > 0
    assert all(worker.tenure >= 0 for worker in caseworkers)
