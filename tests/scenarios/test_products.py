"""Items, units, resources and price lists, and what becomes of them in Sales."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from flask_coupling.core.table_filter import EVERYTHING, where
from flask_coupling.errors import CouplingError, OutsideFilter
from flask_coupling.operations import couplings, record_lists

from .conftest import C, counted

EMPTY = "00000000-0000-0000-0000-000000000000"


def unit(stage: Any, code: str = "PCS") -> str:
    """A unit of measure of Business Central."""
    return str(stage.simulator.bc.find("unitsOfMeasure", code=code)["id"])


def item(stage: Any, name: str = "Chair", **values: Any) -> str:
    """A user creates an item in Business Central; its id."""
    row = {"displayName": name, "unitPrice": 120.5, "baseUnitOfMeasureId": unit(stage), **values}
    return str(stage.simulator.bc.create("items", row)["id"])


def price_list(stage: Any, *items: str, status: str = "Active") -> str:
    """A user creates a price list with a line for each of these items; its id."""
    bc = stage.simulator.bc
    made = bc.create("priceLists", {"displayName": "Winter", "status": status})["id"]
    for number, one in enumerate(items):
        row = {"priceListId": made, "itemId": one, "unitPrice": 99 + number, "unitOfMeasureId": unit(stage)}
        bc.create("priceListLines", row)
    return str(made)


def new_product(stage: Any, one: str) -> Any:
    """The product that is created for an item."""
    return stage.sales(couplings.create_partner(C, "ITEM-PRODUCT", "bc", one).coupling.sales_id, "products")


def test_bc_009_a_new_product_is_active_with_the_items_price_and_its_price_list_follows(stage):
    one = item(stage)
    product = new_product(stage, one)
    assert (product["statecode"], product["price"], product["name"]) == (0, 120.5, "Chair")
    couplings.create_partner(C, "PLHEADER-PRICE", "bc", price_list(stage, one))
    assert counted(stage.run(mapping="PLLINE-PRODPRICE"))["inserted"] == 1
    line = stage.simulator.sales.find("productpricelevels", _productid_value=product["productid"])
    assert (line["amount"], line["pricingmethodcode"]) == (99, 1)


def test_bc_010_an_item_without_a_base_unit_is_refused_by_name_and_not_coupled(stage):
    with pytest.raises(CouplingError, match="baseUnitOfMeasureId"):
        couplings.create_partner(C, "ITEM-PRODUCT", "bc", item(stage, baseUnitOfMeasureId=EMPTY))
    assert stage.coupled("ITEM-PRODUCT") == {} and stage.simulator.sales.count("products") == 0


def test_bc_012_a_unit_is_coupled_to_another_group_whose_data_are_overwritten(stage):
    groups = [row["uomscheduleid"] for row in stage.simulator.sales.list("uomschedules")]
    first, second = groups[0], groups[1]
    box = unit(stage, "BOX")
    stage.couple(box, first, mapping="UNIT OF MEASURE")
    couplings.couple(C, "UNIT OF MEASURE", box, second, synchronize="bc", move=True)
    assert stage.coupled("UNIT OF MEASURE") == {box: second}
    assert stage.sales(second, "uomschedules")["name"] == "Box"


def test_bc_015_a_draft_price_list_is_not_offered_and_not_created(stage):
    draft = price_list(stage, status="Draft")
    assert record_lists.list_records(C, "PLHEADER-PRICE", "bc").rows == ()
    with pytest.raises(OutsideFilter, match="status"):
        couplings.create_partner(C, "PLHEADER-PRICE", "bc", draft)


def test_bc_017_an_active_price_list_and_its_lines_are_coupled_and_active_in_sales(stage):
    items = [item(stage, name) for name in ("Chair", "Desk")]
    for one in items:
        new_product(stage, one)
    made = couplings.create_partner(C, "PLHEADER-PRICE", "bc", price_list(stage, *items)).coupling
    assert stage.sales(made.sales_id, "pricelevels")["statecode"] == 0
    assert counted(stage.run(mapping="PLLINE-PRODPRICE")) == {"inserted": 2}
    rows = stage.simulator.sales.list("productpricelevels", _pricelevelid_value=made.sales_id)
    assert sorted(row["amount"] for row in rows) == [99, 100]
    line = next(iter(stage.coupled("PLLINE-PRODPRICE")))
    stage.edit_bc(line, "priceListLines", unitPrice=150)
    assert counted(stage.run(mapping="PLLINE-PRODPRICE")) == {"modified": 1}


def test_a_price_of_something_uncoupled_waits_by_name_and_the_others_go_on(stage):
    known, unknown = item(stage, "Chair"), item(stage, "Desk", number="DESK-1")
    new_product(stage, known)
    couplings.create_partner(C, "PLHEADER-PRICE", "bc", price_list(stage, known, unknown))
    job = stage.run(mapping="PLLINE-PRODPRICE")
    assert counted(job) == {"inserted": 1, "skipped": 1}
    (error,) = stage.errors(job)
    assert error.problem.code == "reference_missing" and "DESK-1" in error.problem.message
    new_product(stage, unknown)
    assert counted(stage.run(mapping="PLLINE-PRODPRICE")) == {"inserted": 1}


def test_a_price_from_ten_pieces_on_is_not_told(stage):
    one = item(stage)
    new_product(stage, one)
    made = price_list(stage, one)
    couplings.create_partner(C, "PLHEADER-PRICE", "bc", made)
    row = {"priceListId": made, "itemId": one, "unitPrice": 80, "minimumQuantity": 10, "unitOfMeasureId": unit(stage)}
    stage.simulator.bc.create("priceListLines", row)
    assert counted(stage.run(mapping="PLLINE-PRODPRICE")) == {"inserted": 1}


def test_a_resources_price_is_that_of_its_product(stage):
    row = {"displayName": "Ann", "unitPrice": 850, "baseUnitOfMeasureId": unit(stage, "HOUR")}
    resource = stage.simulator.bc.create("resources", row)["id"]
    product = couplings.create_partner(C, "RESOURCE-PRODUCT", "bc", resource).coupling.sales_id
    made = price_list(stage)
    couplings.create_partner(C, "PLHEADER-PRICE", "bc", made)
    line = {"priceListId": made, "assetType": "Resource", "resourceId": resource, "unitPrice": 800}
    stage.simulator.bc.create("priceListLines", {**line, "unitOfMeasureId": unit(stage, "HOUR")})
    assert counted(stage.run(mapping="PLLINE-PRODPRICE")) == {"inserted": 1}
    assert stage.simulator.sales.find("productpricelevels", _productid_value=product)["amount"] == 800


def test_bc_019_an_items_unit_is_the_group_and_the_unit_of_its_code_in_sales(stage):
    """Business Central's API has no units of single items: each unit of measure is a group of its own."""
    product = new_product(stage, item(stage))
    uom = stage.sales(product["_defaultuomid_value"], "uoms")
    assert uom["name"] == "PCS" and uom["_uomscheduleid_value"] == product["_defaultuomscheduleid_value"]
    assert unit(stage) in stage.coupled("BASE UNIT") and unit(stage) in stage.coupled("UNIT OF MEASURE")


