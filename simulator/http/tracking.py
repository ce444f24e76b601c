"""Change tracking: what was written since a delta token, read from the change log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import orjson

from simulator.odata.edm import EntitySet
from simulator.odata.manners import Manners
from simulator.odata.messages import ServiceRequest
from simulator.odata.service import Shape
from simulator.store.reader import Reader, StoredRow

TRACKING = "trackingtoken"  # carries the start of a paged first read from link to link


class Delta(NamedTuple):
    """One page of changes: rows as they are now, keys of deleted ones, and the link that follows."""

    rows: list[StoredRow]
    deleted: list[str]
    link_name: str
    link: str


class Tracking:
    """Change tracking of one set, for one request."""

    def __init__(self, request: ServiceRequest, reader: Reader, manners: Manners, options: Mapping[str, str]) -> None:
        self.request = request
        self.reader = reader
        self.manners = manners
        self.options = options

    def check(self, entity: EntitySet) -> None:
        """Refuse a set without change tracking, and options that do not go with it."""
        if not entity.change_tracking:
            raise self.manners.no_tracking(entity)
        self.manners.check_tracking(self.options)

    def start(self) -> str:
        """Return the token of the moment at which the first read began."""
        begun = self.options.get(TRACKING)
        if begun is not None:
            self._version(begun)
            return begun
        return self.manners.write_delta(self.reader.store.version(self.manners.service.name), self.reader.now)

    def link(self, token: str) -> str:
        """Return the delta link of a token: the request without its paging."""
        own = (self.manners.delta_option, TRACKING, "$skiptoken", "aid", "$top", "$count")
        kept = {name: value for name, value in self.options.items() if name not in own}
        return self.manners.link(self.request, kept | {self.manners.delta_option: token})

    def changes(self, shape: Shape, limit: int) -> Delta:
        """Return the next page of changes behind the request's delta token."""
        since = self._version(self.options[self.manners.delta_option])
        now = self.reader.store.version(self.manners.service.name)
        touched = self.reader.query(
            f'SELECT key, max(version) AS latest FROM "{self.manners.service.name}__changes" '
            "WHERE version > ? AND entity_set = ? AND scope = ? GROUP BY key ORDER BY latest LIMIT ?",
            (since, shape.name, self.reader.scope_of(shape), limit + 1),
        )
        has_more = len(touched) > limit
        rows, deleted = [], []
        for key, _ in touched[:limit]:
            row = self.reader.fetch(shape, key)
            if row is None:
                deleted.append(key)
            else:
                rows.append(row)
        reached = touched[limit - 1][1] if has_more else now
        token = self.manners.write_delta(reached, self.reader.now)
        return Delta(rows, deleted, "@odata.nextLink" if has_more else "@odata.deltaLink", self.link(token))

    def count(self, shape: Shape) -> int:
        """Return how many rows were written or deleted since the request's delta token."""
        since = self._version(self.options[self.manners.delta_option])
        found = self.reader.query(
            f'SELECT count(DISTINCT key) FROM "{self.manners.service.name}__changes" '
            "WHERE version > ? AND entity_set = ? AND scope = ?",
            (since, shape.name, self.reader.scope_of(shape)),
        )
        return int(found[0][0])

    def deleted(self, shape: Shape, key: str) -> bytes:
        """Return what stands for a deleted row."""
        set_path = self.manners.row_path(shape, key, self.reader.scope).rpartition("(")[0][1:]
        context = f"{self.request.root_url}/$metadata#{set_path}/$deletedEntity"
        return orjson.dumps({"@odata.context": context, "id": key, "reason": "deleted"})

    def _version(self, token: str) -> int:
        version = self.manners.read_delta(token, self.reader.now)
        state = self.reader.state
        if version is None or not state.oldest_token <= version <= state.version:
            raise self.manners.delta_expired(self._fresh_link())
        return version

    def _fresh_link(self) -> str:
        own = (self.manners.delta_option, TRACKING, "$skiptoken", "aid")
        return self.manners.link(self.request, {k: v for k, v in self.options.items() if k not in own})
