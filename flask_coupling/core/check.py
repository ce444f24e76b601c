"""Whether an edited table mapping can work: what the services say about its properties, and the other mappings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flask_coupling.errors import MappingInvalid

from .column import Column, Columns
from .fault import Fault, listed
from .mapping import FieldMapping, TableMapping
from .order import in_dependency_order
from .record import Value, is_blank
from .side import Side
from .table_filter import AnyOf, Condition, TableFilter, literal
from .template import Template

SideColumns = Mapping[Side, Columns | None]
"""The properties of a mapping's two tables; None where a service keeps them to itself, and nothing can be checked."""

_ORDERED = ("gt", "ge", "lt", "le")
_ON_TEXT = ("startswith", "endswith", "contains")


def check_columns(mapping: TableMapping, declared: TableMapping, columns: SideColumns) -> Iterator[Fault]:
    """Yield what does not fit the properties of the two tables.

    What the declaration itself brings is taken as right: of its fields only what was changed is looked at.
    """
    for side in Side:
        yield from _check_filter(f"{side}_filter", mapping, side, mapping.filter(side), columns[side])
    before = {each.name: each for each in declared.fields}
    for field in mapping.enabled_fields:
        for fault in _check_field(field, before.get(field.name), mapping, declared, columns):
            yield fault.below(f"fields.{field.name}")
    for place, template in enumerate(mapping.templates):
        for fault in _check_template(template, mapping, columns):
            yield fault.below(f"templates.{place}")


def check_together(
    mapping: TableMapping, declared: Mapping[str, TableMapping], present: Mapping[str, TableMapping]
) -> Iterator[Fault]:
    """Yield what does not go together with the other table mappings, `present` as they are set now."""
    everything = {**present, mapping.name: mapping}
    try:
        in_dependency_order(everything.values())
    except MappingInvalid as error:
        yield Fault("depends_on", "dependency_cycle", {"cycle": str(error.facts["detail"]).rpartition(": ")[2]})
    for field in mapping.enabled_fields:
        for target in field.reference.targets if field.reference else ():
            if target in everything and target not in mapping.depends_on and target != mapping.name:
                yield Fault("depends_on", "dependency_missing", {"name": field.name, "mapping": target})
    yield from _overlaps(mapping, declared, everything)
    for other in everything.values() if mapping.in_use else ():
        if other.in_use and (mapping.instead_of == other.name or other.instead_of == mapping.name):
            yield Fault("in_use", "alternative", {"mapping": other.name})


def _overlaps(
    mapping: TableMapping, declared: Mapping[str, TableMapping], everything: Mapping[str, TableMapping]
) -> Iterator[Fault]:
    ours = declared[mapping.name]
    for name, other in everything.items():
        if name == mapping.name or name not in declared:
            continue
        for side in Side:
            if ours.shares_out(declared[name], side) and not mapping.shares_out(other, side):
                yield Fault(f"{side}_filter", "overlap", {"mapping": name, "service": side.label})


def _check_filter(
    path: str, mapping: TableMapping, side: Side, table_filter: TableFilter, columns: Columns | None
) -> Iterator[Fault]:
    if side is Side.BC:
        yield from _check_alternatives(path, table_filter)
    for condition in table_filter.comparisons if columns is not None else ():
        column = (columns or {}).get(condition.field)
        if column is None:
            yield _unknown(path, mapping, side, condition.field)
        elif _is_strange_lookup(mapping, side, column):
            yield _lookup_unknown(path, mapping, column.name)
        else:
            yield from _check_condition(path, condition, column)


def _check_alternatives(path: str, table_filter: TableFilter) -> Iterator[Fault]:
    """Business Central refuses an `or` over distinct fields."""
    for condition in table_filter.conditions:
        if isinstance(condition, AnyOf) and len(condition.fields) > 1:
            yield Fault(path, "filter_or_properties", {"service": Side.BC.label, "options": listed(condition.fields)})


def _check_condition(path: str, condition: Condition, column: Column) -> Iterator[Fault]:
    ordered = condition.operator in _ORDERED and column.kind in ("truth", "id", "option")
    if ordered or (condition.operator in _ON_TEXT and column.kind not in ("text", "")):
        facts = {"operator": condition.operator, "property": column.name, "kind": column.kind}
        yield Fault(path, "operator_misfit", facts)
    elif condition.operator not in ("blank", "not_blank"):
        yield from check_value(path, condition.value, column)


def check_value(path: str, value: Value, column: Column) -> Iterator[Fault]:
    """Yield why a property cannot hold a value; a blank fits everywhere."""
    if is_blank(value) and value != " ":
        return
    facts = {"value": literal(value), "property": column.name}
    if not _fits(value, column.kind) and value not in column.options:
        yield Fault(path, "value_misfit", {**facts, "kind": column.kind})
    elif column.options and value not in column.options and not is_blank(value):
        yield Fault(path, "option_unknown", {**facts, "options": listed(map(literal, column.options))})
    elif column.longest is not None and isinstance(value, str) and len(value) > column.longest:
        yield Fault(path, "value_long", {**facts, "length": len(value), "room": column.longest})


