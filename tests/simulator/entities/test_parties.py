"""Customers, contacts, users: what the services fill in, and what they refuse."""

from __future__ import annotations

from simulator import Simulator
from tests.simulator.entities.conftest import Call


def test_a_customer_gets_a_company_contact_that_follows_its_name(bc: Call, simulator: Simulator) -> None:
    customer = bc("POST", "/customers", {"displayName": "Æble A/S", "city": "Odense"}).json()
    (information,) = bc("GET", f"/customers({customer['id']})/contactsInformation").json()["value"]
    contact = simulator.bc.get("contacts", information["contactId"])
    assert contact
    assert (contact["type"], contact["displayName"], contact["city"]) == ("Company", "Æble A/S", "Odense")
    assert contact["contactBusinessRelation"] == "Customer"
    bc("PATCH", f"/customers({customer['id']})", {"displayName": "Pære A/S"}, If_Match="*")
    renamed = simulator.bc.get("contacts", contact["id"])
    assert renamed
    assert (renamed["displayName"], renamed["searchName"]) == ("Pære A/S", "PÆRE A/S")


def test_a_deleted_customer_leaves_its_contact_without_a_relation(bc: Call, simulator: Simulator) -> None:
    customer = bc("POST", "/customers", {"displayName": "Gone"}).json()
    assert bc("DELETE", f"/customers({customer['id']})").status_code == 204
    (contact,) = simulator.bc.list("contacts")
    assert contact["contactBusinessRelation"] == "None"
    assert simulator.bc.count("contactsInformation") == 0
    assert simulator.bc.count("customerFinancialDetails") == 0


def test_a_row_that_is_brought_along_may_say_when_it_was_created(sales: Call) -> None:
    moved = {"name": "Moved", "overriddencreatedon": "2020-02-29T12:00:00Z"}
    address = sales("POST", "/accounts", moved).headers["OData-EntityId"].partition("/api/data/v9.2")[2]
    row = sales("GET", address).json()
    assert row["createdon"] == row["overriddencreatedon"] == "2020-02-29T12:00:00Z" < row["modifiedon"]
    sales("PATCH", address, {"overriddencreatedon": "2021-01-01T00:00:00Z"})
    assert sales("GET", address).json()["createdon"] == "2020-02-29T12:00:00Z"


def test_a_customer_with_documents_cannot_be_deleted(bc: Call) -> None:
    customer = bc("POST", "/customers", {"displayName": "Busy"}).json()
    bc("POST", "/salesOrders", {"customerId": customer["id"]})
    reply = bc("DELETE", f"/customers({customer['id']})")
    assert reply.status_code == 400
    assert "at least one outstanding Sales Order" in reply.json()["error"]["message"]


def test_a_person_carries_the_name_of_the_company(bc: Call, simulator: Simulator) -> None:
    bc("POST", "/customers", {"displayName": "Æble A/S"})
    (company,) = simulator.bc.list("contacts")
    person = bc("POST", "/contacts", {"type": "Person", "displayName": "Bo", "companyNumber": company["number"]}).json()
    assert person["companyName"] == "Æble A/S"
    simulator.bc.update("contacts", company["id"], displayName="Pære A/S")
    assert bc("GET", f"/contacts({person['id']})").json()["companyName"] == "Pære A/S"
    reply = bc("POST", "/contacts", {"type": "Person", "displayName": "Ib", "companyNumber": "NOPE"})
    assert reply.status_code == 400


def test_a_contacts_full_name_is_made_of_its_parts(sales: Call) -> None:
    body = {"firstname": "Bo", "lastname": "Ås", "fullname": "ignored"}
    row = sales("POST", "/contacts", body, Prefer="return=representation").json()
    assert row["fullname"] == "Bo Ås"
    sales("PATCH", f"/contacts({row['contactid']})", {"middlename": "V"}, If_Match="*")
    assert sales("GET", f"/contacts({row['contactid']})").json()["fullname"] == "Bo V Ås"


def test_an_accounts_address_is_composed(sales: Call) -> None:
    body = {"name": "A", "address1_line1": "Nygade 1", "address1_postalcode": "5000", "address1_city": "Odense C"}
    row = sales("POST", "/accounts", body, Prefer="return=representation").json()
    assert row["address1_composite"] == "Nygade 1\r\n5000 Odense C"
    assert row["address2_composite"] is None


def test_money_without_a_currency_is_in_the_base_currency(sales: Call, simulator: Simulator) -> None:
    base = simulator.sales.find("transactioncurrencies", isocurrencycode="DKK")
    rich = sales("POST", "/accounts", {"name": "A", "creditlimit": 5}, Prefer="return=representation").json()
    poor = sales("POST", "/accounts", {"name": "B"}, Prefer="return=representation").json()
    assert base
    assert rich["_transactioncurrencyid_value"] == base["transactioncurrencyid"]
    assert poor["_transactioncurrencyid_value"] is None


def test_the_custom_api_and_the_standard_one_keep_their_own_sets(bc: Call, custom: Call) -> None:
    made = custom("POST", "/resources", {"displayName": "Lina", "unitPrice": 850})
    assert made.status_code == 201
    assert made.json()["number"].startswith("R")
    assert custom("GET", f"/resources({made.json()['id']})").json()["unitPrice"] == 850
    assert bc("GET", "/resources").status_code == 404
    assert custom("GET", "/customers").status_code == 404


def test_a_price_list_has_lines(custom: Call) -> None:
    body = {"displayName": "Prices", "priceListLines": [{"assetType": "Item", "unitPrice": 12.5}]}
    made = custom("POST", "/priceLists?$expand=priceListLines", body).json()
    assert made["code"].startswith("S")
    assert [line["unitPrice"] for line in made["priceListLines"]] == [12.5]


def test_a_note_tells_the_size_of_its_file(sales: Call) -> None:
    sent = {"subject": "Offer", "filename": "offer.txt", "mimetype": "text/plain", "documentbody": "aGVsbG8="}
    address = sales("POST", "/annotations", sent).headers["OData-EntityId"].partition("/api/data/v9.2")[2]
    row = sales("GET", address).json()
    assert (row["filesize"], row["isdocument"], row["documentbody"]) == (5, True, "aGVsbG8=")
    assert sales("GET", f"{address}/documentbody/$value").text == "aGVsbG8="
    sales("PATCH", address, {"documentbody": None})
    row = sales("GET", address).json()
    assert (row["filesize"], row["isdocument"]) == (None, False)


def test_a_file_that_is_no_base64_is_refused(sales: Call) -> None:
    for nonsense in ("hello!", "aGVsbG8", "ÆØÅ="):
        refused = sales("POST", "/annotations", {"subject": "Offer", "documentbody": nonsense})
        assert refused.status_code == 400 and "documentbody" in refused.json()["error"]["message"]
    assert sales("GET", "/annotations").json()["value"] == []
