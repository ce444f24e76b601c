"""Refuses addresses that no part of the simulator has, in the shape of the part that they look like."""

from __future__ import annotations

from uuid import uuid4

import orjson
from flask import Response, request
from werkzeug.exceptions import HTTPException

_PAGES = "/_simulator/pages"
_CONTROL = "/_simulator"
_BUSINESS_CENTRAL = ("/v2.0", "/environments")
_SALES = "/api/data"


def refuse_stray(error: HTTPException) -> Response | HTTPException:
    """Return a 404 or 405 as JSON for the services and the control API; other addresses get Flask's own page."""
    path, status = request.path, error.code or 404
    if path.startswith(_PAGES):
        return error
    if path.startswith(_CONTROL):
        return _as_json({"error": str(error.description)}, status)
    if path.startswith(_BUSINESS_CENTRAL):
        message = f"Bad Request - Error in query syntax.  CorrelationId:  {uuid4()}."
        return _as_json({"error": {"code": "BadRequest_NotFound", "message": message}}, status)
    if path.startswith(_SALES):
        return _as_json({"error": {"code": "0x8006088a", "message": "Resource not found."}}, status)
    return error


def _as_json(body: object, status: int) -> Response:
    return Response(orjson.dumps(body), status, content_type="application/json")
