"""Answer flat queries: FetchXML, SQL and $apply, over rows that the filters find in the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import methodcaller
from typing import Any

import orjson

from simulator.http.statements import Selection, run
from simulator.odata.errors import ServiceError
from simulator.odata.flat import FlatColumn, FlatOrder, FlatQuery, Join
from simulator.odata.manners import Manners
from simulator.odata.messages import ServiceRequest, ServiceResponse
from simulator.odata.query import Query, parse_options
from simulator.odata.rules import Row
from simulator.store.reader import Reader

_MOST_JOINED = 500_000

Flat = dict[str, Row]  # the rows of one result, by alias


class FlatReading:
    """One flat query, for one request."""

    def __init__(self, request: ServiceRequest, reader: Reader, manners: Manners, query: FlatQuery) -> None:
        self.request = request
        self.reader = reader
        self.manners = manners
        self.query = query
        self.shapes = reader.service.shapes

    def answer(self) -> ServiceResponse:
        """Return one page of the query's rows."""
        rows = self._shown(self._joined())
        if self.query.top is not None:
            rows = rows[: self.query.top]
        size = self.query.count or self.manners.page_size
        start = self.query.offset + (self.query.page - 1) * size
        page = rows[start : start + size]
        head: Row = {"@odata.context": f"{self.request.root_url}/$metadata#{self.query.entity_set}"}
        tail: Row = {"value": page}
        if start + size < len(rows):
            tail |= _MORE[self.query.kind](self, page) if page else {}
        return ServiceResponse(200, {}, orjson.dumps(head | tail))

    # rows

    def _joined(self) -> list[Flat]:
        base = self._fetch(self.query.entity_set, self.query.filter, None)
        found: list[Flat] = [{"": row} for row in base]
        for join in self.query.joins:
            found = self._join(found, join)
            if len(found) > _MOST_JOINED:
                raise ServiceError(400, "0x80040216", "The query joins too many rows.")
        return found

    def _fetch(self, entity_set: str, condition: Any, wanted: tuple[str, Sequence[Any]] | None) -> list[Row]:
        shape = self.shapes[entity_set]
        selection = Selection(self.reader, self.manners, shape, Query(filter=condition))
        if wanted is not None:
            selection.where(*wanted)
        return [orjson.loads(row[2]) for row in run(self.reader, selection.rows(-1))]

    def _join(self, rows: list[Flat], join: Join) -> list[Flat]:
        parent_wire = self._wire(self._set_of(join.parent), join.parent_column)
        own_wire = self._wire(join.entity_set, join.column)
        keys = sorted({row[join.parent].get(parent_wire) for row in rows} - {None}, key=str)
        grouped: dict[Any, list[Row]] = {}
        for other in self._fetch(join.entity_set, join.filter, (join.column, keys)) if keys else []:
            grouped.setdefault(other.get(own_wire), []).append(other)
        nothing: list[Row] = [{}] if join.is_outer else []
        return [
            row | {join.alias: other}
            for row in rows
            for other in grouped.get(row[join.parent].get(parent_wire), nothing)
        ]

    def _set_of(self, alias: str) -> str:
        return next((join.entity_set for join in self.query.joins if join.alias == alias), self.query.entity_set)

    def _wire(self, entity_set: str, name: str) -> str:
        return self.shapes[entity_set].wire_of[name]

    # shown

    def _shown(self, rows: list[Flat]) -> list[Row]:
        if self.query.is_aggregate:
            shown = self._grouped(rows)
            return _sorted(shown, [(methodcaller("get", one.name), one) for one in self.query.orders])
        orders = [(self._reader_of(one), one) for one in self.query.orders]
        projected = [self._project(row) for row in _sorted(rows, orders)]
        return _distinct(projected) if self.query.is_distinct else projected

    def _reader_of(self, order: FlatOrder) -> Callable[[Any], Any]:
        name, source = order.name, order.source
        if order.is_output:
            column = next((one for one in self.query.columns if one.output == name), None)
            if column is None:
                raise ServiceError(400, "0x80041103", f"The order '{name}' is no column of the query.")
            name, source = column.name, column.source
        wire = self._wire(self._set_of(source), name)
        return lambda row: row[source].get(wire)

    def _project(self, row: Flat) -> Row:
        base = self.shapes[self.query.entity_set]
        if not self.query.columns:
            return {"@odata.etag": row[""]["@odata.etag"]} | {name: row[""].get(name) for name in base.names}
        shown: Row = {} if self.query.is_distinct else {"@odata.etag": row[""]["@odata.etag"]}
        for column in self.query.columns:
            value = self._value(row, column)
            if value is not None or not column.source:
                shown[column.output] = value
        if not self.query.is_distinct and self.query.kind == "fetch":
            shown.setdefault(base.key, row[""][base.key])
        return shown

    def _value(self, row: Flat, column: FlatColumn) -> Any:
        return row[column.source].get(self._wire(self._set_of(column.source), column.name))

    def _grouped(self, rows: list[Flat]) -> list[Row]:
        groups: dict[tuple[Any, ...], list[Flat]] = {}
        names: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        for row in rows:
            values = tuple(self._value(row, column) for column in self.query.groups)
            key = tuple(value.casefold() if isinstance(value, str) else value for value in values)
            groups.setdefault(key, []).append(row)
            names.setdefault(key, values)
        if not self.query.groups:
            groups.setdefault((), [])
            names.setdefault((), ())
        return [self._summary(names[key], members) for key, members in groups.items()]

    def _summary(self, values: tuple[Any, ...], members: list[Flat]) -> Row:
        shown = {column.output: value for column, value in zip(self.query.groups, values, strict=True)}
        for column in self.query.columns:
            if column.aggregate:
                found = [self._value(row, column) for row in members]
                shown[column.output] = aggregate(column.aggregate, found)
        return shown

    # the next page

    def fetch_more(self, page: list[Row]) -> Row:
        """Return FetchXML's paging annotations."""
        return {
            "@Microsoft.Dynamics.CRM.fetchxmlpagingcookie": self._cookie(page),
            "@Microsoft.Dynamics.CRM.morerecords": True,
        }

    def link_more(self, page: list[Row]) -> Row:
        """Return the nextLink of SQL and $apply: its cookie moves on with every page."""
        options = parse_options(self.request.query) | {"$skiptoken": self._cookie(page)}
        return {"@odata.nextLink": self.manners.link(self.request, options)}

    def _cookie(self, page: list[Row]) -> str:
        shape, number = self.shapes[self.query.entity_set], self.query.page
        last = page[-1].get(shape.key, f"{number}")
        return self.manners.write_token(shape, "", [(shape.key, last)], True, number + 1)


