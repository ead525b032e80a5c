"""What every part of a scenario shares: strict reading, and errors that name the nearest valid key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from twin.errors import suggest
from twin.scenario import library

# One name, or a list of names; a list inside.
Names = Annotated[
    list[str],
    Field(min_length=1),
    BeforeValidator(lambda given: [given] if isinstance(given, str) else given),
    WithJsonSchema({"anyOf": [{"type": "string"},
                              {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
]  # fmt: skip


class Part(BaseModel):
    """A mapping of the scenario file. Unknown keys are refused; parts do not change once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    @model_validator(mode="wrap")
    @classmethod
    def _explain(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        problems: list[InitErrorDetails] = []
        data = cls._complete(data, problems)
        part: Self | None = None
        try:
            part = handler(data)
        except ValidationError as error:
            problems += [_as_details(cls, dict(item)) for item in error.errors(include_url=False)]
        if part is None or problems:
            raise ValidationError.from_exception_data(cls.__name__, problems)
        return part

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        """Return `data` with what may be left out filled in; the place for a part to add its own problems."""
        return data


def problem(message: str, key: Iterable[str | int] = (), given: Any = None) -> InitErrorDetails:
    """Return an error at `key` below the part that is being read."""
    return InitErrorDetails(
        type=PydanticCustomError("scenario", "{message}", {"message": message}), loc=tuple(key), input=given
    )


def _as_details(cls: type[BaseModel], error: dict[str, Any]) -> InitErrorDetails:
    message: str = error["msg"]
    if error["type"] == "extra_forbidden" and len(error["loc"]) == 1:
        name = str(error["loc"][0])
        message = f"unknown key {name!r}" + suggest(name, cls.model_fields)
    elif error["type"] == "missing":
        message = "this key is required"
    elif error["type"] == "literal_error":
        choices = [choice.strip(" '") for choice in error["ctx"]["expected"].replace(" or ", ", ").split(",")]
        message = f"unknown {error['loc'][-1]} {error['input']!r}{suggest(str(error['input']), choices)}"
    elif error["type"] == "union_tag_invalid":
        choices = [choice.strip(" '") for choice in error["ctx"]["expected_tags"].split(",")]
        message = f"unknown type {error['ctx']['tag']!r}{suggest(error['ctx']['tag'], choices)}"
    elif error["type"] == "union_tag_not_found":
        message = "the key 'type' is required"
    elif error["type"] in ("model_type", "dict_type"):
        message = "expected a mapping (key: value)"
    elif error["type"] in ("too_short", "too_long"):
        few = error["type"] == "too_short"
        wanted = f"at least {error['ctx']['min_length']}" if few else f"at most {error['ctx']['max_length']}"
        message = f"expected {wanted} of them" + _shown(error["input"])
    elif error["type"] == "value_error":
        message = message.removeprefix("Value error, ")
    elif error["type"] not in ("quantity", "money", "scenario"):
        message = message.replace("Input should be", "must be") + _shown(error["input"])
    return problem(message, error["loc"], error["input"])


def _shown(given: Any) -> str:
    text = repr(given)
    return f", got {text if len(text) < 60 else text[:57] + '...'}"


class Equipment(Part):
    """A piece of equipment: the library entry named by `type`, with any field overridden in place.

    A subclass says its `kind`, the library file it comes from, and its fields. A use of it in a scenario
    derives from that subclass and adds how it is used: `class Generator(Genset): bus: str; count: int`.
    """

    kind: ClassVar[str]
    type: str

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        if isinstance(data, str):
            data = {"type": data}
        if not isinstance(data, dict):
            return data
        known = library.entries(cls.kind)
        name = data.get("type")
        if isinstance(name, str) and name in known:
            return {**known[name].values(), **data}
        if isinstance(name, str):
            problems.append(problem(f"unknown {cls.kind} {name!r}" + suggest(name, known), ("type",), name))
        elif name is not None:
            problems.append(problem("expected the name of a library entry", ("type",), name))
        else:
            problems.append(
                problem(f"this key is required: the name of a {cls.kind}{suggest('', known)}", ("type",))
            )
        # Any entry completes the rest, so that the other errors of this mapping are found in the same pass.
        return {**next(iter(known.values())).values(), **data, "type": "?"}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        reference: dict[str, Any] = handler(schema)
        described = handler.resolve_ref_schema(reference)
        own = next((c for c in cls.__mro__ if issubclass(c, Equipment) and "kind" in c.__dict__), None)
        if own is None:
            return reference
        supplied = set(own.model_fields) - {"type"}
        required = [name for name in described.get("required", []) if name not in supplied]
        described["required"] = required
        described["properties"]["type"] = {"type": "string", "enum": sorted(library.entries(cls.kind))}
        if required == ["type"]:
            mapping = dict(described)
            described.clear()
            described["anyOf"] = [dict(mapping["properties"]["type"]), mapping]
        return reference
