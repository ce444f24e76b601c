"""Writing rows of one service and scope; every write goes through here and is logged."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import compress
from operator import ne
from sqlite3 import IntegrityError
from typing import Any

import orjson

from simulator.odata.errors import ServiceError
from simulator.odata.rules import Row, Write
from simulator.odata.service import Shape
from simulator.odata.values import EMPTY_GUID, moment_text
from simulator.store.changes import Change, LogRow
from simulator.store.reader import StoredRow
from simulator.store.series import last_number
from simulator.store.work import Beside, LaterRow, Statement
from simulator.store.working import Working


class Transaction(Working):
    """One service (and company) being written to; made by `Store.writing`."""

    def in_scope(self, scope: str, author: str = "") -> Transaction:
        """Return the same transaction in another company, which a part of a batch may name, or by another author."""
        if scope == self.scope and author in ("", self.author):
            return self
        other = object.__new__(Transaction)
        other.__dict__.update(self.__dict__)
        other._move(scope, author or self.author)
        return other

    # writing as the service itself

    def create(self, entity_set: str, values: Mapping[str, Any]) -> Row:
        """Insert a row as the service itself would (read-only properties may be given) and return it."""
        shape = self._shapes[entity_set]
        accepted = shape.accept(values, self.service.words)
        return self.insert(shape, accepted, accepted).values

    def add(self, entity_set: str, values: Row) -> Row:
        """Insert a row of values that are already as the service keeps them, and return it with all its properties."""
        return self._insert(self._shapes[entity_set], values, values)[1]

    def add_later(self, entity_set: str, values: Row) -> None:
        """Insert a row like `add` whose key and number are given; it may be stored when it is first asked for."""
        self._write_later(entity_set, values, None)

    def put_later(self, entity_set: str, values: Row, beside: Beside) -> None:
        """Change like `put` the row that shares its key with one of another set, by a property's value there.

        It may be changed when it is first asked for; nothing happens when there is no such row.
        """
        self._write_later(entity_set, values, beside)

    def _write_later(self, entity_set: str, values: Row, beside: Beside | None) -> None:
        work = self._work
        row = LaterRow(entity_set, self.state.next_version(), self.author, self.ticks, values, beside)
        if work.lets_wait is None:
            work.lets_wait = self.store.lets_wait(self.state)
        if not work.lets_wait:
            self.settle(row)
            return
        work.later.append((self.scope, row))
        work.waiting.add(self.state.tables[entity_set].name)

    def settle(self, row: LaterRow) -> None:
        """Do a write that was put off, as it would have been done then."""
        self.be_then(row)
        shape = self._shapes[row.entity_set]
        if row.beside is None:
            self._insert(shape, row.values, row.values, row.version)
            return
        stored = self.fetch_beside(shape, *row.beside)
        if stored is not None:
            self.modify(shape, stored, row.values, row.version)

    def be_then(self, row: LaterRow) -> None:
        """Write by the author and at the time of a write that was put off."""
        if row.ticks != self.ticks:
            self.ticks, self.stamp = row.ticks, moment_text(row.ticks, self.service.style.millisecond)
        self.author = row.author

    def settle_own(self) -> None:
        """Store what waits of this transaction itself."""
        for scope, row in self.later:
            world = Transaction(self.store, self.state, scope, row.author)
            world._share(self._work)
            world.settle(row)

    def update(self, entity_set: str, key: str, values: Mapping[str, Any]) -> Row:
        """Change properties of a row (read-only ones too) and return it; LookupError when it is not there."""
        shape = self._shapes[entity_set]
        row = self._must_fetch(shape, key)
        return self.modify(shape, row, shape.accept(values, self.service.words)).values

    def put(self, entity_set: str, key: str, values: Row) -> None:
        """Change properties of a row to values that are already as the service keeps them, like `add`."""
        shape = self._shapes[entity_set]
        self.modify(shape, self._must_fetch(shape, key), values)

    def rewrite(self, entity_set: str, key: str, values: Row) -> None:
        """Change properties of a row like `put`, of which neither the service nor the entity has a say."""
        shape = self._shapes[entity_set]
        row, version = self._must_fetch(shape, key), self.state.next_version()
        before = row.values
        now = self._store_changed(shape, row, before, shape.kept(before | values), version)
        self._log(shape, version, row.key, "updated", row.body, now.body)

    def delete(self, entity_set: str, key: str) -> None:
        """Delete a row; LookupError when it is not there."""
        shape = self._shapes[entity_set]
        self.remove(shape, self._must_fetch(shape, key))

    def _must_fetch(self, shape: Shape, key: str) -> StoredRow:
        row = self.fetch(shape, key)
        if row is None:
            raise LookupError(f"{shape.name} has no row {key} in {self.scope or 'the organization'}")
        return row

    def delete_entity(self, entity: str, key: str) -> bool:
        """Delete a row of an entity (logical name), if it is there; return whether it was."""
        declared = self.service.model.by_entity(entity)
        row = self.fetch(self._shapes[declared.name], key) if declared else None
        if declared is None or row is None:
            return False
        self.remove(self._shapes[declared.name], row)
        return True

    # writing rows already checked

    def insert(self, shape: Shape, accepted: Row, given: Mapping[str, Any]) -> StoredRow:
        """Store a new row of accepted values and return it; the conventions and the entity's rules run."""
        key = accepted.get(shape.key)
        if self._work.is_holding:
            return self._insert(shape, accepted, given)[0]  # the database finds twins when the rows get there
        if (key and not (shape.has_guid_key and key == EMPTY_GUID)) and self.fetch_anywhere(shape, key):
            raise self.service.words.duplicate(shape.entity, (shape.key,), accepted, "")
        return self._insert(shape, accepted, given)[0]

    def _insert(self, shape: Shape, accepted: Row, given: Mapping[str, Any], version: int = 0) -> tuple[StoredRow, Row]:
        values = shape.template | accepted
        if shape.has_guid_key and values.get(shape.key, EMPTY_GUID) == EMPTY_GUID:
            values[shape.key] = self.store.new_id()
        write = Write(shape.name, values, given, None, self, bool(version))
        self.service.conventions.complete(shape, write)
        rules = shape.entity.rules
        if rules.before_write is not None:
            rules.before_write(write)
        key = shape.key_of(values)
        if self.state.keys.get(shape.name):
            self.check_alternate(shape, write, key)
        version = version or self.state.next_version()
        try:
            row = self._store_new(shape, values, key, version)
        except IntegrityError as error:
            raise self._twin(shape, write, key) or error from error
        self._log(shape, version, key, "created", None, row.body)
        return self.after_write(shape, write, row) if shape.has_followers else row, values

    def _store_new(self, shape: Shape, values: Row, key: str, version: int) -> StoredRow:
        kept = shape.kept(values)
        body = self.render(shape, kept, version)
        plan = self.state.plans[shape.name]
        scope = self.scope_of(shape)
        sql, parameters = plan.insert(kept, scope, key, version, body)
        if self._work.is_holding:
            self._work.hold(plan.table, (sql, parameters))
            return StoredRow(0, version, body, parameters[3], scope, key)
        pk = self.store.execute(sql, parameters).lastrowid or 0
        if self._work.depth:
            self._work.statements.append((plan.delete_one, (pk,)))
        return StoredRow(pk, version, body, parameters[3], scope, key)

    def next_number(self, entity_set: str) -> str:
        """Return the next free number of a set's number series; it continues after the greatest one in use."""
        shape = self._shapes[entity_set]
        series = shape.entity.number_series
        if series is None:
            raise LookupError(f"{entity_set} has no number series")
        place = (entity_set, self.scope)
        last = self.state.series.get(place)
        if last is None:
            last = last_number(self, shape, series)
        number = self.state.series[place] = last + series.step
        return f"{series.prefix}{number:0{series.width}d}"

    def modify(self, shape: Shape, row: StoredRow, accepted: Row, version: int = 0) -> StoredRow:
        """Apply accepted values to a stored row and return it as it is now; the version always rises."""
        before = row.values
        values = before | accepted
        write = Write(shape.name, values, accepted, before, self, bool(version))
        self.service.conventions.complete(shape, write)
        rules = shape.entity.rules
        if rules.before_write is not None:
            rules.before_write(write)
        if self.state.keys.get(shape.name):
            self.check_alternate(shape, write, row.key)
        version = version or self.state.next_version()
        try:
            now = self._store_changed(shape, row, before, shape.kept(values), version)
        except IntegrityError as error:
            raise self._twin(shape, write, row.key) or error from error
        self._log(shape, version, row.key, "updated", row.body, now.body)
        return self.after_write(shape, write, now) if shape.has_followers else now

    def _store_changed(self, shape: Shape, row: StoredRow, before: Row, values: Row, version: int) -> StoredRow:
        body = self.render(shape, values, version)
        changed = _changed_names(before, values)
        plan = self.state.plans[shape.name]
        sql, parameters = plan.update(values, changed, row.pk, version, body)
        if self._work.depth:
            whole = self._whole(shape, row) if any(name in changed for name in shape.secrets) else None
            undo = whole or plan.update(before, changed, row.pk, row.version, row.body)
            self._work.statements.append(undo)
        self.store.execute(sql, parameters)
        return StoredRow(row.pk, version, body, parameters[1], row.scope, row.key)

    def remove(self, shape: Shape, row: StoredRow) -> None:
        """Delete a stored row, and the document lines it contains; the entity's rules may refuse."""
        values = row.values
        write = Write(shape.name, values, {}, values, self)
        if shape.entity.rules.before_delete is not None:
            shape.entity.rules.before_delete(write)
        key = row.key
        for navigation in shape.entity.navigations:
            if navigation.contained:
                self._remove_contained(navigation.target, navigation.target_column, key)
        plan = self.state.plans[shape.name]
        if self._work.depth:
            undo = self._whole(shape, row) or plan.insert(values, row.scope, row.key, row.version, row.body, row.pk)
            self._work.statements.append(undo)
        self.store.execute(plan.delete_one, (row.pk,))
        self._log(shape, self.state.next_version(), key, "deleted", row.body, None)
        if shape.entity.rules.after_delete is not None:
            shape.entity.rules.after_delete(write)
        self.service.conventions.stored(shape, write, deleted=True)

    def _whole(self, shape: Shape, row: StoredRow) -> Statement | None:
        """Return the statement that puts a row back as it is, where its JSON does not tell all of it."""
        if not shape.secrets:
            return None
        table = self.state.plans[shape.name].table
        found = self.query(f"SELECT * FROM {table} WHERE _pk = ?", (row.pk,))
        return f"INSERT OR REPLACE INTO {table} VALUES ({', '.join('?' * len(found[0]))})", found[0]

    def _remove_contained(self, target: str, column: str, key: str) -> None:
        child = self._shapes[target]
        for line in self.list(target, **{column: key}):
            stored = self.fetch(child, child.key_of(line))
            if stored is not None:
                self.remove(child, stored)

    def render(self, shape: Shape, values: Row, version: int) -> bytes:
        """Return a row's JSON with the ETag of its version, which the row itself shows where the service does."""
        self.service.conventions.stamp(values, version)
        shown = shape.shown(values) if shape.secrets else values
        return orjson.dumps({"@odata.etag": self.service.conventions.etag(version), **shown})

    def after_write(self, shape: Shape, write: Write, row: StoredRow) -> StoredRow:
        """Run what follows a write and return the row as it is then: its own rules may have written it again."""
        mark = len(self.log)
        if shape.entity.rules.after_write is not None:
            shape.entity.rules.after_write(write)
        self.service.conventions.stored(shape, write, deleted=False)
        follow = self.log[mark:]
        if follow and any(entry.key == row.key and entry.entity_set == shape.name for entry in follow):
            return self.fetch(shape, row.key) or row
        return row

    def check_alternate(self, shape: Shape, write: Write, key: str) -> None:
        """Refuse a row whose values in an alternate key another one has."""
        values = write.values
        for alternate in self.state.alternate_keys(shape.name):
            names = tuple(shape.wire_of[name] for name in alternate.properties)
            if write.changes(*names) and all(values.get(name) is not None for name in names):
                twin = self.find_key(shape, {name: values.get(name) for name in names})
                if twin is not None and twin != key:
                    raise self.service.words.duplicate(shape.entity, names, values, alternate.name)

    def _twin(self, shape: Shape, write: Write, key: str) -> ServiceError | None:
        """Return the refusal for the unique property that the database found taken."""
        for name in shape.entity.unique:
            twin = self.find_key(shape, {name: write.values.get(name)})
            if twin is not None and twin != key:
                return self.service.words.duplicate(shape.entity, (name,), write.values, "")
        if self.fetch_anywhere(shape, key):
            return self.service.words.duplicate(shape.entity, (shape.key,), write.values, "")
        return None

    def fetch_anywhere(self, shape: Shape, key: str) -> bool:
        """Whether any scope has a row with this key."""
        return bool(self.query(self.state.plans[shape.name].select_one, (key,)))

    def _log(self, shape: Shape, version: int, key: str, kind: str, before: bytes | None, after: bytes | None) -> None:
        row = LogRow(version, shape.name, self.scope_of(shape), key, kind, self.author, self.ticks, before, None, after)
        self.log.append(row)
        if self.state.guard is not None:
            self.state.guard(Change.of(self.service.name, row, self.scope))


def _changed_names(before: Row, after: Row) -> tuple[str, ...]:
    """Return the properties whose values differ, those that are gone at the end."""
    if list(before) == list(after):  # as they mostly are
        return tuple(compress(after, map(ne, after.values(), before.values())))
    changed = [name for name, value in after.items() if before.get(name) != value]
    return (*changed, *(name for name in before if name not in after))
