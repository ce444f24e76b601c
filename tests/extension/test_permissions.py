"""Who may do what."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from flask_coupling.errors import NotPermitted
from flask_coupling.operations import connections
from flask_coupling.permissions import Action, allowed, principal, require
from tests.conftest import MakeApp


@pytest.mark.parametrize(
    "config, expected",
    [({"TESTING": True}, True), ({"TESTING": False, "DEBUG": True}, True), ({"TESTING": False}, False)],
)
def test_without_a_callback_everything_is_denied_outside_debug_and_testing(
    make_app: MakeApp, config: dict[str, bool], expected: bool
) -> None:
    with make_app(**config).test_request_context():
        assert [allowed(action) for action in Action] == [expected] * 4


def test_the_callback_decides_by_action_and_resource(make_app: MakeApp) -> None:
    asked: list[tuple[str, dict[str, Any]]] = []

    def decide(action: str, resource: dict[str, Any]) -> bool:
        asked.append((action, resource))
        return action == "view" and resource.get("connection") == "denmark"

    with make_app(COUPLING_PERMISSION=decide).test_request_context():
        assert allowed("view", connection="denmark") and not allowed("view", connection="sweden")
        require("view", connection="denmark")
        with pytest.raises(NotPermitted, match="not allowed to synchronize") as caught:
            require("synchronize", connection="denmark", mapping="CUSTOMER")
    assert caught.value.facts["mapping"] == "CUSTOMER"
    assert asked[-1] == ("synchronize", {"connection": "denmark", "mapping": "CUSTOMER"})


def test_an_action_that_does_not_exist_is_a_mistake_and_not_a_no(make_app: MakeApp) -> None:
    with make_app(COUPLING_PERMISSION=lambda action, resource: True).test_request_context(), pytest.raises(ValueError):
        allowed("destroy")


def test_the_hosts_own_code_is_trusted_outside_a_request(make_app: MakeApp) -> None:
    with make_app(TESTING=False, COUPLING_PERMISSION=lambda action, resource: False).app_context():
        require("administer")
        assert connections.list_connections() == []


@pytest.mark.parametrize(
    "operation",
    [
        lambda: connections.list_connections(),
        lambda: connections.get_connection("default"),
        lambda: connections.save_connection("default", {}),
        lambda: connections.test_connection("default", {}),
        lambda: connections.enable_connection("default"),
        lambda: connections.disable_connection("default"),
        lambda: connections.delete_connection("default"),
    ],
)
def test_every_operation_on_connections_asks_first(make_app: MakeApp, operation: Any) -> None:
    with make_app(TESTING=False).test_request_context(), pytest.raises(NotPermitted):
        operation()


def test_the_host_names_who_asks(make_app: MakeApp, app: Flask) -> None:
    named = make_app(COUPLING_PRINCIPAL=lambda: "anna@example.com")
    with named.test_request_context():
        assert principal() == "anna@example.com"
    with named.app_context():
        assert principal() == ""
    with app.test_request_context():
        assert principal() == ""
