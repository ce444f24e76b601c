"""$metadata and table definitions name what the services answer."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.simulator.protocol.service import Services

EDM = "{http://docs.oasis-open.org/odata/ns/edm}"


@pytest.mark.parametrize(("service", "namespace"), [("bc", "Microsoft.NAV"), ("sales", "Microsoft.Dynamics.CRM")])
def test_metadata_names_exactly_the_declared_sets_and_properties(
    services: Services, service: str, namespace: str
) -> None:
    answer = getattr(services, service)("GET", "/$metadata")
    assert answer.status_code == 200 and answer.mimetype == "application/xml"
    root = ElementTree.fromstring(answer.data)
    schema = root.find(f".//{EDM}Schema")
    assert schema is not None and schema.get("Namespace") == namespace
    model = services.store.state_of(service).service
    for entity in model.model.entity_sets:
        found = schema.find(f"{EDM}EntityType[@Name='{entity.entity}']")
        assert found is not None
        inherited = [entity.base.key] if entity.base else []
        own = [name for name in model.shapes[entity.name].names if name not in inherited]
        assert [one.get("Name") for one in found.findall(f"{EDM}Property")] == own
    types = {one.get("Name") for one in schema if one.tag in (f"{EDM}EntityType", f"{EDM}EnumType")}
    for one in schema.iter(f"{EDM}Property"):
        kind = str(one.get("Type"))
        assert kind.startswith("Edm.") or kind.removeprefix(f"{namespace}.") in types
    sets = {str(one.get("Name")) for one in schema.iter(f"{EDM}EntitySet")}
    assert sets == {one.name for one in model.model.entity_sets}
    for binding in schema.iter(f"{EDM}NavigationPropertyBinding"):
        assert binding.get("Target") in sets


def definitions(services: Services, path: str) -> Any:
    answer = services.sales("GET", f"/EntityDefinitions{path}")
    assert answer.status_code == 200, answer.data
    return answer.json


def test_a_table_is_found_by_its_logical_name(services: Services) -> None:
    query = "?$select=LogicalName,EntitySetName,PrimaryIdAttribute&$filter=LogicalName eq 'account'"
    (found,) = definitions(services, query)["value"]
    assert (found["EntitySetName"], found["PrimaryIdAttribute"]) == ("accounts", "accountid")
    by_id = definitions(services, f"({found['MetadataId']})?$select=LogicalName")
    assert by_id["LogicalName"] == "account"
    assert definitions(services, "?$filter=IsPrivate eq false and (LogicalName eq 'nope')")["value"] == []
    assert services.sales("GET", "/EntityDefinitions(LogicalName='nope')").status_code == 404


def test_choices_are_answered_with_their_labels(services: Services) -> None:
    path = "(LogicalName='account')/Attributes/Microsoft.Dynamics.CRM.PicklistAttributeMetadata"
    found = definitions(services, f"{path}?$select=LogicalName&$expand=OptionSet($select=Options)")["value"]
    options = next(one for one in found if one["LogicalName"] == "customertypecode")["OptionSet"]["Options"]
    labels = {one["Value"]: one["Label"]["LocalizedLabels"][0]["Label"] for one in options}
    assert labels[3] == "Customer"
    assert {one["@odata.type"] for one in found} == {"#Microsoft.Dynamics.CRM.PicklistAttributeMetadata"}


def test_metadata_changes_answer_the_columns_that_were_asked_for(services: Services) -> None:
    def named(name: str) -> dict[str, Any]:
        value = {"Type": "System.String", "Value": name}
        return {"Conditions": [{"PropertyName": "LogicalName", "ConditionOperator": "Equals", "Value": value}]}

    query = {
        "Criteria": named("account"),
        "AttributeQuery": {"Criteria": named("name"), "Properties": {"PropertyNames": ["MaxLength"]}},
    }
    answer = services.client.get(
        "/api/data/v9.2/RetrieveMetadataChanges(Query=@p1)", query_string={"@p1": json.dumps(query)}
    )
    (table,) = answer.json["EntityMetadata"]
    (column,) = table["Attributes"]
    assert (column["LogicalName"], column["MaxLength"]) == ("name", 160)


def test_tables_cannot_be_changed_and_keys_can(services: Services) -> None:
    assert services.sales("POST", "/EntityDefinitions", {}).status_code == 501
    path = "/EntityDefinitions(LogicalName='account')/Keys"
    assert services.sales("POST", path, {"SchemaName": "k", "KeyAttributes": ["nope"]}).status_code == 400
    made = services.sales("POST", path, {"SchemaName": "k", "KeyAttributes": ["accountnumber"]})
    key = made.headers["OData-EntityId"].rpartition("(")[2][:-1]
    assert services.sales("GET", path).json["value"][0]["EntityKeyIndexStatus"] == "Active"
    assert services.sales("DELETE", f"{path}({key})").status_code == 204
    assert services.sales("GET", path).json["value"] == []


def test_relationships_name_both_ends(services: Services) -> None:
    found = definitions(services, "(LogicalName='contact')/ManyToOneRelationships")["value"]
    account = next(
        one
        for one in found
        if one["ReferencedEntity"] == "account" and one["ReferencingAttribute"] == "parentcustomerid"
    )
    assert account["ReferencingEntityNavigationPropertyName"] == "parentcustomerid_account"
    assert account["ReferencedEntityNavigationPropertyName"] == "contact_customer_accounts"


def test_the_schema_tells_its_alias_its_base_and_on_demand_what_tracks_changes(services: Services) -> None:
    plain = services.sales("GET", "/$metadata").data
    assert b'Alias="mscrm"' in plain and b'<EntityType Name="crmbaseentity" Abstract="true" />' in plain
    assert b'<EntityType Name="account" BaseType="mscrm.crmbaseentity">' in plain
    assert b"ChangeTracking" not in plain
    told = ElementTree.fromstring(services.sales("GET", "/$metadata?annotations=true").data)
    edm = "{http://docs.oasis-open.org/odata/ns/edm}"
    tracked = {one.get("Name") for one in told.iter(f"{edm}EntitySet") if one.find(f"{edm}Annotation") is not None}
    assert "accounts" in tracked and "sdkmessages" not in tracked
    assert b"ChangeTracking" not in services.sales("GET", "/$metadata").data
