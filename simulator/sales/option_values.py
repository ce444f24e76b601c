"""Dataverse's actions on the options of choices, local and global, which are seen once they are published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.odata.edm import Action, Option
from simulator.odata.errors import ServiceError
from simulator.odata.rules import ActionCall, World
from simulator.sales.words import request_error

_FIRST_OWN = 100_000_000  # where the default publisher's own options begin
_LONGEST_LABEL = 200
_ENGLISH = 1033


def insert_option_value(call: ActionCall) -> Mapping[str, Any]:
    """Add an option to a choice; without a value it gets the next one of the publisher's own."""
    world, options = _choice(call)
    value = call.parameters.get("Value")
    number = _next_value(options) if value is None else _number(value)
    if any(one.value == number for one in options):
        raise ServiceError(
            400, "0x80048403", f"An option with the value {number} exists already in the attribute {_column(call)}."
        )
    _change(call, world, (*options, Option(number, _label(call))))
    return {"NewOptionValue": number}


def update_option_value(call: ActionCall) -> None:
    """Give an option of a choice another label."""
    world, options = _choice(call)
    if not isinstance(call.parameters.get("MergeLabels"), bool):
        raise request_error("The parameter 'MergeLabels' in the request payload is not valid: it must be given.")
    old, label = _existing(call, options), _label(call)
    _change(call, world, tuple(Option(one.value, label) if one == old else one for one in options))


def delete_option_value(call: ActionCall) -> None:
    """Remove an option from a choice; rows that hold it keep it."""
    world, options = _choice(call)
    old = _existing(call, options)
    _change(call, world, tuple(one for one in options if one != old))


def order_option(call: ActionCall) -> None:
    """Show the options of a choice in another order: every one of them, by its value."""
    world, options = _choice(call)
    values, known = call.parameters.get("Values"), {one.value: one for one in options}
    if not isinstance(values, list) or any(type(one) is not int for one in values):
        raise request_error("The parameter 'Values' must be a list of numbers.")
    if sorted(values) != sorted(known):
        raise request_error(f"The parameter 'Values' must have each option once: {', '.join(map(str, known))}.")
    _change(call, world, tuple(known[one] for one in values))


def publish_xml(call: ActionCall) -> None:
    """Publish what is named; options are all there is to publish here."""
    if not isinstance(call.parameters.get("ParameterXml"), str):
        raise request_error("The parameter 'ParameterXml' must be given.")
    _world(call).publish_options()


def publish_all_xml(call: ActionCall) -> None:
    """Publish everything."""
    _world(call).publish_options()


def _world(call: ActionCall) -> World:
    assert call.world is not None
    return call.world


def _column(call: ActionCall) -> str:
    return str(call.parameters.get("AttributeLogicalName"))


def _columns(call: ActionCall) -> tuple[tuple[str, str], ...]:
    """The choices that a call is about, as (entity, column): all that share a global option set, or one."""
    name = call.parameters.get("OptionSetName")
    if not name:
        return ((str(call.parameters.get("EntityLogicalName")), _column(call)),)
    columns = _world(call).columns_of(str(name))
    if not columns:
        raise ServiceError(404, "0x80060888", f"Could not find an optionset with name '{name}'.")
    return columns


def _choice(call: ActionCall) -> tuple[World, tuple[Option, ...]]:
    """The options of the choice that a call names."""
    world, (entity, column) = _world(call), _columns(call)[0]
    options = world.options_of(entity, column)
    if options is None:
        raise ServiceError(404, "0x80060888", f"Could not find a choice '{column}' of the entity '{entity}'.")
    return world, options


def _change(call: ActionCall, world: World, options: tuple[Option, ...]) -> None:
    for entity, column in _columns(call):
        world.change_options(entity, column, options)


def _existing(call: ActionCall, options: tuple[Option, ...]) -> Option:
    number = _number(call.parameters.get("Value"))
    for one in options:
        if one.value == number:
            return one
    raise ServiceError(
        404, "0x80048402", f"An option with the value {number} does not exist in the attribute {_column(call)}."
    )


def _next_value(options: tuple[Option, ...]) -> int:
    return max([_FIRST_OWN - 1, *(one.value for one in options)]) + 1


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**31:
        raise request_error(f"Cannot convert the literal '{value}' to the expected type 'Edm.Int32'.")
    return value


def _label(call: ActionCall) -> str:
    label = call.parameters.get("Label")
    listed = label.get("LocalizedLabels") if isinstance(label, dict) else None
    texts: dict[Any, Any] = {}
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict) and isinstance(one.get("LanguageCode"), int):
            texts[one.get("LanguageCode")] = one.get("Label")
    found = texts.get(_ENGLISH) or next(iter(texts.values()), None)
    if not isinstance(found, str) or not found.strip() or len(found) > _LONGEST_LABEL:
        raise request_error(f"A label of 1 to {_LONGEST_LABEL} characters is expected in 'Label'.")
    return found


OPTION_VALUES: tuple[Action, ...] = (
    Action("InsertOptionValue", insert_option_value, bound=""),
    Action("UpdateOptionValue", update_option_value, bound=""),
    Action("DeleteOptionValue", delete_option_value, bound=""),
    Action("OrderOption", order_option, bound=""),
    Action("PublishXml", publish_xml, bound=""),
    Action("PublishAllXml", publish_all_xml, bound=""),
)
