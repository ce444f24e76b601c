"""Turns an entity's properties into form fields and back; what nobody touched is not sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.odata.edm import EntitySet, Option, Property, Type
from simulator.odata.values import unescape_member

_NUMBERS = (Type.INTEGER, Type.BIGINT, Type.DECIMAL, Type.DOUBLE)
_INPUTS = {Type.DATE: "date", **dict.fromkeys(_NUMBERS, "number")}


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form: its name, what it shows, and how it is typed."""

    name: str
    value: str
    kind: str
    options: tuple[tuple[str, str], ...]
    max_length: int | None
    is_fixed: bool


def form_fields(declared: EntitySet, row: Mapping[str, Any], is_new: bool) -> list[FormField]:
    """Return the fields of a row's form, what can be changed first."""
    fields = [_field(prop, row.get(prop.wire), is_new) for prop in declared.properties if prop.type is not Type.STREAM]
    return sorted(fields, key=lambda field: field.is_fixed)


def read_form(declared: EntitySet, form: Mapping[str, str], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form changed, as the service takes it; a cleared field becomes its blank."""
    changed: dict[str, Any] = {}
    for prop in declared.properties:
        text = form.get(prop.wire)
        if text is not None and text != _text(prop, before.get(prop.wire)):
            changed[prop.wire] = _value(prop, text)
    return changed


def _field(prop: Property, value: Any, is_new: bool) -> FormField:
    is_settable = prop.access.on_create if is_new else prop.access.on_update
    return FormField(
        name=prop.wire,
        value=_text(prop, value),
        kind="textarea" if prop.kind == "Memo" else _INPUTS.get(prop.type, "text"),
        options=_options(prop),
        max_length=prop.max_length,
        is_fixed=not is_settable,
    )


def _options(prop: Property) -> tuple[tuple[str, str], ...]:
    if prop.type is Type.BOOLEAN:
        return (("", ""), ("true", "Yes"), ("false", "No"))
    if prop.type is Type.ENUM:
        return tuple((option.label, option.label) for option in prop.options)
    if prop.type is Type.CHOICE:
        return (("", ""), *((str(option.value), _label(option)) for option in prop.options))
    return ()


def _label(option: Option) -> str:
    return f"{option.label} ({option.value})"


def _text(prop: Property, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return unescape_member(value) if prop.type is Type.ENUM else str(value)


def _value(prop: Property, text: str) -> Any:
    """Return typed text as the JSON value of its property; text that is no number is left for the service to refuse."""
    if prop.type is Type.BOOLEAN:
        return {"true": True, "false": False}.get(text)
    if not text and prop.type not in (Type.TEXT, Type.ENUM):
        return None
    if prop.type in _NUMBERS or prop.type is Type.CHOICE:
        return _number(text)
    return text


def _number(text: str) -> Any:
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text
