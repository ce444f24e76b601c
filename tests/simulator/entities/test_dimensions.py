"""Dimension sets of documents and their lines: where they start, who may change them, where they go."""

from __future__ import annotations

from typing import Any

import pytest

from simulator import Simulator
from tests.simulator.entities.conftest import Call
from tests.simulator.entities.test_documents import made, new_document

pytestmark = pytest.mark.simulator(customers=5)


def named(simulator: Simulator, dimension: str, value: str) -> tuple[dict[str, Any], dict[str, Any]]:
    found = simulator.bc.find("dimensions", code=dimension)
    assert found
    row = simulator.bc.find("dimensionValues", dimensionId=found["id"], code=value)
    assert row
    return found, row


def give_default(bc: Call, simulator: Simulator, address: str, dimension: str, value: str) -> dict[str, Any]:
    found, row = named(simulator, dimension, value)
    body = {"dimensionId": found["id"], "dimensionValueId": row["id"]}
    return made(bc("POST", f"{address}/defaultDimensions", body))


def customer_of(simulator: Simulator) -> str:
    customer = simulator.bc.find("customers", number="10000")
    assert customer
    for one in simulator.bc.list("defaultDimensions", parentId=customer["id"]):
        simulator.bc.delete("defaultDimensions", one["id"])
    return f"/customers({customer['id']})"


def dimensions(bc: Call, address: str) -> dict[str, str]:
    return {one["code"]: one["valueCode"] for one in bc("GET", f"{address}/dimensionSetLines").json()["value"]}


def test_a_document_and_its_lines_start_with_the_defaults_of_customer_and_item(bc: Call, simulator: Simulator) -> None:
    customer = customer_of(simulator)
    assert give_default(bc, simulator, customer, "DEPARTMENT", "SALES")["parentType"] == "Customer"
    give_default(bc, simulator, customer, "AREA", "30")
    item = simulator.bc.create("items", {"displayName": "Lamp", "unitPrice": 5})
    give_default(bc, simulator, f"/items({item['id']})", "AREA", "70")
    order = new_document(bc, "salesOrders", salesOrderLines=[{"itemId": item["id"], "quantity": 1}, {}])
    address = f"/salesOrders({order['id']})"
    assert dimensions(bc, address) == {"DEPARTMENT": "SALES", "AREA": "30"}
    assert bc("GET", address).json()["shortcutDimension1Code"] == "SALES"
    first, second = bc("GET", f"{address}/salesOrderLines?$expand=dimensionSetLines").json()["value"]
    shown = [{one["code"]: one["valueCode"] for one in line["dimensionSetLines"]} for line in (first, second)]
    assert shown == [{"DEPARTMENT": "SALES", "AREA": "70"}, {"DEPARTMENT": "SALES", "AREA": "30"}]


def test_a_dimension_is_added_changed_and_removed(bc: Call, simulator: Simulator) -> None:
    customer_of(simulator)
    order = new_document(bc, "salesOrders")
    address = f"/salesOrders({order['id']})"
    dimension, value = named(simulator, "DEPARTMENT", "ADM")
    line = made(bc("POST", f"{address}/dimensionSetLines", {"code": "DEPARTMENT", "valueCode": "ADM"}))
    assert {name: text for name, text in line.items() if "@" not in name} == {
        "id": dimension["id"], "code": "DEPARTMENT", "consolidationCode": "", "parentId": order["id"],
        "parentType": "Sales_x0020_Order", "displayName": "Department", "valueId": value["id"], "valueCode": "ADM",
        "valueConsolidationCode": "", "valueDisplayName": "Administration",
    }  # fmt: skip
    own = f"{address}/dimensionSetLines({dimension['id']})"
    assert bc("GET", own).json()["valueCode"] == "ADM"
    now = bc("GET", address).json()
    assert now["shortcutDimension1Code"] == "ADM" and now["@odata.etag"] != order["@odata.etag"]
    _, other = named(simulator, "DEPARTMENT", "PROD")
    assert bc("PATCH", own, {"valueId": other["id"]}).status_code == 400  # no If-Match
    changed = made(bc("PATCH", own, {"valueId": other["id"]}, If_Match=line["@odata.etag"]), 200)
    assert (changed["valueCode"], changed["valueDisplayName"]) == ("PROD", "Production")
    assert bc("GET", address).json()["shortcutDimension1Code"] == "PROD"
    assert bc("DELETE", own).status_code == 204
    assert bc("GET", own).status_code == 404
    assert bc("GET", address).json()["shortcutDimension1Code"] == ""


