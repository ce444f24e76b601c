"""The seed: two worlds that overlap, the same for the same seed, at any size."""

from __future__ import annotations

from collections import Counter
from itertools import islice

import pytest

from simulator.business_central.service import business_central_service
from simulator.clock import Clock
from simulator.config import ConfigurationError, SimulatorConfig
from simulator.sales.service import sales_service
from simulator.seed import WorldSeed, fill_store
from simulator.seed.firms import Share, make_firms
from simulator.seed.vocabulary import to_ascii
from simulator.store import Store

COMPANY = "3a54dcc0-3d5b-ef11-bfe8-6045bd0b1a01"
CALLER = "38e0bbff-a9d8-4b39-88f5-2986278e0215"
PERSON = "48e0bbff-a9d8-4b39-88f5-2986278e0215"
CLIENT = "6b1e0c7d-52f4-4e8a-9b3c-d40a8f21e6c5"


def seeded(customers: int, seed: int = 1) -> Store:
    store = Store([business_central_service(), sales_service()], clock=Clock(), id_seed=1)
    fill_store(store, WorldSeed(seed, customers, COMPANY, "CRONUS", "CRONUS A/S", CALLER, PERSON, CLIENT))
    return store


@pytest.fixture(scope="module")
def store() -> Store:
    return seeded(200)


def rows(store: Store, service: str, entity_set: str) -> list[dict[str, object]]:
    with store.reading(service, COMPANY if service == "bc" else "") as world:
        return world.list(entity_set)


def test_business_central_has_exactly_the_customers_asked_for(store: Store) -> None:
    assert len(rows(store, "bc", "customers")) == 200
    assert 180 <= len(rows(store, "sales", "accounts")) <= 220


def test_the_same_seed_makes_the_same_worlds_and_another_does_not() -> None:
    one, again, other = seeded(30), seeded(30), seeded(30, seed=2)
    for service, entity_set in (("bc", "customers"), ("bc", "contacts"), ("sales", "accounts"), ("sales", "contacts")):
        assert rows(one, service, entity_set) == rows(again, service, entity_set)
        assert rows(one, service, entity_set) != rows(other, service, entity_set)


def test_a_smaller_world_is_the_beginning_of_a_larger_one() -> None:
    small = list(make_firms(50, seed=3))
    assert small == list(islice(make_firms(500, seed=3), len(small)))


def test_most_companies_are_on_both_sides_and_half_of_those_differ() -> None:
    shares = Counter(firm.share for firm in make_firms(2_000, seed=1))
    every = shares.total()
    assert 0.66 <= (shares[Share.ALIKE] + shares[Share.DIFFERENT]) / every <= 0.72
    assert abs(shares[Share.ALIKE] - shares[Share.DIFFERENT]) < every * 0.02
    assert 0.13 <= shares[Share.ONLY_BC] / every <= 0.18
    assert 0.13 <= shares[Share.ONLY_SALES] / every <= 0.18


def test_companies_of_a_country_never_share_a_name_but_for_duplicates() -> None:
    names = Counter(firm.name for firm in make_firms(20_000, seed=1) if firm.twin_of is None)
    assert [name for name, count in names.items() if count > 1] == []


def test_there_are_a_few_duplicates_which_stand_on_one_side_only() -> None:
    twins = [firm for firm in make_firms(1_000, seed=1) if firm.twin_of is not None]
    firms = {firm.index: firm for firm in make_firms(1_000, seed=1)}
    assert 10 <= len(twins) <= 40
    for twin in twins:
        original = firms[twin.twin_of or 0]
        assert twin.name.casefold() == original.name.casefold()
        assert (twin.in_bc and original.in_bc) or (twin.in_sales and original.in_sales)
        assert not (twin.in_bc and twin.in_sales)


def test_partners_are_found_by_values_and_differ_in_small_ways(store: Store) -> None:
    customers = {str(row["displayName"]): row for row in rows(store, "bc", "customers")}
    accounts = rows(store, "sales", "accounts")
    alike = [row for row in accounts if row["name"] in customers]
    shouted = [row for row in accounts if row["name"] not in customers and str(row["name"]).isupper()]
    plain = {to_ascii(name): name for name in customers}
    respelled = [row for row in accounts if row["name"] not in customers and to_ascii(str(row["name"])) in plain]
    assert len(alike) > 90
    assert shouted
    assert len(respelled) > 20
    other_phone = [row for row in alike if row["telephone1"] != customers[str(row["name"])]["phoneNumber"]]
    assert len(other_phone) > 10


def test_some_accounts_carry_their_customer_number(store: Store) -> None:
    numbers = {row["number"] for row in rows(store, "bc", "customers")}
    carried = [row for row in rows(store, "sales", "accounts") if row.get("accountnumber") in numbers]
    assert 60 < len(carried) < 120


def test_names_come_in_danish_letters_and_other_scripts(store: Store) -> None:
    text = "".join(str(row["displayName"]) for row in rows(store, "bc", "customers"))
    assert set("æøåÆØö") & set(text)
    assert any("\u0370" <= letter <= "\u03ff" for letter in text)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in text)


