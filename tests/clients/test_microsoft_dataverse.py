"""Microsoft's own Dataverse client for Python, signed in by Microsoft's own azure-identity."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pandas
import pytest
from azure.identity import ClientSecretCredential
from PowerPlatform.Dataverse import col
from PowerPlatform.Dataverse.client import DataverseClient
from PowerPlatform.Dataverse.core.errors import HttpError
from PowerPlatform.Dataverse.models import UpsertItem
from PowerPlatform.Dataverse.models.labels import Label, LocalizedLabel
from PowerPlatform.Dataverse.models.relationship import (
    LookupAttributeMetadata,
    ManyToManyRelationshipMetadata,
    OneToManyRelationshipMetadata,
)

from tests.clients.conftest import Service
from tests.simulator.protocol.test_pictures import png

ABSENT = "00000000-0000-0000-0000-000000000001"
LABEL = "customertypecode@OData.Community.Display.V1.FormattedValue"


@pytest.fixture
def client(service: Service) -> Iterator[DataverseClient]:
    credential = ClientSecretCredential(
        service.tenant,
        service.client_id,
        service.client_secret,
        authority=service.address,
        disable_instance_discovery=True,  # which asks Microsoft's own address whether the authority is known
        connection_verify=service.certificate,
    )
    with credential, DataverseClient(service.address, credential) as client:
        yield client


@pytest.fixture
def word() -> str:
    """A word that no other test's rows have in their names."""
    return f"Ørsted {uuid4().hex[:8]}"


@pytest.fixture
def number_key(client: DataverseClient) -> Iterator[None]:
    """An alternate key on the account number, made and removed through the client."""
    client.tables.create_alternate_key("account", "number_key", ["accountnumber"], display_name="Number")
    yield
    (made,) = [key for key in client.tables.get_alternate_keys("account") if key.schema_name == "number_key"]
    client.tables.delete_alternate_key("account", made.metadata_id)


def test_a_record_is_created_read_changed_and_deleted(client: DataverseClient, word: str) -> None:
    account = client.records.create("account", {"name": word, "customertypecode": "Customer"})
    read = client.records.retrieve("account", account, select=["name", "customertypecode"], include_annotations="*")
    assert read is not None
    assert (read["name"], read["customertypecode"], read[LABEL]) == (word, 3, "Customer")
    client.records.update("account", account, {"telephone1": "+45 12 34"})
    assert client.records.retrieve("account", account)["telephone1"] == "+45 12 34"
    client.records.delete("account", account)
    assert client.records.retrieve("account", account) is None


def test_many_are_created_changed_and_deleted_in_one_request_each(client: DataverseClient, word: str) -> None:
    ids = client.records.create("account", [{"name": f"{word} {n}"} for n in range(5)])
    assert len(set(ids)) == 5
    client.records.update("account", ids, {"telephone1": "same"})
    client.records.update("account", ids, [{"fax": str(n)} for n in range(5)])
    found = client.records.list("account", filter=col("name").startswith(word), orderby=["name"])
    assert [(row["telephone1"], row["fax"]) for row in found] == [("same", str(n)) for n in range(5)]
    assert client.records.delete("account", ids)
    assert len(client.records.list("account", filter=col("name").startswith(word))) == 0


def test_one_refused_record_refuses_all_of_its_request(client: DataverseClient, word: str) -> None:
    with pytest.raises(HttpError):
        client.records.create("account", [{"name": word}, {"name": word, "nosuchcolumn": 1}])
    assert len(client.records.list("account", filter=col("name") == word)) == 0


def test_queries_are_filtered_ordered_and_paged(client: DataverseClient, word: str) -> None:
    client.records.create("account", [{"name": f"{word} {n}", "numberofemployees": n} for n in range(7)])
    wanted = (col("name").contains(word.upper())) & (col("numberofemployees") >= 2)
    pages = list(client.records.list_pages("account", filter=wanted, orderby=["name desc"], page_size=2))
    assert [[row["numberofemployees"] for row in page] for page in pages] == [[6, 5], [4, 3], [2]]
    assert len(client.records.list("account", filter=wanted, top=3)) == 3
    built = client.query.builder("account").select("name").where(wanted).order_by("name").top(2).execute()
    assert [row["name"] for row in built] == [f"{word} 2", f"{word} 3"]


def test_every_page_of_a_table_is_read_once(client: DataverseClient) -> None:
    pages = list(client.records.list_pages("contact", select=["fullname"], page_size=25))
    ids = [row["contactid"] for page in pages for row in page]
    assert len(pages) > 1 and len(ids) == len(set(ids))
    (counted,) = client.query.sql("SELECT COUNT(contactid) AS number FROM contact")
    assert counted["number"] == len(ids)


