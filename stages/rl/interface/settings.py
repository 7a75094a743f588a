"""Sections of params.yaml as pydantic models, and the ranges that several of them use."""

from dataclasses import dataclass
from typing import Annotated, Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic import ValidationInfo as Info
from pydantic_core import CoreSchema, core_schema


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
    validation context says how many there are.
    """

    each_variable: bool = False

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
        return {"anyOf": [listed["items"], listed]}

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
PerVariable = Annotated[list[Item], Field(max_length=100), OrNumber(each_variable=True)]
