"""The form of a transformation and its arguments: what is in it, and what was typed, as a field mapping writes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from flask_coupling.errors import MappingInvalid
from flask_coupling.operations.views.faults import Column
from flask_coupling.operations.views.transformations import (
    ArgumentKind,
    Parameter,
    Transformation,
    join_name,
    split_name,
)

from .transformation_words import choice_name
from .typed import shown, typed

BLANK_ROWS = 3
"""Blank rows that a list of values offers beyond those it has."""

_KIND = ArgumentKind


class _Rows(list[tuple[str, Any]]):
    """The pairs of a JSON object, those of the same name too."""


@dataclass(frozen=True, slots=True)
class Input:
    """One argument as the form shows it; `usual` is what it is when nothing is typed."""

    name: str
    kind: str
    summary: str
    is_required: bool
    value: str
    usual: str
    choices: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A field's transformation as the form shows it; `name` is what was written where that cannot be read."""

    name: str = ""
    is_known: bool = True
    summary: str = ""
    is_one_way: bool = False
    inputs: tuple[Input, ...] = ()


def shown_transformation(written: str | None, known: Mapping[str, Transformation]) -> Chosen:
    """A transformation with one input for each of its arguments."""
    if not written:
        return Chosen()
    try:
        name, given = split_name(written, collect=_Rows)
    except MappingInvalid:
        return Chosen(written, is_known=False)
    if name not in known:
        return Chosen(written, is_known=False)
    found, arguments = known[name], dict(given)
    inputs = tuple(_input(each, arguments) for each in found.parameters)
    return Chosen(name, summary=summary_of(found), is_one_way=found.one_way, inputs=inputs)


def summary_of(found: Transformation) -> str:
    """What a transformation does, in one sentence of English."""
    return " ".join(found.summary.split())


def _input(parameter: Parameter, given: Mapping[str, Any]) -> Input:
    value, usual = given.get(parameter.name), "" if parameter.is_required else parameter.default
    rows = tuple((own, shown(other)) for own, other in value) if isinstance(value, _Rows) else ()
    return Input(
        parameter.name,
        str(parameter.kind),
        parameter.summary,
        parameter.is_required,
        "" if rows else shown(value),
        choice_name(shown(usual)),
        parameter.choices,
        (*rows, *(("", ""),) * BLANK_ROWS) if parameter.kind is _KIND.TABLE else (),
    )


def read_transformation(
    form: MultiDict[str, str], key: str, known: Mapping[str, Transformation], column: Column | None, present: str | None
) -> str | None:
    """The transformation that was chosen, with what was typed for its arguments; `present` where that says the same.

    `column` is the property in Sales, whose kind the values of a list have.
    """
    name = form.get(f"{key}.transformation", "").strip()
    if name not in known:
        return name or None
    given = dict(_given(form, f"{key}.argument", known[name].parameters, column))
    return present if present and _says(present, name, given) else join_name(name, given)


def _says(present: str, name: str, given: Mapping[str, Any]) -> bool:
    try:
        return split_name(present) == (name, given)
    except MappingInvalid:
        return False


def _given(
    form: MultiDict[str, str], key: str, parameters: tuple[Parameter, ...], column: Column | None
) -> Iterator[tuple[str, Any]]:
    for each in parameters:
        place = f"{key}.{each.name}"
        if each.kind is _KIND.TABLE:
            pairs = zip(form.getlist(f"{place}.bc"), form.getlist(f"{place}.sales"), strict=False)
            if rows := [(own, typed(other.strip(), column)) for own, other in pairs if own or other]:
                yield each.name, rows if len(dict(rows)) < len(rows) else dict(rows)
        elif (text := form.get(place)) is not None and (text or (each.is_required and each.kind is _KIND.TEXT)):
            yield each.name, int(text) if each.kind is _KIND.WHOLE and _is_whole(text.strip()) else text


def _is_whole(text: str) -> bool:
    return text.isdecimal() and len(text) < 10
