"""Table mappings: frozen, and impossible to build wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from flask_coupling.errors import MappingInvalid

from .company import CompanyScope as CompanyScope
from .company import scope_filter
from .conflict import ConflictScope, DeletionConflictResolution, Policy, UpdateConflictResolution
from .field_mapping import FieldMapping as FieldMapping
from .field_mapping import Reference as Reference
from .freight import Freight as Freight
from .rates import Rates as Rates
from .record import Record, Value, Values, is_blank, taker
from .side import Direction, Side
from .soundness import fault_of, flows_to
from .table import Computed as Computed
from .table import Lookup as Lookup
from .table import OptionSet as OptionSet
from .table import Table as Table
from .table import TableView as TableView
from .table import Within as Within
from .table_filter import EVERYTHING, TableFilter, both
from .template import Template

Reader: TypeAlias = Callable[[Values], tuple[Value, ...]]
"""What takes some values out of a record's, in a fixed order."""


class Filled(NamedTuple):
    """What a new partner is filled with.

    `take` gives the values that are simply taken over, and `targets` their names there; `translated` are the names
    here and there of all others, with their fields; `constants` are values by name.
    """

    take: Reader
    targets: tuple[str, ...]
    translated: tuple[tuple[str, str, FieldMapping], ...]
    constants: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Posting:
    """How a document of Business Central ends: it is gone, and a row of `table` names it in `column`.

    `values` are then written to its partner in Sales, and the coupling rests.
    """

    table: Table
    column: str
    values: Values


