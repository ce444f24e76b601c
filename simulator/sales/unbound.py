"""Dataverse's functions without a row: who am I, which version, how many rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from simulator.odata.edm import Action
from simulator.odata.rules import ActionCall, World
from simulator.odata.values import EMPTY_GUID
from simulator.sales.words import request_error

VERSION = "9.2.25104.00173"
_ENGLISH = 1033


def _world(call: ActionCall) -> World:
    assert call.world is not None
    return call.world


def _first_id(world: World, entity_set: str, key: str) -> str:
    found = world.find(entity_set)
    return str(found[key]) if found else EMPTY_GUID


def who_am_i(call: ActionCall) -> Mapping[str, Any]:
    """Return the caller's user, business unit and organization."""
    world = _world(call)
    user = world.get("systemusers", world.author) or {}
    unit = user.get("_businessunitid_value") or _first_id(world, "businessunits", "businessunitid")
    return {
        "BusinessUnitId": unit,
        "UserId": world.author,
        "OrganizationId": _first_id(world, "organizations", "organizationid"),
    }


def retrieve_version(call: ActionCall) -> Mapping[str, Any]:
    """Return the version of the service."""
    return {"Version": VERSION}


def retrieve_current_organization(call: ActionCall) -> Mapping[str, Any]:
    """Return what the organization is called."""
    world = _world(call)
    organization = world.find("organizations") or {}
    detail = {
        "OrganizationId": organization.get("organizationid", EMPTY_GUID),
        "FriendlyName": organization.get("name", ""),
        "OrganizationVersion": VERSION,
        "UniqueName": organization.get("name", ""),
        "State": "Enabled",
    }
    return {"Detail": detail}


def retrieve_available_languages(call: ActionCall) -> Mapping[str, Any]:
    """Return the languages that are switched on: the organization's own, and English, in which labels are."""
    organization = _world(call).find("organizations") or {}
    return {"LocaleIds": sorted({int(organization.get("languagecode") or _ENGLISH), _ENGLISH})}


def retrieve_total_record_count(call: ActionCall) -> Mapping[str, Any]:
    """Return the number of rows of the named tables, without the limit that $count has."""
    world = _world(call)
    names = call.parameters.get("EntityNames")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise request_error("The parameter 'EntityNames' must be a list of names.")
    counts = {name: world.count_entity(name) for name in names}
    return {
        "EntityRecordCountCollection": {
            "Count": len(counts),
            "IsReadOnly": False,
            "Keys": list(counts),
            "Values": list(counts.values()),
        }
    }


def bulk_delete(call: ActionCall) -> Mapping[str, Any]:
    """Delete what queries find by id, and return the job; here the job is done when the call returns."""
    world, queries = _world(call), call.parameters.get("QuerySet")
    if not isinstance(queries, list) or not all(isinstance(one, dict) for one in queries):
        raise request_error("The parameter 'QuerySet' must be a list of queries.")
    for query in queries:
        for condition in _conditions(query):
            for value in condition["Values"]:
                key = str(value.get("Value") if isinstance(value, dict) else value).lower()
                world.delete_entity(str(query.get("EntityName")), key)
    return {"JobId": str(uuid4())}


def _conditions(query: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the conditions of a query, which may only name ids."""
    criteria = query.get("Criteria")
    found = criteria.get("Conditions") if isinstance(criteria, dict) else None
    if not isinstance(found, list) or not all(map(_names_ids, found)):
        raise request_error("BulkDelete is supported for conditions In and Equal on the primary id only.", 501)
    return found


def _names_ids(condition: Any) -> bool:
    is_known = isinstance(condition, dict) and condition.get("Operator") in ("In", "Equal")
    return is_known and isinstance(condition.get("Values"), list)


UNBOUND: tuple[Action, ...] = (
    Action("WhoAmI", who_am_i, bound="", function=True),
    Action("BulkDelete", bulk_delete, bound=""),
    Action("RetrieveVersion", retrieve_version, bound="", function=True),
    Action("RetrieveCurrentOrganization", retrieve_current_organization, bound="", function=True),
    Action("RetrieveAvailableLanguages", retrieve_available_languages, bound="", function=True),
    Action("RetrieveTotalRecordCount", retrieve_total_record_count, bound="", function=True),
)
