"""Inserts many rows of one set in one transaction: what they have in common is worked out once."""

from __future__ import annotations

import orjson

from simulator.odata.rules import Row, Write
from simulator.odata.service import Shape
from simulator.odata.values import EMPTY_GUID
from simulator.store.changes import LogRow
from simulator.store.reader import StoredRow
from simulator.store.transaction import Transaction
from simulator.store.work import Collided


class Inserter:
    """Inserts accepted values as `Transaction.insert` does, while rows are held; nobody is told before they are stored.

    A row that is refused when others were written with it raises Collided: all is to be done again, row by row.
    """

    def __init__(self, world: Transaction, shape: Shape) -> None:
        self._world = world
        self._shape = shape
        self._new_id = world.new_id
        self._next_version = world.state.next_version
        self._conventions = world.service.conventions
        self._plan = world.state.plans[shape.name]
        self._scope = world.scope_of(shape)
        self._before_write = shape.entity.rules.before_write
        self._has_keys = bool(world.state.alternate_keys(shape.name))

    def insert(self, accepted: Row, version: int = 0) -> StoredRow:
        """Insert a row and return it; one that was inserted earlier has its version already."""
        world, shape, scope = self._world, self._shape, self._scope
        write = Write(shape.name, shape.template | accepted, accepted, None, world, bool(version))
        key, version = self._complete(write), version or self._next_version()
        values = shape.kept(write.values)
        body = self._render(values, version)
        sql, parameters = self._plan.insert(values, scope, key, version, body)
        world.hold(self._plan.table, (sql, parameters))
        author, ticks = world.author, world.ticks
        world.log.append(LogRow(version, shape.name, scope, key, "created", author, ticks, None, None, body))
        row = StoredRow(0, version, body, parameters[3], scope, key)
        return self._follow(write, row) if shape.has_followers else row

    def _complete(self, write: Write) -> str:
        """Let the service and the entity fill in the row and return its key."""
        shape, values = self._shape, write.values
        if shape.has_guid_key and values.get(shape.key, EMPTY_GUID) == EMPTY_GUID:
            values[shape.key] = self._new_id()
        self._conventions.complete(shape, write)
        if self._before_write is not None:
            self._before_write(write)
        key = shape.key_of(values)
        if self._has_keys:
            self._world.check_alternate(shape, write, key)
        return key

    def _render(self, values: Row, version: int) -> bytes:
        self._conventions.stamp(values, version)
        etag = orjson.dumps(self._conventions.etag(version))
        return b'{"@odata.etag":%b,%b' % (etag, orjson.dumps(self._shape.shown(values))[1:])

    def _follow(self, write: Write, row: StoredRow) -> StoredRow:
        try:
            return self._world.after_write(self._shape, write, row)
        except Exception as error:
            raise Collided from error
