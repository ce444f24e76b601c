"""Options of choices are inserted, renamed, deleted and published as Dataverse does it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.protocol.service import Services

ACCOUNT_TERMS = {"EntityLogicalName": "account", "AttributeLogicalName": "paymenttermscode"}


def label(text: str) -> dict[str, Any]:
    return {
        "@odata.type": "Microsoft.Dynamics.CRM.Label",
        "LocalizedLabels": [{"Label": text, "LanguageCode": 1033}],
    }


def change(services: Services, action: str, **values: Any) -> Any:
    return services.sales("POST", f"/{action}", {**ACCOUNT_TERMS, **values})


def publish(services: Services) -> None:
    xml = "<importexportxml><entities><entity>account</entity></entities></importexportxml>"
    assert services.sales("POST", "/PublishXml", {"ParameterXml": xml}).status_code == 204


def labels(services: Services) -> dict[int, str]:
    path = (
        "/EntityDefinitions(LogicalName='account')/Attributes(LogicalName='paymenttermscode')"
        "/Microsoft.Dynamics.CRM.PicklistAttributeMetadata?$select=LogicalName&$expand=OptionSet($select=Options)"
    )
    options = services.sales("GET", path).json["OptionSet"]["Options"]
    return {one["Value"]: one["Label"]["UserLocalizedLabel"]["Label"] for one in options}


def test_a_new_option_is_seen_and_taken_once_it_is_published(services: Services) -> None:
    answer = change(services, "InsertOptionValue", Label=label("14 DAYS"))
    assert answer.status_code == 200
    number = answer.json["NewOptionValue"]
    assert number >= 100_000_000
    assert number not in labels(services)
    row = {"name": "Adatum", "paymenttermscode": number}
    assert services.sales("POST", "/accounts", row).status_code == 400
    publish(services)
    assert labels(services)[number] == "14 DAYS"
    assert services.sales("POST", "/accounts", row).status_code == 204


def test_a_renamed_option_is_formatted_with_its_new_label_at_once(services: Services) -> None:
    services.store.load("sales", "accounts", [{"name": "Adatum", "paymenttermscode": 1}])
    asked = "/accounts?$select=paymenttermscode"
    wanted = {"Prefer": 'odata.include-annotations="*"'}
    name = "paymenttermscode@OData.Community.Display.V1.FormattedValue"
    assert services.sales("GET", asked, **wanted).json["value"][0][name] == "Net 30"
    assert change(services, "UpdateOptionValue", Value=1, Label=label("30 DAYS"), MergeLabels=False).status_code == 204
    publish(services)
    assert services.sales("GET", asked, **wanted).json["value"][0][name] == "30 DAYS"


def test_a_deleted_option_is_refused_and_rows_keep_it(services: Services) -> None:
    services.store.load("sales", "accounts", [{"name": "Adatum", "paymenttermscode": 4}])
    assert change(services, "DeleteOptionValue", Value=4).status_code == 204
    publish(services)
    assert 4 not in labels(services)
    assert services.sales("POST", "/accounts", {"name": "B", "paymenttermscode": 4}).status_code == 400
    assert services.sales("GET", "/accounts").json["value"][0]["paymenttermscode"] == 4


@pytest.mark.parametrize(
    ("action", "values", "status"),
    [
        ("InsertOptionValue", {"Value": 1, "Label": label("x")}, 400),
        ("InsertOptionValue", {"Label": label("")}, 400),
        ("InsertOptionValue", {"Label": "x"}, 400),
        ("InsertOptionValue", {"Label": {"LocalizedLabels": [{"Label": "x", "LanguageCode": [1]}]}}, 400),
        ("InsertOptionValue", {"Label": {"LocalizedLabels": [7, {"Label": 8, "LanguageCode": 1033}]}}, 400),
        ("InsertOptionValue", {"EntityLogicalName": ["account"], "Label": label("x")}, 404),
        ("InsertOptionValue", {"Value": "1", "Label": label("x")}, 400),
        ("InsertOptionValue", {"AttributeLogicalName": "name", "Label": label("x")}, 404),
        ("InsertOptionValue", {"AttributeLogicalName": "statecode", "Label": label("x")}, 404),
        ("InsertOptionValue", {"OptionSetName": "all", "Label": label("x")}, 501),
        ("UpdateOptionValue", {"Value": 99, "Label": label("x"), "MergeLabels": True}, 404),
        ("UpdateOptionValue", {"Value": 1, "Label": label("x")}, 400),
        ("DeleteOptionValue", {"Value": 99}, 404),
        ("PublishXml", {}, 400),
    ],
)
def test_nonsense_about_options_is_refused(services: Services, action: str, values: Any, status: int) -> None:
    before = labels(services)
    assert change(services, action, **values).status_code == status
    publish(services)
    assert labels(services) == before


def test_options_come_back_with_a_snapshot_and_go_with_a_reset(services: Services) -> None:
    change(services, "InsertOptionValue", Label=label("14 DAYS"))
    publish(services)
    changed = labels(services)
    services.store.snapshot("one")
    change(services, "DeleteOptionValue", Value=1)
    publish(services)
    services.store.restore("one")
    assert labels(services) == changed
    services.store.reset()
    assert len(labels(services)) == 4


def test_a_change_set_that_fails_takes_its_new_option_along(services: Services) -> None:
    parts = [
        ("InsertOptionValue", b'{"EntityLogicalName":"account","AttributeLogicalName":"paymenttermscode",'
         b'"Label":{"LocalizedLabels":[{"Label":"x","LanguageCode":1033}]}}'),
        ("PublishAllXml", b"{}"),
        ("accounts", b'{"nonsense":1}'),
    ]  # fmt: skip
    body = b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n" + b"".join(
        b"--c\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: %d\r\n\r\n"
        b"POST /api/data/v9.2/%s HTTP/1.1\r\nContent-Type: application/json\r\n\r\n%s\r\n"
        % (number, name.encode(), content)
        for number, (name, content) in enumerate(parts, 1)
    ) + b"--c--\r\n--b--\r\n"  # fmt: skip
    before = labels(services)
    services.sales("POST", "/$batch", body, Content_Type="multipart/mixed; boundary=b")
    assert labels(services) == before


def test_a_batch_takes_an_option_that_was_published_before(services: Services) -> None:
    number = change(services, "InsertOptionValue", Label=label("14 DAYS")).json["NewOptionValue"]
    publish(services)
    part = f'{{"name": "Adatum", "paymenttermscode": {number}}}'
    lines = ("--b", "Content-Type: application/http", "", "POST accounts HTTP/1.1", "Content-Type: application/json")
    body = "\r\n".join((*lines, "", part, *lines, "", part, "--b--", "")).encode()
    answer = services.sales("POST", "/$batch", body, Content_Type="multipart/mixed; boundary=b")
    assert answer.text.count("204 No Content") == 2
