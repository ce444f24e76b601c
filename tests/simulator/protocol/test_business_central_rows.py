"""Creating, reading, changing and deleting rows as Business Central answers it."""

from __future__ import annotations

import pytest

from tests.simulator.protocol.service import COMPANY, OTHER_COMPANY, Services


def create(services: Services, **values: object) -> dict[str, object]:
    answer = services.bc("POST", "/customers", {"displayName": "Adatum", **values})
    assert answer.status_code == 201, answer.data
    return dict(answer.json)


def test_a_create_answers_201_with_the_whole_row_its_address_and_blanks_for_nulls(services: Services) -> None:
    answer = services.bc("POST", "/customers", {"displayName": "Adatum", "blocked": " "})
    row = answer.json
    assert answer.status_code == 201
    assert answer.headers["Location"].endswith(f"/companies({COMPANY})/customers({row['id']})")
    assert row["@odata.context"].endswith(f"$metadata#companies({COMPANY})/customers/$entity")
    assert row["blocked"] == "_x0020_" and row["city"] == "" and row["creditLimit"] == 0
    assert row["paymentTermsId"] == "00000000-0000-0000-0000-000000000000"
    assert row["number"]
    assert None not in row.values()


def test_a_patch_needs_if_match_and_a_stale_one_is_409(services: Services) -> None:
    row = create(services)
    path = f"/customers({row['id']})"
    without = services.bc("PATCH", path, {"city": "Aarhus"})
    assert (without.status_code, without.json["error"]["code"]) == (400, "BadRequest_InvalidToken")
    changed = services.bc("PATCH", path, {"city": "Aarhus"}, If_Match=row["@odata.etag"])
    assert (changed.status_code, changed.json["city"]) == (200, "Aarhus")
    assert changed.json["@odata.etag"] != row["@odata.etag"]
    stale = services.bc("PATCH", path, {"city": "Odense"}, If_Match=row["@odata.etag"])
    assert (stale.status_code, stale.json["error"]["code"]) == (409, "Request_EntityChanged")
    assert services.bc("GET", path).json["city"] == "Aarhus"


def test_a_delete_checks_if_match_only_when_it_is_sent(services: Services) -> None:
    row = create(services)
    path = f"/customers({row['id']})"
    services.bc("PATCH", path, {"city": "Aarhus"}, If_Match="*")
    assert services.bc("DELETE", path, If_Match=row["@odata.etag"]).status_code == 409
    assert services.bc("DELETE", path).status_code == 204
    gone = services.bc("GET", path)
    assert (gone.status_code, gone.json["error"]["code"]) == (404, "Internal_RecordNotFound")
    assert services.bc("PATCH", path, {"city": "x"}, If_Match="*").status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "Application_DialogException"),
        ({"displayName": ""}, 400, "Application_DialogException"),
        ({"displayName": "x" * 101}, 400, "Application_StringExceededLength"),
        ({"displayName": "A", "nope": 1}, 400, "BadRequest"),
        ({"displayName": 5}, 400, "BadRequest"),
        ({"displayName": "A", "blocked": "Never"}, 400, "Unknown"),
        ({"displayName": "A", "currencyId": "x"}, 400, "Application_InvalidGUID"),
        ({"displayName": "A", "currencyCode": "XYZ"}, 400, "Application_DialogException"),
        ({"displayName": "A", "id": COMPANY}, 400, "BadRequest_InvalidOperation"),
        ({"displayName": "A", "balanceDue": 3}, 400, "BadRequest_InvalidOperation"),
        ([], 400, "BadRequest"),
        (b"{", 400, "BadRequest"),
    ],
)
def test_a_bad_body_is_refused_and_nothing_is_written(services: Services, body: object, status: int, code: str) -> None:
    answer = services.bc("POST", "/customers", body, Content_Type="application/json")
    assert (answer.status_code, answer.json["error"]["code"]) == (status, code), answer.json
    assert "CorrelationId:  " in answer.json["error"]["message"]
    assert services.bc("GET", "/customers").json["value"] == []
    assert services.store.changes("bc") == []


def test_a_number_that_is_taken_is_refused_and_a_free_one_kept(services: Services) -> None:
    create(services, number="k1")
    again = services.bc("POST", "/customers", {"displayName": "B", "number": "K1"})
    assert (again.status_code, again.json["error"]["code"]) == (400, "Internal_EntityWithSameKeyExists")
    assert create(services, number="K2")["number"] == "K2"


