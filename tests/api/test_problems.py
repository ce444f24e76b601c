"""Error answers: problems below our address, the host's own everywhere else."""

import pytest
from flask import abort

from flask_coupling import errors
from flask_coupling.api import problems
from flask_coupling.operations import connections

from .conftest import ROOT, expect_problem

FACTS = {
    "connection": "default",
    "mapping": "CUSTOMER",
    "service": "Business Central",
    "detail": "what it said",
    "client_secret": "hush",
}


@pytest.fixture
def raising(make_app):
    """Make a client of an app which meets the given error at each request."""

    def make(error, **config):
        app = make_app(**config)

        @app.before_request
        def meet():
            raise error

        return app.test_client()

    return make


def test_every_error_is_answered_as_the_problem_it_is(app, api):
    kinds = [each for each in errors.error_classes() if each.__module__.startswith(errors.__name__)]
    met = []

    @app.before_request
    def meet():
        raise met[-1]

    for kind in kinds:
        met.append(kind(**FACTS))
        problem = expect_problem(api.get("/connections"), kind.status, kind.code)
        assert problem["detail"] == met[-1].message
        assert problem["hint"] == met[-1].hint
        assert problem["type"] == f"{ROOT}/docs#{kind.code}"
        assert problem["instance"] == f"{ROOT}/connections"
        assert "hush" not in str(problem)
    assert len(kinds) > 30


def test_a_service_that_asks_to_wait_is_passed_on(raising):
    error = errors.ServiceThrottled(service="Business Central", seconds=7, retry_after=6.6)

    assert raising(error).get(f"{ROOT}/connections").headers["Retry-After"] == "7"


def test_wrong_fields_are_listed_by_name(raising):
    error = errors.InputInvalid(detail="see tenant", errors={"tenant": "Too short.", "company": ["Unknown.", "Empty."]})

    problem = expect_problem(raising(error).get(f"{ROOT}/connections"), 422, "input_invalid")

    assert problem["errors"] == {"tenant": ["Too short."], "company": ["Unknown.", "Empty."]}


def test_an_unknown_method_is_told_which_ones_are_known(api):
    answer = api.call("DELETE", "/connections/default/couplings")

    problem = expect_problem(answer, 405, "method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}
    assert "GET, HEAD, POST" in problem["hint"]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_an_unknown_address_is_a_problem_for_every_method(api, method):
    expect_problem(api.call(method, "/customers", json={}), 404, "address_unknown")


def test_a_bug_is_a_problem_without_its_innards_and_is_logged(raising, caplog):
    client = raising(ZeroDivisionError("secret formula"), PROPAGATE_EXCEPTIONS=False)

    problem = expect_problem(client.get(f"{ROOT}/connections"), 500, "internal_error")

    assert "secret formula" not in str(problem)
    assert "secret formula" in caplog.text


def test_a_set_up_that_cannot_answer_is_logged(raising, caplog):
    raising(errors.SchemaOutdated(current="1", needed="2")).get(f"{ROOT}/connections")

    assert "code=schema_outdated" in caplog.text


def test_who_is_not_logged_in_is_the_hosts_matter(make_app):
    app = make_app()
    app.before_request(lambda: abort(401))
    app.register_error_handler(401, lambda error: ("log in first", 401))

    assert app.test_client().get(f"{ROOT}/connections").data == b"log in first"


def test_the_hosts_own_error_pages_stay_outside_and_ours_inside(app):
    app.register_error_handler(404, lambda error: ("the shop's own page", 404))
    client = app.test_client()

    assert client.get("/nowhere").data == b"the shop's own page"
    expect_problem(client.get(f"{ROOT}/nowhere"), 404, "address_unknown")


@pytest.mark.parametrize(("status", "code"), [(403, "forbidden"), (409, "conflict"), (429, "too_many_requests")])
def test_what_the_host_refuses_below_our_address_is_a_problem_too(make_app, status, code):
    app = make_app()
    app.before_request(lambda: abort(status, "by the host's rule"))

    problem = expect_problem(app.test_client().get(f"{ROOT}/connections"), status, code)

    assert problem["detail"] == "by the host's rule"


def test_every_code_is_described_once():
    codes = [code for code, _, _ in problems.describe_problems()]

    assert codes == sorted(set(codes))
    assert all(meaning for _, _, meaning in problems.describe_problems())


def test_an_error_of_an_operation_reaches_the_caller_as_a_problem(api, app_context):
    problem = expect_problem(api.get("/connections/nowhere"), 404, "connection_not_found")

    with pytest.raises(errors.ConnectionNotFound) as raised:
        connections.get_connection("nowhere")
    assert problem["detail"] == raised.value.message
