"""A table mapping as a document: there and back, what differs, and what is wrong with it."""

from __future__ import annotations

from copy import deepcopy

import pytest

from flask_coupling.core.check import check_columns, check_together
from flask_coupling.core.column import Column
from flask_coupling.core.mapping_document import difference, document_of, list_changes, with_difference
from flask_coupling.core.mapping_reader import MappingReader
from flask_coupling.core.side import Direction, Side
from flask_coupling.mappings import default_setup

SHIPPED = default_setup()
CUSTOMER = SHIPPED["CUSTOMER"]
DEFAULT = document_of(CUSTOMER)
OWN = {
    "name": "taxLiable",
    "bc": "taxLiable",
    "sales": "donotphone",
    "caption": "Taxed",
    "reference": None,
    "direction": "bidirectional",
    "transformation": None,
    "constant": None,
    "blank_if_missing": False,
    "not_null": False,
    "cut": False,
    "resolution": None,
    "enabled": True,
}
TEMPLATE = {"name": "DK", "side": "bc", "priority": 1, "filter": "statecode eq 0", "values": {"blocked": "All"}}
COLUMNS = {
    Side.BC: {
        each.name: each
        for each in (
            *(Column(name, "text", 80) for name in CUSTOMER.mapped(Side.BC)),
            Column("displayName", "text", 100),
            Column("city", "text", 30),
            Column("note", "text", 250),
            Column("blocked", "option", options=(" ", "Ship", "All")),
            Column("creditLimit", "number"),
            Column("balance", "number", on_create=False, on_update=False),
            Column("taxLiable", "truth"),
            Column("startDate", "day"),
        )
    },
    Side.SALES: {
        each.name: each
        for each in (
            *(Column(name, "text", 80) for name in CUSTOMER.mapped(Side.SALES)),
            Column("name", "text", 160),
            Column("address1_city", "text", 80),
            Column("description", "text", 100),
            Column("statecode", "option", options=(0, 1)),
            Column("customertypecode", "option", options=(3, 11)),
            Column("creditlimit", "number"),
            Column("donotphone", "truth"),
            Column("owninguser", "id"),
        )
    },
}


def edited(*own, **settings):
    """The default document with own fields and other settings."""
    document = {**deepcopy(DEFAULT), **settings}
    document["fields"] = [*document["fields"], *({**OWN, **each} for each in own)]
    return document


def changed(name, **settings):
    """The default document with one shipped field set otherwise."""
    document = edited()
    document["fields"] = [{**each, **settings} if each["name"] == name else each for each in document["fields"]]
    return document


def faults(document):
    """What is wrong, as `{path: codes}`."""
    reader = MappingReader(CUSTOMER, SHIPPED)
    mapping = reader.read(document)
    found = list(reader.faults)
    if mapping is not None:
        found += [*check_columns(mapping, CUSTOMER, COLUMNS), *check_together(mapping, SHIPPED, SHIPPED)]
    assert all(each.message for each in found)
    return {each.path: each.code for each in found}


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_mapping_is_the_same_after_writing_and_reading_it(name):
    reader = MappingReader(SHIPPED[name], SHIPPED)
    assert reader.read(document_of(SHIPPED[name])) == SHIPPED[name] and reader.faults == []


def test_what_differs_is_kept_and_put_on_the_default_again():
    document = edited(OWN, direction="to_sales", templates=[TEMPLATE])
    document["fields"][0] = {**document["fields"][0], "enabled": False}
    kept = difference(DEFAULT, document)
    assert set(kept) == {"direction", "fields", "added", "templates"}
    assert kept["fields"] == {"displayName": {"enabled": False}}
    assert with_difference(DEFAULT, kept) == document
    assert difference(DEFAULT, DEFAULT) == {} and with_difference(DEFAULT, {}) == DEFAULT


def test_a_field_the_default_no_longer_has_is_forgotten():
    assert (
        with_difference(DEFAULT, {"fields": {"gone": {"enabled": False}}, "added": [DEFAULT["fields"][0]]}) == DEFAULT
    )


def test_changes_are_listed_setting_by_setting():
    document = edited(OWN, only_coupled=False)
    document["fields"][3] = {**document["fields"][3], "direction": "to_sales"}
    listed = list(list_changes(DEFAULT, document))
    assert [path for path, *_ in listed] == ["only_coupled", "fields.postalCode.direction", "fields.taxLiable"]
    assert listed[1][1:] == ("bidirectional", "to_sales")


def test_an_edited_document_makes_the_mapping_it_says():
    document = edited({"bc": None, "sales": "donotphone", "constant": True, "direction": "to_sales", "name": "quiet"})
    document |= {"direction": "to_sales", "bc_filter": "blocked ne 'All'", "templates": [TEMPLATE]}
    document["fields"] = [
        each if each["direction"] != "from_sales" else {**each, "enabled": False} for each in document["fields"]
    ]
    mapping = MappingReader(CUSTOMER, SHIPPED).read(document)
    assert mapping is not None and mapping.direction is Direction.TO_SALES
    assert mapping.bc_filter.render() == "blocked ne 'All'" and mapping.field("quiet").constant is True
    assert mapping.templates[0].values == {"blocked": "All"}
    assert document_of(mapping) == document


