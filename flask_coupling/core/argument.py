"""The arguments of a transformation, as a field mapping writes them behind its name: `round {"decimals": 2}`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_coupling.errors import MappingInvalid

LONGEST = 20_000
"""Characters a transformation may have with its arguments."""


class ArgumentKind(StrEnum):
    """What an argument is: a text, a whole number from 0 on, one of some words, or a table from texts to values."""

    TEXT = "text"
    WHOLE = "whole"
    CHOICE = "choice"
    TABLE = "table"


_REQUIRED: Any = object()


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a transformation wants to be told. `default` None makes it optional where the kind does not say otherwise.

    `choices` are the words of a CHOICE; `check` raises ValueError for a value of the right kind that does not fit.
    """

    name: str
    kind: ArgumentKind
    summary: str
    default: Any = _REQUIRED
    choices: tuple[str, ...] = ()
    check: Callable[[Any], object] | None = None

    @property
    def is_required(self) -> bool:
        """Whether it has to be given."""
        return self.default is _REQUIRED


def split_name(text: str) -> tuple[str, Mapping[str, Any]]:
    """The name and the arguments of a transformation; raises MappingInvalid when these are no JSON object."""
    name, brace, rest = text.partition("{")
    if not brace:
        return name.strip(), {}
    if len(text) > LONGEST:
        raise MappingInvalid(
            mapping="-", detail=f"the arguments of {name.strip()} are longer than {LONGEST} characters"
        )
    try:
        found = json.loads(brace + rest)
    except (ValueError, RecursionError) as error:
        raise MappingInvalid(mapping="-", detail=f"the arguments of {name.strip()} are no JSON object") from error
    return name.strip(), found


def join_name(name: str, arguments: Mapping[str, Any]) -> str:
    """A transformation with its arguments, as a field mapping writes it."""
    return f"{name} {json.dumps(dict(arguments), ensure_ascii=False)}" if arguments else name


def read_arguments(name: str, parameters: Sequence[Parameter], given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with their defaults; raises MappingInvalid when one is missing, unknown or does not fit."""
    known = {each.name: each for each in parameters}
    for each in given:
        if each not in known:
            listed = ", ".join(known) or "none"
            raise MappingInvalid(mapping="-", detail=f"{name} has no argument {each}; it has {listed}")
    return {each.name: _read(name, each, given) for each in parameters}


def _read(name: str, parameter: Parameter, given: Mapping[str, Any]) -> Any:
    if parameter.name not in given:
        if parameter.is_required:
            raise MappingInvalid(mapping="-", detail=f"{name} needs the argument {parameter.name}: {parameter.summary}")
        return parameter.default
    value = given[parameter.name]
    try:
        if not _FITS[parameter.kind](value, parameter):
            raise ValueError(_WORDS[parameter.kind].format(choices=", ".join(parameter.choices)))
        if parameter.check is not None:
            parameter.check(value)
    except ValueError as error:
        detail = f"{parameter.name} of {name} does not fit: {error}"
        raise MappingInvalid(mapping="-", detail=detail) from error
    return value


def _is_table(value: Any, parameter: Parameter) -> bool:
    is_table = isinstance(value, dict) and bool(value)
    return is_table and all(isinstance(each, str | int) and not isinstance(each, bool) for each in value.values())


_FITS: Mapping[ArgumentKind, Callable[[Any, Parameter], bool]] = {
    ArgumentKind.TEXT: lambda value, _: isinstance(value, str),
    ArgumentKind.WHOLE: lambda value, _: type(value) is int and 0 <= value <= LONGEST,
    ArgumentKind.CHOICE: lambda value, parameter: value in parameter.choices,
    ArgumentKind.TABLE: _is_table,
}
_WORDS: Mapping[ArgumentKind, str] = {
    ArgumentKind.TEXT: "it is a text",
    ArgumentKind.WHOLE: f"it is a whole number from 0 to {LONGEST}",
    ArgumentKind.CHOICE: "it is one of {choices}",
    ArgumentKind.TABLE: "it is an object of texts or whole numbers, by the value in Business Central",
}
