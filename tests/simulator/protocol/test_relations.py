"""Codes that stand in a table of their own: an unknown one is refused, wherever it is written."""

from __future__ import annotations

from typing import Any

from tests.simulator.protocol.service import COMPANY, OTHER_COMPANY, Services

UNRELATED = "Internal_InvalidTableRelation"


def add_country(services: Services, code: str, company: str = COMPANY) -> dict[str, Any]:
    answer = services.bc_root("POST", f"/companies({company})/countriesRegions", {"code": code})
    assert answer.status_code == 201, answer.data
    return dict(answer.json)


def creates(*parts: tuple[str, dict[str, str]]) -> dict[str, Any]:
    return {
        "requests": [
            {
                "id": str(number),
                "method": "POST",
                "url": f"companies({COMPANY})/{entity_set}",
                "headers": {"Content-Type": "application/json"},
                "body": body,
            }
            for number, (entity_set, body) in enumerate(parts)
        ]
    }


def test_an_unknown_code_is_refused_in_the_words_of_the_service_and_nothing_is_stored(services: Services) -> None:
    answer = services.bc("POST", "/customers", {"displayName": "Adatum", "country": "xx"})
    error = answer.json["error"]
    assert (answer.status_code, error["code"]) == (400, UNRELATED)
    assert error["message"].startswith(
        "The field Country/Region Code of table Customer contains a value (XX) that cannot be found in the related "
        "table (Country/Region)."
    )
    assert services.bc("GET", "/customers").json["value"] == []


def test_a_document_names_the_table_its_rows_are_in(services: Services) -> None:
    customer = services.bc("POST", "/customers", {"displayName": "Adatum"}).json["id"]
    answer = services.bc("POST", "/salesOrders", {"customerId": customer, "salesperson": "NN"})
    assert "The field Salesperson Code of table Sales Header contains a value (NN)" in answer.json["error"]["message"]


def test_each_company_has_its_own_codes(services: Services) -> None:
    add_country(services, "SE", OTHER_COMPANY)
    body = {"displayName": "Adatum", "country": "SE"}
    assert services.bc("POST", "/customers", body).json["error"]["code"] == UNRELATED
    assert services.bc_root("POST", f"/companies({OTHER_COMPANY})/customers", body).status_code == 201


def test_a_code_made_earlier_in_a_batch_is_known_and_an_unknown_one_refuses_its_part_alone(services: Services) -> None:
    named = [
        ("customers", {"displayName": name, "country": code})
        for name, code in zip("ABC", ("SE", "XX", "SE"), strict=True)
    ]
    batch = creates(("countriesRegions", {"code": "SE"}), *named)
    answer = services.bc_root("POST", "/$batch", batch, Prefer="odata.continue-on-error")
    assert [one["status"] for one in answer.json["responses"]] == [201, 201, 400, 201]
    assert answer.json["responses"][2]["body"]["error"]["code"] == UNRELATED
    assert [row["displayName"] for row in services.bc("GET", "/customers").json["value"]] == ["A", "C"]


def test_a_code_that_is_gone_since_stays_where_it_stands(services: Services) -> None:
    country = add_country(services, "SE")
    row = services.bc("POST", "/customers", {"displayName": "Adatum", "country": "SE"}).json
    assert services.bc("DELETE", f"/countriesRegions({country['id']})").status_code == 204
    (contact,) = services.bc("GET", "/contacts").json["value"]  # it was put off, and is made now
    assert contact["country"] == "SE"
    address = f"/customers({row['id']})"
    assert services.bc("PATCH", address, {"city": "Lund"}, If_Match="*").json["country"] == "SE"
    again = services.bc("PATCH", address, {"country": "SE"}, If_Match="*")
    assert (again.status_code, again.json["error"]["code"]) == (400, UNRELATED)


def test_a_number_of_a_big_table_is_looked_up_there(services: Services) -> None:
    contact = services.bc("POST", "/contacts", {"displayName": "Ann", "type": "Person"}).json["number"]
    assert services.bc("POST", "/opportunities", {"contactNumber": contact}).status_code == 201
    refused = services.bc("POST", "/opportunities", {"contactNumber": "CT9"})
    assert refused.json["error"]["code"] == UNRELATED
    company = services.bc("POST", "/contacts", {"displayName": "Bo", "type": "Person", "companyNumber": "CT9"})
    assert company.json["error"]["code"] == UNRELATED


def test_an_item_that_a_document_sells_is_not_deleted(services: Services) -> None:
    item = services.bc("POST", "/items", {"displayName": "Chair"}).json["id"]
    customer = services.bc("POST", "/customers", {"displayName": "Adatum"}).json["id"]
    lines = [{"lineType": "Item", "itemId": item}]
    order = services.bc("POST", "/salesOrders", {"customerId": customer, "salesOrderLines": lines}).json["id"]
    refused = services.bc("DELETE", f"/items({item})")
    assert (refused.status_code, refused.json["error"]["code"]) == (400, "Application_DialogException")
    assert "outstanding Sales Order" in refused.json["error"]["message"]
    assert services.bc("DELETE", f"/salesOrders({order})").status_code == 204
    assert services.bc("DELETE", f"/items({item})").status_code == 204