def test_upserts_by_alternate_key_create_and_change(client: DataverseClient, number_key: None, word: str) -> None:
    numbers = [f"U-{uuid4().hex[:6]}-{n}" for n in range(3)]
    items = [UpsertItem(alternate_key={"accountnumber": one}, record={"name": word}) for one in numbers]
    client.records.upsert("account", items[:1])
    client.records.upsert("account", items)
    rows = client.records.list("account", filter=col("name") == word, orderby=["accountnumber"])
    assert [row["accountnumber"] for row in rows] == sorted(numbers)


def test_sql_is_answered(client: DataverseClient, word: str) -> None:
    account = client.records.create("account", {"name": word, "address1_city": "Odense"})
    client.records.create(
        "contact",
        [{"lastname": f"{word} {n}", "parentcustomerid_account@odata.bind": f"/accounts({account})"} for n in (1, 2)],
    )
    rows = client.query.sql(f"SELECT TOP 5 name, address1_city FROM account WHERE name = '{word}'")
    assert [(row["name"], row["address1_city"]) for row in rows] == [(word, "Odense")]
    joined = client.query.sql(
        "SELECT c.lastname FROM contact c INNER JOIN account a ON c.parentcustomerid = a.accountid "
        f"WHERE a.name = '{word}' ORDER BY c.lastname DESC"
    )
    assert [row["lastname"] for row in joined] == [f"{word} 2", f"{word} 1"]


def test_fetchxml_is_answered_page_by_page(client: DataverseClient, word: str) -> None:
    client.records.create("account", [{"name": f"{word} {n}"} for n in range(5)])
    xml = (
        "<fetch count='2'><entity name='account'><attribute name='name'/><order attribute='name'/>"
        f"<filter><condition attribute='name' operator='like' value='{word}%'/></filter></entity></fetch>"
    )
    pages = list(client.query.fetchxml(xml).execute_pages())
    assert [[row["name"][-1] for row in page] for page in pages] == [["0", "1"], ["2", "3"], ["4"]]


def test_tables_columns_choices_and_relationships_are_described(client: DataverseClient) -> None:
    table = client.tables.get("account")
    assert (table.schema_name, table.entity_set_name, table.primary_name_attribute) == ("Account", "accounts", "name")
    assert "contact" in [one["LogicalName"] for one in client.tables.list(select=["LogicalName"])]
    choices = client.tables.list_columns("account", select=["LogicalName"], filter="AttributeType eq 'Picklist'")
    assert "customertypecode" in [one["LogicalName"] for one in choices]
    assert client.tables.get_column("account", "name")["MaxLength"] == 160
    assert {"name": "name", "type": "String"}.items() <= client.query.sql_columns("account")[1].items()
    related = client.tables.list_table_relationships("contact")
    assert "contact_customer_accounts" in [one["SchemaName"] for one in related]
    assert client.tables.get("nosuchtable") is None


def test_a_relationship_is_found_by_its_name(client: DataverseClient) -> None:
    found = client.tables.get_relationship("contact_customer_accounts")
    assert (found.referenced_entity, found.referencing_entity) == ("account", "contact")
    assert client.tables.get_relationship("nosuch_relationship") is None
    names = [one["SchemaName"] for one in client.tables.list_relationships(select=["SchemaName"])]
    assert len(names) == len(set(names)) and "contact_customer_accounts" in names


def test_data_frames_are_written_and_read(client: DataverseClient, word: str) -> None:
    frame = pandas.DataFrame([{"name": f"{word} 1", "revenue": 1.5}, {"name": f"{word} 2", "revenue": None}])
    ids = client.dataframe.create("account", frame)
    changes = pandas.DataFrame([{"accountid": one, "telephone1": "77"} for one in ids])
    client.dataframe.update("account", changes, id_column="accountid")
    read = client.dataframe.sql(
        f"SELECT name, revenue, telephone1 FROM account WHERE name LIKE '{word}%' ORDER BY name"
    )
    assert list(read["telephone1"]) == ["77", "77"]
    assert read["revenue"][0] == 1.5 and pandas.isna(read["revenue"][1])


def test_a_batch_carries_reads_writes_and_a_change_set(client: DataverseClient, number_key: None, word: str) -> None:
    account = client.records.create("account", {"name": word})
    batch = client.batch.new()
    batch.records.create("account", [{"name": f"{word} a"}, {"name": f"{word} b"}])
    batch.records.update("account", account, {"telephone1": "batch"})
    batch.records.retrieve("account", account, select=["telephone1"])
    batch.query.sql(f"SELECT name FROM account WHERE name = '{word}'")
    batch.records.upsert("account", [UpsertItem(alternate_key={"accountnumber": word[-8:]}, record={"name": word})])
    with batch.changeset() as change_set:
        contact = change_set.records.create("contact", {"lastname": word})
        change_set.records.update("account", account, {"primarycontactid@odata.bind": contact})
    result = batch.execute()
    assert [one.status_code for one in result.responses] == [200, 204, 200, 200, 204, 204, 204]
    assert result.responses[2].data["telephone1"] == "batch"
    read = client.records.retrieve("account", account, expand=["primarycontactid"])
    assert read["primarycontactid"]["lastname"] == word


