"""Answer GET: sets with paging, rows, properties, counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson

from simulator.http.contents import answer_file, encoded_thumbnail, read_thumbnail
from simulator.http.derived import read_content
from simulator.http.pages import depends_on_one_set
from simulator.http.rendering import Projections, Renderer
from simulator.http.statements import Selection, run
from simulator.http.target import Target
from simulator.http.tracking import TRACKING, Tracking
from simulator.odata.edm import Property, Type
from simulator.odata.manners import Manners
from simulator.odata.messages import ServiceRequest, ServiceResponse
from simulator.odata.prefer import page_size, parse_prefer
from simulator.odata.query import Query, parse_options, parse_query
from simulator.odata.service import Shape
from simulator.store.reader import Reader, StoredRow

_MOST_STARTS = 500
_LARGE = 100  # rows of a page from which reading only those not shown before pays


class Reading:
    """One GET of one service, for one request."""

    def __init__(self, request: ServiceRequest, reader: Reader, manners: Manners, projections: Projections) -> None:
        self.request = request
        self.reader = reader
        self.manners = manners
        self.projections = projections
        self.preferences = parse_prefer(request.headers.get("prefer", ""))
        self.options = parse_options(request.query) if request.query else {}
        self.is_repeatable = False
        self._query: Query | None = None

    def query(self) -> Query:
        """Return the request's query; options the service does not offer are refused."""
        if self._query is None:
            for name, sentence in self.manners.refused_options.items():
                if name in self.options:
                    raise self.manners.refused_option(sentence)
            self._query = parse_query(self.options)
            most = self.manners.most_expands
            if most is not None and len(self._query.expand) > most:
                raise self.manners.refused_option(f"The number of $expand options exceeds the limit of {most}.")
        return self._query

    # sets

    def collection(self, target: Target) -> ServiceResponse:
        """Answer one page of a set."""
        query = self.query()
        self.manners.check_collection(target.entity, target.within is not None, query)
        selection = self._select(target, query)
        self.is_repeatable = depends_on_one_set(query) and self.manners.annotation_filter(self.preferences) is None
        is_delta = self.manners.delta_option in self.options
        if not is_delta and "odata.track-changes" not in self.preferences and TRACKING not in self.options:
            return self.page(selection)
        self.is_repeatable = False
        tracking = Tracking(self.request, self.reader, self.manners, self.options)
        tracking.check(target.entity)
        return self._delta_page(selection, tracking) if is_delta else self._tracked_page(selection, tracking)

    def _select(self, target: Target, query: Query) -> Selection:
        selection = Selection(self.reader, self.manners, target.shape, query)
        if target.through is not None and target.within is not None:
            selection.among(target.through, target.within[1])
        elif target.within is not None:
            selection.where(target.within[0], [target.within[1]])
        return selection

    def _tracked_page(self, selection: Selection, tracking: Tracking) -> ServiceResponse:
        """A page of the first full read: its last page has the link that later tells what changed."""
        self.options[TRACKING] = tracking.start()
        return self.page(selection, tracking.link(self.options[TRACKING]))

    def _delta_page(self, selection: Selection, tracking: Tracking) -> ServiceResponse:
        """Rows written since a delta token, and what was deleted."""
        delta = tracking.changes(selection.shape, self._limits(selection.query)[0])
        renderer = self._renderer(selection.shape, selection.query)
        gone = [tracking.deleted(selection.shape, key) for key in delta.deleted]
        rows = [*renderer.render(delta.rows), *gone]
        context = self.manners.context(self.request, selection.shape, self.reader.scope, selection.query, "/$delta")
        return self._joined({"@odata.context": context}, rows, delta.link_name, delta.link)

    def page(self, selection: Selection, delta_link: str = "") -> ServiceResponse:
        """Answer the rows of a selection from where the skip token says, with a link to the next page."""
        query = selection.query
        limit, left = self._limits(query)
        place = self.manners.read_token(query.skip_token) if query.skip_token is not None else None
        after = self._after(selection, place.values) if place else None
        skip = query.skip or 0 if place is None else 0
        rendered, last, has_more = self._rows(selection, limit, skip, after)
        if has_more and left != 0 and last is not None:
            link = self._next_link(selection, last, left, place.page + 1 if place else 2)
            return self._envelope(selection, rendered, "@odata.nextLink", link)
        return self._envelope(selection, rendered, "@odata.deltaLink", delta_link)

    def _rows(
        self, selection: Selection, limit: int, skip: int, after: Any
    ) -> tuple[list[bytes], StoredRow | None, bool]:
        """Return a page's rows as JSON (one or more in each piece), its last row, and whether more follow."""
        query, shape = selection.query, selection.shape
        if query.filter is None and shape.is_kept_as_shown and not query.select and not query.expand:
            return self._whole_rows(selection, limit, skip, after)
        renderer = self._renderer(shape, query)
        if renderer.is_projection and limit >= _LARGE:
            versions = selection.versions(limit + 1, skip, after)
            last = selection.fetch(1, skip + limit - 1, after) if len(versions) > limit else []
            return renderer.project(versions[:limit]), last[0] if last else None, len(versions) > limit
        rows = selection.fetch(limit + 1, skip, after)
        rendered = renderer.render(rows[:limit])
        return rendered, rows[:limit][-1] if rendered else None, len(rows) > limit

    def _whole_rows(
        self, selection: Selection, limit: int, skip: int, after: Any
    ) -> tuple[list[bytes], StoredRow | None, bool]:
        """The same for rows that are kept as they are answered: in one piece, joined where they lie."""
        edge = selection.fetch(2, skip + limit - 1, after)  # the page's last row and the next page's first
        page = selection.joined(limit, skip, after)
        return [page] if page else [], edge[0] if edge else None, len(edge) > 1

    def _limits(self, query: Query) -> tuple[int, int | None]:
        """Return how many rows this page has, and what is left of $top after it (None: no $top, 0: nothing)."""
        asked = page_size(self.preferences)
        size = min(asked, self.manners.page_size) if asked else self.manners.page_size
        if query.top is None or (asked and not self.manners.pages_with_top):
            return size, None
        return (query.top, 0) if query.top <= size else (size, query.top - size)

    def _after(self, selection: Selection, values: tuple[Any, ...] | str) -> Any:
        if not isinstance(values, str):
            return values
        found = selection.position(values)
        if found is not None:
            return found
        return self._last_position(selection, values)

    def _last_position(self, selection: Selection, key: str) -> list[Any]:
        """Return where a row stood before it was deleted, so that paging goes on behind it."""
        changes = self.reader.store.changes(self.reader.service.name, 0, selection.shape.name, key)
        if not changes or changes[-1].before is None:
            raise self.manners.bad_token()
        values = changes[-1].before
        convert = {wire: change for _, wire, change in selection.shape.columns}
        names = [sort.name or selection.shape.key for sort in selection.sorts]
        return [_as_column(convert.get(name), values.get(name)) for name in names]

    def _next_link(self, selection: Selection, last: StoredRow, left: int | None, page: int) -> str:
        values = last.values
        convert = {wire: change for _, wire, change in selection.shape.columns}
        names = [sort.name or selection.shape.key for sort in selection.sorts]
        position = [(name, _as_column(convert.get(name), values.get(name))) for name in names]
        is_default = not selection.query.order
        token = self.manners.write_token(selection.shape, last.key, position, is_default, page)
        return self.manners.link(self.request, self.manners.page_options(selection.shape, self.options, token, left))

    def _renderer(self, shape: Shape, query: Query) -> Renderer:
        wants = self.manners.annotation_filter(self.preferences)
        return Renderer(self.request, self.reader, self.manners, shape, query, self.projections, wants)

    def _envelope(self, selection: Selection, rendered: list[bytes], name: str, link: str) -> ServiceResponse:
        query, shape = selection.query, selection.shape
        head: dict[str, Any] = {"@odata.context": self.manners.context(self.request, shape, self.reader.scope, query)}
        count = self._count(selection) if query.count else None
        if count is not None:
            head["@odata.count"] = count
        head |= self.manners.page_annotations(self.manners.annotation_filter(self.preferences), count)
        return self._joined(head, rendered, name, link)

    def _joined(self, head: dict[str, Any], rows: list[bytes], name: str, link: str) -> ServiceResponse:
        start = orjson.dumps(head)[:-1] + b',"value":['
        end = b"],%b:%b}" % (orjson.dumps(name), orjson.dumps(link)) if link else b"]}"
        return self._ok(_enclosed(start, rows, end))

    def _count(self, selection: Selection) -> int:
        return int(run(self.reader, selection.count(self.manners.count_limit))[0][0])

    def _ok(self, body: bytes, **headers: str) -> ServiceResponse:
        applied = self.manners.applied(self.preferences, self.request.method)
        if applied:
            headers["Preference-Applied"] = applied
        return ServiceResponse(200, headers, body)

    def count(self, target: Target) -> ServiceResponse:
        """Answer /$count: digits as plain text."""
        query = self.query()
        if target.entity.subpage is not None:
            self.manners.check_collection(target.entity, target.within is not None, query)
        if self.manners.delta_option in self.options:
            tracking = Tracking(self.request, self.reader, self.manners, self.options)
            number = tracking.count(target.shape)
        else:
            number = self._count(self._select(target, replace(query, select=(), expand=(), order=())))
        body = self.manners.count_mark + str(number).encode()
        return ServiceResponse(200, {"Content-Type": "text/plain"}, body)

    # rows

    def entity(self, target: Target, row: StoredRow) -> ServiceResponse:
        """Answer one row; 304 when If-None-Match names its version."""
        query = self.query()
        if target.entity.derived is not None and query.filter is not None:
            raise self.manners.not_supported(f"A filter on '{target.shape.name}'")
        etag = self.reader.service.conventions.etag(row.version)
        wants = self.manners.annotation_filter(self.preferences)
        if self.request.header("if-none-match") == etag and not query.expand and wants is None:
            return ServiceResponse(304, {"ETag": etag})
        body = self.row_body(target.shape, row, query)
        response = self._ok(body)
        response.headers["ETag"] = etag
        return response

    def row_body(self, shape: Shape, row: StoredRow, query: Query) -> bytes:
        """Return a row as a whole answer: its context first."""
        start = self._row_start(shape, query)
        if shape.is_kept_as_shown and not query.select and not query.expand:
            return start + row.body[1:]
        return start + self._renderer(shape, query).render([row])[0][1:]

    def _row_start(self, shape: Shape, query: Query) -> bytes:
        """Return what a row's answer begins with: its context, which all whole rows of a set have in common."""
        request, scope, kept = self.request, self.reader.scope, self.projections.row_starts
        place = request.base, request.root, shape.name, scope
        start = kept.get(place)
        if start is None or query.select or query.expand:
            context = self.manners.context(request, shape, scope, query, "/$entity")
            start = orjson.dumps({"@odata.context": context})[:-1] + b","
            if not query.select and not query.expand:
                if len(kept) >= _MOST_STARTS:  # a client may call the service by any name
                    kept.clear()
                kept[place] = start
        return start

    def property(self, target: Target, row: StoredRow) -> ServiceResponse:
        """Answer one property, as JSON or (with /$value) as it is; 204 when it is null."""
        prop = target.prop
        assert prop is not None
        if prop.type is Type.STREAM and (prop.kind != "Image" or target.tail == "$value"):
            return self._content(target, row, prop)
        value = row.values.get(prop.wire)
        if prop.kind == "Image":
            value = encoded_thumbnail(self.reader, self.manners, target.shape, row, prop.wire)
        if value is None:
            return ServiceResponse(204)
        if target.tail == "$value":
            return ServiceResponse(200, {"Content-Type": "text/plain"}, _plain(value))
        path = self.manners.row_path(target.shape, row.key, self.reader.scope)
        context = f"{self.request.root_url}/$metadata#{path[1:]}/{prop.wire}"
        return self._ok(orjson.dumps({"@odata.context": context, "value": value}))

    def _content(self, target: Target, row: StoredRow, prop: Property) -> ServiceResponse:
        if prop.kind == "Image" and self.options.get("size") != "full":
            return answer_file(read_thumbnail(self.reader, self.manners, target.shape, row, prop.wire))
        return answer_file(read_content(self.reader, target.shape, row, prop.wire))

    def references(self, target: Target) -> ServiceResponse:
        """Answer /$ref of a collection or a single navigation: addresses instead of rows."""
        context = f"{self.request.root_url}/$metadata#"
        if not target.is_set:
            row = self._address(target, target.key or "")
            return self._ok(orjson.dumps({"@odata.context": f"{context}$ref", "@odata.id": row}))
        query = self.query()
        selection = self._select(target, query)
        rows = [StoredRow(*row) for row in run(self.reader, selection.rows(self.manners.page_size))]
        found = [{"@odata.id": self._address(target, row.key)} for row in rows]
        return self._ok(orjson.dumps({"@odata.context": f"{context}Collection($ref)", "value": found}))

    def _address(self, target: Target, key: str) -> str:
        return self.request.root_url + self.manners.row_path(target.shape, key, self.reader.scope)


def _as_column(convert: Callable[[Any], Any] | None, value: Any) -> Any:
    return value if convert is None or value is None else convert(value)


def _enclosed(start: bytes, rows: list[bytes], end: bytes) -> bytes:
    """Join a page with one copy of its bytes."""
    if len(rows) < 2:
        return b"".join((start, *rows, end))
    rows[0] = start + rows[0]
    rows[-1] += end
    return b",".join(rows)


def _plain(value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else orjson.dumps(value)
