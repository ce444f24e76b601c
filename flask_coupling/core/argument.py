"""The arguments of a transformation, as a field mapping writes them behind its name: `round {"decimals": 2}`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn, TypeAlias

from flask_coupling.errors import MappingInvalid

from .fault import Fault, listed

LONGEST = 20_000
"""Characters a transformation may have with its arguments."""


class ArgumentKind(StrEnum):
    """What an argument is: a text, a whole number from 0 on, one of some words, or a table from texts to values."""

    TEXT = "text"
    WHOLE = "whole"
    CHOICE = "choice"
    TABLE = "table"


_REQUIRED: Any = object()


Pairs: TypeAlias = list[tuple[str, Any]]
"""The names and values of a JSON object, in its order."""


class ArgumentMisfit(ValueError):
    """What is wrong with an argument: a code of `fault.TEMPLATES` and its facts, so that pages can translate it."""

    def __init__(self, code: str, **facts: Any) -> None:
        self.code, self.facts = code, facts
        super().__init__(code)

    @property
    def fault(self) -> Fault:
        """The misfit as a fault."""
        return Fault("", self.code, self.facts)


def _refuse(misfit: ArgumentMisfit, **places: str) -> NoReturn:
    """Raise MappingInvalid from the misfit; `places` name the transformation and the argument."""
    misfit.facts = {**misfit.facts, **places}
    raise MappingInvalid(mapping="-", detail=misfit.fault.message.rstrip(".")) from misfit


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a transformation wants to be told. `default` None makes it optional where the kind does not say otherwise.

    `choices` are the words of a CHOICE; `check` raises ValueError for a value of the right kind that does not fit,
    or ArgumentMisfit, which pages can translate.
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


def split_name(text: str, *, collect: Callable[[Pairs], Any] | None = None) -> tuple[str, Any]:
    """The name and the arguments of a transformation.

    Raises MappingInvalid when these are no JSON object, and when one has a name several times, unless `collect` says
    what its pairs become.
    """
    name, brace, rest = text.partition("{")
    if not brace:
        return name.strip(), {}
    if len(text) > LONGEST:
        _refuse(ArgumentMisfit("arguments_long", length=LONGEST), transformation=name.strip())
    try:
        found = json.loads(brace + rest, object_pairs_hook=collect or _each_once)
    except ArgumentMisfit as misfit:
        _refuse(misfit, transformation=name.strip())
    except (ValueError, RecursionError):
        _refuse(ArgumentMisfit("arguments_broken"), transformation=name.strip())
    return name.strip(), found


def _each_once(pairs: Pairs) -> dict[str, Any]:
    """What JSON would take the last of, without a word."""
    names = [name for name, _ in pairs]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise ArgumentMisfit("arguments_repeated", value=", ".join(map(repr, repeated)))
    return dict(pairs)


def join_name(name: str, arguments: Mapping[str, Any]) -> str:
    """A transformation with its arguments, as a field mapping writes it.

    A table may be pairs, which stay as they are also where a name is among them several times.
    """
    return f"{name} {_written(list(arguments.items()))}" if arguments else name


def _written(value: Any) -> str:
    if not isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return "{" + ", ".join(f"{json.dumps(name, ensure_ascii=False)}: {_written(each)}" for name, each in value) + "}"


def read_arguments(name: str, parameters: Sequence[Parameter], given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with their defaults; raises MappingInvalid when one is missing, unknown or does not fit."""
    known = {each.name: each for each in parameters}
    for each in given:
        if each not in known:
            _refuse(ArgumentMisfit("argument_unknown", options=listed(known)), transformation=name, argument=each)
    return {each.name: _read(name, each, given) for each in parameters}


def _read(name: str, parameter: Parameter, given: Mapping[str, Any]) -> Any:
    places = {"transformation": name, "argument": parameter.name}
    if parameter.name not in given:
        if parameter.is_required:
            _refuse(ArgumentMisfit("argument_missing"), **places)
        return parameter.default
    value = given[parameter.name]
    try:
        _check(value, parameter)
    except ArgumentMisfit as misfit:
        _refuse(misfit, **places)
    except ValueError as error:
        _refuse(ArgumentMisfit("argument_misfit", detail=str(error)), **places)
    return value


def _check(value: Any, parameter: Parameter) -> None:
    if not _FITS[parameter.kind](value, parameter):
        facts = {"most": LONGEST, "options": listed(parameter.choices)}
        raise ArgumentMisfit(f"argument_{parameter.kind}", **facts)
    if parameter.check is not None:
        parameter.check(value)


def _is_table(value: Any, parameter: Parameter) -> bool:
    is_table = isinstance(value, dict) and bool(value)
    return is_table and all(isinstance(each, str | int) and not isinstance(each, bool) for each in value.values())


_FITS: Mapping[ArgumentKind, Callable[[Any, Parameter], bool]] = {
    ArgumentKind.TEXT: lambda value, _: isinstance(value, str),
    ArgumentKind.WHOLE: lambda value, _: type(value) is int and 0 <= value <= LONGEST,
    ArgumentKind.CHOICE: lambda value, parameter: value in parameter.choices,
    ArgumentKind.TABLE: _is_table,
}
