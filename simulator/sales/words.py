"""Dataverse's errors, in its own codes and sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.odata.acceptors import BadValue
from simulator.odata.edm import EntitySet, Property, Type
from simulator.odata.errors import ServiceError

_HELP = (
    "Error identified in Payload provided by the user for Entity :'{set}', For more information on this error please "
    "follow this help link https://go.microsoft.com/fwlink/?linkid=2195293  ---->  InnerException : "
    "Microsoft.OData.ODataException: {inner}"
)
_WIRE_TYPES = {Type.CHOICE: "Edm.Int32", Type.LOOKUP: "Edm.Guid"}


def payload_error(entity: EntitySet, inner: str) -> ServiceError:
    """Return 400 0x80048d19: something in the body is wrong."""
    return ServiceError(400, "0x80048d19", _HELP.format(set=entity.name, inner=inner))


def request_error(message: str, status: int = 400) -> ServiceError:
    """Return 0x80060888, the code of everything wrong with an address, option or shape of a request."""
    return ServiceError(status, "0x80060888", message)


class SalesWords:
    """The sentences of one Dataverse organization."""

    def bad_value(self, entity: EntitySet, bad: BadValue) -> ServiceError:
        """A value which its property cannot take."""
        return _BAD_VALUES[bad.reason](entity, bad.prop, bad.value)

    def unknown_property(self, entity: EntitySet, name: str) -> ServiceError:
        """A property the entity does not have, in a body."""
        return payload_error(
            entity,
            f"The property '{name}' does not exist on type 'Microsoft.Dynamics.CRM.{entity.entity}'. "
            "Make sure to only use property names that are defined by the type.",
        )

    def read_only(self, entity: EntitySet, prop: Property) -> ServiceError:
        """A property that a client may not set; Dataverse ignores most of them, this one it refuses."""
        return ServiceError(400, "0x80040203", f"The property '{prop.wire}' of '{entity.entity}' cannot be set.")

    def missing(self, entity: EntitySet, prop: Property) -> ServiceError:
        """A required column that was left out or is null."""
        return ServiceError(
            400, "0x80040203", f"A required field is missing: '{prop.name}' of '{entity.entity}' must have a value."
        )

    def duplicate(self, entity: EntitySet, names: tuple[str, ...], row: Mapping[str, Any], key: str) -> ServiceError:
        """Another row has the same primary id, or the same values in an alternate key."""
        if not key:
            return ServiceError(412, "0x80040237", "Cannot insert duplicate key.")
        return ServiceError(
            412, "0x80060892",
            f"Entity Key {key} violated. A record with the same value for {', '.join(names)} already exists. "
            "A duplicate record cannot be created. Select one or more unique values and try again.",
        )  # fmt: skip

    def not_found(self, entity: EntitySet, key: str) -> ServiceError:
        """No row with this id."""
        return ServiceError(404, "0x80040217", f"Entity '{entity.entity}' With Id = {key} Does Not Exist")


def _bad_type(entity: EntitySet, prop: Property, value: Any) -> ServiceError:
    wanted = _WIRE_TYPES.get(prop.type, str(prop.type))
    return payload_error(entity, f"Cannot convert the literal '{value}' to the expected type '{wanted}'.")


def _too_long(entity: EntitySet, prop: Property, value: Any) -> ServiceError:
    return ServiceError(
        400, "0x80044331",
        f"A validation error occurred.  The length of the '{prop.name}' attribute of the '{entity.entity}' entity "
        f"exceeded the maximum allowed length of '{prop.max_length}'.",
    )  # fmt: skip


def _not_an_option(entity: EntitySet, prop: Property, value: Any) -> ServiceError:
    known = ",".join(str(option.value) for option in prop.options)
    return ServiceError(
        400, "0x8004431a",
        f"A validation error occurred. The value {value} of '{prop.name}' on record of type '{entity.entity}' is "
        f"outside the valid range. Accepted Values: {known}",
    )  # fmt: skip


def _out_of_range(entity: EntitySet, prop: Property, value: Any) -> ServiceError:
    return ServiceError(
        400, "0x8004432f" if prop.type in (Type.INTEGER, Type.BIGINT) else "0x80044330",
        f"A validation error occurred. The value {value} of '{prop.name}' on record of type '{entity.entity}' is "
        f"outside the valid range: {prop.minimum} to {prop.maximum}.",
    )  # fmt: skip


_BAD_VALUES = {"type": _bad_type, "length": _too_long, "option": _not_an_option, "range": _out_of_range}
