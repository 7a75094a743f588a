"""Sections of params.yaml as pydantic models, and the ranges that several of them use."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic import ValidationInfo as Info
from pydantic_core import CoreSchema, core_schema

from stages.rl.interface.problem import Problem

FOR_VECTORS = "needed where an observation is a vector"


class Section(BaseModel):
    """A section of params.yaml, with a field for each key; those with a default may be left out.

    Other keys are refused, and so is every value of another type: no text becomes a number. Numbers
    are finite.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some values changed.

        Raises:
            ValueError: there is no such key, or a value is not allowed.
        """
        return type(self).model_validate({**dict(self), **changes})


@dataclass(frozen=True)
class OrNumber:
    """Marks a list for which a number may stand.

    The number makes a list of one; or of one for each variable of an observation, of which the
    validation context says how many there are. Without variables, where states are numbered, such
    a list stays empty; `length_faults` checks its length.
    """

    each_variable: bool = False
    needed: bool = False  # where there are variables

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Check a list, made of the number where it is one."""
        return core_schema.with_info_before_validator_function(self.listed, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Allow both."""
        listed = handler(schema)
        either = {"anyOf": [listed["items"], listed]}
        return {**either, "description": FOR_VECTORS} if self.needed else either

    def listed(self, value: Any, info: Info) -> Any:
        """Make a list of a number; leave anything else as it is."""
        if type(value) not in (int, float):
            return value
        variables = (info.context or {}).get("variables", 1) if self.each_variable else 1
        return [value] * max(variables, 1)


Positive = Annotated[float, Field(gt=0, le=1000)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]
Rate = Annotated[float, Field(gt=0, le=1)]
Probability = Annotated[float, Field(ge=0, le=1)]
Number = Annotated[float, Field(ge=-1e6, le=1e6)]

Item = TypeVar("Item")
# For each variable of an observation; where there are any, a list without a default for them.
PerVariable = Annotated[list[Item], OrNumber(each_variable=True, needed=True)]
# For each variable, or none: then they stay as they are.
PerVariableOrNone = Annotated[list[Item], OrNumber(each_variable=True)]


def length_faults(settings: Section, task: Problem) -> Iterator[tuple[str, str]]:
    """Yield the lists that are not of one value for each variable, and what is wrong."""
    variables = 0 if task.state_count else task.observation_size
    for key, field in type(settings).model_fields.items():
        if task.state_count and key not in settings.model_fields_set:
            continue  # a default for vectors, which numbered states do not use
        for mark in (mark for mark in field.metadata if isinstance(mark, OrNumber)):
            count = len(getattr(settings, key))
            if not mark.each_variable or count == variables or not (count or mark.needed):
                continue
            if not count:
                yield key, f"missing; give a number for all {variables} variables, or one for each"
                continue
            allowed = f"{variables}, or one number for all" if variables else "none"
            yield key, f"has {count} value{'s' * (count > 1)}; give {allowed}"