def test_a_refused_change_set_changes_nothing(client: DataverseClient, word: str) -> None:
    batch = client.batch.new()
    with batch.changeset() as change_set:
        change_set.records.create("account", {"name": word})
        change_set.records.update("account", ABSENT, {"telephone1": "1"})
    batch.records.create("account", {"name": f"{word} after"})
    result = batch.execute(continue_on_error=True)
    assert [one.status_code for one in result.responses] == [404, 204]
    names = [row["name"] for row in client.records.list("account", filter=col("name").startswith(word))]
    assert names == [f"{word} after"]


def test_errors_say_what_was_wrong(client: DataverseClient) -> None:
    with pytest.raises(HttpError, match="'nosuch' does not exist") as refused:
        client.records.create("account", {"nosuch": 1})
    assert refused.value.status_code == 400
    with pytest.raises(HttpError) as missing:
        client.records.update("account", ABSENT, {"telephone1": "1"})
    assert (missing.value.status_code, missing.value.details["service_error_code"]) == (404, "0x80040217")


@pytest.mark.parametrize("mode", ["auto", "small", "chunk"])
def test_a_file_is_uploaded_to_an_image(client: DataverseClient, word: str, tmp_path: Path, mode: str) -> None:
    account = client.records.create("account", {"name": word})
    file = tmp_path / "logo.png"
    file.write_bytes(png(90, 90) + bytes(5 * 1024 * 1024))  # more than one chunk
    client.files.upload("account", account, "entityimage", str(file), mode=mode, mime_type="image/png")
    read = client.records.retrieve("account", account, select=["entityimage"])
    assert read is not None and b64decode(read["entityimage"]) == file.read_bytes()


def test_many_to_many_relationships_are_described_and_expanded(client: DataverseClient) -> None:
    found = client.tables.get_relationship("teammembership_association")
    assert (found.relationship_type, found.entity1_logical_name) == ("many_to_many", "team")
    kind = "RelationshipType eq Microsoft.Dynamics.CRM.RelationshipType'ManyToManyRelationship'"
    names = [one["SchemaName"] for one in client.tables.list_relationships(filter=kind)]
    assert set(names) == {"teammembership_association", "systemuserroles_association", "teamroles_association"}
    everyone = client.records.list("systemuser", expand=["teammembership_association"])
    assert all([team["name"] for team in user["teammembership_association"]] == ["contoso"] for user in everyone)


LABEL_OF_COLUMN = Label(localized_labels=[LocalizedLabel(label="L", language_code=1033)])
REFUSED: dict[str, tuple[str, Callable[[DataverseClient], object]]] = {
    "a table is made": ("CreateEntities", lambda client: client.tables.create("new_Thing", {"new_Name": "string"})),
    "a table is deleted": ("Changing table definitions", lambda client: client.tables.delete("account")),
    "columns are added": (
        "Changing table definitions",
        lambda client: client.tables.add_columns("account", {"new_C": "string"}),
    ),
    "columns are removed": (
        "Changing table definitions",
        lambda client: client.tables.remove_columns("account", ["name"]),
    ),
    "a lookup is made": (
        "Changing relationships",
        lambda client: client.tables.create_lookup_field("contact", "new_AccountId", "account"),
    ),
    "a one-to-many relationship is made": (
        "Changing relationships",
        lambda client: client.tables.create_one_to_many_relationship(
            LookupAttributeMetadata(schema_name="new_L", display_name=LABEL_OF_COLUMN),
            OneToManyRelationshipMetadata(
                schema_name="new_r",
                referenced_entity="account",
                referencing_entity="contact",
                referenced_attribute="accountid",
            ),
        ),
    ),
    "a many-to-many relationship is made": (
        "Changing relationships",
        lambda client: client.tables.create_many_to_many_relationship(
            ManyToManyRelationshipMetadata(
                schema_name="new_nn", entity1_logical_name="account", entity2_logical_name="contact"
            )
        ),
    ),
    "a relationship is deleted": (
        "Changing relationships",
        lambda client: client.tables.delete_relationship(ABSENT),
    ),
    "a file column is made by an upload": (
        "Changing table definitions",
        lambda client: client.files.upload("account", ABSENT, "new_Document", __file__),
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_the_simulator_does_not_offer_is_refused_by_name(client: DataverseClient, what: str) -> None:
    message, ask = REFUSED[what]
    with pytest.raises(HttpError, match=message) as refused:
        ask(client)
    assert refused.value.status_code in (404, 501)
    assert client.tables.get("new_Thing") is None
