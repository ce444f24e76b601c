"""Money in Sales has a second value, in the organization's currency, at the rate of the day it was written."""

from __future__ import annotations

from typing import Any

import pytest

from simulator import Simulator
from tests.simulator.entities.conftest import Call

ANNOTATED = {"Prefer": 'odata.include-annotations="*"'}
FORMATTED = "@OData.Community.Display.V1.FormattedValue"


def read(sales: Call, address: str, **headers: str) -> dict[str, Any]:
    found: dict[str, Any] = sales("GET", address.partition("/api/data/v9.2")[2], **headers).json()
    return found


def currency(simulator: Simulator, code: str) -> dict[str, Any]:
    found = simulator.sales.find("transactioncurrencies", isocurrencycode=code)
    assert found is not None
    return found


def test_an_amount_has_its_base_value_at_the_rate_of_its_currency(sales: Call, simulator: Simulator) -> None:
    euro = currency(simulator, "EUR")
    bound = {"transactioncurrencyid@odata.bind": f"/transactioncurrencies({euro['transactioncurrencyid']})"}
    made = sales("POST", "/accounts", {"name": "Adatum", "creditlimit": 1000, **bound})
    row = read(sales, made.headers["OData-EntityId"], **ANNOTATED)
    assert row["exchangerate"] == euro["exchangerate"] != 1
    assert row["creditlimit_base"] == round(1000 / euro["exchangerate"], 4)
    assert row["revenue_base"] is None
    assert row[f"creditlimit{FORMATTED}"].startswith(euro["currencysymbol"])
    assert row[f"creditlimit_base{FORMATTED}"].startswith(currency(simulator, "DKK")["currencysymbol"])


def test_money_without_a_currency_is_in_the_base_currency(sales: Call) -> None:
    row = read(sales, sales("POST", "/accounts", {"name": "Adatum", "revenue": 12.5}).headers["OData-EntityId"])
    assert (row["revenue_base"], row["exchangerate"]) == (12.5, 1)


def test_a_rate_that_changes_later_counts_when_the_money_is_written_again(sales: Call, simulator: Simulator) -> None:
    euro = currency(simulator, "EUR")["transactioncurrencyid"]
    bound = {"transactioncurrencyid@odata.bind": f"/transactioncurrencies({euro})"}
    address = sales("POST", "/accounts", {"name": "A", "creditlimit": 10, **bound}).headers["OData-EntityId"]
    before = read(sales, address)
    simulator.sales.update("transactioncurrencies", euro, exchangerate=2)
    path = address.partition("/api/data/v9.2")[2]
    sales("PATCH", path, {"telephone1": "1"})
    assert read(sales, address)["creditlimit_base"] == before["creditlimit_base"]
    sales("PATCH", path, {"creditlimit": 20})
    assert (read(sales, address)["creditlimit_base"], read(sales, address)["exchangerate"]) == (10, 2)


def test_a_base_amount_cannot_be_written_and_is_ignored(sales: Call) -> None:
    made = sales("POST", "/accounts", {"name": "Adatum", "creditlimit_base": 7})
    assert made.status_code == 204
    assert read(sales, made.headers["OData-EntityId"])["creditlimit_base"] is None


@pytest.mark.simulator(customers=40)
def test_the_seed_has_the_base_amounts_that_the_service_would_have_written(simulator: Simulator) -> None:
    rates = {one["transactioncurrencyid"]: one["exchangerate"] for one in simulator.sales.list("transactioncurrencies")}
    counted = 0
    for entity_set in ("accounts", "opportunities", "salesorders", "salesorderdetails", "productpricelevels"):
        for row in simulator.sales.list(entity_set):
            rate = rates.get(row.get("_transactioncurrencyid_value"))
            assert row.get("exchangerate") == rate
            for name in [name for name in row if name.endswith("_base")]:
                assert row[name] == pytest.approx(row[name.removesuffix("_base")] / rate, abs=0.0001)
                counted += 1
    assert counted > 60
