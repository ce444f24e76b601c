"""What the API refuses before it looks at what is asked."""

import pytest
from flask_wtf import CSRFProtect

from flask_coupling.api import init_api

from .conftest import ROOT, expect_problem

ENABLE = "/connections/default/enable"


def post_routes(app):
    values = {"connection": "default", "mapping": "CUSTOMER", "job": "1", "id": 1}
    with app.test_request_context():
        adapter = app.create_url_adapter(None) or app.url_map.bind("localhost")
        return [
            adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments}, method="POST")
            for rule in app.url_map.iter_rules()
            if rule.endpoint.startswith("coupling_api.") and rule.endpoint.count(".") == 2 and "POST" in rule.methods
        ]


FORMS = [
    {"data": {"reason": "x"}},
    {"data": b'{"reason": "x"}', "content_type": "text/plain"},
    {"data": b"--x--", "content_type": "multipart/form-data; boundary=x"},
    {"data": b"{}", "content_type": "application/xml"},
    {},
]


@pytest.mark.parametrize("form", FORMS)
def test_what_a_page_of_another_site_can_post_is_refused_everywhere(app, client, form):
    routes = post_routes(app)

    answers = [client.post(route, **form) for route in routes]

    assert len(routes) >= 8
    for answer in answers:
        expect_problem(answer, 415, "content_type_refused")


def test_a_body_that_is_not_json_is_refused_for_put_as_well(client):
    answer = client.put(f"{ROOT}/connections/default", data=b"tenant=x", content_type="text/plain")

    assert "text/plain" in expect_problem(answer, 415, "content_type_refused")["detail"]


BROKEN = [b"{", b"{'a': 1}", b'{"reason": NaN}', b"\xff\xfe{}", b'{"reason": "\\ud800"}', b"[" * 100_000]


@pytest.mark.parametrize("body", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_body_is_told_from_a_wrong_one(client, body):
    answer = client.post(f"{ROOT}/connections/default/disable", data=body, content_type="application/json")

    expect_problem(answer, 400, "request_malformed")


@pytest.mark.parametrize("body", [b"[]", b"[1]", b'"text"', b"5", b"null", b"true"])
def test_a_body_that_is_not_an_object_is_refused(api, body):
    problem = expect_problem(api.call("POST", ENABLE, data=body, content_type="application/json"), 422, "input_invalid")

    assert problem["errors"] == {"body": ["Invalid input type."]}


def test_a_body_beyond_a_mebibyte_is_refused(client):
    answer = client.post(ROOT + ENABLE, data=b" " * (2**20 + 1), content_type="application/json")

    expect_problem(answer, 413, "request_too_large")


@pytest.mark.settings(MAX_CONTENT_LENGTH=100)
def test_a_smaller_limit_of_the_host_stands(client):
    expect_problem(
        client.post(ROOT + ENABLE, data=b" " * 101, content_type="application/json"), 413, "request_too_large"
    )


@pytest.mark.parametrize(
    "path",
    [
        "/connections/a%00b",
        "/connections/a%0Ab/table-mappings",
        "/connections/default/couplings/2147483648",
        "/connections/default/couplings/-1",
        "/connections/default/couplings/99999999999999999999999",
        "/connections/default/table-mappings/CUSTOMER/records/erp",
        "/connections/default/table-mappings/CUSTOMER/records/bc/10000",
        f"/connections/{'x' * 51}",
        "/connections/default/jobs/" + "1" * 37,
        "",
        "/",
        "/connections/",
    ],
)
def test_an_address_that_can_name_nothing_is_unknown(api, path):
    expect_problem(api.get(path), 404, "address_unknown")


def test_answers_may_not_be_sniffed_framed_or_kept(api):
    answer = api.get("/connections")

    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_answers_to_writes_are_not_stored(api):
    assert api.post("/connections/default/disable", {"nonsense": 1}).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("order", ["before us", "after us"])
def test_a_csrf_protection_of_the_whole_host_does_not_ask_the_api_for_a_token(make_app, order):
    if order == "before us":
        app = make_app(WTF_CSRF_ENABLED=True, COUPLING_REGISTER_API=False)
        CSRFProtect(app)
        init_api(app, app.extensions["coupling"])
    else:
        app = make_app(WTF_CSRF_ENABLED=True)
        CSRFProtect(app)
    app.post("/orders")(lambda: "ordered")
    client = app.test_client()

    assert client.post("/orders").status_code == 400
    expect_problem(client.post(ROOT + ENABLE, json={"nonsense": 1}), 422, "input_invalid")
    expect_problem(client.post(ROOT + ENABLE, data={"a": "form"}), 415, "content_type_refused")