def test_some_customers_are_blocked_and_some_accounts_inactive(store: Store) -> None:
    assert [row for row in rows(store, "bc", "customers") if row["blocked"] != "_x0020_"]
    inactive = [row for row in rows(store, "sales", "accounts") if row["statecode"] == 1]
    assert inactive
    assert all(row["statuscode"] == 2 for row in inactive)


def test_every_reference_leads_to_a_row(store: Store) -> None:
    for service in ("bc", "sales"):
        with store.reading(service, COMPANY if service == "bc" else "") as world:
            model = world.service.model
            for entity_set in model.entity_sets:
                single = [one for one in entity_set.navigations if not one.collection and one.column != entity_set.key]
                for row in world.list(entity_set.name):
                    for navigation in single:
                        prop = entity_set.property(navigation.column)
                        value = row.get(prop.wire if prop else navigation.column)
                        if not value or set(str(value)) <= set("0-"):
                            continue
                        targets = [one for one in entity_set.navigations if one.column == navigation.column]
                        names = {one.target for one in targets} | ({"teams"} if navigation.name == "ownerid" else set())
                        assert any(world.get(name, str(value)) for name in names), (entity_set.name, navigation.name)


def test_contacts_are_under_their_companies_on_both_sides(store: Store) -> None:
    contacts = rows(store, "bc", "contacts")
    companies = {row["number"]: row for row in contacts if row["type"] == "Company"}
    people = [row for row in contacts if row["type"] == "Person"]
    assert people
    assert all(companies[row["companyNumber"]]["displayName"] == row["companyName"] for row in people)
    accounts = {row["accountid"] for row in rows(store, "sales", "accounts")}
    assert all(row["_parentcustomerid_value"] in accounts for row in rows(store, "sales", "contacts"))


def test_every_customer_has_its_company_contact_and_financial_details(store: Store) -> None:
    customers = {row["id"] for row in rows(store, "bc", "customers")}
    assert {row["relatedId"] for row in rows(store, "bc", "contactsInformation")} == customers
    assert {row["id"] for row in rows(store, "bc", "customerFinancialDetails")} == customers


def test_an_empty_seed_has_what_every_company_has() -> None:
    empty = seeded(0)
    assert rows(empty, "bc", "customers") == []
    assert rows(empty, "sales", "accounts") == []
    assert len(rows(empty, "bc", "currencies")) == 5
    assert {row["isocurrencycode"] for row in rows(empty, "sales", "transactioncurrencies")} >= {"DKK", "EUR"}
    assert len(rows(empty, "sales", "organizations")) == 1


def test_progress_reaches_the_number_asked_for() -> None:
    store = Store([business_central_service(), sales_service()], clock=Clock())
    world = WorldSeed(1, 120, COMPANY, "CRONUS", "", CALLER, PERSON, CLIENT)
    seen: list[tuple[int, int]] = []
    fill_store(store, world, lambda done, customers: seen.append((done, customers)))
    assert seen[-1] == (120, 120)


@pytest.mark.parametrize("service", ["bc", "sales"])
def test_every_seeded_value_is_spelled_as_the_service_spells_it(store: Store, service: str) -> None:
    with store.reading(service, COMPANY if service == "bc" else "") as world:
        for shape in world.service.shapes.values():
            for row in world.list(shape.name):
                assert shape.accept(row, world.service.words) == row, shape.name


def test_every_table_says_which_messages_it_takes(store: Store) -> None:
    message = {row["sdkmessageid"]: row["name"] for row in rows(store, "sales", "sdkmessages")}
    taken = {
        (row["primaryobjecttypecode"], message[row["_sdkmessageid_value"]])
        for row in rows(store, "sales", "sdkmessagefilters")
    }
    assert {("account", "CreateMultiple"), ("account", "UpsertMultiple"), ("sdkmessage", "Retrieve")} <= taken
    assert ("sdkmessage", "Create") not in taken


def test_a_company_can_have_more_people_items_and_documents_than_its_customers_make() -> None:
    store = Store([business_central_service(), sales_service()], clock=Clock(), id_seed=1)
    amounts = {"people": 3, "items": 40, "orders": 25, "invoices": 37}
    fill_store(store, WorldSeed(3, 20, COMPANY, "CRONUS", "CRONUS A/S", CALLER, PERSON, CLIENT, **amounts))
    found = {name: rows(store, "bc", name) for name in ("contacts", "items", "salesOrders", "salesInvoices")}
    people = [row for row in found["contacts"] if row["type"] == "Person"]
    assert [len(found[name]) for name in ("items", "salesOrders", "salesInvoices")] == [40, 25, 37]
    assert len(people) == 60 and len({row["number"] for row in people}) == 60
    assert len({row["number"] for row in found["salesInvoices"]}) == 37


def test_more_people_than_a_company_can_have_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="people is 10"):
        SimulatorConfig(people=10)
