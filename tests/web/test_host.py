"""In a host's hands: its base template, its prefix, its own page with our actions, its CSRF and policy."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, Response, render_template_string
from flask_wtf import CSRFProtect
from jinja2 import ChoiceLoader, DictLoader
from lxml import html
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client

from flask_coupling.operations import connections, couplings
from simulator.instance import Simulator

from .conftest import Pages, text_of

MakeApp = Callable[..., Flask]
Two = tuple[str, str]

HOST_BASE = """<!doctype html><html lang=en><head><title>{% block title %}{% endblock %}</title></head>
<body><nav>The host</nav><main>{% block content %}{% endblock %}</main></body></html>"""
HOST_PAGE = """{% from "coupling/macros.html" import coupling_actions, coupling_assets %}
{{ coupling_assets() }}<h1>Our customer</h1>{{ coupling_actions("CUSTOMER", "bc", id) }}"""


def test_pages_stand_in_the_hosts_own_frame(make_app: MakeApp) -> None:
    app = make_app(COUPLING_BASE_TEMPLATE="host.html")
    app.jinja_env.loader = ChoiceLoader([DictLoader({"host.html": HOST_BASE}), app.jinja_env.loader])  # type: ignore[list-item]
    page = Pages(app.test_client()).get("/coupling/")
    assert "The host" in text_of(page)
    assert "Connections" in page.xpath("//title/text()")[0]
    assert len(page.xpath("//main")) == 1
    assert page.xpath("//link[@rel='stylesheet']")


def test_every_address_holds_under_a_prefix_and_a_script_name(make_app: MakeApp) -> None:
    app = make_app(COUPLING_URL_PREFIX="/erp/link")
    client = Client(DispatcherMiddleware(Flask("outer"), {"/intranet": app}))
    page = html.fromstring(client.get("/intranet/erp/link/").text)
    addresses = [*page.xpath("//a/@href"), *page.xpath("//script/@src"), *page.xpath("//link/@href")]
    assert [each for each in addresses if not each.startswith(("/intranet/erp/link/", "#"))] == []
    for address in set(addresses):
        with client.get(address.partition("#")[0] or "/intranet/erp/link/") as answer:
            assert answer.status_code == 200, address


@pytest.fixture
def host_page(app: Flask) -> Callable[[str], html.HtmlElement]:
    """The host's own page of a customer."""

    @app.get("/customers/<id>")
    def customer(id: str) -> str:
        return render_template_string(HOST_PAGE, id=id)

    return lambda id: html.fromstring(app.test_client().get(f"/customers/{id}").text)


def test_a_hosts_page_shows_nothing_while_no_connection_is_enabled(
    app: Flask, two: Two, host_page: Callable[[str], html.HtmlElement]
) -> None:
    with app.app_context():
        connections.disable_connection("default")
    assert text_of(host_page(two[0])) == "Our customer"
    assert app.test_client().get(f"/coupling/connections/default/fragments/actions/CUSTOMER/bc/{two[0]}").text == ""


def test_a_hosts_page_offers_the_actions_that_fit_and_gets_the_user_back(
    app: Flask, two: Two, host_page: Callable[[str], html.HtmlElement]
) -> None:
    page = host_page(two[0])
    assert "Not coupled Set Up Coupling Create in Sales" in text_of(page)
    (address,) = page.xpath("//a[contains(., 'Set Up Coupling')]/@href")
    client = app.test_client()
    form = html.fromstring(client.get(address).text)
    next_page = form.xpath("//input[@name='next']/@value")[0]
    answer = client.post(address.partition("?")[0], data={"do": "couple", "partner": two[1], "next": next_page})
    assert answer.location == f"/customers/{two[0]}"
    told = text_of(host_page(two[0]))
    assert "Synchronize Now" in told
    assert "Delete Coupling" in told
    assert "Set Up Coupling" not in told


def test_the_fragment_is_the_same_for_a_page_that_fetches_it(app: Flask, two: Two) -> None:
    answer = app.test_client().get(
        f"/coupling/connections/default/fragments/actions/CUSTOMER/bc/{two[0]}",
        headers={"HX-Request": "true", "HX-Current-URL": f"http://localhost/customers/{two[0]}"},
    )
    assert "Set Up Coupling" in answer.text
    assert "<html" not in answer.text
    assert f"next=/customers/{two[0]}" in answer.text.replace("%2F", "/")


def test_a_hosts_own_policy_and_frame_rules_are_left_alone(app: Flask, pages: Pages) -> None:
    @app.after_request
    def of_the_host(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = "default-src 'self'"
        return response

    assert app.test_client().get("/coupling/").headers.getlist("Content-Security-Policy") == ["default-src 'self'"]


def test_a_hosts_csrf_protection_and_ours_take_the_same_token(app: Flask, two: Two) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    app.config["WTF_CSRF_FIELD_NAME"] = "host_token"
    CSRFProtect(app)
    client, address = app.test_client(), f"/coupling/connections/default/tables/CUSTOMER/bc/{two[0]}/couple"
    refused = html.fromstring(client.post(address, data={"partner": two[1]}, follow_redirects=True).text)
    assert "This form had expired" in text_of(refused)
    token = refused.xpath("//main//input[@name='host_token']/@value")[0]
    client.post(address, data={"do": "couple", "partner": two[1], "host_token": token})
    with app.app_context():
        assert couplings.find_coupling("default", "CUSTOMER", "bc", two[0]) is not None


def test_the_hosts_other_forms_are_not_ours_to_protect(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True

    @app.post("/own")
    def own() -> str:
        return "taken"

    assert app.test_client().post("/own").text == "taken"


def test_a_host_without_a_secret_key_is_told_so(app: Flask) -> None:
    app.secret_key = None
    answer = app.test_client().get("/coupling/")
    assert answer.status_code == 500
    assert "SECRET_KEY is not set" in answer.text


def test_the_simulator_is_never_asked_for_the_state_on_a_hosts_page(
    app: Flask, two: Two, simulator: Simulator, host_page: Callable[[str], html.HtmlElement]
) -> None:
    simulator.requests.clear()
    host_page(two[0])
    assert len(simulator.requests) == 0
