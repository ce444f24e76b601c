"""The OpenAPI document and the page that shows it."""

import re

import pytest
from flask import Flask
from flask_smorest import Api, Blueprint
from openapi_spec_validator import validate
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client

from flask_coupling import errors

from .conftest import ROOT, expect_problem


@pytest.fixture
def document(client):
    return client.get(f"{ROOT}/openapi.json").json


def operations(document):
    items = [(path, *each) for path, item in document["paths"].items() for each in item.items()]
    return [each for each in items if each[1] != "parameters"]


def test_the_document_is_valid_openapi_3_1(document):
    validate(document)

    assert document["openapi"] == "3.1.0"


def test_every_route_of_the_api_is_in_the_document(app, document):
    routes = {
        (re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("coupling_api.") and rule.endpoint.count(".") == 2
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }

    assert routes == {(path, method) for path, method, _ in operations(document)}
    assert len(routes) > 20


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(document):
    names = [each["operationId"] for _, _, each in operations(document)]

    assert len(set(names)) == len(names)
    assert all(each["summary"].endswith(".") for _, _, each in operations(document))


def test_every_parameter_is_explained(document):
    shared = list(document["components"]["parameters"].values())
    own = [each for item in document["paths"].values() for each in item.get("parameters", [])]
    given = [each for _, _, operation in operations(document) for each in operation.get("parameters", [])]

    assert [each for each in shared + own + given if "$ref" not in each and not each.get("description")] == []


def test_every_operation_answers_problems(document):
    default = document["components"]["responses"]["DEFAULT_ERROR"]["content"]

    assert all("DEFAULT_ERROR" in each["responses"]["default"]["$ref"] for _, _, each in operations(document))
    assert default == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}


def test_the_secret_is_written_and_never_answered(document):
    answered = {name: each for name, each in document["components"]["schemas"].items() if name != "ConnectionValues"}

    assert document["components"]["schemas"]["ConnectionValues"]["properties"]["client_secret"]["writeOnly"] is True
    assert [name for name, each in answered.items() if "client_secret" in each["properties"]] == []


def test_the_page_shows_every_operation_schema_and_problem(client, document):
    page = client.get(f"{ROOT}/docs").get_data(as_text=True)

    shown = set(re.findall(r'id="([^"]+)"', page))
    assert {each["operationId"] for _, _, each in operations(document)} <= shown
    assert {f"schema-{name}" for name in document["components"]["schemas"]} <= shown
    codes = {each.code for each in errors.error_classes() if each.__module__.startswith(errors.__name__)}
    assert len(codes) > 30 and codes <= shown
    assert all(each in shown for each in re.findall(r'href="#([^"]+)"', page))


def test_the_page_needs_no_script_no_inline_style_and_nothing_from_elsewhere(client):
    answer = client.get(f"{ROOT}/docs")
    page = answer.get_data(as_text=True)

    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert re.search(r"<script|style=|<style|\son\w+=|https?://", page) is None
    with client.get(re.search(r'stylesheet" href="([^"]+)"', page)[1]) as style:
        assert style.mimetype == "text/css"


def test_under_a_prefix_every_address_carries_it(app):
    client = Client(DispatcherMiddleware(Flask("front"), {"/shop": app}))

    document = client.get(f"/shop{ROOT}/openapi.json").json
    problem = client.get(f"/shop{ROOT}/nowhere").get_json(force=True)
    page = client.get(f"/shop{ROOT}/docs").get_data(as_text=True)

    assert document["servers"] == [{"url": "/shop"}]
    assert problem["type"] == f"/shop{ROOT}/docs#address_unknown"
    assert problem["instance"] == f"/shop{ROOT}/nowhere"
    assert f'href="/shop{ROOT}/openapi.json"' in page


def test_another_address_for_the_extension_moves_the_api_with_it(make_app):
    client = make_app(COUPLING_URL_PREFIX="/integration").test_client()

    assert "/integration/api/connections" in client.get("/integration/api/openapi.json").json["paths"]
    assert client.get(f"{ROOT}/openapi.json").status_code == 404


@pytest.mark.parametrize("path", ["/openapi.json", "/docs"])
@pytest.mark.settings(COUPLING_PERMISSION=lambda action, resource: False)
def test_who_may_see_nothing_does_not_see_the_document(client, path):
    expect_problem(client.get(ROOT + path), 403, "not_permitted")


def test_an_unchanged_document_is_not_sent_again(client):
    etag = client.get(f"{ROOT}/openapi.json").headers["ETag"]

    assert client.get(f"{ROOT}/openapi.json", headers={"If-None-Match": etag}).status_code == 304


def test_a_host_with_an_api_of_its_own_keeps_its_document_and_its_errors(app):
    app.config.update(API_TITLE="Shop", API_VERSION="v7", OPENAPI_VERSION="3.0.3", OPENAPI_URL_PREFIX="/")
    api = Api(app)
    shop = Blueprint("shop", __name__)

    @shop.route("/orders")
    @shop.response(200)
    def orders():
        return []

    api.register_blueprint(shop)
    client = app.test_client()

    assert list(client.get("/openapi.json").json["paths"]) == ["/orders"]
    assert "/orders" not in client.get(f"{ROOT}/openapi.json").json["paths"]
    assert client.get("/nowhere").json == {"code": 404, "status": "Not Found"}
    expect_problem(client.get(f"{ROOT}/nowhere"), 404, "address_unknown")
