"""Table mappings and the records they select on either side."""

from __future__ import annotations

from sqlalchemy import select

from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.plan import plan, suggested_direction
from flask_coupling.core.record import Pair, Record
from flask_coupling.core.side import Direction, Side
from flask_coupling.errors import RecordNotFound
from flask_coupling.globals import current_coupling
from flask_coupling.models import Connection, Coupling, IntegrationTableMapping
from flask_coupling.permissions import require
from flask_coupling.sync.carry_out import Services
from flask_coupling.sync.ledger import Ledger
from flask_coupling.sync.link import read_baselines
from flask_coupling.sync.observe import references_for

from .coupling_counts import Numbers, count_by_mapping
from .document_lines import compare_lines
from .record_lists import couplings_of, list_records
from .setting import (
    blank_references,
    effective_mappings,
    enabled_connection,
    find_mapping,
    find_whole,
    parse_side,
    services_for,
)
from .show import compare, show_coupling, show_field, show_record
from .views import Card, CouplingView, MappingView, RecordRow

__all__ = [
    "compare_records",
    "coupling_card",
    "couplings_of",
    "describe_mapping",
    "get_card",
    "get_mapping",
    "list_mappings",
    "list_records",
    "make_card",
    "names_in_use",
]


def list_mappings(connection: str) -> list[MappingView]:
    """Return all table mappings of a connection, in dependency order."""
    require("view", connection=connection)
    enabled_connection(connection)
    counts = count_by_mapping(connection)
    synchronized = _synchronized(connection)
    return [
        _show_mapping(mapping, counts.get(mapping.name, Numbers()), synchronized.get(mapping.name))
        for mapping in effective_mappings(connection).values()
    ]


def get_mapping(connection: str, mapping: str) -> MappingView:
    """Return one table mapping."""
    require("view", connection=connection, mapping=mapping)
    enabled_connection(connection)
    found = find_mapping(connection, mapping)
    return _show_mapping(
        found, count_by_mapping(connection).get(mapping, Numbers()), _synchronized(connection).get(mapping)
    )


def describe_mapping(connection: str, mapping: str) -> MappingView:
    """Return one table mapping without counting anything: its numbers are 0."""
    require("view", connection=connection, mapping=mapping)
    enabled_connection(connection)
    return _show_mapping(find_mapping(connection, mapping), Numbers(), None)


def names_in_use(connection: str) -> frozenset[str]:
    """The names of the table mappings that are in use in a connection; asks no permission."""
    query = select(IntegrationTableMapping.name, IntegrationTableMapping.settings)
    query = query.where(IntegrationTableMapping.connection == connection, IntegrationTableMapping.settings.is_not(None))
    settings = {row.name: row.settings or {} for row in current_coupling.session.execute(query)}
    declared = current_coupling.mappings.items()
    return frozenset(name for name, each in declared if settings.get(name, {}).get("in_use", each.in_use))


def _synchronized(connection: str) -> dict[str, object]:
    query = select(IntegrationTableMapping.name, IntegrationTableMapping.synchronized_at)
    rows = current_coupling.session.execute(query.where(IntegrationTableMapping.connection == connection))
    return {row[0]: row[1] for row in rows}


def _show_mapping(mapping: TableMapping, counts: Numbers, synchronized_at: object) -> MappingView:
    return MappingView(
        name=mapping.name,
        caption=mapping.caption or mapping.name,
        bc_table=mapping.bc.name,
        sales_table=mapping.sales.name,
        direction=mapping.direction.value,
        in_use=mapping.in_use,
        only_coupled=mapping.only_coupled,
        update_conflict=mapping.update_conflict.value,
        deletion_conflict=mapping.deletion_conflict.value,
        bc_filter=mapping.bc_filter.render(),
        sales_filter=mapping.sales_filter.render(),
        depends_on=mapping.depends_on,
        fields=tuple(show_field(field) for field in mapping.enabled_fields),
        couplings=counts.total,
        unsettled=counts.unsettled,
        failed=counts.failed,
        synchronized_at=synchronized_at,  # type: ignore[arg-type]
        is_changed=not mapping.is_set_as(current_coupling.mappings.get(mapping.name)),
        multi_company=mapping.multi_company,
        company=mapping.scope.name if mapping.scope is not None else "",
        parent=mapping.parent,
    )


