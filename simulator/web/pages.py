"""The pages' views: each shows or does one operation of the control API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from marshmallow import Schema, ValidationError
from werkzeug.wrappers import Response as BaseResponse

from simulator.control import operations as op
from simulator.control import schemas
from simulator.control.blueprint import refuse_other_sites
from simulator.instance import Simulator
from simulator.odata.edm import EntitySet, Type
from simulator.odata.errors import ServiceError
from simulator.odata.service import Shape
from simulator.web.faults import add_fault_pages
from simulator.web.forms import form_fields, read_form

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_SHOWN = {"bc": "customers", "sales": "accounts"}
_COLUMNS = 4
_PAGE = 25
Answer = str | tuple[str, int] | BaseResponse


def create_pages(simulator: Simulator) -> Blueprint:
    """Return the blueprint of the pages of one simulator."""
    pages = Blueprint("pages", __name__, template_folder="templates", static_folder="static", static_url_path="/static")
    pages.before_request(refuse_other_sites)

    @pages.after_request
    def protect(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    @pages.get("/")
    def worlds() -> Answer:
        """Both worlds side by side."""
        sides = [_side(simulator, service) for service in _SHOWN]
        return render_template("simulator/worlds.html", sides=sides, query=request.args)

    @pages.route("/<service>/<entity_set>/new", methods=["GET", "POST"])
    def new_row(service: str, entity_set: str) -> Answer:
        shape = _shape(simulator, service, entity_set)
        if request.method == "GET":
            return _show_form(service, shape, {}, is_new=True)
        return _save(service, shape, {}, lambda values: op.create_row(simulator, service, entity_set, values))

    @pages.route("/<service>/<entity_set>/<path:key>", methods=["GET", "POST"])
    def row(service: str, entity_set: str, key: str) -> Answer:
        shape = _shape(simulator, service, entity_set)
        before = op.show_row(simulator, service, entity_set, key)
        if request.method == "GET":
            return _show_form(service, shape, before)
        return _save(service, shape, before, lambda values: op.update_row(simulator, service, entity_set, key, values))

    @pages.post("/<service>/<entity_set>/<path:key>/delete")
    def delete_row(service: str, entity_set: str, key: str) -> Answer:
        shape = _shape(simulator, service, entity_set)
        before = op.show_row(simulator, service, entity_set, key)
        try:
            op.delete_row(simulator, service, entity_set, key)
        except ServiceError as refused:
            return _show_form(service, shape, before, error=refused.message), 400
        return redirect(_list_address(service, entity_set), 303)

    @pages.get("/journal")
    def journal() -> Answer:
        taken, errors = _take(schemas.RequestsQuerySchema, {key: text for key, text in request.args.items() if text})
        found = op.list_requests(simulator, **taken) if not errors else {"count": 0, "value": []}
        return render_template("simulator/journal.html", found=found, query=request.args, errors=errors)

    @pages.get("/journal/<int:number>")
    def exchange(number: int) -> Answer:
        return render_template("simulator/exchange.html", entry=op.show_request(simulator, number))

    @pages.get("/controls")
    def controls() -> Answer:
        return _show_controls(simulator)

    add_fault_pages(pages, simulator)
    for name, act in _controls(simulator).items():
        pages.add_url_rule(f"/controls/{name}", f"do_{name}", _doing(simulator, act), methods=["POST"])
    pages.register_error_handler(
        op.NoSuchThing, lambda error: (render_template("simulator/missing.html", error=str(error)), 404)
    )
    return pages


def _side(simulator: Simulator, service: str) -> dict[str, Any]:
    """Return what one half of the first page shows: a set's rows, searched, one page of them."""
    asked = request.args.get(f"{service}_set", _SHOWN[service])
    entity_set = asked if simulator.services[service].model.entity_set(asked) else _SHOWN[service]
    search = request.args.get(f"{service}_search", "")[:200]
    offset = request.args.get(f"{service}_offset", 0, type=int)
    offset = max(0, min(offset, 10**9))
    found = op.list_rows(simulator, service, entity_set, search, offset, _PAGE)
    shape = _shape(simulator, service, entity_set)
    return {
        "service": service,
        "title": {"bc": "Business Central", "sales": "Dynamics 365 Sales"}[service],
        "sets": [one.name for one in simulator.services[service].model.entity_sets],
        "entity_set": shape.entity,
        "key_of": shape.key_of,
        "columns": _columns(shape.entity),
        "search": search,
        "offset": offset,
        "page": _PAGE,
        **found,
    }


