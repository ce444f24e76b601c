"""Dataverse's webhooks: registering steps, what is posted, credentials, failures within and after the transaction."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from simulator.faults import FaultRule
from tests.simulator.protocol.service import USER, Services

URL = "https://hooks.example/sales"
SETTINGS = '<settings><setting name="x-key" value="s&amp;t" /></settings>'


def register(services: Services, message: str = "Create", entity: str = "account", **more: Any) -> Any:
    """Register an endpoint with one step and return the step's answer; `endpoint` changes the endpoint."""
    endpoint = {"name": "Hook", "url": URL, "contract": 8, "authtype": 4, "authvalue": "k&y"} | more.pop("endpoint", {})
    made = services.sales("POST", "/serviceendpoints", endpoint, Prefer="return=representation")
    assert made.status_code == 201, made.json
    (found,) = services.sales("GET", f"/sdkmessages?$filter=name eq '{message}'").json["value"]
    asked = f"primaryobjecttypecode eq '{entity}' and _sdkmessageid_value eq {found['sdkmessageid']}"
    (table,) = services.sales("GET", f"/sdkmessagefilters?$filter={asked}").json["value"]
    step = {
        "name": f"{message} of {entity}",
        "mode": 1,
        "stage": 40,
        "sdkmessageid@odata.bind": f"/sdkmessages({found['sdkmessageid']})",
        "sdkmessagefilterid@odata.bind": f"/sdkmessagefilters({table['sdkmessagefilterid']})",
        "eventhandler_serviceendpoint@odata.bind": f"/serviceendpoints({made.json['serviceendpointid']})",
    }
    return services.sales("POST", "/sdkmessageprocessingsteps", step | more, Prefer="return=representation")


def account(services: Services, **values: Any) -> str:
    made = services.sales("POST", "/accounts", {"name": "Adatum", **values}, Prefer="return=representation")
    assert made.status_code == 201, made.json
    key: str = made.json["accountid"]
    return key


def contexts(services: Services) -> list[Any]:
    services.notifier.deliver()
    return [orjson.loads(body) for _, body in services.posted]


def attributes(context: Any) -> dict[str, Any]:
    (target,) = context["InputParameters"]
    assert target["key"] == "Target"
    return {one["key"]: one["value"] for one in target["value"]["Attributes"]}


def test_a_created_row_is_posted_with_its_values_in_the_words_of_the_sdk(services: Services) -> None:
    assert register(services).status_code == 201
    contact = services.sales("POST", "/contacts", {"lastname": "Bo"}, Prefer="return=representation").json["contactid"]
    bound = {"primarycontactid@odata.bind": f"/contacts({contact})"}
    key = account(services, creditlimit=5.5, customertypecode=3, **bound)
    (context,) = contexts(services)
    assert (context["MessageName"], context["PrimaryEntityName"], context["PrimaryEntityId"]) == (
        "Create",
        "account",
        key,
    )
    assert (context["Mode"], context["Stage"], context["UserId"], context["Depth"]) == (1, 40, USER, 1)
    values = attributes(context)
    assert values["name"] == "Adatum" and values["accountid"] == key
    assert values["creditlimit"]["Value"] == 5.5 and values["creditlimit"]["__type"].startswith("Money:")
    assert values["customertypecode"]["Value"] == 3
    assert (values["primarycontactid"]["LogicalName"], values["primarycontactid"]["Id"]) == ("contact", contact)
    assert values["createdon"].startswith("/Date(")
    headers = services.posted_headers[0]
    assert headers["x-ms-dynamics-entity-name"] == "account" and headers["x-ms-dynamics-request-name"] == "Create"
    assert headers["x-ms-correlation-request-id"] == context["CorrelationId"]


def test_an_update_is_told_only_when_a_named_column_changed_and_carries_only_what_changed(services: Services) -> None:
    register(services, "Update", filteringattributes="name,telephone1")
    key = account(services)
    services.sales("PATCH", f"/accounts({key})", {"fax": "1"})
    services.sales("PATCH", f"/accounts({key})", {"telephone1": "2"})
    (context,) = contexts(services)
    values = attributes(context)
    assert values["telephone1"] == "2" and "fax" not in values and "name" not in values


def test_a_deleted_row_is_posted_as_a_reference(services: Services) -> None:
    register(services, "Delete")
    key = account(services)
    services.sales("DELETE", f"/accounts({key})")
    (context,) = contexts(services)
    assert context["InputParameters"][0]["value"]["LogicalName"] == "account"
    assert context["InputParameters"][0]["value"]["Id"] == key


