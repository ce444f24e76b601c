"""Couplings over REST."""

import pytest

from .conftest import expect_problem

HOME = "/connections/default"
COUPLINGS = f"{HOME}/couplings"
CUSTOMERS = f"{HOME}/table-mappings/CUSTOMER"
NOBODY = "00000000-0000-4000-8000-000000000000"


def couple(api, bc_id, sales_id, **options):
    return api.post(COUPLINGS, {"mapping": "CUSTOMER", "bc_id": bc_id, "sales_id": sales_id, **options})


def test_two_records_are_coupled_and_the_coupling_has_an_address(api, world):
    answer = couple(api, world.customer("Adatum"), world.account("Adatum A/S"))

    assert answer.status_code == 201
    assert answer.json["job"] is None
    assert answer.json["coupling"]["state"] == "never_synchronized"
    card = api.get(answer.headers["Location"]).json
    assert card["coupling"] == answer.json["coupling"]
    assert {each["name"]: (each["bc"], each["sales"], each["state"]) for each in card["comparison"]}["displayName"] == (
        "Adatum",
        "Adatum A/S",
        "differs",
    )


@pytest.mark.parametrize(("side", "name"), [("bc", "Adatum"), ("sales", "Adatum A/S")])
def test_coupling_can_bring_the_data_of_one_side_to_the_other(api, world, side, name):
    bc_id, sales_id = world.customer("Adatum"), world.account("Adatum A/S")

    answer = couple(api, bc_id, sales_id, synchronize=side)

    assert answer.json["job"]["mapping"] == "CUSTOMER"
    assert answer.json["coupling"]["state"] == "synchronized"
    assert world.simulator.bc.get("customers", bc_id)["displayName"] == name
    assert world.simulator.sales.get("accounts", sales_id)["name"] == name


def test_a_record_that_is_coupled_keeps_its_partner_unless_it_is_moved(api, world):
    bc_id, sales_id, other = world.customer("Adatum"), world.account("Adatum"), world.account("Other")
    first = couple(api, bc_id, sales_id).json["coupling"]

    problem = expect_problem(couple(api, bc_id, other), 409, "already_coupled")
    moved = couple(api, bc_id, other, move=True)

    assert problem["facts"]["coupling_id"] == first["id"]
    assert moved.status_code == 201
    assert [row["sales_id"] for row in api.get(COUPLINGS).json["rows"]] == [other]


@pytest.mark.parametrize("missing", ["bc", "sales"])
def test_a_record_that_does_not_exist_is_not_coupled(api, world, missing):
    bc_id = NOBODY if missing == "bc" else world.customer("Adatum")
    sales_id = NOBODY if missing == "sales" else world.account("Adatum")

    assert NOBODY in expect_problem(couple(api, bc_id, sales_id), 404, "record_not_found")["detail"]
    assert api.get(COUPLINGS).json["rows"] == []


def test_a_record_outside_the_filter_is_not_coupled(api, world):
    answer = couple(api, world.customer("Adatum", blocked="All"), world.account("Adatum"))

    expect_problem(answer, 422, "outside_filter")


def test_many_pairs_are_coupled_and_one_that_cannot_be_is_told(api, world):
    pairs = [{"bc_id": world.customer(f"C {n}"), "sales_id": world.account(f"C {n}")} for n in range(3)]
    pairs[1]["sales_id"] = NOBODY

    rows = api.post(f"{CUSTOMERS}/couplings", {"pairs": pairs}).json["rows"]

    assert [row["coupling"] and row["coupling"]["bc_title"] for row in rows] == ["C 0", None, "C 2"]
    assert [row["problem"] and row["problem"]["code"] for row in rows] == [None, "record_not_found", None]


@pytest.mark.parametrize("side", ["bc", "sales"])
def test_a_partner_is_created_on_the_other_side(api, world, side):
    id = world.customer("Adatum") if side == "bc" else world.account("Adatum")

    answer = api.post(f"{CUSTOMERS}/partners", {"side": side, "ids": [id]})

    assert answer.status_code == 201
    assert (answer.json["coupling"]["bc_title"], answer.json["coupling"]["sales_title"]) == ("Adatum", "Adatum")
    assert world.simulator.sales.get("accounts", answer.json["coupling"]["sales_id"])["name"] == "Adatum"
    assert world.simulator.bc.get("customers", answer.json["coupling"]["bc_id"])["displayName"] == "Adatum"


