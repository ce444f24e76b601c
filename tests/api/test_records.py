"""Table mappings and records over REST."""

import pytest

from .conftest import expect_problem

HOME = "/connections/default"
CUSTOMERS = f"{HOME}/table-mappings/CUSTOMER"
NOBODY = "00000000-0000-4000-8000-000000000000"


def titles(answer):
    return [row["title"] for row in answer.json["rows"]]


def test_every_declared_table_mapping_is_listed_and_can_be_looked_at(api, app, connected):
    rows = api.get(f"{HOME}/table-mappings").json["rows"]

    assert {row["name"] for row in rows} == set(app.extensions["coupling"].mappings)
    assert [api.get(f"{HOME}/table-mappings/{row['name']}").json for row in rows] == rows


def test_a_table_mapping_tells_how_many_couplings_it_has(api, coupling_id):
    assert api.get(CUSTOMERS).json["couplings"] == 1


def test_an_unknown_table_mapping_is_named(api, connected):
    problem = expect_problem(api.get(f"{HOME}/table-mappings/SHIPS"), 404, "mapping_not_found")

    assert "SHIPS" in problem["detail"]


def test_records_of_both_sides_are_listed_with_their_values(api, world):
    world.customer("Adatum", city="København")
    world.account("Fabrikam", creditlimit=1000.25)

    bc = api.get(f"{CUSTOMERS}/records/bc").json["rows"]
    sales = api.get(f"{CUSTOMERS}/records/sales").json["rows"]

    assert [(row["side"], row["title"], row["values"]["city"]) for row in bc] == [("bc", "Adatum", "København")]
    assert [(row["side"], row["title"]) for row in sales] == [("sales", "Fabrikam")]
    assert sales[0]["coupling"] is None


@pytest.mark.parametrize("side", ["bc", "sales"])
def test_records_are_found_by_a_part_of_their_name(api, world, side):
    make = {"bc": world.customer, "sales": world.account}[side]
    for name in ("Adatum", "Fabrikam", "Grøn Energi"):
        make(name)

    assert titles(api.get(f"{CUSTOMERS}/records/{side}?search=brik")) == ["Fabrikam"]
    assert titles(api.get(f"{CUSTOMERS}/records/{side}", query_string={"search": "GRØN"})) == ["Grøn Energi"]
    assert titles(api.get(f"{CUSTOMERS}/records/{side}", query_string={"search": "O'Brien & % ( ø"})) == []


@pytest.mark.parametrize("side", ["bc", "sales"])
def test_records_can_be_narrowed_to_coupled_and_not_coupled_ones(api, world, coupling_id, side):
    world.customer("Fabrikam")
    world.account("Fabrikam")

    assert titles(api.get(f"{CUSTOMERS}/records/{side}?coupled=true")) == ["Adatum"]
    assert titles(api.get(f"{CUSTOMERS}/records/{side}?coupled=false")) == ["Fabrikam"]
    assert sorted(titles(api.get(f"{CUSTOMERS}/records/{side}"))) == ["Adatum", "Fabrikam"]


@pytest.mark.parametrize("side", ["bc", "sales"])
def test_pages_hold_every_record_once(api, world, side):
    names = [f"Customer {number}" for number in range(7)]
    for name in names:
        world.customer(name) if side == "bc" else world.account(name)

    seen, cursor = [], ""
    while cursor is not None:
        answer = api.get(
            f"{CUSTOMERS}/records/{side}", query_string={"limit": 3} | ({"cursor": cursor} if cursor else {})
        )
        seen += titles(answer)
        assert len(answer.json["rows"]) <= 3
        cursor = answer.json["cursor"]

    assert sorted(seen) == names


def test_a_record_is_shown_next_to_its_partner(api, world, coupling_id):
    coupling = api.get(f"{HOME}/couplings").json["rows"][0]

    card = api.get(f"{CUSTOMERS}/records/bc/{coupling['bc_id']}").json

    assert card["coupling"]["id"] == coupling_id
    assert (card["bc"]["id"], card["sales"]["id"]) == (coupling["bc_id"], coupling["sales_id"])
    assert api.get(f"{CUSTOMERS}/records/sales/{coupling['sales_id'].upper()}").json["coupling"]["id"] == coupling_id


def test_a_record_without_a_partner_is_shown_alone(api, world):
    card = api.get(f"{CUSTOMERS}/records/sales/{world.account('Fabrikam')}").json

    assert (card["title"], card["bc"], card["coupling"]) == ("Fabrikam", None, None)


@pytest.mark.parametrize("side", ["bc", "sales"])
def test_a_record_that_does_not_exist_is_named(api, connected, side):
    problem = expect_problem(api.get(f"{CUSTOMERS}/records/{side}/{NOBODY}"), 404, "record_not_found")

    assert NOBODY in problem["detail"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("coupled=maybe", "coupled"),
        (f"search={'x' * 251}", "search"),
        ("search=a%00b", "search"),
        ("order=name", "order"),
    ],
)
def test_a_query_that_makes_no_sense_is_refused_by_name(api, query, field):
    problem = expect_problem(api.get(f"{CUSTOMERS}/records/bc?{query}"), 422, "input_invalid")

    assert list(problem["errors"]) == [field]


@pytest.mark.parametrize("side", ["bc", "sales"])
@pytest.mark.parametrize("coupled", ["", "true", "false"])
def test_a_cursor_of_nobodys_making_is_refused(api, world, side, coupled):
    query = {"cursor": "https://evil.example/next"} | ({"coupled": coupled} if coupled else {})

    expect_problem(api.get(f"{CUSTOMERS}/records/{side}", query_string=query), 422, "input_invalid")


def test_two_records_are_compared_before_they_are_coupled(api, world):
    address = f"/connections/default/table-mappings/CUSTOMER/comparison?bc_id={world.customer('Adatum')}"
    card = api.get(f"{address}&sales_id={world.account('Adatum A/S')}").json
    (name,) = (each for each in card["comparison"] if each["name"] == "displayName")
    assert (name["bc"], name["sales"], name["state"], card["coupling"]) == ("Adatum", "Adatum A/S", "differs", None)
    assert api.get(f"{address}&sales_id=00000000-0000-4000-8000-000000000000").status_code == 404
    assert api.get(f"{address}&sales_id=nonsense").status_code == 422
