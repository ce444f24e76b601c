"""Rows of JSON to records: the path every row read takes, so it does as little as it can."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

from flask_coupling.core.mapping import TableView
from flask_coupling.core.record import Record
from flask_coupling.errors import ServiceGarbled

from .query import wire_name

Row = dict[str, Any]
Reader = Callable[[Row], Record]

_ETAG = "@odata.etag"
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NAME = re.compile(r"\w+")
_ESCAPED = re.compile(rb"_x00")  # searches a large body twice as fast as `in`


def reader(view: TableView) -> Reader:
    """Return the function that makes a record of a row: only the view's fields, lookups by their column's name.

    The numbers of options become text. It takes the row over: when the row has exactly what was selected, its own
    dictionary becomes the values. A field `navigation/property` is the property of the first row of that navigation,
    None when there is none. The function raises KeyError for a row that lacks what was selected.
    """
    table = view.table
    key, modified = table.key, table.modified_on
    names = view.fields
    nested = [(name, *name.split("/", 1)) for name in names if "/" in name]
    reached = dict.fromkeys(navigation for _, navigation, _ in nested)
    renamed = [(name, wire_name(table, name)) for name in names if name in table.lookups]
    numbers = [name for name in names if name in table.options]
    computed = [(name, table.computed[name]) for name in names if name in table.computed]
    keeps_key = key in names or any(key in made.parts for _, made in computed)
    keeps_modified = modified in names or not modified
    count, check = len(names), itemgetter(*names) if names else len

    def read(row: Row) -> Record:
        etag = row.pop(_ETAG, "")
        id = row[key] if keeps_key else row.pop(key)
        stamp = (row.get(modified) if keeps_modified else row.pop(modified, "")) or ""
        for name, wire in renamed:
            row[name] = row.pop(wire)
        for name in numbers:
            if (number := row.get(name)) is not None:
                row[name] = str(number)
        if nested:
            first = {navigation: _first(row.pop(navigation, None)) for navigation in reached}
            for name, navigation, property in nested:
                row[name] = first[navigation].get(property)
        for name, made in computed:
            row[name] = made.compute(*map(row.get, made.parts))
        check(row)  # one that is left out is not blank: taken for that, it would be blanked on the other side
        return Record(id, etag, stamp, row if len(row) == count else {name: row[name] for name in names})

    return read


def read_rows(read: Reader, rows: list[Row], service: str) -> list[Record]:
    """The records of rows, which are taken over.

    Raises ServiceGarbled when one is no object, or lacks its id or what was selected.
    """
    try:
        records = [read(row) for row in rows]
        rows.clear()  # whoever holds the page holds no rows: each is free as soon as its record is
        return records
    except KeyError as error:
        raise ServiceGarbled(service=service, detail=f"a row without its {error.args[0]}") from error
    except (AttributeError, TypeError) as error:
        raise ServiceGarbled(service=service, detail="a row without its id") from error


def selected(view: TableView) -> str:
    """The `$select` list that `reader` needs."""
    table = view.table
    names = (table.key, *(part for name in view.fields for part in table.parts(name)), table.modified_on)
    return ",".join(dict.fromkeys(wire_name(table, name) for name in names if name and "/" not in name))


def expanded(view: TableView) -> str:
    """The `$expand` list that `reader` needs; empty when no field lies behind a navigation."""
    reached: dict[str, list[str]] = {}
    for name in view.fields:
        navigation, slash, property = name.partition("/")
        if slash:
            reached.setdefault(navigation, []).append(property)
    return ",".join(f"{navigation}($select={','.join(names)})" for navigation, names in reached.items())


def chosen(view: TableView) -> dict[str, str]:
    """What `reader` needs, as query options."""
    return {"select": selected(view), "expand": expanded(view)}


def _first(value: Any) -> Row:
    """The one row of a single navigation, the first of a collection, nothing of an empty one."""
    row = value[0] if isinstance(value, list) and value else value
    return row if isinstance(row, dict) else {}


def decode_names(body: bytes) -> tuple[bytes, bool]:
    """Business Central's blank options as " " in a JSON body, and whether it holds other escaped names."""
    if not _ESCAPED.search(body):
        return body, False
    plain = body.replace(b'"_x0020_"', b'" "')
    return plain, _ESCAPED.search(plain) is not None


def decode_content(content: Any) -> Any:
    """JSON with its escaped option names in plain spelling, wherever rows stand: alone, in a list, in a batch."""
    if not isinstance(content, dict):
        return content
    for each in (*_items(content.get("value")), *_items(content.get("responses"))):
        decode_content(each.get("body"))
        decode_row(each)
    return decode_row(content)


def _items(content: Any) -> list[dict[str, Any]]:
    return [each for each in content if isinstance(each, dict)] if isinstance(content, list) else []


def decode_row(row: Row) -> Row:
    """A row with its escaped option names in plain spelling (`In_x0020_Review` -> `In Review`)."""
    for name, value in row.items():
        if isinstance(value, str) and "_x00" in value:
            row[name] = decode_name(value)
    return row


def decode_name(value: str) -> str:
    """An escaped option name in plain spelling; a text which is no such name stays as it is."""
    if not _NAME.fullmatch(value):
        return value
    plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), value)
    return plain if encode_name(plain) == value else value


def encode_name(value: str) -> str:
    """An option's name as Business Central escapes it (XML name rules)."""
    escaped = "".join(each if each.isalnum() or each == "_" else f"_x{ord(each):04X}_" for each in value)
    return f"_x{ord(value[0]):04X}_{escaped[1:]}" if value[:1].isdigit() else escaped


def is_deletion(row: Mapping[str, Any]) -> bool:
    """Whether a change feed's entry says that a row is gone."""
    return isinstance(row, dict) and ("reason" in row or str(row.get("@odata.context", "")).endswith("$deletedEntity"))


def without_deletions(rows: list[Row]) -> list[Row]:
    """The other entries, taken out of the list."""
    left = [row for row in rows if not is_deletion(row)]
    rows.clear()
    return left
