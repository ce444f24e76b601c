"""$metadata of both services and of the custom API is CSDL as OASIS defines it, and means what the service answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from faker import Faker
from lxml import etree

from simulator import Simulator, mount
from simulator.odata.edm import EntitySet
from tests.node import npm_packages
from tests.simulator.conformance.conftest import LISTED, Tester, label

EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
# an entity set of each address that has a $metadata of its own
ADDRESSES = {"bc": "customers", "bc custom": "resources", "sales": "accounts"}


@pytest.fixture(scope="module")
def oasis() -> etree.XMLSchema:
    """The schema that OASIS publishes with the standard."""
    folder = npm_packages(Path(__file__).parent / "package.json") / "node_modules" / "odata-csdl" / "schemas"
    return etree.XMLSchema(etree.parse(folder / "edmx.xsd"))


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with mount(customers=12) as simulator:
        yield simulator


def make_tester(simulator: Simulator, service: str, entity_set: str) -> Tester:
    declared = next(one for name, one in LISTED if name == service and one.name == entity_set)
    return Tester(simulator, Faker(), service, declared)


@pytest.fixture(params=ADDRESSES)
def tester(request: pytest.FixtureRequest, simulator: Simulator) -> Tester:
    return make_tester(simulator, request.param.split()[0], ADDRESSES[request.param])


def metadata(tester: Tester) -> Any:
    reply = tester.call("GET", f"{tester.root}/$metadata")
    assert (reply.status_code, reply.mimetype) == (200, "application/xml")
    return etree.fromstring(reply.data)


def test_it_is_valid_by_the_schema_of_oasis(tester: Tester, oasis: etree.XMLSchema) -> None:
    document = metadata(tester)
    assert oasis.validate(document), oasis.error_log
    document.find(f".//{EDM}Property").set("Nope", "1")
    assert not oasis.validate(document)


def test_its_sets_are_those_of_the_service_document(tester: Tester) -> None:
    named = {one.get("Name") for one in metadata(tester).iter(f"{EDM}EntitySet")}
    listed = {one["name"] for one in tester.call("GET", tester.root).get_json()["value"]}
    assert named == listed and tester.declared.name in named


def test_every_name_in_it_leads_somewhere(tester: Tester) -> None:
    document = metadata(tester)
    space = document.find(f".//{EDM}Schema").get("Namespace")
    types = {f"{space}.{one.get('Name')}" for kind in ("EntityType", "EnumType") for one in document.iter(EDM + kind)}
    operations = {f"{space}.{one.get('Name')}" for kind in ("Action", "Function") for one in document.iter(EDM + kind)}
    for one in document.iter():
        wanted = (one.get("Type") or "").removeprefix("Collection(").removesuffix(")")
        assert not wanted or wanted.startswith("Edm.") or wanted in types, etree.tostring(one)
        for name in ("Action", "Function"):
            assert one.get(name) is None or one.get(name) in operations
    sets = {one.get("Name"): one.get("EntityType") for one in document.iter(f"{EDM}EntitySet")}
    assert set(sets.values()) <= types
    for one in document.iter(f"{EDM}NavigationPropertyBinding"):
        assert one.get("Target") in sets
    for entity in document.iter(f"{EDM}EntityType"):
        properties = {one.get("Name") for one in entity.findall(f"{EDM}Property")}
        assert {one.get("Name") for one in entity.iter(f"{EDM}PropertyRef")} <= properties
        assert {one.get("Property") for one in entity.iter(f"{EDM}ReferentialConstraint")} <= properties


VALUES: dict[str, Any] = {
    "Edm.String": str, "Edm.Guid": str, "Edm.Date": str, "Edm.DateTimeOffset": str, "Edm.Boolean": bool,
    "Edm.Int32": int, "Edm.Int64": int, "Edm.Decimal": (int, float), "Edm.Double": (int, float),
}  # fmt: skip


# lines are answered below a document, and compared there by the conformance suite
@pytest.mark.parametrize(("service", "declared"), [one for one in LISTED if one[1].parent is None], ids=label)
def test_seeded_rows_are_what_it_says(simulator: Simulator, service: str, declared: EntitySet) -> None:
    tester = make_tester(simulator, service, declared.name)
    document = metadata(tester)
    entity = document.find(f".//{EDM}EntityType[@Name='{declared.entity}']")
    base = entity.get("BaseType", "").rpartition(".")[2]
    described = [entity, *document.findall(f".//{EDM}EntityType[@Name='{base}']")]
    types = {one.get("Name"): one.get("Type") for each in described for one in each.findall(f"{EDM}Property")}
    members = {
        f"{document.find(f'.//{EDM}Schema').get('Namespace')}.{one.get('Name')}": {each.get("Name") for each in one}
        for one in document.iter(f"{EDM}EnumType")
    }
    for row in tester.call("GET", "?$top=5").get_json()["value"]:
        files = {name for name, kind in types.items() if kind == "Edm.Stream" and f"{name}@odata.mediaReadLink" in row}
        files |= {name for name, kind in types.items() if kind == "Edm.Binary"}  # shown when it is selected
        answered = {name for name in row if "@" not in name}
        assert answered | files == set(types)
        for name in answered:
            value, kind = row[name], types[name]
            if kind in members:
                assert value in members[kind], name
            elif value is not None:
                assert isinstance(value, VALUES[kind]), f"{name} is {value!r}, not {kind}"
