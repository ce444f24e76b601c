"""What a test or a person does in the simulator as another user of the two services: read, create, edit, delete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from simulator.store import Change, Store

Row = dict[str, Any]


class User:
    """Someone who works in one of the two services while the program under test does too.

    Rows are plain dictionaries by wire name, with the ETag under ``@odata.etag`` left out. Every write is what a user's
    write is: a new ETag, a new modified time, an entry in the change log under this user's name. What the service would
    refuse raises ServiceError and leaves nothing behind.
    """

    def __init__(self, store: Store, service: str, scope: str, author: str) -> None:
        self._store = store
        self._service = service
        self._scope = scope
        self.author = author

    def get(self, entity_set: str, key: str) -> Row | None:
        """Return the row with this key, or None."""
        with self._store.reading(self._service, self._scope) as world:
            return world.get(entity_set, key)

    def find(self, entity_set: str, /, **equal: Any) -> Row | None:
        """Return the first row whose properties equal these values, or None."""
        with self._store.reading(self._service, self._scope) as world:
            return world.find(entity_set, **equal)

    def list(self, entity_set: str, /, **equal: Any) -> list[Row]:
        """Return every row whose properties equal these values, in the set's default order."""
        with self._store.reading(self._service, self._scope) as world:
            return world.list(entity_set, **equal)

    def count(self, entity_set: str) -> int:
        """Return how many rows a set has."""
        with self._store.reading(self._service, self._scope) as world:
            return world.count(entity_set)

    def search(self, entity_set: str, text: str = "", offset: int = 0, limit: int = 50) -> tuple[int, Sequence[Row]]:
        """Return how many rows hold a text anywhere, and one page of them in the set's default order."""
        with self._store.reading(self._service, self._scope) as world:
            return world.search(entity_set, text, offset, limit)

    def pick(self, entity_set: str, random: Random) -> Row | None:
        """Return a row by lot, or None when the set is empty."""
        count = self.count(entity_set)
        found = self.search(entity_set, offset=random.randrange(count), limit=1)[1] if count else ()
        return found[0] if found else None

    def create(self, entity_set: str, values: Mapping[str, Any]) -> Row:
        """Create a row and return it as stored."""
        with self._store.writing(self._service, self._scope, self.author) as world:
            return world.create(entity_set, values)

    def update(self, entity_set: str, key: str, /, **values: Any) -> Row:
        """Change some properties of a row and return it as stored; LookupError when it is gone."""
        with self._store.writing(self._service, self._scope, self.author) as world:
            return world.update(entity_set, key, values)

    def delete(self, entity_set: str, key: str) -> None:
        """Delete a row; LookupError when it is gone already."""
        with self._store.writing(self._service, self._scope, self.author) as world:
            world.delete(entity_set, key)

    def changes(self, entity_set: str = "", key: str = "", since: int = 0) -> Sequence[Change]:
        """Return this service's change log, oldest first: who wrote what, before and after; of one set or row."""
        return self._store.changes(self._service, since, entity_set, key)
