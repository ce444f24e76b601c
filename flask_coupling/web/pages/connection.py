"""Set up a connection: save, test, enable, disable, delete."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

from flask_coupling.errors import ConnectionNotFound, CouplingError, InputInvalid
from flask_coupling.operations import connections
from flask_coupling.operations.connection_values import STANDARD
from flask_coupling.operations.views import ConnectionReport, ConnectionView, Problem

from .. import ui
from ..answers import Answer, back_to, done, page
from ..detail_words import told_detail
from ..language import mark, text
from ..problems import problem_of
from ..security import FormExpiredConflictError, form_expired
from .setup_steps import steps


@dataclass(frozen=True, slots=True)
class Entry:
    """A field of the set-up form."""

    name: str
    label: str
    help: str
    kind: str = "text"
    example: str = ""


SECTIONS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        mark("Sign-in"),
        (
            Entry(
                "tenant",
                mark("Tenant"),
                mark("The Microsoft Entra tenant both services belong to: its id or one of its domain names."),
                example="contoso.onmicrosoft.com",
            ),
            Entry("client_id", mark("Client ID"), mark("The application (client) id of the app registration.")),
            Entry(
                "client_secret",
                mark("Client secret"),
                mark("Stored encrypted and never shown again. Leave it empty to keep the present one."),
                kind="password",
            ),
            Entry(
                "secret_expires_on",
                mark("The secret expires on"),
                mark("Microsoft Entra shows the day; Health warns a month before."),
                kind="date",
            ),
        ),
    ),
    (
        "Business Central",
        (
            Entry(
                "environment",
                mark("Environment"),
                mark("The name of the environment in the Business Central admin center."),
                example="Production",
            ),
            Entry(
                "company",
                mark("Company"),
                mark("The company's name, as Business Central shows it."),
                example="CRONUS Danmark A/S",
            ),
            Entry(
                "freight_account",
                mark("Freight account"),
                mark("The number of the G/L account that freight of orders is sold by; it has to be one without VAT."),
                example="5810",
            ),
        ),
    ),
    (
        "Dynamics 365 Sales",
        (
            Entry(
                "sales_url",
                mark("Environment URL"),
                mark("The address of the Sales environment."),
                kind="url",
                example="https://contoso.crm4.dynamics.com",
            ),
            Entry(
                "several_companies",
                mark("Several companies share this environment"),
                mark(
                    "Rows of Sales carry the company they belong to. Only those of this company, or of none, take "
                    "part; one without a company gets it when it is coupled, and loses it when its coupling is deleted."
                ),
                kind="switch",
            ),
        ),
    ),
    (
        mark("Service addresses"),
        (
            Entry("bc_url", mark("Business Central API"), mark("Change it only for a private endpoint."), kind="url"),
            Entry("token_url", mark("Token service"), mark("Change it only for a national cloud."), kind="url"),
        ),
    ),
)
NAMES = tuple(entry.name for _, entries in SECTIONS for entry in entries if entry.kind != "switch")
SWITCHES = tuple(entry.name for _, entries in SECTIONS for entry in entries if entry.kind == "switch")


def connection_setup(connection: str) -> Answer:
    """Show the connection's form, and do what its button says."""
    if request.method == "GET":
        return _show(connection)
    values = _typed()
    if form_expired():
        return _show(connection, values, problem=problem_of(FormExpiredConflictError())), 400
    try:
        return _BUTTONS.get(request.form.get("do", ""), _save)(connection, values)
    except InputInvalid as error:
        errors = {name: [told_detail(each) for each in told] for name, told in error.facts.get("errors", {}).items()}
        return _show(connection, values, problem=problem_of(error), errors=errors), error.status
    except CouplingError as error:
        if error.code == "not_permitted":
            raise
        return _show(connection, values, problem=problem_of(error)), error.status


def _typed() -> dict[str, Any]:
    """What stands in the form; a switch that is not shown in it stays as it is."""
    texts = {name: request.form[name].strip() for name in NAMES if name in request.form}
    return texts | {name: name in request.form for name in SWITCHES if f"{name}.shown" in request.form}


def connection_delete(connection: str) -> Answer:
    """Ask once more, then delete the connection with its couplings and its log."""
    if request.method == "GET":
        return page("connection_delete.html", connection=connections.get_connection(connection))
    back_to(ui.address("connection_setup"))
    connections.delete_connection(connection)
    return done(ui.address("home", connection=None), text("The connection %(name)s was deleted.", name=connection))


def _save(connection: str, values: Mapping[str, Any]) -> Answer:
    connections.save_connection(connection, values)
    return done(ui.address("connection_setup"), text("The connection was saved."))


def _test(connection: str, values: Mapping[str, Any]) -> Answer:
    return _show(connection, values, report=connections.test_connection(connection, values))


def _enable(connection: str, values: Mapping[str, Any]) -> Answer:
    connections.save_connection(connection, values)
    connections.enable_connection(connection)
    return done(ui.address("overview"), text("The connection is enabled. Records can now be coupled."))


def _disable(connection: str, values: Mapping[str, Any]) -> Answer:
    connections.disable_connection(connection, request.form.get("reason", "").strip())
    return done(ui.address("connection_setup"), text("The connection is disabled. No coupling action is offered now."))


_BUTTONS: Mapping[str, Callable[[str, Mapping[str, Any]], Answer]] = {
    "save": _save,
    "test": _test,
    "enable": _enable,
    "disable": _disable,
}


def _show(
    connection: str,
    values: Mapping[str, Any] | None = None,
    *,
    report: ConnectionReport | None = None,
    problem: Problem | None = None,
    errors: Mapping[str, object] | None = None,
) -> str:
    view = _view(connection)
    stored = {name: getattr(view, name, "") for name in (*NAMES, *SWITCHES)} if view else dict(STANDARD)
    return page(
        "setup.html",
        connection=connection,
        view=view,
        steps=steps(connection, view),
        sections=SECTIONS,
        values={**stored, **(values or {}), "client_secret": ""},
        secret_typed=bool(values and values.get("client_secret")),
        report=report,
        problem=problem,
        errors=errors or {},
    )


def _view(connection: str) -> ConnectionView | None:
    try:
        return connections.get_connection(connection)
    except ConnectionNotFound:
        return None
