"""The tables behind a service: a column for every property that can be filtered, and the row's rendered JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BLOB, Column, Float, Index, Integer, MetaData, Table, Text
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.types import TypeEngine

from simulator.odata.edm import Property, Type
from simulator.odata.service import Service, Shape

_COLUMN_TYPES: dict[Type, type[TypeEngine[Any]]] = {
    Type.INTEGER: Integer,
    Type.BIGINT: Integer,
    Type.BOOLEAN: Integer,
    Type.MOMENT: Integer,
    Type.ENUM: Integer,
    Type.CHOICE: Integer,
    Type.DECIMAL: Float,
    Type.DOUBLE: Float,
    Type.STREAM: BLOB,
}


def _column(prop: Property) -> Column[Any]:
    return Column(prop.name, _COLUMN_TYPES.get(prop.type, Text)())


def table_name(service: str, entity_set: str) -> str:
    """Return the name of the table that holds an entity set."""
    return f"{service}_{entity_set}"


def row_table(metadata: MetaData, service: str, shape: Shape) -> Table:
    """Declare the table of one entity set.

    `_key` is the primary id as text, `_scope` the number of the company, `_nulls` marks the properties that are
    null (Dataverse). `_body` comes before the properties: a page reads nothing else, and need not step over them.
    """
    name = table_name(service, shape.name)
    props = [_column(prop) for prop in shape.entity.properties if prop.name != shape.key]
    table = Table(
        name,
        metadata,
        Column("_pk", Integer, primary_key=True),
        Column("_scope", Integer, nullable=False),
        Column("_key", Text, nullable=False),
        Column("_version", Integer, nullable=False),
        Column("_nulls", Text),
        Column("_body", BLOB, nullable=False),
        *props,
    )
    Index(f"ux_{name}_key", table.c["_key"], unique=True)
    for unique in shape.entity.unique:
        Index(f"ux_{name}_{unique}", table.c["_scope"], table.c[unique], unique=True)
    if shape.entity.parent:
        Index(f"ix_{name}_{shape.entity.parent.column}", table.c["_scope"], table.c[shape.entity.parent.column])
    return table


def change_table(metadata: MetaData, service: str) -> Table:
    """Declare the log of every write to one service; `version` rises by one with each, `later` waits to be written."""
    return Table(
        f"{service}__changes",
        metadata,
        Column("version", Integer, primary_key=True),
        Column("entity_set", Text, nullable=False),
        Column("scope", Integer, nullable=False),
        Column("key", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("author", Text, nullable=False),
        Column("at", Integer, nullable=False),
        Column("before", BLOB),
        Column("later", BLOB),
    )


def state_table(metadata: MetaData) -> Table:
    """Declare the small key-value table: counters, scopes, subscriptions, alternate keys."""
    return Table("_state", metadata, Column("name", Text, primary_key=True), Column("value", BLOB, nullable=False))


@dataclass(frozen=True, slots=True)
class Schema:
    """The declared tables of several services, and the statements that create them and, by name, their indexes."""

    services: tuple[Service, ...]
    metadata: MetaData
    tables: dict[tuple[str, str], Table]
    statements: tuple[str, ...]
    indexes: dict[str, str]


# compiled once in a process: a service's model never changes, and a test makes a simulator in a moment
_schemas: dict[tuple[int, ...], Schema] = {}


def declare(services: Iterable[Service]) -> Schema:
    """Return the tables of these services; the schema's dictionary finds a set's table by (service, set)."""
    every = tuple(services)
    identity = tuple(id(service) for service in every)
    if identity not in _schemas:
        _schemas[identity] = _declare(every)
    return _schemas[identity]


def _declare(services: tuple[Service, ...]) -> Schema:
    metadata = MetaData()
    state_table(metadata)
    tables: dict[tuple[str, str], Table] = {}
    for service in services:
        change_table(metadata, service.name)
        for shape in service.shapes.values():
            tables[service.name, shape.name] = row_table(metadata, service.name, shape)
    return Schema(services, metadata, tables, tuple(_statements(metadata)), dict(_indexes(metadata)))


def _statements(metadata: MetaData) -> Iterator[str]:
    dialect = sqlite.dialect()
    for table in metadata.sorted_tables:
        yield str(CreateTable(table, if_not_exists=True).compile(dialect=dialect))


def _indexes(metadata: MetaData) -> Iterator[tuple[str, str]]:
    dialect = sqlite.dialect()
    for table in metadata.sorted_tables:
        for index in table.indexes:
            yield str(index.name), str(CreateIndex(index, if_not_exists=True).compile(dialect=dialect))
