"""The OpenAPI 3.1 document of the control API, made from the table of routes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from simulator.control.routes import Route

_PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
_PROBLEM = {
    "description": "Refused: what was wrong, in `error`, and nothing was changed.",
    "content": {
        "application/json": {
            "schema": {"type": "object", "properties": {"error": {"type": "string"}, "fields": {"type": "object"}}}
        }
    },
}


def describe_api(routes: Iterable[Route], prefix: str) -> dict[str, Any]:
    """Return the document; ``prefix`` is where the API is mounted."""
    spec = APISpec(
        title="Simulator control",
        version="1",
        openapi_version="3.1.0",
        plugins=[MarshmallowPlugin()],
        info={"description": "Look at and change a running simulator. Rows are changed as another user would."},
    )
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        address = prefix + _PARAMETER.sub(r"{\g<name>}", route.path)
        paths.setdefault(address, {})[route.method.lower()] = _operation(route)
    for address, operations in paths.items():
        spec.path(path=address, operations=operations)
    document: dict[str, Any] = spec.to_dict()
    return document


def _operation(route: Route) -> dict[str, Any]:
    parameters: list[Any] = [
        {
            "in": "path",
            "name": found["name"],
            "required": True,
            "schema": {"type": "integer" if found["kind"] == "int" else "string"},
        }
        for found in _PARAMETER.finditer(route.path)
    ]
    if route.query is not None:
        parameters.append({"in": "query", "schema": route.query})
    operation: dict[str, Any] = {
        "operationId": route.run.__name__,
        "summary": route.summary,
        "parameters": parameters,
        "responses": {str(route.status): _success(route), "default": _PROBLEM},
    }
    if route.body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": route.body}}}
    return operation


def _success(route: Route) -> dict[str, Any]:
    if route.status == 204:
        return {"description": "Done."}
    return {"description": "Done.", "content": {route.content_type: {}}}
