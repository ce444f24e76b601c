"""Makes records that take part in a table mapping, and edits of their fields, from the declarations alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import count
from typing import Any

from faker import Faker

from flask_coupling.core.mapping import FieldMapping, TableMapping
from flask_coupling.core.record import Value
from flask_coupling.core.side import Side
from flask_coupling.core.table_filter import Condition
from flask_coupling.mappings import default_setup
from flask_coupling.operations import couplings
from flask_coupling.operations.views import CouplingView
from simulator.instance import Simulator
from simulator.odata.edm import Property, Type
from simulator.odata.values import escape_member
from simulator.people import User

from .declared import declared, entity_set

C = "default"

COMPUTED = {"fullname": ("firstname", "lastname")}
"""What Sales computes of persons, mapped or not: whoever edits it edits its parts."""


class Maker:
    """Acts as users of both services do; every value it makes is another one."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self._fake = Faker()
        self._fake.seed_instance(1)
        self._numbers = count(11)
        self._setup = default_setup()

    def user(self, side: Side) -> User:
        """Who works in one of the services."""
        return self.simulator.bc if side is Side.BC else self.simulator.sales

    def record(self, mapping: TableMapping, side: Side) -> str:
        """Create a record that the mapping's filter admits, with its references set; its id."""
        found = entity_set(side, mapping.table(side).name)
        values = {self.wire(mapping, side, name): value for name, value in found.sample(self._fake).items()}
        references = [field for field, _ in mapping.pairs if field.reference is not None]
        values |= self.wired(mapping, side, self.edits(mapping, references, side))
        for condition in (mapping.bc_filter, mapping.sales_filter)[side is Side.SALES].comparisons:
            if condition.operator in ("eq", "blank"):
                property = declared(mapping, side, condition.field)
                values[property.wire] = self.spelled(property, condition.value)
        if side is Side.BC:
            self._note_rates(mapping, values)
        return str(self.user(side).create(found.name, values)[found.key])

    def _note_rates(self, mapping: TableMapping, values: Mapping[str, Any]) -> None:
        """A new currency is worth something from the first day on."""
        for rates in (field.rates for field in mapping.fields if field.rates is not None):
            row = {rates.currency: values["code"], rates.since: "2000-01-01", rates.against: ""}
            self.simulator.bc.create(rates.table.name, {**row, rates.amount: 2, rates.worth: 1})

    def pair(self, mapping: TableMapping) -> CouplingView:
        """Create a record where data may flow from, and its partner by the mapping."""
        source = Side.BC if mapping.direction.allows(Side.BC) else Side.SALES
        if not mapping.creates:
            ids = [self.record(mapping, side) for side in Side]
            return couplings.couple(C, mapping.name, *ids, synchronize=source.value).coupling
        made = couplings.create_partner(C, mapping.name, source.value, self.record(mapping, source))
        return made.coupling

    def new_value(self, mapping: TableMapping, field: FieldMapping, side: Side) -> Value:
        """A value the field of one side does not have yet; a reference gets a new coupled record."""
        if field.reference is not None:
            return self._reference(field, side)
        for relation in entity_set(Side.BC, mapping.bc.name).relations:
            if relation.property == field.bc:
                sample = entity_set(Side.BC, relation.target).sample(self._fake)
                return str(self.simulator.bc.create(relation.target, sample)[relation.code])
        partner = declared(mapping, side.other, field.of(side.other) or "")
        return self._value(declared(mapping, side, field.of(side) or ""), partner)

    def _value(self, property: Property, partner: Property) -> Value:
        number = next(self._numbers)
        sizes = [each.max_length for each in (property, partner) if each.max_length]
        makers: dict[Type, Callable[[], Value]] = {
            Type.TEXT: lambda: f"{property.name[:3]}{number}".upper()[-min(sizes, default=9) :],
            Type.BOOLEAN: lambda: True,
            Type.DATE: lambda: f"20{number % 90 + 10}-05-17",
        }
        return makers.get(property.type, lambda: number)()

    def _reference(self, field: FieldMapping, side: Side) -> Value:
        assert field.reference is not None
        target = self._setup[field.reference.mapping]
        coupling = self.pair(target)
        if side is Side.SALES:
            return coupling.sales_id
        return self.key_of(target, coupling.bc_id) if field.reference.bc_key else coupling.bc_id

    def key_of(self, mapping: TableMapping, id: str) -> str:
        """By what other records of Business Central point to a record of this mapping."""
        navigation, _, property = mapping.reference_keys[Side.BC].rpartition("/")
        if not navigation:
            row = self.simulator.bc.get(mapping.bc.name, id) or {}
        else:
            reached = entity_set(Side.BC, mapping.bc.name).navigation(navigation)
            assert reached is not None
            row = self.simulator.bc.list(reached.target, **{reached.target_column: id})[0]
        return str(row[property])

    def partner(self, field: FieldMapping, source: Side, value: Value) -> Value:
        """What stands for a reference's value on the other side."""
        assert field.reference is not None
        target = self._setup[field.reference.mapping]
        for each in couplings.list_couplings(C, target.name, limit=100).rows:
            key = self.key_of(target, each.bc_id) if field.reference.bc_key else each.bc_id
            if value == (key if source is Side.BC else each.sales_id):
                return each.sales_id if source is Side.BC else key
        raise AssertionError(f"{value} is not coupled in {target.name}")

    def edits(self, mapping: TableMapping, fields: Iterable[FieldMapping], side: Side) -> dict[str, Value]:
        """A new value for each property of these fields; one with several partners gets one value."""
        first = {field.of(side) or "": field for field in reversed(list(fields))}
        return {name: self.new_value(mapping, field, side) for name, field in first.items()}

    def wired(self, mapping: TableMapping, side: Side, values: Mapping[str, Value]) -> dict[str, Value]:
        """Values by the names a user of the simulator calls the properties by."""
        return {declared(mapping, side, name).wire: value for name, value in values.items()}

    def edit(self, mapping: TableMapping, side: Side, id: str, values: Mapping[str, Value]) -> None:
        """A user changes these properties, composites by their parts."""
        table = replace(mapping.table(side), composites=COMPUTED)
        if side is Side.BC and "code" in values:
            self._note_rates(mapping, values)
        self.user(side).update(table.name, id, **self.wired(mapping, side, table.spread(values)))

    def row(self, mapping: TableMapping, side: Side, id: str) -> dict[str, Any]:
        """A record as it is now."""
        if side is Side.SALES and mapping.sales.option_set is not None:
            return {"value": id, "label": self.options(mapping)[int(id)]}
        found = self.user(side).get(mapping.table(side).name, id)
        assert found is not None
        return found

    def options(self, mapping: TableMapping) -> dict[int, str]:
        """The options of a choice as they are now, by number."""
        found = mapping.sales.option_set
        assert found is not None
        declared_now = self.simulator.store.state_of("sales").service.model.by_entity(found.entity)
        property = declared_now.property(found.column) if declared_now else None
        assert property is not None
        return {option.value: option.label for option in property.options}

    def violation(self, mapping: TableMapping, side: Side, condition: Condition) -> dict[str, Any]:
        """An edit after which the condition does not hold any more."""
        property = declared(mapping, side, condition.field)
        if condition.operator == "not_blank":
            return {property.wire: "" if side is Side.BC else None}
        if condition.operator == "ne":
            return {property.wire: self.spelled(property, condition.value)}
        assert condition.operator in ("eq", "blank"), condition
        if property.type is Type.BOOLEAN:
            return {property.wire: not condition.value}
        if property.type is Type.DECIMAL:
            return {property.wire: 5}
        if condition.field == "currencyCode":
            currency = self.simulator.bc.get("currencies", self.record(self._setup["CURRENCY"], Side.BC))
            return {property.wire: (currency or {})["code"]}
        is_text = property.type is Type.ENUM
        values = [option.label if is_text else option.value for option in property.options]
        return {property.wire: self.spelled(property, next(each for each in values if each != condition.value))}

    @staticmethod
    def wire(mapping: TableMapping, side: Side, name: str) -> str:
        """How a user of the simulator calls a property."""
        return declared(mapping, side, name).wire

    @staticmethod
    def spelled(property: Property, value: Value) -> Value:
        """A value as the service writes it; Business Central escapes the names of options."""
        return escape_member(str(value)) if property.type is Type.ENUM else value
