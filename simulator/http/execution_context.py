"""The RemoteExecutionContext that Dataverse posts to a webhook: one change, in the words of its SDK."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from simulator.odata.properties import Property, Type
from simulator.odata.service import Shape
from simulator.store.changes import Change

_CONTRACTS = "http://schemas.microsoft.com/xrm/2011/Contracts"
MESSAGES = {"created": "Create", "updated": "Update", "deleted": "Delete"}

EntityOf = Callable[[Property, str], str]
"""Answers which entity the id in a lookup is of."""


def execution_context(
    change: Change, shape: Shape, entity_of: EntityOf, organization: str, mode: int
) -> dict[str, Any]:
    """Return the context of one change; `organization` is the organization's host."""
    user, message = change.author, MESSAGES[change.kind]
    correlation = str(uuid4())
    return {
        "BusinessUnitId": (change.after or change.before or {}).get("_owningbusinessunit_value"),
        "CorrelationId": correlation,
        "Depth": 1,
        "InitiatingUserId": user,
        "InputParameters": [{"key": "Target", "value": _target(change, shape, entity_of)}],
        "IsExecutingOffline": False,
        "IsInTransaction": mode == 0,
        "IsOfflinePlayback": False,
        "IsolationMode": 1,
        "MessageName": message,
        "Mode": mode,
        "OperationCreatedOn": _date(change.at),
        "OperationId": str(uuid4()) if mode else correlation,
        "OrganizationName": organization.partition(".")[0],
        "OutputParameters": [{"key": "id", "value": change.key}] if message == "Create" else [],
        "ParentContext": None,
        "PostEntityImages": [],
        "PreEntityImages": [],
        "PrimaryEntityId": change.key,
        "PrimaryEntityName": shape.entity.entity,
        "RequestId": correlation,
        "SecondaryEntityName": "none",
        "SharedVariables": [],
        "Stage": 40,
        "UserId": user,
    }


def changed_names(change: Change, shape: Shape) -> set[str]:
    """Return the logical names of the columns that a change wrote."""
    return {shape.fields[wire].prop.name for wire in change.fields if wire in shape.fields}


def _target(change: Change, shape: Shape, entity_of: EntityOf) -> dict[str, Any]:
    if change.after is None:
        return _reference(shape.entity.entity, change.key)
    attributes = [*_attributes(change, shape, entity_of), {"key": shape.key, "value": change.key}]
    return {
        "__type": f"Entity:{_CONTRACTS}",
        "Attributes": attributes,
        "EntityState": None,
        "FormattedValues": [],
        "Id": change.key,
        "KeyAttributes": [],
        "LogicalName": shape.entity.entity,
        "RelatedEntities": [],
        "RowVersion": str(change.version),
    }


def _attributes(change: Change, shape: Shape, entity_of: EntityOf) -> Iterator[dict[str, Any]]:
    after: Mapping[str, Any] = change.after or {}
    for wire in change.fields:
        field = shape.fields.get(wire)
        if field is not None and field.prop.name != shape.key:
            yield {"key": field.prop.name, "value": _value(field.prop, after.get(wire), entity_of)}


def _value(prop: Property, value: Any, entity_of: EntityOf) -> Any:
    if value is None:
        return None
    if prop.type is Type.LOOKUP:
        return _reference(entity_of(prop, value), value)
    if prop.type is Type.CHOICE:
        return {"__type": f"OptionSetValue:{_CONTRACTS}", "Value": value}
    if prop.kind in ("Money", "BaseMoney"):
        return {"__type": f"Money:{_CONTRACTS}", "Value": value}
    return _date(datetime.fromisoformat(value)) if prop.type is Type.MOMENT else value


def _reference(entity: str, key: str) -> dict[str, Any]:
    return {
        "__type": f"EntityReference:{_CONTRACTS}",
        "Id": key,
        "KeyAttributes": [],
        "LogicalName": entity,
        "Name": None,
        "RowVersion": None,
    }


def _date(moment: datetime) -> str:
    return f"/Date({round(moment.timestamp() * 1000)})/"