_TELLING = (
    ("number", "code", "accountnumber", "productnumber", "ordernumber", "invoicenumber", "isocurrencycode"),
    ("phoneNumber", "telephone1", "mobilephone"),
    ("city", "address1_city"),
    ("email", "emailaddress1", "internalemailaddress"),
)
"""What people know a row by, besides its name: the first of each group that a table has."""


def _columns(declared: EntitySet) -> list[str]:
    """Return the properties that say most about a row to a person."""
    texts = [prop.wire for prop in declared.properties if prop.type is Type.TEXT and prop.kind != "Memo"]
    groups = [(declared.primary_name, "displayName", "description", "name"), *_TELLING]
    known = [next((name for name in group if name in texts), None) for group in groups]
    telling = [name for name in known if name is not None]
    return telling[:_COLUMNS] if len(telling) > 2 else list(dict.fromkeys(telling + texts))[:_COLUMNS]


def _shape(simulator: Simulator, service: str, entity_set: str) -> Shape:
    is_known = service in simulator.services
    found = simulator.store.state_of(service).service.shapes.get(entity_set) if is_known else None
    if found is None:
        raise op.NoSuchThing(f"There is no entity set {entity_set!r} in {service!r}.")
    return found


def _show_form(service: str, shape: Shape, before: dict[str, Any], *, is_new: bool = False, error: str = "") -> str:
    declared = shape.entity
    return render_template(
        "simulator/row.html",
        service=service, declared=declared, fields=form_fields(declared, before, is_new),
        key=None if is_new else shape.key_of(before), is_new=is_new,
        error=error, back=_list_address(service, declared.name),
    )  # fmt: skip


def _save(
    service: str, shape: Shape, before: dict[str, Any], save: Callable[[dict[str, Any]], dict[str, Any]]
) -> Answer:
    """Write what the form changed; what the service refuses is shown with everything that was typed."""
    typed = read_form(shape.entity, request.form, before)
    try:
        row = save(typed)
    except ServiceError as refused:
        return _show_form(service, shape, before | typed, is_new=not before, error=refused.message), 400
    return redirect(url_for("pages.row", service=service, entity_set=shape.name, key=shape.key_of(row), saved=1), 303)


def _list_address(service: str, entity_set: str) -> str:
    asked: dict[str, Any] = {f"{service}_set": entity_set}
    return url_for("pages.worlds", **asked)


def _show_controls(simulator: Simulator, error: Any = None) -> str:
    return render_template(
        "simulator/controls.html",
        status=op.show_status(simulator), snapshots=op.list_snapshots(simulator)["value"],
        editors=op.show_editors(simulator), limits=op.show_limits(simulator), error=error,
    )  # fmt: skip


def _controls(simulator: Simulator) -> dict[str, tuple[type[Schema], Callable[..., Any]]]:
    """Return what the forms of the controls page do: name -> (what it takes, what it does)."""
    return {
        "reset": (schemas.NothingSchema, lambda: op.reset(simulator)),
        "seed": (_FormSeed, lambda **taken: op.seed(simulator, **taken)),
        "clock": (schemas.ClockSchema, lambda **taken: op.set_clock(simulator, **taken)),
        "editors": (schemas.EditorsSchema, lambda **taken: op.set_editors(simulator, **taken)),
        "limits": (schemas.LimitsSchema, lambda **taken: op.switch_limits(simulator, **taken)),
        "snapshot": (schemas.SnapshotSchema, lambda **taken: op.take_snapshot(simulator, **taken)),
        "restore": (schemas.SnapshotSchema, lambda **taken: op.restore_snapshot(simulator, **taken)),
        "clear_journal": (schemas.NothingSchema, lambda: op.clear_requests(simulator)),
    }


class _FormSeed(schemas.SeedSchema):
    """A seed typed into a form, where numbers are text."""

    customers = schemas.loose(schemas.SeedSchema, "customers")
    seed = schemas.loose(schemas.SeedSchema, "seed")


def _doing(simulator: Simulator, act: tuple[type[Schema], Callable[..., Any]]) -> Callable[[], Answer]:
    schema, run = act

    def view() -> Answer:
        taken, errors = _take(schema, {key: text for key, text in request.form.items() if text})
        if errors:
            return _show_controls(simulator, errors), 422
        run(**taken)
        return redirect(url_for("pages.controls"), 303)

    return view


def _take(schema: type[Schema], values: dict[str, str]) -> tuple[dict[str, Any], Any]:
    try:
        loaded: dict[str, Any] = schema().load(values)
    except ValidationError as error:
        return {}, error.messages
    return loaded, None
