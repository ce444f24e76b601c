"""What an operation works with: the connection in use, its mappings as they are now, and its two services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import Select, or_, select

from flask_coupling.core.column import Columns
from flask_coupling.core.mapping import FieldMapping, TableMapping
from flask_coupling.core.mapping_document import document_of, with_difference
from flask_coupling.core.mapping_reader import MappingReader
from flask_coupling.core.order import in_dependency_order
from flask_coupling.core.record import Value
from flask_coupling.core.side import Side
from flask_coupling.endpoints.endpoint import Endpoint
from flask_coupling.errors import (
    ConnectionNotEnabled,
    ConnectionNotFound,
    InputInvalid,
    LinesOfDocument,
    MappingInvalid,
    MappingNotFound,
    MappingNotInUse,
)
from flask_coupling.globals import current_coupling
from flask_coupling.models import Connection, IntegrationTableMapping
from flask_coupling.sync.carry_out import Services

from .companies import of_company

NO_REASON = "no reason was given"


def find_connection(name: str) -> Connection:
    """Return the connection row; raises ConnectionNotFound."""
    connection = current_coupling.session.get(Connection, name)
    if connection is None:
        raise ConnectionNotFound(connection=name)
    return connection


def enabled_connection(name: str) -> Connection:
    """Return the connection row; raises ConnectionNotFound, or ConnectionNotEnabled with the reason."""
    connection = find_connection(name)
    if not connection.enabled:
        raise ConnectionNotEnabled(connection=name, reason=connection.disabled_reason.rstrip(".") or NO_REASON)
    return connection


def effective_mappings(connection: str) -> dict[str, TableMapping]:
    """All table mappings of a connection as an administrator set them, in dependency order."""
    query = select(IntegrationTableMapping).where(IntegrationTableMapping.connection == connection)
    settings = {row.name: row.settings or {} for row in current_coupling.session.scalars(query)}
    declared = current_coupling.mappings
    row = current_coupling.session.get(Connection, connection)
    changed = [of_company(row, with_settings(each, settings.get(name, {}))) for name, each in declared.items()]
    return {mapping.name: mapping for mapping in in_dependency_order(changed)}


def used_mappings(connection: str) -> dict[str, TableMapping]:
    """Those of them that are in use: what anything is coupled, created or synchronized by."""
    return {name: each for name, each in effective_mappings(connection).items() if each.in_use}


def whole_mappings(connection: str) -> dict[str, TableMapping]:
    """The same without those of documents' lines, which are handled with their documents."""
    return {name: each for name, each in used_mappings(connection).items() if not each.parent}


def find_used(connection: str, name: str) -> TableMapping:
    """One table mapping that is in use; raises MappingNotFound, MappingNotInUse."""
    found = find_mapping(connection, name)
    if not found.in_use:
        raise MappingNotInUse(mapping=found.caption or found.name)
    return found


def find_whole(connection: str, name: str) -> TableMapping:
    """One in use that is no mapping of lines; raises MappingNotFound, MappingNotInUse, LinesOfDocument."""
    found = find_used(connection, name)
    if found.parent:
        parent = find_mapping(connection, found.parent)
        raise LinesOfDocument(mapping=found.caption or found.name, parent=parent.caption or parent.name)
    return found


def find_mapping(connection: str, name: str) -> TableMapping:
    """One table mapping as an administrator set it; raises MappingNotFound, or MappingInvalid as `with_settings`."""
    declared = current_coupling.mappings.get(name)
    if declared is None:
        raise MappingNotFound(mapping=name)
    row = current_coupling.session.get(IntegrationTableMapping, (connection, name))
    found = with_settings(declared, (row.settings if row is not None else None) or {})
    return of_company(current_coupling.session.get(Connection, connection), found)


def with_settings(declared: TableMapping, settings: dict[str, Any]) -> TableMapping:
    """The mapping with an administrator's settings.

    Raises MappingInvalid when they do not fit the declaration any more, which a new version may have changed.
    """
    if not settings:
        return declared
    others, text = current_coupling.mappings, orjson.dumps(settings)
    known = _read.get(declared.name)
    if known is not None and known.declared is declared and known.others == others and known.settings == text:
        return known.mapping
    reader = MappingReader(declared, others)
    mapping = reader.read(with_difference(document_of(declared), settings))
    if mapping is None:
        raise MappingInvalid(mapping=declared.name, detail=reader.faults[0].message.rstrip("."))
    _read[declared.name] = _Read(declared, dict(others), text, mapping)
    return mapping


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read last for a mapping: the same values give the same mapping again, with what it has worked out."""

    declared: TableMapping
    others: Mapping[str, TableMapping]
    settings: bytes
    mapping: TableMapping


_read: dict[str, _Read] = {}


def services_for(connection: Connection, mapping: TableMapping) -> Services:
    """Both services of a connection, for one table mapping, which knows how long texts may be where it cuts them."""
    bc, sales = current_coupling.endpoints(connection)
    return Services(bc, sales, _fitted(mapping, bc, sales) if mapping.cut_fields else mapping)


def _fitted(mapping: TableMapping, bc: Endpoint, sales: Endpoint) -> TableMapping:
    known = bc.columns(mapping.bc) or {}, sales.columns(mapping.sales) or {}
    fields = tuple(replace(each, room=_room(each, *known)) if each.cut else each for each in mapping.fields)
    return mapping.replaced(fields=fields)


def _room(field: FieldMapping, bc: Columns, sales: Columns) -> tuple[int | None, int | None]:
    own, theirs = bc.get(field.bc or ""), sales.get(field.sales or "")
    return own.longest if own else None, theirs.longest if theirs else None


def fingerprint_of(connection: Connection, mapping: TableMapping) -> str:
    """What a cursor is valid for: this mapping, and those of its documents' lines, read from these two databases."""
    places = (connection.bc_url, connection.tenant, connection.environment, connection.company, connection.sales_url)
    names = [name for name, each in current_coupling.mappings.items() if each.parent == mapping.name]
    lines = [find_mapping(connection.name, name) for name in sorted(names)]
    return sha256(repr((mapping, *lines, places)).encode()).hexdigest()


def blank_references(connection: Connection) -> dict[tuple[str, Side, Value], Value]:
    """What a blank stands for: Business Central's blank currency is the base currency of Sales."""
    base = (connection.facts or {}).get("base_currency_id")
    if not base:
        return {}
    return {("CURRENCY", Side.BC, None): base, ("CURRENCY", Side.SALES, base): None}


def parse_side(side: str) -> Side:
    """A side by its name; raises InputInvalid."""
    try:
        return Side(side)
    except ValueError:
        detail = f"{side!r} is not a side; it is bc or sales"
        raise InputInvalid(detail=detail, errors={"side": [detail]}) from None


def by_snooze(query: Select[Any], until: Any, snoozed: bool | None) -> Select[Any]:
    """Narrow to what is put off for now (True) or is not (False); None leaves all."""
    if snoozed is None:
        return query
    now = current_coupling.clock()
    return query.where(until > now) if snoozed else query.where(or_(until.is_(None), until <= now))