def make(services: Services, entity_set: str, **values: Any) -> dict[str, Any]:
    answer = services.bc("POST", f"/{entity_set}", values)
    assert answer.status_code == 201, answer.data
    return dict(answer.json)


def change(services: Services, entity_set: str, row: dict[str, Any], **values: Any) -> None:
    answer = services.bc("PATCH", f"/{entity_set}({row['id']})", values, If_Match="*")
    assert answer.status_code == 200, answer.data


def read(services: Services, entity_set: str, row: dict[str, Any]) -> dict[str, Any]:
    return dict(services.bc("GET", f"/{entity_set}({row['id']})").json)


def test_a_new_code_reaches_what_names_the_row_by_it_posted_documents_too(services: Services) -> None:
    currency, seller = make(services, "currencies", code="EUR"), make(services, "salespeoplePurchasers", code="JO")
    unit = make(services, "unitsOfMeasure", code="PCS")
    item = make(services, "items", displayName="Chair", baseUnitOfMeasureCode="PCS")
    customer = make(services, "customers", displayName="Adatum", currencyCode="EUR", salespersonCode="JO")
    other = make(services, "customers", displayName="Other")
    lines = [{"lineType": "Item", "itemId": item["id"], "quantity": 1, "unitPrice": 5}]
    invoice = make(services, "salesInvoices", customerId=customer["id"], salesInvoiceLines=lines)
    assert services.bc("POST", f"/salesInvoices({invoice['id']})/Microsoft.NAV.post").status_code == 204
    posted, untouched = read(services, "salesInvoices", invoice), read(services, "customers", other)
    for entity_set, row, new in (
        ("currencies", currency, "EURO"), ("salespeoplePurchasers", seller, "JIM"), ("unitsOfMeasure", unit, "STK"),
    ):  # fmt: skip
        change(services, entity_set, row, code=new)
    change(services, "items", item, number="CHAIR-1")
    change(services, "customers", customer, number="ADATUM")
    now = read(services, "customers", customer)
    assert (now["currencyCode"], now["salespersonCode"], now["currencyId"]) == ("EURO", "JIM", currency["id"])
    assert read(services, "items", item)["baseUnitOfMeasureCode"] == "STK"
    document = services.bc("GET", f"/salesInvoices({invoice['id']})?$expand=salesInvoiceLines").json
    assert (document["customerNumber"], document["billToCustomerNumber"]) == ("ADATUM", "ADATUM")
    assert (document["currencyCode"], document["salesperson"], document["status"]) == ("EURO", "JIM", "Open")
    assert document["@odata.etag"] != posted["@odata.etag"]
    (line,) = document["salesInvoiceLines"]
    assert (line["unitOfMeasureCode"], line["lineObjectNumber"]) == ("STK", "CHAIR-1")
    details = services.bc("GET", f"/customers({customer['id']})/customerFinancialDetail").json
    assert details["number"] == "ADATUM"
    assert read(services, "customers", other)["@odata.etag"] == untouched["@odata.etag"]


def test_a_new_number_of_a_company_contact_reaches_its_people_and_opportunities(services: Services) -> None:
    customer = make(services, "customers", displayName="Adatum")
    (company,) = services.bc("GET", "/contacts").json["value"]
    person = make(services, "contacts", displayName="Ann", type="Person", companyNumber=company["number"])
    opportunity = make(services, "opportunities", contactNumber=company["number"])
    change(services, "contacts", company, number="CT-NEW")
    now = read(services, "contacts", person)
    assert (now["companyNumber"], now["companyName"]) == ("CT-NEW", "Adatum")
    assert read(services, "opportunities", opportunity)["contactNumber"] == "CT-NEW"
    (information,) = services.bc("GET", f"/customers({customer['id']})/contactsInformation").json["value"]
    assert information["contactNumber"] == "CT-NEW"


def test_a_refused_part_of_a_batch_takes_its_renaming_back(services: Services) -> None:
    currency = make(services, "currencies", code="EUR")
    customer = make(services, "customers", displayName="Adatum", currencyCode="EUR")
    parts = [
        {"id": "1", "method": "PATCH", "url": f"companies({COMPANY})/currencies({currency['id']})",
         "headers": {"Content-Type": "application/json", "If-Match": "*"}, "body": {"code": "EURO"}},
        creates(("customers", {}))["requests"][0],
    ]  # fmt: skip
    services.bc_root("POST", "/$batch", {"requests": parts}, Isolation="snapshot")
    assert read(services, "customers", customer)["currencyCode"] == "EUR"
    assert read(services, "currencies", currency)["code"] == "EUR"
