"""The OpenAPI 3.1 document, and a page to read it that needs no script."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, Response, render_template, request
from flask_smorest import Api
from flask_smorest.spec import FlaskPlugin

from flask_coupling.permissions import require
from flask_coupling.schemas.problem import ProblemDetailsSchema

from .problems import describe_problems, title_of
from .rendering import render_json
from .resource import Resource

TITLE = "Coupling"
VERSION = "1"
PROBLEM = "application/problem+json"

DESCRIPTION = """\
Couple the records of Business Central and Dynamics 365 Sales, and keep them alike.

* Who may ask is the host's matter: send what it authenticates by. What is not permitted answers 403.
* Writes take `Content-Type: application/json`, also where the body is empty (`{}`); nothing else is accepted.
* Fields and query parameters that are not listed here are refused with 422.
* Lists answer a page: send its `cursor` back to get the next one, until it is null.
* What is read carries an `ETag`; send it as `If-None-Match` to get 304 while nothing has changed.
* Every error is an `application/problem+json` with a stable `code`, what happened, and what to do next."""

PATH_PARAMETERS = {
    "connection": "Name of the connection; most hosts have one, called `default`.",
    "mapping": "Name of the table mapping, such as `CUSTOMER`.",
    "side": "The system: `bc` is Business Central, `sales` is Dynamics 365 Sales.",
    "id": "Id of the record or the coupling.",
    "job": "Id of the job.",
}

PAGE_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class _PathPlugin(FlaskPlugin):  # type: ignore[misc]  # flask-smorest is not typed
    """Adds to each parameter of an address what it stands for."""

    def rule_to_params(self, rule: Any) -> list[dict[str, Any]]:
        return [{**each, "description": PATH_PARAMETERS[each["name"]]} for each in super().rule_to_params(rule)]


class CouplingApi(Api):  # type: ignore[misc]  # flask-smorest is not typed
    """Our own Api, beside one the host may have: other prefix, own document, and nothing else put into the app."""

    ERROR_SCHEMA = ProblemDetailsSchema

    def __init__(self, app: Flask) -> None:
        info = {"description": DESCRIPTION}
        options = {"title": TITLE, "version": VERSION, "openapi_version": "3.1.0", "info": info}
        super().__init__(app, config_prefix="COUPLING", spec_kwargs={**options, "flask_plugin": _PathPlugin()})

    def describe(self, resource: Resource, name: str) -> None:
        """Add a resource, registered in the app under `name`, to the document."""
        resource.register_views_in_doc(self, self._app, self.spec, name=name, parameters=None)
        self.spec.tag({"name": resource.name, "description": resource.description})

    def _register_error_handlers(self) -> None:
        pass  # flask-smorest's own handler would answer for the host's pages too

    def _register_doc_blueprint(self) -> None:
        pass  # its pages load scripts from elsewhere

    def _register_pagination_header(self) -> None:
        pass  # our pages carry their cursor in the body

    def _register_responses(self) -> None:
        problem = {"content": {PROBLEM: {"schema": ProblemDetailsSchema}}}
        for name, response in {
            HTTPStatus.NOT_MODIFIED.name: {"description": "Not modified"},
            HTTPStatus.UNPROCESSABLE_ENTITY.name: {"description": "A field or query parameter is wrong", **problem},
            self.DEFAULT_ERROR_RESPONSE_NAME: {"description": "A problem", **problem},
        }.items():
            self.spec.components.response(name, response, lazy=True)


def build_document(app: Flask, resources: Iterable[Resource], root: str) -> dict[str, Any]:
    """The document of resources that are registered in the app below the blueprint named `root`."""
    api = CouplingApi(app)
    for resource in resources:
        api.describe(resource, f"{root}.{resource.name}")
    document: dict[str, Any] = api.spec.to_dict()
    return document


def add_document(root: Blueprint, build: Callable[[], dict[str, Any]]) -> None:
    """Add the document and its page to `root`; it is built when it is first asked for."""

    def read() -> dict[str, Any]:
        require("view")
        return {**build(), "servers": [{"url": request.root_path or "/"}]}

    @root.get("/openapi.json")
    def openapi() -> Response:
        """Answer the OpenAPI document."""
        answer = Response(render_json(read()), mimetype="application/json")
        answer.headers["Cache-Control"] = "private, no-cache"
        answer.add_etag()
        answer.make_conditional(request)
        return answer

    @root.get("/docs")
    def show_document() -> Response:
        """Show the OpenAPI document as a page."""
        page = render_template(
            "coupling_api/docs.html", document=read(), problems=describe_problems(), title_of=title_of
        )
        return Response(page, headers={"Content-Security-Policy": PAGE_POLICY}, mimetype="text/html")