def _fits(value: Value, kind: str) -> bool:
    match kind:
        case "truth":
            return isinstance(value, bool)
        case "number":
            return not isinstance(value, bool | str)
        case "option":
            return not isinstance(value, bool)
        case "text" | "id" | "day" | "moment":
            return isinstance(value, str)
    return True


def _check_field(
    field: FieldMapping,
    before: FieldMapping | None,
    mapping: TableMapping,
    declared: TableMapping,
    columns: SideColumns,
) -> Iterator[Fault]:
    ends: dict[Side, Column] = {}
    for side in Side:
        name, known = field.of(side), columns[side]
        if name is None or known is None or name in mapping.table(side).computed:
            continue
        if name not in known:
            yield _unknown(str(side), mapping, side, name)
        elif before is None and field.reference is None and _is_strange_lookup(mapping, side, known[name]):
            yield _lookup_unknown(str(side), mapping, name)
        else:
            ends[side] = known[name]
    for side, column in ends.items():
        if _is_new_flow(field, before, mapping, declared, side):
            yield from _check_target(field, mapping, side, column, ends)
    is_same = before is not None and before.transformation == field.transformation
    if len(ends) == 2 and not is_same and field.transformation is None and field.reference is None:
        yield from _check_kinds(ends[Side.BC], ends[Side.SALES])
    if field.reference is not None and before is None and Side.SALES in ends:
        yield from _check_lookup(field, mapping)


def _is_new_flow(
    field: FieldMapping, before: FieldMapping | None, mapping: TableMapping, declared: TableMapping, side: Side
) -> bool:
    """Whether the field is written to `side` now, and was not, or not so, by the declaration."""
    if not _flows(field, mapping, side):
        return False
    if before is None or not before.enabled or not _flows(before, declared, side):
        return True
    return (before.transformation, before.constant, before.cut) != (field.transformation, field.constant, field.cut)


def _flows(field: FieldMapping, mapping: TableMapping, side: Side) -> bool:
    flow = field.direction.within(mapping.direction)
    return flow is not None and flow.allows(side.other)


def _check_target(
    field: FieldMapping, mapping: TableMapping, side: Side, column: Column, ends: Mapping[Side, Column]
) -> Iterator[Fault]:
    is_computed = column.name in mapping.table(side).composites
    if not (column.on_create and (column.on_update or not field.is_pair)) and not is_computed:
        yield Fault(str(side), "not_writable", {"service": side.label, "property": column.name})
    if field.constant is not None:
        yield from check_value("constant", field.constant, column)
    source = ends.get(side.other)
    if source is None or not field.is_plain or column.kind != "text" or source.kind != "text":
        return
    if column.longest is not None and (source.longest is None or source.longest > column.longest):
        facts = {"source": source.name, "length": source.longest or "–", "property": column.name}
        yield Fault(str(side), "too_long", {**facts, "room": column.longest})


def _check_kinds(bc: Column, sales: Column) -> Iterator[Fault]:
    kinds = {bc.kind, sales.kind}
    if "" in kinds or len(kinds) == 1 or (bc.kind == "option" and sales.kind == "text"):
        return  # an option of Business Central is a word
    facts = {"bc": bc.name, "bc_kind": bc.kind, "sales": sales.name, "sales_kind": sales.kind}
    yield Fault("transformation", "kinds_differ", facts)


def _check_lookup(field: FieldMapping, mapping: TableMapping) -> Iterator[Fault]:
    if field.sales not in (*mapping.sales.lookups, *mapping.sales.options):
        yield _lookup_unknown("sales", mapping, field.sales or "")


def _is_strange_lookup(mapping: TableMapping, side: Side, column: Column) -> bool:
    """Whether a column of Sales refers to other rows by a navigation that the mapping does not know."""
    is_lookup = side is Side.SALES and column.kind == "id" and column.name != mapping.sales.key
    return is_lookup and column.name not in mapping.sales.lookups


def _lookup_unknown(path: str, mapping: TableMapping, name: str) -> Fault:
    return Fault(path, "lookup_unknown", {"property": name, "options": listed(mapping.sales.lookups)})


def _check_template(template: Template, mapping: TableMapping, columns: SideColumns) -> Iterator[Fault]:
    side = template.side
    yield from _check_filter("filter", mapping, side.other, template.filter, columns[side.other])
    if (known := columns[side]) is None:
        return
    for name, value in template.values.items():
        path = f"values.{name}"
        if name not in known:
            yield _unknown(path, mapping, side, name)
        elif not known[name].on_create:
            yield Fault(path, "not_writable", {"service": side.label, "property": name})
        elif _is_strange_lookup(mapping, side, known[name]):
            yield _lookup_unknown(path, mapping, name)
        else:
            yield from check_value(path, value, known[name])


def _unknown(path: str, mapping: TableMapping, side: Side, name: str) -> Fault:
    return Fault(path, "property_unknown", {"service": side.label, "property": name, "table": mapping.table(side).name})
