"""Business Central's errors, in its own codes and sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.odata.acceptors import BadValue
from simulator.odata.edm import EntitySet, Property, TableRelation, Type
from simulator.odata.errors import ServiceError

_KINDS_OF_DOCUMENT = ("Quote", "Order", "Invoice")
_KINDS = {
    Type.GUID: "Guid",
    Type.INTEGER: "Int32",
    Type.BIGINT: "Int64",
    Type.DECIMAL: "Decimal",
    Type.DOUBLE: "Double",
    Type.BOOLEAN: "Boolean",
    Type.DATE: "Date",
    Type.MOMENT: "DateTimeOffset",
}


def dialog(message: str) -> ServiceError:
    """Return what an AL `Error()` becomes: 400 Application_DialogException."""
    return ServiceError(400, "Application_DialogException", message)


def caption(name: str) -> str:
    """Return a property's or entity's name as Business Central captions it: displayName -> Display Name."""
    spaced = "".join(f" {one}" if one.isupper() else one for one in name).strip()
    return spaced[:1].upper() + spaced[1:]


# pages of documents show rows of one table, and a message names the table
_TABLES = {
    f"sales{kind}{line}": f"Sales {'Line' if line else 'Header'}"
    for kind in _KINDS_OF_DOCUMENT
    for line in ("", "Line")
}


def table(entity: EntitySet) -> str:
    """Return the caption of the table that an entity's rows are in."""
    return _TABLES.get(entity.entity) or title(entity)


def title(entity: EntitySet) -> str:
    """Return the table caption that messages use."""
    return entity.title or caption(entity.entity)


class BusinessCentralWords:
    """The sentences of one Business Central service."""

    def bad_value(self, entity: EntitySet, bad: BadValue) -> ServiceError:
        """A value which its property cannot take."""
        prop, value = bad.prop, bad.value
        if bad.reason == "length":
            return ServiceError(
                400, "Application_StringExceededLength",
                f"The length of the string is {len(value)}, but it must be less than or equal to {prop.max_length} "
                f"characters. Value: {value}",
            )  # fmt: skip
        if bad.reason == "option":
            known = ",".join(option.label for option in prop.options)
            return ServiceError(400, "Unknown", f"'{value}' is not an option. The existing options are: {known}")
        if bad.reason == "range":
            return ServiceError(
                400, "Application_FieldValidationException",
                f"The value {value} of {caption(prop.name)} is outside of the permitted range.",
            )  # fmt: skip
        if prop.type is Type.GUID:
            return ServiceError(400, "Application_InvalidGUID", f"Invalid format of GUID string. '{value}'")
        return ServiceError(400, "BadRequest", f"Cannot convert the value of '{prop.name}' to {_kind(prop)}: {value!r}")

    def unknown_property(self, entity: EntitySet, name: str) -> ServiceError:
        """A property the entity does not have, in a body."""
        return ServiceError(
            400, "BadRequest",
            f"The property '{name}' does not exist on type 'Microsoft.NAV.{entity.entity}'. "
            "Make sure to only use property names that are defined by the type.",
        )  # fmt: skip

    def read_only(self, entity: EntitySet, prop: Property) -> ServiceError:
        """A property that a client may not set."""
        return ServiceError(400, "BadRequest_InvalidOperation", f"Control '{prop.name}' is read-only.")

    def missing(self, entity: EntitySet, prop: Property) -> ServiceError:
        """A required property that was left out."""
        return dialog(f'A "{prop.name}" must be provided.')

    def blank(self, prop: Property) -> ServiceError:
        """A required property that was given as blank."""
        return dialog(f'The blank "{prop.name}" is not allowed.')

    def unrelated(self, entity: EntitySet, relation: TableRelation, value: str) -> ServiceError:
        """A code that is not in the table it is from."""
        return ServiceError(
            400, "Internal_InvalidTableRelation",
            f"The field {relation.field} of table {table(entity)} contains a value ({value}) that cannot be found in "
            f"the related table ({relation.table}).",
        )  # fmt: skip

    def duplicate(self, entity: EntitySet, names: tuple[str, ...], row: Mapping[str, Any], key: str) -> ServiceError:
        """Another row has the same values in a unique key."""
        fields = ",".join(f"{field_caption(name)}='{row.get(name)}'" for name in names)
        return ServiceError(
            400, "Internal_EntityWithSameKeyExists",
            f"The {title(entity)} already exists. Identification fields and values: {fields}",
        )  # fmt: skip

    def not_found(self, entity: EntitySet, key: str) -> ServiceError:
        """No row with this key."""
        return ServiceError(
            404, "Internal_RecordNotFound",
            f"The {title(entity)} does not exist. Identification fields and values: SystemId='{key}'",
        )  # fmt: skip


def field_caption(name: str) -> str:
    """Return the caption of a key field: number is "No.", id is "SystemId"."""
    return {"number": "No.", "id": "SystemId"}.get(name, caption(name))


def _kind(prop: Property) -> str:
    return _KINDS.get(prop.type, "String")
