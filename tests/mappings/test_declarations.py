"""Every table mapping of the default setup fits what the services declare."""

from __future__ import annotations

import pytest

from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.side import Side
from flask_coupling.mappings import default_setup
from simulator.odata.edm import Type

from .declared import KINDS, MAPPINGS, SALES_SETS, declared, ends, entity_set

each_mapping = pytest.mark.parametrize("mapping", MAPPINGS, ids=lambda mapping: mapping.name)
each_side = pytest.mark.parametrize("side", Side)


@each_mapping
@each_side
def test_the_table_is_one_of_the_service_with_its_key_and_its_columns(mapping: TableMapping, side: Side) -> None:
    table = mapping.table(side)
    found = entity_set(side, table.name)
    assert (found.key, found.api) == (table.key, table.route)
    for name in filter(None, (table.modified_on, table.title, table.number, mapping.reference_keys.get(side))):
        assert declared(mapping, side, name)


@each_mapping
def test_both_ends_of_a_field_hold_the_same_kind_of_value(mapping: TableMapping) -> None:
    for field in mapping.fields:
        is_computed = field.bc in mapping.bc.computed or field.sales in mapping.sales.computed
        if not field.is_pair or field.transformation is not None or is_computed:
            continue
        bc, sales = (declared(mapping, side, field.of(side) or "") for side in Side)
        if field.reference is None:
            assert KINDS[bc.type] == KINDS[sales.type], field
        else:
            assert KINDS[bc.type] == ("text" if field.reference.bc_key else "id"), field


@each_mapping
def test_a_field_is_writable_where_it_flows_to(mapping: TableMapping) -> None:
    for field, side, found in ends(mapping):
        flow = field.direction.within(mapping.direction)
        if flow is None or not flow.allows(side.other):
            continue
        table = mapping.table(side)
        made = table.computed.get(field.of(side) or "")
        assert made is None or made.spread is not None, field
        names = tuple(made.spread(4)) if made and made.spread else table.composites.get(found.name, (found.name,))
        assert all(declared(mapping, side, name).access.on_create for name in names), field


@each_mapping
def test_a_constant_is_a_value_its_column_knows(mapping: TableMapping) -> None:
    for field, _, found in ends(mapping):
        if field.constant is not None and found.options:
            is_text = found.type is Type.ENUM
            known = {option.label if is_text else option.value for option in found.options}
            assert field.constant in known, field


@each_mapping
def test_a_lookup_is_bound_by_a_navigation_to_its_own_target(mapping: TableMapping) -> None:
    used = {found.name for _, side, found in ends(mapping) if side is Side.SALES and found.type is Type.LOOKUP}
    used |= {name for name in mapping.sales_filter.fields if declared(mapping, Side.SALES, name).type is Type.LOOKUP}
    assert used <= mapping.sales.lookups.keys()
    for column, lookup in mapping.sales.lookups.items():
        navigation = entity_set(Side.SALES, mapping.sales.name).navigation(lookup.navigation)
        assert navigation is not None, lookup
        assert (navigation.column, navigation.target) == (column, lookup.target)
        assert declared(mapping, Side.SALES, column).type is Type.LOOKUP


@each_mapping
def test_a_reference_leads_to_the_table_its_lookup_is_bound_to(mapping: TableMapping) -> None:
    for field in mapping.fields:
        if field.reference is None:
            continue
        target = default_setup()[field.reference.mapping]
        assert target.name in mapping.depends_on, field
        assert field.reference.bc_key == target.reference_keys.get(Side.BC, "") or not field.reference.bc_key, field
        if field.sales in mapping.sales.options:
            found = target.sales.option_set
            assert found is not None, field
            assert (entity_set(Side.SALES, mapping.sales.name).entity, field.sales) in found.choices, field
        if (lookup := mapping.sales.lookups.get(field.sales or "")) is not None:
            assert lookup.target == target.sales.name, field


@each_mapping
@each_side
def test_a_filter_names_properties_and_options_there_are(mapping: TableMapping, side: Side) -> None:
    for condition in mapping.filter(side).comparisons:
        found = declared(mapping, side, condition.field)
        if found.options and found.type is not Type.BOOLEAN:
            is_text = found.type is Type.ENUM
            known = {option.label if is_text else option.value for option in found.options}
            assert condition.operator == "blank" or condition.value in known


def test_mappings_of_one_table_in_sales_select_by_different_values_of_one_column() -> None:
    """So that no record can belong to two of them."""
    for first in MAPPINGS:
        for second in MAPPINGS:
            if first.name < second.name and first.sales.name == second.sales.name:
                if first.instead_of == second.name or second.instead_of == first.name:
                    continue  # only one of the two is in use
                assert first.shares_out(second, Side.SALES), (first.name, second.name)


def test_what_replaces_another_is_not_in_use_by_default() -> None:
    for mapping in MAPPINGS:
        assert mapping.in_use is not bool(mapping.instead_of), mapping.name
        assert not mapping.instead_of or mapping.instead_of in default_setup()


@each_mapping
def test_an_option_set_and_its_copies_are_choices_there_are(mapping: TableMapping) -> None:
    found = mapping.sales.option_set
    for entity, column in found.choices if found is not None else ():
        [declared_set] = [each for each in SALES_SETS if each.entity == entity]
        property = declared_set.property(column)
        assert property is not None and property.type is Type.CHOICE, (entity, column)


@each_mapping
def test_choices_that_are_references_are_named_as_such(mapping: TableMapping) -> None:
    references = {field.sales for field in mapping.fields if field.reference is not None}
    choices = {found.name for _, side, found in ends(mapping) if side is Side.SALES and found.type is Type.CHOICE}
    assert references & choices <= set(mapping.sales.options)