def get_card(connection: str, mapping: str, side: str, id: str) -> Card:
    """Return both sides of a record next to each other; raises RecordNotFound."""
    require("view", connection=connection, mapping=mapping)
    row, found, where = enabled_connection(connection), find_whole(connection, mapping), parse_side(side)
    column = Coupling.bc_id if where is Side.BC else Coupling.sales_id
    query = select(Coupling).where(Coupling.connection == connection, Coupling.mapping == mapping, column == id)
    coupling = current_coupling.session.scalars(query).first()
    services = services_for(row, found)
    records = _ends(services, coupling) if coupling else {where: services.of(where).get(services.view(where), id)}
    if coupling is None and records[where] is None:
        raise RecordNotFound(service=where.label, table=found.table(where).name, id=id)
    return make_card(row, services, coupling, records.get(Side.BC), records.get(Side.SALES))


def compare_records(connection: str, mapping: str, bc_id: str, sales_id: str) -> Card:
    """Return two records side by side as if they were coupled; raises RecordNotFound."""
    require("view", connection=connection, mapping=mapping)
    row, found = enabled_connection(connection), find_mapping(connection, mapping)
    services = services_for(row, found)
    records: dict[Side, Record] = {}
    for side, id in ((Side.BC, bc_id), (Side.SALES, sales_id)):
        record = services.of(side).get(services.view(side), id)
        if record is None:
            raise RecordNotFound(service=side.label, table=found.table(side).name, id=id)
        records[side] = record
    return make_card(row, services, None, records[Side.BC], records[Side.SALES])


def _ends(services: Services, coupling: Coupling) -> dict[Side, Record | None]:
    return {side: services.of(side).get(services.view(side), _end_of(coupling, side)) for side in Side}


def coupling_card(connection: Connection, services: Services, coupling: Coupling) -> Card:
    """The card of a coupling, read from both services."""
    records = _ends(services, coupling)
    return make_card(connection, services, coupling, records[Side.BC], records[Side.SALES])


def _end_of(row: Coupling, side: Side) -> str:
    return row.bc_id if side is Side.BC else row.sales_id


def make_card(
    connection: Connection, services: Services, coupling: Coupling | None, bc: Record | None, sales: Record | None
) -> Card:
    """Put a card together from what was read."""
    mapping, view = services.mapping, show_coupling(coupling) if coupling else None
    baseline = read_baselines(current_coupling.session, [coupling.id]).get(coupling.id) if coupling else None
    pair = Pair(bc, sales, baseline, is_coupled=coupling is not None)
    ledger = Ledger(current_coupling.session, connection.name, mapping, "", current_coupling.clock)
    references = references_for([pair], mapping, ledger, blank_references(connection))
    rows = {side: _shown(side, pair, mapping, view) for side in Side}
    titles = [found.title for found in rows.values() if found is not None]
    return Card(
        mapping=mapping.name,
        mapping_caption=mapping.caption or mapping.name,
        title=titles[0] if titles else (coupling.bc_title if coupling else ""),
        coupling=view,
        bc=rows[Side.BC],
        sales=rows[Side.SALES],
        bc_url=_url(services, Side.BC, bc),
        sales_url=_url(services, Side.SALES, sales),
        comparison=compare(pair, mapping, references),
        directions=_directions(mapping),
        suggested=suggested_direction(mapping, plan(pair, mapping, references)).value,
        lines=compare_lines(connection, services, coupling) if coupling and bc and sales else (),
    )


def _shown(side: Side, pair: Pair, mapping: TableMapping, view: CouplingView | None) -> RecordRow | None:
    record = pair.of(side)
    return show_record(side, record, mapping, view) if record is not None else None


def _url(services: Services, side: Side, record: Record | None) -> str | None:
    return services.of(side).url(services.mapping.table(side), record.id) if record is not None else None


def _directions(mapping: TableMapping) -> tuple[str, ...]:
    if mapping.direction is not Direction.BIDIRECTIONAL:
        return (mapping.direction.value,)
    return tuple(direction.value for direction in Direction)
