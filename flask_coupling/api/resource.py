"""Resource: the views of one kind of thing, whose decorators are the contract that the document shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from textwrap import shorten
from typing import Any, TypeAlias

import orjson
from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest

from flask_coupling.errors import InputInvalid

from .rendering import render_json

View: TypeAlias = Callable[..., Any]
Decorator: TypeAlias = Callable[[View], View]

QUERY, BODY = "query", "json"


class _Parser(FlaskParser):
    """Reads a request's query or body; both refuse what the schema does not know."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, QUERY: "raise"}

    def _raw_load_json(self, req: Any) -> Any:
        # orjson refuses NaN, broken Unicode and bottomless nesting, on which the standard library would recurse
        try:
            return orjson.loads(req.get_data() or b"{}")
        except orjson.JSONDecodeError as error:
            raise BadRequest(f"The body is not valid JSON: {error}.") from error

    def handle_error(self, error: ValidationError, *_: Any, **__: Any) -> Any:
        errors = flatten_messages(error.messages_dict)
        told = "; ".join(f"{name}: {' '.join(each).rstrip('.')}" for name, each in errors.items())
        raise InputInvalid(detail=shorten(told, 300, placeholder=" ..."), errors=errors) from error


class Resource(Blueprint):  # type: ignore[misc]  # flask-smorest is not typed
    """A blueprint whose views take and give schemas, and are named in the document as in the code."""

    ARGUMENTS_PARSER = _Parser()

    get: Callable[[str], Decorator]
    put: Callable[[str], Decorator]
    post: Callable[[str], Decorator]
    delete: Callable[[str], Decorator]

    def __init__(self, name: str, import_name: str, description: str) -> None:
        super().__init__(name, import_name, description=description)

    def takes(self, schema: type[Schema], location: str = BODY) -> Decorator:
        """Load the request with `schema`; its fields become the view's keyword arguments."""
        decorate: Decorator = self.arguments(schema, location=location, as_kwargs=True)
        return decorate

    def gives(self, status: int, schema: type[Schema] | None = None) -> Decorator:
        """Answer with what the view returns, dumped with `schema`; without one there is no body."""

        def decorate(view: View) -> View:
            @wraps(view)
            def answer(*args: Any, **kwargs: Any) -> Response:
                value = view(*args, **kwargs)
                return value if isinstance(value, Response) else give(value, schema, status)

            return self.answers(status, schema)(answer)

        return decorate

    def answers(
        self,
        status: int,
        schema: type[Schema] | dict[str, Any] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        content_type: str | None = None,
    ) -> Decorator:
        """Describe a Response the view makes itself; `headers` says what each header it adds is."""
        described = {
            name: {"description": text, "schema": {"type": "string"}} for name, text in (headers or {}).items()
        }
        decorate: Decorator = self.alt_response(
            status, schema=schema, headers=described or None, content_type=content_type, success=True
        )
        return decorate

    def _store_endpoint_docs(self, endpoint: str, obj: View, parameters: Any, tags: Any, **options: Any) -> None:
        super()._store_endpoint_docs(endpoint, obj, parameters, tags or [self.name], **options)
        for method, operation in self._docs[endpoint].items():
            if method != "parameters":
                operation.setdefault("manual_doc", {})["operationId"] = endpoint
                operation["etag"] = method == "get"


def give(value: Any, schema: type[Schema] | None, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with `value` dumped with `schema` (no body without one); what was read carries an ETag."""
    body = b"" if schema is None else render_json(schema().dump(value))
    answer = Response(body, status, mimetype="application/json" if schema else None)
    answer.headers.extend(headers or {})
    if schema is None:
        del answer.headers["Content-Type"]
    if request.method in ("GET", "HEAD"):
        answer.headers["Cache-Control"] = "private, no-cache"
        answer.add_etag()
        answer.make_conditional(request)
    return answer


def flatten_messages(messages: Mapping[Any, Any], path: str = "") -> dict[str, list[str]]:
    """Turn nested messages into one list for each field: `{"json": {"ids": {0: [..]}}}` becomes `{"ids.0": [..]}`."""
    flat: dict[str, list[str]] = {}
    for key, value in messages.items():
        name = f"{path}.{key}" if path else str(key) * (key not in (QUERY, BODY, "_schema"))
        if isinstance(value, Mapping):
            flat |= flatten_messages(value, name)
        else:
            flat.setdefault(name or "body", []).extend(str(each) for each in value)
    return flat
