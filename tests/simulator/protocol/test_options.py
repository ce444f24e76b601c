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
        ("InsertOptionValue", {"OptionSetName": "all", "Label": label("x")}, 404),
        ("InsertOptionValue", {"OptionSetName": ["all"], "Label": label("x")}, 404),
        ("OrderOption", {"Values": [4, 3, 2]}, 400),
        ("OrderOption", {"Values": [4, 3, 2, 2]}, 400),
        ("OrderOption", {"Values": [4, 3, 2, True]}, 400),
        ("OrderOption", {"Values": "4321"}, 400),
        ("OrderOption", {}, 400),
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


def test_options_are_shown_in_the_order_that_was_published(services: Services) -> None:
    assert change(services, "OrderOption", Values=[4, 2, 3, 1]).status_code == 204
    assert list(labels(services)) == [1, 2, 3, 4]
    publish(services)
    assert list(labels(services)) == [4, 2, 3, 1]


def global_set(services: Services, name: str) -> Any:
    return services.sales("GET", f"/GlobalOptionSetDefinitions(Name='{name}')")


def test_global_option_sets_are_listed_and_found_by_name_and_id(services: Services) -> None:
    listed = services.sales("GET", "/GlobalOptionSetDefinitions?$select=Name").json["value"]
    assert "qooi_pricingerrorcode" in [one["Name"] for one in listed]
    found = global_set(services, "need").json
    assert (found["Name"], found["IsGlobal"], len(found["Options"])) == ("need", True, 4)
    assert services.sales("GET", f"/GlobalOptionSetDefinitions({found['MetadataId']})").json["Name"] == "need"
    cast = f"/GlobalOptionSetDefinitions({found['MetadataId']})/Microsoft.Dynamics.CRM.OptionSetMetadata"
    assert services.sales("GET", f"{cast}?$select=Options").json["Options"] == found["Options"]
    assert global_set(services, "nosuch").status_code == 404
    assert services.sales("GET", "/GlobalOptionSetDefinitions?$filter=Name eq 'need'").status_code == 400
    assert services.sales("POST", "/GlobalOptionSetDefinitions", {"Name": "x"}).status_code == 501
    assert services.sales("GET", f"/GlobalOptionSetDefinitions({found['MetadataId']})/Nonsense").status_code == 404


def test_a_column_tells_whether_its_options_are_shared(services: Services) -> None:
    def sets(column: str) -> tuple[Any, Any]:
        found = services.sales(
            "GET",
            f"/EntityDefinitions(LogicalName='opportunity')/Attributes(LogicalName='{column}')"
            "/Microsoft.Dynamics.CRM.PicklistAttributeMetadata?$expand=OptionSet,GlobalOptionSet",
        ).json
        return found["OptionSet"], found["GlobalOptionSet"]

    own, shared = sets("need")
    assert own["IsGlobal"] and shared["Name"] == "need" and shared["Options"] == own["Options"]
    own, shared = sets("opportunityratingcode")
    assert not own["IsGlobal"] and shared is None


def test_an_option_of_a_global_set_is_one_of_every_column_that_has_it(services: Services) -> None:
    values = {"OptionSetName": "qooi_pricingerrorcode", "Label": label("Own Error"), "Value": 100}
    assert services.sales("POST", "/InsertOptionValue", values).json["NewOptionValue"] == 100
    publish(services)
    assert global_set(services, "qooi_pricingerrorcode").json["Options"][-1]["Value"] == 100
    for entity_set in ("quotes", "salesorders", "opportunities"):
        assert services.sales("POST", f"/{entity_set}", {"name": "A", "pricingerrorcode": 100}).status_code == 204
