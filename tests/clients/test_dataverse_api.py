"""The Dataverse client `dataverse-api`, which asks for keys, messages and relationships before it does anything."""

from __future__ import annotations

from uuid import uuid4

import pytest
from dataverse_api.dataverse import DataverseClient
from dataverse_api.entity import DataverseEntity
from dataverse_api.errors import DataverseAPIError
from dataverse_api.utils.batching import BatchCommand, RequestMethod

from tests.clients.conftest import Service


@pytest.fixture
def client(service: Service) -> DataverseClient:
    return DataverseClient(service.session(), service.address)


@pytest.fixture
def accounts(client: DataverseClient) -> DataverseEntity:
    return client.entity("account")


@pytest.fixture
def word() -> str:
    return f"Århus {uuid4().hex[:8]}"


def names(accounts: DataverseEntity, word: str) -> list[str]:
    return [row["name"] for row in accounts.read(select=["name"], filter=f"contains(name,'{word}')", order_by="name")]


def test_a_table_tells_what_it_can_do(accounts: DataverseEntity) -> None:
    assert (accounts.entity_set_name, accounts.primary_id_attr) == ("accounts", "accountid")
    assert accounts.supports_create_multiple and accounts.supports_update_multiple
    assert len(accounts.relationships.single_valued) > 3 and len(accounts.relationships.collection_valued) > 3


def test_definitions_and_languages_are_read(client: DataverseClient) -> None:
    definition = client.get_entity_definition("contact")
    assert definition.schema_name == "Contact" and definition.has_notes
    assert client.get_language_codes() == [1030, 1033]


@pytest.mark.parametrize("mode", ["individual", "multiple", "batch"])
def test_rows_are_created_in_every_mode(accounts: DataverseEntity, word: str, mode: str) -> None:
    accounts.create([{"name": f"{word} {n}"} for n in range(3)], mode=mode)
    assert names(accounts, word) == [f"{word} {n}" for n in range(3)]


def test_reads_follow_every_page(accounts: DataverseEntity, word: str) -> None:
    accounts.create([{"name": f"{word} {n}"} for n in range(5)], mode="multiple")
    query = {"filter": f"startswith(name,'{word.upper()}')", "order_by": "name desc", "select": ["name"]}
    pages = accounts.read(**query, page_size=2, return_responses=True)
    assert [len(page.json()["value"]) for page in pages] == [2, 2, 1]
    assert [row["name"][-1] for row in accounts.read(**query, page_size=2)] == list("43210")
    (first,) = accounts.read(select=["statecode"], top=1, return_formatted_values=True)
    assert first["statecode@OData.Community.Display.V1.FormattedValue"] == "Active"


@pytest.mark.parametrize("mode", ["individual", "batch"])
def test_upserts_by_id_change_rows(accounts: DataverseEntity, word: str, mode: str) -> None:
    accounts.create([{"name": f"{word} {n}"} for n in range(2)], mode="multiple")
    rows = accounts.read(select=["accountid", "name"], filter=f"startswith(name,'{word}')")
    accounts.upsert([{"accountid": row["accountid"], "name": f"New {row['name']}"} for row in rows], mode=mode)
    assert names(accounts, word) == [f"New {word} 0", f"New {word} 1"]


def test_upserts_by_alternate_key_create_and_change(service: Service, client: DataverseClient, word: str) -> None:
    key = {"SchemaName": f"key_{word[-8:]}", "KeyAttributes": ["fax"]}  # which this client posts to a wrong address
    keys = f"{service.sales}/EntityDefinitions(LogicalName='account')/Keys"
    made = service.session().post(keys, json=key, timeout=10).headers["OData-EntityId"]
    accounts = client.entity("account")
    assert accounts.alternate_keys[key["SchemaName"]] == ["fax"]
    rows = [{"fax": f"{word[-8:]}{n}", "name": f"{word} {n}"} for n in range(2)]
    accounts.upsert(rows[:1], altkey_name=key["SchemaName"])
    accounts.upsert(rows, altkey_name=key["SchemaName"])
    assert names(accounts, word) == [f"{word} 0", f"{word} 1"]
    assert service.session().delete(made, timeout=10).status_code == 204
    accounts.update_schema("altkeys")
    assert key["SchemaName"] not in accounts.alternate_keys


def test_rows_and_columns_are_emptied_and_deleted(accounts: DataverseEntity, word: str) -> None:
    accounts.create([{"name": f"{word} {n}", "telephone1": "1"} for n in range(3)], mode="multiple")
    rows = accounts.read(select=["accountid"], filter=f"startswith(name,'{word}')", order_by="name")
    accounts.delete_columns(["telephone1"], ids=[rows[0]["accountid"]])
    left = accounts.read(select=["telephone1"], filter=f"startswith(name,'{word}')", order_by="name")
    assert [row["telephone1"] for row in left] == [None, "1", "1"]
    accounts.delete(ids=[rows[0]["accountid"]], mode="batch")
    accounts.delete(filter=f"startswith(name,'{word}')")
    assert names(accounts, word) == []


def test_a_batch_of_ones_own_is_carried_out(client: DataverseClient, accounts: DataverseEntity, word: str) -> None:
    commands = [BatchCommand("accounts", RequestMethod.POST, data={"name": f"{word} {n}"}) for n in range(3)]
    client.submit_batch(commands)
    assert len(names(accounts, word)) == 3


def test_a_refusal_is_told(accounts: DataverseEntity) -> None:
    with pytest.raises(DataverseAPIError, match="nosuch"):
        accounts.read(select=["nosuch"])
