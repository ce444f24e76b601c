"""What holds for every declared entity of both services; a new entity is tested by being declared."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest

from simulator.odata.edm import EntitySet, Property, Type
from simulator.odata.values import escape_member
from tests.simulator.conformance.conftest import CREATABLE, EVERY, LISTED, Tester, label

every = pytest.mark.parametrize(("service", "declared"), EVERY, ids=label)
listed = pytest.mark.parametrize(("service", "declared"), LISTED, ids=label)
creatable = pytest.mark.parametrize(("service", "declared"), CREATABLE, ids=label)
related = pytest.mark.parametrize(("service", "declared"), [one for one in CREATABLE if one[1].relations], ids=label)

# values a row may have anywhere: they name no other row and break no rule of an entity
_PLAIN: dict[Type, Any] = {
    Type.TEXT: "Ærø 'x' & co",
    Type.INTEGER: 7,
    Type.BIGINT: 7,
    Type.DECIMAL: 12.5,
    Type.DOUBLE: 12.5,
    Type.BOOLEAN: True,
    Type.DATE: "2026-01-31",
    Type.MOMENT: "2026-01-31T08:00:00Z",
    Type.GUID: "0d9a4a5e-4a0e-4d55-8f0f-8a3e5f6f7a01",
}


def named(declared: EntitySet) -> set[str]:
    """Names of properties that lead to another row or are computed: what they take depends on other rows."""
    pairs = {name for pair in declared.pairs for name in (pair.id, pair.code, pair.name)}
    navigations = {navigation.column for navigation in declared.navigations}
    keys = {declared.key, *(declared.parent.column,)} if declared.parent else {declared.key}
    related = {relation.property for relation in declared.relations}
    return pairs | navigations | keys | related | set(declared.unique)


_KINDS_OF_OTHERS = (Type.LOOKUP, Type.ENUM, Type.CHOICE, Type.STREAM)
_READ = "@odata.mediaReadLink"
# what the service computes from other properties, whatever the client sends
_COMPUTED = {
    "salesOrderLines": {"discountAmount", "discountPercent", "sequence", "lineType", "lineObjectNumber"},
    "salesQuoteLines": {"discountAmount", "discountPercent", "sequence", "lineType", "lineObjectNumber", "netAmount"},
    "salesInvoiceLines": {"discountAmount", "discountPercent", "sequence", "lineType", "lineObjectNumber"},
    "contacts": {"type", "companyNumber", "companyName", "contactBusinessRelation"},
    "salesInvoices": {"status"},
    "attachments": {"parentId", "parentType"},
    "documentAttachments": {"parentId", "parentType"},
}
_FORMED = {"serviceendpoints": {"url"}, "annotations": {"documentbody"}}  # texts that must have a form


def settable(service: str, declared: EntitySet) -> list[Property]:
    computed = _COMPUTED.get(declared.name, set()) if service == "bc" else set()
    fixed = named(declared) | computed | _FORMED.get(declared.name, set())
    return [
        prop
        for prop in declared.properties
        if prop.access.on_create and prop.access.on_update and prop.name not in fixed and prop.type is not Type.LOOKUP
        and not prop.secret
        and prop.kind != "Image"
        and prop.kind not in ("State", "Status")
    ]  # fmt: skip


def value_for(prop: Property) -> Any:
    if prop.type is Type.ENUM:
        return escape_member(prop.options[-1].label)
    if prop.type is Type.CHOICE:
        return prop.options[-1].value if prop.options else 1
    if prop.type is Type.TEXT:
        text = _PLAIN[Type.TEXT][: prop.max_length].strip()
        return text.upper() if prop.kind == "Code" else text
    if prop.minimum is not None and prop.minimum > _PLAIN.get(prop.type, 0):
        return prop.minimum
    return _PLAIN[prop.type]


@creatable
def test_each_property_comes_back_as_it_was_sent(service: str, declared: EntitySet, tester: Tester) -> None:
    row = tester.create()
    values = {prop.wire: value_for(prop) for prop in settable(service, declared)}
    reply = tester.call("PATCH", tester.row_address(row), values, If_Match="*", Prefer="return=representation")
    assert reply.status_code == 200, reply.text
    read = tester.call("GET", tester.row_address(row)).get_json()
    assert {name: read[name] for name in values} == values


@creatable
def test_a_text_may_be_as_long_as_declared_and_no_longer(service: str, declared: EntitySet, tester: Tester) -> None:
    row = tester.create()
    for prop in settable(service, declared):
        if prop.type is not Type.TEXT or not prop.max_length:
            continue
        exact = tester.call("PATCH", tester.row_address(row), {prop.wire: "X" * prop.max_length}, If_Match="*")
        assert exact.status_code < 300, f"{prop.name}: {exact.text}"
        before = tester.call("GET", tester.row_address(row)).data
        longer = tester.call("PATCH", tester.row_address(row), {prop.wire: "X" * (prop.max_length + 1)}, If_Match="*")
        assert longer.status_code == 400, prop.name
        code = longer.get_json()["error"]["code"]
        assert code == {"bc": "Application_StringExceededLength", "sales": "0x80044331"}[service]
        assert tester.call("GET", tester.row_address(row)).data == before


@related
def test_a_code_must_stand_in_its_table_or_be_blank(service: str, declared: EntitySet, tester: Tester) -> None:
    row = tester.create()
    address = tester.row_address(row)
    for relation in declared.relations:
        known = tester.simulator.bc.list(relation.target)[0][relation.code]
        for code in (known, "", known):
            taken = tester.call("PATCH", address, {relation.property: code}, If_Match="*")
            assert (taken.status_code, taken.get_json()[relation.property]) == (200, code)
        for refused in (
            tester.call("PATCH", address, {relation.property: "NOWHERE"}, If_Match="*"),
            tester.call("POST", "", tester.sample() | {relation.property: "NOWHERE"}),
        ):
            error = refused.get_json()["error"]
            assert (refused.status_code, error["code"]) == (400, "Internal_InvalidTableRelation")
            assert f"The field {relation.field} of table " in error["message"]
            assert (
                f"contains a value (NOWHERE) that cannot be found in the related table ({relation.table})."
                in (error["message"])
            )
        assert tester.call("GET", address).get_json()[relation.property] == known


@creatable
def test_an_unknown_property_is_refused_by_name(service: str, declared: EntitySet, tester: Tester) -> None:
    reply = tester.call("POST", "", tester.sample() | {"notAProperty": 1})
    assert reply.status_code == 400
    assert "notAProperty" in reply.get_json()["error"]["message"]


@creatable
def test_a_missing_required_value_is_refused(service: str, declared: EntitySet, tester: Tester) -> None:
    for prop in declared.properties:
        if prop.required:
            values = tester.sample()
            values.pop(prop.name)
            reply = tester.call("POST", "", values)
            assert reply.status_code == 400
            assert prop.name in reply.get_json()["error"]["message"]


@creatable
def test_a_read_only_property_is_refused_or_ignored(service: str, declared: EntitySet, tester: Tester) -> None:
    row = tester.create()
    for prop in declared.properties:
        if prop.access.on_update or prop.name == declared.key or prop.type in _KINDS_OF_OTHERS:
            continue
        reply = tester.call("PATCH", tester.row_address(row), {prop.wire: value_for(prop)}, If_Match="*")
        now = tester.call("GET", tester.row_address(row)).get_json()
        if service == "bc":
            assert reply.status_code == 400, prop.name
            assert now == {**row, "@odata.context": now["@odata.context"]}
        elif prop.name not in ("modifiedon", "versionnumber"):
            assert now[prop.wire] == row[prop.wire], prop.name


@creatable
def test_the_etag_changes_with_each_write_and_guards_the_row(service: str, declared: EntitySet, tester: Tester) -> None:
    if not settable(service, declared):
        return
    row = tester.create()
    prop = settable(service, declared)[0]
    address, change = tester.row_address(row), {prop.wire: value_for(prop)}
    first = row["@odata.etag"]
    assert tester.call("PATCH", address, change, If_Match=first).status_code < 300
    second = tester.call("GET", address).get_json()["@odata.etag"]
    assert second != first
    stale = tester.call("PATCH", address, change, If_Match=first)
    assert (stale.status_code, stale.get_json()["error"]["code"]) == {
        "bc": (409, "Request_EntityChanged"),
        "sales": (412, "0x80060882"),
    }[service]
    assert tester.call("GET", address).get_json()["@odata.etag"] == second
    if service == "bc":
        assert tester.call("PATCH", address, change).get_json()["error"]["code"] == "BadRequest_InvalidToken"


@creatable
def test_a_deleted_row_is_gone(service: str, declared: EntitySet, tester: Tester) -> None:
    row = tester.create()
    reply = tester.call("DELETE", tester.row_address(row))
    if not declared.delete_allowed:
        assert reply.status_code in (400, 405, 501)
        return
    assert reply.status_code == 204, reply.text
    assert tester.call("GET", tester.row_address(row)).status_code == 404


@creatable
def test_paging_neither_loses_nor_repeats_a_row_while_rows_change(
    service: str, declared: EntitySet, tester: Tester
) -> None:
    made = [tester.create()[declared.key] for _ in range(7)]
    seen: list[str] = []
    address = tester.address
    # a change of what rows are ordered by does move them, as in the services
    prop = next((one for one in settable(service, declared) if one.name not in declared.order), None)
    while address:
        page = tester.call("GET", address, Prefer="odata.maxpagesize=2").get_json()
        seen += [row[declared.key] for row in page["value"]]
        if prop is not None:
            row = {declared.key: made[len(seen) % 7]}
            tester.call("PATCH", tester.row_address(row), {prop.wire: value_for(prop)}, If_Match="*")
        address = page.get("@odata.nextLink", "").removeprefix("http://localhost")
    assert len(seen) == len(set(seen))
    assert set(made) <= set(seen)


def literal(prop: Property, value: Any) -> str:
    if prop.type in (Type.TEXT, Type.ENUM):
        return "'" + str(value).replace("'", "''") + "'"
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


@creatable
def test_a_row_is_found_by_each_of_its_properties(service: str, declared: EntitySet, tester: Tester) -> None:
    row = tester.create()
    values = {prop.wire: value_for(prop) for prop in settable(service, declared)}
    tester.call("PATCH", tester.row_address(row), values, If_Match="*")
    now = tester.call("GET", tester.row_address(row)).get_json()
    for prop in declared.properties:
        value = now.get(prop.wire)
        if value is None or prop.kind == "Memo":
            continue
        condition = quote(f"{prop.wire} eq {literal(prop, value)}")
        reply = tester.call("GET", f"?$filter={condition}")
        assert reply.status_code == 200, f"{prop.name}: {reply.text}"
        assert row[declared.key] in [one[declared.key] for one in reply.get_json()["value"]], prop.name


@listed
def test_a_filter_on_an_unknown_property_is_refused_by_name(service: str, declared: EntitySet, tester: Tester) -> None:
    reply = tester.call("GET", "?$filter=notAProperty eq 1")
    assert reply.status_code == 400
    assert "notAProperty" in reply.get_json()["error"]["message"]


@every
def test_what_a_set_does_not_allow_is_refused(service: str, declared: EntitySet, tester: Tester) -> None:
    if declared.insert_allowed:
        return
    before = tester.simulator.store.version(service)
    reply = tester.call("POST", "", {})
    assert 400 <= reply.status_code <= 501 and reply.status_code != 500
    assert reply.get_json()["error"]["message"]
    assert tester.simulator.store.version(service) == before


@every
def test_metadata_names_exactly_what_the_service_answers(service: str, declared: EntitySet, tester: Tester) -> None:
    reply = tester.call("GET", f"{tester.root}/$metadata")
    assert reply.status_code == 200, reply.text
    edm = "{http://docs.oasis-open.org/odata/ns/edm}"
    types = {one.get("Name"): one for one in ElementTree.fromstring(reply.data).iter(f"{edm}EntityType")}
    described = types[declared.entity]
    names = {one.get("Name") for one in described.iter(f"{edm}Property")}
    base = described.get("BaseType", "").rpartition(".")[2]
    while base in types:
        names |= {one.get("Name") for one in types[base].iter(f"{edm}Property")}
        base = types[base].get("BaseType", "").rpartition(".")[2]
    assert names >= {prop.wire for prop in declared.properties}
    if (service, declared) in CREATABLE:
        row = tester.create()
        files = {prop.wire for prop in declared.properties if prop.type is Type.STREAM}
        answered = {name for name in row if "@" not in name} | {name for name in files if f"{name}{_READ}" in row}
        images = {prop.wire for prop in declared.properties if prop.kind == "Image"}  # shown when they are selected
        assert answered == {prop.wire for prop in declared.properties} - images
        assert answered <= names


@every
def test_single_navigations_are_expanded_or_empty(service: str, declared: EntitySet, tester: Tester) -> None:
    if (service, declared) not in CREATABLE:
        return
    row = tester.create()
    for navigation in declared.navigations:
        reply = tester.call("GET", f"{tester.row_address(row)}?$expand={navigation.name}")
        assert reply.status_code == 200, f"{navigation.name}: {reply.text}"
        value = reply.get_json()[navigation.name]
        assert isinstance(value, list) if navigation.collection else value is None or isinstance(value, dict)