def test_the_dimensions_of_a_line_are_its_own(bc: Call, simulator: Simulator) -> None:
    customer_of(simulator)
    quote = new_document(bc, "salesQuotes", salesQuoteLines=[{"description": "x"}, {"description": "y"}])
    address = f"/salesQuotes({quote['id']})"
    first, second = bc("GET", f"{address}/salesQuoteLines").json()["value"]
    row = f"/salesQuoteLines({first['id']})"
    line = made(bc("POST", f"{row}/dimensionSetLines", {"code": "AREA", "valueCode": "80"}))
    assert line["parentType"] == "Sales_x0020_Quote_x0020_Line"
    assert dimensions(bc, row) == {"AREA": "80"}
    assert dimensions(bc, f"/salesQuoteLines({second['id']})") == dimensions(bc, address) == {}
    assert bc("GET", row).json()["@odata.etag"] != first["@odata.etag"]
    made(bc("POST", f"{address}/dimensionSetLines", {"code": "AREA", "valueCode": "30"}))
    filtered = bc("GET", f"{address}/dimensionSetLines?$filter=valueCode eq '30'&$select=code&$count=true").json()
    assert (filtered["@odata.count"], filtered["value"][0]["code"]) == (1, "AREA")


def test_shortcut_codes_and_dimensions_follow_each_other(bc: Call, simulator: Simulator) -> None:
    customer_of(simulator)
    order = new_document(bc, "salesOrders", shortcutDimension2Code="LARGE")
    address = f"/salesOrders({order['id']})"
    assert dimensions(bc, address) == {"CUSTOMERGROUP": "LARGE"}
    bc("PATCH", address, {"shortcutDimension1Code": "PROD", "shortcutDimension2Code": ""}, If_Match="*")
    assert dimensions(bc, address) == {"DEPARTMENT": "PROD"}
    refused = bc("PATCH", address, {"shortcutDimension1Code": "NOPE"}, If_Match="*")
    assert refused.json()["error"]["code"] == "Internal_InvalidTableRelation"
    assert dimensions(bc, address) == {"DEPARTMENT": "PROD"}


def test_another_customer_brings_its_own_dimensions(bc: Call, simulator: Simulator) -> None:
    customer = customer_of(simulator)
    give_default(bc, simulator, customer, "AREA", "30")
    order = new_document(bc, "salesOrders")
    other = simulator.bc.create("customers", {"displayName": "Other"})
    give_default(bc, simulator, f"/customers({other['id']})", "DEPARTMENT", "ADM")
    bc("PATCH", f"/salesOrders({order['id']})", {"customerId": other["id"]}, If_Match="*")
    assert dimensions(bc, f"/salesOrders({order['id']})") == {"DEPARTMENT": "ADM"}


def test_dimensions_go_from_quote_to_order_to_invoice_and_with_their_document(bc: Call, simulator: Simulator) -> None:
    customer = customer_of(simulator)
    give_default(bc, simulator, customer, "AREA", "30")
    quote = new_document(bc, "salesQuotes", salesQuoteLines=[{"lineType": "Item", "quantity": 1, "unitPrice": 5}])
    address = f"/salesQuotes({quote['id']})"
    (line,) = bc("GET", f"{address}/salesQuoteLines").json()["value"]
    made(bc("POST", f"{address}/dimensionSetLines", {"code": "DEPARTMENT", "valueCode": "ADM"}))
    area, _ = named(simulator, "AREA", "30")
    bc("DELETE", f"{address}/dimensionSetLines({area['id']})")
    made(bc("POST", f"/salesQuoteLines({line['id']})/dimensionSetLines", {"code": "DEPARTMENT", "valueCode": "PROD"}))
    order = bc("POST", f"{address}/Microsoft.NAV.makeOrder").headers["Location"].partition("/salesOrders")[2]
    assert dimensions(bc, f"/salesOrders{order}") == {"DEPARTMENT": "ADM"}
    (line,) = bc("GET", f"/salesOrders{order}/salesOrderLines").json()["value"]
    assert dimensions(bc, f"/salesOrderLines({line['id']})") == {"AREA": "30", "DEPARTMENT": "PROD"}
    number = bc("GET", f"/salesOrders{order}").json()["number"]
    assert bc("POST", f"/salesOrders{order}/Microsoft.NAV.shipAndInvoice").status_code == 204
    (invoice,) = bc("GET", f"/salesInvoices?$filter=orderNumber eq '{number}'").json()["value"]
    assert dimensions(bc, f"/salesInvoices({invoice['id']})") == {"DEPARTMENT": "ADM"}
    left = {one["parentId"] for one in simulator.bc.list("dimensionSetLines")}
    assert quote["id"] not in left and order[1:-1] not in left


