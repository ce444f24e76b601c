"""The ends of a coupling: whether a record may be one, and the couplings that stand in its way."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.record import Record
from flask_coupling.core.side import Side
from flask_coupling.core.stamp import skip_foreign
from flask_coupling.errors import AlreadyCoupled, OutsideFilter, RecordNotFound
from flask_coupling.globals import current_coupling
from flask_coupling.models import ConflictEntry, Coupling, FailedRecord
from flask_coupling.sync.carry_out import Services
from flask_coupling.sync.labels import text_of
from flask_coupling.sync.link import chunks, with_lines
from flask_coupling.sync.uncoupled import leave_alone

from .companies import other_company
from .setting import effective_mappings, find_mapping


def checked_end(services: Services, side: Side, id: str, records: dict[tuple[Side, str], Record]) -> Record:
    """Return the record of one end; raises RecordNotFound, OtherCompany, OutsideFilter where it may not be one."""
    mapping, record = services.mapping, records.get((side, id))
    if record is None:
        raise RecordNotFound(service=side.label, table=mapping.table(side).name, id=id)
    if foreign := skip_foreign(record, side, mapping):
        raise other_company(services.sales, dict(foreign.facts), mapping)
    if condition := mapping.filter(side).failing(record):
        name = text_of(record, mapping.table(side).title) or id
        raise OutsideFilter(record=name, mapping=mapping.caption or mapping.name, detail=str(condition))
    return record


def couplings_of_records(connection: str, mapping: TableMapping, side: Side, *ids: str) -> list[Coupling]:
    """Return the couplings of these records, in this mapping and in those that share its table out with it.

    An account is a customer's or a vendor's, and not both; also when its relationship type has changed meanwhile.
    """
    column = Coupling.bc_id if side is Side.BC else Coupling.sales_id
    names = [each.name for each in effective_mappings(connection).values() if each.competes(mapping, side)]
    names.append(mapping.name)
    query = select(Coupling).where(Coupling.connection == connection, Coupling.mapping.in_(names))
    return [row for part in chunks(ids) for row in current_coupling.session.scalars(query.where(column.in_(part)))]


def is_alive(services: Services, side: Side, taken: Coupling) -> bool:
    """Whether the record at that end of a coupling is still there; asks the service."""
    id = taken.bc_id if side is Side.BC else taken.sales_id
    return services.of(side).get(find_mapping(taken.connection, taken.mapping).view(side), id) is not None


def already_coupled(mapping: TableMapping, side: Side, record: Record, taken: Coupling) -> AlreadyCoupled:
    """Return the error that names a record and the partner it has."""
    name = text_of(record, mapping.table(side).title) or record.id
    partner = taken.sales_title or taken.sales_id if side is Side.BC else taken.bc_title or taken.bc_id
    return AlreadyCoupled(record=name, partner=partner, coupling_id=taken.id)


def remove_couplings(ids: Sequence[int]) -> None:
    """Delete couplings with what waits for a decision or another try about them; the caller commits.

    Their records get no new partner until a person asks for one.
    """
    leave_alone(current_coupling.session, ids, current_coupling.clock())
    for part in chunks(with_lines(current_coupling.session, ids)):
        current_coupling.session.execute(delete(ConflictEntry).where(ConflictEntry.coupling_id.in_(part)))
        current_coupling.session.execute(delete(FailedRecord).where(FailedRecord.coupling_id.in_(part)))
        current_coupling.session.execute(delete(Coupling).where(Coupling.id.in_(part)))