_MORE: dict[str, Callable[[FlatReading, list[Row]], Row]] = {
    "fetch": FlatReading.fetch_more,
    "sql": FlatReading.link_more,
    "apply": FlatReading.link_more,
}


def aggregate(how: str, values: Iterable[Any]) -> Any:
    """Return an aggregate over values; nulls count only for `count`."""
    listed = list(values)
    if how == "count":
        return len(listed)
    known = [value for value in listed if value is not None]
    if how == "countcolumn":
        return len(known)
    if how == "countdistinct":
        return len({value.casefold() if isinstance(value, str) else value for value in known})
    if not known:
        return None
    if how in ("sum", "avg") and not all(type(value) in (int, float) for value in known):
        raise ServiceError(400, "0x80040203", f"The aggregate '{how}' needs a numeric column.")
    return _AGGREGATES[how](known)


_AGGREGATES: Mapping[str, Callable[[list[Any]], Any]] = {
    "sum": sum,
    "avg": lambda values: sum(values) / len(values),
    "min": min,
    "max": max,
}


def _sorted(rows: list[Any], orders: Sequence[tuple[Callable[[Any], Any], FlatOrder]]) -> list[Any]:
    for read, order in reversed(orders):
        keys = [_sort_key(read(row)) for row in rows]
        places = sorted(range(len(rows)), key=keys.__getitem__, reverse=order.descending)
        rows = [rows[place] for place in places]
    return rows


def _sort_key(value: Any) -> tuple[bool, Any]:
    """Nulls come first; text without regard to case."""
    if value is None:
        return False, 0
    return True, value.casefold() if isinstance(value, str) else value


def _distinct(rows: list[Row]) -> list[Row]:
    return list({orjson.dumps(row): row for row in rows}.values())
