"""Creates in one set which differ in their bodies only, as the parts of a batch mostly do."""

from __future__ import annotations

from typing import Any

import orjson

from simulator.http.bodies import read_object
from simulator.http.target import Target
from simulator.http.writing import Writing
from simulator.odata.acceptors import Acceptor, BadValue
from simulator.odata.batch import Part
from simulator.odata.messages import ServiceResponse
from simulator.odata.rules import Row
from simulator.store.inserting import Inserter
from simulator.store.reader import StoredRow

Accepting = tuple[tuple[str, int, Acceptor], ...]
"""The names of a body in turn: how long a plain text may be, and what looks at every other value."""


class Creates:
    """Answers creates as `Writing.create` does, which has the word wherever a body is out of the ordinary.

    What all have in common - the set, the preferences, how the row of an answer is addressed - is worked out once, and
    so is how the values are checked of bodies that have the same names.
    """

    def __init__(self, writing: Writing, target: Target) -> None:
        self._writing = writing
        self._target = target
        self._insert = Inserter(writing.world, target.shape).insert
        self._known: dict[tuple[str, ...], Accepting | None] = {}
        manners, reading, shape = writing.manners, writing.reading, target.shape
        self._is_json = writing.request.header("content-type") == "application/json"
        self._shows_row = manners.wants_content(reading.preferences, True)
        path = manners.row_path(shape, "\0", writing.world.scope)
        self._before, _, self._after = (writing.request.root_url + path).partition("\0")
        applied = manners.applied(reading.preferences, "POST")
        self._applied = {"Preference-Applied": applied} if applied else {}
        self._query = reading.query()

    def answer(self, part: Part) -> ServiceResponse:
        """Create a part's row and return its answer; what is refused raises."""
        body = self._body(part)
        names = tuple(body)
        accepting = self._known[names] if names in self._known else self._learn(names)
        if accepting is not None:
            try:
                accepted: Row = {
                    name: value if type(value) is str and 0 < len(value) <= longest else accept(value)
                    for (name, longest, accept), value in zip(accepting, body.values(), strict=True)
                }
            except BadValue:
                pass
            else:
                return self._show(self._insert(accepted))
        return self._writing.create(self._target)

    def _body(self, part: Part) -> dict[str, Any]:
        request = self._writing.request
        request.body, request.parsed = part.body, part.parsed
        if type(part.parsed) is dict:
            return part.parsed
        if part.parsed is None and self._is_json and part.body[:1] == b"{":
            try:
                body: dict[str, Any] = orjson.loads(part.body)
                return body
            except orjson.JSONDecodeError:
                pass
        return read_object(request, self._writing.manners)

    def _learn(self, names: tuple[str, ...]) -> Accepting | None:
        """Return how the values of these names are checked, or None where `Writing` has to look at a body."""
        direct = not self._writing.manners.ignores_read_only
        fields = self._target.shape.fields
        found = [
            (name, field.longest, field.accept)
            for name, field in zip(names, map(fields.get, names), strict=True)
            if field is not None and field.on_create and (direct or field.prop.wire == field.prop.name)
        ]
        self._known[names] = accepting = tuple(found) if len(found) == len(names) else None
        return accepting

    def _show(self, row: StoredRow) -> ServiceResponse:
        address = f"{self._before}{row.key}{self._after}"
        if not self._shows_row:
            preferences = self._writing.reading.preferences
            return ServiceResponse(
                204, self._writing.manners.no_content_headers(address, address, True, preferences), b""
            )
        body = self._writing.reading.row_body(self._target.shape, row, self._query)
        etag = self._writing.manners.service.conventions.etag(row.version)
        return ServiceResponse(201, {**self._applied, "Location": address, "ETag": etag}, body)
