"""What clients look up before they write: relationships, messages, languages, notes."""

from __future__ import annotations

from tests.simulator.protocol.service import Services


def test_relationships_are_listed_and_found_by_name_or_id(services: Services) -> None:
    listed = services.sales("GET", "/RelationshipDefinitions?$select=SchemaName").json["value"]
    assert "contact_customer_accounts" in [one["SchemaName"] for one in listed]
    found = services.sales("GET", "/RelationshipDefinitions(SchemaName='contact_customer_accounts')").json
    assert (found["ReferencedEntity"], found["ReferencingEntity"]) == ("account", "contact")
    assert services.sales("GET", f"/RelationshipDefinitions({found['MetadataId']})").json == found
    query = "?$filter=ReferencedEntity eq 'account' and ReferencingEntity eq 'contact'&$select=ReferencingAttribute"
    columns = services.sales("GET", f"/RelationshipDefinitions{query}").json["value"]
    assert "parentcustomerid" in [one["ReferencingAttribute"] for one in columns]


def test_relationships_are_cast_to_their_kind(services: Services) -> None:
    def count(kind: str) -> int:
        path = f"/RelationshipDefinitions/Microsoft.Dynamics.CRM.{kind}RelationshipMetadata"
        return len(services.sales("GET", path).json["value"])

    assert count("OneToMany") > 100 and count("ManyToMany") == 3


def test_relationships_cannot_be_changed_or_expanded(services: Services) -> None:
    assert services.sales("GET", "/RelationshipDefinitions(SchemaName='nope')").status_code == 404
    assert services.sales("POST", "/RelationshipDefinitions", {"SchemaName": "nope"}).status_code == 501
    assert services.sales("GET", "/RelationshipDefinitions?$expand=Nope").status_code in (400, 404)


def test_tables_say_whether_notes_hang_on_them(services: Services) -> None:
    for table, has_notes in (("account", True), ("uom", False)):
        found = services.sales("GET", f"/EntityDefinitions(LogicalName='{table}')?$select=HasNotes,HasActivities").json
        assert (found["HasNotes"], found["HasActivities"]) == (has_notes, False)


def test_a_note_is_hung_on_an_account(services: Services) -> None:
    made = services.sales("POST", "/accounts", {"name": "With a note"}, Prefer="return=representation").json
    note = {"subject": "Call", "objectid_account@odata.bind": f"/accounts({made['accountid']})"}
    assert services.sales("POST", "/annotations", note).status_code == 204
    found = services.sales("GET", f"/annotations?$filter=_objectid_value eq {made['accountid']}").json["value"]
    assert [one["subject"] for one in found] == ["Call"]


def test_senseless_criteria_of_metadata_changes_are_refused(services: Services) -> None:
    for query in ('{"Criteria":1}', '{"Criteria":{"Conditions":1}}', '{"Criteria":{"Conditions":[1]}}', "[]", "x"):
        answer = services.client.get("/api/data/v9.2/RetrieveMetadataChanges(Query=@p1)", query_string={"@p1": query})
        assert answer.status_code == 400, query
    loose = '{"Criteria":{},"AttributeQuery":{"Properties":1}}'
    answer = services.client.get("/api/data/v9.2/RetrieveMetadataChanges(Query=@p1)", query_string={"@p1": loose})
    assert answer.status_code == 200
