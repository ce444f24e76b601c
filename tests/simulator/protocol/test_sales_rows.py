"""Creating, reading, changing and deleting rows as the Dataverse Web API answers it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.protocol.service import USER, Services

NEW = "33333333-3333-3333-3333-333333333333"


def create(services: Services, entity_set: str = "accounts", **values: object) -> dict[str, object]:
    body = values or {"name": "Adatum"}
    answer = services.sales("POST", f"/{entity_set}", body, Prefer="return=representation")
    assert answer.status_code == 201, answer.data
    return dict(answer.json)


def test_a_create_answers_204_with_the_address_and_no_body(services: Services) -> None:
    answer = services.sales("POST", "/accounts", {"name": "Adatum"})
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["OData-EntityId"].startswith("http://localhost/api/data/v9.2/accounts(")
    assert answer.headers["OData-Version"] == "4.0"


def test_a_read_has_every_column_nulls_included_and_lookups_as_values(services: Services) -> None:
    row = create(services, name="Adatum")
    read = services.sales("GET", f"/accounts({row['accountid']})").json
    assert read["fax"] is None and read["_primarycontactid_value"] is None
    assert read["@odata.etag"] == f'W/"{read["versionnumber"]}"'
    assert read["_ownerid_value"] == USER and read["statecode"] == 0 and read["statuscode"] == 1
    declared = services.store.state_of("sales").service.shapes["accounts"].shown_names
    assert set(declared) == set(read) - {"@odata.context", "@odata.etag"}


def test_a_patch_upserts_unless_if_match_says_update_only(services: Services) -> None:
    made = services.sales("PATCH", f"/accounts({NEW})", {"name": "A"}, Prefer="return=representation")
    assert (made.status_code, made.json["accountid"]) == (201, NEW)
    changed = services.sales("PATCH", f"/accounts({NEW})", {"name": "B"})
    assert (changed.status_code, changed.headers["OData-EntityId"][-38:]) == (204, f"({NEW})")
    missing = services.sales("PATCH", "/accounts(44444444-4444-4444-4444-444444444444)", {"name": "B"}, If_Match="*")
    assert (missing.status_code, missing.json["error"]["code"]) == (404, "0x80040217")
    exists = services.sales("PATCH", f"/accounts({NEW})", {"name": "C"}, If_None_Match="*")
    assert exists.status_code == 412
    stale = services.sales("PATCH", f"/accounts({NEW})", {"name": "C"}, If_Match='W/"1"')
    assert (stale.status_code, stale.json["error"]["code"]) == (412, "0x80060882")
    assert services.sales("GET", f"/accounts({NEW})?$select=name").json["name"] == "B"


def test_every_write_changes_the_version_even_one_that_sets_equal_values(services: Services) -> None:
    row = create(services, name="A")
    again = services.sales("PATCH", f"/accounts({row['accountid']})", {"name": "A"}, Prefer="return=representation")
    assert again.json["versionnumber"] > row["versionnumber"]


def test_a_lookup_is_bound_read_expanded_and_cleared(services: Services) -> None:
    account = create(services, name="Adatum")
    contact = create(
        services, "contacts", lastname="Berg",
        **{"parentcustomerid_account@odata.bind": f"/accounts({account['accountid']})"},
    )  # fmt: skip
    assert contact["_parentcustomerid_value"] == account["accountid"]
    path = f"/contacts({contact['contactid']})"
    read = services.sales("GET", f"{path}?$select=lastname&$expand=parentcustomerid_account($select=name)").json
    assert read["parentcustomerid_account"]["name"] == "Adatum"
    listed = services.sales("GET", f"/accounts({account['accountid']})/contact_customer_accounts?$select=lastname").json
    assert [one["lastname"] for one in listed["value"]] == ["Berg"]
    services.sales("PATCH", path, {"parentcustomerid_account@odata.bind": None})
    assert services.sales("GET", path).json["_parentcustomerid_value"] is None


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"nope": 1}, 400, "0x80048d19"),
        ({"name": "x" * 161}, 400, "0x80044331"),
        ({"name": 5}, 400, "0x80048d19"),
        ({"customertypecode": 99}, 400, "0x8004431a"),
        ({"numberofemployees": 3_000_000_000}, 400, "0x8004432f"),
        ({"creditlimit": -1}, 400, "0x80044330"),
        ({"_primarycontactid_value": NEW}, 400, "0x80048d19"),
        ({"primarycontactid@odata.bind": f"/contacts({NEW})"}, 404, "0x80040217"),
        ({"primarycontactid@odata.bind": f"/accounts({NEW})"}, 400, "0x80048d19"),
        ({"statecode": 0, "statuscode": 2}, 400, "0x80048408"),
        (b"{", 400, "0x80048d19"),
    ],
)
def test_a_bad_body_is_refused_and_nothing_is_written(services: Services, body: object, status: int, code: str) -> None:
    answer = services.sales("POST", "/accounts", body, Content_Type="application/json")
    assert (answer.status_code, answer.json["error"]["code"]) == (status, code), answer.json
    assert services.sales("GET", "/accounts").json["value"] == []


def test_a_state_brings_its_first_status(services: Services) -> None:
    row = create(services, name="A")
    changed = services.sales(
        "PATCH", f"/accounts({row['accountid']})", {"statecode": 1}, Prefer="return=representation"
    ).json
    assert (changed["statecode"], changed["statuscode"]) == (1, 2)


def test_an_id_may_be_chosen_but_not_twice(services: Services) -> None:
    assert create(services, name="A", accountid=NEW)["accountid"] == NEW
    again = services.sales("POST", "/accounts", {"name": "B", "accountid": NEW})
    assert (again.status_code, again.json["error"]["code"]) == (412, "0x80040237")


def test_an_alternate_key_made_by_a_client_is_enforced_and_addresses_rows(services: Services) -> None:
    unknown = services.sales("GET", "/accounts(accountnumber='7')")
    assert unknown.status_code == 400
    key = {"SchemaName": "by_number", "KeyAttributes": ["accountnumber"]}
    assert services.sales("POST", "/EntityDefinitions(LogicalName='account')/Keys", key).status_code == 204
    made = services.sales("PATCH", "/accounts(accountnumber='7')", {"name": "Seven"})
    assert made.headers["OData-EntityId"].endswith("/accounts(accountnumber='7')")
    assert services.sales("GET", "/accounts(accountnumber='7')").json["name"] == "Seven"
    twin = services.sales("POST", "/accounts", {"name": "B", "accountnumber": "7"})
    assert (twin.status_code, twin.json["error"]["code"]) == (412, "0x80060892")


def test_create_multiple_is_all_or_nothing(services: Services) -> None:
    kind = {"@odata.type": "Microsoft.Dynamics.CRM.account"}
    path = "/accounts/Microsoft.Dynamics.CRM.CreateMultiple"
    made = services.sales("POST", path, {"Targets": [kind | {"name": "A"}, kind | {"name": "B"}]})
    assert made.status_code == 200 and len(made.json["Ids"]) == 2
    failed = services.sales("POST", path, {"Targets": [kind | {"name": "C"}, kind | {"name": "x" * 200}]})
    assert failed.status_code == 400
    assert len(services.sales("GET", "/accounts").json["value"]) == 2
    untyped = services.sales("POST", path, {"Targets": [{"name": "D"}]})
    assert untyped.status_code == 400


def test_upsert_multiple_updates_what_is_there_and_makes_the_rest(services: Services) -> None:
    row = create(services, name="A")
    kind = {"@odata.type": "Microsoft.Dynamics.CRM.account"}
    targets = [kind | {"accountid": row["accountid"], "name": "A2"}, kind | {"accountid": NEW, "name": "N"}]
    answer = services.sales("POST", "/accounts/Microsoft.Dynamics.CRM.UpsertMultiple", {"Targets": targets})
    assert [one["RecordCreated"] for one in answer.json["Results"]] == [False, True]
    names = {one["name"] for one in services.sales("GET", "/accounts?$select=name").json["value"]}
    assert names == {"A2", "N"}


def test_annotations_come_before_their_property_and_only_when_asked(services: Services) -> None:
    row = create(services, name="A", customertypecode=3)
    path = f"/accounts({row['accountid']})?$select=customertypecode"
    assert list(services.sales("GET", path).json) == ["@odata.context", "@odata.etag", "customertypecode", "accountid"]
    asked = services.sales("GET", path, Prefer='odata.include-annotations="*"')
    names = list(asked.json)
    formatted = "customertypecode@OData.Community.Display.V1.FormattedValue"
    assert asked.json[formatted] == "Customer"
    assert names.index(formatted) < names.index("customertypecode")
    assert 'odata.include-annotations="*"' in asked.headers["Preference-Applied"]


def test_who_am_i_names_the_caller(services: Services) -> None:
    assert services.sales("GET", "/WhoAmI").json["UserId"] == USER
    assert services.sales("GET", "/WhoAmI()").json["UserId"] == USER


def test_an_unchanged_row_is_304(services: Services) -> None:
    row = create(services, name="A")
    path = f"/accounts({row['accountid']})"
    assert services.sales("GET", path, If_None_Match=row["@odata.etag"]).status_code == 304
    services.sales("PATCH", path, {"name": "B"})
    assert services.sales("GET", path, If_None_Match=row["@odata.etag"]).status_code == 200


def add_user(services: Services, key: str, **values: object) -> None:
    row = {"systemuserid": key, "firstname": "Bo", "azureactivedirectoryobjectid": key.replace("3", "4")}
    services.store.load("sales", "systemusers", [row | values])


ACTING = "33333333-3333-3333-3333-333333333333"


@pytest.mark.parametrize("header", [{"MSCRMCallerID": ACTING}, {"CallerObjectId": ACTING.replace("3", "4")}])
def test_a_request_is_done_as_the_user_it_names(services: Services, header: dict[str, str]) -> None:
    add_user(services, ACTING)
    assert services.sales("GET", "/WhoAmI", **header).json["UserId"] == ACTING
    prefer = {"Prefer": "return=representation"}
    row = services.sales("POST", "/accounts", {"name": "A"}, **header, **prefer).json
    assert row["_createdby_value"] == row["_ownerid_value"] == ACTING
    assert services.sales("GET", "/WhoAmI").json["UserId"] != ACTING


@pytest.mark.parametrize("caller", [ACTING, "nobody"])
def test_an_unknown_or_disabled_user_is_no_member(services: Services, caller: str) -> None:
    add_user(services, ACTING, isdisabled=True)
    before = services.store.version("sales")
    answer = services.sales("POST", "/accounts", {"name": "A"}, MSCRMCallerID=caller)
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "0x80072560")
    assert services.store.version("sales") == before


@pytest.mark.parametrize(
    "queries",
    [None, True, 5, {}, ["x"], [{}], [{"Criteria": 5}], [{"Criteria": {"Conditions": [5]}}],
     [{"Criteria": {"Conditions": [{"Operator": "In", "Values": 5}]}}]],
)  # fmt: skip
def test_a_bulk_delete_of_nonsense_is_refused_and_deletes_nothing(services: Services, queries: Any) -> None:
    create(services, name="Adatum")
    refused = services.sales("POST", "/BulkDelete", {"QuerySet": queries})
    assert refused.status_code in (400, 501) and refused.json["error"]["message"]
    assert len(services.sales("GET", "/accounts").json["value"]) == 1


@pytest.mark.parametrize("names", ["true", "5", "{}", "[5]", "'account'", "nonsense"])
def test_a_count_of_nonsense_is_refused(services: Services, names: str) -> None:
    refused = services.sales("GET", f"/RetrieveTotalRecordCount(EntityNames=@p)?@p={names}")
    assert refused.status_code == 400 and "EntityNames" in refused.json["error"]["message"]
