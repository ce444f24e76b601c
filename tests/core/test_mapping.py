"""Mappings that are wrong cannot be made, and right ones answer questions about themselves."""

from __future__ import annotations

import pytest

from flask_coupling.core.conflict import UpdateConflictResolution
from flask_coupling.core.mapping import FieldMapping, Reference, Table, TableMapping
from flask_coupling.core.plan import plan, resolve
from flask_coupling.core.record import Pair, Record
from flask_coupling.core.side import Direction, Side
from flask_coupling.core.table_filter import both, where
from flask_coupling.errors import MappingInvalid

BC = Table(name="customers", key="id", modified_on="changed", title="displayName", number="number")
SALES = Table(
    name="contacts",
    key="contactid",
    modified_on="changed",
    title="fullname",
    composites={"fullname": ("firstname", "lastname")},
)
NAME = FieldMapping(bc="displayName", sales="name")

WRONG_FIELDS = (
    ({}, "names neither side"),
    ({"bc": "a", "sales": "b", "constant": 1}, "cannot be constant"),
    ({"bc": "a"}, "has no partner and no constant"),
    ({"bc": "a", "constant": 1}, "cannot flow bidirectional"),
    ({"bc": "a", "constant": 1, "direction": Direction.TO_SALES}, "cannot flow to_sales"),
    ({"sales": "b", "constant": 1, "direction": Direction.FROM_SALES}, "cannot flow from_sales"),
    ({"bc": "a", "sales": "b", "transformation": "rot13"}, "no transformation named rot13"),
    ({"bc": "a", "sales": "b", "transformation": "trim", "reference": Reference("X")}, "cannot be transformed"),
)


@pytest.mark.parametrize("facts, sentence", WRONG_FIELDS)
def test_a_wrong_field_mapping_is_refused_when_made(facts, sentence):
    with pytest.raises(MappingInvalid, match=sentence):
        FieldMapping(**facts)


def table_mapping(*fields: FieldMapping, **settings: object) -> TableMapping:
    return TableMapping(**{"name": "CUSTOMER", "bc": BC, "sales": SALES, "fields": fields or (NAME,), **settings})


def flowing(bc: str, sales: str, direction: Direction) -> FieldMapping:
    return FieldMapping(bc=bc, sales=sales, direction=direction)


WRONG_TABLES = (
    ((FieldMapping(bc="a", sales="b", enabled=False),), {}, "no enabled field mapping"),
    ((NAME, flowing("other", "name", Direction.TO_SALES)), {}, "name is written twice"),
    ((NAME, flowing("displayName", "more", Direction.TO_SALES)), {}, "displayName has two partners"),
    (
        (NAME, FieldMapping(sales="name", constant="x", direction=Direction.TO_SALES)),
        {},
        "name is written twice",
    ),
    ((flowing("a", "b", Direction.FROM_SALES),), {"direction": Direction.TO_SALES}, "a flows from_sales"),
    ((NAME,), {"match_on": ("displayName", "email")}, "matches on email, not mapped"),
)


@pytest.mark.parametrize("fields, settings, sentence", WRONG_TABLES)
def test_a_wrong_table_mapping_is_refused_by_its_name(fields, settings, sentence):
    with pytest.raises(MappingInvalid, match=sentence) as caught:
        table_mapping(*fields, **settings)
    assert caught.value.facts["mapping"] == "CUSTOMER"


def test_a_changed_copy_is_validated_anew():
    with pytest.raises(MappingInvalid):
        table_mapping(flowing("a", "b", Direction.TO_SALES)).replaced(direction=Direction.FROM_SALES)


def test_a_disabled_field_is_neither_read_nor_written():
    mapping = table_mapping(NAME, FieldMapping(bc="phone", sales="telephone1", enabled=False))
    assert mapping.view(Side.BC).fields == ("displayName", "number")
    assert mapping.flowing_from(Side.BC) == (NAME,) and mapping.names == {"displayName"}