def test_bc_030_a_product_becomes_an_item_whose_unit_is_business_centrals_to_choose(stage):
    """The unit flows to Sales only: the new item has no unit until somebody gives it one, and no guess is made."""
    couplings.create_partner(C, "ITEM-PRODUCT", "bc", item(stage))
    group = next(iter(stage.coupled("UNIT OF MEASURE").values()))
    values = {"name": "Lamp", "productnumber": "L-1", "producttypecode": 1, "quantitydecimal": 2}
    lamp = stage.simulator.sales.create("products", {**values, "_defaultuomscheduleid_value": group})["productid"]
    made = couplings.create_partner(C, "ITEM-PRODUCT", "sales", lamp).coupling
    row = stage.bc(made.bc_id, "items")
    assert row["displayName"] == "Lamp" and row["baseUnitOfMeasureId"] == EMPTY


def test_bc_079_and_bc_085_and_bc_089_items_and_units_are_uncoupled_one_by_one(stage):
    pairs = [couplings.create_partner(C, "ITEM-PRODUCT", "bc", item(stage, f"Chair {each}")).coupling for each in "abc"]
    writes = len(stage.simulator.sales.changes("products"))
    couplings.uncouple(C, pairs[0].id)
    assert list(stage.coupled("ITEM-PRODUCT")) == [pair.bc_id for pair in pairs[1:]]
    assert couplings.uncouple_many(C, [pair.id for pair in pairs[1:]]) == 2
    assert stage.coupled("ITEM-PRODUCT") == {} and len(stage.simulator.sales.changes("products")) == writes
    [coupled] = [row for row in couplings.list_couplings(C, "UNIT OF MEASURE").rows if row.bc_id == unit(stage)]
    couplings.uncouple(C, coupled.id)
    assert unit(stage) not in stage.coupled("UNIT OF MEASURE")