REFUSED = (
    ("POST", "{order}/dimensionSetLines", {"valueCode": "ADM"}, 'The "id" or "code" field must be filled in.'),
    ("POST", "{order}/dimensionSetLines", {"code": "AREA"}, 'The "valueId" or "valueCode" field must be filled in.'),
    ("POST", "{order}/dimensionSetLines", {"code": "NOPE", "valueCode": "30"}, 'The "code" does not match'),
    ("POST", "{order}/dimensionSetLines", {"code": "AREA", "valueCode": "ADM"}, 'The "valueCode" does not match'),
    ("POST", "{order}/dimensionSetLines", {"id": "{other}", "code": "AREA", "valueCode": "30"}, "do not match to a"),
    ("POST", "{order}/dimensionSetLines", {"code": "DEPARTMENT", "valueCode": "ADM"}, "already exists"),
    ("PATCH", "{order}/dimensionSetLines({own})", {"code": "AREA"}, 'The "id" and "code" fields cannot be modified.'),
    ("PATCH", "{order}/dimensionSetLines({own})", {"valueCode": "30"}, 'The "valueCode" does not match'),
    ("PATCH", "{order}/dimensionSetLines({own})", {"displayName": "x"}, "Control 'displayName' is read-only."),
    ("GET", "/dimensionSetLines", None, "You must get to the parent first"),
    ("GET", "/dimensionSetLines({own})", None, "You must get to the parent first"),
    ("POST", "/dimensionSetLines", {"code": "AREA", "valueCode": "30"}, "You must get to the parent first"),
    ("POST", "/defaultDimensions", {"dimensionId": "{own}"}, "You must get to the parent first"),
)


@pytest.mark.parametrize(("method", "path", "body", "sentence"), REFUSED)
def test_what_is_no_dimension_is_refused(
    bc: Call, simulator: Simulator, method: str, path: str, body: dict[str, str] | None, sentence: str
) -> None:
    customer_of(simulator)
    order = new_document(bc, "salesOrders", shortcutDimension1Code="ADM")
    own, other = (named(simulator, *names)[0]["id"] for names in (("DEPARTMENT", "ADM"), ("CUSTOMERGROUP", "LARGE")))
    words = {"{order}": f"/salesOrders({order['id']})", "{own}": own, "{other}": other}
    for mark, text in words.items():
        path = path.replace(mark, text)
        body = body and {name: value.replace(mark, text) for name, value in body.items()}
    version = simulator.store.version("bc")
    reply = bc(method, path, body, If_Match="*")
    assert reply.status_code == 400, reply.text
    assert sentence in reply.json()["error"]["message"]
    assert simulator.store.version("bc") == version


def test_lines_are_read_from_the_set_by_their_parent(bc: Call, simulator: Simulator) -> None:
    customer_of(simulator)
    order = new_document(bc, "salesOrders", shortcutDimension1Code="ADM")
    condition = f"parentId eq {order['id']} and parentType eq 'Sales Order'"
    (line,) = made(bc("GET", f"/dimensionSetLines?$filter={condition}"), 200)["value"]
    assert line["valueCode"] == "ADM"


def test_a_row_has_one_default_of_each_dimension_with_a_value_of_it(bc: Call, simulator: Simulator) -> None:
    customer = customer_of(simulator)
    give_default(bc, simulator, customer, "AREA", "30")
    (area, europe), (_, adm) = named(simulator, "AREA", "30"), named(simulator, "DEPARTMENT", "ADM")
    twice = bc("POST", f"{customer}/defaultDimensions", {"dimensionId": area["id"], "dimensionValueId": europe["id"]})
    assert twice.json()["error"]["code"] == "Internal_EntityWithSameKeyExists"
    (own,) = bc("GET", f"{customer}/defaultDimensions").json()["value"]
    wrong = bc("PATCH", f"/defaultDimensions({own['id']})", {"dimensionValueId": adm["id"]}, If_Match="*")
    assert "dimensionValueId" in wrong.json()["error"]["message"]