WRONG = (
    (edited(direction="sideways"), {"direction": "choice_unknown"}),
    (edited(bc_filter="blocked like 1"), {"bc_filter": "filter_operator"}),
    (edited(bc_filter="shoeSize eq 4"), {"bc_filter": "property_unknown"}),
    (edited(bc_filter="creditLimit eq 'x'"), {"bc_filter": "value_misfit"}),
    (edited(bc_filter="startswith(creditLimit,'1')"), {"bc_filter": "operator_misfit"}),
    (edited(bc_filter="blocked eq 'Sometimes'"), {"bc_filter": "option_unknown"}),
    (edited(sales_filter="statecode eq 0"), {"sales_filter": "overlap"}),
    (edited(sales_filter="statecode eq 0 and customertypecode eq 11"), {"sales_filter": "overlap"}),
    (edited(depends_on=["CURRENCY", "NOTHING"]), {"depends_on": "mapping_unknown"}),
    (edited(depends_on=[*CUSTOMER.depends_on, "CONTACT"]), {"depends_on": "dependency_cycle"}),
    (edited(depends_on=["SALESPEOPLE"]), {"depends_on": "dependency_missing"}),
    (edited(match_on=["shoeSize"]), {"match_on": "match_unknown"}),
    (edited({"bc": "shoeSize", "name": "shoeSize"}), {"fields.shoeSize.bc": "property_unknown"}),
    (edited({"sales": "shoesize"}), {"fields.taxLiable.sales": "property_unknown"}),
    (edited({"bc": "note", "name": "note"}), {"fields.note.transformation": "kinds_differ"}),
    (edited({"bc": "balance", "sales": "creditlimit", "name": "b"}), {"fields.b.sales": "written_twice"}),
    (edited({"bc": "note", "name": "note", "sales": "description"}), {"fields.note.sales": "too_long"}),
    (
        edited({"bc": "balance", "name": "balance", "sales": None, "constant": 1, "direction": "from_sales"}),
        {"fields.balance.bc": "not_writable"},
    ),
    (edited({"transformation": "shout"}), {"fields.taxLiable.transformation": "transformation_unknown"}),
    (edited({"bc": None, "sales": None}), {"fields.taxLiable.bc": "names_neither_side"}),
    (edited({"constant": 1}), {"fields.taxLiable.constant": "constant_of_pair"}),
    (edited({"sales": None}), {"fields.taxLiable.constant": "constant_missing"}),
    (
        edited({"sales": None, "constant": True, "direction": "to_sales"}),
        {"fields.taxLiable.direction": "direction_misfit"},
    ),
    (edited({"bc": "city", "name": "city"}), {"fields.city": "shipped_ends"}),
    (edited({"bc": "city", "name": "more"}), {"fields.more.bc": "written_twice"}),
    (edited({"reference": "NOTHING"}), {"fields.taxLiable.reference": "mapping_unknown"}),
    (
        edited({"bc": "salespersonCode", "sales": "owninguser", "reference": "SALESPEOPLE", "name": "s"}),
        {"fields.s.bc": "property_unknown", "fields.s.sales": "lookup_unknown"},
    ),
    (
        changed("city", transformation="yes_no", enabled=True, direction="sideways"),
        {"fields.city.direction": "choice_unknown"},
    ),
    (changed("currencyId", transformation="trim"), {"fields.currencyId.transformation": "reference_transformed"}),
    (edited(templates=[{**TEMPLATE, "name": " "}]), {"templates.0.name": "name_missing"}),
    (edited(templates=[{**TEMPLATE, "side": "up"}]), {"templates.0.side": "choice_unknown"}),
    (edited(templates=[{**TEMPLATE, "filter": "blocked eq 1"}]), {"templates.0.filter": "property_unknown"}),
    (edited(templates=[{**TEMPLATE, "values": {"x": 1}}]), {"templates.0.values.x": "property_unknown"}),
    (edited(templates=[{**TEMPLATE, "values": {"balance": 1}}]), {"templates.0.values.balance": "not_writable"}),
    (edited(templates=[{**TEMPLATE, "values": {"city": "x" * 31}}]), {"templates.0.values.city": "value_long"}),
)


@pytest.mark.parametrize("document, expected", WRONG, ids=[" ".join(each[1].values()) for each in WRONG])
def test_a_mistake_is_told_at_its_place(document, expected):
    assert faults(document) == expected


def test_a_one_way_mapping_takes_no_field_that_goes_the_other_way_and_needs_one_that_is_enabled():
    document = edited(direction="from_sales")
    assert set(faults(document).values()) == {"direction_outside"}
    document = edited()
    document["fields"] = [{**each, "enabled": False} for each in document["fields"]]
    assert faults(document) == {"fields": "nothing_enabled"}


def test_what_the_declaration_brings_is_not_held_against_an_edit():
    """The shipped name field goes from 160 characters to 100: its records are told one by one."""
    assert faults(changed("displayName", resolution="send_to_sales")) == {}
    assert faults(changed("displayName", direction="from_sales")) == {}


def test_a_transformation_stands_between_kinds_that_differ():
    own = {"sales": "description", "name": "t"}
    assert faults(edited(own)) == {"fields.t.transformation": "kinds_differ"}
    assert faults(edited({**own, "transformation": "yes_no"})) == {}


def test_a_lookup_may_be_named_as_the_service_reads_it():
    reader = MappingReader(SHIPPED["CONTACT"], SHIPPED)
    document = {**document_of(SHIPPED["CONTACT"]), "sales_filter": "statecode eq 0 and _parentcustomerid_value ne null"}
    assert reader.read(document) == SHIPPED["CONTACT"]