@dataclass(frozen=True, kw_only=True)
class TableMapping:
    """A pair of tables and the rules between them (Integration Table Mapping).

    `only_coupled` is Synch. Only Coupled Records: new records are then not created by themselves. `depends_on` names
    the table mappings that come first. `match_on` names the fields by whose equality partners are found;
    `couples_by_value` says that this happens by itself as soon as another record refers to one (currencies).
    `match_first` lets a run couple a new record that matches exactly one by these fields, before it creates a partner.
    One not `in_use` is shown and edited, and nothing is coupled, created or synchronized by it; `instead_of` names the
    mapping that it replaces, since both would make the same records: only one of the two is in use.
    `reference_keys` gives the property of a side by which other mappings' fields point to these records where that
    is not the id (a salesperson's code). `creates` is False where a service makes the records by itself (a unit
    group's base unit): they can only be coupled. `templates` give new records values beyond the mapped ones.
    `new_filters` are further conditions for records whose partner is to be created by a run. `company` is the company
    whose rows of Sales are ours where several share an environment; `multi_company` takes those of all, unless a record
    is always one company's (`one_company`: orders, opportunities), of which only ours take part then. Rows that do not
    pass `stampable` are closed, and take no company any more.

    A document's lines have a mapping of their own, whose `parent` is that of the document: they are read, planned and
    written together with it, and `match_on` tells which lines of the two sides belong together. `closing` names the
    document's fields that are written after its lines; `totals` pairs computed properties that must then be equal;
    `posting` says how a document ends, `freight` where its freight stands. Frozen; `replaced` makes a changed copy.
    """

    name: str
    bc: Table
    sales: Table
    fields: tuple[FieldMapping, ...]
    direction: Direction = Direction.BIDIRECTIONAL
    only_coupled: bool = True
    bc_filter: TableFilter = EVERYTHING
    sales_filter: TableFilter = EVERYTHING
    depends_on: tuple[str, ...] = ()
    update_conflict: UpdateConflictResolution = UpdateConflictResolution.NONE
    deletion_conflict: DeletionConflictResolution = DeletionConflictResolution.NONE
    conflict_scope: ConflictScope = ConflictScope.FIELD
    match_on: tuple[str, ...] = ()
    couples_by_value: bool = False
    match_first: bool = False
    in_use: bool = True
    instead_of: str = ""
    creates: bool = True
    reference_keys: Mapping[Side, str] = field(default_factory=dict)
    templates: tuple[Template, ...] = ()
    caption: str = ""
    new_filters: Mapping[Side, TableFilter] = field(default_factory=dict)
    company: CompanyScope | None = None
    multi_company: bool = False
    one_company: bool = False
    stampable: TableFilter = EVERYTHING
    parent: str = ""
    closing: tuple[str, ...] = ()
    totals: tuple[tuple[str, str], ...] = ()
    posting: Posting | None = None
    freight: Freight | None = None

    def __post_init__(self) -> None:
        if (detail := fault_of(self.name, self.fields, self.direction, self.match_on)) is not None:
            raise MappingInvalid(mapping=self.name, detail=detail)

    @cached_property
    def enabled_fields(self) -> tuple[FieldMapping, ...]:
        """The field mappings in use."""
        return tuple(each for each in self.fields if each.enabled)

    @cached_property
    def cut_fields(self) -> tuple[FieldMapping, ...]:
        """The enabled pairs whose texts are shortened where they do not fit."""
        return tuple(each for each in self.enabled_fields if each.cut and each.is_pair)

    @cached_property
    def pairs(self) -> tuple[tuple[FieldMapping, Direction], ...]:
        """The enabled fields both sides have, each with the way it may flow."""
        compared = (each for each in self.enabled_fields if each.is_pair and not each.only_new)
        flows = ((each, each.direction.within(self.direction)) for each in compared)
        return tuple((each, flow) for each, flow in flows if flow is not None)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the enabled fields both sides have."""
        return frozenset(each.name for each, _ in self.pairs)

    @cached_property
    def _mapped(self) -> dict[Side, tuple[str, ...]]:
        return {side: tuple(each.of(side) or "" for each, _ in self.pairs) for side in Side}

    def mapped(self, side: Side) -> tuple[str, ...]:
        """The properties of one side that take part in comparison, in the order of `pairs`."""
        return self._mapped[side]

    @cached_property
    def _remembered(self) -> dict[Side, tuple[str, ...]]:
        # a side that did not move is taken from its baseline, and must still be known to lie inside the table filter
        return {side: tuple(dict.fromkeys([*self.mapped(side), *self._filtered(side)])) for side in Side}

    def _filtered(self, side: Side) -> tuple[str, ...]:
        """The properties of one side by which records are told apart: who takes part, and which template applies.

        What a document charges for freight is one of them, since it tells which of its lines are compared.
        """
        templates = [name for each in self.templates if each.side is side.other for name in each.filter.fields]
        stamped = self.stampable.fields if side is Side.SALES and self.scope is not None else ()
        return (*self.filter(side).fields, *stamped, *templates, *self.carried_apart(side))

    def carried_apart(self, side: Side) -> tuple[str, ...]:
        """The properties that are no field, and yet carried: a baseline holds what was agreed until they are."""
        return (self.freight.amount,) if self.freight and side is Side.SALES else ()

    def remembered(self, side: Side) -> tuple[str, ...]:
        """The properties of one side that a baseline holds: those compared, and those of the filters."""
        return self._remembered[side]

    @cached_property
    def _remembered_sets(self) -> dict[Side, frozenset[str]]:
        return {side: frozenset(self.remembered(side)) for side in Side}

    def remembered_set(self, side: Side) -> frozenset[str]:
        """The same as a set."""
        return self._remembered_sets[side]

    @cached_property
    def readers(self) -> tuple[Reader, Reader]:
        """For each side (Business Central first), what takes the values of `pairs` out of a record's at once.

        A reader raises KeyError when a value is missing.
        """
        return _reader(self.mapped(Side.BC)), _reader(self.mapped(Side.SALES))

    @cached_property
    def _flowing(self) -> dict[Side, tuple[FieldMapping, ...]]:
        return {
            side: tuple(each for each in self.enabled_fields if flows_to(each, self.direction, side.other))
            for side in Side
        }

    def flowing_from(self, source: Side) -> tuple[FieldMapping, ...]:
        """The enabled fields and constants that flow from `source` to the other side."""
        return self._flowing[source]

    @cached_property
    def _filled(self) -> dict[Side, Filled]:
        return {side: self._filling(side) for side in Side}

    def _filling(self, source: Side) -> Filled:
        flowing = [(each.of(source), each.of(source.other), each) for each in self.flowing_from(source)]
        copied = [(name, target) for name, target, each in flowing if name and target and each.is_copied]
        others = ((name, target, each) for name, target, each in flowing if name and target and not each.is_copied)
        fixed = {target: each.constant for name, target, each in flowing if name is None and target is not None}
        if source is Side.BC and self.scope is not None:
            fixed[self.scope.column] = self.scope.id
        constants = {target: value for target, value in fixed.items() if not is_blank(value)}
        return Filled(taker(tuple(name for name, _ in copied)), tuple(to for _, to in copied), tuple(others), constants)

    def filled_from(self, source: Side) -> Filled:
        """What a new partner of a record of `source` is filled with."""
        return self._filled[source]

    def table(self, side: Side) -> Table:
        """The table on one side."""
        return self.bc if side is Side.BC else self.sales

    def filter(self, side: Side) -> TableFilter:
        """The table filter of one side, which compares text as that service does."""
        return self.bc_filter if side is Side.BC else self._sales_filter

    def admits_new(self, side: Side, record: Record) -> bool:
        """Whether a partner may be created for a record of a side."""
        return self.filter(side).admits(record) and self.new_filters.get(side, EVERYTHING).admits(record)

    @cached_property
    def parent_field(self) -> FieldMapping | None:
        """The field by which a line names its document; None where the mapping is none of lines."""
        return next((each for each in self.fields if each.reference and each.reference.mapping == self.parent), None)

    @cached_property
    def nested(self) -> TableMapping:
        """The mapping of lines that are created together with their document, and so need not name it."""
        return self.replaced(fields=tuple(each for each in self.fields if each is not self.parent_field))

    def shares_out(self, other: TableMapping, side: Side) -> bool:
        """Whether two mappings divide one table of a side between them: no record passes both their filters."""
        ours, theirs = self.table(side), other.table(side)
        if (ours.route, ours.name) != (theirs.route, theirs.name):
            return False
        return self.filter(side).excludes(other.filter(side))

    def competes(self, other: TableMapping, side: Side) -> bool:
        """Whether a record of a side can be coupled by one of the two only: they divide its table, or map the same two.

        A record may have partners in several tables of the other side, but not two in one of them.
        """
        if other.name == self.name:
            return False
        pairs = [[(each.table(own).route, each.table(own).name) for own in Side] for each in (self, other)]
        return pairs[0] == pairs[1] or self.shares_out(other, side)

    @cached_property
    def _sales_filter(self) -> TableFilter:
        return both(scope_filter(self.scope, exact=self.multi_company), self.sales_filter).of_sales

    def is_set_as(self, other: TableMapping | None) -> bool:
        """Whether two mappings are the same but for the company that one is used in."""
        return other is not None and replace(self, company=None, sales=other.sales) == other

    @cached_property
    def scope(self) -> CompanyScope | None:
        """The company whose rows of Sales alone are handled; None where they are not told apart by it."""
        return None if self.multi_company and not self.one_company else self.company

    def field(self, name: str) -> FieldMapping:
        """The field mapping of that name; raises MappingInvalid when there is none."""
        for each in self.fields:
            if each.name == name:
                return each
        raise MappingInvalid(mapping=self.name, detail=f"it has no field mapping named {name}")

    def view(self, side: Side, *extra: str) -> TableView:
        """What has to be read of one side: mapped fields, fields of filters, title, number, and `extra` properties."""
        return self._view(side, extra) if extra else self._views[side]

    @cached_property
    def _views(self) -> dict[Side, TableView]:
        return {side: self._view(side, ()) for side in Side}

    def _view(self, side: Side, extra: tuple[str, ...]) -> TableView:
        table = self.table(side)
        mapped = [each.of(side) or "" for each in self.enabled_fields if each.is_pair]
        key = self.reference_keys.get(side, "")
        totals = [both[side is Side.SALES] for both in self.totals]
        filtered = (*self._filtered(side), *self.new_filters.get(side, EVERYTHING).fields)
        names = dict.fromkeys([*mapped, *filtered, table.title, table.number, table.marker, key, *totals, *extra])
        return TableView(table, tuple(name for name in names if name and name != table.key))

    @cached_property
    def policy(self) -> Policy:
        """The conflict rules of this mapping and its fields."""
        own = {each.name: each.resolution for each in self.fields if each.resolution is not None}
        return Policy(self.update_conflict, self.deletion_conflict, own)

    def replaced(self, **changes: object) -> TableMapping:
        """A copy with some settings changed, validated anew."""
        return replace(self, **changes)  # type: ignore[arg-type]


def _reader(names: tuple[str, ...]) -> Reader:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple(values[name] for name in names)