def test_partners_of_several_records_are_created_by_a_job(api, world):
    ids = [world.customer(f"Customer {number}") for number in range(3)]

    answer = api.post(f"{CUSTOMERS}/partners", {"side": "bc", "ids": ids})

    assert answer.status_code == 202
    assert api.get(answer.headers["Location"]).json["counters"]["inserted"] == 3
    assert world.simulator.sales.count("accounts") == 3


def test_a_partner_of_a_coupled_record_is_refused(api, coupling_id):
    bc_id = api.get(COUPLINGS).json["rows"][0]["bc_id"]

    expect_problem(api.post(f"{CUSTOMERS}/partners", {"side": "bc", "ids": [bc_id]}), 409, "already_coupled")


def test_couplings_are_found_by_name_state_and_table_mapping(api, world):
    for name in ("Adatum", "Fabrikam"):
        couple(api, world.customer(name), world.account(name), synchronize="bc" if name == "Adatum" else "none")

    def found(**query):
        return [row["bc_title"] for row in api.get(COUPLINGS, query_string=query).json["rows"]]

    assert found() == ["Adatum", "Fabrikam"]
    assert found(search="FABRI") == ["Fabrikam"]
    assert found(state="synchronized") == ["Adatum"]
    assert found(mapping="CUSTOMER", state="never_synchronized") == ["Fabrikam"]
    assert found(mapping="CONTACT") == []


def test_pages_hold_every_coupling_once(api, world):
    for number in range(5):
        couple(api, world.customer(f"C {number}"), world.account(f"C {number}"))

    first = api.get(f"{COUPLINGS}?limit=3").json
    second = api.get(COUPLINGS, query_string={"limit": 3, "cursor": first["cursor"]}).json

    assert [row["bc_title"] for row in first["rows"] + second["rows"]] == [f"C {number}" for number in range(5)]
    assert second["cursor"] is None


def test_a_coupling_is_removed_and_both_records_stay(api, world, coupling_id):
    coupling = api.get(f"{COUPLINGS}/{coupling_id}").json["coupling"]

    assert api.delete(f"{COUPLINGS}/{coupling_id}").status_code == 204

    assert world.simulator.bc.get("customers", coupling["bc_id"])
    assert world.simulator.sales.get("accounts", coupling["sales_id"])
    for answer in (api.get(f"{COUPLINGS}/{coupling_id}"), api.delete(f"{COUPLINGS}/{coupling_id}")):
        expect_problem(answer, 404, "coupling_not_found")


def test_several_couplings_are_removed_at_once(api, world, coupling_id):
    assert api.post(f"{COUPLINGS}/uncouple", {"ids": [coupling_id, 4711]}).json == {"uncoupled": 1}
    assert api.get(COUPLINGS).json["rows"] == []


def test_a_card_shows_that_a_record_was_deleted(api, world, coupling_id):
    coupling = api.get(f"{COUPLINGS}/{coupling_id}").json["coupling"]
    world.simulator.sales.delete("accounts", coupling["sales_id"])

    card = api.get(f"{COUPLINGS}/{coupling_id}").json

    assert card["sales"] is None
    assert card["bc"]["title"] == "Adatum"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "mapping"),
        ({"mapping": "CUSTOMER", "bc_id": "10000", "sales_id": NOBODY}, "bc_id"),
        ({"mapping": "CUSTOMER", "bc_id": NOBODY, "sales_id": NOBODY, "synchronize": "both"}, "synchronize"),
        ({"mapping": "CUSTOMER", "bc_id": NOBODY, "sales_id": NOBODY, "force": True}, "force"),
    ],
)
def test_a_request_to_couple_that_makes_no_sense_is_refused_by_name(api, body, field):
    assert field in expect_problem(api.post(COUPLINGS, body), 422, "input_invalid")["errors"]


@pytest.mark.parametrize("query", ["state=fine", "cursor=a%00", "limit=-1", "mapping=" + "x" * 51, "q=1"])
def test_a_list_that_makes_no_sense_is_refused(api, query):
    expect_problem(api.get(f"{COUPLINGS}?{query}"), 422, "input_invalid")


def test_a_cursor_of_nobodys_making_is_refused(api, connected):
    problem = expect_problem(api.get(f"{COUPLINGS}?cursor=abc"), 422, "input_invalid")

    assert list(problem["errors"]) == ["cursor"]


def test_couplings_of_an_unknown_table_mapping_are_not_an_empty_list(api, connected):
    expect_problem(api.get(f"{COUPLINGS}?mapping=SHIPS"), 404, "mapping_not_found")
