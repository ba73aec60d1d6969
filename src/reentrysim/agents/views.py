"""Agents as Mesa sees them: views of a row, made only when somebody asks.

A view skips `mesa.Agent.__init__`, which would register it in a class-level table that keeps every model alive.
"""

from __future__ import annotations

from typing import Any

import mesa
import numpy as np
from mesa.agent import AgentSet

from reentrysim.agents.columns import Ints, rows_where
from reentrysim.vocabulary import NEVER, Status


class View(mesa.Agent):
    """One row of one or more tables. Attributes are the columns, read from and written to the tables."""

    def __init__(self, model: Any, unique_id: int, row: int, tables: tuple[Any, ...]) -> None:
        self.__dict__.update(model=model, unique_id=unique_id, row=row, pos=None, _tables=tables)

    def __getattr__(self, name: str) -> Any:
        for table in self.__dict__.get("_tables", ()):
            if name in type(table).__dataclass_fields__:
                return getattr(table, name)[self.row].item()
        raise AttributeError(f"{type(self).__name__} has no {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        for table in self._tables:
            if name in type(table).__dataclass_fields__:
                getattr(table, name)[self.row] = value
                return
        super().__setattr__(name, value)

    def remove(self) -> None:
        """Refuse: rows are never removed, participants leave by their status and mentors by their post.

        Raises:
            TypeError: always.
        """
        raise TypeError(f"a {type(self).__name__} cannot be removed from its table")


class Participant(View):
    """A participant: traits, status, work and home, and standing with mentoring."""


class Mentor(View):
    """A mentor: whoever holds the post now."""


class Caseworker(View):
    """A caseworker: whoever holds the post now."""


class Employer(View):
    """An employer within reach of people who were released."""


class HousingProvider(View):
    """A private landlord, a shelter, or a house whose beds a program pays."""


class Views:
    """The views of one model that somebody has asked for, kept because Mesa's sets hold their agents weakly."""

    def __init__(self) -> None:
        self._held: dict[int, View] = {}

    def by_type(self, model: Any) -> dict[type[mesa.Agent], AgentSet]:
        """The agents of a model by type: people here and alive, filled posts, employers, housing providers."""
        world = model.world
        present = (world.people.status != Status.AWAY) & (world.people.status != Status.DEAD)
        mentors, caseworkers = (posts.ready_step != NEVER for posts in (world.mentors, world.caseworkers))
        employers, providers = np.arange(len(world.employers.seats)), np.arange(len(world.providers.places))
        kinds = (
            (Participant, rows_where(present), (world.traits, world.people, world.lives, world.mentees)),
            (Mentor, rows_where(mentors), (world.mentors,)),
            (Caseworker, rows_where(caseworkers), (world.caseworkers,)),
            (Employer, employers, (world.employers,)),
            (HousingProvider, providers, (world.providers,)),
        )
        sizes = (len(world.traits.age), len(mentors), len(caseworkers), len(employers), len(providers))
        firsts = 1 + np.cumsum([0, *sizes])  # no two agents share an id
        return {
            kind: self._set(kind, model, rows, int(first), tables)
            for (kind, rows, tables), first in zip(kinds, firsts, strict=False)
        }

    def _set(self, kind: type[View], model: Any, rows: Ints, first_id: int, tables: tuple[Any, ...]) -> AgentSet:
        for row in rows.tolist():
            if first_id + row not in self._held:
                self._held[first_id + row] = kind(model, first_id + row, row, tables)
        return AgentSet([self._held[first_id + row] for row in rows.tolist()], random=model.random)


class ColumnModel(mesa.Model):
    """A Mesa model whose agents live in columns; Mesa's own tools (agents, DataCollector, SolaraViz) work on it."""

    world: Any
    """The tables: traits, people, lives, mentees, mentors, caseworkers, employers and providers."""

    def __init__(self) -> None:
        super().__init__(rng=0)  # Mesa's generator serves Mesa's own tools; no draw of the model comes from it
        # Mesa wraps `step` in an instance attribute, a reference cycle that would keep every model's tables until
        # the garbage collector comes by; the class's own `step` counts the months itself.
        del self.step, self._user_step
        self._views = Views()

    @property  # type: ignore[misc]  # Mesa's setter only refuses
    def agents(self) -> AgentSet:
        """Everybody, as views of their rows."""
        everybody = [agent for kind in self.agents_by_type.values() for agent in kind]
        return AgentSet(everybody, random=self.random)

    @property
    def agents_by_type(self) -> dict[type[mesa.Agent], AgentSet]:
        """Participants, mentors, caseworkers, employers and housing providers, as views of their rows."""
        return self._views.by_type(self)

    @property
    def agent_types(self) -> list[type]:
        """The kinds of agent there are."""
        return list(self.agents_by_type)
