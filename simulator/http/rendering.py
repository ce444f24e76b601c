"""Render stored rows for one request: whole, with $select, with $expand, with annotations."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import orjson

from simulator.http.contents import encoded_thumbnail
from simulator.http.derived import derive_row, media_links
from simulator.http.references import References
from simulator.http.statements import Selection, read_pairs, run
from simulator.odata.edm import Navigation, Through
from simulator.odata.manners import Manners
from simulator.odata.messages import ServiceRequest
from simulator.odata.query import Expand, Query
from simulator.odata.rules import Row
from simulator.odata.service import Shape
from simulator.odata.syntax import UnknownName
from simulator.store.reader import Reader, StoredRow

_MOST_SELECTIONS = 12
_ROW_BYTES = 150  # what Python needs for a row beside its text
_NEVER = (-1, b"")

Wants = Callable[[str], bool]


class Projections:
    """Rows already rendered for a $select, kept by row version so that the next page needs no JSON work."""

    def __init__(self, most_bytes: int = 112 * 1024 * 1024) -> None:
        self.most_bytes = most_bytes
        self.row_starts: dict[tuple[str, ...], bytes] = {}  # what the answer of a whole row begins with, by its set
        self._kept: OrderedDict[tuple[object, ...], Projection] = OrderedDict()

    def of(self, signature: tuple[object, ...]) -> Projection:
        """Return what is kept for a selection of a set; the selections used longest ago make room."""
        kept = self._kept.pop(signature, None) or Projection()
        while self._kept and (len(self._kept) >= _MOST_SELECTIONS or self._size() + kept.size > self.most_bytes):
            self._kept.popitem(last=False)
        if kept.size > self.most_bytes:
            kept = Projection()
        self._kept[signature] = kept
        return kept

    def _size(self) -> int:
        return sum(one.size for one in self._kept.values())


class Projection:
    """The rows of one selection, by row number: (version, bytes), and how many bytes they take."""

    def __init__(self) -> None:
        self.rows: dict[int, tuple[int, bytes]] = {}
        self.size = 0

    def keep(self, pk: int, version: int, values: Row) -> None:
        """Keep a row."""
        # what orjson returns lies in a buffer many times as long
        body = bytes(memoryview(orjson.dumps(values)))
        before = self.rows.get(pk)
        self.rows[pk] = version, body
        self.size += len(body) - len(before[1]) if before else len(body) + _ROW_BYTES


class Renderer:
    """Renders rows of one set for one query."""

    def __init__(
        self,
        request: ServiceRequest,
        reader: Reader,
        manners: Manners,
        shape: Shape,
        query: Query,
        projections: Projections,
        wants: Wants | None = None,
    ) -> None:
        self.request = request
        self.reader = reader
        self.manners = manners
        self.shape = shape
        self.query = query
        self.projections = projections
        self.wants = wants
        self._plans = reader.state.plans[shape.name]
        self.names = self._selected()
        self._streams = tuple(name for name in shape.streams if not query.select or name in query.select)
        self._images = tuple(name for name in shape.images if name in query.select)

    def _selected(self) -> tuple[str, ...]:
        names = self.query.select
        for name in names:
            if name not in self.shape.fields and self.shape.entity.navigation(name) is None:
                raise UnknownName(name, f"{self.manners.dialect.namespace}.{self.shape.entity.entity}")
        if not names:
            return ()
        files = (*self.shape.streams, *self.shape.images)
        listed = [name for name in names if name in self.shape.fields and name not in files]
        if not self.shape.style.blanks and self.shape.key not in listed:
            listed.append(self.shape.key)  # Dataverse always adds the primary id
        if self.shape.entity.base is not None and self.shape.entity.base.key not in listed:
            listed.append(self.shape.entity.base.key)
        return tuple(listed)

    def render(self, rows: Sequence[StoredRow]) -> list[bytes]:
        """Return each row as a JSON object."""
        if self.query.expand or self.wants is not None or self._streams or self._images:
            return [orjson.dumps(document) for document in self.documents(rows)]
        if self.names:
            return self._projected(rows)
        if self.shape.style.blanks:
            return [row.body for row in rows]
        tail = self._plans.tail
        return [row.body[:-1] + tail(row.nulls) for row in rows]

    def _projected(self, rows: Sequence[StoredRow]) -> list[bytes]:
        kept = self._kept()
        for row in rows:
            if kept.rows.get(row.pk, _NEVER)[0] != row.version:
                kept.keep(row.pk, row.version, self._project(row.body))
        return [kept.rows[row.pk][1] for row in rows]

    @property
    def is_projection(self) -> bool:
        """Whether rows are shown with some of their own properties and nothing else."""
        has_more = self.query.expand or self.wants is not None or self._streams or self._images
        return bool(self.names) and not has_more

    def project(self, versions: Sequence[tuple[int, int]]) -> list[bytes]:
        """Return rows, given by number and version, as a projection; only those not kept from before are read."""
        kept = self._kept()
        unknown = {pk: version for pk, version in versions if kept.rows.get(pk, _NEVER)[0] != version}
        for pk, body in self.reader.bodies(self.shape, list(unknown)).items():
            kept.keep(pk, unknown[pk], self._project(body))
        return [kept.rows[pk][1] for pk, _ in versions if pk in kept.rows]

    def _kept(self) -> Projection:
        return self.projections.of((self.reader.store.epoch, self.reader.service.name, self.shape.name, self.names))

    def _project(self, body: bytes) -> Row:
        values = orjson.loads(body)
        return {name: values.get(name) for name in ("@odata.etag", *self.names)}

    def documents(self, rows: Sequence[StoredRow]) -> list[Row]:
        """Return each row as a dictionary, selected, annotated and expanded."""
        whole = [orjson.loads(row.body) for row in rows]
        shown = [self._pick(values) for values in whole]
        for row, values in zip(rows, shown, strict=True):
            if self._streams:
                values |= media_links(self.shape, self._address(row.key), self._streams)
            for name in self._images:
                values[name] = encoded_thumbnail(self.reader, self.manners, self.shape, row, name)
        if self.wants is not None:
            references = References(self.reader, self.manners, self.shape, whole)
            shown = [
                self.manners.annotate(self.shape, values, self.wants, references.of(full))
                for values, full in zip(shown, whole, strict=True)
            ]
        for expand in self.query.expand:
            self._expand(expand, whole, shown)
        return shown

    def _pick(self, values: Row) -> Row:
        names = self.names if self.query.select else self.shape.shown_names
        if self.shape.style.blanks and not self.query.select:
            return dict(values)
        return {"@odata.etag": values["@odata.etag"]} | {name: values.get(name) for name in names}

    def _address(self, key: str) -> str:
        return self.request.root_url + self.manners.row_path(self.shape, key, self.reader.scope)

    # $expand

    def _expand(self, expand: Expand, whole: Sequence[Row], shown: Sequence[Row]) -> None:
        navigation = self.shape.entity.navigation(expand.name)
        if navigation is None:
            raise UnknownName(expand.name, f"{self.manners.dialect.namespace}.{self.shape.entity.entity}")
        own = self.shape.wire_of[navigation.column] if navigation.column else self.shape.key
        grouped = self._related(navigation, expand.query, {row.get(own) for row in whole if row.get(own)})
        for values, target in zip(whole, shown, strict=True):
            found = grouped.get(values.get(own), [])
            if not navigation.collection:
                target[navigation.name] = found[0] if found else None
                continue
            target[navigation.name] = found[: expand.query.top]
            if self.manners.links_collections:
                target[f"{navigation.name}@odata.nextLink"] = self._collection_link(values, expand)

    def _related(self, navigation: Navigation, query: Query, keys: Iterable[Any]) -> Mapping[Any, list[Row]]:
        wanted = list(keys)
        if not wanted:
            return {}
        shape = self.reader.service.shapes[navigation.target]
        if shape.entity.derived is not None and query.filter is not None:
            raise self.manners.not_supported(f"A filter on '{navigation.name}'")
        if navigation.through is not None:
            return self._paired(navigation.through, shape, query, wanted)
        column = navigation.target_column or shape.key
        selection = Selection(self.reader, self.manners, shape, query)
        selection.where(column, wanted)
        rows = [StoredRow(*row) for row in run(self.reader, selection.rows(-1))]
        renderer = self._of(shape, query)
        grouped: dict[Any, list[Row]] = {}
        wire = shape.wire_of[column]
        for row, document in zip(rows, renderer.documents(rows), strict=True):
            grouped.setdefault(orjson.loads(row.body).get(wire), []).append(document)
        if shape.entity.derived is not None:
            missing = [key for key in wanted if key not in grouped]
            derived = [derive_row(self.reader, shape, navigation, key) for key in missing]
            grouped |= {key: [row] for key, row in zip(missing, renderer.documents(derived), strict=True)}
        return grouped

    def _of(self, shape: Shape, query: Query) -> Renderer:
        """Return what renders the rows of another set in the same answer."""
        return Renderer(self.request, self.reader, self.manners, shape, query, self.projections, self.wants)

    def _paired(self, through: Through, shape: Shape, query: Query, owners: Sequence[Any]) -> Mapping[Any, list[Row]]:
        partners: dict[str, list[str]] = {}
        for own, other in read_pairs(self.reader, through, owners):
            partners.setdefault(other, []).append(own)
        selection = Selection(self.reader, self.manners, shape, query)
        selection.where(shape.key, list(partners))
        rows = [StoredRow(*row) for row in run(self.reader, selection.rows(-1))]
        grouped: dict[Any, list[Row]] = {}
        for row, document in zip(rows, self._of(shape, query).documents(rows), strict=True):
            for own in partners[row.key]:
                grouped.setdefault(own, []).append(document)
        return grouped

    def _collection_link(self, values: Row, expand: Expand) -> str:
        options = "&".join(f"{name}={value}" for name, value in expand.query.options.items())
        return f"{self._address(values[self.shape.key])}/{expand.name}" + (f"?{options}" if options else "")
