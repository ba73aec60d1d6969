"""Agents as Mesa sees them: views of a row, made only when somebody asks.

A view skips `mesa.Agent.__init__`, which would register it in a class-level table that keeps every model alive.
"""

from __future__ import annotations

from typing import Any

import mesa
from mesa.agent import AgentSet

from reentrysim.vocabulary import Status


class View(mesa.Agent):
    """One row of one or more tables. Attributes are the columns, read from and written to the tables."""

    def __init__(self, model: Any, row: int, tables: tuple[Any, ...]) -> None:
        self.__dict__.update(model=model, unique_id=row + 1, row=row, pos=None, _tables=tables)

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
    """A participant: traits, status and standing with mentoring."""


class Mentor(View):
    """A mentor: whoever holds the post now."""


def agent_sets(model: Any) -> dict[type[mesa.Agent], AgentSet]:
    """The agents of a model by type: people who have entered and are alive, and filled posts."""
    world = model.world
    present = (world.people.status != Status.AWAY) & (world.people.status != Status.DEAD)
    people = (world.traits, world.people, world.mentees)
    return {
        Participant: _views(Participant, model, present.nonzero()[0], people),
        Mentor: _views(Mentor, model, (world.mentors.ready_step >= 0).nonzero()[0], (world.mentors,)),
    }


def _views(kind: type[View], model: Any, members: Any, tables: tuple[Any, ...]) -> AgentSet:
    return AgentSet([kind(model, int(row), tables) for row in members], random=model.random)
