"""Conflicts over REST: found, shown with both values, and decided."""

import pytest

from .conftest import SYNCHRONIZE, expect_problem

HOME = "/connections/default"
CONFLICTS = f"{HOME}/conflicts"
CUSTOMERS = f"{HOME}/table-mappings/CUSTOMER"


def synchronize(api, pair):
    return api.post(SYNCHRONIZE, {"coupling_ids": [pair["id"]], "wait": True}).json


@pytest.fixture
def conflict(api, world, synchronized):
    """An open conflict in city and phone."""
    world.simulator.bc.update("customers", synchronized["bc_id"], phoneNumber="1")
    world.simulator.sales.update("accounts", synchronized["sales_id"], address1_city="Odense", telephone1="2")
    synchronize(api, synchronized)
    return api.get(CONFLICTS).json["rows"][0]


@pytest.fixture
def deletion(api, world, synchronized):
    """An open deletion conflict: the account is gone."""
    world.simulator.sales.delete("accounts", synchronized["sales_id"])
    synchronize(api, synchronized)
    return api.get(f"{CONFLICTS}?kind=deletion").json["rows"][0]


def both(world, pair):
    account = world.simulator.sales.get("accounts", pair["sales_id"])
    customer = world.simulator.bc.get("customers", pair["bc_id"])
    return (customer["city"], customer["phoneNumber"]), (account["address1_city"], account["telephone1"])


def test_a_conflict_shows_both_values_and_the_last_agreed_ones(api, conflict, synchronized):
    shown = {each["name"]: (each["base_bc"], each["bc"], each["sales"]) for each in conflict["fields"]}

    assert shown == {"city": ("", "Aarhus", "Odense"), "phoneNumber": ("", "1", "2")}
    assert (conflict["kind"], conflict["missing"]) == ("update", None)
    assert conflict["coupling"]["id"] == synchronized["id"]
    assert api.get(f"{CONFLICTS}/{conflict['id']}").json == conflict


def test_a_conflict_says_who_changed_the_record_where_the_service_tells_it(api, world, conflict):
    person = world.simulator.sales.get("systemusers", world.simulator.authority.person.object_id)
    assert conflict["sales_modified_by"] == {"name": person["fullname"], "note": ""}
    assert conflict["bc_modified_by"] == {"name": None, "note": "not told by Business Central"}


def test_one_field_is_decided_and_the_other_stays_in_conflict(api, world, conflict, synchronized):
    job = api.post(f"{CONFLICTS}/{conflict['id']}/resolve", {"choices": {"city": "sales"}})

    assert (job.status_code, job.json["state"]) == (200, "finished")
    assert both(world, synchronized) == (("Odense", "1"), ("Odense", "2"))
    (left,) = api.get(CONFLICTS).json["rows"]
    assert [each["name"] for each in left["fields"]] == ["phoneNumber"]


def test_a_decided_conflict_is_not_there_any_more(api, world, conflict, synchronized):
    api.post(f"{CONFLICTS}/{conflict['id']}/resolve", {"choices": {"city": "bc", "phoneNumber": "sales"}})

    assert both(world, synchronized) == (("Aarhus", "2"), ("Aarhus", "2"))
    assert api.get(CONFLICTS).json["rows"] == []
    expect_problem(api.get(f"{CONFLICTS}/{conflict['id']}"), 404, "conflict_not_found")


def test_a_decision_about_values_that_changed_since_writes_nothing(api, world, conflict, synchronized):
    world.simulator.sales.update("accounts", synchronized["sales_id"], address1_city="Ribe")

    api.post(f"{CONFLICTS}/{conflict['id']}/resolve", {"choices": {"city": "bc"}})

    assert both(world, synchronized) == (("Aarhus", "1"), ("Ribe", "2"))
    (left,) = api.get(CONFLICTS).json["rows"]
    assert {each["name"]: each["sales"] for each in left["fields"]}["city"] == "Ribe"


def test_a_deleted_record_is_restored(api, world, deletion, synchronized):
    assert deletion["missing"] == "sales"

    api.post(f"{CONFLICTS}/{deletion['id']}/resolve", {"deletion": "restore_record"})

    sales_id = api.get(f"{HOME}/couplings/{synchronized['id']}").json["coupling"]["sales_id"]
    assert world.simulator.sales.get("accounts", sales_id)["address1_city"] == "Aarhus"


@pytest.mark.parametrize(
    ("body", "field"),
    [({"choices": {"name": "bc"}}, "name"), ({"deletion": "restore_record"}, "choices")],
)
def test_a_decision_that_does_not_fit_the_conflict_is_refused(api, conflict, body, field):
    answer = api.post(f"{CONFLICTS}/{conflict['id']}/resolve", body)

    assert field in expect_problem(answer, 422, "input_invalid")["errors"]


def test_all_conflicts_of_a_kind_are_decided_by_one_rule(api, world, conflict, synchronized):
    answer = api.post(f"{CUSTOMERS}/conflicts/resolve", {"kind": "update", "resolution": "get_from_sales"})

    assert answer.status_code == 202
    assert api.get(answer.headers["Location"]).json["state"] == "finished"
    assert both(world, synchronized) == (("Odense", "2"), ("Odense", "2"))
    again = api.post(f"{CUSTOMERS}/conflicts/resolve", {"kind": "update", "resolution": "get_from_sales"})
    expect_problem(again, 422, "input_invalid")


@pytest.mark.parametrize(("query", "count"), [("mapping=CUSTOMER", 1), ("mapping=CONTACT", 0), ("kind=deletion", 0)])
def test_conflicts_are_found_by_table_mapping_and_kind(api, conflict, query, count):
    assert len(api.get(f"{CONFLICTS}?{query}").json["rows"]) == count


def test_conflicts_come_by_page(api, world, conflict):
    bc_id, sales_id = world.customer("Fabrikam", city="Vejle"), world.account("Fabrikam A/S", address1_city="Kolding")
    body = {"mapping": "CUSTOMER", "bc_id": bc_id, "sales_id": sales_id, "synchronize": "bc"}
    second = api.post(f"{HOME}/couplings", body).json["coupling"]
    world.simulator.bc.update("customers", bc_id, city="Skive")
    world.simulator.sales.update("accounts", sales_id, address1_city="Struer")
    synchronize(api, second)

    first = api.get(f"{CONFLICTS}?limit=1").json
    rest = api.get(CONFLICTS, query_string={"limit": 1, "cursor": first["cursor"]}).json

    assert [row["id"] for row in first["rows"]] == [conflict["id"]]
    assert [row["coupling"]["id"] for row in rest["rows"]] == [second["id"]]
    assert rest["cursor"] is None