def test_the_direction_of_the_table_narrows_that_of_its_fields():
    mapping = table_mapping(NAME, direction=Direction.FROM_SALES)
    assert mapping.pairs == ((NAME, Direction.FROM_SALES),)
    assert mapping.flowing_from(Side.BC) == () and mapping.flowing_from(Side.SALES) == (NAME,)


def test_a_view_reads_what_is_mapped_filtered_shown_and_asked_for_once_and_no_constants():
    mapping = table_mapping(
        NAME,
        FieldMapping(bc="type", constant="Person", direction=Direction.FROM_SALES),
        bc_filter=both(where("blocked", "blank", ""), where("displayName", "ne", "x")),
    )
    assert mapping.view(Side.BC, "city", "id").fields == ("displayName", "blocked", "number", "city")
    assert mapping.view(Side.SALES).fields == ("name", "fullname")


def test_a_field_is_found_by_its_name_and_an_unknown_one_is_refused():
    mapping = table_mapping(NAME, FieldMapping(sales="kind", constant=3, direction=Direction.TO_SALES))
    assert mapping.field("displayName") is NAME and mapping.field("kind").constant == 3
    with pytest.raises(MappingInvalid, match="no field mapping named fax"):
        mapping.field("fax")


def test_a_field_s_own_rule_comes_before_the_table_s():
    own = FieldMapping(bc="phone", sales="phone", resolution=UpdateConflictResolution.GET_FROM_SALES)
    mapping = table_mapping(NAME, own, update_conflict=UpdateConflictResolution.SEND_TO_SALES)
    pair = Pair(
        Record("b", "1", "", {"displayName": "A", "phone": "1"}), Record("s", "1", "", {"name": "B", "phone": "2"})
    )
    name, phone = resolve(plan(pair, mapping, {}), mapping.policy).actions
    assert (name.side, name.values) == (Side.SALES, {"name": "A"})
    assert (phone.side, phone.values) == (Side.BC, {"phone": "2"})


SPREADS = (
    ({"fullname": "Ann Beebe"}, {"firstname": "Ann", "lastname": "Beebe"}),
    ({"fullname": "Ann van den Berg"}, {"firstname": "Ann van den", "lastname": "Berg"}),
    ({"fullname": "Ann"}, {"firstname": None, "lastname": "Ann"}),
    ({"fullname": None}, {"firstname": None, "lastname": None}),
    ({"jobtitle": "Buyer"}, {"jobtitle": "Buyer"}),
)


@pytest.mark.parametrize("values, written", SPREADS)
def test_a_composite_property_is_written_by_its_parts(values, written):
    assert SALES.spread(values) == written


WITHIN = (
    (Direction.BIDIRECTIONAL, Direction.BIDIRECTIONAL, Direction.BIDIRECTIONAL),
    (Direction.BIDIRECTIONAL, Direction.TO_SALES, Direction.TO_SALES),
    (Direction.TO_SALES, Direction.BIDIRECTIONAL, Direction.TO_SALES),
    (Direction.TO_SALES, Direction.TO_SALES, Direction.TO_SALES),
    (Direction.TO_SALES, Direction.FROM_SALES, None),
)


@pytest.mark.parametrize("inner, outer, both_allow", WITHIN)
def test_the_flow_two_directions_allow(inner, outer, both_allow):
    assert inner.within(outer) is both_allow
    assert inner.mirrored.within(outer.mirrored) is (both_allow and both_allow.mirrored)


def test_a_property_that_nothing_writes_may_go_to_several_partners():
    cost = flowing("unitCost", "standardcost", Direction.TO_SALES)
    also = FieldMapping(bc="unitCost", sales="currentcost", direction=Direction.TO_SALES, alias="unitCost/currentcost")
    mapping = table_mapping(cost, also)
    assert mapping.field("unitCost/currentcost") is also
    assert mapping.view(Side.BC).fields.count("unitCost") == 1


def test_fields_that_share_a_property_need_names_of_their_own():
    with pytest.raises(MappingInvalid, match="unitCost; one of them needs an alias"):
        table_mapping(*(flowing("unitCost", name, Direction.TO_SALES) for name in ("standardcost", "currentcost")))
