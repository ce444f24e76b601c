"""Drafts: settings of a table mapping that somebody wants, read and checked, before anything of them is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from flask_coupling.core.check import SideColumns, check_columns, check_together
from flask_coupling.core.column import Columns
from flask_coupling.core.document_shape import check_shape, completed
from flask_coupling.core.fault import Fault
from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.mapping_document import Document, document_of, with_difference
from flask_coupling.core.mapping_reader import MappingReader
from flask_coupling.core.side import Side
from flask_coupling.errors import MappingInvalid, MappingNotFound, MappingRefused, TableUnknown
from flask_coupling.globals import current_coupling
from flask_coupling.models import Connection, IntegrationTableMapping

from .setting import with_settings


@dataclass(slots=True)
class Draft:
    """A mapping as somebody wants it: its whole document, the mapping it makes (None: it makes none), its faults."""

    declared: TableMapping
    document: Document
    mapping: TableMapping | None = None
    faults: list[Fault] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The mapping's name."""
        return self.declared.name

    def refusal(self) -> MappingRefused | None:
        """The error that lists the faults; None when there are none."""
        if not self.faults:
            return None
        caption = self.declared.caption or self.name
        return MappingRefused(
            mapping=caption,
            detail=self.faults[0].message,
            errors=errors_of(self.faults),
            faults=tuple(self.faults),
        )


def errors_of(faults: Iterable[Fault]) -> dict[str, list[str]]:
    """The faults' sentences by place."""
    errors: dict[str, list[str]] = {}
    for each in faults:
        errors.setdefault(each.path or "settings", []).append(each.message)
    return errors


def declared_mapping(name: str) -> TableMapping:
    """The mapping as it is declared; raises MappingNotFound."""
    found = current_coupling.mappings.get(name)
    if found is None:
        raise MappingNotFound(mapping=name)
    return found


def present_document(connection: str, declared: TableMapping) -> Document:
    """All settings of a mapping as they are stored, also when they cannot be used any more."""
    row = current_coupling.session.get(IntegrationTableMapping, (connection, declared.name))
    return with_difference(document_of(declared), (row.settings if row is not None else None) or {})


def shipped_names(declared: TableMapping) -> frozenset[str]:
    """The fields that the declaration brings."""
    return frozenset(each.name for each in declared.fields)


def make_draft(declared: TableMapping, base: Document, changes: Any) -> Draft:
    """What `changes` make of `base`, as far as that can be told without the services and the other mappings."""
    if faults := check_shape(changes):
        return Draft(declared, base, None, faults)
    document = completed(base, changes, shipped_names(declared))
    reader = MappingReader(declared, current_coupling.mappings)
    mapping = reader.read(document)
    return Draft(declared, document, mapping, reader.faults)


def check_drafts(connection: Connection, drafts: Mapping[str, Draft], *, with_columns: bool = True) -> None:
    """Add what does not fit both services' tables (unless without columns), the other mappings, and each other.

    Raises what the services raise when they cannot be asked.
    """
    present = _present(connection.name, drafts)
    for draft in drafts.values():
        if draft.mapping is None:
            continue
        if with_columns:
            draft.faults += check_columns(draft.mapping, draft.declared, columns_of(connection, draft.declared))
        draft.faults += check_together(draft.mapping, current_coupling.mappings, present)


def _present(connection: str, drafts: Mapping[str, Draft]) -> dict[str, TableMapping]:
    """All mappings as they would be; one whose stored settings cannot be used stands for nothing."""
    found: dict[str, TableMapping] = {}
    query = select(IntegrationTableMapping).where(IntegrationTableMapping.connection == connection)
    for row in current_coupling.session.scalars(query):
        declared = current_coupling.mappings.get(row.name)
        if declared is not None and row.settings:
            try:
                found[row.name] = with_settings(declared, row.settings)
            except MappingInvalid:
                continue
    drafted = {name: draft.mapping for name, draft in drafts.items() if draft.mapping is not None}
    return {**current_coupling.mappings, **found, **drafted}


def columns_of(connection: Connection, declared: TableMapping) -> SideColumns:
    """The properties of both tables, None for a table whose service says nothing."""
    bc, sales = current_coupling.endpoints(connection)
    return {Side.BC: _asked(bc.columns, declared.bc), Side.SALES: _asked(sales.columns, declared.sales)}


def _asked(columns: Any, table: Any) -> Columns | None:
    try:
        found: Columns | None = columns(table)
    except TableUnknown:
        return {}  # every property of it is then unknown
    return found
