"""Show an answer with as much OData metadata as the caller's Accept header asks for: none, minimal or full."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import orjson

from simulator.odata.manners import Manners
from simulator.odata.messages import ServiceRequest, ServiceResponse
from simulator.odata.properties import Property, Type
from simulator.odata.service import Shape

_ASKED = re.compile(r"odata\.metadata\s*=\s*(none|full)", re.IGNORECASE)
_CONTEXT = re.compile(r"#(?:companies\(([^)]*)\)/)?(\w+)")
_KEPT = ("@odata.nextLink", "@odata.deltaLink", "@odata.count")
_PLAIN = (Type.TEXT, Type.BOOLEAN, Type.INTEGER, Type.DOUBLE, Type.CHOICE)  # JSON itself says what these are


@lru_cache(maxsize=256)
def asked_level(accept: str) -> str | None:
    """Return the level other than the minimal one that an Accept header asks for, or None."""
    found = _ASKED.search(accept)
    return found[1].lower() if found else None


def at_level(request: ServiceRequest, manners: Manners, response: ServiceResponse) -> ServiceResponse:
    """Return the answer at the level its request accepts; most accept the minimal one and get it unchanged."""
    found = asked_level(request.headers.get("accept", ""))
    if found is None or response.status >= 400 or not response.body or "Content-Type" in response.headers:
        return response
    level = found
    document = orjson.loads(response.body)
    shown = _bare(document) if level == "none" else _full(request, manners, document)
    headers = response.headers | {"Content-Type": manners.content_type.replace("minimal", level)}
    return ServiceResponse(response.status, headers, orjson.dumps(shown))


def _bare(value: Any) -> Any:
    if isinstance(value, list):
        return [_bare(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: _bare(one) for name, one in value.items() if "@odata." not in name or name in _KEPT}


def _full(request: ServiceRequest, manners: Manners, document: dict[str, Any]) -> dict[str, Any]:
    found = _CONTEXT.search(str(document.get("@odata.context", "")))
    shape = manners.service.shapes.get(found[2]) if found else None
    if found is None or shape is None:
        return document
    scope, rows = found[1] or "", document.get("value")
    if isinstance(rows, list):
        return document | {"value": [_described(request, manners, shape, scope, row) for row in rows]}
    return _described(request, manners, shape, scope, document)


def _described(
    request: ServiceRequest, manners: Manners, shape: Shape, scope: str, row: dict[str, Any]
) -> dict[str, Any]:
    """Add a row's type and address, and the type of each property whose JSON does not tell it."""
    shown: dict[str, Any] = {name: value for name, value in row.items() if name == "@odata.context"}
    shown["@odata.type"] = f"#{manners.dialect.namespace}.{shape.entity.entity}"
    if row.get(shape.key):
        path = manners.row_path(shape, row[shape.key], scope)
        shown["@odata.id"] = request.root_url + path
        shown["@odata.editLink"] = path[1:]
    for name, value in row.items():
        field = shape.fields.get(name)
        if field is not None and value is not None and field.prop.type not in _PLAIN:
            shown[f"{name}@odata.type"] = _type_name(manners, shape, field.prop)
        shown[name] = value
    return shown


def _type_name(manners: Manners, shape: Shape, prop: Property) -> str:
    if prop.type is Type.ENUM:
        return f"#{manners.dialect.namespace}.{shape.entity.entity}_{prop.name}"
    return "#Guid" if prop.type is Type.LOOKUP else "#" + prop.type.removeprefix("Edm.")