def test_bc_267_blocking_an_item_retires_its_product_once_the_filters_let_both_through(stage):
    shipped = stage.coupling._state.mappings["ITEM-PRODUCT"]
    fields = tuple(replace(each, enabled=True) if each.name == "blocked" else each for each in shipped.fields)
    kind = where("producttypecode", "eq", 1)
    stage.set_mapping("ITEM-PRODUCT", bc_filter=EVERYTHING, sales_filter=kind, fields=fields)
    pair = couplings.create_partner(C, "ITEM-PRODUCT", "bc", item(stage)).coupling
    for blocked in (True, False):
        stage.edit_bc(pair.bc_id, "items", blocked=blocked)
        assert counted(stage.run(pair, mapping="ITEM-PRODUCT")) == {"modified": 1}
        assert stage.sales(pair.sales_id, "products")["statecode"] == int(blocked)
    stage.edit_sales(pair.sales_id, "products", statecode=1, statuscode=2)
    assert counted(stage.run(pair, mapping="ITEM-PRODUCT")) == {"modified": 1}
    assert stage.bc(pair.bc_id, "items")["blocked"] is True


def priced(stage: Any) -> dict[str, Any]:
    """A coupled price list with a line for a coupled item; the values of an equal line of Sales."""
    one = item(stage)
    product = new_product(stage, one)
    made = couplings.create_partner(C, "PLHEADER-PRICE", "bc", price_list(stage, one)).coupling
    return {
        "_pricelevelid_value": made.sales_id,
        "_productid_value": product["productid"],
        "_uomid_value": product["_defaultuomid_value"],
        "_uomscheduleid_value": product["_defaultuomscheduleid_value"],
        "amount": 50,
    }


def test_bc_239_a_price_line_that_is_in_sales_already_is_coupled_and_not_created_again(stage):
    row = priced(stage)
    there = stage.simulator.sales.create("productpricelevels", row)["productpricelevelid"]
    assert counted(stage.run(mapping="PLLINE-PRODPRICE")) == {"coupled": 1, "modified": 1}
    assert list(stage.coupled("PLLINE-PRODPRICE").values()) == [there]
    assert stage.sales(there, "productpricelevels")["amount"] == 99
    assert stage.simulator.sales.count("productpricelevels") == 1
    assert counted(stage.run(mapping="PLLINE-PRODPRICE")) == {}


def test_a_price_line_that_two_of_sales_are_like_waits_for_a_person_by_name(stage):
    row = priced(stage)
    for _ in range(2):
        stage.simulator.sales.create("productpricelevels", row)
    job = stage.run(mapping="PLLINE-PRODPRICE")
    assert counted(job) == {"skipped": 1}
    (error,) = stage.errors(job)
    assert error.problem.code == "match_ambiguous"
    assert stage.coupled("PLLINE-PRODPRICE") == {} and stage.simulator.sales.count("productpricelevels") == 2


def test_a_mapping_that_creates_without_looking_makes_a_second_line(stage):
    row = priced(stage)
    stage.simulator.sales.create("productpricelevels", row)
    stage.set_mapping("PLLINE-PRODPRICE", match_first=False)
    assert counted(stage.run(mapping="PLLINE-PRODPRICE")) == {"inserted": 1}
    assert stage.simulator.sales.count("productpricelevels") == 2