@pytest.mark.parametrize(
    ("endpoint", "url", "header"),
    [
        ({"authtype": 4, "authvalue": "k&y"}, f"{URL}?code=k%26y", None),
        ({"authtype": 5, "authvalue": SETTINGS}, URL, "s&t"),
        ({"authtype": 6, "authvalue": SETTINGS, "url": f"{URL}?a=1"}, f"{URL}?a=1&x-key=s%26t", None),
    ],
)
def test_each_kind_of_credential_goes_where_it_belongs_and_is_never_answered(
    services: Services, endpoint: dict[str, Any], url: str, header: str | None
) -> None:
    register(services, endpoint=endpoint)
    account(services)
    contexts(services)
    assert services.posted[0][0] == url and services.posted_headers[0].get("x-key") == header
    (shown,) = services.sales("GET", "/serviceendpoints").json["value"]
    assert shown.get("authvalue") is None
    services.sales("PATCH", f"/serviceendpoints({shown['serviceendpointid']})", {"name": "Renamed"})
    account(services)
    contexts(services)
    assert services.posted[1][0] == url


def test_a_synchronous_step_that_fails_refuses_the_write(services: Services) -> None:
    register(services, mode=0)
    kept = account(services)
    services.subscriber_status.append(500)
    refused = services.sales("POST", "/accounts", {"name": "B"})
    assert refused.status_code == 400 and "500" in refused.json["error"]["message"]
    assert [row["accountid"] for row in services.sales("GET", "/accounts").json["value"]] == [kept]
    assert len(services.posted) == 2 and not services.notifier.deliver(now=True)


def test_a_refused_part_of_a_batch_leaves_nothing_behind_and_the_others_stand(services: Services) -> None:
    register(services, mode=0, endpoint={"authtype": 4})
    services.subscriber_status.append(500)
    part = "--b\r\nContent-Type: application/http\r\n\r\n{}\r\n"
    create = "POST /api/data/v9.2/{} HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{}"
    body = "".join(
        part.format(create.format(path, json))
        for path, json in (("accounts", '{"name":"B"}'), ("contacts", '{"lastname":"C"}'))
    )
    headers = {"Content_Type": "multipart/mixed; boundary=b", "Prefer": "odata.continue-on-error"}
    services.sales("POST", "/$batch", f"{body}--b--\r\n".encode(), **headers)
    assert services.sales("GET", "/accounts").json["value"] == []
    assert len(services.sales("GET", "/contacts").json["value"]) == 1


def test_an_asynchronous_post_is_tried_again_after_503_and_given_up_after_400(services: Services) -> None:
    register(services)
    services.clock.freeze()
    account(services)
    services.subscriber_status.append(503)
    assert services.notifier.deliver() == 1
    assert services.notifier.deliver() == 0
    services.subscriber_status.append(400)
    services.clock.advance(61)
    assert services.notifier.deliver() == 1
    services.clock.advance(100_000)
    assert services.notifier.deliver() == 0


def test_a_disabled_step_tells_nothing(services: Services) -> None:
    step = register(services).json
    disabled = {"statecode": 1, "statuscode": 2}
    services.sales("PATCH", f"/sdkmessageprocessingsteps({step['sdkmessageprocessingstepid']})", disabled)
    account(services)
    assert contexts(services) == []


def test_a_context_over_256_kilobytes_is_posted_without_its_parameters(services: Services) -> None:
    register(services, entity="annotation")
    services.sales("POST", "/annotations", {"subject": "S", "notetext": "x" * 90_000, "documentbody": "eHh4" * 60_000})
    (context,) = contexts(services)
    assert context["InputParameters"] == [] and context["PrimaryEntityName"] == "annotation"
    assert services.posted_headers[0]["x-ms-dynamics-msg-size-exceeded"] == "true"


@pytest.mark.parametrize(
    "endpoint",
    [
        {"contract": 7},
        {"url": "http://elsewhere.example/hook"},
        {"authvalue": None},
        {"authtype": 5, "authvalue": "no xml"},
        {"name": None},
    ],
)
def test_an_endpoint_that_cannot_be_served_is_refused(services: Services, endpoint: dict[str, Any]) -> None:
    values = {"name": "Hook", "url": URL, "contract": 8, "authtype": 4, "authvalue": "k"} | endpoint
    assert services.sales("POST", "/serviceendpoints", values).status_code == 400
    assert services.sales("GET", "/serviceendpoints").json["value"] == []


@pytest.mark.parametrize("more", [{"stage": 20}, {"mode": 2}])
def test_a_step_at_another_stage_is_refused(services: Services, more: dict[str, Any]) -> None:
    assert register(services, **more).status_code == 400


def test_a_step_for_a_message_that_is_not_told_is_refused_by_name(services: Services) -> None:
    refused = register(services, "Retrieve")
    assert refused.status_code == 400 and "Create, Update, Delete" in refused.json["error"]["message"]


def test_an_endpoint_with_steps_cannot_be_deleted(services: Services) -> None:
    register(services)
    (endpoint,) = services.sales("GET", "/serviceendpoints").json["value"]
    assert services.sales("DELETE", f"/serviceendpoints({endpoint['serviceendpointid']})").status_code == 400


def test_a_lost_notice_is_not_posted(services: Services) -> None:
    register(services)
    services.faults.add(FaultRule("lost_notice", service="sales"))
    account(services)
    assert contexts(services) == []
