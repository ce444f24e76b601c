"""What the simulator declares about the tables that mappings name."""

from __future__ import annotations

from flask_coupling.core.mapping import FieldMapping, TableMapping
from flask_coupling.core.side import Side
from flask_coupling.mappings import default_setup
from simulator.business_central.service import business_central_service
from simulator.odata.edm import EntitySet, Property, Type, text
from simulator.sales.service import sales_service

MAPPINGS = tuple(default_setup().values())
ALONE = tuple(each for each in MAPPINGS if not each.parent and not each.totals)
"""The mappings of records that are no documents, nor lines of one."""

_SETS = {
    Side.BC: {each.name: each for each in business_central_service().model.entity_sets},
    Side.SALES: {each.name: each for each in sales_service().model.entity_sets},
}

SALES_SETS = tuple(_SETS[Side.SALES].values())

_OPTIONS = {
    mapping.sales.name: EntitySet(
        name=mapping.sales.name,
        entity=mapping.sales.name,
        key="value",
        properties=(text("value"), text("label", 200)),
    )
    for mapping in MAPPINGS
    if mapping.sales.option_set is not None
}

KINDS = {
    Type.TEXT: "text",
    Type.ENUM: "option",
    Type.CHOICE: "option",
    Type.GUID: "id",
    Type.LOOKUP: "id",
    Type.INTEGER: "number",
    Type.BIGINT: "number",
    Type.DECIMAL: "number",
    Type.DOUBLE: "number",
    Type.BOOLEAN: "truth",
    Type.DATE: "day",
    Type.MOMENT: "moment",
}
"""Which types hold the same kind of value on both services."""


def entity_set(side: Side, name: str) -> EntitySet:
    """The declaration of a set, or of a choice's options; KeyError when the service has none of that name."""
    return _SETS[side].get(name) or _OPTIONS[name]


def property_of(side: Side, table: str, name: str) -> Property | None:
    """The declared property of a name in a mapping (`navigation/property` for one behind a navigation), or None."""
    found = entity_set(side, table)
    navigation, slash, property = name.partition("/")
    if slash:
        reached = found.navigation(navigation)
        return entity_set(side, reached.target).property(property) if reached else None
    return found.property(name)


def declared(mapping: TableMapping, side: Side, name: str) -> Property:
    """The same for a table of a mapping, of a computed one its first part; fails the test when there is none."""
    table = mapping.table(side)
    found = [property_of(side, table.name, part) for part in table.parts(name)]
    assert all(found), f"{side.label} has no {table.name}.{name}"
    assert found[0] is not None
    return found[0]


def ends(mapping: TableMapping) -> list[tuple[FieldMapping, Side, Property]]:
    """Every end of every field, those of disabled ones too."""
    return [
        (field, side, declared(mapping, side, name))
        for field in mapping.fields
        for side in Side
        if (name := field.of(side))
    ]