def test_an_id_and_its_code_fill_one_another(services: Services) -> None:
    terms = services.bc("POST", "/currencies", {"code": "dkk", "displayName": "Krone"}).json
    assert terms["code"] == "DKK"
    row = create(services, currencyCode="DKK")
    assert row["currencyId"] == terms["id"]
    cleared = services.bc(
        "PATCH", f"/customers({row['id']})", {"currencyId": "00000000-0000-0000-0000-000000000000"}, If_Match="*"
    ).json
    assert cleared["currencyCode"] == ""


def test_companies_do_not_see_each_other(services: Services) -> None:
    row = create(services)
    other = services.bc_root("GET", f"/companies({OTHER_COMPANY})/customers({row['id']})")
    assert other.status_code == 404
    assert services.bc_root("GET", f"/customers?company={OTHER_COMPANY}").json["value"] == []
    assert len(services.bc_root("GET", "/customers?company=CRONUS").json["value"]) == 1
    unknown = services.bc_root("GET", "/companies(33333333-3333-3333-3333-333333333333)/customers")
    assert (unknown.status_code, unknown.json["error"]["code"]) == (404, "Internal_CompanyNotFound")


def test_no_content_is_answered_when_it_is_preferred(services: Services) -> None:
    answer = services.bc("POST", "/customers", {"displayName": "A"}, Prefer="return-no-content")
    assert (answer.status_code, answer.data) == (204, b"")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/customers(12)", 400),
        ("POST", "/currencyExchangeRates", 405),
        ("PATCH", "/customers", 405),
        ("DELETE", "/customers", 405),
        ("GET", "/customers?$apply=groupby((city))", 501),
        ("GET", "/salesOrderLines", 400),
    ],
)
def test_what_cannot_be_asked_is_refused_in_the_services_own_shape(
    services: Services, method: str, path: str, status: int
) -> None:
    answer = services.bc(method, path, {} if method != "GET" else None)
    assert answer.status_code == status, answer.data
    assert set(answer.json["error"]) == {"code", "message"}


def test_a_property_and_its_raw_value_can_be_read(services: Services) -> None:
    row = create(services, city="Ærø")
    assert services.bc("GET", f"/customers({row['id']})/city").json["value"] == "Ærø"
    assert services.bc("GET", f"/customers({row['id']})/city/$value").data == "Ærø".encode()


def test_lines_are_made_with_their_document_and_their_change_touches_it(services: Services) -> None:
    customer = create(services)
    item = services.bc("POST", "/items", {"number": "1000", "displayName": "Chair", "unitPrice": 10}).json
    order = services.bc(
        "POST",
        "/salesOrders",
        {"customerId": customer["id"], "salesOrderLines": [{"itemId": item["id"], "quantity": 2}]},
    )
    assert order.status_code == 201, order.data
    path = f"/salesOrders({order.json['id']})"
    line = services.bc("GET", f"{path}/salesOrderLines").json["value"][0]
    before = services.bc("GET", path).json["@odata.etag"]
    assert services.bc("PATCH", f"/salesOrderLines({line['id']})", {"quantity": 3}, If_Match="*").status_code == 200
    assert services.bc("GET", path).json["@odata.etag"] != before
    expanded = services.bc("GET", f"{path}?$expand=salesOrderLines").json
    assert [one["quantity"] for one in expanded["salesOrderLines"]] == [3]


@pytest.mark.parametrize("path", ["/Customers", "/CUSTOMERS({id})", "/customers({id})/DisplayName/$VALUE"])
def test_case_does_not_matter_in_addresses(services: Services, path: str) -> None:
    row = create(services)
    assert services.bc("GET", path.replace("{id}", str(row["id"]))).status_code == 200
    assert services.bc("GET", "/customerz").status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("navigation", ["currency", "agedAccountsReceivable", "picture", "defaultDimensions"])
def test_references_are_not_written(services: Services, method: str, navigation: str) -> None:
    row = create(services)
    refused = services.bc(method, f"/customers({row['id']})/{navigation}/$ref", {"@odata.id": "x"})
    assert (refused.status_code, refused.json["error"]["code"]) == (405, "BadRequest_MethodNotAllowed")
