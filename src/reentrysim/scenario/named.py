"""Tables whose keys are names of programs: some stand in the class, the others are those of the registry."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import ConfigDict, Field, GetJsonSchemaHandler, create_model, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from reentrysim.scenario.fields import Strict

Also = dict[str, tuple[type[Strict], str]]
"""Key -> the table under it, and a sentence on it."""


class Named(Strict):
    """A table that is as strict about the keys of `also` as about its own, each of which may be left out."""

    model_config = ConfigDict(extra="allow")

    @classmethod
    def also(cls) -> Also:
        """The further keys that there are now; none where a table says nothing else."""
        return {}

    @model_validator(mode="before")
    @classmethod
    def _the_others_are_strict_too(cls, tables: Any) -> Any:
        if not isinstance(tables, dict):
            return tables
        others = {key: value for key, value in tables.items() if key not in cls.model_fields}
        checked = _only_others(cls, tuple(cls.also().items())).model_validate(others)
        return tables | {key: getattr(checked, key) for key in others}

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """That of a table with all keys in its class."""
        own = {name: (field.annotation, field) for name, field in cls.model_fields.items()}
        whole: Any = _whole(cls, tuple(cls.also().items()), own)
        return handler.resolve_ref_schema(handler(whole.__pydantic_core_schema__))


@cache
def _only_others(named: type[Named], others: tuple[tuple[str, tuple[type[Strict], str]], ...]) -> type[Strict]:
    """The further keys alone; made once, because it takes as long as checking many files."""
    return _whole(named, others, {})


def _whole(
    named: type[Named], others: tuple[tuple[str, tuple[type[Strict], str]], ...], own: dict[str, Any]
) -> type[Strict]:
    more: dict[str, Any] = {key: (table | None, Field(None, description=about)) for key, (table, about) in others}
    return create_model(f"{named.__name__}Also", __base__=Strict, **own, **more)
